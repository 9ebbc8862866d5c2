package metrics

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBetaQuantileFarOut compares with bisection of the binomial sum in mpmath
// 1.3 at 50 digits: the ends for 3 of 10^12, which no int of 32 bits holds.
func TestBetaQuantileFarOut(t *testing.T) {
	if got, want := betaQuantile(0.025, 3, 1e12-2), 6.186721228960286e-13; math.Abs(got/want-1) > 1e-9 {
		t.Errorf("low end = %v, want %v", got, want)
	}
	if got, want := betaQuantile(0.975, 4, 1e12-3), 8.767273069717044e-12; math.Abs(got/want-1) > 1e-5 {
		t.Errorf("high end = %v, want %v", got, want)
	}
}

// TestBetaCDF uses closed forms: I_x(a, 1) = x^a and I_x(1, b) = 1-(1-x)^b.
func TestBetaCDF(t *testing.T) {
	for _, x := range []float64{1e-9, 0.01, 0.3, 0.5, 0.9, 0.999} {
		for _, a := range []float64{1, 2, 7, 40} {
			p, density := betaCDF(x, a, 1)
			if want := math.Pow(x, a); math.Abs(p-want) > 1e-14 {
				t.Errorf("I_%v(%v, 1) = %v, want %v", x, a, p, want)
			}
			if want := a * math.Pow(x, a-1); math.Abs(density-want) > 1e-12*want {
				t.Errorf("density of I_%v(%v, 1) = %v, want %v", x, a, density, want)
			}
			if p, _ := betaCDF(x, 1, a); math.Abs(p-(1-math.Pow(1-x, a))) > 1e-14 {
				t.Errorf("I_%v(1, %v) = %v, want %v", x, a, p, 1-math.Pow(1-x, a))
			}
		}
	}
}

// The acceleration of a mean is the skewness of the items over 6·√n, in closed
// form: for many items it is estimated with few calls. They are sorted, as those
// of a corpus may be.
func TestAccelerationOfMany(t *testing.T) {
	const n = 10_000
	xs := make([]float64, n)
	for i := range xs { // quantiles of the exponential distribution
		xs[i] = -math.Log(1 - (float64(i)+0.5)/n)
	}
	calls := 0
	mean := func(sample []int) float64 {
		calls++
		sum := 0.0
		for _, i := range sample {
			sum += xs[i]
		}
		return sum / float64(len(sample))
	}
	got := acceleration(n, mean, rand.New(rand.NewPCG(1, 0)))
	if want := 2 / (6 * math.Sqrt(n)); math.Abs(got-want) > 0.001 { // the skewness is 2
		t.Errorf("%v, want %v", got, want)
	}
	if calls != maxGroups {
		t.Errorf("%d calls, want %d", calls, maxGroups)
	}
}

func TestFitPrior(t *testing.T) {
	for _, c := range []struct {
		name  string
		rates []Rate
		want  Prior
	}{
		// By hand: two orders of one row differ with probability
		// (16+25+16)/(3·90), two at random with 1/2: 1-g = 38/45, s = 38/7.
		{"equal rows", []Rate{{2, 10}, {5, 10}, {8, 10}}, Prior{0.5, 38.0 / 7}},
		// In rational arithmetic, by a program in Python.
		{"unequal rows", []Rate{{1, 1}, {30, 1000}, {3, 50}, {0, 20}, {12, 100}}, Prior{0.057864240732928514, 43.22876583993205}},
		{"no rows", nil, Prior{}},
		{"one row", []Rate{{3, 10}}, Prior{0.3, 10}},
		{"alike", []Rate{{10, 100}, {10, 100}, {10, 100}}, Prior{0.1, 300}},
		{"none negative", []Rate{{0, 10}, {0, 5}}, Prior{0, 15}},
		{"all negative", []Rate{{10, 10}, {5, 5}}, Prior{1, 15}},
		{"no pairs", []Rate{{1, 1}, {0, 1}, {0, 1}, {0, 1}}, Prior{0.25, 4}},
		{"all or nothing", []Rate{{0, 10}, {10, 10}}, Prior{0.5, 1}},
	} {
		got := fitPrior(slices.Clone(c.rates))
		if math.Abs(got.Mean-c.want.Mean) > 1e-7 || math.Abs(got.Strength-c.want.Strength) > 1e-6*c.want.Strength {
			t.Errorf("%s: fitPrior = %v, want %v", c.name, got, c.want)
		}
	}
}

// TestFitPriorRecovers draws rows from a known beta-binomial model, the beta by
// order statistics: the a-th smallest of a+b-1 uniforms is Beta(a, b).
func TestFitPriorRecovers(t *testing.T) {
	const a, b = 2, 38 // mean 0.05, strength 40
	r := rand.New(rand.NewPCG(3, 4))
	rates := make([]Rate, 3000)
	for i := range rates {
		uniforms := make([]float64, a+b-1)
		for j := range uniforms {
			uniforms[j] = r.Float64()
		}
		slices.Sort(uniforms)
		n := 1 + int(math.Exp(4*r.Float64()*r.Float64()*2))
		rates[i].Den = n
		for range n {
			if r.Float64() < uniforms[a-1] {
				rates[i].Num++
			}
		}
	}
	got := fitPrior(rates)
	if math.Abs(got.Mean-0.05) > 0.003 || got.Strength < 34 || got.Strength > 47 {
		t.Errorf("fitPrior = %v, want about {0.05 40}", got)
	}
}

func TestCompareKeys(t *testing.T) {
	type key struct {
		s string
		n int
		b bool
	}
	check(t, "a", "b", "ba")
	check(t, -3, 0, 2, 10)
	check(t, uint8(1), 2, 200)
	check(t, -0.5, 0, 1e9)
	check(t, false, true)
	check(t, complex(0, 1), complex(0, 2), complex(1, 0))
	check(t, [2]string{"a", "z"}, [2]string{"b", "a"}, [2]string{"b", "b"})
	check(t, key{"a", 9, true}, key{"b", 1, false}, key{"b", 1, true}, key{"b", 2, false})
	check(t, any(nil), any(1), any(2), any("a"), any("b"))
	if got := compareKeys(new(int), new(int)); got != 0 {
		t.Errorf("two pointers compare as %d, want 0", got)
	}
}

// check reports where compareKeys differs from the order of keys.
func check[K comparable](t *testing.T, keys ...K) {
	t.Helper()
	for i, a := range keys {
		for j, b := range keys {
			if got, want := compareKeys(a, b), cmp.Compare(i, j); got != want {
				t.Errorf("compareKeys(%#v, %#v) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestIndex(t *testing.T) {
	var x index[string]
	want := map[string]Rate{}
	r := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		k := fmt.Sprint(r.IntN(3000))
		x.at(k).Den++
		want[k] = want[k].Add(Rate{0, 1})
	}
	if len(x.entries) != len(want) {
		t.Fatalf("%d entries, want %d", len(x.entries), len(want))
	}
	for _, e := range x.entries {
		if e.rate != want[e.key] {
			t.Errorf("%q: %v, want %v", e.key, e.rate, want[e.key])
		}
	}
	if 4*len(x.entries) > len(x.slots) {
		t.Errorf("%d entries in %d slots", len(x.entries), len(x.slots))
	}
}
