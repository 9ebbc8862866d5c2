package metrics

import (
	"math"
	"testing"
)

// TestBetaHalves compares with scipy 1.10:
// beta.ppf(0.025, k+0.5, n-k+0.5) and beta.ppf(0.975, …).
func TestBetaHalves(t *testing.T) {
	for _, c := range []struct{ k, n, low, high float64 }{
		{0, 1, 0.0003855809807559011, 0.8532536836904248},
		{2, 10, 0.044059413552630794, 0.502774496439993},
		{30, 100, 0.21684142861880507, 0.39454650663077323},
		{3, 1000, 0.0008456348018298346, 0.007984367358403442},
		{5, 20000, 9.539988882258576e-05, 0.0005479127340531272},
		{19995, 20000, 0.9994520872659469, 0.9999046001111774},
	} {
		low, high := betaQuantile(0.025, c.k+0.5, c.n-c.k+0.5), betaQuantile(0.975, c.k+0.5, c.n-c.k+0.5)
		if math.Abs(low-c.low) > 1e-9*c.low || math.Abs(high-c.high) > 1e-9*c.high {
			t.Errorf("%v of %v: [%v, %v], want [%v, %v]", c.k, c.n, low, high, c.low, c.high)
		}
	}
	// I_x(½, ½) = 2/π asin √x, and every quantile has its probability.
	for _, x := range []float64{1e-9, 0.01, 0.3, 0.5, 0.9, 0.999} {
		if p, _ := betaCDF(x, 0.5, 0.5); math.Abs(p-2/math.Pi*math.Asin(math.Sqrt(x))) > 1e-13 {
			t.Errorf("I_%v(½, ½) = %v", x, p)
		}
	}
	for _, n := range []float64{1, 2, 3, 10, 97, 1000, 1e6, 1e9} {
		for _, k := range []float64{0, 1, 2, math.Floor(n / 3), n - 1, n} {
			for _, q := range []float64{1e-6, 0.025, 0.5, 0.975} {
				if k > n {
					continue
				}
				x := betaQuantile(q, k+0.5, n-k+0.5)
				if p, _ := betaCDF(x, k+0.5, n-k+0.5); !(math.Abs(p-q) < 1e-9) && 1-x > 1e-6 {
					t.Errorf("quantile %v of %v of %v is %v, which has %v", q, k, n, x, p)
				}
			}
		}
	}
}

// TestPredictionPoweredByNumpy compares with numpy 1.24. First with what the
// functions ppi_mean_pointestimate and ppi_mean_ci of ppi_py, the authors' own
// package, compute of the same data: with λ = 1
//
//	f.mean() of all + (y-f).mean(), sqrt(f.var() of all/N + (y-f).var()/n)
//
// gave 0.225914853 and 0.027611960, and the tuned λ, cov(y, f)/((1+n/N)·var(f)),
// was 0.642698 with 0.227374482 and 0.026513313. The variances differ by the
// added labels, by n/N and n/(n-2), and as the variance of f is of the labels
// here. Then
// with the formulas of the doc written again.
func TestPredictionPoweredByNumpy(t *testing.T) {
	const n, all = 200, 50_000
	scores := make([]float64, all)
	for i := range scores {
		scores[i] = square(float64(i*7919%10007) / 10007)
	}
	equal, unequal := make([]ScoredLabel, n), make([]ScoredLabel, n)
	for i := range equal {
		f := scores[i]
		equal[i] = ScoredLabel{Score: f, Negative: float64(i*104729%1009)/1009 < 0.05+0.4*f}
		unequal[i] = equal[i]
		unequal[i].Probability = 0.002 + 0.02*math.Sqrt(f*(1-f))
	}

	p := ppi{orders: all, even: float64(n) / all}
	for _, s := range scores {
		p.mean += s / all
	}
	for _, c := range []struct{ lambda, rate, deviation float64 }{
		{1, 0.225914853, 0.027611960},
		{0.642698, 0.227374482, 0.026513313},
	} {
		rate, variance := p.estimate(equal, c.lambda)
		if math.Abs(rate-c.rate) > 1e-8 || math.Abs(math.Sqrt(variance)/c.deviation-1) > 0.01 {
			t.Errorf("λ = %v: %v ± %v, ppi_py has %v ± %v", c.lambda, rate, math.Sqrt(variance), c.rate, c.deviation)
		}
	}
	if lambda := p.power(equal); math.Abs(lambda-0.639139227) > 1e-8 || math.Abs(lambda-0.642698) > 0.01 {
		t.Errorf("tuned λ = %v, want 0.639139227, and about 0.642698", lambda)
	}

	for _, c := range []struct {
		name             string
		labels           []ScoredLabel
		value, low, high float64
	}{
		{"equal", equal, 0.227389022042, 0.179281717117, 0.283939147738},
		{"unequal", unequal, 0.216709126849, 0.169425615006, 0.272853556533},
	} {
		e := PredictionPowered(scores, c.labels, nil)
		if math.Abs(e.value-c.value) > 1e-10 || math.Abs(e.Interval.Low-c.low) > 1e-9 || math.Abs(e.Interval.High-c.high) > 1e-9 {
			t.Errorf("%s: %v in %v, want %v in {%v %v}", c.name, e.value, e.Interval, c.value, c.low, c.high)
		}
	}
}
