package classifytest

import (
	"cmp"
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// honest is a small classifier that keeps the contract: 差 is bad, 快 is good.
func honest(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if !utf8.ValidString(fb.Text) {
		return ccr.Assessment{}, ccr.ErrText
	}
	var a ccr.Assessment
	for i, r := range fb.Text {
		o := ccr.Opinion{Intensity: 2, Rules: []string{"word"}, Evidence: []ccr.Evidence{{Start: i, End: i + utf8.RuneLen(r)}}}
		switch r {
		case '差':
			o.Aspect, o.Polarity = ccr.GoodsQuality, ccr.Negative
			a.Complaint, a.Polarity = 0.9, ccr.Negative
		case '快':
			o.Aspect, o.Polarity = ccr.LogisticsSpeed, ccr.Positive
			a.Polarity = max(a.Polarity, ccr.Positive)
		default:
			continue
		}
		a.Opinions = append(a.Opinions, o)
	}
	if fb.Rating == 1 && a.Opinions == nil {
		a.Complaint, a.Ground = 0.6, ccr.GroundRating
	}
	return a, nil
}

// spoiled is honest but for what spoil does to a good assessment.
func spoiled(spoil func(*ccr.Feedback, *ccr.Assessment)) classify.Classifier {
	return classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		a, err := honest(ctx, fb)
		if err == nil {
			spoil(&fb, &a)
		}
		return a, err
	})
}

// onOpinion is honest but for what spoil does to every opinion.
func onOpinion(spoil func(string, *ccr.Opinion)) classify.Classifier {
	return spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
		for i := range a.Opinions {
			spoil(fb.Text, &a.Opinions[i])
		}
	})
}

func onEvidence(spoil func(string, *ccr.Evidence)) classify.Classifier {
	return onOpinion(func(text string, o *ccr.Opinion) { spoil(text, &o.Evidence[0]) })
}

// batched is a BatchClassifier whose answers alone are honest.
type batched func(as []ccr.Assessment, err error) ([]ccr.Assessment, error)

func (batched) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	return honest(ctx, fb)
}

func (b batched) ClassifyBatch(ctx context.Context, fbs []ccr.Feedback) ([]ccr.Assessment, error) {
	return b(classify.Batch(ctx, classify.Func(honest), fbs))
}

// failing returns the names of the checks that newC's classifiers fail.
func failing(t *testing.T, newC func() classify.Classifier, opts *Options) []string {
	t.Helper()
	var names []string
	for _, ch := range checks {
		k := newKit(t.Context(), newC(), opts)
		ch.run(k)
		if len(k.failures) > 0 {
			names = append(names, ch.name)
			t.Logf("%s: %s", ch.name, k.failures[0])
		}
	}
	return names
}

// TestEveryCheckBites proves of each check that it sees what it is there for,
// and that no other check does.
func TestEveryCheckBites(t *testing.T) {
	always := func(c classify.Classifier) func() classify.Classifier {
		return func() classify.Classifier { return c }
	}
	for _, tt := range []struct {
		check, flaw string
		newC        func() classify.Classifier
	}{
		{"Empty", "no statement", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if strings.TrimSpace(fb.Text) == "" {
				a.Ground = ccr.GroundNoStatement
			}
		}))},
		{"Empty", "empty slice", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if strings.TrimSpace(fb.Text) == "" {
				a.Opinions = []ccr.Opinion{}
			}
		}))},
		{"Empty", "error", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			if strings.TrimFunc(fb.Text, unicode.IsSpace) == "" {
				return ccr.Assessment{}, errors.New("nothing to do")
			}
			return honest(ctx, fb)
		}))},
		{"InvalidUTF8", "accepted", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			if !utf8.ValidString(fb.Text) {
				return ccr.Assessment{}, nil
			}
			return honest(ctx, fb)
		}))},
		{"InvalidUTF8", "another error", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			a, err := honest(ctx, fb)
			if err != nil {
				err = errors.New("bad text")
			}
			return a, err
		}))},
		{"Spans", "beyond the end", always(onEvidence(func(text string, e *ccr.Evidence) { e.End = len(text) + 1 }))},
		{"Spans", "empty", always(onEvidence(func(_ string, e *ccr.Evidence) { e.End = e.Start }))},
		{"Spans", "inside a character", always(onEvidence(func(_ string, e *ccr.Evidence) { e.End-- }))},
		{"Spans", "characters, not bytes", always(onEvidence(func(text string, e *ccr.Evidence) {
			if e.Start < 1<<10 {
				n := utf8.RuneCountInString(text[:e.Start])
				*e = ccr.Evidence{Start: n, End: n + 1}
			}
		}))},
		{"Spans", "only in long text", always(onEvidence(func(text string, e *ccr.Evidence) {
			if e.Start >= 1<<16 {
				e.Start -= 1 << 16
			}
		}))},
		{"Spans", "not sorted", always(onOpinion(func(_ string, o *ccr.Opinion) {
			o.Evidence = append(o.Evidence, ccr.Evidence{Start: 0, End: o.Evidence[0].End})
		}))},
		{"Spans", "opinions by aspect", always(spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) {
			slices.SortStableFunc(a.Opinions, func(x, y ccr.Opinion) int { return cmp.Compare(x.Aspect, y.Aspect) })
		}))},
		{"Values", "not a number", always(spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) {
			if a.Complaint > 0 {
				a.Complaint = math.NaN()
			}
		}))},
		{"Values", "percent", always(spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) { a.Complaint *= 100 }))},
		{"Values", "negative probability", always(spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) { a.Complaint = -a.Complaint }))},
		{"Values", "polarity", always(spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) { a.Polarity *= 3 }))},
		{"Values", "neutral opinion", always(onOpinion(func(_ string, o *ccr.Opinion) { o.Polarity = ccr.Neutral }))},
		{"Values", "no aspect", always(onOpinion(func(_ string, o *ccr.Opinion) { o.Aspect = "" }))},
		{"Values", "intensity", always(onOpinion(func(_ string, o *ccr.Opinion) { o.Intensity = 4 }))},
		{"Deterministic", "alternating", func() classify.Classifier {
			var calls atomic.Int64
			return spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) {
				if a.Opinions != nil {
					a.Opinions[0].Intensity = int(calls.Add(1) % 2)
				}
			})
		}},
		{"IdentityBlind", "ID", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if fb.ID != "" {
				a.Complaint /= 2
			}
		}))},
		{"IdentityBlind", "BuyerID", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if fb.BuyerID != "" {
				a.Complaint /= 2
			}
		}))},
		{"IdentityBlind", "OrderID", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if fb.OrderID != "" {
				a.Complaint /= 2
			}
		}))},
		{"IdentityBlind", "CreatedAt", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if !fb.CreatedAt.IsZero() {
				a.Complaint /= 2
			}
		}))},
		{"IdentityBlind", "RepliedAt", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if !fb.RepliedAt.IsZero() {
				a.Complaint /= 2
			}
		}))},
		{"IdentityBlind", "Abnormal", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) {
			if fb.Abnormal != "" {
				a.Complaint /= 2
			}
		}))},
		{"IdentityBlind", "Source", always(spoiled(func(fb *ccr.Feedback, a *ccr.Assessment) { a.Complaint /= float64(1 + fb.Source.Line) }))},
		{"Ownership", "one result for all callers", sharing(func(a ccr.Assessment) ccr.Assessment { return a })},
		{"Ownership", "shared spans", sharing(func(a ccr.Assessment) ccr.Assessment {
			a.Opinions = slices.Clone(a.Opinions)
			return a
		})},
		{"Ownership", "shared rules", sharing(func(a ccr.Assessment) ccr.Assessment {
			shared := a.Opinions
			a = clone(a)
			for i := range a.Opinions {
				a.Opinions[i].Rules = shared[i].Rules
			}
			return a
		})},
		{"Concurrent", "one at a time", func() classify.Classifier {
			var inside atomic.Int64
			return spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) {
				if inside.Add(1) > 1 {
					a.Complaint /= 2
				}
				time.Sleep(10 * time.Microsecond) // long enough for others to come in
				inside.Add(-1)
			})
		}},
		{"Concurrent", "refuses beside others", func() classify.Classifier {
			var mu sync.Mutex
			return classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
				if !mu.TryLock() {
					return ccr.Assessment{}, errors.New("busy")
				}
				defer mu.Unlock()
				time.Sleep(10 * time.Microsecond)
				return honest(ctx, fb)
			})
		}},
		{"Canceled", "another error", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			if ctx.Err() != nil {
				return ccr.Assessment{}, errors.New("stopped")
			}
			return honest(ctx, fb)
		}))},
		{"Canceled", "half a result", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			a, err := honest(ctx, fb)
			if ctx.Err() != nil {
				a.Opinions = nil
			}
			return a, err
		}))},
		{"Batch", "wrong order", always(batched(func(as []ccr.Assessment, err error) ([]ccr.Assessment, error) {
			slices.Reverse(as)
			return as, err
		}))},
		{"Batch", "one is missing", always(batched(func(as []ccr.Assessment, err error) ([]ccr.Assessment, error) {
			return as[:max(len(as)-1, 0)], err
		}))},
		{"Batch", "one too many for nothing", always(batched(func(as []ccr.Assessment, err error) ([]ccr.Assessment, error) {
			if len(as) == 0 {
				as = append(as, ccr.Assessment{})
			}
			return as, err
		}))},
		{"Batch", "swallows a failure", always(batched(func(as []ccr.Assessment, _ error) ([]ccr.Assessment, error) {
			return as, nil
		}))},
		{"Batch", "all or nothing", always(batched(func(as []ccr.Assessment, err error) ([]ccr.Assessment, error) {
			if err != nil {
				return nil, ccr.ErrText
			}
			return as, nil
		}))},
		{"Batch", "fails on good text", always(batched(func(as []ccr.Assessment, err error) ([]ccr.Assessment, error) {
			if err == nil && len(as) > 0 {
				return nil, errors.New("too many")
			}
			return as, err
		}))},
		{"ErrorIsZero", "a result with an error", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			a, err := honest(ctx, fb)
			if err != nil {
				a.Polarity = ccr.Negative
			}
			return a, err
		}))},
		{"ErrorIsZero", "a result with a done context", always(classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			if a, err := honest(ctx, fb); err != nil || ctx.Err() == nil {
				return a, err
			}
			return ccr.Assessment{Polarity: ccr.Neutral}, ctx.Err()
		}))},
	} {
		t.Run(tt.check+"/"+tt.flaw, func(t *testing.T) {
			if got := failing(t, tt.newC, nil); !slices.Equal(got, []string{tt.check}) {
				t.Errorf("failing checks = %q, want only %q", got, tt.check)
			}
		})
	}
}

// sharing makes classifiers that answer with what share makes of a result that
// all calls share.
func sharing(share func(ccr.Assessment) ccr.Assessment) func() classify.Classifier {
	return func() classify.Classifier {
		var mu sync.Mutex
		results := map[string]ccr.Assessment{}
		return classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			mu.Lock()
			defer mu.Unlock()
			key := fb.Text + "\xff" + string(rune('0'+fb.Rating))
			a, ok := results[key]
			if !ok {
				var err error
				if a, err = honest(ctx, fb); err != nil {
					return ccr.Assessment{}, err
				}
				results[key] = a
			}
			return share(a), nil
		})
	}
}

func TestCanceledBitesOnHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang, release := Hang()
		defer release()
		c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			if ctx.Err() != nil {
				return hang.Classify(ctx, fb)
			}
			return honest(ctx, fb)
		})
		for _, ch := range checks {
			if ch.name == "Canceled" {
				k := newKit(t.Context(), c, nil)
				start := time.Now()
				ch.run(k)
				if len(k.failures) != 1 || !strings.Contains(k.failures[0], "no answer within 10s") {
					t.Errorf("failures = %q", k.failures)
				}
				if d := time.Since(start); d != patience {
					t.Errorf("gave up after %v, want %v", d, patience)
				}
			}
		}
	})
}

func TestChecksPass(t *testing.T) {
	for name, c := range map[string]classify.Classifier{
		"honest":  classify.Func(honest),
		"batched": batched(func(as []ccr.Assessment, err error) ([]ccr.Assessment, error) { return as, err }),
		"nothing": Map(nil),
		"refuses": classify.Func(func(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
			if !utf8.ValidString(fb.Text) {
				return ccr.Assessment{}, ccr.ErrText
			}
			if strings.TrimFunc(fb.Text, unicode.IsSpace) == "" {
				return ccr.Assessment{}, nil
			}
			return ccr.Assessment{}, errors.ErrUnsupported
		}),
	} {
		t.Run(name, func(t *testing.T) {
			Run(t, func(testing.TB) classify.Classifier { return c }, nil)
		})
	}
}

// TestRunReports runs itself in a process of its own, where it fails, to see
// what a user would see.
func TestRunReports(t *testing.T) {
	if os.Getenv("CLASSIFYTEST_BROKEN") != "" {
		Run(t, func(testing.TB) classify.Classifier {
			return spoiled(func(_ *ccr.Feedback, a *ccr.Assessment) { a.Complaint *= 100 })
		}, nil)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestRunReports$", "-test.v")
	cmd.Env = append(os.Environ(), "CLASSIFYTEST_BROKEN=1")
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("a broken classifier passed")
	}
	for _, want := range []string{
		"--- FAIL: TestRunReports/Values",
		"complaint = 90 is not in [0, 1]",
		"The contract says: Complaint is in [0, 1]",
		"--- PASS: TestRunReports/Spans",
		"--- SKIP: TestRunReports/Batch",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output lacks %q", want)
		}
	}
	if n := strings.Count(string(out), "The contract says"); n != maxFailures {
		t.Errorf("%d failures reported, want the first %d", n, maxFailures)
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

func TestOptionsFeedback(t *testing.T) {
	const known = "only this text is known"
	newC := func() classify.Classifier { return Map{known: {Complaint: 2}} }
	if got := failing(t, newC, nil); got != nil {
		t.Errorf("without the text: %q fail", got)
	}
	opts := &Options{Feedback: []ccr.Feedback{{Text: known}}}
	if got := failing(t, newC, opts); !slices.Equal(got, []string{"Values"}) {
		t.Errorf("with the text: %q fail, want Values", got)
	}
}

// TestKitData guards what the checks take for granted of their data.
func TestKitData(t *testing.T) {
	for _, s := range blank {
		if strings.TrimFunc(s, unicode.IsSpace) != "" {
			t.Errorf("blank %q is not", s)
		}
	}
	for _, s := range invalid {
		if utf8.ValidString(s) {
			t.Errorf("invalid %q is valid", s)
		}
	}
	channels, ratings := map[ccr.Channel]bool{}, map[int]bool{}
	for _, fb := range kitFeedback() {
		if err := fb.Validate(); err != nil || strings.TrimSpace(fb.Text) == "" {
			t.Errorf("%s: %v", show(&fb), err)
		}
		channels[fb.Channel], ratings[fb.Rating] = true, true
	}
	if len(channels) != 5 || len(ratings) != 6 {
		t.Errorf("%d channels and %d ratings are tried, want all 5 and 6", len(channels), len(ratings))
	}
	if n := len(long()); n < 1<<20 {
		t.Errorf("the long text has %d bytes", n)
	}
}

func TestEqual(t *testing.T) {
	nan := ccr.Assessment{Complaint: math.NaN()}
	if !equal(nan, nan) || equal(nan, ccr.Assessment{}) {
		t.Error("not-a-number is not equal to itself alone")
	}
}
