package screen

import "math"

// tail returns the probability that at least k of n are so when each is with
// probability p: the upper tail of the binomial distribution for rho 0, else of
// the beta-binomial distribution, in which rho in (0, 1) is the correlation of
// any two. As the negative binomial does for counts, it takes into account
// that people who have one thing in common have more. It returns 1 for a k that is
// not above the mean, since only an excess is asked about.
func tail(n, k int, p, rho float64) float64 {
	switch {
	case float64(k) <= float64(n)*p:
		return 1
	case k > n || p <= 0:
		return 0
	}
	choose := lgamma(float64(n+1)) - lgamma(float64(k+1)) - lgamma(float64(n-k+1))
	var term float64               // the probability of exactly k
	var next func(float64) float64 // the ratio of the probabilities of x+1 and x
	if rho > 0 {
		a, b := p*(1/rho-1), (1-p)*(1/rho-1)
		term = choose + lbeta(float64(k)+a, float64(n-k)+b) - lbeta(a, b)
		next = func(x float64) float64 {
			return (float64(n) - x) / (x + 1) * (x + a) / (float64(n) - x - 1 + b)
		}
	} else {
		term = choose + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p)
		next = func(x float64) float64 { return (float64(n) - x) / (x + 1) * p / (1 - p) }
	}
	term = math.Exp(term)
	sum := term
	for x := k; x < n && term > sum*1e-12; x++ {
		term *= next(float64(x))
		sum += term
	}
	return min(1, sum)
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

func lbeta(a, b float64) float64 { return lgamma(a) + lgamma(b) - lgamma(a+b) }
