package metrics

import (
	"cmp"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// An Audit accumulates what the classifier found in all orders and reviewers in
// a sample of them, and estimates the CCR that reviewers would find in all, by
// key. Make one with [NewAudit]; the zero Audit puts all orders under the zero
// key. Memory is some 100 bytes and the key itself for each key.
//
// The sample has to be chosen by chance: with [SampleStrata], or so that all
// orders have the same chance, or all that are found negative have one and all
// others another. For [Audit.Rows] that is enough in each key by itself.
// Decisions that were made for another reason, such as those of appeals, are no
// sample of anything: they belong in the CCR and not here.
type Audit[K comparable] struct {
	_ [0]func()

	key     func(*ccr.Verdict) K
	cells   map[K]*tally
	pending int
}

// A tally counts the orders of one key.
type tally struct {
	silent int // orders without effective feedback, which are not negative
	strata [numStrata]Stratum
}

// NewAudit returns an Audit by key, a pure function of the classifier's
// verdict, such as [ByProduct].
func NewAudit[K comparable](key func(*ccr.Verdict) K) *Audit[K] {
	return &Audit[K]{key: key}
}

// Add counts one order. found is the verdict by the classifier, made without
// reviewers' decisions. reviewed is the verdict on the same order with them
// when the order is in the sample, and nil when it is not. An order that found
// does not count is passed over.
func (a *Audit[K]) Add(found, reviewed *ccr.Verdict) {
	if !found.Counted {
		return
	}
	var k K
	if a.key != nil {
		k = a.key(found)
	}
	c := a.at(k)
	order, open := NewCandidate(found)
	if !open {
		c.silent++
		return
	}
	s := &c.strata[order.Stratum]
	s.Orders++
	if reviewed == nil {
		return
	}
	negative, decided := decision(reviewed)
	if !decided {
		a.pending++
		return
	}
	s.Labels.Den++
	if negative {
		s.Labels.Num++
	}
}

// decision returns whether reviewers find the order negative, and false when
// what they have decided does not settle it.
func decision(v *ccr.Verdict) (negative, decided bool) {
	decided = true
	for i := range v.Rulings {
		switch r := &v.Rulings[i]; {
		case r.Excluded != "" && r.Excluded != ccr.ReasonNotRead:
		case r.Override == nil:
			decided = false
		case r.Negative:
			return true, true
		}
	}
	return false, decided
}

func (a *Audit[K]) at(k K) *tally {
	c := a.cells[k]
	if c == nil {
		if a.cells == nil {
			a.cells = map[K]*tally{}
		}
		c = new(tally)
		a.cells[k] = c
	}
	return c
}

// Merge adds what o has accumulated. Both must be by the same key.
func (a *Audit[K]) Merge(o *Audit[K]) {
	if o == nil {
		return
	}
	for k, c := range o.cells {
		a.at(k).add(c)
	}
	a.pending += o.pending
}

func (c *tally) add(o *tally) {
	c.silent += o.silent
	for i := range c.strata {
		c.strata[i].Orders += o.strata[i].Orders
		c.strata[i].Labels = c.strata[i].Labels.Add(o.strata[i].Labels)
	}
}

// Pending returns the number of orders in the sample that reviewers have not
// decided: no feedback was upheld, and not all effective feedback was read. They
// are left out of the labels. As a sample is chosen by chance only when it is
// complete, trust the estimate when Pending is 0.
func (a *Audit[K]) Pending() int { return a.pending }

// Estimate returns the CCR of all orders together as reviewers would find it,
// by [Stratified]. Nil opts are the defaults.
func (a *Audit[K]) Estimate(opts *EstimateOptions) Estimate {
	var all tally
	for _, c := range a.cells {
		all.add(c)
	}
	return all.estimate(opts)
}

func (c *tally) estimate(opts *EstimateOptions) Estimate {
	return stratified(c.strata[:], c.silent, opts.orDefaults())
}

// An AuditRow is the figure of one key.
type AuditRow[K comparable] struct {
	_ [0]func()

	Key      K        `json:"key"`
	Found    Rate     `json:"found"` // by the classifier
	Estimate Estimate `json:"estimate"`
}

// Rows returns a row for each key, the greatest low end of the interval first
// and then by key. Nil opts are the defaults.
//
// Each row rests on its own labels alone, so that its interval is right and,
// with few labels, wide. Error rates pooled over keys would give narrow
// intervals that are wrong: measured by TestCellCoverage, where keys differ in
// the rate and in how well the classifier reads them, 95% intervals by pooled
// precision cover the truth 48% of the time, by pooled sensitivity and
// specificity 70%, and these 97%. To know one key, label more of it.
func (a *Audit[K]) Rows(opts *EstimateOptions) []AuditRow[K] {
	rows := make([]AuditRow[K], 0, len(a.cells))
	for k, c := range a.cells {
		r := AuditRow[K]{Key: k, Estimate: c.estimate(opts)}
		r.Found = Rate{c.strata[upheld].Orders, r.Estimate.Orders}
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b AuditRow[K]) int {
		return cmp.Or(cmp.Compare(b.Estimate.Interval.Low, a.Estimate.Interval.Low), compareKeys(a.Key, b.Key))
	})
	return rows
}
