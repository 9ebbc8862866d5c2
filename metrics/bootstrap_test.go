package metrics_test

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/metrics"
)

var skewed = []float64{2.1, 3.4, 1.2, 0.3, 8.8, 2.2, 4.1, 0.9, 1.7, 5.6, 12.3, 2.8, 3.3, 0.5, 1.1, 6.7, 2.0, 1.9, 3.8, 2.6}

func meanOf(xs []float64) func([]int) float64 {
	return func(sample []int) float64 {
		sum := 0.0
		for _, i := range sample {
			sum += xs[i]
		}
		return sum / float64(len(sample))
	}
}

func deviationOf(xs []float64) func([]int) float64 {
	return func(sample []int) float64 {
		mean, sum := meanOf(xs)(sample), 0.0
		for _, i := range sample {
			sum += (xs[i] - mean) * (xs[i] - mean)
		}
		return math.Sqrt(sum / float64(len(sample)))
	}
}

// Values are those of scipy 1.10.1, stats.bootstrap of np.mean and np.std, and
// of R's boot 1.3-28, boot.ci, with 200000 resamples or more. They are random
// as ours are: hence the tolerance.
func TestBootstrap(t *testing.T) {
	rounds := 100_000
	if testing.Short() {
		rounds = 20_000
	}
	for _, tt := range []struct {
		name       string
		stat       func([]int) float64
		confidence float64
		percentile bool
		low, high  float64
	}{
		{"scipy", meanOf(skewed), 0, false, 2.37, 5.095},
		{"scipy", meanOf(skewed), 0, true, 2.21, 4.75},
		{"scipy", meanOf(skewed), 0.9, false, 2.505, 4.76},
		{"scipy", meanOf(skewed), 0.9, true, 2.365, 4.505},
		{"boot", meanOf(skewed), 0.95, false, 2.370, 5.080},
		{"scipy", deviationOf(skewed), 0, true, 1.356, 4.005},
		{"scipy", deviationOf(skewed), 0, false, 1.813, 4.551},
	} {
		opts := &metrics.ResampleOptions{Rounds: rounds, Seed: 1, Confidence: tt.confidence, Percentile: tt.percentile}
		got, ok := metrics.Bootstrap(len(skewed), tt.stat, opts)
		if !ok {
			t.Fatal(tt.name, "no interval")
		}
		checkNear(t, tt.name+" low", got.Low, tt.low, 0.06)
		checkNear(t, tt.name+" high", got.High, tt.high, 0.06)
	}
}

// The intervals hold the true mean, 1, of a skewed distribution about as often
// as they say; with 40 items both fall a little short.
func TestBootstrapCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("a simulation")
	}
	r := newRand(3)
	var bca, percentile metrics.Rate
	for trial := range uint64(400) {
		xs := make([]float64, 40)
		for i := range xs {
			xs[i] = r.ExpFloat64()
		}
		for _, c := range []*metrics.Rate{&bca, &percentile} {
			got, ok := metrics.Bootstrap(len(xs), meanOf(xs), &metrics.ResampleOptions{Rounds: 999, Seed: trial, Percentile: c == &percentile})
			if !ok {
				t.Fatal("no interval")
			}
			c.Den++
			if got.Low <= 1 && 1 <= got.High {
				c.Num++
			}
		}
	}
	t.Logf("coverage of 95%% intervals: BCa %v, percentile %v", bca.Value(), percentile.Value())
	if bca.Value() < 0.89 || bca.Value() > 0.98 || percentile.Value() < 0.89 || percentile.Value() > 0.98 {
		t.Errorf("coverage of 95%% intervals: BCa %v, percentile %v", bca.Value(), percentile.Value())
	}
}

func TestBootstrapSeed(t *testing.T) {
	at := func(seed uint64) metrics.Interval {
		i, _ := metrics.Bootstrap(len(skewed), meanOf(skewed), &metrics.ResampleOptions{Rounds: 500, Seed: seed})
		return i
	}
	if at(1) != at(1) {
		t.Error("equal seeds, different intervals")
	}
	if at(1) == at(2) {
		t.Error("different seeds, equal intervals")
	}
	whole, _ := metrics.Bootstrap(len(skewed), meanOf(skewed), nil)
	if got, _ := metrics.Bootstrap(len(skewed), meanOf(skewed), &metrics.ResampleOptions{Rounds: 9999, Confidence: 0.95}); got != whole {
		t.Errorf("%v, want the defaults' %v", got, whole)
	}
}

func TestBootstrapDegenerate(t *testing.T) {
	constant := func([]int) float64 { return 7 }
	// Of one class in half of the resamples there is no AUC.
	two := func(sample []int) float64 {
		var s metrics.Scores
		for _, i := range sample {
			s.Add(0.5, i == 0)
		}
		return s.AUC()
	}
	onlyWhole := func(sample []int) float64 {
		for k, i := range sample {
			if k != i {
				return math.Inf(1)
			}
		}
		return 1
	}
	for _, tt := range []struct {
		name string
		n    int
		stat func([]int) float64
		conf float64
		want metrics.Interval
		ok   bool
	}{
		{"no items", 0, constant, 0, metrics.Interval{}, false},
		{"negative", -1, constant, 0, metrics.Interval{}, false},
		{"confidence 1", 5, constant, 1, metrics.Interval{}, false},
		{"confidence -1", 5, constant, -1, metrics.Interval{}, false},
		{"confidence NaN", 5, constant, nan, metrics.Interval{}, false},
		{"tiny", 5, func(s []int) float64 { return 1e-200 * float64(s[0]) }, 0.01, metrics.Interval{}, true},
		{"constant", 5, constant, 0, metrics.Interval{Low: 7, High: 7}, true},
		{"one item", 1, meanOf(skewed), 0, metrics.Interval{Low: 2.1, High: 2.1}, true},
		{"no value", 5, func([]int) float64 { return nan }, 0, metrics.Interval{}, false},
		{"few values", 8, onlyWhole, 0, metrics.Interval{}, false},
		{"some values", 3, two, 0, metrics.Interval{Low: 0.5, High: 0.5}, true},
	} {
		got, ok := metrics.Bootstrap(tt.n, tt.stat, &metrics.ResampleOptions{Rounds: 200, Confidence: tt.conf})
		if got != tt.want || ok != tt.ok {
			t.Errorf("%s: %v, %v, want %v, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
	// A statistic that lies beyond all its resamples, and one whose skewness is
	// beyond the correction, still have intervals within what it took.
	distinct := func(sample []int) float64 { return float64(len(slices.Compact(slices.Sorted(slices.Values(sample))))) }
	greatest := func(sample []int) float64 { return math.Exp(float64(slices.Max(sample))) }
	least := func(sample []int) float64 { return math.Exp(29) + 1 - greatest(sample) }
	for name, stat := range map[string]func([]int) float64{"distinct": distinct, "greatest": greatest, "least": least} {
		for _, confidence := range []float64{0.5, 0.95, math.Nextafter(1, 0)} {
			got, ok := metrics.Bootstrap(30, stat, &metrics.ResampleOptions{Rounds: 500, Confidence: confidence})
			if !ok || !(1 <= got.Low && got.Low <= got.High && got.High <= math.Exp(29)) {
				t.Errorf("%s at %v: %v, %v", name, confidence, got, ok)
			}
		}
	}
}

// scipy 1.10.1: permutation_test(d, mean, permutation_type="samples",
// n_resamples=inf) of the differences gives 0.072265625.
func TestPermutation(t *testing.T) {
	d := []float64{1.2, -0.4, 0.8, 2.1, -1.0, 0.3, 1.7, 0.9, -0.2, 1.1}
	mean := func(swap []bool) (sum float64) {
		for i, s := range swap {
			if s {
				sum -= d[i]
			} else {
				sum += d[i]
			}
		}
		return sum / float64(len(d))
	}
	checkFloat(t, "exact p", metrics.PermutationTest(len(d), mean, nil), 0.072265625)
	random := metrics.PermutationTest(len(d), mean, &metrics.ResampleOptions{Rounds: 1000, Seed: 5})
	checkNear(t, "random p", random, 0.072265625, 0.03)
	if again := metrics.PermutationTest(len(d), mean, &metrics.ResampleOptions{Rounds: 1000, Seed: 5}); again != random {
		t.Errorf("equal seeds give %v and %v", random, again)
	}

	calls := 0
	one := func(v float64) func([]bool) float64 {
		return func([]bool) float64 { calls++; return v }
	}
	checkFloat(t, "no items", metrics.PermutationTest(0, one(0), nil), 1)
	checkFloat(t, "negative", metrics.PermutationTest(-1, one(0), nil), nan)
	checkFloat(t, "NaN", metrics.PermutationTest(3, one(nan), nil), nan)
	checkFloat(t, "no difference", metrics.PermutationTest(100, one(0), &metrics.ResampleOptions{Rounds: 50}), 1)
	calls = 0
	checkFloat(t, "extreme", metrics.PermutationTest(100, func(swap []bool) float64 {
		calls++
		if slices.Contains(swap, true) {
			return 0.1
		}
		return 1
	}, &metrics.ResampleOptions{Rounds: 99}), 0.01)
	if calls != 100 {
		t.Errorf("%d calls, want 100", calls)
	}
}

// scipy 1.10.1: binomtest(first, first+second).pvalue.
func TestMcNemar(t *testing.T) {
	for _, tt := range []struct {
		first, second int
		want          float64
	}{
		{0, 0, 1},
		{0, 1, 1},
		{4, 5, 1},
		{5, 5, 1},
		{0, 10, 0.001953125},
		{3, 11, 0.057373046875},
		{59, 6, 4.964650327128616e-12},
		{121, 59, 4.4344492637551645e-06},
		{3000, 3300, 0.00016475607669748352},
		{100, 400, 1.65962947521744e-43},
		{-1, 3, nan},
		{3, -1, nan},
	} {
		got := metrics.McNemar(tt.first, tt.second)
		checkNear(t, "p", got, tt.want, 1e-9*tt.want)
		if other := metrics.McNemar(tt.second, tt.first); other != got && !math.IsNaN(got) {
			t.Errorf("McNemar(%d, %d) = %v, and %v the other way round", tt.first, tt.second, got, other)
		}
	}
}

// R 4.2.2: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.2, NA, 0.9), "holm").
func TestHolm(t *testing.T) {
	p := []float64{0.01, 0.04, 0.03, 0.005, 0.2, nan, 0.9}
	got := metrics.Holm(p)
	want := []float64{0.05, 0.12, 0.12, 0.03, 0.40, nan, 0.90}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-15, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p[0] != 0.01 {
		t.Error("the argument was changed")
	}
	if diff := cmp.Diff([]float64{1, 1}, metrics.Holm([]float64{0.9, 0.6})); diff != "" {
		t.Errorf("not above 1 (-want +got):\n%s", diff)
	}
	if got := metrics.Holm(nil); len(got) != 0 {
		t.Errorf("of nothing %v", got)
	}
}

// TestBenjaminiHochberg compares with p.adjust(p, "BH", n) of R 4.2.2. The first
// p-values are those of the example in Benjamini and Hochberg (1995), section 4.1.
func TestBenjaminiHochberg(t *testing.T) {
	for _, c := range []struct {
		p     []float64
		tests int
		want  []float64
	}{
		{
			[]float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1},
			15,
			[]float64{0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571428571429, 0.0638571428571429, 0.0645, 0.0765, 0.486, 0.5811818181818181, 0.714875, 0.7532307692307693, 0.8132142857142857, 1},
		},
		{[]float64{0.6, 0.001, 1, 0.001, 0.04, 0}, 0, []float64{0.72, 0.002, 1, 0.002, 0.06, 0}},
		{[]float64{0.01, 0.04, 0.03, 0.005, 0.5}, 7, []float64{0.035, 0.07, 0.07, 0.035, 0.7}}, // two more of p = 1
		{[]float64{0.01, 0.02, 0.02, 0.9}, 4, []float64{2.0 / 75, 2.0 / 75, 2.0 / 75, 0.9}},
		{[]float64{0.01, nan, 0.04}, 0, []float64{0.02, nan, 0.04}},
		{nil, 0, nil},
	} {
		before := slices.Clone(c.p)
		got := metrics.BenjaminiHochberg(c.p, c.tests)
		if diff := cmp.Diff(c.want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("%v of %d (-want +got):\n%s", c.p, c.tests, diff)
		}
		if diff := cmp.Diff(before, c.p, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("the argument was changed:\n%s", diff)
		}
	}
}
