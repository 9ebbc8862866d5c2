package alert

import (
	"math"

	"github.com/ccrkit/ccrkit/metrics"
)

// counts are x bad orders of n. x may exceed n: orders become bad on another day
// than that on which they count as orders.
type counts struct{ x, n int64 }

func (c counts) plus(o counts) counts  { return counts{c.x + o.x, c.n + o.n} }
func (c counts) minus(o counts) counts { return counts{c.x - o.x, c.n - o.n} }

func (c counts) rate() metrics.Rate { return metrics.Rate{Num: int(c.x), Den: int(c.n)} }

// ratios are the rises that are looked for.
var ratios = [...]float64{1.5, 3, 6, 12}

// A baseline is what is known of a key's rate p before the orders in question: p
// has a gamma distribution of shape a and rate b, "a bad orders of b".
type baseline struct{ a, b float64 }

// rise returns the log of the Bayes factor of "bad orders come at the rate
// ratio·p" against "at the rate p", given c, where counts have a variance of factor
// times their mean.
//
// Given p and factor 1, x is taken as Poisson with mean n·p. Under p this errs on
// the safe side: the likelihood ratio of a binomial count has a mean of at most 1.
// With p integrated out,
//
//	ratio^x · ((b+n) / (b+ratio·n))^(a+x)
//
// remains. As the baseline becomes certain it tends to ratio^x·exp(-n·p·(ratio-1));
// without a baseline, a = 1/2 and b = 0, it is below 1.
//
// With a greater factor x is negative binomial, and the log likelihood ratio is
// that of a Poisson count with a smaller ratio, times a constant below 1.
func (s baseline) rise(ratio, factor float64, c counts) float64 {
	x, n := float64(c.x), float64(c.n)
	if n == 0 && s.b == 0 {
		return 0
	}
	ratio, times := poisson(ratio, factor)
	return times * (x*math.Log(ratio) - (s.a+x)*math.Log1p((ratio-1)*n/(s.b+n)))
}

// poisson returns ratio and times of the Poisson log likelihood ratio
//
//	times · (x·ln(ratio) - m·(ratio-1))
//
// that is the one of negative binomial counts x with mean m or ratio·m and variance
// factor times the mean:
//
//	-x·ln(1 - (ratio-1)/(ratio·factor)) - m·ln(1 + (ratio-1)·(factor-1)/factor)/(factor-1)
func poisson(ratio, factor float64) (float64, float64) {
	if factor == 1 {
		return ratio, 1
	}
	perBad := -math.Log1p((1 - ratio) / (ratio * factor))
	perOrder := math.Log1p((ratio-1)*(factor-1)/factor) / (factor - 1)
	// The root of perOrder·ln(r) = perBad·(r-1) above 1, by Newton's method: the
	// left side is concave, so that from above it is approached without a miss.
	r := ratio
	for range 50 {
		step := (perOrder*math.Log(r) - perBad*(r-1)) / (perOrder/r - perBad)
		r -= step
		if math.Abs(step) < 1e-12*r {
			break
		}
	}
	return r, perBad / math.Log(r)
}

// likelihood returns the log of the probability of c, up to a term that is the same
// for all baselines: the negative binomial distribution, a Poisson count with the
// gamma-distributed rate integrated out. It is 0 without a baseline.
func (s baseline) likelihood(c counts) float64 {
	x, n := float64(c.x), float64(c.n)
	if s.b == 0 {
		return 0
	}
	with, _ := math.Lgamma(s.a + x)
	without, _ := math.Lgamma(s.a)
	return with - without - s.a*math.Log1p(n/s.b) - x*math.Log(s.b+n)
}

// tail is the sum over ratios of the constants k by which the p-value of a chart
// at height h is k·exp(-h).
//
// While nothing happens a chart with a known baseline is the workload of a queue:
// each bad order brings ln(ratio) of work, of which p·(ratio-1) is done per order.
// Its stationary tail is k·exp(-h) with the constant of Cramér and Lundberg below;
// see Asmussen, "Applied probability and queues" (2003), theorem XIII.5.3. That
// charts start again only at the end of a day makes them lower. Summing over the
// ratios is the inequality of Bonferroni.
var tail = func() (sum float64) {
	for _, r := range ratios {
		sum += (r - 1 - math.Log(r)) / (r*math.Log(r) - (r - 1))
	}
	return sum
}()
