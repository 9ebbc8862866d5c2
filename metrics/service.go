package metrics

import (
	"slices"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// Reasons for leaving an inquiry out of [Response].
const (
	ReasonNoTime ccr.Reason = "no_time"     // it is not known when it was asked
	ReasonClock  ccr.Reason = "clock_error" // answered before it was asked
)

// defaultWithin is the platforms' three minutes (三分钟回复率).
const defaultWithin = 3 * time.Minute

// Response accumulates the share of inquiries that were answered in time. An
// inquiry without an answer counts as late. Hours of business are not
// considered: an inquiry at night counts as any other.
//
// An inquiry needs an answer whoever asks, so those that may not count as
// negative feedback for who wrote them or when (no_order, unpaid,
// not_the_buyer, too_late, edited_later), or that the classifier failed on
// (not_read), are counted here. All others that were excluded are left out.
//
// The zero Response is ready to use. Within must not change after the first
// Add.
type Response struct {
	_ [0]func()

	Within time.Duration // the longest time that is in time; <= 0 means three minutes

	rate       Rate
	unanswered int
	excluded   counts[ccr.Reason]
}

// Add counts the inquiries of one verdict.
func (s *Response) Add(v *ccr.Verdict) {
	for i := range v.Rulings {
		fb := &v.Rulings[i].Feedback
		if fb.Channel != ccr.ChannelInquiry {
			continue
		}
		if why := excludeInquiry(v, i); why != "" {
			s.excluded.add(why, 1)
			continue
		}
		within := s.Within
		if within <= 0 {
			within = defaultWithin
		}
		s.rate.Den++
		switch {
		case fb.RepliedAt.IsZero():
			s.unanswered++
		case fb.RepliedAt.Sub(fb.CreatedAt) <= within:
			s.rate.Num++
		}
	}
}

// excludeInquiry returns why the inquiry v.Rulings[i] is left out, "" when it
// is not. The reason of an order hides those of its feedback, hence the look at
// the record itself.
func excludeInquiry(v *ccr.Verdict, i int) ccr.Reason {
	fb := &v.Rulings[i].Feedback
	switch why := v.Rulings[i].Excluded; why {
	case "", ccr.ReasonNoOrder, ccr.ReasonUnpaid, ccr.ReasonNotBuyer, ccr.ReasonTooLate, ccr.ReasonEdited, ccr.ReasonNotRead:
	default:
		return why
	}
	switch {
	case fb.Abnormal != "":
		return ccr.ReasonAbnormalFeedback
	case fb.ID != "" && slices.ContainsFunc(v.Rulings[:i], func(e ccr.Ruling) bool { return e.Feedback.ID == fb.ID }):
		return ccr.ReasonDuplicate
	case fb.CreatedAt.IsZero():
		return ReasonNoTime
	case !fb.RepliedAt.IsZero() && fb.RepliedAt.Before(fb.CreatedAt):
		return ReasonClock
	}
	return ""
}

// Merge adds what o has accumulated. Both must have the same Within.
func (s *Response) Merge(o *Response) {
	if o == nil {
		return
	}
	s.rate = s.rate.Add(o.rate)
	s.unanswered += o.unanswered
	s.excluded.merge(o.excluded)
}

// Rate returns the inquiries answered in time of all inquiries.
func (s *Response) Rate() Rate { return s.rate }

// Unanswered returns the number of inquiries without an answer.
func (s *Response) Unanswered() int { return s.unanswered }

// Excluded returns the inquiries left out by reason, the most frequent reason
// first.
func (s *Response) Excluded() []Count[ccr.Reason] { return s.excluded.sorted() }

// Shipping accumulates how long counted orders took to be sent and to arrive.
// An order that has not been sent or has not arrived is not in that
// distribution, nor is one whose times disagree; see [Durations.Negative]. The
// zero Shipping is empty and ready to use.
type Shipping struct {
	_ [0]func()

	Pickup  Durations // from payment to shipping
	Transit Durations // from shipping to delivery

	excluded counts[ccr.Reason]
}

// Add counts one verdict.
func (s *Shipping) Add(v *ccr.Verdict) {
	switch {
	case !v.Counted:
		s.excluded.add(v.Excluded, 1)
		return
	case v.Order == nil:
		s.excluded.add(ccr.ReasonNoOrder, 1)
		return
	}
	o := v.Order
	if !o.PaidAt.IsZero() && !o.ShippedAt.IsZero() {
		s.Pickup.Add(o.ShippedAt.Sub(o.PaidAt))
	}
	if !o.ShippedAt.IsZero() && !o.DeliveredAt.IsZero() {
		s.Transit.Add(o.DeliveredAt.Sub(o.ShippedAt))
	}
}

// Merge adds what o has accumulated.
func (s *Shipping) Merge(o *Shipping) {
	if o == nil {
		return
	}
	s.Pickup.Merge(&o.Pickup)
	s.Transit.Merge(&o.Transit)
	s.excluded.merge(o.excluded)
}

// Excluded returns the orders left out by reason, the most frequent reason
// first.
func (s *Shipping) Excluded() []Count[ccr.Reason] { return s.excluded.sorted() }
