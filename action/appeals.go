package action

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// ErrCases is matched by the error of [Appeals.Add] for two verdicts that are
// not of the same case.
var ErrCases = errors.New("action: verdicts of different cases")

// A Finding is one order with statements that a person should read again.
type Finding struct {
	_ [0]func()

	OrderID    string      `json:"order_id"`
	Order      *ccr.Order  `json:"order,omitempty"` // nil when the order is not known; shared with the verdict
	Statements []Statement `json:"statements"`      // in order of time; never empty

	// Sure is the least Sure of the statements, since all of them must hold,
	// and nil when one has none.
	Sure *float64 `json:"sure"`
}

// A Statement is one feedback of a Finding, and why it is there.
type Statement struct {
	_ [0]func()

	Feedback ccr.Feedback `json:"feedback"` // the text as written

	// Ground is what the finding is argued with. It is the ground of the
	// assessment; where something else decided it is the word of that reason,
	// such as "not_the_buyer" or "reviewer", or the mark of a screen as it
	// stands, such as "screen:copied_text".
	Ground ccr.Ground `json:"ground"`

	Counted  ccr.Reason     `json:"counted"`            // why it counts as negative where it does
	Aspects  []ccr.Aspect   `json:"aspects,omitempty"`  // the problems it is then counted under, sorted
	Evidence []ccr.Evidence `json:"evidence,omitempty"` // what was read as negative, in order, apart; nil when that was no words
	Rules    []string       `json:"rules,omitempty"`    // the rules, or the model, that read it so, sorted

	// Complaint is the probability, in [0, 1], that a fair reviewer upholds
	// the feedback, as the classifier says. Nil when it failed on it.
	Complaint *float64 `json:"complaint"`

	// Sure is how sure it is that the finding is right about this feedback, in
	// [0, 1]. It is 1 where records decide (who bought, what was paid, which
	// came first) or a reviewer did: as sure as these are. It is a probability
	// where a classifier decides: 1 - Complaint of what is to be appealed,
	// Complaint of what is a complaint. It is nil where nobody said how often
	// he is wrong: the mark of a screen.
	Sure *float64 `json:"sure"`
}

// Rejudge judges the case of v again under both policies. Strict should let
// what only the shop's own screens have marked count, by [ccr.Policy.Screened]:
// a platform's machine has not seen these marks. Nil policies mean [ccr.Fair]
// and [ccr.Strict]. The policy and the overrides that v was made under have no
// part in it; no classifier runs. The only error is one matching
// [ccr.ErrPolicy].
func Rejudge(v *ccr.Verdict, fair, strict *ccr.Policy) (f, s ccr.Verdict, err error) {
	if fair == nil {
		fair = ccr.Fair()
	}
	if strict == nil {
		strict = ccr.Strict()
	}
	c := ccr.Case{OrderID: v.OrderID, Order: v.Order, Feedback: make([]ccr.Feedback, len(v.Rulings))}
	as := make([]ccr.Assessment, len(v.Rulings))
	for i := range v.Rulings {
		c.Feedback[i], as[i] = v.Rulings[i].Feedback, v.Rulings[i].Assessment
	}
	if f, err = fair.Judge(c, as); err != nil {
		return ccr.Verdict{}, ccr.Verdict{}, err
	}
	if s, err = strict.Judge(c, as); err != nil {
		return ccr.Verdict{}, ccr.Verdict{}, err
	}
	return f, s, nil
}

// Appeals accumulates the orders that one policy counts as negative and a
// fairer one does not: what a shop can appeal against.
//
//	fair, strict, err := action.Rejudge(&v, nil, nil)
//	…
//	err = appeals.Add(&fair, &strict)
//
// The zero Appeals is empty and ready to use. It holds the orders in dispute
// and no others. It is not safe for concurrent use.
//
// Of the sample shop's appeals by classify/hybrid, those by the records left
// aside, all 36 with a Sure of 0.9 or more are right by their labels, and all 57
// below. The shop was used for tuning: expect less of yours.
type Appeals struct {
	findings []Finding
}

// Add compares two verdicts on one case, as [Rejudge] makes them. Verdicts of
// different cases give an error matching [ErrCases] and are not added.
func (a *Appeals) Add(fair, strict *ccr.Verdict) error {
	if fair.OrderID != strict.OrderID || !slices.EqualFunc(fair.Rulings, strict.Rulings, func(f, s ccr.Ruling) bool {
		return f.Feedback.ID == s.Feedback.ID && f.Feedback.Text == s.Feedback.Text
	}) {
		return fmt.Errorf("%w: orders %q and %q with %d and %d feedback", ErrCases,
			fair.OrderID, strict.OrderID, len(fair.Rulings), len(strict.Rulings))
	}
	if !strict.Negative || fair.Negative {
		return nil
	}
	f := Finding{OrderID: fair.OrderID, Order: fair.Order}
	for i := range strict.Rulings {
		if s := &strict.Rulings[i]; s.Negative {
			st := statement(s)
			st.Ground, st.Sure = dismissed(&fair.Rulings[i], fair.Order, st.Complaint)
			f.Statements = append(f.Statements, st)
		}
	}
	a.findings = append(a.findings, f)
	return nil
}

// Merge adds what o has accumulated.
func (a *Appeals) Merge(o *Appeals) { a.findings = append(a.findings, o.findings...) }

// Findings returns the orders to appeal about, each once: the surest first,
// those without a Sure last, equal ones by order. The slice is the
// caller's; it is empty and not nil when there are none.
func (a *Appeals) Findings() []Finding { return rank(a.findings) }

// Hidden accumulates complaints that hide behind good stars, the mirror of
// [Appeals]: a dashboard of stars does not show them.
//
// It is a list to read from its top and no count. Complaints are rare behind
// five stars and a classifier of words does not know that, so that less of the
// list holds than Sure says: of the sample shop's 16, classify/hybrid finds 14,
// among 49 others, and 11 of the 14 are in the first half.
//
// The zero Hidden is empty and ready to use. MinStars must not change after
// the first Add. It is not safe for concurrent use.
type Hidden struct {
	MinStars int // the fewest stars that hide a complaint; 0 means 5

	findings []Finding
}

// Add keeps the feedback of v that counts as negative and has MinStars or more.
func (h *Hidden) Add(v *ccr.Verdict) {
	f := Finding{OrderID: v.OrderID, Order: v.Order}
	for i := range v.Rulings {
		r := &v.Rulings[i]
		if !r.Negative || r.Feedback.Rating < cmp.Or(h.MinStars, 5) {
			continue
		}
		st := statement(r)
		switch r.Reason {
		case ccr.ReasonReviewer, ccr.ReasonAfterSale:
			st.Ground, st.Sure = ccr.Ground(r.Reason), certain()
		default:
			st.Ground, st.Sure = r.Assessment.Ground, st.Complaint
		}
		f.Statements = append(f.Statements, st)
	}
	if f.Statements != nil {
		h.findings = append(h.findings, f)
	}
}

// Merge adds what o has accumulated. Both must have the same MinStars.
func (h *Hidden) Merge(o *Hidden) { h.findings = append(h.findings, o.findings...) }

// Findings returns the orders with hidden complaints, in the order of
// [Appeals.Findings]. The slice is the caller's; it is empty and not nil when
// there are none.
func (h *Hidden) Findings() []Finding { return rank(h.findings) }

// statement says what a negative ruling rests on, without its Ground and Sure.
func statement(r *ccr.Ruling) Statement {
	s := Statement{Feedback: r.Feedback, Counted: r.Reason, Aspects: slices.Clone(r.Aspects)}
	for i := range r.Assessment.Opinions {
		o := &r.Assessment.Opinions[i]
		if o.Polarity != ccr.Negative {
			continue
		}
		s.Rules = append(s.Rules, o.Rules...)
		for _, e := range o.Evidence {
			if e.Valid(r.Feedback.Text) {
				s.Evidence = append(s.Evidence, e)
			}
		}
	}
	slices.Sort(s.Rules)
	s.Rules = slices.Compact(s.Rules)
	slices.SortFunc(s.Evidence, func(a, b ccr.Evidence) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	apart := s.Evidence[:0]
	for _, e := range s.Evidence {
		if n := len(apart); n > 0 && e.Start <= apart[n-1].End {
			apart[n-1].End = max(apart[n-1].End, e.End)
		} else {
			apart = append(apart, e)
		}
	}
	s.Evidence = apart
	if r.Assessment.Ground != ccr.GroundNotRead {
		p := r.Assessment.Complaint
		s.Complaint = &p
	}
	return s
}

// dismissed returns why a fair policy does not count a feedback, and how sure
// that is.
func dismissed(r *ccr.Ruling, o *ccr.Order, complaint *float64) (ccr.Ground, *float64) {
	mark := ""
	switch r.Excluded {
	case "":
		if r.Reason == ccr.ReasonReviewer {
			return ccr.Ground(r.Reason), certain()
		}
		g := r.Assessment.Ground
		if r.Reason == ccr.ReasonBuyerCause {
			g = ccr.GroundBuyer
		}
		if complaint == nil {
			return g, nil
		}
		not := 1 - *complaint
		return g, &not
	case ccr.ReasonNotRead:
		return ccr.GroundNotRead, nil
	case ccr.ReasonAbnormalFeedback:
		mark = r.Feedback.Abnormal
	case ccr.ReasonAbnormalOrder:
		mark = o.Abnormal
	}
	if strings.HasPrefix(mark, ccr.ScreenPrefix) {
		return ccr.Ground(mark), nil
	}
	return ccr.Ground(r.Excluded), certain()
}

func certain() *float64 {
	one := 1.0
	return &one
}

// rank returns the findings by how sure they are, each once, with their own
// Sure filled in.
func rank(findings []Finding) []Finding {
	fs := append([]Finding{}, findings...)
	for i := range fs {
		f := &fs[i]
		f.Sure = f.Statements[0].Sure
		for j := range f.Statements {
			if s := f.Statements[j].Sure; compareSure(s, f.Sure) > 0 {
				f.Sure = s
			}
		}
	}
	slices.SortFunc(fs, compareFindings)
	return slices.CompactFunc(fs, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
}

// compareFindings puts the surest first. Those that it takes for equal are the
// same finding, added twice.
func compareFindings(a, b Finding) int {
	return cmp.Or(compareSure(a.Sure, b.Sure), cmp.Compare(a.OrderID, b.OrderID),
		slices.CompareFunc(a.Statements, b.Statements, func(a, b Statement) int {
			return cmp.Or(cmp.Compare(a.Feedback.ID, b.Feedback.ID), cmp.Compare(a.Feedback.Text, b.Feedback.Text),
				a.Feedback.CreatedAt.Compare(b.Feedback.CreatedAt), cmp.Compare(a.Feedback.BuyerID, b.Feedback.BuyerID),
				cmp.Compare(a.Feedback.Channel, b.Feedback.Channel), cmp.Compare(a.Feedback.Rating, b.Feedback.Rating))
		}))
}

// compareSure puts the surer first and nil last.
func compareSure(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*b, *a)
}
