package dataset

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// ReadLabeledJSON returns an iterator over the labelled examples of a JSON
// Lines file, one flat object a line:
//
//	{"id":"1","text":"穿两次就开线","channel":"review","product":"衬衫","rating":1,
//	 "complaint":true,"polarity":"negative","opinions":[{"aspect":"goods.quality",
//	 "polarity":"negative","evidence":[{"start":9,"end":18,"text":"就开线"}]}],
//	 "ground":"defect","phenomenon":"implicit"}
//
// It is a single-use iterator: a bad line is yielded as a zero Labeled and a
// [*RecordError] and reading goes on, any other error comes last; a Labeled
// stays valid after its step.
//
// The members of a feedback are read as by [ReadFeedbackJSON]. Required are
// text and one of the labels: complaint, which is true, false or a probability,
// complaint_probability, which wins over it, polarity, or opinions. Without
// either of the first two it is a Labeled with ComplaintUnknown. Offsets count
// bytes. The text of evidence must be what its offsets hold; without offsets
// its first occurrence is meant. Evidence is sorted by its start. Every other
// member that is a string is a tag; what else there is is ignored.
//
// [Options.Columns] can map a member to a label too: with
// {"label": "polarity"} a line such as {"text":"…","label":"negative"} will do.
func ReadLabeledJSON(r io.Reader, opts *Options) iter.Seq2[ccr.Labeled, error] {
	return readLines(r, opts, func(o *Options) func([]byte, ccr.Source, *ccr.Labeled) error {
		p := newMembers(feedbackFields, o)
		return func(line []byte, at ccr.Source, l *ccr.Labeled) error {
			labels := labels{into: l, names: o.Columns}
			if err := p.decode(line, &l.Feedback, labels.member); err != nil {
				return err
			}
			l.Feedback.Source = at
			return labels.finish()
		}
	})
}

// ReadPredictionsJSON returns an iterator over what a classifier said, as a
// [PredictionEncoder] writes it. It reads as [ReadLabeledJSON] does, but a line
// needs an id or a text, and a complaint or its probability.
//
// Without text, evidence needs start and end, and only the length of its own
// text can be held against them: whoever joins a line with its feedback must see
// to it that they are valid there, as eval.Match does.
func ReadPredictionsJSON(r io.Reader, opts *Options) iter.Seq2[ccr.Labeled, error] {
	return readLines(r, opts, func(o *Options) func([]byte, ccr.Source, *ccr.Labeled) error {
		p := newMembers(feedbackFields, o)
		p.optional = true
		return func(line []byte, at ccr.Source, l *ccr.Labeled) error {
			labels := labels{into: l, names: o.Columns}
			if err := p.decode(line, &l.Feedback, labels.member); err != nil {
				return err
			}
			l.Feedback.Source = at
			switch {
			case l.Feedback.ID == "" && l.Feedback.Text == "":
				return &ccr.FieldError{Field: "id", Err: errMissing}
			case !labels.complaint && !labels.probability:
				return &ccr.FieldError{Field: "complaint", Err: errMissing}
			}
			labels.textless = l.Feedback.Text == ""
			return labels.finish()
		}
	})
}

// labels collects the members of a labelled example that say what is in it.
type labels struct {
	into        *ccr.Labeled
	names       map[string]string // from Options.Columns
	seen        []string          // members other than tags
	any         bool              // some label is given
	complaint   bool              // given
	probability bool              // given
	textless    bool              // the text is not known
	opinions    []opinionLine
}

// An opinionLine is an opinion as it is written.
type opinionLine struct {
	Aspect    ccr.Aspect   `json:"aspect"`
	Polarity  ccr.Polarity `json:"polarity"`
	Intensity int          `json:"intensity,omitzero"`
	Evidence  []spanLine   `json:"evidence"`
	Rules     []string     `json:"rules,omitempty"`
}

// A spanLine is a quotation as it is written.
type spanLine struct {
	Start *int   `json:"start,omitempty"`
	End   *int   `json:"end,omitempty"`
	Text  string `json:"text,omitempty"`
}

// member takes a member that is not one of the feedback's.
func (l *labels) member(name string, raw []byte) error {
	if to := l.names[name]; isLabel(to) {
		name = to
	}
	if isLabel(name) {
		if slices.Contains(l.seen, name) {
			return &ccr.FieldError{Field: name, Err: errTwice}
		}
		l.seen = append(l.seen, name)
		if raw[0] == 'n' {
			return nil
		}
		l.any = l.any || name != "ground"
		if err := l.label(name, raw); err != nil {
			return &ccr.FieldError{Field: name, Err: err}
		}
		return nil
	}
	if raw[0] != '"' {
		return nil
	}
	s, err := unquote(raw)
	if _, twice := l.into.Tags[name]; twice {
		err = errTwice
	}
	if err != nil {
		return &ccr.FieldError{Field: name, Err: err}
	}
	if l.into.Tags == nil {
		l.into.Tags = make(map[string]string)
	}
	l.into.Tags[name] = string(s)
	return nil
}

// isLabel reports whether name is a member of a labelled example that is
// neither the feedback's nor a tag.
func isLabel(name string) bool {
	switch name {
	case "complaint", "complaint_probability", "polarity", "opinions", "ground":
		return true
	}
	return false
}

func (l *labels) label(name string, raw []byte) (err error) {
	a := &l.into.Assessment
	switch name {
	case "complaint":
		l.complaint = true
		if l.probability {
			_, err = probability(raw)
			return err
		}
		a.Complaint, err = probability(raw)
	case "complaint_probability":
		l.probability = true
		a.Complaint, err = probability(raw)
	case "polarity", "ground":
		if raw[0] != '"' {
			return fmt.Errorf("want a string, not %s", jsonType(raw))
		}
		var s []byte
		s, err = unquote(raw)
		switch {
		case err != nil:
		case name == "ground":
			a.Ground = ccr.Ground(s)
		default:
			err = a.Polarity.UnmarshalText(s)
		}
	case "opinions":
		err = json.Unmarshal(raw, &l.opinions)
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
			err = fmt.Errorf("%s: want %s, not %s", cmp.Or(wrong.Field, "value"), wrong.Type.Kind(), wrong.Value)
		}
	}
	return err
}

// probability parses true, false, or a number from 0 to 1.
func probability(raw []byte) (float64, error) {
	switch string(raw) {
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	}
	p, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%s is neither true nor false nor a probability", quote(raw))
	}
	return p, nil
}

var errUnlabeled = &ccr.FieldError{Field: "complaint", Err: errors.New("missing, and so are other labels")}

// finish checks what was read, now that the text is known.
func (l *labels) finish() error {
	if !l.any {
		return errUnlabeled
	}
	l.into.ComplaintUnknown = !l.complaint && !l.probability
	evidence := func(s *spanLine) (ccr.Evidence, error) { return s.evidence(l.into.Feedback.Text) }
	if l.textless {
		evidence = (*spanLine).offsets
	}
	for i, o := range l.opinions {
		opinion, err := o.opinion(evidence)
		if err != nil {
			return &ccr.FieldError{Field: "opinions", Err: fmt.Errorf("number %d: %w", i+1, err)}
		}
		l.into.Assessment.Opinions = append(l.into.Assessment.Opinions, opinion)
	}
	return nil
}

// check reports what is wrong with an opinion apart from its evidence.
func (o *opinionLine) check() error {
	switch {
	case o.Aspect == "":
		return &ccr.FieldError{Field: "aspect", Err: errMissing}
	case o.Intensity < 0 || o.Intensity > 3:
		return &ccr.FieldError{Field: "intensity", Err: fmt.Errorf("%d is not between 1 and 3", o.Intensity)}
	}
	return nil
}

// opinion returns the opinion that was read, with evidence as the function finds it.
func (o *opinionLine) opinion(evidence func(*spanLine) (ccr.Evidence, error)) (ccr.Opinion, error) {
	if err := o.check(); err != nil {
		return ccr.Opinion{}, err
	}
	v := ccr.Opinion{Aspect: o.Aspect, Polarity: o.Polarity, Intensity: o.Intensity}
	if len(o.Rules) > 0 {
		v.Rules = o.Rules
	}
	for i := range o.Evidence {
		e, err := evidence(&o.Evidence[i])
		if err != nil {
			return ccr.Opinion{}, &ccr.FieldError{Field: "evidence", Err: fmt.Errorf("number %d: %w", i+1, err)}
		}
		v.Evidence = append(v.Evidence, e)
	}
	slices.SortStableFunc(v.Evidence, func(a, b ccr.Evidence) int { return cmp.Compare(a.Start, b.Start) })
	return v, nil
}

// evidence returns the span of text that s means.
func (s *spanLine) evidence(text string) (ccr.Evidence, error) {
	if s.Start == nil && s.End == nil && s.Text != "" {
		i := strings.Index(text, s.Text)
		if i < 0 {
			return ccr.Evidence{}, fmt.Errorf("%s is not in the text", quote([]byte(s.Text)))
		}
		return ccr.Evidence{Start: i, End: i + len(s.Text)}, nil
	}
	if s.Start == nil || s.End == nil {
		return ccr.Evidence{}, errNoSpan
	}
	e := ccr.Evidence{Start: *s.Start, End: *s.End}
	if !e.Valid(text) {
		return e, spanError(e, text)
	}
	if span := text[e.Start:e.End]; s.Text != "" && s.Text != span {
		return e, fmt.Errorf("bytes %d to %d are %s, not %s", e.Start, e.End, quote([]byte(span)), quote([]byte(s.Text)))
	}
	return e, nil
}

var errNoSpan = errors.New("needs start and end, or text")

// offsets returns the span that s means of a text that is not known.
func (s *spanLine) offsets() (ccr.Evidence, error) {
	if s.Start == nil || s.End == nil {
		return ccr.Evidence{}, errNoSpan
	}
	e := ccr.Evidence{Start: *s.Start, End: *s.End}
	if e.Start < 0 || e.End <= e.Start || s.Text != "" && len(s.Text) != e.End-e.Start {
		return e, fmt.Errorf("%s cannot be bytes %d to %d of any text", quote([]byte(s.Text)), e.Start, e.End)
	}
	return e, nil
}

func spanError(e ccr.Evidence, text string) error {
	return fmt.Errorf("bytes %d to %d are not a span of characters of the text, which has %d bytes", e.Start, e.End, len(text))
}
