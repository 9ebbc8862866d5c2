package metrics

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// Base says which orders a quality-return rate is a share of, and by which of
// their times they fall in its window. The zero Base is BasePaid. It encodes as
// text in lower case.
type Base int8

// The bases.
const (
	BasePaid    Base = iota // paid orders, by the time of payment
	BaseShipped             // shipped orders, by the time of shipping
	BaseSigned              // orders signed for, by the time of delivery
)

var baseNames = [...]string{"paid", "shipped", "signed"}

// String returns the name in lower case; "Base(9)" for an undefined value.
func (b Base) String() string {
	if b < 0 || int(b) >= len(baseNames) {
		return fmt.Sprintf("Base(%d)", int8(b))
	}
	return baseNames[b]
}

// MarshalText returns the name; it fails for an undefined value.
func (b Base) MarshalText() ([]byte, error) {
	if b < 0 || int(b) >= len(baseNames) {
		return nil, fmt.Errorf("undefined base %d", int8(b))
	}
	return []byte(baseNames[b]), nil
}

// UnmarshalText accepts any string made by MarshalText, ignoring case; the
// empty string is BasePaid.
func (b *Base) UnmarshalText(text []byte) error {
	s := string(text)
	if s == "" {
		*b = BasePaid
		return nil
	}
	for i, name := range baseNames {
		if strings.EqualFold(s, name) {
			*b = Base(i)
			return nil
		}
	}
	return fmt.Errorf("unknown base %q, want one of %s", s, strings.Join(baseNames[:], ", "))
}

// at returns the time that places o in the base; zero when it is not in it.
func (b Base) at(o *ccr.Order) time.Time {
	switch b {
	case BasePaid:
		return o.PaidAt
	case BaseShipped:
		return o.ShippedAt
	case BaseSigned:
		return o.DeliveredAt
	}
	return time.Time{}
}

// ReasonOutsideBase is why a counted order is left out of a quality-return
// rate that has not reached its base: it was not shipped, or not signed for.
const ReasonOutsideBase ccr.Reason = "outside_base"

// A Definition says what one quality-return rate counts. Platforms differ in
// all of it; [Presets] has theirs. The zero Definition is quality returns of
// all paid orders.
type Definition struct {
	_ [0]func()

	Name   string `json:"name,omitempty"`
	Source string `json:"source,omitempty"` // where the rule is stated

	Base       Base `json:"base"`
	WindowDays int  `json:"window_days,omitempty"` // length of the window; 0 is all time
	LagDays    int  `json:"lag_days,omitempty"`    // days left out before the day of the figure, so that returns can arrive

	// Aspects are what a quality return is about. Nil means [QualityAspects].
	Aspects []ccr.Aspect `json:"aspects,omitempty"`

	// AnyApplication counts an order when any of its applications is about
	// quality. When it is false the first application of the order decides:
	// an order that was first sent back for another reason does not count.
	AnyApplication bool `json:"any_application,omitempty"`
}

// QualityAspects returns the aspects of a quality return where a definition
// names none: all of the goods, in the order of [ccr.Aspects], except price,
// which is no property of the item, and packaging, which protects it and is
// not what was bought. The slice is the caller's.
func QualityAspects() []ccr.Aspect {
	return slices.DeleteFunc(ccr.Aspects(), func(a ccr.Aspect) bool { return !isQuality(a) })
}

func isQuality(a ccr.Aspect) bool {
	return a.Dimension() == "goods" && a != ccr.GoodsPrice && a != ccr.GoodsPackaging
}

func (d *Definition) quality(a ccr.Aspect) bool {
	if d.Aspects == nil {
		return isQuality(a)
	}
	return a != "" && slices.Contains(d.Aspects, a)
}

// At returns the window of d for a figure of the day of asOf, as [LastDays]
// does: whole days in the location of asOf, today left out. It is all time for
// a definition without WindowDays, whatever its LagDays.
func (d *Definition) At(asOf time.Time) Window { return LastDays(asOf, d.WindowDays, d.LagDays) }

// QualityReturn accumulates the quality-return rate: the orders whose buyer
// applied for a return because of quality, of the orders in the base.
//
//	q := metrics.QualityReturn{Definition: d, Window: d.At(now)}
//
// An application is after-sale feedback with a structured reason; it is about
// quality when [ccr.CauseOf] its reason is an aspect of the definition. What
// the text says, or a reviewer of it, has no part in the figure, so neither has
// the classifier: feedback that it failed on counts. All other excluded
// feedback does not. An application counts whether it was granted or not, since
// records do not say.
//
// Orders that the policy left out are left out here too, so a policy with a
// window of its own narrows this one.
//
// The zero QualityReturn is ready to use. Definition and Window must not change
// after the first Add.
type QualityReturn struct {
	_ [0]func()

	Definition Definition
	Window     Window // of the time that Definition.Base names; zero is all time

	rate             Rate
	excludedOrders   counts[ccr.Reason]
	excludedFeedback counts[ccr.Reason]
}

// Add counts one verdict.
func (q *QualityReturn) Add(v *ccr.Verdict) {
	if why, out := q.exclude(v); out {
		q.excludedOrders.add(why, 1)
		return
	}
	q.rate.Den++
	for i := range v.Rulings {
		if r := &v.Rulings[i]; r.Feedback.Channel == ccr.ChannelAfterSale && r.Excluded != "" && r.Excluded != ccr.ReasonNotRead {
			q.excludedFeedback.add(r.Excluded, 1)
		}
	}
	if q.Definition.Application(v) != nil {
		q.rate.Num++
	}
}

// Application returns the ruling on the application that makes the order of v a
// quality return, or nil when there is none; see [QualityReturn]. It looks at
// neither the base nor whether v is counted. The ruling belongs to v.
func (d *Definition) Application(v *ccr.Verdict) *ccr.Ruling {
	for i := range v.Rulings {
		r := &v.Rulings[i]
		if r.Feedback.Channel != ccr.ChannelAfterSale || r.Excluded != "" && r.Excluded != ccr.ReasonNotRead ||
			strings.TrimSpace(r.Feedback.Reason) == "" {
			continue
		}
		if d.quality(ccr.CauseOf(r.Feedback.Reason).Aspect) {
			return r
		}
		if !d.AnyApplication {
			break
		}
	}
	return nil
}

func (q *QualityReturn) exclude(v *ccr.Verdict) (why ccr.Reason, out bool) {
	switch {
	case !v.Counted:
		return v.Excluded, true
	case v.Order == nil:
		return ccr.ReasonNoOrder, true
	case v.Order.PaidAt.IsZero():
		return ccr.ReasonUnpaid, true
	}
	at := q.Definition.Base.at(v.Order)
	switch {
	case at.IsZero():
		return ReasonOutsideBase, true
	case !q.Window.Contains(at):
		return ccr.ReasonOutsideWindow, true
	}
	return "", false
}

// Merge adds what o has accumulated. Both must have the same Definition and
// Window.
func (q *QualityReturn) Merge(o *QualityReturn) {
	if o == nil {
		return
	}
	q.rate = q.rate.Add(o.rate)
	q.excludedOrders.merge(o.excludedOrders)
	q.excludedFeedback.merge(o.excludedFeedback)
}

// Rate returns the orders with a quality return of the orders in the base.
func (q *QualityReturn) Rate() Rate { return q.rate }

// ExcludedOrders returns the orders left out by reason, the most frequent
// reason first.
func (q *QualityReturn) ExcludedOrders() []Count[ccr.Reason] { return q.excludedOrders.sorted() }

// ExcludedFeedback returns the after-sale feedback of orders in the base that
// was left out, by reason, the most frequent reason first.
func (q *QualityReturn) ExcludedFeedback() []Count[ccr.Reason] { return q.excludedFeedback.sorted() }
