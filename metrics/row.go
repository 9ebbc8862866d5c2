package metrics

import (
	"cmp"
	"encoding/json"
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
		r.Shrunken = p.Shrink(r.Rate)
	}
	slices.SortFunc(rows, func(a, b Row[K]) int {
		if c := cmp.Compare(b.Shrunken, a.Shrunken); c != 0 {
			return c
		}
		return compareKeys(a.Key, b.Key)
	})
	return rows
}
