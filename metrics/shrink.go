package metrics

import (
	"cmp"
	"math"
	"slices"
)

// A prior is the beta distribution of the true rates of rows: alpha is
// mean·strength and beta (1-mean)·strength.
type prior struct{ mean, strength float64 }

// shrink returns the posterior mean of r's true rate.
func (p prior) shrink(r Rate) float64 {
	return (float64(r.Num) + p.mean*p.strength) / (float64(r.Den) + p.strength)
}

// fitPrior estimates the prior from rates with Den > 0 and sorts these: sums
// then do not depend on their order, since equal rates are interchangeable.
//
// With g = 1/(strength+1), the correlation of two orders of one row, two orders
// of one row differ (one negative, one not) with probability
// mean·(1-mean)·(1-g). How often they do estimates g, as in Fleiss and Cuzick,
// "The reliability of dichotomous judgments", Applied Psychological Measurement
// 3 (1979), 537-542. A row of one order has no pair and so no say, which is
// why it cannot pass for a row that is different: a sum of squares about the
// mean, the more usual moment, lets 1 of 1 move the prior. The weights
// (n-1)/(1+g(n-1)) keep one huge row from speaking for all; as g is not known
// beforehand, it is found by iteration, from weights n-1.
func fitPrior(rates []Rate) prior {
	slices.SortFunc(rates, func(a, b Rate) int {
		return cmp.Or(cmp.Compare(a.Den, b.Den), cmp.Compare(a.Num, b.Num))
	})
	var all Rate
	for _, r := range rates {
		all = all.Add(r)
	}
	if all.Den <= 0 {
		return prior{}
	}
	// A prior is worth at most all the orders it was learned from, and at least
	// one: beyond that the estimate is noise.
	least, most := 1/(1+float64(all.Den)), 0.5

	mean, g := all.Value(), 0.0
	for range 50 {
		total, hits, differ := 0.0, 0.0, 0.0
		for _, r := range rates {
			if r.Den == 1 {
				continue
			}
			x, n := float64(r.Num), float64(r.Den)
			w := (n - 1) / (1 + g*(n-1))
			total += w
			hits += w * x / n
			differ += w * x * (n - x) / (n * (n - 1))
		}
		next := least
		if total > 0 {
			mean = hits / total
			if v := total * mean * (1 - mean); v > 0 {
				next = min(max(1-differ/v, least), most)
			}
		}
		if math.Abs(next-g) <= 1e-9*next {
			break
		}
		g = next
	}
	return prior{mean, 1/g - 1}
}
