package metrics_test

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/metrics"
)

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// TestPublishedIntervals checks the 95% intervals of table I of Newcombe,
// "Two-sided confidence intervals for the single proportion: comparison of
// seven methods", Statistics in Medicine 17 (1998), 857-872, methods 3 (score)
// and 5 (exact), which are printed with four digits.
func TestPublishedIntervals(t *testing.T) {
	for _, c := range []struct {
		rate          metrics.Rate
		wilson, exact metrics.Interval
	}{
		{metrics.Rate{Num: 81, Den: 263}, metrics.Interval{Low: 0.2553, High: 0.3662}, metrics.Interval{Low: 0.2527, High: 0.3676}},
		{metrics.Rate{Num: 15, Den: 148}, metrics.Interval{Low: 0.0624, High: 0.1605}, metrics.Interval{Low: 0.0578, High: 0.1617}},
		{metrics.Rate{Num: 0, Den: 20}, metrics.Interval{Low: 0, High: 0.1611}, metrics.Interval{Low: 0, High: 0.1684}},
		{metrics.Rate{Num: 1, Den: 29}, metrics.Interval{Low: 0.0061, High: 0.1718}, metrics.Interval{Low: 0.0009, High: 0.1776}},
	} {
		for _, m := range []struct {
			name      string
			got, want metrics.Interval
		}{
			{"Wilson", c.rate.Wilson(0.95), c.wilson},
			{"ClopperPearson", c.rate.ClopperPearson(0.95), c.exact},
		} {
			if !near(m.got.Low, m.want.Low, 0.5e-4) || !near(m.got.High, m.want.High, 0.5e-4) {
				t.Errorf("%v.%s = %v, want %v", c.rate, m.name, m.got, m.want)
			}
		}
	}
}

// TestExactIntervalByMpmath compares with ends found by bisection of mpmath
// 1.3's betainc, or of the binomial sum, at 30 digits or more.
func TestExactIntervalByMpmath(t *testing.T) {
	for _, c := range []struct {
		rate      metrics.Rate
		low, high float64
	}{
		{metrics.Rate{Num: 81, Den: 263}, 0.252736745585271, 0.367621922601351},
		{metrics.Rate{Num: 1, Den: 29}, 0.000872646883579922, 0.177644295488723},
		{metrics.Rate{Num: 3, Den: 100}, 0.00622997153830639, 0.08517605297428},
		{metrics.Rate{Num: 3, Den: 1_000_000}, 6.186725501906399e-7, 8.767247788145224e-6},
		{metrics.Rate{Num: 3, Den: 1_000_000_000}, 6.186721233228958e-10, 8.767273044460697e-9},
	} {
		got := c.rate.ClopperPearson(0.95)
		if !near(got.Low, c.low, 1e-9*c.low) || !near(got.High, c.high, 1e-9*c.high) {
			t.Errorf("%v.ClopperPearson(0.95) = %v, want {%v %v}", c.rate, got, c.low, c.high)
		}
	}
}

// TestExactIntervalIsExact holds the exact interval to its definition, with
// sums of binomial probabilities in 200-bit arithmetic.
func TestExactIntervalIsExact(t *testing.T) {
	atLeast := func(x, n int, p float64) float64 {
		bp := big.NewFloat(p).SetPrec(200)
		bq := new(big.Float).Sub(big.NewFloat(1).SetPrec(200), bp)
		pow := func(b *big.Float, k int) *big.Float {
			r := big.NewFloat(1).SetPrec(200)
			for range k {
				r.Mul(r, b)
			}
			return r
		}
		sum := new(big.Float).SetPrec(200)
		for k := x; k <= n; k++ {
			term := new(big.Float).SetPrec(200).SetInt(new(big.Int).Binomial(int64(n), int64(k)))
			term.Mul(term, pow(bp, k))
			sum.Add(sum, term.Mul(term, pow(bq, n-k)))
		}
		f, _ := sum.Float64()
		return f
	}
	r := newRand(1)
	for range 300 {
		n := 1 + r.IntN(70)
		x := r.IntN(n + 1)
		confidence := pick(r, 0.5, 0.8, 0.95, 0.999)
		got := metrics.Rate{Num: x, Den: n}.ClopperPearson(confidence)
		tail := (1 - confidence) / 2
		if x > 0 && !near(atLeast(x, n, got.Low), tail, 1e-10) {
			t.Errorf("%d of %d at %v: P(X >= x | %v) = %v, want %v", x, n, confidence, got.Low, atLeast(x, n, got.Low), tail)
		}
		if x < n && !near(1-atLeast(x+1, n, got.High), tail, 1e-10) {
			t.Errorf("%d of %d at %v: P(X <= x | %v) = %v, want %v", x, n, confidence, got.High, 1-atLeast(x+1, n, got.High), tail)
		}
	}
}

func TestIntervalProperties(t *testing.T) {
	r := newRand(2)
	for range 3000 {
		n := 1 + r.IntN(pick(r, 5, 100, 1_000_000))
		x := r.IntN(n + 1)
		rate, mirror := metrics.Rate{Num: x, Den: n}, metrics.Rate{Num: n - x, Den: n}
		c1 := 0.01 + 0.9*r.Float64()
		c2 := c1 + (0.999-c1)*r.Float64()
		for name, f := range map[string]func(metrics.Rate, float64) metrics.Interval{
			"Wilson": metrics.Rate.Wilson, "ClopperPearson": metrics.Rate.ClopperPearson,
		} {
			point, narrow, wide, m := f(rate, 1e-15), f(rate, c1), f(rate, c2), f(mirror, c1)
			p := rate.Value()
			if !(0 <= wide.Low && wide.Low <= narrow.Low && narrow.Low <= point.Low && point.Low <= p &&
				p <= point.High && point.High <= narrow.High && narrow.High <= wide.High && wide.High <= 1) {
				t.Errorf("%v.%s: %v at 1e-15, %v at %v and %v at %v do not nest around %v", rate, name, point, narrow, c1, wide, c2, p)
			}
			if !near(narrow.Low, 1-m.High, 1e-12) || !near(narrow.High, 1-m.Low, 1e-12) {
				t.Errorf("%v.%s = %v does not mirror %v", rate, name, narrow, m)
			}
			if (x == 0) != (wide.Low == 0) || (x == n) != (wide.High == 1) {
				t.Errorf("%v.%s = %v: ends are 0 and 1 just for none and all", rate, name, wide)
			}
		}
	}
}

func TestIntervalSpecialCases(t *testing.T) {
	all := metrics.Interval{Low: 0, High: 1}
	half := metrics.Rate{Num: 5, Den: 10}
	for _, c := range []struct {
		rate       metrics.Rate
		confidence float64
		want       metrics.Interval // of both methods
	}{
		{metrics.Rate{}, 0.95, all},
		{metrics.Rate{Num: 1}, 0.95, all},
		{metrics.Rate{Num: -1, Den: 10}, 0.95, all},
		{metrics.Rate{Num: 11, Den: 10}, 0.95, all},
		{metrics.Rate{Num: -2, Den: -3}, 0.95, all},
		{metrics.Rate{Num: math.MinInt, Den: math.MinInt}, 0.95, all},
		{half, 1, all},
		{half, 2, all},
		{half, math.Inf(1), all},
		{half, math.NaN(), all},
	} {
		if got := c.rate.Wilson(c.confidence); got != c.want {
			t.Errorf("%v.Wilson(%v) = %v, want %v", c.rate, c.confidence, got, c.want)
		}
		if got := c.rate.ClopperPearson(c.confidence); got != c.want {
			t.Errorf("%v.ClopperPearson(%v) = %v, want %v", c.rate, c.confidence, got, c.want)
		}
	}
	for _, confidence := range []float64{0, -1, math.Inf(-1)} {
		if got, want := half.Wilson(confidence), (metrics.Interval{Low: 0.5, High: 0.5}); got != want {
			t.Errorf("Wilson(%v) = %v, want %v", confidence, got, want)
		}
		if got, want := half.ClopperPearson(confidence), half.ClopperPearson(0); got != want {
			t.Errorf("ClopperPearson(%v) = %v, want that of 0, %v", confidence, got, want)
		}
	}
	if strconv.IntSize == 64 { // beyond what float64 can do, the score interval
		if r := (metrics.Rate{Num: math.MaxInt / 3, Den: math.MaxInt}); r.ClopperPearson(0.95) != r.Wilson(0.95) {
			t.Errorf("%v.ClopperPearson = %v, want that of Wilson, %v", r, r.ClopperPearson(0.95), r.Wilson(0.95))
		}
	}
	// The largest counts and the last confidence below 1 end too, and make sense.
	for _, r := range []metrics.Rate{{Num: 1, Den: math.MaxInt}, {Num: math.MaxInt / 2, Den: math.MaxInt}, {Num: math.MaxInt - 1, Den: math.MaxInt}} {
		for _, confidence := range []float64{1e-300, 0.95, math.Nextafter(1, 0)} {
			for _, i := range []metrics.Interval{r.Wilson(confidence), r.ClopperPearson(confidence)} {
				if p := r.Value(); !(0 <= i.Low && i.Low <= p && p <= i.High && i.High <= 1) {
					t.Errorf("%v at %v: %v is not around %v", r, confidence, i, p)
				}
			}
		}
	}
}

func TestRate(t *testing.T) {
	if got, want := (metrics.Rate{Num: 1, Den: 4}).Add(metrics.Rate{Num: 2, Den: 5}), (metrics.Rate{Num: 3, Den: 9}); got != want {
		t.Errorf("Add = %v, want %v", got, want)
	}
	if got := (metrics.Rate{Num: 1, Den: 4}).Value(); got != 0.25 {
		t.Errorf("Value = %v, want 0.25", got)
	}
	for _, r := range []metrics.Rate{{}, {Num: 3}, {Num: 3, Den: 2}, {Num: -1, Den: 2}, {Num: 1, Den: -2}, {Num: -2, Den: -2}} {
		if got := r.Value(); !math.IsNaN(got) {
			t.Errorf("%v.Value() = %v, want NaN", r, got)
		}
	}
}

func TestRateJSON(t *testing.T) {
	for _, c := range []struct {
		rate metrics.Rate
		want string
	}{
		// Wilson 95% of 3/100 and 0/20 by hand from the formula, z = 1.959963984540054.
		{metrics.Rate{Num: 3, Den: 100}, `{"num":3,"den":100,"rate":0.03,"low":0.010254524024038925,"high":0.08451936429052757}`},
		{metrics.Rate{Den: 20}, `{"num":0,"den":20,"rate":0,"low":0,"high":0.16112515805281927}`},
		{metrics.Rate{}, `{"num":0,"den":0,"rate":null,"low":null,"high":null}`},
		{metrics.Rate{Num: 2, Den: 1}, `{"num":2,"den":1,"rate":null,"low":null,"high":null}`},
	} {
		got, err := json.Marshal(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		var g, w struct{ Num, Den, Rate, Low, High *float64 }
		for _, d := range []struct {
			text []byte
			into any
		}{{got, &g}, {[]byte(c.want), &w}} {
			if err := json.Unmarshal(d.text, d.into); err != nil {
				t.Fatal(err)
			}
		}
		about := cmp.Comparer(func(a, b float64) bool { return near(a, b, 1e-14) })
		if diff := cmp.Diff(w, g, about); diff != "" {
			t.Errorf("%v encodes as %s (-want +got):\n%s", c.rate, got, diff)
		}
		var back metrics.Rate
		if err := json.Unmarshal(got, &back); err != nil || back != c.rate {
			t.Errorf("%s decodes to %v, %v, want %v", got, back, err, c.rate)
		}
	}
}

func TestFitPriorOfAny(t *testing.T) {
	rates := []metrics.Rate{{Num: 8, Den: 10}, {}, {Num: 2, Den: 10}, {Num: 3, Den: 2}, {Num: 5, Den: 10}}
	before := slices.Clone(rates)
	got := metrics.FitPrior(rates)
	// By hand, as in TestFitPrior: of 8, 5 and 2 of 10.
	if want := (metrics.Prior{Mean: 0.5, Strength: 38.0 / 7}); math.Abs(got.Mean-want.Mean) > 1e-9 || math.Abs(got.Strength-want.Strength) > 1e-6 {
		t.Errorf("FitPrior = %v, want %v", got, want)
	}
	if !slices.Equal(rates, before) {
		t.Errorf("the rates changed to %v", rates)
	}
	if got := (metrics.Prior{Mean: 0.1, Strength: 30}).Shrink(metrics.Rate{Num: 1, Den: 10}); got != 0.1 {
		t.Errorf("1 of 10 shrunken to %v, want 0.1", got)
	}
}
