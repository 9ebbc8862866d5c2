package classify

import (
	"context"
	"errors"
	"fmt"

	"github.com/ccrkit/ccrkit/ccr"
)

// A BatchClassifier assesses many feedbacks in one call more cheaply than one
// by one. Use it through [Batch].
type BatchClassifier interface {
	Classifier

	// ClassifyBatch returns one assessment per feedback, in their order, each
	// as Classify would give it. When it fails on some of them, it returns all
	// assessments, zero for those that failed, and a [*BatchError]. Any other
	// error says that it failed on all of them. An empty batch is not an error.
	ClassifyBatch(ctx context.Context, fbs []ccr.Feedback) ([]ccr.Assessment, error)
}

// A Failure is one feedback of a batch that could not be classified.
type Failure struct {
	_ [0]func()

	Index int // 0-indexed position in the batch
	Err   error
}

// A BatchError reports the feedbacks of a batch that could not be classified;
// the others were. [errors.Is] and [errors.As] look at all causes.
type BatchError struct {
	_ [0]func()

	Failed []Failure // never empty, sorted by Index
}

// Error returns the number of failures and the first of them.
func (e *BatchError) Error() string {
	if len(e.Failed) == 0 {
		return "classify: batch failed"
	}
	s := fmt.Sprintf("classify: feedback %d of the batch: %v", e.Failed[0].Index, e.Failed[0].Err)
	if more := len(e.Failed) - 1; more > 0 {
		s += fmt.Sprintf(" (and %d more failed)", more)
	}
	return s
}

// Unwrap returns the causes, in order of their index.
func (e *BatchError) Unwrap() []error {
	errs := make([]error, len(e.Failed))
	for i, f := range e.Failed {
		errs[i] = f.Err
	}
	return errs
}

// Batch returns the assessments of fbs, in their order. It calls ClassifyBatch
// once when c is a [BatchClassifier] and Classify for each feedback when not.
//
// When c fails on some feedbacks, Batch returns all assessments, zero for those
// that failed, and a [*BatchError]; feedbacks that were not reached before ctx
// was done are among the failures. With any other error, which only a
// BatchClassifier can cause, there are no assessments.
func Batch(ctx context.Context, c Classifier, fbs []ccr.Feedback) ([]ccr.Assessment, error) {
	if b, ok := c.(BatchClassifier); ok {
		return nativeBatch(ctx, b, fbs)
	}
	as := make([]ccr.Assessment, len(fbs))
	var failed []Failure
	for i := range fbs {
		err := ctx.Err()
		if err == nil {
			as[i], err = c.Classify(ctx, fbs[i])
		}
		if err != nil {
			as[i] = ccr.Assessment{}
			failed = append(failed, Failure{Index: i, Err: err})
		}
	}
	if failed != nil {
		return as, &BatchError{Failed: failed}
	}
	return as, nil
}

// nativeBatch checks what it can of the answer, since a misaligned batch would
// give feedbacks the assessments of others.
func nativeBatch(ctx context.Context, b BatchClassifier, fbs []ccr.Feedback) ([]ccr.Assessment, error) {
	as, err := b.ClassifyBatch(ctx, fbs)
	var partial *BatchError
	if err != nil && !errors.As(err, &partial) {
		return nil, err
	}
	if len(as) != len(fbs) {
		return nil, fmt.Errorf("classify: a batch of %d feedbacks got %d assessments", len(fbs), len(as))
	}
	if partial != nil {
		for _, f := range partial.Failed {
			if f.Index < 0 || f.Index >= len(as) {
				return nil, fmt.Errorf("classify: a batch of %d feedbacks failed at index %d: %w", len(fbs), f.Index, f.Err)
			}
			as[f.Index] = ccr.Assessment{}
		}
	}
	return as, err
}
