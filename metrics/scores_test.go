package metrics_test

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/metrics"
)

func scores(points map[bool][]float64) *metrics.Scores {
	var s metrics.Scores
	for _, gold := range []bool{true, false} {
		for _, p := range points[gold] {
			s.Add(p, gold)
		}
	}
	return &s
}

// Ties within a class and across both, the ends of bins, and one half.
var sample = map[bool][]float64{
	true:  {0.97, 0.93, 0.9, 0.84, 0.8, 0.71, 0.71, 0.55, 0.4, 0.12},
	false: {0.9, 0.71, 0.66, 0.5, 0.42, 0.4, 0.31, 0.25, 0.12, 0.03},
}

// Values are those of scikit-learn 1.2.1: roc_auc_score,
// average_precision_score, brier_score_loss, roc_curve with
// drop_intermediate=False, precision_recall_curve and calibration_curve.
func TestScores(t *testing.T) {
	s := scores(sample)
	checkFloat(t, "AUC", s.AUC(), 0.775)
	checkFloat(t, "AP", s.AveragePrecision(), 0.77924774056353)
	checkFloat(t, "Brier", s.Brier(), 0.20482499999999998)

	thresholds := []float64{0.97, 0.93, 0.9, 0.84, 0.8, 0.71, 0.66, 0.55, 0.5, 0.42, 0.4, 0.31, 0.25, 0.12, 0.03}
	fpr := []float64{0, 0, 0.1, 0.1, 0.1, 0.2, 0.3, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}
	recall := []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.7, 0.8, 0.8, 0.8, 0.9, 0.9, 0.9, 1, 1}
	precision := []float64{
		1, 1, 0.75, 0.8, 0.8333333333333334, 0.7777777777777778, 0.7, 0.7272727272727273, 0.6666666666666666,
		0.6153846153846154, 0.6, 0.5625, 0.5294117647058824, 0.5263157894736842, 0.5,
	}
	curve := s.Curve()
	if len(curve) != len(thresholds) {
		t.Fatalf("%d cutoffs, want %d", len(curve), len(thresholds))
	}
	for i, c := range curve {
		checkFloat(t, "threshold", c.Threshold, thresholds[i])
		checkFloat(t, "FPR", c.FPR.Value(), fpr[i])
		checkFloat(t, "recall", c.Recall.Value(), recall[i])
		checkFloat(t, "precision", c.Precision.Value(), precision[i])
	}

	want := []metrics.Bin{
		{Low: 0, High: 0.2, Mean: 0.09, Positive: metrics.Rate{Num: 1, Den: 3}},
		{Low: 0.2, High: 0.4, Mean: 0.34, Positive: metrics.Rate{Num: 1, Den: 4}},
		{Low: 0.4, High: 0.6, Mean: 0.49, Positive: metrics.Rate{Num: 1, Den: 3}},
		{Low: 0.6, High: 0.8, Mean: 0.718, Positive: metrics.Rate{Num: 3, Den: 5}},
		{Low: 0.8, High: 1, Mean: 0.908, Positive: metrics.Rate{Num: 4, Den: 5}},
	}
	almost := gocmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })
	if diff := gocmp.Diff(want, s.Reliability(5), almost); diff != "" {
		t.Errorf("reliability (-want +got):\n%s", diff)
	}
	// By hand from these bins: |0.09·3-1| + … of 20.
	checkFloat(t, "ECE", s.ECE(5), (0.73+0.36+0.47+0.59+0.54)/20)
}

// Five texts by hand. Margins are 0.5, 0.4, 0.4, 0.1 and 0; right, one of two
// wrong, wrong, right.
func TestRiskCoverage(t *testing.T) {
	s := scores(map[bool][]float64{true: {1, 0.1, 0.5}, false: {0.1, 0.6}})
	rate := func(n, of int) metrics.Rate { return metrics.Rate{Num: n, Den: of} }
	want := []metrics.Selection{
		{Margin: 0.5, Coverage: rate(1, 5), Risk: rate(0, 1)},
		{Margin: 0.4, Coverage: rate(3, 5), Risk: rate(1, 3)},
		{Margin: 0.6 - 0.5, Coverage: rate(4, 5), Risk: rate(2, 4)},
		{Margin: 0, Coverage: rate(5, 5), Risk: rate(2, 5)},
	}
	almost := gocmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })
	if diff := gocmp.Diff(want, s.RiskCoverage(), almost); diff != "" {
		t.Errorf("risk-coverage (-want +got):\n%s", diff)
	}
	// The second text is wrong with probability 1/2: risks 0, 1/4, 1/3, 1/2, 2/5.
	checkFloat(t, "AURC", s.AURC(), (0+1.0/4+1.0/3+1.0/2+2.0/5)/5)
	for _, tt := range []struct{ coverage, want float64 }{
		{1e-9, 1},
		{0.2, 1},
		{0.21, 0.75},
		{0.4, 0.75},
		{0.6, 2.0 / 3},
		{0.8, 0.5},
		{1, 0.6},
		{0, nan},
		{-1, nan},
		{1.1, nan},
		{nan, nan},
	} {
		checkFloat(t, "selective accuracy", s.SelectiveAccuracy(tt.coverage), tt.want)
	}
}

// The figures by their definitions: pairs for AUC, all orders of texts equally
// sure for what leaves some of them out.
func TestScoresByDefinition(t *testing.T) {
	type point struct {
		p    float64
		gold bool
	}
	for seed := range uint64(30) {
		r := newRand(seed)
		points := make([]point, 6)
		var s metrics.Scores
		for i := range points {
			points[i] = point{pick(r, 0, 0.25, 0.5, 0.75, 1), r.IntN(2) == 0}
			s.Add(points[i].p, points[i].gold)
		}
		pairs, wins := 0.0, 0.0
		for _, a := range points {
			for _, b := range points {
				if a.gold && !b.gold {
					pairs++
					wins += float64(cmp.Compare(a.p, b.p)+1) / 2
				}
			}
		}
		checkFloat(t, "AUC", s.AUC(), wins/pairs)

		orders, aurc := 0.0, 0.0
		var risk [7]float64 // of the surest 1, 2, …
		permute(points, 0, func(points []point) {
			ps := slices.Clone(points)
			slices.SortStableFunc(ps, func(a, b point) int { return cmp.Compare(math.Abs(b.p-0.5), math.Abs(a.p-0.5)) })
			orders++
			wrong := 0.0
			for i, x := range ps {
				if (x.p >= 0.5) != x.gold {
					wrong++
				}
				aurc += wrong / float64(i+1) / 6
				risk[i+1] += wrong / float64(i+1)
			}
		})
		checkFloat(t, "AURC", s.AURC(), aurc/orders)
		for k := 1; k <= 6; k++ {
			checkFloat(t, "selective accuracy", s.SelectiveAccuracy(float64(k)/6), 1-risk[k]/orders)
		}
	}
}

// permute calls f with every order of s.
func permute[T any](s []T, from int, f func([]T)) {
	if from == len(s) {
		f(s)
		return
	}
	for i := from; i < len(s); i++ {
		s[from], s[i] = s[i], s[from]
		permute(s, from+1, f)
		s[from], s[i] = s[i], s[from]
	}
}

// Every score lies in its bin, also where a bin's end is rounded.
func TestReliabilityEnds(t *testing.T) {
	for _, bins := range []int{1, 3, 7, 10, 15, 49, 100} {
		for i := range bins + 1 {
			end := float64(i) / float64(bins)
			for _, p := range []float64{math.Nextafter(end, 0), end, math.Nextafter(end, 1)} {
				var s metrics.Scores
				s.Add(p, true)
				got := s.Reliability(bins)
				if len(got) != 1 || !(got[0].Low < p || p == 0 && got[0].Low == 0) || p > got[0].High || got[0].Mean != p {
					t.Errorf("%v of %d bins: %+v", p, bins, got)
				}
			}
		}
	}
}

func TestScoresDegenerate(t *testing.T) {
	for _, tt := range []struct {
		name                                string
		points                              map[bool][]float64
		auc, ap, brier, ece, aurc, select60 float64
	}{
		{"nothing", nil, nan, nan, nan, nan, nan, nan},
		{"all positive", map[bool][]float64{true: {0.9, 0.4}}, nan, 1, (0.01 + 0.36) / 2, 0.35, 0.25, 0.5},
		{"all negative", map[bool][]float64{false: {0.9, 0.4}}, nan, nan, (0.81 + 0.16) / 2, 0.65, 0.75, 0.5},
		{"one score", map[bool][]float64{true: {0.5, 0.5}, false: {0.5, 0.5}}, 0.5, 0.5, 0.25, 0, 0.5, 0.5},
		{"perfect", map[bool][]float64{true: {1}, false: {0}}, 1, 1, 0, 0, 0, 1},
		{"reversed", map[bool][]float64{true: {0}, false: {1}}, 0, 0.5, 1, 1, 1, 0},
	} {
		s := scores(tt.points)
		checkFloat(t, tt.name+": AUC", s.AUC(), tt.auc)
		checkFloat(t, tt.name+": AP", s.AveragePrecision(), tt.ap)
		checkFloat(t, tt.name+": Brier", s.Brier(), tt.brier)
		checkFloat(t, tt.name+": ECE", s.ECE(10), tt.ece)
		checkFloat(t, tt.name+": AURC", s.AURC(), tt.aurc)
		checkFloat(t, tt.name+": selective accuracy", s.SelectiveAccuracy(0.6), tt.select60)
	}
	s := scores(sample)
	checkFloat(t, "ECE without bins", s.ECE(0), nan)
	if got := s.Reliability(-1); got != nil {
		t.Errorf("reliability without bins %v", got)
	}
	for _, p := range []float64{nan, math.Inf(1), math.Inf(-1), -1e-9, 1 + 1e-9} {
		s.Add(p, true)
	}
	if s.Len() != 20 || s.Invalid() != 5 {
		t.Errorf("%d texts, %d invalid, want 20, 5", s.Len(), s.Invalid())
	}
	checkFloat(t, "AUC", s.AUC(), 0.775)
}

func TestCutoffJSON(t *testing.T) {
	b, err := json.Marshal(scores(map[bool][]float64{true: {1}}).Curve())
	if err != nil || !strings.HasPrefix(string(b), `[{"threshold":1,"precision":{"num":1,"den":1,`) || !strings.Contains(string(b), `"fpr":{"num":0,"den":0,"rate":null,`) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestScoresMerge(t *testing.T) {
	for seed := range uint64(8) {
		r := newRand(seed)
		var items []func(*metrics.Scores)
		for range 300 {
			p, gold := r.Float64(), r.IntN(2) == 0
			if r.IntN(3) == 0 {
				p = math.Round(10*p) / 10
			}
			if r.IntN(50) == 0 {
				p = nan
			}
			items = append(items, func(s *metrics.Scores) { s.Add(p, gold) })
		}
		checkMerge(t, r, func() *metrics.Scores { return new(metrics.Scores) }, items, func(s *metrics.Scores) any {
			return []any{
				s.Len(), s.Invalid(), s.Curve(), s.AUC(), s.AveragePrecision(), s.Brier(),
				s.Reliability(15), s.ECE(15), s.RiskCoverage(), s.AURC(), s.SelectiveAccuracy(0.6),
			}
		})
	}
}
