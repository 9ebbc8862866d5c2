package external

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// question returns the line that asks about fb.
func question(id string, fb *ccr.Feedback) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// It cannot fail: fb is valid.
	_ = e.Encode(struct {
		ID      string      `json:"id"`
		Text    string      `json:"text"`
		Channel ccr.Channel `json:"channel,omitzero"`
		Product string      `json:"product,omitempty"`
		Rating  int         `json:"rating,omitzero"`
		Reason  string      `json:"reason,omitempty"`
	}{id, fb.Text, fb.Channel, fb.Product, fb.Rating, fb.Reason})
	return b.Bytes()
}

// An answerLine is an answer as it is written.
type answerLine struct {
	ID          *string
	Complaint   *bool
	Probability *float64 `json:"complaint_probability"`
	Polarity    ccr.Polarity
	Ground      ccr.Ground
	Opinions    []struct {
		Aspect    ccr.Aspect
		Polarity  ccr.Polarity
		Intensity int
		Rules     []string
		Evidence  []struct {
			Start, End *int
			Text       string
		}
	}
	Error *string
}

// refused is the error of an answer that was understood and is of no use; the
// program need not be restarted for it.
type refused struct{ error }

func (r *refused) Unwrap() error { return r.error }

// read returns the assessment of text that a line holds. An error that is not a
// *refused says that question and answer may be out of step.
func read(line []byte, id, text string) (ccr.Assessment, error) {
	var l answerLine
	if !utf8.Valid(line) {
		return ccr.Assessment{}, fmt.Errorf("%w: not UTF-8: %s", ErrAnswer, quote(line))
	}
	if err := json.Unmarshal(line, &l); err != nil {
		return ccr.Assessment{}, fmt.Errorf("%w: %w: %s", ErrAnswer, err, quote(line))
	}
	if l.ID != nil && *l.ID != id {
		return ccr.Assessment{}, fmt.Errorf("%w: it has id %q, the question %q", ErrAnswer, *l.ID, id)
	}
	if l.Error != nil {
		return ccr.Assessment{}, &refused{fmt.Errorf("%w: %s", errors.ErrUnsupported, *l.Error)}
	}
	a, err := l.assessment(text)
	if err != nil {
		return ccr.Assessment{}, &refused{fmt.Errorf("%w: %w", ErrAnswer, err)}
	}
	return a, nil
}

var errMissing = errors.New("missing")

// assessment returns what l says of text, or what is wrong with it.
func (l *answerLine) assessment(text string) (ccr.Assessment, error) {
	a := ccr.Assessment{Polarity: l.Polarity, Ground: l.Ground}
	switch {
	case l.Probability != nil:
		a.Complaint = *l.Probability
	case l.Complaint == nil:
		return a, &ccr.FieldError{Field: "complaint_probability", Err: errMissing}
	case *l.Complaint:
		a.Complaint = 1
	}
	if !(a.Complaint >= 0 && a.Complaint <= 1) {
		return a, &ccr.FieldError{Field: "complaint_probability", Err: fmt.Errorf("%v is not between 0 and 1", a.Complaint)}
	}
	for i := range l.Opinions {
		o, err := l.opinion(i, text)
		if err != nil {
			return a, fmt.Errorf("opinion %d: %w", i+1, err)
		}
		a.Opinions = append(a.Opinions, o)
	}
	slices.SortStableFunc(a.Opinions, func(x, y ccr.Opinion) int { return cmp.Compare(first(x), first(y)) })
	return a, nil
}

// first returns where the evidence of o begins; opinions without come first.
func first(o ccr.Opinion) int {
	if len(o.Evidence) == 0 {
		return -1
	}
	return o.Evidence[0].Start
}

func (l *answerLine) opinion(i int, text string) (ccr.Opinion, error) {
	o := &l.Opinions[i]
	v := ccr.Opinion{Aspect: o.Aspect, Polarity: o.Polarity, Intensity: o.Intensity, Rules: o.Rules}
	switch {
	case o.Aspect == "":
		return v, &ccr.FieldError{Field: "aspect", Err: errMissing}
	case o.Polarity != ccr.Negative && o.Polarity != ccr.Positive:
		return v, &ccr.FieldError{Field: "polarity", Err: fmt.Errorf("%v is neither negative nor positive", o.Polarity)}
	case o.Intensity < 0 || o.Intensity > 3:
		return v, &ccr.FieldError{Field: "intensity", Err: fmt.Errorf("%d is not between 1 and 3", o.Intensity)}
	}
	for _, s := range o.Evidence {
		e, err := evidence(s.Start, s.End, s.Text, text)
		if err != nil {
			return v, &ccr.FieldError{Field: "evidence", Err: err}
		}
		v.Evidence = append(v.Evidence, e)
	}
	slices.SortStableFunc(v.Evidence, func(x, y ccr.Evidence) int { return cmp.Compare(x.Start, y.Start) })
	return v, nil
}

// evidence returns the span of text that is quoted as said, or lies between
// start and end, or both.
func evidence(start, end *int, said, text string) (e ccr.Evidence, err error) {
	switch {
	case start != nil && end != nil:
		e = ccr.Evidence{Start: *start, End: *end}
	case start != nil || end != nil || said == "":
		return e, errors.New("needs start and end, or text")
	default:
		i := strings.Index(text, said)
		if i < 0 {
			return e, fmt.Errorf("%s is not in the text", quote([]byte(said)))
		}
		return ccr.Evidence{Start: i, End: i + len(said)}, nil
	}
	if !e.Valid(text) {
		return e, fmt.Errorf("bytes %d to %d are not a span of characters of the text, which has %d bytes", e.Start, e.End, len(text))
	}
	if span := text[e.Start:e.End]; said != "" && said != span {
		return e, fmt.Errorf("bytes %d to %d are %s, not %s", e.Start, e.End, quote([]byte(span)), quote([]byte(said)))
	}
	return e, nil
}

// quote returns the start of what the program wrote for a message.
func quote(b []byte) string {
	const most = 60
	if len(b) <= most {
		return fmt.Sprintf("%q", b)
	}
	return fmt.Sprintf("%q…", bytes.ToValidUTF8(b[:most], nil))
}
