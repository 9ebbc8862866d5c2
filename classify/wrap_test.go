package classify_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
)

func TestWithTimeout(t *testing.T) {
	fb := ccr.Feedback{Text: "物流很快"}
	synctest.Test(t, func(t *testing.T) {
		hang, release := classifytest.Hang()
		start := time.Now()
		a, err := classify.WithTimeout(hang, time.Minute).Classify(t.Context(), fb)
		if !errors.Is(err, context.DeadlineExceeded) || !cmp.Equal(a, ccr.Assessment{}) {
			t.Errorf("hanging: got %+v, %v", a, err)
		}
		if want := "classify: no answer within 1m0s: context deadline exceeded"; err.Error() != want {
			t.Errorf("message %q, want %q", err, want)
		}
		if d := time.Since(start); d != time.Minute {
			t.Errorf("gave up after %v", d)
		}
		release() // or the bubble would not end: the goroutine goes on until now
	})
	synctest.Test(t, func(t *testing.T) {
		hang, release := classifytest.Hang()
		defer release()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := classify.WithTimeout(hang, time.Minute).Classify(ctx, fb)
		if err != context.Canceled {
			t.Errorf("canceled by the caller: %v", err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		limit := make(chan time.Time, 1)
		c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			at, _ := ctx.Deadline()
			limit <- at
			time.Sleep(59 * time.Second)
			return answers.Classify(ctx, fb)
		})
		want := time.Now().Add(time.Minute)
		a, err := classify.WithTimeout(c, time.Minute).Classify(t.Context(), fb)
		if err != nil || !cmp.Equal(a, answers[fb.Text]) {
			t.Errorf("in time: got %+v, %v", a, err)
		}
		if at := <-limit; !at.Equal(want) {
			t.Errorf("the classifier was told %v, want %v", at, want)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		late := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
			time.Sleep(2 * time.Minute)
			panic("nobody is there to hear it")
		})
		if _, err := classify.WithTimeout(late, time.Minute).Classify(t.Context(), fb); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(5 * time.Minute)
	})
	for _, d := range []time.Duration{0, -1} {
		if c := classify.WithTimeout(classify.Rating{}, d); c != (classify.Rating{}) {
			t.Errorf("limit %v: got %T, want the classifier itself", d, c)
		}
	}
	if _, err := classify.WithTimeout(classifytest.Err(errBoom), time.Minute).Classify(t.Context(), fb); err != errBoom {
		t.Errorf("got error %v, want the classifier's", err)
	}
}

func TestWithTimeoutPanic(t *testing.T) {
	c := classify.Recover(classify.WithTimeout(classifytest.Panic("boom"), time.Minute))
	_, err := c.Classify(t.Context(), ccr.Feedback{})
	var pe *classify.PanicError
	if !errors.As(err, &pe) || pe.Value != "boom" || !strings.Contains(string(pe.Stack), "fakes.go") {
		t.Errorf("got %v, want the first panic with its stack", err)
	}
	exits := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		runtime.Goexit()
		return ccr.Assessment{}, nil
	})
	if _, err := classify.Recover(classify.WithTimeout(exits, time.Minute)).Classify(t.Context(), ccr.Feedback{}); !errors.As(err, &pe) {
		t.Errorf("Goexit: got %v", err)
	}
	defer func() {
		if s := fmt.Sprint(recover()); !strings.Contains(s, "boom") || !strings.Contains(s, "fakes.go") {
			t.Errorf("panic prints %q, want the value and the first stack", s)
		}
	}()
	classify.WithTimeout(classifytest.Panic("boom"), time.Minute).Classify(t.Context(), ccr.Feedback{})
}

func TestRecover(t *testing.T) {
	a, err := classify.Recover(classifytest.Panic(errBoom)).Classify(t.Context(), ccr.Feedback{})
	var pe *classify.PanicError
	if !errors.As(err, &pe) || !errors.Is(err, errBoom) || !cmp.Equal(a, ccr.Assessment{}) {
		t.Errorf("got %+v, %v", a, err)
	}
	if err.Error() != "classify: panic: boom" || len(pe.Stack) == 0 {
		t.Errorf("message %q, stack of %d bytes", err, len(pe.Stack))
	}
	_, err = classify.Recover(classifytest.Panic("text")).Classify(t.Context(), ccr.Feedback{})
	if errors.Unwrap(err) != nil {
		t.Errorf("%v unwraps to %v", err, errors.Unwrap(err))
	}
	if _, err := classify.Recover(classifytest.Err(errBoom)).Classify(t.Context(), ccr.Feedback{}); err != errBoom {
		t.Errorf("got error %v, want the classifier's", err)
	}
}

func TestFallback(t *testing.T) {
	other := errors.New("other")
	good, silent := answers, classifytest.Panic("must not be asked")
	failing := func(err error) classify.Classifier { return classifytest.Err(err) }
	fb := ccr.Feedback{Text: "物流很快"}
	for _, tt := range []struct {
		name string
		cs   []classify.Classifier
		errs []error // nil: there is an answer
	}{
		{"first", []classify.Classifier{good, silent}, nil},
		{"second", []classify.Classifier{failing(errBoom), good, silent}, nil},
		{"all fail", []classify.Classifier{failing(errBoom), failing(other)}, []error{errBoom, other}},
		{"bad text", []classify.Classifier{failing(errBoom), failing(ccr.ErrText), silent}, []error{errBoom, ccr.ErrText}},
		{"own time limit", []classify.Classifier{failing(context.DeadlineExceeded), good}, nil},
		{"unsupported", []classify.Classifier{failing(errors.ErrUnsupported), good}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := classify.Fallback(tt.cs...)
			clear(tt.cs) // the wrapper must have its own copy
			a, err := c.Classify(t.Context(), fb)
			if tt.errs == nil && (err != nil || !cmp.Equal(a, answers[fb.Text])) {
				t.Errorf("got %+v, %v", a, err)
			}
			if tt.errs != nil && (err == nil || !cmp.Equal(a, ccr.Assessment{})) {
				t.Errorf("got %+v, %v", a, err)
			}
			for _, want := range tt.errs {
				if !errors.Is(err, want) {
					t.Errorf("error %v does not match %v", err, want)
				}
			}
		})
	}
	if _, err := classify.Fallback().Classify(t.Context(), fb); err == nil {
		t.Error("without classifiers there is no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := classify.Fallback(failing(errBoom), silent).Classify(ctx, fb)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, errBoom) {
		t.Errorf("done context: %v", err)
	}
}

// counting counts the calls that reach answers.
func counting(n *atomic.Int64) classify.Classifier {
	return classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		n.Add(1)
		return answers.Classify(ctx, fb)
	})
}

func TestCache(t *testing.T) {
	base := ccr.Feedback{Text: "物流很快", Channel: ccr.ChannelReview, Rating: 5, Reason: "r", Product: "p"}
	with := func(change func(*ccr.Feedback)) ccr.Feedback {
		fb := base
		change(&fb)
		return fb
	}
	var calls atomic.Int64
	c := classify.Cache(counting(&calls), 100)
	ask := func(fb ccr.Feedback) {
		t.Helper()
		a, err := c.Classify(t.Context(), fb)
		if err != nil || !cmp.Equal(a, answers[fb.Text]) {
			t.Errorf("got %+v, %v", a, err)
		}
	}
	for _, tt := range []struct {
		name  string
		fb    ccr.Feedback
		calls int64 // after it was asked for twice
	}{
		{"base", base, 1},
		{"ids", with(func(fb *ccr.Feedback) { fb.ID, fb.OrderID, fb.BuyerID = "1", "2", "3" }), 1},
		{"text", with(func(fb *ccr.Feedback) { fb.Text = "质量很差，开线了" }), 2},
		{"channel", with(func(fb *ccr.Feedback) { fb.Channel = ccr.ChannelInquiry }), 3},
		{"rating", with(func(fb *ccr.Feedback) { fb.Rating = 1 }), 4},
		{"reason", with(func(fb *ccr.Feedback) { fb.Reason = "q" }), 5},
		{"product", with(func(fb *ccr.Feedback) { fb.Product = "q" }), 6},
		{"longest", with(func(fb *ccr.Feedback) { fb.Text = strings.Repeat("x", 4<<10-2) }), 7},
		{"too long", with(func(fb *ccr.Feedback) { fb.Text = strings.Repeat("x", 4<<10-1) }), 9},
		{"product too long", with(func(fb *ccr.Feedback) { fb.Product = strings.Repeat("x", 4<<10) }), 11},
	} {
		ask(tt.fb)
		ask(tt.fb)
		if n := calls.Load(); n != tt.calls {
			t.Errorf("%s: %d calls so far, want %d", tt.name, n, tt.calls)
		}
	}
	if c := classify.Cache(classify.Rating{}, 0); c != (classify.Rating{}) {
		t.Errorf("a cache of nothing is %T, want the classifier itself", c)
	}
}

func TestCacheForgetsTheOldest(t *testing.T) {
	var calls atomic.Int64
	c := classify.Cache(counting(&calls), 2)
	// a b are in; a is asked for again, so c drives out b.
	for i, text := range []string{"a", "b", "a", "c", "a", "b"} {
		before := calls.Load()
		if _, err := c.Classify(t.Context(), ccr.Feedback{Text: text}); err != nil {
			t.Fatal(err)
		}
		if asked, want := calls.Load() > before, "yynyny"[i] == 'y'; asked != want {
			t.Errorf("step %d, %q: asked = %v, want %v", i, text, asked, want)
		}
	}
}

func TestCacheErrors(t *testing.T) {
	down := true
	c := classify.Cache(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		if down {
			return ccr.Assessment{Complaint: 1}, errBoom
		}
		return answers.Classify(ctx, fb)
	}), 10)
	fb := ccr.Feedback{Text: "物流很快"}
	if a, err := c.Classify(t.Context(), fb); err != errBoom || !cmp.Equal(a, ccr.Assessment{}) {
		t.Errorf("got %+v, %v", a, err)
	}
	down = false
	if a, err := c.Classify(t.Context(), fb); err != nil || !cmp.Equal(a, answers[fb.Text]) {
		t.Errorf("after the failure: got %+v, %v", a, err)
	}
}

// TestCacheConcurrent is for the race detector, and for many callers that
// write to what they got.
func TestCacheConcurrent(t *testing.T) {
	c := classify.Cache(answers, 2)
	texts := []string{"物流很快", "质量很差，开线了", "别的"}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				text := texts[(g+i)%len(texts)]
				a, err := c.Classify(t.Context(), ccr.Feedback{Text: text})
				if err != nil || !cmp.Equal(a, answers[text]) {
					t.Errorf("got %+v, %v", a, err)
					return
				}
				for i := range a.Opinions {
					a.Opinions[i].Evidence[0] = ccr.Evidence{}
					a.Opinions[i].Aspect = "scribble"
				}
			}
		})
	}
	wg.Wait()
}

func TestUnwrap(t *testing.T) {
	for name, c := range map[string]classify.Classifier{
		"WithTimeout": classify.WithTimeout(classify.Rating{}, time.Second),
		"Recover":     classify.Recover(classify.Rating{}),
		"Cache":       classify.Cache(classify.Rating{}, 1),
	} {
		u, ok := c.(interface{ Unwrap() classify.Classifier })
		if !ok || u.Unwrap() != (classify.Rating{}) {
			t.Errorf("%s does not unwrap to its classifier", name)
		}
	}
	var n int
	for name, c := range map[string]classify.Classifier{
		"WithTimeout": classify.WithTimeout(inBatches{answers, &n, &n}, time.Second),
		"Recover":     classify.Recover(inBatches{answers, &n, &n}),
		"Cache":       classify.Cache(inBatches{answers, &n, &n}, 1),
		"Fallback":    classify.Fallback(inBatches{answers, &n, &n}),
	} {
		if _, ok := c.(classify.BatchClassifier); ok {
			t.Errorf("%s lets batches pass by it", name)
		}
	}
}

func TestCascade(t *testing.T) {
	says := func(p float64, g ccr.Ground) classify.Classifier {
		return classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
			return ccr.Assessment{Complaint: p, Ground: g}, nil
		})
	}
	silent := classifytest.Panic("must not be asked")
	for _, tt := range []struct {
		name string
		band float64
		cs   []classify.Classifier
		want float64
	}{
		{"sure", 0.2, []classify.Classifier{says(0.9, ""), silent}, 0.9},
		{"sure that not", 0.2, []classify.Classifier{says(0.1, ""), silent}, 0.1},
		{"at the edge", 0.25, []classify.Classifier{says(0.75, ""), silent}, 0.75},
		{"at the other edges", 0.2, []classify.Classifier{says(0.7, ""), silent}, 0.7},
		{"at the lower one", 0.2, []classify.Classifier{says(0.3, ""), silent}, 0.3},
		{"unsure", 0.2, []classify.Classifier{says(0.6, ""), says(0.4, "")}, 0.4},
		{"undecided", 0, []classify.Classifier{says(0.9, ccr.GroundUndecided), says(0.2, "")}, 0.2},
		{"third", 0.3, []classify.Classifier{says(0.6, ""), says(0.4, ""), says(0.5, "")}, 0.5},
		{"the last one stands", 0.5, []classify.Classifier{says(0.6, "")}, 0.6},
	} {
		c := classify.Cascade(tt.band, tt.cs...)
		clear(tt.cs) // the wrapper must have its own copy
		if a, err := c.Classify(t.Context(), ccr.Feedback{Text: "x"}); err != nil || a.Complaint != tt.want {
			t.Errorf("%s: %v, %v", tt.name, a.Complaint, err)
		}
	}
	for _, cs := range [][]classify.Classifier{
		nil,
		{classifytest.Err(errBoom), silent},
		{says(0.5, ""), classifytest.Err(errBoom)},
	} {
		if a, err := classify.Cascade(0.2, cs...).Classify(t.Context(), ccr.Feedback{Text: "x"}); err == nil || !cmp.Equal(a, ccr.Assessment{}) {
			t.Errorf("%v: %+v", cs, a)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := classify.Cascade(0.2, says(0.5, ""), silent).Classify(ctx, ccr.Feedback{Text: "x"}); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
}
