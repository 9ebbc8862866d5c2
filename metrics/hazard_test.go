package metrics

import (
	"math"
	"testing"
)

// TestSurvival compares with the published product-limit estimate of the
// remission times under 6-MP, in weeks: Freireich et al., Blood 21 (1963),
// 699-716, as in Cox and Oakes, "Analysis of Survival Data" (1984), table 4.1.
// Up to 12 every age has a hazard of its own, so the two agree.
func TestSurvival(t *testing.T) {
	h := newHazard(13)
	for _, event := range []int32{6, 6, 6, 7, 10, 13, 16, 22, 23} {
		h.add(0, event, true, 1)
	}
	for _, censored := range []int32{6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35} {
		h.add(0, censored, false, 1)
	}
	s := h.survival()
	for age, want := range map[int]float64{0: 1, 6: 1, 7: 0.857, 8: 0.807, 10: 0.807, 11: 0.753, 13: 0.753} {
		if math.Abs(s[age]-want) > 5e-4 {
			t.Errorf("survival before %d: %v, want %v", age, s[age], want)
		}
	}
}

// TestTail: geometric series go on as they are; without a fall there is no
// telling.
func TestTail(t *testing.T) {
	for _, c := range []struct {
		daily float64 // ratio of events from day to day
		ok    bool
	}{{0.9, true}, {0.95, true}, {0.98, false}, {1, false}} {
		h := newHazard(20)
		const n = 1e9
		left, total := int(n), 0.0
		for age := range int32(20) {
			events := int(0.001 * n * math.Pow(c.daily, float64(age)))
			h.add(0, age, true, events)
			left -= events
		}
		h.add(0, 20, false, left)
		for age := 20.0; c.daily < 1 && age < 2000; age++ {
			total += 0.001 * math.Pow(c.daily, age)
		}
		got, ok := h.tail()
		if ok != c.ok || ok && math.Abs(got/total-1) > 0.02 {
			t.Errorf("ratio %v: tail %v, %v, want %v, %v", c.daily, got, ok, total, c.ok)
		}
	}
	if got, ok := newHazard(20).tail(); ok {
		t.Errorf("tail of nothing: %v", got)
	}
}

// TestNegativeBinomial compares with SciPy 1.10.1:
//
//	r = 1/s; scipy.stats.nbinom.ppf([(1-c)/2, (1+c)/2], r, r/(r+m))
func TestNegativeBinomial(t *testing.T) {
	for _, c := range []struct {
		mean, spread, confidence float64
		low, high                int
	}{
		{10, 0.1, 0.95, 3, 20},
		{0.3, 0.5, 0.95, 0, 2},
		{500, 0.08, 0.9, 290, 756},
		{0, 0.1, 0.95, 0, 0},
	} {
		low, high := negativeBinomial(c.mean, c.spread, c.confidence, 1e6)
		if low != c.low || high != c.high {
			t.Errorf("mean %v, spread %v, confidence %v: %d to %d, want %d to %d", c.mean, c.spread, c.confidence, low, high, c.low, c.high)
		}
	}
	if low, high := negativeBinomial(10, 0.1, 0.95, 12); low != 3 || high != 12 {
		t.Errorf("of twelve: %d to %d, want 3 to 12", low, high)
	}
}
