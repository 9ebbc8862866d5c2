package classify_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
)

var paid = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// caseOf returns a paid order with one review for each text.
func caseOf(id string, texts ...string) ccr.Case {
	cs := ccr.Case{OrderID: id, Order: &ccr.Order{ID: id, PaidAt: paid}}
	for i, text := range texts {
		cs.Feedback = append(cs.Feedback, ccr.Feedback{
			ID: id + "-" + strconv.Itoa(i), OrderID: id, Channel: ccr.ChannelAfterSale, Text: text,
			CreatedAt: paid.Add(time.Duration(i) * time.Hour),
		})
	}
	return cs
}

func TestJudge(t *testing.T) {
	var batches, singles int
	for name, c := range map[string]classify.Classifier{
		"one by one": failsOn("boom", errBoom),
		"at once":    inBatches{failsOn("boom", errBoom), &batches, &singles},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := classify.Judge(t.Context(), c, nil, caseOf("o", "boom", "质量很差，开线了", "物流很快", "\xff"))
			if !errors.Is(err, errBoom) || !errors.Is(err, ccr.ErrText) {
				t.Errorf("error is %v, want both causes", err)
			}
			var fe *classify.FeedbackError
			if !errors.As(err, &fe) || fe.ID != "o-0" || fe.OrderID != "o" {
				t.Errorf("error is %v, want a FieldError of o-0", err)
			}
			if v.Policy != "fair" || !v.Counted || !v.Negative || !cmp.Equal(v.Problems, []ccr.Aspect{ccr.GoodsQuality}) {
				t.Errorf("verdict %+v", v)
			}
			var got []string
			for _, r := range v.Rulings {
				got = append(got, string(r.Excluded+" "+r.Reason))
			}
			want := []string{"not_read ", " complaint", " no_complaint", "not_read "}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rulings (-want +got):\n%s", diff)
			}
		})
	}
	if batches != 1 || singles != 0 {
		t.Errorf("the batch classifier got %d batches and %d single feedbacks, want 1 and 0", batches, singles)
	}
}

func TestJudgeBatchFails(t *testing.T) {
	v, err := classify.Judge(t.Context(), badBatch{err: errBoom}, nil, caseOf("o", "质量很差，开线了", "物流很快"))
	if !errors.Is(err, errBoom) || !v.Counted || v.Negative {
		t.Errorf("got %+v, %v", v, err)
	}
	for _, r := range v.Rulings {
		if r.Excluded != ccr.ReasonNotRead {
			t.Errorf("%s: excluded as %q", r.Feedback.ID, r.Excluded)
		}
	}
}

func TestJudgeNoVerdict(t *testing.T) {
	cs := caseOf("o", "质量很差，开线了")
	v, err := classify.Judge(t.Context(), classifytest.Panic("must not be asked"), &ccr.Policy{}, cs)
	if !errors.Is(err, ccr.ErrPolicy) || !cmp.Equal(v, ccr.Verdict{}) {
		t.Errorf("bad policy: got %+v, %v", v, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v, err = classify.Judge(ctx, answers, nil, cs)
	if !errors.Is(err, context.Canceled) || !cmp.Equal(v, ccr.Verdict{}) {
		t.Errorf("done context: got %+v, %v", v, err)
	}
	// A time limit of the classifier's own is a failure like any other.
	v, err = classify.Judge(t.Context(), classifytest.Err(context.DeadlineExceeded), nil, cs)
	if !errors.Is(err, context.DeadlineExceeded) || len(v.Rulings) != 1 || v.Rulings[0].Excluded != ccr.ReasonNotRead {
		t.Errorf("timeout: got %+v, %v", v, err)
	}
	if v, err := classify.Judge(t.Context(), answers, nil, ccr.Case{Order: &ccr.Order{ID: "o", PaidAt: paid}}); err != nil || !v.Counted {
		t.Errorf("without feedback: got %+v, %v", v, err)
	}
}

// cases yields n cases, every third with a complaint, and errBoom after every
// tenth.
func cases(n int) iter.Seq2[ccr.Case, error] {
	return func(yield func(ccr.Case, error) bool) {
		for i := range n {
			cs := caseOf(strconv.Itoa(i), "物流很快")
			if i%3 == 0 {
				cs = caseOf(strconv.Itoa(i), "物流很快", "质量很差，开线了")
			}
			if !yield(cs, nil) || i%10 == 9 && !yield(ccr.Case{}, errBoom) {
				return
			}
		}
	}
}

// TestVerdicts holds Verdicts against a loop over Judge.
func TestVerdicts(t *testing.T) {
	c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		for range rand.IntN(20) {
			runtime.Gosched() // so that cases finish out of order
		}
		if len(fb.OrderID) > 1 && fb.OrderID[len(fb.OrderID)-1] == '7' {
			return ccr.Assessment{}, fmt.Errorf("%w: %s", errBoom, fb.ID)
		}
		return answers.Classify(ctx, fb)
	})
	type result struct {
		V   ccr.Verdict
		Err string
	}
	one := func(v ccr.Verdict, err error) result {
		if err != nil {
			return result{v, err.Error()}
		}
		return result{v, ""}
	}
	for _, n := range []int{0, 1, 2, 17, 500} {
		var want []result
		for cs, err := range cases(n) {
			if err != nil {
				want = append(want, one(ccr.Verdict{}, err))
				continue
			}
			want = append(want, one(classify.Judge(t.Context(), c, ccr.Strict(), cs)))
		}
		for _, workers := range []int{-1, 0, 1, 2, 3, 16} {
			seq := classify.Verdicts(t.Context(), c, ccr.Strict(), cases(n), workers)
			for range 2 {
				var got []result
				for v, err := range seq {
					got = append(got, one(v, err))
				}
				if !reflect.DeepEqual(want, got) {
					t.Fatalf("%d cases, %d workers (-want +got):\n%s", n, workers, cmp.Diff(want, got))
				}
			}
		}
	}
}

func TestVerdictsBadPolicy(t *testing.T) {
	n := 0
	for v, err := range classify.Verdicts(t.Context(), answers, &ccr.Policy{}, cases(50), 2) {
		n++
		if !errors.Is(err, ccr.ErrPolicy) || !cmp.Equal(v, ccr.Verdict{}) {
			t.Errorf("got %+v, %v", v, err)
		}
	}
	if n != 1 {
		t.Errorf("%d results, want one error", n)
	}
}

// TestVerdictsBreak leaves the loop at every place; the bubble fails the test
// if a goroutine outlives it, and calls must stop.
func TestVerdictsBreak(t *testing.T) {
	for stop := 1; stop < 100; stop += 7 {
		synctest.Test(t, func(t *testing.T) {
			var calls, inside atomic.Int64
			c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
				calls.Add(1)
				inside.Add(1)
				defer inside.Add(-1)
				select {
				case <-time.After(time.Second):
				case <-ctx.Done(): // an early end must reach classifiers that wait
					return ccr.Assessment{}, ctx.Err()
				}
				return answers.Classify(ctx, fb)
			})
			n := 0
			var left time.Time
			for range classify.Verdicts(t.Context(), c, nil, cases(1_000_000), 4) {
				if n++; n == stop {
					left = time.Now()
					break
				}
			}
			if d := time.Since(left); d != 0 {
				t.Errorf("leaving the loop took %v: classifiers at work were not told", d)
			}
			if n := inside.Load(); n != 0 {
				t.Errorf("after the loop %d calls of c are at work", n)
			}
			was := calls.Load()
			synctest.Wait()
			if now := calls.Load(); now != was {
				t.Errorf("after the loop c was called %d times more", now-was)
			}
			if limit := int64(2 * (stop + 64*4 + 64)); was > limit {
				t.Errorf("c was called %d times for %d verdicts, want at most %d", was, stop, limit)
			}
		})
	}
}

func TestVerdictsCanceled(t *testing.T) {
	for _, stop := range []int{0, 1, 5, 60} {
		ctx, cancel := context.WithCancel(t.Context())
		if stop == 0 {
			cancel()
		}
		n := 0
		var last error
		for v, err := range classify.Verdicts(ctx, answers, nil, cases(1_000_000), 2) {
			if last != nil && errors.Is(last, context.Canceled) {
				t.Fatalf("%v after the error of ctx", v)
			}
			if last = err; err == nil {
				if n++; n == stop {
					cancel()
				}
			}
		}
		cancel()
		if n != stop || !errors.Is(last, context.Canceled) {
			t.Errorf("canceled after %d: %d verdicts, then %v", stop, n, last)
		}
	}

	// The last verdict is out: there is nothing left that ctx could stop.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err := range classify.Verdicts(ctx, answers, nil, cases(1), 2) {
		if err != nil {
			t.Error(err)
		}
		cancel()
	}

	// Done while the source is waiting.
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	n := 0
	source := func(yield func(ccr.Case, error) bool) {
		if yield(caseOf("a", "物流很快"), nil) {
			cancel()
			if yield(caseOf("b", "物流很快"), nil) {
				t.Error("reading went on")
			}
		}
	}
	for v, err := range classify.Verdicts(ctx, answers, nil, source, 2) {
		if n++; n > 1 || !errors.Is(err, context.Canceled) {
			t.Errorf("got %+v, %v", v, err)
		}
	}
	if n != 1 {
		t.Errorf("%d results, want the error of ctx", n)
	}
}

// TestVerdictsParallel needs all workers at work at the same time, also on
// few cases.
func TestVerdictsParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			time.Sleep(time.Second)
			return answers.Classify(ctx, fb)
		})
		source := func(yield func(ccr.Case, error) bool) {
			for range 32 {
				if !yield(caseOf("o", "物流很快"), nil) {
					return
				}
			}
		}
		start := time.Now()
		for _, err := range classify.Verdicts(t.Context(), c, nil, source, 8) {
			if err != nil {
				t.Error(err)
			}
		}
		if d := time.Since(start); d != 4*time.Second {
			t.Errorf("32 cases of 1 s took 8 workers %v, want 4 s", d)
		}
	})
}

func TestVerdictsPanic(t *testing.T) {
	for name, broken := range map[string]classify.Classifier{
		"panic": classifytest.Panic(errBoom),
		"Goexit": classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
			runtime.Goexit()
			return ccr.Assessment{}, nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				err, _ := recover().(error)
				var pe *classify.PanicError
				if !errors.As(err, &pe) || len(pe.Stack) == 0 {
					t.Fatalf("recovered %v, want a PanicError", err)
				}
				if name == "panic" && !errors.Is(err, errBoom) {
					t.Errorf("%v does not match the value", err)
				}
			}()
			for range classify.Verdicts(t.Context(), broken, nil, cases(100), 3) {
				t.Error("a verdict")
			}
			t.Error("no panic")
		})
	}
	n := 0
	for v, err := range classify.Verdicts(t.Context(), classify.Recover(classifytest.Panic("boom")), nil, cases(9), 3) {
		n++
		var pe *classify.PanicError
		if !errors.As(err, &pe) || !v.Counted {
			t.Errorf("contained: got %+v, %v", v, err)
		}
	}
	if n != 9 {
		t.Errorf("contained: %d verdicts, want 9", n)
	}
}
