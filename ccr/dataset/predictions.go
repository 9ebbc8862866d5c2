package dataset

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// PredictionOptions say how predictions are written. Nil and the zero options
// mean the defaults.
type PredictionOptions struct {
	_ [0]func()

	// Threshold is the probability, in (0, 1], from which "complaint" is true.
	// 0 means 0.5.
	Threshold float64

	// Explain adds "ground", and "intensity" and "rules" to every opinion.
	Explain bool

	// Text adds "text", so that a line can be read by itself, and joined with
	// its feedback where that has no id.
	Text bool
}

// A PredictionEncoder writes what a classifier said, one object a line:
//
//	{"id":"1","complaint":false,"complaint_probability":0.04,"polarity":"positive",
//	 "opinions":[{"aspect":"goods.quality","polarity":"positive",
//	 "evidence":[{"start":0,"end":9,"text":"…"}]}]}
//
// It is for one goroutine at a time.
type PredictionEncoder struct {
	w    io.Writer
	opts PredictionOptions
	buf  bytes.Buffer
}

// NewPredictionEncoder returns an encoder that writes to w, with one call of
// Write per prediction; many predictions want a [bufio.Writer].
func NewPredictionEncoder(w io.Writer, opts *PredictionOptions) *PredictionEncoder {
	e := &PredictionEncoder{w: w}
	if opts != nil {
		e.opts = *opts
	}
	if e.opts.Threshold == 0 {
		e.opts.Threshold = 0.5
	}
	return e
}

// Encode writes one prediction. It fails, having written nothing, with an error
// that wraps a [*ccr.FieldError] for an assessment that is not valid, such as
// one with evidence outside the text, and with the error of the writer.
func (e *PredictionEncoder) Encode(l ccr.Labeled) error {
	if !utf8.ValidString(l.Feedback.ID) {
		return &ccr.FieldError{Field: "id", Err: ccr.ErrText}
	}
	if e.opts.Text && !utf8.ValidString(l.Feedback.Text) {
		return &ccr.FieldError{Field: "text", Err: ccr.ErrText}
	}
	if l.ComplaintUnknown {
		return &ccr.FieldError{Field: "complaint", Err: errMissing}
	}
	a := &l.Assessment
	opinions, err := opinionLines(a, l.Feedback.Text)
	if err != nil {
		return err
	}
	ground := a.Ground
	if !e.opts.Explain {
		ground = ""
		for i := range opinions {
			opinions[i].Intensity, opinions[i].Rules = 0, nil
		}
	}
	text := ""
	if e.opts.Text {
		text = l.Feedback.Text
	}
	e.buf.Reset()
	if err := encodeJSON(&e.buf, struct {
		ID          string        `json:"id"`
		Text        string        `json:"text,omitempty"`
		Complaint   bool          `json:"complaint"`
		Probability float64       `json:"complaint_probability"`
		Polarity    ccr.Polarity  `json:"polarity"`
		Ground      ccr.Ground    `json:"ground,omitempty"`
		Opinions    []opinionLine `json:"opinions"`
	}{l.Feedback.ID, text, a.Complaint >= e.opts.Threshold, a.Complaint, a.Polarity, ground, opinions}); err != nil {
		return err
	}
	_, err = e.w.Write(e.buf.Bytes())
	return err
}

// opinionLines returns the opinions of an assessment of text as they are
// written, or what is wrong with the assessment.
func opinionLines(a *ccr.Assessment, text string) ([]opinionLine, error) {
	if !(a.Complaint >= 0 && a.Complaint <= 1) {
		return nil, &ccr.FieldError{Field: "complaint", Err: fmt.Errorf("%v is not a probability", a.Complaint)}
	}
	if _, err := a.Polarity.MarshalText(); err != nil {
		return nil, &ccr.FieldError{Field: "polarity", Err: err}
	}
	if !utf8.ValidString(string(a.Ground)) {
		return nil, &ccr.FieldError{Field: "ground", Err: ccr.ErrText}
	}
	lines := make([]opinionLine, len(a.Opinions)) // never nil: it is always an array
	for i := range a.Opinions {
		line, err := newOpinionLine(&a.Opinions[i], text)
		if err != nil {
			return nil, &ccr.FieldError{Field: "opinions", Err: fmt.Errorf("number %d: %w", i+1, err)}
		}
		lines[i] = line
	}
	return lines, nil
}

func newOpinionLine(o *ccr.Opinion, text string) (opinionLine, error) {
	line := opinionLine{
		Aspect: o.Aspect, Polarity: o.Polarity, Intensity: o.Intensity,
		Evidence: make([]spanLine, len(o.Evidence)), Rules: o.Rules,
	}
	if _, err := o.Polarity.MarshalText(); err != nil {
		return line, &ccr.FieldError{Field: "polarity", Err: err}
	}
	for _, s := range append([]string{string(o.Aspect)}, o.Rules...) {
		if !utf8.ValidString(s) {
			return line, ccr.ErrText
		}
	}
	for i := range o.Evidence {
		e := &o.Evidence[i]
		if !e.Valid(text) {
			return line, &ccr.FieldError{Field: "evidence", Err: spanError(*e, text)}
		}
		line.Evidence[i] = spanLine{Start: &e.Start, End: &e.End, Text: text[e.Start:e.End]}
	}
	return line, line.check()
}
