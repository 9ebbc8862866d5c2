// Package ccr defines the records that every other package of this module
// exchanges, and the rules by which they are counted.
//
// An [Order] is one purchase; a [Feedback] is one message from a consumer; a
// [Case] is one order with everything said about it. A classifier turns each
// feedback into an [Assessment]; a [Policy] turns a case and its assessments
// into a [Verdict]; figures are folds over verdicts. Judging a case needs no
// other case, so verdicts may be made in any order, on any machine.
//
// The package imports only the standard library, performs no I/O and has no
// mutable package state. Zero values are valid and mean "not known".
//
// # Offsets
//
// All offsets are byte offsets into [Feedback.Text] as given, half-open, on
// UTF-8 character boundaries: fb.Text[e.Start:e.End] is the quotation.
//
// # Growth
//
// Structs that may gain fields are not comparable and cannot be written
// without field names, so that adding a field never breaks a caller.
package ccr

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// ErrText is matched by the error of a classifier or reader that was given
// text which is not valid UTF-8.
var ErrText = errors.New("text is not valid UTF-8")

// A FieldError reports a field of a record whose value cannot be used.
// Field is the name of the field as in JSON and CSV ("rating"); Unwrap gives
// the cause.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *FieldError) Unwrap() error { return e.Err }

// A Source says where a record was read. The zero Source means a record that
// was made in memory.
type Source struct {
	Name string // file name, or "stdin"
	Line int    // 1-indexed line at which the record starts; 0 when not known
}

// String returns "name:line", "line 7" without a name, or "" for the zero Source.
func (s Source) String() string {
	if s == (Source{}) {
		return ""
	}
	if s.Name == "" {
		return fmt.Sprintf("line %d", s.Line)
	}
	return fmt.Sprintf("%s:%d", s.Name, s.Line)
}

// An Order is one purchase: the unit that the CCR counts.
type Order struct {
	_ [0]func()

	ID        string `json:"order_id"`             // required, unique within a data set
	BuyerID   string `json:"buyer_id,omitempty"`   // who bought
	ProductID string `json:"product_id,omitempty"` // the shop's key of the product
	Product   string `json:"product,omitempty"`    // title with its advertised attributes
	Category  string `json:"category,omitempty"`

	Region       string `json:"region,omitempty"` // where it was delivered
	Carrier      string `json:"carrier,omitempty"`
	ServiceGroup string `json:"service_group,omitempty"` // team that serves the buyer

	PaidAt      time.Time `json:"paid_at,omitzero"` // zero: not paid
	ShippedAt   time.Time `json:"shipped_at,omitzero"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"`

	Amount   Amount `json:"amount,omitzero"`
	Status   string `json:"status,omitempty"`   // the platform's word; no rule depends on it
	Abnormal string `json:"abnormal,omitempty"` // why the order is abnormal; "" when it is not
	Batch    string `json:"batch,omitempty"`    // production batch
	Address  string `json:"address,omitempty"`  // delivery address, or a hash of it

	Source Source `json:"-"`
}

// Validate reports the first field that makes o unusable as a [*FieldError],
// or nil: a missing ID, text that is not UTF-8, a negative amount.
func (o *Order) Validate() error {
	if o.ID == "" {
		return &FieldError{"order_id", errors.New("missing")}
	}
	for _, f := range []struct{ name, value string }{
		{"order_id", o.ID},
		{"buyer_id", o.BuyerID},
		{"product_id", o.ProductID},
		{"product", o.Product},
		{"category", o.Category},
		{"region", o.Region},
		{"carrier", o.Carrier},
		{"service_group", o.ServiceGroup},
		{"status", o.Status},
		{"abnormal", o.Abnormal},
		{"batch", o.Batch},
		{"address", o.Address},
	} {
		if !utf8.ValidString(f.value) {
			return &FieldError{f.name, ErrText}
		}
	}
	if o.Amount < 0 {
		return &FieldError{"amount", errors.New("is negative")}
	}
	return nil
}

// A Feedback is one message from one consumer, with the context that a fair
// reader of it needs.
type Feedback struct {
	_ [0]func()

	// ID identifies the feedback within its order; marketplaces reuse a
	// review id across orders, so OrderID and ID together are the key.
	ID      string `json:"feedback_id,omitempty"`
	OrderID string `json:"order_id,omitempty"` // "" when no order is known
	BuyerID string `json:"buyer_id,omitempty"` // who wrote it

	Channel Channel `json:"channel,omitzero"`
	Text    string  `json:"text"`              // as written, never normalised
	Product string  `json:"product,omitempty"` // what was bought: title with its advertised attributes
	Rating  int     `json:"rating,omitzero"`   // stars, 1 to 5; 0 when not given
	Reason  string  `json:"reason,omitempty"`  // structured after-sale reason, see [CauseOf]

	CreatedAt time.Time `json:"created_at,omitzero"`
	RepliedAt time.Time `json:"replied_at,omitzero"` // first answer by the merchant
	Abnormal  string    `json:"abnormal,omitempty"`  // why it is abnormal; "" when it is not

	Source Source `json:"-"`
}

// Validate reports the first field that makes f unusable as a [*FieldError],
// or nil: text that is not UTF-8, an unknown channel, a rating outside 0 to 5.
func (f *Feedback) Validate() error {
	for _, s := range []struct{ name, value string }{
		{"text", f.Text},
		{"feedback_id", f.ID},
		{"order_id", f.OrderID},
		{"buyer_id", f.BuyerID},
		{"product", f.Product},
		{"reason", f.Reason},
		{"abnormal", f.Abnormal},
	} {
		if !utf8.ValidString(s.value) {
			return &FieldError{s.name, ErrText}
		}
	}
	if f.Channel < ChannelUnknown || f.Channel > ChannelInquiry {
		return &FieldError{"channel", fmt.Errorf("unknown channel %d", f.Channel)}
	}
	if f.Rating < 0 || f.Rating > 5 {
		return &FieldError{"rating", fmt.Errorf("%d is not between 1 and 5", f.Rating)}
	}
	return nil
}

// A Case is one order with everything that was said about it.
type Case struct {
	_ [0]func()

	OrderID  string
	Order    *Order // nil when no order of that id is known; never written to
	Feedback []Feedback
}

// Evidence is a quotation: Feedback.Text[Start:End].
type Evidence struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Valid reports whether e is a non-empty span on character boundaries of text.
func (e Evidence) Valid(text string) bool {
	return 0 <= e.Start && e.Start < e.End && e.End <= len(text) &&
		utf8.RuneStart(text[e.Start]) && (e.End == len(text) || utf8.RuneStart(text[e.End]))
}

// An Opinion is what a text says about one aspect, with the words that say it.
type Opinion struct {
	_ [0]func()

	Aspect    Aspect     `json:"aspect"`
	Polarity  Polarity   `json:"polarity"`           // Negative or Positive
	Intensity int        `json:"intensity,omitzero"` // 1 mild, 2 plain, 3 strong; 0 not known
	Evidence  []Evidence `json:"evidence"`           // sorted by Start
	Rules     []string   `json:"rules,omitempty"`    // the rules, or the model, that made it
}

// A Ground names what decided an [Assessment], the word under which an appeal
// is argued. It is an open vocabulary; the constants are those that packages
// of this module use. The zero Ground means "not said".
type Ground string

// Grounds for upholding a complaint, and for not doing so.
const (
	GroundDefect      Ground = "defect"             // a shortcoming that the merchant answers for
	GroundMild        Ground = "mild_reservation"   // a small reservation of a satisfied buyer
	GroundPraise      Ground = "praise"             // praise, also in negative words
	GroundAdvertised  Ground = "as_advertised"      // the product is what it was sold as
	GroundBuyer       Ground = "buyers_cause"       // the buyer's own mistake or change of mind
	GroundResolved    Ground = "resolved"           // an incident that was made good
	GroundQuestion    Ground = "question"           // a question or request
	GroundHypothesis  Ground = "hypothetical"       // a condition, wish or fear, not a fact
	GroundReversed    Ground = "expectation_beaten" // a fear that did not come true
	GroundElsewhere   Ground = "elsewhere"          // another shop, brand or order, or a third party
	GroundNoStatement Ground = "no_statement"       // nothing was evaluated
	GroundRating      Ground = "rating"             // the stars alone
	GroundUndecided   Ground = "undecided"          // a classifier that gave up: somebody else should read it
)

// An Assessment is what one classifier, or one annotator, concluded about one
// feedback. The zero Assessment means "nothing found".
type Assessment struct {
	_ [0]func()

	// Complaint is the probability, in [0, 1], that a fair human reviewer
	// would uphold the feedback as an effective negative feedback. Gold data
	// has 0 or 1.
	Complaint float64   `json:"complaint"`
	Polarity  Polarity  `json:"polarity"` // the writer's overall stance
	Opinions  []Opinion `json:"opinions"` // in order of their first evidence
	Ground    Ground    `json:"ground,omitempty"`
}

// A Labeled is a feedback with its assessment: a classifier's output, or a
// gold example. Tags hold what else is known of an example, such as its
// "phenomenon"; nil is fine.
type Labeled struct {
	_ [0]func()

	Feedback   Feedback
	Assessment Assessment

	// ComplaintUnknown says that an example has no label of a complaint: its
	// Assessment.Complaint means nothing, and must be neither learned from nor
	// measured against. Public collections label polarity or stars, which agree
	// with complaints on nine reviews in ten. No classifier's output has it.
	ComplaintUnknown bool

	Tags map[string]string
}
