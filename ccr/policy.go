package ccr

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrPolicy is matched by the error of a [Policy] that cannot be used.
var ErrPolicy = errors.New("ccr: bad policy")

// ErrAssessments is matched by the error of [Policy.Judge] when the
// assessments do not belong to the case.
var ErrAssessments = errors.New("ccr: one assessment per feedback is needed")

// ScreenPrefix begins the Abnormal value of a record that a screen has marked, such
// as "screen:copied_text", which tells it from what the platform marked. See
// [Policy.Screened].
const ScreenPrefix = "screen:"

// A Key identifies a feedback: its order and its own id.
type Key struct {
	OrderID, FeedbackID string
}

// An Override is a human reviewer's decision about one feedback. It wins over
// the classifier and stays in the [Ruling] that it changed.
type Override struct {
	_ [0]func()

	Negative bool      `json:"negative"`          // the reviewer upholds the feedback as negative
	Reviewer string    `json:"reviewer"`          // who decided
	Note     string    `json:"note,omitempty"`    // why
	At       time.Time `json:"at,omitzero"`       // when
	Aspects  []Aspect  `json:"aspects,omitempty"` // what it is about; nil keeps the classifier's
}

// A Policy says which orders and which feedback are effective and what counts
// as negative. Start from [Fair] or [Strict]. The zero Policy is not usable,
// since its Threshold is 0. A Policy is read only while judging and may be
// shared by goroutines.
type Policy struct {
	_ [0]func()

	Name string // recorded in every Verdict; "" as "unnamed"

	// Threshold is the probability of a complaint, in (0, 1], from which a
	// feedback counts as negative.
	Threshold float64

	// AnyNegative counts every feedback with a negative opinion, however
	// mild, and whatever its ground.
	AnyNegative bool

	// NonBuyers lets feedback without a purchase count. A case without a paid
	// order then counts as one order when it is negative, in the numerator and
	// in the denominator, so that the rate stays a proportion.
	NonBuyers bool

	// Screened lets records count that only a screen has marked: those whose Abnormal
	// begins with ScreenPrefix are taken as if it were empty. What a platform
	// marked stays excluded.
	Screened bool

	// From and To bound the time of payment, From <= paid < To. Zero is open.
	// Feedback of a non-buyer that counts is bound by its own time.
	From, To time.Time

	// FeedbackWithin is how long after payment feedback is effective.
	// 0 means for ever. Feedback without a time is effective.
	FeedbackWithin time.Duration

	// FirstDecides are the channels in which the first effective feedback of
	// an order decides and later ones are edits: they stay in the Verdict as
	// excluded. A first feedback that states nothing (GroundNoStatement, or
	// blank text with neither rating nor reason) leaves the decision to the
	// next.
	FirstDecides []Channel

	// Overrides are reviewers' decisions by feedback. Nil is fine. A key that no
	// feedback has is without effect: compare with the Overrides of the rulings. Feedback
	// that does not repeat its order's id is looked up under that of the case.
	Overrides map[Key]Override
}

// Fair returns the default policy: a complaint that a fair reviewer would
// uphold counts, from buyers only; the first review of an order decides.
func Fair() *Policy {
	return &Policy{Name: "fair", Threshold: 0.5, FirstDecides: []Channel{ChannelReview}}
}

// Strict returns the policy that merchants report of the platform's machine:
// any negative opinion counts, non-buyers are heard too, and what only a screen
// has marked counts.
func Strict() *Policy {
	p := Fair()
	p.Name, p.AnyNegative, p.NonBuyers, p.Screened = "strict", true, true, true
	return p
}

// Validate returns an error matching [ErrPolicy] when p cannot be used: a
// threshold outside (0, 1], a window that ends before it starts, a negative
// FeedbackWithin.
func (p *Policy) Validate() error {
	switch {
	case !(p.Threshold > 0 && p.Threshold <= 1):
		return fmt.Errorf("%w: threshold %v is not in (0, 1]", ErrPolicy, p.Threshold)
	case !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From):
		return fmt.Errorf("%w: window ends %v before it starts %v", ErrPolicy, p.To, p.From)
	case p.FeedbackWithin < 0:
		return fmt.Errorf("%w: FeedbackWithin %v is negative", ErrPolicy, p.FeedbackWithin)
	}
	return nil
}

// A Reason names why a record was excluded, or why a feedback counts as
// negative or not. It is an open vocabulary.
type Reason string

// Reasons for leaving out an order, and every feedback of it.
const (
	ReasonNoOrder       Reason = "no_order"       // feedback without a known order
	ReasonUnpaid        Reason = "unpaid"         // the order was never paid
	ReasonAbnormalOrder Reason = "abnormal_order" // the order is marked abnormal
	ReasonOutsideWindow Reason = "outside_window" // paid outside the policy's window
)

// Reasons for leaving out one feedback.
const (
	ReasonAbnormalFeedback Reason = "abnormal_feedback" // the feedback is marked abnormal
	ReasonNotBuyer         Reason = "not_the_buyer"     // written by somebody else than the order's buyer
	ReasonDuplicate        Reason = "duplicate"         // the same feedback id again
	ReasonEdited           Reason = "edited_later"      // an earlier feedback of the channel decides
	ReasonTooLate          Reason = "too_late"          // after the policy's FeedbackWithin
	ReasonNotRead          Reason = "not_read"          // the classifier failed on it
)

// Reasons for counting an effective feedback as negative, or not.
const (
	ReasonComplaint       Reason = "complaint"        // negative: probability at or above the threshold
	ReasonNegativeOpinion Reason = "negative_opinion" // negative: an opinion, under AnyNegative
	ReasonAfterSale       Reason = "aftersale_reason" // negative: the structured reason names the merchant's fault
	ReasonReviewer        Reason = "reviewer"         // either: a reviewer's override
	ReasonNoComplaint     Reason = "no_complaint"     // not negative: probability below the threshold
	ReasonBuyerCause      Reason = "buyers_cause"     // not negative: the buyer's own reason
)

// GroundNotRead marks the assessment of a feedback that a classifier failed
// on. Such a feedback is excluded, and counted as [ReasonNotRead], unless a
// reviewer has decided it.
const GroundNotRead Ground = "not_read"

// A Ruling is the judgement on one feedback of a case, with what it rests on.
type Ruling struct {
	_ [0]func()

	Feedback   Feedback   `json:"feedback"`
	Assessment Assessment `json:"assessment"`
	Excluded   Reason     `json:"excluded,omitempty"` // why it is not effective; "" when it is
	Negative   bool       `json:"negative"`           // it is effective and counts as negative
	Reason     Reason     `json:"reason,omitempty"`   // why it is negative or not; "" when excluded
	Aspects    []Aspect   `json:"aspects,omitempty"`  // the problems, sorted; nil unless Negative
	Override   *Override  `json:"override,omitempty"` // the reviewer's decision, applied unless excluded
}

// A Verdict is the judgement on one case: how it counts, and why.
type Verdict struct {
	_ [0]func()

	OrderID  string   `json:"order_id"`
	Order    *Order   `json:"order,omitempty"`    // nil when the order is not known; shared with the case
	Policy   string   `json:"policy"`             // name of the policy
	Counted  bool     `json:"counted"`            // it is in the denominator
	Excluded Reason   `json:"excluded,omitempty"` // why not; "" when counted
	Negative bool     `json:"negative"`           // it is in the numerator
	Rulings  []Ruling `json:"rulings,omitempty"`  // one per feedback, in order of time, then id
	Problems []Aspect `json:"problems,omitempty"` // the aspects of all negative rulings, sorted
}

// Channels returns the channels with a negative ruling, sorted, each once.
// Nil for a verdict that is not negative.
func (v *Verdict) Channels() []Channel {
	var cs []Channel
	for i := range v.Rulings {
		if r := &v.Rulings[i]; r.Negative && !slices.Contains(cs, r.Feedback.Channel) {
			cs = append(cs, r.Feedback.Channel)
		}
	}
	slices.Sort(cs)
	return cs
}

// Judge decides how a case counts. as[i] is the assessment of c.Feedback[i];
// another length gives an error matching [ErrAssessments]. The result does not
// depend on the order of the feedback. The Verdict shares the Order, the
// texts and the opinions with its arguments and copies the rest.
//
// The order of decisions is fixed: the order is excluded or not; each feedback
// is excluded or not, on its own and then as a later edit; a reviewer's
// override, else the assessment, else the structured reason decides whether it
// is negative. The order is negative when one of its feedback is; it counts
// once, whatever the number of channels.
func (p *Policy) Judge(c Case, as []Assessment) (Verdict, error) {
	if err := p.Validate(); err != nil {
		return Verdict{}, err
	}
	if len(as) != len(c.Feedback) {
		return Verdict{}, fmt.Errorf("%w: order %q has %d feedback and %d assessments",
			ErrAssessments, c.OrderID, len(c.Feedback), len(as))
	}
	v := Verdict{OrderID: c.OrderID, Order: c.Order, Policy: cmp.Or(p.Name, "unnamed"), Excluded: p.excludeOrder(c.Order)}
	if c.Order != nil && v.OrderID == "" {
		v.OrderID = c.Order.ID
	}
	nonBuyer := p.NonBuyers && (v.Excluded == ReasonNoOrder || v.Excluded == ReasonUnpaid && !p.abnormal(c.Order.Abnormal))

	if len(c.Feedback) > 0 {
		v.Rulings = make([]Ruling, len(c.Feedback))
		for i := range c.Feedback {
			v.Rulings[i] = Ruling{
				Feedback: c.Feedback[i], Assessment: as[i],
				Override: p.override(cmp.Or(c.Feedback[i].OrderID, v.OrderID), c.Feedback[i].ID),
			}
		}
		slices.SortStableFunc(v.Rulings, func(a, b Ruling) int { return compareFeedback(&a.Feedback, &b.Feedback) })
		p.exclude(&v, nonBuyer)
	}
	for i := range v.Rulings {
		p.rule(&v.Rulings[i])
		if v.Rulings[i].Negative {
			v.Negative = true
			v.Problems = append(v.Problems, v.Rulings[i].Aspects...)
		}
	}
	slices.Sort(v.Problems)
	v.Problems = slices.Compact(v.Problems)
	if nonBuyer && v.Negative {
		v.Excluded = ""
	}
	v.Counted = v.Excluded == ""
	return v, nil
}

func (p *Policy) excludeOrder(o *Order) Reason {
	switch {
	case o == nil:
		return ReasonNoOrder
	case o.PaidAt.IsZero():
		return ReasonUnpaid
	case p.abnormal(o.Abnormal):
		return ReasonAbnormalOrder
	case p.outside(o.PaidAt):
		return ReasonOutsideWindow
	}
	return ""
}

// abnormal reports whether a record with this mark is left out.
func (p *Policy) abnormal(mark string) bool {
	return mark != "" && !(p.Screened && strings.HasPrefix(mark, ScreenPrefix))
}

// outside reports whether t is known and outside the window.
func (p *Policy) outside(t time.Time) bool {
	return !t.IsZero() && (!p.From.IsZero() && t.Before(p.From) || !p.To.IsZero() && !t.Before(p.To))
}

// override returns a copy of the reviewer's decision about a feedback, or nil.
func (p *Policy) override(orderID, feedbackID string) *Override {
	o, ok := p.Overrides[Key{orderID, feedbackID}]
	if !ok {
		return nil
	}
	decision := o // escapes only here
	decision.Aspects = slices.Clone(o.Aspects)
	return &decision
}

// exclude fills Excluded of v.Rulings, which are sorted by time.
func (p *Policy) exclude(v *Verdict, nonBuyer bool) {
	decided := make([]Channel, 0, 4) // channels whose first feedback has been seen
	seen := make(map[string]bool)    // ids of feedback
	for i := range v.Rulings {
		r := &v.Rulings[i]
		fb := &r.Feedback
		switch {
		case v.Excluded != "" && !nonBuyer:
			r.Excluded = v.Excluded
		case nonBuyer && p.outside(fb.CreatedAt):
			r.Excluded = ReasonOutsideWindow
		case p.abnormal(fb.Abnormal):
			r.Excluded = ReasonAbnormalFeedback
		case v.Order != nil && !p.NonBuyers && fb.BuyerID != "" && v.Order.BuyerID != "" && fb.BuyerID != v.Order.BuyerID:
			r.Excluded = ReasonNotBuyer
		case fb.ID != "" && seen[fb.ID]:
			r.Excluded = ReasonDuplicate
		case p.FeedbackWithin > 0 && v.Order != nil && !v.Order.PaidAt.IsZero() &&
			fb.CreatedAt.After(v.Order.PaidAt.Add(p.FeedbackWithin)):
			r.Excluded = ReasonTooLate
		case r.Assessment.Ground == GroundNotRead && r.Override == nil:
			r.Excluded = ReasonNotRead
		case slices.Contains(decided, fb.Channel):
			r.Excluded = ReasonEdited
		case states(r) && slices.Contains(p.FirstDecides, fb.Channel):
			decided = append(decided, fb.Channel)
		}
		if len(v.Rulings) > 1 {
			seen[fb.ID] = true
		}
	}
}

// states reports whether r's feedback says anything. Of blank text a classifier
// of words says nothing, not even a ground; one of stars has [GroundRating].
// A structured reason is a statement.
func states(r *Ruling) bool {
	g := r.Assessment.Ground
	return g != GroundNoStatement && (g != "" || r.Feedback.Reason != "" || strings.TrimSpace(r.Feedback.Text) != "")
}

// rule decides whether r is negative.
func (p *Policy) rule(r *Ruling) {
	a := &r.Assessment
	if r.Excluded != "" {
		return
	}
	cause := CauseOf(r.Feedback.Reason)
	switch {
	case r.Override != nil:
		r.Negative, r.Reason = r.Override.Negative, ReasonReviewer
	case a.Complaint >= p.Threshold:
		r.Negative, r.Reason = true, ReasonComplaint
	case p.AnyNegative && hasNegative(a):
		r.Negative, r.Reason = true, ReasonNegativeOpinion
	case cause.Buyer || a.Ground == GroundBuyer:
		r.Reason = ReasonBuyerCause
	case cause.Aspect != "":
		r.Negative, r.Reason = true, ReasonAfterSale
	default:
		r.Reason = ReasonNoComplaint
	}
	if !r.Negative {
		return
	}
	if r.Override != nil && r.Override.Aspects != nil {
		r.Aspects = slices.Clone(r.Override.Aspects)
	} else {
		for i := range a.Opinions {
			if a.Opinions[i].Polarity == Negative {
				r.Aspects = append(r.Aspects, a.Opinions[i].Aspect)
			}
		}
		if cause.Aspect != "" {
			r.Aspects = append(r.Aspects, cause.Aspect)
		}
		if len(r.Aspects) == 0 {
			r.Aspects = append(r.Aspects, Overall)
		}
	}
	slices.Sort(r.Aspects)
	r.Aspects = slices.Compact(r.Aspects)
}

func hasNegative(a *Assessment) bool {
	return a.Polarity == Negative || a.Polarity == Mixed ||
		slices.ContainsFunc(a.Opinions, func(o Opinion) bool { return o.Polarity == Negative })
}

// compareFeedback orders by time, unknown times last, then by all else that a
// record holds, so that the order of input never decides.
func compareFeedback(a, b *Feedback) int {
	return cmp.Or(compareTime(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Channel, b.Channel),
		cmp.Compare(a.Text, b.Text), cmp.Compare(a.Rating, b.Rating), cmp.Compare(a.Reason, b.Reason),
		cmp.Compare(a.Abnormal, b.Abnormal), cmp.Compare(a.BuyerID, b.BuyerID),
		cmp.Compare(a.OrderID, b.OrderID), cmp.Compare(a.Product, b.Product), compareTime(a.RepliedAt, b.RepliedAt),
		cmp.Compare(a.Source.Name, b.Source.Name), cmp.Compare(a.Source.Line, b.Source.Line))
}

// compareTime orders by time, the unknown last.
func compareTime(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}
