package metrics

import (
	"cmp"
	"math"
	"slices"
)

// A Prior is the beta distribution of the true rates of comparable things, such
// as the products of a shop: alpha is Mean·Strength and beta (1-Mean)·Strength.
// The zero Prior says nothing.
type Prior struct {
	Mean     float64 // in [0, 1]
	Strength float64 // in orders: what knowing the others is worth; 0 or at least 1
}

// Shrink returns the posterior mean of r's true rate, in [0, 1]; see
// [Row.Shrunken]. It is NaN for the zero Rate under the zero Prior.
func (p Prior) Shrink(r Rate) float64 {
	return (float64(r.Num) + p.Mean*p.Strength) / (float64(r.Den) + p.Strength)
}

// FitPrior estimates the prior from the rates of comparable things, in any
// order, as [Row.Shrunken] describes. Rates that are no proportion are left out;
// without any it returns the zero Prior. Cost is that of sorting the rates.
func FitPrior(rates []Rate) Prior {
	return fitPrior(slices.DeleteFunc(slices.Clone(rates), func(r Rate) bool { return !r.proportion() }))
}

// fitPrior is FitPrior for rates with Den > 0. It sorts these: sums then do not
// depend on their order, since equal rates are interchangeable.
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
func fitPrior(rates []Rate) Prior {
	slices.SortFunc(rates, func(a, b Rate) int {
		return cmp.Or(cmp.Compare(a.Den, b.Den), cmp.Compare(a.Num, b.Num))
	})
	var all Rate
	for _, r := range rates {
		all = all.Add(r)
	}
	if all.Den <= 0 {
		return Prior{}
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
	return Prior{mean, 1/g - 1}
}
