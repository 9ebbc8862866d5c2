package dataset

import (
	"fmt"
	"iter"

	"github.com/ccrkit/ccrkit/ccr"
)

// Join returns an iterator over the cases that orders and feedback make: each
// order, in their order, with all feedback of its id, in the order of the
// feedback; then, in order of appearance, the feedback whose order is not
// among orders, as one case per order id without an Order; feedback without an
// order id is a case each. A feedback without a Product gets its order's.
//
// An order id that comes again is yielded as a zero Case and a [*RecordError]
// at the place of the second order, and the first one stands; likewise a
// feedback with the order id and the id of another one, both not empty. Errors
// of orders and feedback are passed on as they are, those of feedback first.
//
// All feedback and the ids of all orders are held in memory; [JoinSorted]
// needs neither. The iterator may be used as often as its arguments may, and a
// Case stays valid after its step.
func Join(orders iter.Seq2[ccr.Order, error], feedback iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Case, error] {
	return func(yield func(ccr.Case, error) bool) {
		var groups []*group // in order of appearance
		byOrder := make(map[string]*group)
		heard := make(map[ccr.Key]ccr.Source)
		for f, err := range feedback {
			if err == nil {
				err = firstFeedback(heard, &f)
			}
			if err != nil {
				if !yield(ccr.Case{}, err) {
					return
				}
				continue
			}
			g := byOrder[f.OrderID]
			if g == nil || f.OrderID == "" {
				g = new(group)
				byOrder[f.OrderID] = g
				groups = append(groups, g)
			}
			g.feedback = append(g.feedback, f)
		}
		heard = nil // it may be large

		ordered := make(map[string]ccr.Source)
		for o, err := range orders {
			if err == nil {
				err = firstOrder(ordered, &o)
			}
			if err != nil {
				if !yield(ccr.Case{}, err) {
					return
				}
				continue
			}
			var of []ccr.Feedback
			if g := byOrder[o.ID]; g != nil {
				g.ordered, of = true, g.feedback
			}
			if !yield(newCase(&o, of), nil) {
				return
			}
		}
		for _, g := range groups {
			if g.ordered {
				continue
			}
			if !yield(ccr.Case{OrderID: g.feedback[0].OrderID, Feedback: g.feedback}, nil) {
				return
			}
		}
	}
}

// A group is the feedback of one order.
type group struct {
	feedback []ccr.Feedback
	ordered  bool // the order has been seen
}

// newCase returns the case of an order with feedback, which it completes.
func newCase(o *ccr.Order, feedback []ccr.Feedback) ccr.Case {
	for i := range feedback {
		if feedback[i].Product == "" {
			feedback[i].Product = o.Product
		}
	}
	return ccr.Case{OrderID: o.ID, Order: o, Feedback: feedback}
}

// firstOrder notes an order, and fails for one without an id, or with an id
// that has been noted.
func firstOrder(seen map[string]ccr.Source, o *ccr.Order) error {
	first, twice := seen[o.ID]
	switch {
	case o.ID == "":
		return joinError(o.Source, "order_id", errMissing)
	case twice:
		return joinError(o.Source, "order_id", duplicate(o.ID, first))
	}
	seen[o.ID] = o.Source
	return nil
}

// firstFeedback notes a feedback that has a key, and fails for a key that has
// been noted.
func firstFeedback(seen map[ccr.Key]ccr.Source, f *ccr.Feedback) error {
	if f.OrderID == "" || f.ID == "" {
		return nil
	}
	key := ccr.Key{OrderID: f.OrderID, FeedbackID: f.ID}
	if first, twice := seen[key]; twice {
		return joinError(f.Source, "feedback_id", duplicate(f.ID, first))
	}
	seen[key] = f.Source
	return nil
}

func duplicate(id string, first ccr.Source) error {
	err := fmt.Errorf("%s is a duplicate", quote([]byte(id)))
	if first != (ccr.Source{}) {
		err = fmt.Errorf("%w of %v", err, first)
	}
	return err
}

func joinError(at ccr.Source, field string, err error) error {
	return &RecordError{Name: at.Name, Line: at.Line, Err: &ccr.FieldError{Field: field, Err: err}}
}
