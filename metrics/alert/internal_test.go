package alert

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestRise compares with numeric integration over the gamma distribution, scipy
// 1.10.1: log of the ratio of the integrals of
// poisson.pmf(x, n*q*gamma(a, scale=1/b).ppf(u)) over u for q = ratio and q = 1.
func TestRise(t *testing.T) {
	for _, c := range []struct {
		s     baseline
		ratio float64
		c     counts
		want  float64
	}{
		{baseline{3.5, 80}, 3, counts{4, 20}, 1.8709073800133216},
		{baseline{0.5, 10}, 12, counts{2, 3}, 1.8105832020071497},
		{baseline{40.5, 1000}, 1.5, counts{0, 50}, -0.9529851451128895},
		// By hand: the limit of a certain baseline, 4·ln 3 - 20·0.05·2.
		{baseline{0.05e12, 1e12}, 3, counts{4, 20}, 4*math.Log(3) - 2},
		// By hand: without a baseline -ln(ratio)/2, however bad the orders.
		{baseline{0.5, 0}, 12, counts{9, 10}, -math.Log(12) / 2},
		{baseline{0.5, 0}, 12, counts{1, 0}, 0},
	} {
		if got := c.s.rise(c.ratio, 1, c.c); math.Abs(got-c.want) > 1e-4*max(1e-4, math.Abs(c.want)) {
			t.Errorf("%v.rise(%v, 1, %v) = %v, want %v", c.s, c.ratio, c.c, got, c.want)
		}
	}
}

// TestPoisson compares with the log of a ratio of negative binomial probabilities,
// scipy 1.10.1: with k = m/(factor-1), nbinom.logpmf(x, k, k/(k+ratio*m)) -
// nbinom.logpmf(x, k, k/(k+m)).
func TestPoisson(t *testing.T) {
	for _, c := range []struct{ ratio, factor, x, m, want float64 }{
		{3, 2, 7, 2.5, 1.105387805357287},
		{12, 1.3, 4, 0.8, 1.5150130056349451},
		{1.5, 4, 0, 10, -1.0615124370617819},
		// By hand: no dispersion, and next to none.
		{6, 1, 3, 2, 3*math.Log(6) - 10},
		{6, 1 + 1e-9, 3, 2, 3*math.Log(6) - 10},
	} {
		r, times := poisson(c.ratio, c.factor)
		if got := times * (c.x*math.Log(r) - c.m*(r-1)); math.Abs(got-c.want) > 1e-7 {
			t.Errorf("poisson(%v, %v): log likelihood ratio of %v at %v = %v, want %v", c.ratio, c.factor, c.x, c.m, got, c.want)
		}
	}
	for _, ratio := range ratios {
		for _, factor := range []float64{1 + 1e-15, 1.0001, 2, 50, 1e6, 1e15} {
			if r, times := poisson(ratio, factor); !(r > 1 && r <= ratio && times > 0 && times <= 1+1e-9) {
				t.Errorf("poisson(%v, %v) = %v, %v", ratio, factor, r, times)
			}
		}
	}
}

// TestLikelihood compares with scipy 1.10.1: nbinom.logpmf(x, a, b/(b+n)) -
// x*log(n) + lgamma(x+1).
func TestLikelihood(t *testing.T) {
	for _, c := range []struct {
		s    baseline
		c    counts
		want float64
	}{
		{baseline{3.5, 80}, counts{4, 20}, -12.868292539140441},
		{baseline{0.5, 10}, counts{0, 7}, -0.2653141255310852},
		{baseline{0.5, 0}, counts{3, 7}, 0},
	} {
		if got := c.s.likelihood(c.c); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v.likelihood(%v) = %v, want %v", c.s, c.c, got, c.want)
		}
	}
}

// TestRunLength holds the CUSUM against the average run lengths of Montgomery,
// "Introduction to statistical quality control", table 9.3, for k = 1/2 and a
// decision interval of h = 4 and 5: without a shift 168 and 465 for the chart of
// both sides, so 336 and 930 for one, and 8.38 and 10.4 at a shift of one standard
// deviation. For a large mean m and ratio 1+1/√m the log likelihood ratio is that
// chart, in the same units.
func TestRunLength(t *testing.T) {
	const m = 10000
	const ratio = 1 + 1.0/100
	s := baseline{0.5e14, 1e14}
	r := rand.New(rand.NewPCG(1, 1))
	length := func(h, shift float64) float64 {
		var c counts
		for n := 1.0; ; n++ {
			c = c.plus(counts{int64(math.Round(m + math.Sqrt(m)*(shift+r.NormFloat64()))), 2 * m})
			switch got := s.rise(ratio, 1, c); {
			case got >= h:
				return n
			case got <= 0:
				c = counts{}
			}
		}
	}
	for _, c := range []struct{ h, shift, want float64 }{{4, 0, 336}, {5, 0, 930}, {4, 1, 8.38}, {5, 1, 10.4}} {
		const runs = 1000
		sum := 0.0
		for range runs {
			sum += length(c.h, c.shift)
		}
		// Run lengths are about exponential: a standard error of 3%.
		if got := sum / runs; math.Abs(got/c.want-1) > 0.1 {
			t.Errorf("average run length at h %v, shift %v = %.4g, want %v", c.h, c.shift, got, c.want)
		}
	}
}

// TestTail holds the p-value of a chart against how often charts of an unchanged
// rate are that high.
func TestTail(t *testing.T) {
	const p, days = 0.03, 300_000
	s := baseline{p * 1e12, 1e12}
	r := rand.New(rand.NewPCG(1, 1))
	for _, h := range []float64{1, 2, 3} {
		above := 0
		for _, ratio := range ratios {
			var c counts
			for range days {
				x := int64(0)
				if r.Float64() < p {
					x = 1
				}
				c = c.plus(counts{x, 1})
				switch got := s.rise(ratio, 1, c); {
				case got >= h:
					above++
				case got <= 0:
					c = counts{}
				}
			}
		}
		got, bound := float64(above)/days, tail*math.Exp(-h)
		if got > 1.1*bound || got < bound/2 {
			t.Errorf("height %v: reached on %.4f of days, p-value %.4f", h, got, bound)
		}
	}
}

// TestDispersion: negative binomial counts of twice the variance, and a single
// change of the rate, which is no dispersion.
func TestDispersion(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, want := range []float64{1, 2, 4} {
		var s dispersion
		for range 4000 {
			// Clusters of `want` bad orders each: variance want times the mean.
			x := int64(0)
			for range 2000 {
				if r.Float64() < 0.01/want {
					x += int64(want)
				}
			}
			s.group = counts{x, 2000}
			s.add(0.01, 1)
		}
		if got := s.factor(1); math.Abs(got/want-1) > 0.1 {
			t.Errorf("factor %v, want %v", got, want)
		}
	}
	var s dispersion
	for i := range 40 {
		s.group = counts{10, 1000}
		if i >= 20 {
			s.group = counts{100, 1000}
		}
		s.add(0.01, 1)
	}
	if got := s.factor(1); got > 1.05 {
		t.Errorf("factor after one change of the rate = %v, want 1", got)
	}
	s = dispersion{}
	s.group = counts{3, 10}
	s.add(1, 1)
	if s.groups != 0 {
		t.Error("a rate of 1 has no variance to compare with")
	}
}
