package metrics

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
)

// A Row is the figure of one key.
type Row[K comparable] struct {
	_ [0]func()

	Key      K
	Rate     Rate
	Interval Interval // Wilson interval of Rate

	// Shrunken is the estimate of the true rate to rank by, in [0, 1]: Rate
	// drawn towards the mean of all rows, the more the fewer orders it has, so
	// that 1 of 1 does not lead the list.
	//
	// It is the posterior mean (Num + s·m)/(Den + s) of a beta-binomial model
	// whose mean m and strength s, in orders, are estimated from the rows
	// themselves by the method of moments: Kleinman, "Proportions with
	// extraneous variance: single and independent samples", JASA 68 (1973),
	// 46-54; for the idea Casella, "An introduction to empirical Bayes data
	// analysis", American Statistician 39 (1985), 83-87. Where rows differ no
	// more than chance explains, and for a single row, s is the number of all
	// orders; it is never below 1.
	Shrunken float64
}

// MarshalJSON returns the row as {"key", "num", "den", "rate", "low", "high",
// "shrunken"}. It fails when the key does not encode.
func (r Row[K]) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Key K `json:"key"`
		rateJSON
		Shrunken float64 `json:"shrunken"`
	}{r.Key, r.Rate.json(r.Interval), r.Shrunken})
}

// RowOptions choose rows. Nil and the zero RowOptions are the defaults.
type RowOptions struct {
	_ [0]func()

	// MinSupport is the Den from which a row is returned. 0 returns all. Rows
	// below it still inform Shrunken.
	MinSupport int

	// Confidence is that of the intervals, in (0, 1). 0 means 0.95.
	Confidence float64
}

// finish completes rows that have a key and a rate, drops those without
// support and sorts the rest: the greatest Shrunken first, then by key.
func finish[K comparable](rows []Row[K], opts *RowOptions) []Row[K] {
	var o RowOptions
	if opts != nil {
		o = *opts
	}
	if o.Confidence == 0 {
		o.Confidence = defaultConfidence
	}
	rates := make([]Rate, len(rows))
	for i := range rows {
		rates[i] = rows[i].Rate
	}
	p := fitPrior(rates)

	rows = slices.DeleteFunc(rows, func(r Row[K]) bool { return r.Rate.Den < o.MinSupport })
	for i := range rows {
		r := &rows[i]
		r.Interval = r.Rate.Wilson(o.Confidence)
		r.Shrunken = p.shrink(r.Rate)
	}
	slices.SortFunc(rows, func(a, b Row[K]) int {
		return cmp.Or(cmp.Compare(b.Shrunken, a.Shrunken), compareKeys(a.Key, b.Key))
	})
	return rows
}

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
