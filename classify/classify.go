// Package classify defines what a classifier of consumer feedback is, and what
// can be done with any of them: classify many, judge whole cases, bound the
// time, fall back, contain panics, remember.
//
// A classifier is one method. Whatever can be written as a function is one:
//
//	c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
//		…
//	})
//
// [Rating], which reads the stars alone, is the only implementation here; the
// packages below this one hold the others. Package classifytest tests an
// implementation against the contract of [Classifier].
//
// # Wrappers
//
// [WithTimeout], [Fallback], [Cascade], [Recover] and [Cache] turn a Classifier into
// another one and can be nested. None of them is a [BatchClassifier], even
// around one: a batch that went past the wrapper would escape what it promises.
// Those with a single classifier inside have a method Unwrap() Classifier, by
// which a caller can reach what merely describes it, such as a version.
package classify

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Classifier assesses consumer feedback.
//
// Classifiers must be safe for concurrent use by multiple goroutines.
// Package classifytest may be used to test an implementation.
type Classifier interface {
	// Classify returns what it found in fb.
	//
	// The Assessment is as [ccr.Assessment] documents it: Complaint is in
	// [0, 1], every opinion is Negative or Positive and names its aspect, and
	// every evidence span is valid for fb.Text. It depends on Text, Channel,
	// Product, Rating and Reason of fb alone: equal ones give equal results,
	// whatever the ids, the times and the source. It belongs to the caller.
	//
	// Text that is only white space is not an error; with neither rating nor
	// reason it gives the zero Assessment. Text that is not UTF-8 gives an
	// error matching [ccr.ErrText], text that the implementation cannot handle,
	// for its language or its length, one matching [errors.ErrUnsupported].
	//
	// An implementation that performs I/O must return promptly with an error
	// matching ctx.Err() once ctx is done; one that only computes may ignore
	// ctx. With an error the Assessment is zero.
	Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error)
}

// Func adapts a function that keeps the contract of [Classifier] to one.
type Func func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error)

// Classify calls f.
func (f Func) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	return f(ctx, fb)
}

// A FeedbackError reports a feedback that a classifier failed on, and where
// it is found. Unwrap gives the classifier's error.
type FeedbackError struct {
	_ [0]func()

	Source  ccr.Source // where it was read; zero when it was made in memory
	OrderID string     // "" when not known
	ID      string     // the feedback's own; "" when not known
	Err     error
}

func feedbackError(fb *ccr.Feedback, err error) error {
	return &FeedbackError{Source: fb.Source, OrderID: fb.OrderID, ID: fb.ID, Err: err}
}

// Error returns, for example,
// `reviews.csv:17: feedback "r1" of order "o1": text is not valid UTF-8`.
func (e *FeedbackError) Error() string {
	var b strings.Builder
	if e.Source != (ccr.Source{}) {
		b.WriteString(e.Source.String() + ": ")
	}
	b.WriteString("feedback")
	if e.ID != "" {
		b.WriteString(" " + strconv.Quote(e.ID))
	}
	if e.OrderID != "" {
		b.WriteString(" of order " + strconv.Quote(e.OrderID))
	}
	b.WriteString(": " + e.Err.Error())
	return b.String()
}

// Unwrap returns the classifier's error.
func (e *FeedbackError) Unwrap() error { return e.Err }

// All classifies the feedback of in, one after another and in their order. The
// iterator may be used as often as in may.
//
// An error of in is passed on with a zero Labeled. A feedback on which c fails
// is yielded without an assessment, together with a [*FeedbackError]. Both
// leave the choice to go on to the loop. Once ctx is done its error is yielded
// last.
func All(ctx context.Context, c Classifier, in iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Labeled, error] {
	return func(yield func(ccr.Labeled, error) bool) {
		for fb, err := range in {
			var l ccr.Labeled
			if err == nil {
				l.Feedback = fb
				l.Assessment, err = classifyOne(ctx, c, &fb)
			}
			if err != nil && ctx.Err() != nil {
				yield(ccr.Labeled{}, ctx.Err())
				return
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// classifyOne calls c unless ctx is done, since c may be one that only
// computes, and says on which feedback it failed.
func classifyOne(ctx context.Context, c Classifier, fb *ccr.Feedback) (ccr.Assessment, error) {
	err := ctx.Err()
	if err == nil {
		var a ccr.Assessment
		if a, err = c.Classify(ctx, *fb); err == nil {
			return a, nil
		}
	}
	return ccr.Assessment{}, feedbackError(fb, err)
}
