package classify

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
)

// Judge classifies every feedback of cs with c, by [Batch], and returns the
// verdict of p on the case. A nil p means [ccr.Fair].
//
// A feedback on which c fails enters the verdict as [ccr.GroundNotRead], and
// the error joins one [*FeedbackError] for each: such a verdict is valid and
// says what it does not rest on. With any other error the verdict is zero: p
// cannot be used (matching [ccr.ErrPolicy]), or ctx was done before every
// feedback was read (matching ctx.Err()).
func Judge(ctx context.Context, c Classifier, p *ccr.Policy, cs ccr.Case) (ccr.Verdict, error) {
	p, err := orFair(p)
	if err != nil {
		return ccr.Verdict{}, err
	}
	as, err := Batch(ctx, c, cs.Feedback)
	if err != nil {
		if ctx.Err() != nil {
			return ccr.Verdict{}, ctx.Err()
		}
		as, err = notRead(cs.Feedback, as, err)
	}
	v, policyErr := p.Judge(cs, as)
	if policyErr != nil {
		return ccr.Verdict{}, policyErr
	}
	return v, err
}

func orFair(p *ccr.Policy) (*ccr.Policy, error) {
	if p == nil {
		return ccr.Fair(), nil
	}
	return p, p.Validate()
}

// notRead marks the feedbacks that err, an error of Batch, says have failed.
func notRead(fbs []ccr.Feedback, as []ccr.Assessment, err error) ([]ccr.Assessment, error) {
	var partial *BatchError
	if as == nil || !errors.As(err, &partial) {
		as, partial = make([]ccr.Assessment, len(fbs)), &BatchError{}
		for i := range fbs {
			partial.Failed = append(partial.Failed, Failure{Index: i, Err: err})
		}
	}
	errs := make([]error, len(partial.Failed))
	for i, f := range partial.Failed {
		as[f.Index] = ccr.Assessment{Ground: ccr.GroundNotRead}
		errs[i] = feedbackError(&fbs[f.Index], f.Err)
	}
	return as, errors.Join(errs...)
}

// maxChunk is the number of cases that a goroutine judges at a time: enough to
// make its start cheap beside classifying them, few enough to hold in memory.
const maxChunk = 16

// chunksPerWorker is how many chunks may be under way for each worker, so that
// one slow case does not leave the other workers without work.
const chunksPerWorker = 4

// Verdicts judges cases as [Judge] does, on up to workers goroutines at once
// (0 or less: GOMAXPROCS), and yields the verdicts in the order of the cases.
// It reads ahead and holds at most 64 cases for each worker, so the first
// verdict appears only after several cases were read; for cases that arrive
// one at a time, call Judge. The iterator may be used as often as cases may.
//
// An error of cases is passed on with a zero verdict. A verdict with feedback
// that c failed on is valid and comes with the error of Judge, in which
// [errors.As] finds a [*FeedbackError]. Both leave the choice to go on to the
// loop. A policy that cannot be used, or ctx once it is done, yields its error
// last.
//
// Cases are read on the goroutine of the loop. When the loop ends, early or
// not, the context that c was given is cancelled and every goroutine has
// returned, so a classifier that hangs holds up the loop: see [WithTimeout].
// If c panics, so does the loop, with an error that holds a [*PanicError]; see
// [Recover].
func Verdicts(ctx context.Context, c Classifier, p *ccr.Policy, cases iter.Seq2[ccr.Case, error], workers int) iter.Seq2[ccr.Verdict, error] {
	return func(yield func(ccr.Verdict, error) bool) {
		p, err := orFair(p)
		if err != nil {
			yield(ccr.Verdict{}, err)
			return
		}
		if workers <= 0 {
			workers = runtime.GOMAXPROCS(0)
		}
		ctx, cancel := context.WithCancel(ctx)
		q := queue{c: c, p: p, slots: make(chan struct{}, workers), yield: yield}
		defer q.running.Wait()
		defer cancel()

		var next []job
		size, sent, stopped := 1, 0, false
		for cs, err := range cases {
			if stopped = ctx.Err() != nil; stopped {
				break
			}
			next = append(next, job{cs: cs, err: err})
			if len(next) < size {
				continue
			}
			q.start(ctx, next)
			if !q.flush(ctx, chunksPerWorker*workers) {
				return
			}
			sent++
			// Few cases are spread over all workers, many are sent in bulk.
			size = min(maxChunk, 1+sent/(chunksPerWorker*workers))
			next = make([]job, 0, size)
		}
		q.start(ctx, next)
		if q.flush(ctx, 0) && stopped {
			yield(ccr.Verdict{}, ctx.Err())
		}
	}
}

// A job is a case to judge, or an error in place of it, and what came out.
type job struct {
	cs  ccr.Case
	v   ccr.Verdict
	err error
}

// A chunk is a run of jobs. Its goroutine owns jobs and crash until done is
// closed.
type chunk struct {
	jobs  []job
	crash *PanicError
	done  chan struct{}
}

// A queue holds the chunks under way, oldest first. Only the goroutine of the
// loop touches it.
type queue struct {
	c       Classifier
	p       *ccr.Policy
	slots   chan struct{} // one for each chunk that may run
	running sync.WaitGroup
	chunks  []*chunk
	yield   func(ccr.Verdict, error) bool
}

// start judges jobs on a goroutine as soon as there is a slot.
func (q *queue) start(ctx context.Context, jobs []job) {
	ch := &chunk{jobs: jobs, done: make(chan struct{})}
	q.chunks = append(q.chunks, ch)
	q.running.Go(func() {
		defer close(ch.done)
		q.slots <- struct{}{}
		defer func() { <-q.slots }()
		capture(&ch.crash, func() {
			for i := range jobs {
				if j := &jobs[i]; j.err == nil && ctx.Err() == nil {
					j.v, j.err = Judge(ctx, q.c, q.p, j.cs)
				}
			}
		})
	})
}

// flush yields what is ready, in order, and waits until at most n chunks are
// left. It returns false when the loop is over.
func (q *queue) flush(ctx context.Context, n int) bool {
	for len(q.chunks) > 0 {
		ch := q.chunks[0]
		if len(q.chunks) > n {
			<-ch.done
		} else {
			select {
			case <-ch.done:
			default:
				return true
			}
		}
		q.chunks[0], q.chunks = nil, q.chunks[1:]
		if ch.crash != nil {
			panic(rethrown{ch.crash})
		}
		for i := range ch.jobs {
			if ctx.Err() != nil {
				q.yield(ccr.Verdict{}, ctx.Err())
				return false
			}
			if !q.yield(ch.jobs[i].v, ch.jobs[i].err) {
				return false
			}
		}
	}
	return true
}
