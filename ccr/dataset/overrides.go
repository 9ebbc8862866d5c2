package dataset

import (
	"io"
	"iter"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Decision is what a reviewer decided about one feedback: an entry of
// [ccr.Policy.Overrides].
type Decision struct {
	_ [0]func()

	Key      ccr.Key
	Override ccr.Override
	Source   ccr.Source
}

// decision is a Decision that is being read.
type decision struct {
	Decision
	negative choice
}

// ReadOverrides returns an iterator over reviewers' decisions in a CSV file:
//
//	for d, err := range dataset.ReadOverrides(f, nil) {
//		…
//		policy.Overrides[d.Key] = d.Override
//	}
//
// It is a single-use iterator that yields errors and follows the rules of
// format as [ReadOrdersCSV] does; a Decision stays valid after its step.
//
// The columns are order_id, feedback_id, negative (true, yes, 是, 1 or false,
// no, 否, 0), reviewer, note, at, and aspects, separated by spaces or
// semicolons; the first three must be there. A row whose negative is empty is
// a feedback that nobody has decided yet, and is passed over. Two decisions
// about one feedback are both yielded. An apostrophe in front of an id, the
// reviewer or the note is a guard against spreadsheets and no part of it: one
// is taken away.
func ReadOverrides(r io.Reader, opts *Options) iter.Seq2[Decision, error] {
	rows := readCSV(r, opts, decisionFields, decision{}, checkDecision)
	return func(yield func(Decision, error) bool) {
		for d, err := range rows {
			if !yield(d.Decision, err) {
				return
			}
		}
	}
}

func checkDecision(d *decision, at ccr.Source) error {
	if d.negative == choiceNone {
		return errSkip
	}
	for _, s := range []*string{&d.Key.OrderID, &d.Key.FeedbackID, &d.Override.Reviewer, &d.Override.Note} {
		*s = strings.TrimPrefix(*s, "'")
	}
	if d.Key == (ccr.Key{}) {
		return &ccr.FieldError{Field: "feedback_id", Err: errMissing}
	}
	d.Override.Negative = d.negative == choiceYes
	d.Source = at
	return nil
}
