package dataset

import (
	"errors"
	"fmt"
	"iter"

	"github.com/ccrkit/ccrkit/ccr"
)

// ErrUnsorted is matched by the error of a record that is out of order where
// [JoinSorted] needs sorted input.
var ErrUnsorted = errors.New("out of order")

// JoinSorted returns an iterator over the same cases as [Join], for orders and
// feedback that are both sorted by order id, byte by byte as Go compares
// strings. It holds one case at a time. The cases come sorted by order id,
// feedback without an order id first; the errors come where they occur.
//
// A record whose order id is less than one before it is yielded as a zero Case
// and a [*RecordError] matching [ErrUnsorted] and is not in any case. Everything
// else is: a single id that is too large makes all up to it out of order, so
// such an error means that the input wants sorting, or Join.
func JoinSorted(orders iter.Seq2[ccr.Order, error], feedback iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Case, error] {
	return func(yield func(ccr.Case, error) bool) {
		next, stopOrders := iter.Pull2(sortedOrders(orders))
		defer stopOrders()
		nextFeedback, stopFeedback := iter.Pull2(grouped(feedback))
		defer stopFeedback()

		o, haveOrder, stop := pull(next, yield)
		if stop {
			return
		}
		g, haveGroup, stop := pull(nextFeedback, yield)
		for !stop && (haveOrder || haveGroup) {
			takeOrder := haveOrder && (!haveGroup || o.ID <= g[0].OrderID)
			takeGroup := haveGroup && (!haveOrder || g[0].OrderID <= o.ID)
			var c ccr.Case
			switch {
			case takeOrder && takeGroup:
				c = newCase(o, g)
			case takeOrder:
				c = newCase(o, nil)
			default:
				c = ccr.Case{OrderID: g[0].OrderID, Feedback: g}
			}
			if !yield(c, nil) {
				return
			}
			if takeOrder {
				o, haveOrder, stop = pull(next, yield)
			}
			if takeGroup && !stop {
				g, haveGroup, stop = pull(nextFeedback, yield)
			}
		}
	}
}

// pull returns the next value of a sequence, whose errors it yields. It stops
// when yield returns false.
func pull[T any](next func() (T, error, bool), yield func(ccr.Case, error) bool) (v T, ok, stop bool) {
	for {
		v, err, ok := next()
		if !ok || err == nil {
			return v, ok, false
		}
		if !yield(ccr.Case{}, err) {
			return v, false, true
		}
	}
}

// sortedOrders returns orders that ascend by id, and errors.
func sortedOrders(orders iter.Seq2[ccr.Order, error]) iter.Seq2[*ccr.Order, error] {
	return func(yield func(*ccr.Order, error) bool) {
		var last *ccr.Order
		for o, err := range orders {
			switch {
			case err != nil:
			case o.ID == "":
				err = joinError(o.Source, "order_id", errMissing)
			case last != nil && o.ID == last.ID:
				err = joinError(o.Source, "order_id", duplicate(o.ID, last.Source))
			case last != nil && o.ID < last.ID:
				err = outOfOrder(o.Source, o.ID, last.ID)
			default:
				last = &o
			}
			var v *ccr.Order
			if err == nil {
				v = &o
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// grouped returns the feedback of one order at a time, ascending by order id,
// and errors. Feedback without an order id is alone.
func grouped(feedback iter.Seq2[ccr.Feedback, error]) iter.Seq2[[]ccr.Feedback, error] {
	return func(yield func([]ccr.Feedback, error) bool) {
		var of []ccr.Feedback
		last := ""
		heard := make(map[ccr.Key]ccr.Source)
		for f, err := range feedback {
			if err == nil && f.OrderID < last {
				err = outOfOrder(f.Source, f.OrderID, last)
			}
			if err == nil && (f.OrderID > last || f.OrderID == "") {
				if of != nil && !yield(of, nil) {
					return
				}
				of, last = nil, f.OrderID
				clear(heard)
			}
			if err == nil {
				err = firstFeedback(heard, &f)
			}
			if err == nil {
				of = append(of, f)
			} else if !yield(nil, err) {
				return
			}
		}
		if of != nil {
			yield(of, nil)
		}
	}
}

func outOfOrder(at ccr.Source, id, last string) error {
	return joinError(at, "order_id", fmt.Errorf("%s after %s is %w", quote([]byte(id)), quote([]byte(last)), ErrUnsorted))
}
