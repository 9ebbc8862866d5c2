package classify

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// WithTimeout returns a Classifier that gives c at most d for each feedback
// and then returns an error matching [context.DeadlineExceeded], even when c
// ignores its context. It also returns early when the caller's context is
// done. d of 0 or less sets no limit: the result is c.
//
// Each call runs c on a goroutine of its own, which costs some microseconds. Go
// cannot stop a goroutine, so one that was given up goes on until c returns;
// what it returns, or its panic, is then dropped. A panic in time is raised
// again where Classify was called.
func WithTimeout(c Classifier, d time.Duration) Classifier {
	if d <= 0 {
		return c
	}
	return timed{c, d}
}

type timed struct {
	c Classifier
	d time.Duration
}

func (t timed) Unwrap() Classifier { return t.c }

func (t timed) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	limited, cancel := context.WithTimeout(ctx, t.d)
	defer cancel()

	type answer struct {
		a     ccr.Assessment
		err   error
		crash *PanicError
	}
	answered := make(chan *answer, 1) // room for an answer that comes too late
	go func() {
		r := new(answer)
		defer func() { answered <- r }()
		capture(&r.crash, func() { r.a, r.err = t.c.Classify(limited, fb) })
	}()

	select {
	case r := <-answered:
		if r.crash != nil {
			panic(rethrown{r.crash})
		}
		return r.a, r.err
	case <-limited.Done():
		if err := ctx.Err(); err != nil {
			return ccr.Assessment{}, err
		}
		return ccr.Assessment{}, fmt.Errorf("classify: no answer within %v: %w", t.d, limited.Err())
	}
}

// Fallback returns a Classifier that asks each of cs in turn until one of them
// answers. It does not ask the next one when the text is not UTF-8 (an error
// matching [ccr.ErrText]), since none could answer, nor when ctx is done. When
// all fail, the error joins theirs; without any classifier it always fails.
func Fallback(cs ...Classifier) Classifier { return fallback(slices.Clone(cs)) }

type fallback []Classifier

func (f fallback) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if len(f) == 0 {
		return ccr.Assessment{}, errors.New("classify: Fallback has no classifier to ask")
	}
	var errs []error
	for _, c := range f {
		a, err := c.Classify(ctx, fb)
		if err == nil {
			return a, nil
		}
		errs = append(errs, err)
		if done := ctx.Err(); done != nil && !errors.Is(err, done) {
			errs = append(errs, done)
		}
		if errors.Is(err, ccr.ErrText) || ctx.Err() != nil {
			break
		}
	}
	return ccr.Assessment{}, errors.Join(errs...)
}

// Cascade returns a Classifier that asks each of cs in turn until one is sure,
// dear ones last: one is not sure when its probability of a complaint is less
// than band away from 0.5, or its ground is [ccr.GroundUndecided]. The answer of
// the last one stands, sure or not. A classifier that fails ends the asking with
// its error; to have the answer before it then, put [Fallback] around it. A band
// of 0 or less asks on only where a classifier says that it is undecided.
// Without any classifier it always fails.
func Cascade(band float64, cs ...Classifier) Classifier {
	return cascade{band, slices.Clone(cs)}
}

// rounding is by how much less than they seem numbers such as 0.7 - 0.5 may be.
const rounding = 1e-9

type cascade struct {
	band float64
	cs   []Classifier
}

func (c cascade) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if len(c.cs) == 0 {
		return ccr.Assessment{}, errors.New("classify: Cascade has no classifier to ask")
	}
	for _, next := range c.cs[:len(c.cs)-1] {
		a, err := next.Classify(ctx, fb)
		if err != nil || a.Ground != ccr.GroundUndecided && math.Abs(a.Complaint-0.5) >= c.band-rounding {
			return a, err
		}
		if err := ctx.Err(); err != nil {
			return ccr.Assessment{}, err
		}
	}
	return c.cs[len(c.cs)-1].Classify(ctx, fb)
}
