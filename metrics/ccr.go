package metrics

import (
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// CCR accumulates the consumer negative feedback rate and what is needed to
// defend it: negative orders by channel and by problem, and what was left out,
// by reason. The zero CCR is empty and ready to use.
type CCR struct {
	_ [0]func()

	rate      Rate
	feedback  int
	overrides int

	excludedOrders   counts[ccr.Reason]
	excludedFeedback counts[ccr.Reason]

	channels counts[ccr.Channel]
	problems counts[ccr.Aspect]
}

// Add counts one verdict.
func (c *CCR) Add(v *ccr.Verdict) {
	c.feedback += len(v.Rulings)
	for i := range v.Rulings {
		if r := &v.Rulings[i]; r.Excluded != "" {
			c.excludedFeedback.add(r.Excluded, 1)
		} else if r.Override != nil {
			c.overrides++
		}
	}
	switch {
	case !v.Counted:
		c.excludedOrders.add(v.Excluded, 1)
	case v.Negative:
		c.rate.Den++
		c.rate.Num++
		c.negative(v)
	default:
		c.rate.Den++
	}
}

// negative counts the channels and problems of a negative order, each once.
func (c *CCR) negative(v *ccr.Verdict) {
	for i := range v.Rulings {
		r := &v.Rulings[i]
		ch := r.Feedback.Channel
		if r.Negative && !slices.ContainsFunc(v.Rulings[:i], func(e ccr.Ruling) bool {
			return e.Negative && e.Feedback.Channel == ch
		}) {
			c.channels.add(ch, 1)
		}
	}
	for i, a := range v.Problems {
		if !slices.Contains(v.Problems[:i], a) {
			c.problems.add(a, 1)
		}
	}
}

// Merge adds what o has accumulated.
func (c *CCR) Merge(o *CCR) {
	if o == nil {
		return
	}
	c.rate = c.rate.Add(o.rate)
	c.feedback += o.feedback
	c.overrides += o.overrides
	c.excludedOrders.merge(o.excludedOrders)
	c.excludedFeedback.merge(o.excludedFeedback)
	c.channels.merge(o.channels)
	c.problems.merge(o.problems)
}

// Rate returns the CCR: negative orders of counted orders.
func (c *CCR) Rate() Rate { return c.rate }

// Feedback returns the number of feedback of all orders, excluded ones
// included.
func (c *CCR) Feedback() int { return c.feedback }

// Overrides returns the number of feedback that a reviewer decided. A decision
// about excluded feedback has no effect and is not among them.
func (c *CCR) Overrides() int { return c.overrides }

// ExcludedOrders returns the orders left out by reason, the most frequent
// reason first.
func (c *CCR) ExcludedOrders() []Count[ccr.Reason] { return c.excludedOrders.sorted() }

// ExcludedFeedback returns the feedback left out by reason, the most frequent
// reason first. Feedback of an order that was left out is among it, under the
// order's reason.
func (c *CCR) ExcludedFeedback() []Count[ccr.Reason] { return c.excludedFeedback.sorted() }

// Channels returns, for each channel with negative feedback, the orders with
// negative feedback by it, of all counted orders. An order may be in several
// rows, so these need not add up to [CCR.Rate]. Nil opts are the defaults.
func (c *CCR) Channels(opts *RowOptions) []Row[ccr.Channel] {
	return c.channels.rows(c.rate.Den, opts)
}

// Problems returns, for each aspect that was a problem, the orders that had
// it, of all counted orders. An order may be in several rows. Nil opts are the
// defaults.
func (c *CCR) Problems(opts *RowOptions) []Row[ccr.Aspect] {
	return c.problems.rows(c.rate.Den, opts)
}
