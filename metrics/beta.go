package metrics

import "math"

// The quantile of the beta distribution, which the exact interval needs and
// the standard library does not have. Its parameters are multiples of ½ here,
// from ½ up.

// betaQuantile returns the x at which the regularised incomplete beta function
// I_x(a, b) is q, for 0 < q < 1.
//
// It is Newton's method, whose derivative is the density, kept inside a bracket
// that is halved whenever a step would leave it; so it always ends.
func betaQuantile(q, a, b float64) float64 {
	low, high := 0.0, 1.0
	x := a / (a + b)
	for range 100 {
		p, density := betaCDF(x, a, b)
		if p < q {
			low = x
		} else {
			high = x
		}
		next := x - (p-q)/density
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-x) <= 1e-12*x {
			return next
		}
		x = next
	}
	return x
}

// betaCDF returns I_x(a, b) for 0 < x < 1 and its derivative by x, the density.
func betaCDF(x, a, b float64) (p, density float64) {
	// x^a (1-x)^b / B(a, b), which both halves of the symmetry share.
	front := a * b / (a + b) * binomialMass(a, b, x)
	density = front / (x * (1 - x))
	if x < (a+1)/(a+b+2) {
		return front / a * betaFraction(x, a, b), density
	}
	return 1 - front/b*betaFraction(1-x, b, a), density
}

// betaFraction returns the continued fraction of I_x(a, b),
//
//	1/(1 + d1/(1 + d2/(1 + …
//	d(2m)   =  m(b-m)x / ((a+2m-1)(a+2m))
//	d(2m+1) = -(a+m)(a+b+m)x / ((a+2m)(a+2m+1))
//
// for x < (a+1)/(a+b+2), see https://dlmf.nist.gov/8.17.E22, by the method of
// Lentz as in Thompson and Barnett, J. Comput. Phys. 64 (1986), 490-509. There
// every d(2m+1) is above -1 and, for a whole b, no d(2m) is negative before one
// is 0 and ends the fraction, so nothing is divided by 0; for other b d(2m) is
// above -1/4.
func betaFraction(x, a, b float64) float64 {
	f, c, d := 1.0, 1.0, 0.0
	for m := 0.0; m < 1e5; m++ {
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		c, d = 1+odd/c, 1/(1+odd*d)
		f *= c * d
		even := (m + 1) * (b - m - 1) * x / ((a + 2*m + 1) * (a + 2*m + 2))
		c, d = 1+even/c, 1/(1+even*d)
		f *= c * d
		if math.Abs(c*d-1) < 1e-15 {
			break
		}
	}
	return 1 / f
}

// binomialMass returns the probability of k successes and m failures in k+m
// trials of probability p each, for k, m >= 1 and 0 < p < 1.
//
// It is the saddle-point form of Loader, "Fast and accurate computation of
// binomial probabilities" (2000). Differences of log gamma values would lose
// all digits for large counts.
func binomialMass(k, m, p float64) float64 {
	n := k + m
	exponent := stirlingError(n) - stirlingError(k) - stirlingError(m) -
		deviance(k, n*p) - deviance(m, n*(1-p))
	return math.Sqrt(n/(2*math.Pi*k*m)) * math.Exp(exponent)
}

// stirlingError returns ln n! less Stirling's approximation of it, for n >= 1.
func stirlingError(n float64) float64 {
	if n < 16 {
		lg, _ := math.Lgamma(n + 1)
		return lg - (n+0.5)*math.Log(n) + n - 0.5*math.Log(2*math.Pi)
	}
	n2 := n * n
	return (1.0/12 - (1.0/360-(1.0/1260-(1.0/1680-1.0/1188/n2)/n2)/n2)/n2) / n
}

// deviance returns k ln(k/mean) + mean - k, for k, mean > 0. Near k = mean, where
// the terms cancel, it is summed as a series in (k-mean)/(k+mean).
func deviance(k, mean float64) float64 {
	if math.Abs(k-mean) > 0.1*(k+mean) {
		return k*math.Log(k/mean) + mean - k
	}
	v := (k - mean) / (k + mean)
	sum, term := (k-mean)*v, 2*k*v
	for j := 1.0; ; j++ {
		term *= v * v
		next := sum + term/(2*j+1)
		if next == sum {
			return sum
		}
		sum = next
	}
}
