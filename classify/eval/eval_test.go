package eval_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
	"github.com/ccrkit/ccrkit/classify/eval"
	"github.com/ccrkit/ccrkit/metrics"
)

// small is a corpus of six texts and a broken line.
const small = `{"id":"1","text":"洗一次就破","channel":"review","complaint":true,"polarity":"negative","opinions":[{"aspect":"goods.quality","polarity":"negative","evidence":[{"text":"就破"}]}],"phenomenon":"plain"}
{"id":"2","text":"很好","channel":"review","complaint":false,"polarity":"positive","opinions":[{"aspect":"overall","polarity":"positive","evidence":[{"text":"很好"}]}],"phenomenon":"plain"}
{"id":"3","text":
{"id":"4","text":"不错，客服差","channel":"complaint","complaint":true,"polarity":"mixed","opinions":[{"aspect":"overall","polarity":"positive","evidence":[{"text":"不错"}]},{"aspect":"service.attitude","polarity":"negative","evidence":[{"text":"客服差"}]}],"phenomenon":"mixed"}
{"id":"5","text":"会掉色吗","channel":"inquiry","complaint":false,"polarity":"neutral","phenomenon":"question"}
{"id":"6","text":"太好了","complaint":false,"polarity":"positive"}
{"id":"7","text":"坏的","complaint":true,"polarity":"negative"}
`

func corpus(text string) iter.Seq2[ccr.Labeled, error] {
	return dataset.ReadLabeledJSON(strings.NewReader(text), &dataset.Options{Name: "small"})
}

func opinion(a ccr.Aspect, p ccr.Polarity, start, end int) ccr.Opinion {
	return ccr.Opinion{Aspect: a, Polarity: p, Evidence: []ccr.Evidence{{Start: start, End: end}}}
}

// reader is right on 1 and 2 but for one word of the quotation of 1, hears half
// of 4, takes the question of 5 for a complaint, fails on 6 and panics on 7.
var reader = classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	switch fb.Text {
	case "太好了":
		return ccr.Assessment{}, errors.New("no answer")
	case "坏的":
		panic("out of order")
	}
	return classifytest.Map{
		"洗一次就破":  {Complaint: 0.9, Polarity: ccr.Negative, Opinions: []ccr.Opinion{opinion(ccr.GoodsQuality, ccr.Negative, 12, 15)}},
		"很好":     {Complaint: 0.1, Polarity: ccr.Positive, Opinions: []ccr.Opinion{opinion(ccr.Overall, ccr.Positive, 0, 6)}},
		"不错，客服差": {Complaint: 0.4, Polarity: ccr.Mixed, Ground: ccr.GroundUndecided, Opinions: []ccr.Opinion{opinion(ccr.Overall, ccr.Positive, 0, 6)}},
		"会掉色吗":   {Complaint: 0.6, Polarity: ccr.Negative, Opinions: []ccr.Opinion{opinion(ccr.GoodsQuality, ccr.Negative, 3, 9)}},
	}.Classify(ctx, fb)
})

func run(t *testing.T, c classify.Classifier, text string, workers int) *eval.Result {
	t.Helper()
	r, err := eval.Run(context.Background(), c, corpus(text), &eval.Options{Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRun compares with what was counted by hand.
func TestRun(t *testing.T) {
	r := run(t, reader, small, 1)
	if len(r.Unread) != 1 || !strings.Contains(r.Unread[0].Error(), "small:3:") {
		t.Errorf("unread %v, want line 3 of small", r.Unread)
	}
	var panicked *classify.PanicError
	var failure *classify.FeedbackError
	if err := r.Predictions[5].Err; !errors.As(err, &panicked) || !errors.As(err, &failure) || failure.ID != "7" {
		t.Errorf("error of the last one: %v", err)
	}
	s := r.Score()
	got := map[string]any{
		"texts": s.Texts, "failed": s.Failed, "undecided": s.Undecided,
		"accuracy":  s.Complaint.Accuracy(),
		"complaint": s.Complaint.Classes().Of(eval.IsComplaint),
		"polarity":  s.Polarity.Accuracy(),
		"scored":    s.Probability.Len(), "auc": s.Probability.AUC(),
		"aspects": s.Aspects.Classes().Micro(),
		"exact":   s.Spans.Exact(), "overlap": s.Spans.Overlap(),
	}
	want := map[string]any{
		"texts": 6, "failed": 2, "undecided": 1,
		"accuracy":  metrics.Rate{Num: 2, Den: 6},
		"complaint": metrics.PRF{Precision: metrics.Rate{Num: 1, Den: 2}, Recall: metrics.Rate{Num: 1, Den: 3}},
		"polarity":  metrics.Rate{Num: 3, Den: 6},
		"scored":    4, "auc": 0.75, // of four pairs of a complaint and none only 0.4 < 0.6 is wrong
		"aspects": metrics.PRF{Precision: metrics.Rate{Num: 3, Den: 4}, Recall: metrics.Rate{Num: 3, Den: 4}},
		"exact":   metrics.PRF{Precision: metrics.Rate{Num: 2, Den: 4}, Recall: metrics.Rate{Num: 2, Den: 4}},
		"overlap": metrics.PRF{Precision: metrics.Rate{Num: 3, Den: 4}, Recall: metrics.Rate{Num: 3, Den: 4}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if v := r.Speed; v.Texts != 6 || v.Bytes != 66 || v.Elapsed <= 0 || v.TextsPerSecond() <= 0 || v.MBPerSecond() <= 0 || v.Workers != 1 {
		t.Errorf("speed %+v", v)
	}
}

func TestWrong(t *testing.T) {
	r := run(t, reader, small, 1)
	for task, want := range map[eval.Task][]int{
		eval.TaskComplaint: {2, 3, 4, 5}, eval.TaskPolarity: {3, 4, 5}, eval.TaskAspects: {2, 3}, "style": nil,
	} {
		if got := r.Wrong(task); !cmp.Equal(got, want) {
			t.Errorf("%s: %v, want %v", task, got, want)
		}
	}
}

// TestWorkers wants the same figures from any number of goroutines.
func TestWorkers(t *testing.T) {
	text := strings.Repeat(small, 50)
	one := run(t, reader, text, 1).Figures(nil)
	for _, workers := range []int{0, 2, 7} {
		if d := cmp.Diff(one, run(t, reader, text, workers).Figures(nil)); d != "" {
			t.Errorf("%d workers: one -, many +:\n%s", workers, d)
		}
	}
}

func TestBy(t *testing.T) {
	r := run(t, reader, small, 1)
	for _, tt := range []struct {
		name string
		key  func(*eval.Prediction) string
		want string
	}{
		{"tag", eval.ByTag("phenomenon"), "mixed 1, plain 2, question 1"},
		{"channel", eval.ByChannel, "complaint 1, inquiry 1, review 2, unknown 2"},
		{"length", eval.ByLength, "1 to 10 6"},
		{"nothing", func(*eval.Prediction) string { return "" }, ""},
	} {
		var got []string
		for _, s := range r.By(tt.key) {
			got = append(got, fmt.Sprint(s.Key, " ", s.Score.Texts))
		}
		if g := strings.Join(got, ", "); g != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, g, tt.want)
		}
	}
	for length, want := range map[int]string{10: "1 to 10", 11: "11 to 30", 30: "11 to 30", 31: "31 to 100", 100: "31 to 100", 101: "over 100"} {
		p := eval.Prediction{Gold: ccr.Labeled{Feedback: ccr.Feedback{Text: strings.Repeat("字", length)}}}
		if got := eval.ByLength(&p); got != want {
			t.Errorf("length %d: %q, want %q", length, got, want)
		}
	}
}

// stars is a corpus of them: two sides of polarity, nothing else.
func stars(yield func(ccr.Labeled, error) bool) {
	for i, text := range []string{"好", "差", "一般", "坏"} {
		l := ccr.Labeled{Feedback: ccr.Feedback{Text: text}, ComplaintUnknown: true}
		if l.Assessment.Polarity = ccr.Positive; i%2 == 1 {
			l.Assessment.Polarity = ccr.Negative
		}
		if !yield(l, nil) {
			return
		}
	}
}

// TestStars measures what the corpus tells, and no complaint: neutral is the
// positive side, a complaint of mixed feelings the negative one.
func TestStars(t *testing.T) {
	c := classifytest.Map{
		"好": {Polarity: ccr.Positive}, "差": {Polarity: ccr.Mixed, Complaint: 0.7},
		"一般": {Polarity: ccr.Neutral}, "坏": {Polarity: ccr.Mixed, Complaint: 0.3},
	}
	r, err := eval.Run(context.Background(), c, stars, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Score()
	if got := s.Polarity.Accuracy(); got != (metrics.Rate{Num: 3, Den: 4}) {
		t.Errorf("polarity %v, want 3 of 4", got)
	}
	if s.Complaint.Accuracy().Den != 0 || s.Probability.Len() != 0 {
		t.Error("a complaint was measured")
	}
	var names []string
	for _, f := range r.Figures(nil) {
		names = append(names, f.Name)
	}
	if want := []string{"read", "polarity_accuracy", "polarity_macro_f1"}; !cmp.Equal(names, want) {
		t.Errorf("figures %v, want %v", names, want)
	}
	if _, err := eval.Compare(r, r, eval.TaskComplaint, nil); !errors.Is(err, eval.ErrNotTold) {
		t.Errorf("Compare: error %v", err)
	}
	if _, err := eval.Compare(r, r, "style", nil); !errors.Is(err, eval.ErrNotTold) {
		t.Errorf("Compare: error %v", err)
	}
}

// TestFigures wants every figure inside its interval, and its interval inside
// [0, 1], on random answers of known quality.
func TestFigures(t *testing.T) {
	r := run(t, reader, strings.Repeat(small, 30), 1)
	byHand := map[string]float64{
		"read": 4. / 6, "complaint_accuracy": 2. / 6, "complaint_precision": 1. / 2, "complaint_recall": 1. / 3,
		"complaint_f1": 2. / 5, "auc": 0.75, "brier": (0.1*0.1 + 0.1*0.1 + 0.6*0.6 + 0.6*0.6) / 4,
		"average_precision": (1 + 2./3) / 2, "surest_accuracy": 1 / 1.2, "ece": (0.1 + 0.1 + 0.6 + 0.6) / 4,
		"polarity_accuracy": 1. / 2, "polarity_macro_f1": (1 + 2./3 + 0 + 1./2) / 4,
		"aspect_precision": 3. / 4, "aspect_recall": 3. / 4, "aspect_f1": 3. / 4, "span_f1": 1. / 2, "span_overlap_f1": 3. / 4,
	}
	for _, f := range r.Figures(nil) {
		want, ok := byHand[f.Name]
		if !ok || math.Abs(f.Value-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", f.Name, f.Value, want)
		}
		if i := f.Interval; !(0 <= i.Low && i.Low <= f.Value && f.Value <= i.High && i.High <= 1) {
			t.Errorf("%s: %v is not in %v, in [0, 1]", f.Name, f.Value, i)
		}
		delete(byHand, f.Name)
	}
	if len(byHand) > 0 {
		t.Errorf("missing %v", byHand)
	}
}

// A confidence that is asked for is that of every interval.
func TestFiguresConfidence(t *testing.T) {
	r := run(t, reader, strings.Repeat(small, 30), 1)
	width := func(f eval.Figure) float64 { return f.Interval.High - f.Interval.Low }
	usual := r.Figures(nil)
	for i, f := range r.Figures(&metrics.ResampleOptions{Confidence: 0.5}) {
		if !(width(f) < width(usual[i])) {
			t.Errorf("%s: %v with confidence 50%%, %v with 95%%", f.Name, f.Interval, usual[i].Interval)
		}
	}
}

func BenchmarkFigures(b *testing.B) {
	for _, texts := range []int{1000, 20_000} {
		said := func(yield func(ccr.Labeled, error) bool) {
			r := rand.New(rand.NewPCG(1, 2))
			for i := range texts {
				l := ccr.Labeled{Feedback: ccr.Feedback{ID: fmt.Sprint(i), Text: "很好"}}
				l.Assessment.Complaint = r.Float64()
				l.Assessment.Polarity = ccr.Polarity(1 + r.IntN(4))
				if !yield(l, nil) {
					return
				}
			}
		}
		r, err := eval.Match(said, said)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(texts), func(b *testing.B) {
			for b.Loop() {
				r.Figures(nil)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	text := strings.Repeat(small, 20)
	a := run(t, reader, text, 1)
	b := run(t, classify.Func(func(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		return ccr.Assessment{Polarity: ccr.Negative, Complaint: 1}, nil // right on 1, 4 and 7
	}), text, 1)
	for _, tt := range []struct {
		task          eval.Task
		difference    float64
		first, second int
	}{
		{eval.TaskComplaint, 2./6 - 3./6, 20, 40},
		{eval.TaskPolarity, 3./6 - 2./6, 40, 20},
		{eval.TaskAspects, 0.75 - 0, 40, 20}, // it says nothing, rightly of 5, 6 and 7
	} {
		c, err := eval.Compare(a, b, tt.task, &metrics.ResampleOptions{Rounds: 499})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(c.Difference-tt.difference) > 1e-9 || c.First != tt.first || c.Second != tt.second || c.Texts != 120 {
			t.Errorf("%s: %+v, want %v, %d and %d", tt.task, c, tt.difference, tt.first, tt.second)
		}
		if !(c.Interval.Low <= c.Difference && c.Difference <= c.Interval.High) || c.Interval.Low < -1 {
			t.Errorf("%s: %v is not in %v", tt.task, c.Difference, c.Interval)
		}
		back, err := eval.Compare(b, a, tt.task, &metrics.ResampleOptions{Rounds: 499})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(back.Difference+c.Difference) > 1e-9 || back.P != c.P {
			t.Errorf("%s: %+v the other way round", tt.task, back)
		}
	}
	// R 4.2.2: binom.test(20, 60)$p.value
	if c, _ := eval.Compare(a, b, eval.TaskComplaint, nil); math.Abs(c.P-0.0134893) > 1e-7 {
		t.Errorf("p %v, want 0.0134893", c.P)
	}
	if c, err := eval.Compare(a, a, eval.TaskComplaint, nil); err != nil || c.Difference != 0 || c.P != 1 || c.Interval != (metrics.Interval{}) {
		t.Errorf("with itself: %+v, %v", c, err)
	}
	if _, err := eval.Compare(a, run(t, reader, small, 1), eval.TaskComplaint, nil); !errors.Is(err, eval.ErrOtherTexts) {
		t.Errorf("other corpus: error %v", err)
	}
	if _, err := eval.Compare(a, run(t, reader, strings.ReplaceAll(text, "很好", "真好"), 1), eval.TaskComplaint, nil); !errors.Is(err, eval.ErrOtherTexts) {
		t.Errorf("other texts: error %v", err)
	}
}

func TestErrors(t *testing.T) {
	broken := func(yield func(ccr.Labeled, error) bool) { yield(ccr.Labeled{}, io.ErrUnexpectedEOF) }
	if _, err := eval.Run(context.Background(), reader, broken, nil); !errors.Is(err, eval.ErrEmpty) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken corpus: error %v", err)
	}
	for name, when := range map[string]func(cancel func()) iter.Seq2[ccr.Labeled, error]{
		"before": func(cancel func()) iter.Seq2[ccr.Labeled, error] { cancel(); return corpus(small) },
		"while": func(cancel func()) iter.Seq2[ccr.Labeled, error] {
			return func(yield func(ccr.Labeled, error) bool) {
				for l, err := range corpus(small) {
					if !yield(l, err) {
						return
					}
				}
				cancel()
			}
		},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := eval.Run(ctx, reader, when(cancel), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled %s: error %v", name, err)
		}
		cancel()
	}
	nan := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		return ccr.Assessment{Complaint: math.NaN()}, nil
	})
	var field *ccr.FieldError
	if r := run(t, nan, small, 1); !errors.As(r.Predictions[0].Err, &field) || field.Field != "complaint" || r.Score().Failed != 6 {
		t.Errorf("NaN: error %v", r.Predictions[0].Err)
	}
}

func TestProgress(t *testing.T) {
	var calls int
	var last [2]int
	slow := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		time.Sleep(120 * time.Millisecond)
		return ccr.Assessment{}, nil
	})
	_, err := eval.Run(context.Background(), slow, corpus(small), &eval.Options{Workers: 1, Progress: func(done, of int) {
		calls++
		last = [2]int{done, of}
	}})
	if err != nil || calls < 2 || last != [2]int{6, 6} {
		t.Errorf("%d calls, the last with %v, %v", calls, last, err)
	}
}

// TestMatch wants from saved answers what running gives, failures included.
func TestMatch(t *testing.T) {
	ran := run(t, reader, small, 1)
	said := func(yield func(ccr.Labeled, error) bool) {
		for i := len(ran.Predictions) - 1; i >= 0; i-- { // in another order
			p := &ran.Predictions[i]
			if p.Err != nil {
				continue
			}
			l := ccr.Labeled{Feedback: ccr.Feedback{ID: p.Gold.Feedback.ID}, Assessment: p.Said}
			if !yield(l, nil) || !yield(ccr.Labeled{Feedback: l.Feedback}, nil) { // the second is too late
				return
			}
		}
	}
	r, err := eval.Match(corpus(small), said)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(ran.Figures(nil), r.Figures(nil)); d != "" {
		t.Errorf("ran -, matched +:\n%s", d)
	}
	if !errors.Is(r.Predictions[5].Err, eval.ErrNotSaid) {
		t.Errorf("error %v", r.Predictions[5].Err)
	}
	byText := func(yield func(ccr.Labeled, error) bool) {
		yield(ccr.Labeled{Feedback: ccr.Feedback{Text: "差"}, Assessment: ccr.Assessment{Polarity: ccr.Negative}}, nil)
	}
	if r, err := eval.Match(stars, byText); err != nil || r.Score().Failed != 3 {
		t.Errorf("by text: %+v, %v", r, err)
	}
	twice := `{"id":"1","text":"好","complaint":false}
{"id":"1","text":"差","complaint":true}
{"id":"2","text":"快","complaint":false}
{"id":"3","text":"慢","complaint":true}
`
	saying := func(id, text string, os ...ccr.Opinion) ccr.Labeled {
		return ccr.Labeled{Feedback: ccr.Feedback{ID: id, Text: text}, Assessment: ccr.Assessment{Complaint: 1, Opinions: os}}
	}
	quoting := func(end int) ccr.Opinion { return opinion(ccr.Overall, ccr.Negative, 0, end) }
	for _, tt := range []struct {
		name string
		said ccr.Labeled
		want string // for each example: read, not said or another failure
	}{
		{"an id of two texts", saying("1", ""), "nnnn"},
		{"id and text", saying("1", "差"), "nrnn"},
		{"a text with another id", saying("2", "差"), "nnnn"},
		{"the text alone", saying("", "慢"), "nnnr"},
		{"evidence", saying("2", "", quoting(3)), "nnrn"},
		{"evidence in half a character", saying("2", "", quoting(2)), "nnfn"},
		{"evidence beyond the end", saying("3", "慢", quoting(6)), "nnnf"},
		{"no probability", ccr.Labeled{Feedback: ccr.Feedback{ID: "2"}, Assessment: ccr.Assessment{Complaint: math.NaN()}}, "nnfn"},
	} {
		r, err := eval.Match(corpus(twice), func(yield func(ccr.Labeled, error) bool) { yield(tt.said, nil) })
		if err != nil {
			t.Fatal(err)
		}
		got, field := "", (*ccr.FieldError)(nil)
		for i := range r.Predictions {
			switch p := &r.Predictions[i]; {
			case p.Err == nil:
				got += "r"
			case errors.Is(p.Err, eval.ErrNotSaid):
				got += "n"
			case errors.As(p.Err, &field) && (field.Field == "evidence" || field.Field == "complaint"):
				got += "f"
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	bad := func(yield func(ccr.Labeled, error) bool) { yield(ccr.Labeled{}, io.ErrUnexpectedEOF) }
	if _, err := eval.Match(stars, bad); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
	if _, err := eval.Match(bad, bad); !errors.Is(err, eval.ErrEmpty) {
		t.Errorf("error %v", err)
	}
}

// TestMatchNothingSaidOfComplaints takes answers of polarity alone for no "no
// complaint" with the probability 0.
func TestMatchNothingSaidOfComplaints(t *testing.T) {
	r, err := eval.Match(corpus(small), corpus(`{"id":"1","text":"洗一次就破","polarity":"negative"}
{"id":"2","text":"很好","polarity":"positive"}`))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Score()
	if got := s.Complaint.Accuracy(); got != (metrics.Rate{Num: 0, Den: 6}) || s.Probability.Len() != 0 {
		t.Errorf("complaint %v, %d probabilities, want 0 of 6, 0", got, s.Probability.Len())
	}
	if got := s.Polarity.Accuracy(); got != (metrics.Rate{Num: 2, Den: 6}) || s.Failed != 4 {
		t.Errorf("polarity %v, %d failed, want 2 of 6, 4", got, s.Failed)
	}
}

// TestNeutralOpinions are no merits.
func TestNeutralOpinions(t *testing.T) {
	gold := `{"text":"价格一般","polarity":"neutral","opinions":[{"aspect":"goods.price","polarity":"neutral","evidence":[{"text":"一般"}]}]}`
	praise := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		return ccr.Assessment{Opinions: []ccr.Opinion{opinion("goods.price", ccr.Positive, 6, 12)}}, nil
	})
	s := run(t, praise, gold, 1).Score()
	want := metrics.PRF{Precision: metrics.Rate{Num: 0, Den: 1}}
	if got := s.Aspects.Classes().Micro(); got != want {
		t.Errorf("aspects %v, want %v", got, want)
	}
	if got := s.Spans.Exact(); got != want {
		t.Errorf("spans %v, want %v", got, want)
	}
}
