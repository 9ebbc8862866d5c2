package action

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// A RuleSet says what a platform does to a shop, and when. Platforms change
// their rules and publish them by halves, so a set is data with a name, a day
// and a source for each rule: [DefaultRules] has one, [ParseRules] reads others.
type RuleSet struct {
	_ [0]func()

	Name  string `json:"name"`
	AsOf  string `json:"as_of"` // the day on which the rules were gathered, 2006-01-02
	Rules []Rule `json:"rules"`
}

// A Measure is the figure that a rule looks at.
type Measure string

// The measures.
const (
	// MeasurePeers is the shop's CCR divided by the mean CCR of its main
	// category. A rule is reached above its limit.
	MeasurePeers Measure = "ccr_to_peer_mean"

	// MeasurePoints is the sum of the points for violations of one class. A
	// rule is reached at its limit.
	MeasurePoints Measure = "points"

	// MeasureScore is the shop's experience score, 店铺体验分. A rule is reached
	// below its limit.
	MeasureScore Measure = "experience_score"
)

// A Rule is one consequence and the limit from which it threatens.
type Rule struct {
	_ [0]func()

	Name    string  `json:"name"` // tells it from the others of its set
	Measure Measure `json:"measure"`
	Class   string  `json:"class,omitempty"` // of the violations, for MeasurePoints
	Limit   float64 `json:"limit"`           // > 0, in units of the measure
	Step    float64 `json:"step,omitzero"`   // points that one violation gives, for MeasurePoints; 0 when not known

	// Near is the distance to the limit, in units of the measure, from which
	// the consequence is near. It is a choice of who wrote the set and not a
	// platform's. A rule on the CCR has none: there the uncertainty decides.
	Near float64 `json:"near,omitzero"`

	Fine    ccr.Amount `json:"fine,omitzero"`    // what it costs; 0 for no fine
	Deposit bool       `json:"deposit,omitzero"` // it costs the deposit

	Chinese string `json:"zh"` // the consequence, for people
	English string `json:"en"`
	Source  string `json:"source"` // where it is reported, and by whom

	SourceChinese string `json:"source_zh,omitempty"` // the same in Chinese; "" means Source
}

//go:embed rules.json
var defaultRules []byte

// DefaultRules returns what is reported of shops that sell across borders, as
// of 2026-11-26:
//
//   - "mixed_shipping": shipping from several warehouses is forbidden again to a
//     shop whose CCR is above 1.3 times the mean of its main category;
//   - "fine": two violations of class A, of 6 points each, cost 2,000 yuan;
//   - "deposit": one of class B, of 12 points, costs the deposit;
//   - "experience_score": the score has a floor of 3.2.
//
// None is official. The first is from the page of an agency, the others are
// what merchants report, without a document; no source links points or the
// score to a number of negative orders. Check them with your platform.
//
// The set is the caller's.
func DefaultRules() *RuleSet {
	s, err := ParseRules(bytes.NewReader(defaultRules), "rules.json")
	if err != nil {
		panic(err) // the file is part of the package, and tested
	}
	return s
}

// A RuleError reports a rule set that cannot be used, and where.
type RuleError struct {
	Name  string // file name, as given; may be empty
	Line  int    // 1-indexed; 0 when not known
	Field string // "rules[2].limit"; "" when it is no field's
	Err   error
}

// Error returns, for example, "rules.json:12: rules[2].limit: is not positive".
func (e *RuleError) Error() string {
	var b strings.Builder
	b.WriteString(e.Name)
	switch {
	case e.Line > 0 && e.Name == "":
		b.WriteString("line " + strconv.Itoa(e.Line))
	case e.Line > 0:
		b.WriteString(":" + strconv.Itoa(e.Line))
	}
	for _, s := range []string{e.Field, e.Err.Error()} {
		if s != "" && b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(s)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *RuleError) Unwrap() error { return e.Err }

// ParseRules reads a rule set in JSON, in the form that its tags and those of
// [Rule] give; package action's rules.json is one. Name is the file name for
// messages. Every error is a [*RuleError]: what is not JSON, a member that is
// not known, a value that is missing or out of range, two rules of one name,
// and what r fails with.
func ParseRules(r io.Reader, name string) (*RuleSet, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, &RuleError{Name: name, Err: err}
	}
	f := ruleFile{name, bytes.TrimPrefix(data, []byte("\ufeff"))}
	at := 0
	for line := range bytes.Lines(f.data) {
		if !utf8.Valid(line) {
			return nil, f.errorAt(at, "", ccr.ErrText)
		}
		at += len(line)
	}
	var set struct {
		Name  string            `json:"name"`
		AsOf  string            `json:"as_of"`
		Rules []json.RawMessage `json:"rules"`
	}
	if err := f.decode(0, f.data, "", &set); err != nil {
		return nil, err
	}
	s := &RuleSet{Name: set.Name, AsOf: set.AsOf, Rules: make([]Rule, len(set.Rules))}
	if field, err := s.invalid(); err != nil {
		return nil, f.errorAt(0, field, err)
	}
	at = 0
	for i, raw := range set.Rules {
		at += max(0, bytes.Index(f.data[at:], raw))
		field := fmt.Sprintf("rules[%d]", i)
		if err := f.decode(at, raw, field, &s.Rules[i]); err != nil {
			return nil, err
		}
		member, err := s.Rules[i].invalid()
		if err == nil && slices.ContainsFunc(s.Rules[:i], func(r Rule) bool { return r.Name == s.Rules[i].Name }) {
			member, err = "name", fmt.Errorf("second rule %q", s.Rules[i].Name)
		}
		if err != nil {
			return nil, f.errorAt(at, field+"."+member, err)
		}
		at += len(raw)
	}
	return s, nil
}

// A ruleFile knows the lines of what is parsed.
type ruleFile struct {
	name string
	data []byte
}

func (f ruleFile) errorAt(offset int, field string, err error) error {
	offset = min(max(offset, 0), len(f.data))
	return &RuleError{Name: f.name, Line: 1 + bytes.Count(f.data[:offset], []byte("\n")), Field: field, Err: err}
}

// decode decodes b, which starts at offset at of the file and is all of field.
func (f ruleFile) decode(at int, b []byte, field string, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return f.errorAt(at+int(syntax.Offset), field, err)
	case errors.As(err, &kind):
		return f.errorAt(at+int(kind.Offset), strings.Trim(field+"."+kind.Field, "."), err)
	case err != nil:
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			at, err = len(f.data), io.ErrUnexpectedEOF
		}
		return f.errorAt(at, field, err)
	}
	if end := int(d.InputOffset()); len(bytes.TrimSpace(b[end:])) > 0 {
		return f.errorAt(at+end, field, errors.New("more follows the end of the rule set"))
	}
	return nil
}

var (
	errMissing  = errors.New("missing")
	errNegative = errors.New("is negative")
)

// invalid returns the first member of s, but for its rules, that cannot be used.
func (s *RuleSet) invalid() (field string, err error) {
	switch _, err := time.Parse(time.DateOnly, s.AsOf); {
	case s.Name == "":
		return "name", errMissing
	case err != nil:
		return "as_of", fmt.Errorf("%q is not a day like 2006-01-02", s.AsOf)
	case len(s.Rules) == 0:
		return "rules", errMissing
	}
	return "", nil
}

// invalid returns the first member of r that cannot be used.
func (r *Rule) invalid() (member string, err error) {
	points := r.Measure == MeasurePoints
	switch {
	case r.Name == "":
		return "name", errMissing
	case !points && r.Measure != MeasurePeers && r.Measure != MeasureScore:
		return "measure", fmt.Errorf("unknown measure %q, want %s, %s or %s", r.Measure, MeasurePeers, MeasurePoints, MeasureScore)
	case points && r.Class == "":
		return "class", errMissing
	case !points && r.Class != "":
		return "class", fmt.Errorf("is of %s alone", MeasurePoints)
	case !points && r.Step != 0:
		return "step", fmt.Errorf("is of %s alone", MeasurePoints)
	case r.Measure == MeasurePeers && r.Near != 0:
		return "near", fmt.Errorf("is not of %s", MeasurePeers)
	case r.Limit <= 0:
		return "limit", errors.New("is not positive")
	case r.Step < 0:
		return "step", errNegative
	case r.Near < 0:
		return "near", errNegative
	case r.Fine < 0:
		return "fine", errNegative
	case r.Chinese == "":
		return "zh", errMissing
	case r.English == "":
		return "en", errMissing
	case r.Source == "":
		return "source", errMissing
	}
	return "", nil
}

// Figures are a shop's own, as far as they are known.
type Figures struct {
	_ [0]func()

	// CCR is the rate that the platform holds against the shop: usually that of
	// its strict machine. The zero Rate is not known.
	CCR metrics.Rate

	// Interval is the uncertainty of CCR. Nil means its 95% Wilson interval.
	Interval *metrics.Interval

	PeerMean *float64           // mean CCR of the main category, in [0, 1]; nil when not known
	Points   map[string]float64 // points so far, by class of violation; a class that is missing is not known
	Score    *float64           // experience score; nil when not known
	Deposit  *ccr.Amount        // nil when not known
}

// A Consequence is what a rule means for a shop.
type Consequence struct {
	_ [0]func()

	Rule   Rule   `json:"rule"`
	Status Status `json:"status"`

	// Certain reports that the interval of the CCR lies on the same side of
	// the limit as the CCR itself. Points and scores are certain. It is false
	// for StatusUnknown.
	Certain bool `json:"certain"`

	// Figure and Limit are what was compared, in one unit: shares of orders,
	// points, or a score. Both are nil for StatusUnknown.
	Figure *float64 `json:"figure"`
	Limit  *float64 `json:"limit"`

	// Orders is how many more of the orders already counted have to become
	// negative for the rule to be reached: the fewest that can do it, since
	// orders to come would count in the denominator too. It is 0 when the rule
	// is reached, and nil when it cannot be that way or when no rule says what
	// a negative order does to the measure.
	Orders *int `json:"orders"`

	// Violations is how many more violations of the class it takes, and nil
	// where Rule.Step does not say.
	Violations *int `json:"violations"`

	// Cost is the money at stake, and nil for none or a deposit that is not known.
	// Of a deposit it is the whole, the most that can be taken.
	Cost *ccr.Amount `json:"cost"`
}

// Status is how far a consequence is. The zero Status is StatusUnknown. It
// encodes as text in lower case.
type Status int8

// The statuses.
const (
	StatusUnknown Status = iota // a figure is missing
	StatusFar
	StatusNear    // not reached, but within Rule.Near or the interval of the CCR
	StatusReached // the rule is fulfilled; whether the platform has acted is not known
)

var statusNames = [...]string{"unknown", "far", "near", "reached"}

// String returns the name in lower case; "Status(9)" for an undefined value.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("Status(%d)", int8(s))
	}
	return statusNames[s]
}

// MarshalText returns the name; it fails for an undefined value.
func (s Status) MarshalText() ([]byte, error) {
	if s < 0 || int(s) >= len(statusNames) {
		return nil, fmt.Errorf("undefined %v", s)
	}
	return []byte(statusNames[s]), nil
}

// UnmarshalText accepts any string made by MarshalText, ignoring case.
func (s *Status) UnmarshalText(text []byte) error {
	for i, name := range statusNames {
		if strings.EqualFold(string(text), name) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("unknown status %q, want one of %s", text, strings.Join(statusNames[:], ", "))
}

// Consequences says of every rule of s, in their order, what it means for a
// shop with these figures. A figure that cannot be (a negative or infinite
// one, NaN, a mean above 1) is taken for one that is not known.
func (s *RuleSet) Consequences(f Figures) []Consequence {
	cs := make([]Consequence, len(s.Rules))
	for i, r := range s.Rules {
		c := &cs[i]
		c.Rule = r
		switch {
		case r.Fine > 0:
			c.Cost = &r.Fine
		case r.Deposit && f.Deposit != nil:
			d := *f.Deposit
			c.Cost = &d
		}
		switch r.Measure {
		case MeasurePeers:
			c.comparePeers(&f)
		case MeasurePoints:
			if points, ok := f.Points[r.Class]; ok && c.compare(points) {
				c.settle(points >= r.Limit, points >= r.Limit-r.Near)
				if steps := math.Ceil(max(0, r.Limit-points) / r.Step); steps <= math.MaxInt32 { // not for a Step of 0
					n := int(steps)
					c.Violations = &n
				}
			}
		case MeasureScore:
			if f.Score != nil && c.compare(*f.Score) {
				c.settle(*f.Score < r.Limit, *f.Score-r.Limit <= r.Near)
			}
		}
	}
	return cs
}

// compare fills in Figure and Limit, if figure is one.
func (c *Consequence) compare(figure float64) bool {
	if !(figure >= 0) || math.IsInf(figure, 0) {
		return false
	}
	limit := c.Rule.Limit
	c.Figure, c.Limit = &figure, &limit
	return true
}

// settle fills in the Status of a measure that is certain.
func (c *Consequence) settle(reached, near bool) {
	c.Certain = true
	switch {
	case reached:
		c.Status = StatusReached
	case near:
		c.Status = StatusNear
	default:
		c.Status = StatusFar
	}
}

func (c *Consequence) comparePeers(f *Figures) {
	rate := f.CCR.Value() // NaN when there is none
	if f.PeerMean == nil || !(*f.PeerMean >= 0 && *f.PeerMean <= 1) || !c.compare(rate) {
		return
	}
	*c.Limit *= *f.PeerMean
	limit := *c.Limit

	// Rounding errors must not make 26 of 1,000 more than 1.3 times 2%.
	most := limit * float64(f.CCR.Den) * (1 + 1e-12)
	above := func(num int) bool { return float64(num) > most }
	spare := f.CCR.Den - f.CCR.Num
	if n := sort.Search(spare, func(k int) bool { return above(f.CCR.Num + k) }); above(f.CCR.Num + n) {
		c.Orders = &n
	}

	ci := f.CCR.Wilson(0.95)
	if f.Interval != nil {
		ci = *f.Interval
	}
	reached := above(f.CCR.Num)
	c.settle(reached, ci.High > limit)
	if reached {
		c.Certain = ci.Low > limit
	} else {
		c.Certain = ci.High <= limit
	}
}
