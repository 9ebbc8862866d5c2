package metrics_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/metrics"
)

func sameInterval(got metrics.Interval, low, high, tolerance float64) bool {
	return near(got.Low, low, tolerance) && near(got.High, high, tolerance)
}

// TestRoganGladenPublished has the examples of epi.prev in the R package epiR,
// whose sensitivity and specificity are exact: "5.1 cases per 100 cows (95% CI 0
// - 13)", by Blaker's interval, and "0 cases per 100 (95% 0 - 1.3)" by that of
// Clopper and Pearson, both of which are wider than ours.
func TestRoganGladenPublished(t *testing.T) {
	exactly := func(p float64) metrics.Rate { return metrics.Rate{Num: int(math.Round(p * 1e9)), Den: 1e9} }
	e := metrics.RoganGladen(metrics.Rate{Num: 23, Den: 150}, exactly(0.96), exactly(0.89), nil)
	if !near(e.Value(), 0.051, 0.0005) || !sameInterval(e.Interval, 0, 0.13, 0.005) {
		t.Errorf("cows: %v in %v, want 0.051 in [0, 0.13]", e.Value(), e.Interval)
	}
	e = metrics.RoganGladen(metrics.Rate{Num: 6, Den: 151}, exactly(0.964), exactly(0.927), nil)
	if e.Value() != 0 || e.Interval.Low != 0 || e.Interval.High > 0.013 {
		t.Errorf("Helicobacter: %v in %v, want 0 in [0, at most 0.013]", e.Value(), e.Interval)
	}
}

// TestCorrectedByScipy compares with the formulas written again in Python, with
// scipy 1.10's beta.ppf, binomtest(…).proportion_ci("wilson") and brentq.
func TestCorrectedByScipy(t *testing.T) {
	for _, c := range []struct {
		name             string
		got              metrics.Estimate
		value, low, high float64
	}{
		{
			"two strata",
			metrics.Stratified([]metrics.Stratum{{600, metrics.Rate{70, 100}}, {9400, metrics.Rate{3, 200}}}, nil),
			0.0561, 0.044027191769664756, 0.07978775900091575,
		},
		{
			"two strata, these orders, 90%",
			metrics.Stratified([]metrics.Stratum{{600, metrics.Rate{70, 100}}, {9400, metrics.Rate{3, 200}}},
				&metrics.EstimateOptions{Confidence: 0.9, Finite: true}),
			0.0561, 0.046211183700435976, 0.07488770719509932,
		},
		{
			"none, one, and all labelled",
			metrics.Stratified([]metrics.Stratum{{50, metrics.Rate{40, 50}}, {400, metrics.Rate{1, 60}}, {9550, metrics.Rate{0, 150}}}, nil),
			0.004666666666666667, 0.0033652210751079375, 0.023588662418693472,
		},
		{
			"error rates of elsewhere",
			metrics.RoganGladen(metrics.Rate{950, 10000}, metrics.Rate{80, 100}, metrics.Rate{190, 200}, nil),
			0.06, 0.010777221105276114, 0.09190309406604338,
		},
		{
			"error rates of elsewhere, without a false alarm",
			metrics.RoganGladen(metrics.Rate{60, 1000}, metrics.Rate{29, 30}, metrics.Rate{60, 60}, nil),
			0.06206896551724138, 0.01029560677017663, 0.08111041370554514,
		},
	} {
		if !near(c.got.Value(), c.value, 1e-12) || !sameInterval(c.got.Interval, c.low, c.high, 1e-9) {
			t.Errorf("%s: %v in %v, want %v in {%v %v}", c.name, c.got.Value(), c.got.Interval, c.value, c.low, c.high)
		}
	}
}

// TestStratifiedIsRoganGladen holds the doc to its word: the formula of Rogan
// and Gladen with the weighted sensitivity and specificity of the sample, and
// prediction-powered inference with decisions for scores, give the same rate.
func TestStratifiedIsRoganGladen(t *testing.T) {
	r := newRand(1)
	for range 200 {
		m := newMarket(r, 5000, 0.02+0.2*r.Float64(), 0.5+0.5*r.Float64(), 0.8+0.2*r.Float64())
		strata := m.label(r, 200, r.IntN(2) == 0)
		found, rest := strata[0], strata[1]
		if found.Labels.Den == 0 || found.Labels.Num == 0 {
			continue
		}
		e := metrics.Stratified(strata, nil)

		w := float64(found.Orders) / 5000
		right, missed := w*found.Labels.Value(), (1-w)*rest.Labels.Value()
		sens, spec := right/(right+missed), (1-w-missed)/(1-right-missed)
		if got := (w + spec - 1) / (sens + spec - 1); !near(got, e.Value(), 1e-12) {
			t.Fatalf("%v: Rogan and Gladen %v, Stratified %v", strata, got, e.Value())
		}

		scores := make([]float64, 5000)
		for i := range found.Orders {
			scores[i] = 1
		}
		var labels []metrics.ScoredLabel
		for h, s := range strata {
			for i := range s.Labels.Den {
				labels = append(labels, metrics.ScoredLabel{
					Score: float64(1 - h), Negative: i < s.Labels.Num,
					Probability: float64(s.Labels.Den) / float64(s.Orders),
				})
			}
		}
		p := metrics.PredictionPowered(scores, labels, nil)
		if !near(p.Value(), e.Value(), 1e-9) || p.Orders != e.Orders || p.Labels != e.Labels {
			t.Fatalf("%v: prediction-powered %v, Stratified %v", strata, p.Value(), e.Value())
		}
	}
}

func TestCorrectedSpecialCases(t *testing.T) {
	all := metrics.Interval{Low: 0, High: 1}
	good := metrics.Rate{80, 100}
	two := func(a, b metrics.Stratum) []metrics.Stratum { return []metrics.Stratum{a, b} }
	strata := two(metrics.Stratum{600, metrics.Rate{70, 100}}, metrics.Stratum{9400, metrics.Rate{3, 200}})
	scores := []float64{0.1, 0.2, 0.9, 0.4}
	label := []metrics.ScoredLabel{{Score: 0.9, Negative: true}}
	for name, e := range map[string]metrics.Estimate{
		"no strata":              metrics.Stratified(nil, nil),
		"no orders":              metrics.Stratified([]metrics.Stratum{{}}, nil),
		"more labels than there": metrics.Stratified([]metrics.Stratum{{9, good}}, nil),
		"impossible labels":      metrics.Stratified([]metrics.Stratum{{900, metrics.Rate{101, 100}}}, nil),
		"negative labels":        metrics.Stratified([]metrics.Stratum{{900, metrics.Rate{-1, 100}}}, nil),
		"negative orders":        metrics.Stratified([]metrics.Stratum{{-1, metrics.Rate{0, -1}}}, nil),
		"no labels":              metrics.Stratified([]metrics.Stratum{{900, metrics.Rate{}}}, nil),
		"no apparent rate":       metrics.RoganGladen(metrics.Rate{}, good, good, nil),
		"no sensitivity":         metrics.RoganGladen(good, metrics.Rate{}, good, nil),
		"bad specificity":        metrics.RoganGladen(good, good, metrics.Rate{3, 2}, nil),
		"chance":                 metrics.RoganGladen(metrics.Rate{50, 100}, metrics.Rate{50, 100}, metrics.Rate{50, 100}, nil),
		"worse than chance":      metrics.RoganGladen(metrics.Rate{0, 1000}, metrics.Rate{50, 100}, metrics.Rate{40, 100}, nil),
		"too few found":          metrics.RoganGladen(metrics.Rate{1, 1000}, metrics.Rate{80, 100}, metrics.Rate{90, 100}, nil),
		"too many found":         metrics.RoganGladen(metrics.Rate{99, 100}, metrics.Rate{800, 1000}, metrics.Rate{990, 1000}, nil),
		"no scores":              metrics.PredictionPowered(nil, nil, nil),
		"no scored labels":       metrics.PredictionPowered(scores, nil, nil),
		"too many labels":        metrics.PredictionPowered(scores[:1], append(label, label...), nil),
		"bad score":              metrics.PredictionPowered([]float64{math.NaN(), 0}, label, nil),
		"bad score of a label":   metrics.PredictionPowered(scores, []metrics.ScoredLabel{{Score: 2}}, nil),
		"bad probability":        metrics.PredictionPowered(scores, []metrics.ScoredLabel{{Probability: -1}}, nil),
		"zero Estimate":          {Interval: all},
	} {
		if !math.IsNaN(e.Value()) || e.Interval != all {
			t.Errorf("%s: %v in %v, want no value in [0, 1]", name, e.Value(), e.Interval)
		}
		if n, ok := e.LabelsFor(0.01); n != 0 || ok {
			t.Errorf("%s: LabelsFor = %d, %v", name, n, ok)
		}
	}
	for _, confidence := range []float64{1, 2, math.NaN()} {
		o := &metrics.EstimateOptions{Confidence: confidence}
		for name, e := range map[string]metrics.Estimate{
			"Stratified":        metrics.Stratified(strata, o),
			"RoganGladen":       metrics.RoganGladen(metrics.Rate{95, 1000}, good, metrics.Rate{190, 200}, o),
			"PredictionPowered": metrics.PredictionPowered(scores, label, o),
		} {
			if e.Interval != all || math.IsNaN(e.Value()) {
				t.Errorf("%s, confidence %v: %v in %v", name, confidence, e.Value(), e.Interval)
			}
		}
	}
	// No confidence is no width, up to the median of the limits.
	if e := metrics.Stratified(strata, &metrics.EstimateOptions{Confidence: -1}); e.Interval.High-e.Interval.Low > 0.002 {
		t.Errorf("no confidence: %v", e.Interval)
	}

	// A stratum without labels may hold anything.
	e := metrics.Stratified(two(metrics.Stratum{9500, metrics.Rate{0, 500}}, metrics.Stratum{500, metrics.Rate{}}), nil)
	if !math.IsNaN(e.Value()) || e.Interval.Low != 0 || e.Interval.High < 0.05 || e.Interval.High > 0.06 {
		t.Errorf("a stratum without labels: %v in %v", e.Value(), e.Interval)
	}

	// Labels for all orders leave nothing to estimate of these orders, and the
	// uncertainty of their number otherwise.
	census := two(metrics.Stratum{30, metrics.Rate{21, 30}}, metrics.Stratum{970, metrics.Rate{9, 970}})
	if e := metrics.Stratified(census, &metrics.EstimateOptions{Finite: true}); e.Interval != (metrics.Interval{0.03, 0.03}) || e.Value() != 0.03 {
		t.Errorf("all labelled: %v in %v", e.Value(), e.Interval)
	}
	want := metrics.Rate{30, 1000}.Wilson(0.95)
	if e := metrics.Stratified(census, nil); !sameInterval(e.Interval, want.Low, want.High, 1e-12) {
		t.Errorf("all labelled: %v, want %v", e.Interval, want)
	}
	every := make([]metrics.ScoredLabel, len(scores))
	for i, s := range scores {
		every[i] = metrics.ScoredLabel{Score: s, Negative: i == 2}
	}
	if e := metrics.PredictionPowered(scores, every, &metrics.EstimateOptions{Finite: true}); e.Interval != (metrics.Interval{0.25, 0.25}) {
		t.Errorf("all labelled: %v in %v", e.Value(), e.Interval)
	}

	for i := range every {
		every[i].Negative = false
	}
	if e := metrics.PredictionPowered(scores, every, nil); e.Value() != 0 || e.Interval.Low != 0 || !(e.Interval.High > 0.3) {
		t.Errorf("all 4 labelled and none negative: %v in %v", e.Value(), e.Interval)
	}

	// More and fewer found than a rate explains, but not beyond chance.
	if e := metrics.RoganGladen(metrics.Rate{85, 100}, metrics.Rate{800, 1000}, metrics.Rate{990, 1000}, nil); e.Value() != 1 || e.Interval.High != 1 {
		t.Errorf("many found: %v in %v", e.Value(), e.Interval)
	}
	if e := metrics.RoganGladen(metrics.Rate{80, 1000}, metrics.Rate{80, 100}, metrics.Rate{90, 100}, nil); e.Value() != 0 || e.Interval.Low != 0 || e.Interval.High < 0.01 {
		t.Errorf("few found: %v in %v", e.Value(), e.Interval)
	}
}

// TestCorrectedOrder holds estimates to be the same for any order of what they
// are made of, to the last bit.
func TestCorrectedOrder(t *testing.T) {
	r := newRand(2)
	scores, negative := scored(r, 3000, 0.1, 2, 0)
	labels := make([]metrics.ScoredLabel, 150)
	for i := range labels {
		labels[i] = metrics.ScoredLabel{Score: scores[i], Negative: negative[i], Probability: 0.01 + 0.3*r.Float64()}
	}
	strata := []metrics.Stratum{{601, metrics.Rate{70, 103}}, {97, metrics.Rate{3, 31}}, {7303, metrics.Rate{1, 217}}}
	a, b := metrics.PredictionPowered(scores, labels, nil), metrics.Stratified(strata, nil)
	for range 20 {
		r.Shuffle(len(scores), func(i, j int) { scores[i], scores[j] = scores[j], scores[i] })
		r.Shuffle(len(labels), func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
		r.Shuffle(len(strata), func(i, j int) { strata[i], strata[j] = strata[j], strata[i] })
		if e := metrics.PredictionPowered(scores, labels, nil); e.Interval != a.Interval || e.Value() != a.Value() {
			t.Fatalf("PredictionPowered in another order: %v in %v, not %v in %v", e.Value(), e.Interval, a.Value(), a.Interval)
		}
		if e := metrics.Stratified(strata, nil); e.Interval != b.Interval || e.Value() != b.Value() {
			t.Fatalf("Stratified in another order: %v in %v, not %v in %v", e.Value(), e.Interval, b.Value(), b.Interval)
		}
	}
}

// TestRoganGladenBootstrap compares the bootstrap interval with the normal one where both
// are right, for some hundred errors among many labels.
func TestRoganGladenBootstrap(t *testing.T) {
	o := &metrics.EstimateOptions{Bootstrap: 1000, Seed: 5}
	strata := []metrics.Stratum{{2000, metrics.Rate{600, 1000}}, {18000, metrics.Rate{100, 2000}}}
	scores, negative := scored(newRand(3), 20_000, 0.2, 2, 0)
	labels := make([]metrics.ScoredLabel, 500)
	for i := range labels {
		labels[i] = metrics.ScoredLabel{Score: scores[i], Negative: negative[i]}
	}
	apparent, sens, spec := metrics.Rate{4000, 20_000}, metrics.Rate{800, 1000}, metrics.Rate{1800, 2000}
	for name, of := range map[string]func(*metrics.EstimateOptions) metrics.Estimate{
		"Stratified":        func(o *metrics.EstimateOptions) metrics.Estimate { return metrics.Stratified(strata, o) },
		"RoganGladen":       func(o *metrics.EstimateOptions) metrics.Estimate { return metrics.RoganGladen(apparent, sens, spec, o) },
		"PredictionPowered": func(o *metrics.EstimateOptions) metrics.Estimate { return metrics.PredictionPowered(scores, labels, o) },
	} {
		for _, finite := range []bool{false, true} {
			plain, boot := *o, *o
			plain.Bootstrap, plain.Finite, boot.Finite = 0, finite, finite
			want, got := of(&plain), of(&boot)
			width := want.Interval.High - want.Interval.Low
			if !sameInterval(got.Interval, want.Interval.Low, want.Interval.High, 0.12*width) {
				t.Errorf("%s: bootstrap %v, otherwise %v", name, got.Interval, want.Interval)
			}
			if again := of(&boot); again.Interval != got.Interval {
				t.Errorf("%s: the same seed gives %v and %v", name, got.Interval, again.Interval)
			}
			if boot.Seed++; of(&boot).Interval == got.Interval {
				t.Errorf("%s: two seeds give %v", name, got.Interval)
			}
		}
	}
}

// TestLabelsFor labels as many as it says and looks at the interval.
func TestLabelsFor(t *testing.T) {
	stratified := func(labels int) metrics.Estimate {
		scale := func(orders, num, den int) metrics.Stratum {
			return metrics.Stratum{orders, metrics.Rate{num * labels / 400, den * labels / 400}}
		}
		return metrics.Stratified([]metrics.Stratum{scale(1500, 120, 200), scale(18500, 20, 200)}, nil)
	}
	elsewhere := func(labels int) metrics.Estimate {
		return metrics.RoganGladen(metrics.Rate{2000, 20_000},
			metrics.Rate{160 * labels / 400, 200 * labels / 400}, metrics.Rate{190 * labels / 400, 200 * labels / 400}, nil)
	}
	r := newRand(4)
	scores, negative := scored(r, 20_000, 0.1, 2, 0)
	powered := func(labels int) metrics.Estimate {
		sample := make([]metrics.ScoredLabel, labels)
		for i := range sample {
			sample[i] = metrics.ScoredLabel{Score: scores[i], Negative: negative[i]}
		}
		return metrics.PredictionPowered(scores, sample, nil)
	}
	half := func(e metrics.Estimate) float64 { return (e.Interval.High - e.Interval.Low) / 2 }
	for name, of := range map[string]func(int) metrics.Estimate{"Stratified": stratified, "RoganGladen": elsewhere, "PredictionPowered": powered} {
		e := of(400)
		want := half(e) / 2
		n, ok := e.LabelsFor(want)
		if !ok || n <= 800 {
			t.Errorf("%s: LabelsFor(%v) = %d, %v", name, want, n, ok)
			continue
		}
		if got := half(of(n)); got > 1.1*want || got < 0.9*want {
			t.Errorf("%s: with %d labels the half width is %v, want %v", name, n, got, want)
		}
		if same, ok := e.LabelsFor(half(e)); !ok || same < 399 || same > 401 {
			t.Errorf("%s: it takes %d labels, not 400, for what is", name, same)
		}
	}

	// Few errors: it says too many rather than too few.
	few := metrics.Stratified([]metrics.Stratum{{19_000, metrics.Rate{0, 100}}, {1000, metrics.Rate{60, 100}}}, nil)
	if n, ok := few.LabelsFor(half(few) / 2); !ok || n < 400 {
		t.Errorf("few errors: %d, %v", n, ok)
	}
	// No number of labels makes up for few orders.
	small := metrics.Stratified([]metrics.Stratum{{100, metrics.Rate{30, 50}}, {900, metrics.Rate{1, 50}}}, nil)
	if n, ok := small.LabelsFor(0.005); ok {
		t.Errorf("few orders: %d", n)
	}
	all := metrics.Stratified([]metrics.Stratum{{100, metrics.Rate{30, 100}}}, &metrics.EstimateOptions{Finite: true})
	if n, ok := all.LabelsFor(0.001); n != 100 || !ok {
		t.Errorf("all labelled: %d, %v", n, ok)
	}
}

func TestEstimateJSON(t *testing.T) {
	for _, c := range []struct {
		e    metrics.Estimate
		want string
	}{
		{
			metrics.Stratified([]metrics.Stratum{{30, metrics.Rate{21, 30}}, {970, metrics.Rate{9, 970}}}, &metrics.EstimateOptions{Finite: true}),
			`{"rate":0.03,"low":0.03,"high":0.03,"labels":1000,"orders":1000}`,
		},
		{metrics.Stratified(nil, nil), `{"rate":null,"low":0,"high":1,"labels":0,"orders":0}`},
	} {
		b, err := json.Marshal(c.e)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(b)); diff != "" {
			t.Error(diff)
		}
	}
}
