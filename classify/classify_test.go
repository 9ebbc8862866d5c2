package classify_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
)

var errBoom = errors.New("boom")

// answers are what the fake of these tests knows.
var answers = classifytest.Map{
	"质量很差，开线了": {
		Complaint: 0.9, Polarity: ccr.Negative, Ground: ccr.GroundDefect,
		Opinions: []ccr.Opinion{{
			Aspect: ccr.GoodsQuality, Polarity: ccr.Negative, Intensity: 3,
			Evidence: []ccr.Evidence{{Start: 0, End: 12}, {Start: 15, End: 24}}, Rules: []string{"a", "b"},
		}},
	},
	"物流很快": {
		Polarity: ccr.Positive,
		Opinions: []ccr.Opinion{{Aspect: ccr.LogisticsSpeed, Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 0, End: 12}}}},
	},
}

// failsOn is answers but for one text, on which it fails with err.
func failsOn(text string, err error) classify.Classifier {
	return classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		if fb.Text == text {
			return ccr.Assessment{}, err
		}
		return answers.Classify(ctx, fb)
	})
}

// inBatches is a BatchClassifier around another Classifier that counts calls.
type inBatches struct {
	classify.Classifier
	batches, singles *int
}

func (b inBatches) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	*b.singles++
	return b.Classifier.Classify(ctx, fb)
}

func (b inBatches) ClassifyBatch(ctx context.Context, fbs []ccr.Feedback) ([]ccr.Assessment, error) {
	*b.batches++
	return classify.Batch(ctx, b.Classifier, fbs)
}

// badBatch is a BatchClassifier that answers batches with what it is told.
type badBatch struct {
	classify.Classifier
	as  []ccr.Assessment
	err error
}

func (b badBatch) ClassifyBatch(context.Context, []ccr.Feedback) ([]ccr.Assessment, error) {
	return b.as, b.err
}

// inputs are the feedback with an answer, to be tried by the kit too.
func inputs() *classifytest.Options {
	opts := &classifytest.Options{}
	for text := range answers {
		opts.Feedback = append(opts.Feedback, ccr.Feedback{Text: text}, ccr.Feedback{Text: text, Rating: 2})
	}
	return opts
}

func TestContract(t *testing.T) {
	for name, newC := range map[string]func() classify.Classifier{
		"Rating":      func() classify.Classifier { return classify.Rating{} },
		"Func":        func() classify.Classifier { return classify.Func(answers.Classify) },
		"WithTimeout": func() classify.Classifier { return classify.WithTimeout(answers, 1<<40) },
		"Recover":     func() classify.Classifier { return classify.Recover(answers) },
		"Cascade": func() classify.Classifier {
			return classify.Cascade(0.3, answers, answers)
		},
		"Fallback": func() classify.Classifier {
			return classify.Fallback(failsOn("物流很快", errBoom), answers)
		},
		"Cache":       func() classify.Classifier { return classify.Cache(answers, 1000) },
		"small Cache": func() classify.Classifier { return classify.Cache(answers, 1) },
		"all at once": func() classify.Classifier {
			return classify.Recover(classify.Cache(classify.WithTimeout(classify.Fallback(classifytest.Err(errBoom), answers), 1<<40), 10))
		},
	} {
		t.Run(name, func(t *testing.T) {
			classifytest.Run(t, func(testing.TB) classify.Classifier { return newC() }, inputs())
		})
	}
}

func TestRating(t *testing.T) {
	for rating, want := range map[int]ccr.Assessment{
		0: {},
		1: {Complaint: 1, Polarity: ccr.Negative, Ground: ccr.GroundRating},
		2: {Complaint: 1, Polarity: ccr.Negative, Ground: ccr.GroundRating},
		3: {Complaint: 0, Polarity: ccr.Neutral, Ground: ccr.GroundRating},
		4: {Complaint: 0, Polarity: ccr.Positive, Ground: ccr.GroundRating},
		5: {Complaint: 0, Polarity: ccr.Positive, Ground: ccr.GroundRating},
	} {
		for _, text := range []string{"", " ", "质量很差"} {
			got, err := classify.Rating{}.Classify(t.Context(), ccr.Feedback{Text: text, Rating: rating})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d stars, text %q (-want +got):\n%s", rating, text, diff)
			}
		}
	}
	for _, rating := range []int{-1, 6} {
		_, err := classify.Rating{}.Classify(t.Context(), ccr.Feedback{Rating: rating})
		var field *ccr.FieldError
		if !errors.As(err, &field) || field.Field != "rating" {
			t.Errorf("%d stars: error %v, want a FieldError for rating", rating, err)
		}
	}
}

func TestFeedbackError(t *testing.T) {
	for _, tt := range []struct {
		err  classify.FeedbackError
		want string
	}{
		{classify.FeedbackError{Err: errBoom}, "feedback: boom"},
		{classify.FeedbackError{ID: "r1", Err: errBoom}, `feedback "r1": boom`},
		{
			classify.FeedbackError{Source: ccr.Source{Name: "a.csv", Line: 17}, OrderID: "o1", ID: "r1", Err: errBoom},
			`a.csv:17: feedback "r1" of order "o1": boom`,
		},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
		if !errors.Is(&tt.err, errBoom) {
			t.Errorf("%v does not match its cause", &tt.err)
		}
	}
}

func TestBatch(t *testing.T) {
	fbs := []ccr.Feedback{{Text: "物流很快"}, {Text: "\xff"}, {Text: "质量很差，开线了"}, {Text: "boom"}, {Text: "别的"}}
	want := []ccr.Assessment{answers["物流很快"], {}, answers["质量很差，开线了"], {}, {}}
	var batches, singles int
	for name, c := range map[string]classify.Classifier{
		"one by one": failsOn("boom", errBoom),
		"at once":    inBatches{failsOn("boom", errBoom), &batches, &singles},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := classify.Batch(t.Context(), c, fbs)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("assessments (-want +got):\n%s", diff)
			}
			var partial *classify.BatchError
			if !errors.As(err, &partial) {
				t.Fatalf("error is %v, want a BatchError", err)
			}
			if len(partial.Failed) != 2 || partial.Failed[0].Index != 1 || partial.Failed[1].Index != 3 {
				t.Errorf("Failed = %+v", partial.Failed)
			}
			if !errors.Is(err, ccr.ErrText) || !errors.Is(err, errBoom) {
				t.Errorf("%v does not match both causes", err)
			}
			if want := "classify: feedback 1 of the batch: text: text is not valid UTF-8 (and 1 more failed)"; err.Error() != want {
				t.Errorf("message %q, want %q", err, want)
			}
			if as, err := classify.Batch(t.Context(), c, nil); len(as) != 0 || err != nil {
				t.Errorf("no feedback: got %v, %v", as, err)
			}
			if as, err := classify.Batch(t.Context(), c, fbs[:1]); err != nil || !cmp.Equal(as, want[:1]) {
				t.Errorf("without failures: got %+v, %v", as, err)
			}
		})
	}
	if batches != 3 || singles != 0 {
		t.Errorf("the batch classifier got %d batches and %d single feedbacks, want 3 and 0", batches, singles)
	}
	if got := (&classify.BatchError{}).Error(); got == "" {
		t.Error("a BatchError without failures has no message")
	}
}

func TestBatchCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		if fb.Text == "质量很差，开线了" {
			cancel()
		}
		return answers.Classify(ctx, fb)
	})
	fbs := []ccr.Feedback{{Text: "物流很快"}, {Text: "质量很差，开线了"}, {Text: "物流很快"}, {Text: "物流很快"}}
	as, err := classify.Batch(ctx, c, fbs)
	var partial *classify.BatchError
	if !errors.As(err, &partial) || len(partial.Failed) != 2 || partial.Failed[0].Index != 2 || !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want failures from index 2 on", err)
	}
	if want := []ccr.Assessment{answers["物流很快"], answers["质量很差，开线了"], {}, {}}; !cmp.Equal(as, want) {
		t.Errorf("assessments = %+v", as)
	}
}

func TestBatchChecksTheAnswer(t *testing.T) {
	fbs := make([]ccr.Feedback, 2)
	scored := []ccr.Assessment{{Complaint: 1}, {Complaint: 1}}
	failure := func(i int) error { return &classify.BatchError{Failed: []classify.Failure{{Index: i, Err: errBoom}}} }
	for _, tt := range []struct {
		name string
		c    badBatch
		is   error
		want []ccr.Assessment
	}{
		{"too few", badBatch{as: scored[:1]}, nil, nil},
		{"none", badBatch{}, nil, nil},
		{"too many", badBatch{as: append(slices.Clone(scored), ccr.Assessment{})}, nil, nil},
		{"all failed", badBatch{as: scored, err: errBoom}, errBoom, nil},
		{"index too large", badBatch{as: scored, err: failure(2)}, errBoom, nil},
		{"index negative", badBatch{as: scored, err: failure(-1)}, errBoom, nil},
		{"too few of a partial failure", badBatch{as: scored[:1], err: failure(0)}, nil, nil},
		{"failure with a result", badBatch{as: slices.Clone(scored), err: failure(1)}, errBoom, []ccr.Assessment{{Complaint: 1}, {}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := classify.Batch(t.Context(), tt.c, fbs)
			if err == nil || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("error is %v, want one matching %v", err, tt.is)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("assessments (-want +got):\n%s", diff)
			}
		})
	}
}

// feedback yields the texts as feedback, and errBoom for "!".
func feedback(texts ...string) iter.Seq2[ccr.Feedback, error] {
	return func(yield func(ccr.Feedback, error) bool) {
		for i, text := range texts {
			fb, err := ccr.Feedback{ID: string(rune('a' + i)), Text: text}, error(nil)
			if text == "!" {
				fb, err = ccr.Feedback{}, errBoom
			}
			if !yield(fb, err) {
				return
			}
		}
	}
}

func TestAll(t *testing.T) {
	in := feedback("物流很快", "!", "\xff", "质量很差，开线了")
	all := classify.All(t.Context(), answers, in)
	for range 2 { // in may be used again, so may all
		var got []string
		for l, err := range all {
			s := l.Feedback.ID + " " + l.Assessment.Polarity.String()
			if err != nil {
				s += " " + err.Error()
			}
			got = append(got, s)
		}
		want := []string{"a positive", " unknown boom", `c unknown feedback "c": text: text is not valid UTF-8`, "d negative"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for range all {
		break // must not yield again: the runtime panics if it does
	}
	for _, err := range all {
		if err != nil {
			break
		}
	}
	for _, err := range classify.All(t.Context(), answers, feedback("\xff", "物流很快")) {
		if err == nil {
			t.Error("the first feedback should fail")
		}
		break
	}
}

func TestAllCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []string
	for l, err := range classify.All(ctx, answers, feedback("物流很快", "质量很差，开线了", "!", "物流很快")) {
		if err != nil {
			if !errors.Is(err, context.Canceled) || l.Feedback.Text != "" {
				t.Errorf("got %+v, %v", l, err)
			}
			got = append(got, "error")
			continue
		}
		got = append(got, l.Feedback.ID)
		cancel()
	}
	if s := strings.Join(got, " "); s != "a error" {
		t.Errorf("got %q, want one result and the error of ctx last", s)
	}
}
