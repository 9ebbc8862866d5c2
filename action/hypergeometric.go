package action

import "math"

// A hypergeometric is the distribution of the marked among those drawn, without
// putting back, from all.
type hypergeometric struct{ all, marked, drawn int }

// mode returns the likeliest value.
func (h hypergeometric) mode() int {
	return int(int64(h.marked+1) * int64(h.drawn+1) / int64(h.all+2))
}

// support returns the least and the greatest value.
func (h hypergeometric) support() (low, high int) {
	return max(0, h.marked+h.drawn-h.all), min(h.marked, h.drawn)
}

// mass returns the probability of x, which is in the support.
func (h hypergeometric) mass(x int) float64 {
	return math.Exp(logChoose(h.marked, x) + logChoose(h.all-h.marked, h.drawn-x) - logChoose(h.all, h.drawn))
}

// ratio returns mass(x+1)/mass(x).
func (h hypergeometric) ratio(x int) float64 {
	return float64(h.marked-x) * float64(h.drawn-x) /
		(float64(x+1) * float64(h.all-h.marked-h.drawn+x+1))
}

// upper returns the probability of x or more, summed from the side of the mode
// on which it is not the difference of two large numbers.
func (h hypergeometric) upper(x int) float64 {
	low, high := h.support()
	switch {
	case x <= low:
		return 1
	case x > high:
		return 0
	}
	sum := 0.0
	if x > h.mode() {
		for m := h.mass(x); m > 1e-17*sum; x++ {
			sum += m
			m *= h.ratio(x)
		}
		return min(sum, 1)
	}
	for m, x := h.mass(x-1), x-1; m > 1e-17*sum; x-- {
		sum += m
		if x == low {
			break
		}
		m /= h.ratio(x - 1)
	}
	return max(1-sum, 0)
}

// logChoose returns ln of the ways to choose k of n.
func logChoose(n, k int) float64 {
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k)
}

func logFactorial(n int) float64 {
	lg, _ := math.Lgamma(float64(n) + 1)
	return lg
}
