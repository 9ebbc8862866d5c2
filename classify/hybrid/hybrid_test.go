package hybrid_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/google/go-cmp/cmp"
)

func TestConformance(t *testing.T) {
	classifytest.Run(t, func(testing.TB) classify.Classifier { return hybrid.New(nil) }, nil)
}

// TestAlone: what a classifier returns is the caller's alone. He may change each
// opinion and append to what it holds without changing another, or what is read
// next, by whomever.
func TestAlone(t *testing.T) {
	texts := []string{
		"质量不好，客服很好，就是物流有点慢，穿两次就开线，味道大，太小了", "还可以", "", "垃圾", "什么玩意儿，气死我了👎👎", "\x00", "好\xff",
		strings.Repeat("质量差，味道大，", 5000), strings.Repeat("😡", 2000), "好看，喜欢，物流快，包装好，质量好，颜色正",
	}
	for _, c := range []classify.Classifier{hybrid.New(nil), linear.New(nil), rules.New(nil)} {
		read := func(text string) ccr.Assessment {
			a, err := c.Classify(context.Background(), ccr.Feedback{Text: text, Channel: ccr.ChannelReview})
			if (err != nil) != strings.Contains(text, "\xff") {
				t.Errorf("%.20q: error %v", text, err)
			}
			return a
		}
		var want []string
		for _, text := range texts {
			want = append(want, fmt.Sprint(read(text)))
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i, text := range texts {
					a := read(text)
					if got := fmt.Sprint(a); got != want[i] {
						t.Errorf("%T of %.20q: %.300s, want %.300s", c, text, got, want[i])
					}
					for k := range a.Opinions {
						others := slices.Delete(slices.Clone(a.Opinions), k, k+1)
						before := fmt.Sprint(others)
						o := &a.Opinions[k]
						for e := range o.Evidence {
							o.Evidence[e].Start = -1
						}
						for r := range o.Rules {
							o.Rules[r] = "changed"
						}
						_ = append(append(o.Evidence, ccr.Evidence{}), o.Evidence...)
						_ = append(append(o.Rules, "changed"), o.Rules...)
						if fmt.Sprint(others) != before {
							t.Errorf("%T of %.20q: opinion %d shares memory with another", c, text, k)
						}
					}
				}
			})
		}
		wg.Wait()
	}
}

// TestFloors holds what the table in ../linear/ACCURACY.md says of the committed
// test part: the floors lie some two standard errors below it.
func TestFloors(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "testdata", "corpus", "test.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type tally struct{ n, right, polarity, both, said, gold int }
	sums := map[string]*tally{"hybrid": {}, "linear": {}}
	classifiers := map[string]classify.Classifier{"hybrid": hybrid.New(nil), "linear": linear.New(nil)}
	type sure struct {
		margin float64
		right  bool
	}
	var order []sure
	for l, err := range dataset.ReadLabeledJSON(f, nil) {
		if err != nil {
			t.Fatal(err)
		}
		g := &l.Assessment
		for name, c := range classifiers {
			a, err := c.Classify(t.Context(), l.Feedback)
			if err != nil {
				t.Fatal(err)
			}
			s := sums[name]
			s.n++
			right := (a.Complaint >= 0.5) == (g.Complaint >= 0.5)
			if right {
				s.right++
			}
			if a.Polarity == g.Polarity {
				s.polarity++
			}
			s.said, s.gold = s.said+len(a.Opinions), s.gold+len(g.Opinions)
			for _, o := range a.Opinions {
				if slices.ContainsFunc(g.Opinions, func(p ccr.Opinion) bool { return p.Aspect == o.Aspect && p.Polarity == o.Polarity }) {
					s.both++
				}
			}
			if name == "hybrid" {
				order = append(order, sure{math.Abs(a.Complaint - 0.5), right})
			}
		}
	}
	for name, s := range sums {
		right, aspects := float64(s.right)/float64(s.n), 2*float64(s.both)/float64(s.said+s.gold)
		t.Logf("%s: %d of %d right: %.1f%%, polarity %.1f%%, aspects F1 %.3f", name, s.right, s.n, 100*right, 100*float64(s.polarity)/float64(s.n), aspects)
		if right < map[string]float64{"hybrid": 0.87, "linear": 0.85}[name] || aspects < map[string]float64{"hybrid": 0.615, "linear": 0.57}[name] ||
			float64(s.polarity) < map[string]float64{"hybrid": 0.82, "linear": 0.725}[name]*float64(s.n) {
			t.Errorf("%s is below its floor", name)
		}
	}
	slices.SortStableFunc(order, func(a, b sure) int {
		return -cmpFloat(a.margin, b.margin)
	})
	right := 0
	surest := order[:len(order)*6/10]
	for _, o := range surest {
		if o.right {
			right++
		}
	}
	t.Logf("on the surest %d: %.1f%%", len(surest), 100*float64(right)/float64(len(surest)))
	if float64(right) < 0.965*float64(len(surest)) {
		t.Error("the surest are below their floor")
	}
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestExplain(t *testing.T) {
	c := hybrid.New(nil)
	for _, text := range []string{"物流很快，但是坐垫第二天就开裂，客服态度恶劣", "虾太好了,太大个头了!", "会掉色吗？", "吊牌写着羊绒,剪一撮点着了全是塑料味"} {
		fb := ccr.Feedback{Text: text, Channel: ccr.ChannelReview}
		e, err := c.Explain(fb)
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Classify(t.Context(), fb)
		if err != nil || !cmp.Equal(a, e.Assessment) {
			t.Errorf("%s: Explain and Classify differ: %v", text, cmp.Diff(a, e.Assessment))
		}
		sum := 0.0
		for _, f := range e.Facts {
			sum += f.Points
		}
		if math.Abs(sum-e.Score) > 1e-9 || math.Abs(e.Rules+e.Model-e.Score) > 1e-9 {
			t.Errorf("%s: score %v, sum %v, parts %v", text, e.Score, sum, e.Rules+e.Model)
		}
		if p := 1 / (1 + math.Exp(-e.Score)); math.Abs(p-a.Complaint) > 1e-4 {
			t.Errorf("%s: score means %v, complaint is %v", text, p, a.Complaint)
		}
		if s := e.String(); e.Decided == "" || !strings.Contains(s, "decided by "+e.Decided) {
			t.Errorf("%s", s)
		}
	}
	if _, err := c.Explain(ccr.Feedback{Text: "\xff"}); !errors.Is(err, ccr.ErrText) {
		t.Errorf("bad text: %v", err)
	}
	e, err := c.Explain(ccr.Feedback{Text: " "})
	if err != nil || e.Decided != "" || len(e.Facts) != 0 {
		t.Errorf("white space: %+v, %v", e, err)
	}
}

// No complaint without words to quote, and no quotation outside the text.
func TestEvidence(t *testing.T) {
	c := hybrid.New(nil)
	forEachTest(t, func(l ccr.Labeled) {
		a, err := c.Classify(t.Context(), l.Feedback)
		if err != nil {
			t.Fatal(err)
		}
		blamed := false
		for _, o := range a.Opinions {
			blamed = blamed || o.Polarity == ccr.Negative
			if len(o.Evidence) == 0 || len(o.Rules) == 0 {
				t.Errorf("%s: %+v", l.Feedback.Text, o)
			}
			for _, e := range o.Evidence {
				if !e.Valid(l.Feedback.Text) {
					t.Errorf("%s: evidence %v", l.Feedback.Text, e)
				}
			}
		}
		if a.Complaint >= 0.5 && !blamed {
			t.Errorf("%s: a complaint without words", l.Feedback.Text)
		}
	})
}

func forEachTest(t *testing.T, f func(ccr.Labeled)) {
	file, err := os.Open(filepath.Join("..", "..", "testdata", "corpus", "dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for l, err := range dataset.ReadLabeledJSON(file, nil) {
		if err != nil {
			t.Fatal(err)
		}
		f(l)
	}
}

func TestGiveUp(t *testing.T) {
	sure, unsure := hybrid.New(nil), hybrid.New(&hybrid.Options{GiveUp: 0.2})
	n := 0
	forEachTest(t, func(l ccr.Labeled) {
		a, err := sure.Classify(t.Context(), l.Feedback)
		if err != nil {
			t.Fatal(err)
		}
		b, err := unsure.Classify(t.Context(), l.Feedback)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(math.Round(1e4*a.Complaint)-5000) < 2000 { // 0.7 less 0.5 is not quite 0.2
			n++
			a.Polarity, a.Ground = ccr.Unknown, ccr.GroundUndecided
		}
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("%s: %s", l.Feedback.Text, d)
		}
	})
	if n == 0 {
		t.Error("nothing was left undecided")
	}
}

func TestWeights(t *testing.T) {
	var b bytes.Buffer
	w, err := hybrid.ReadWeights(strings.NewReader(`{"complaint":{"bias":1,"dispute":2.5},"opinion":{"odds":1},"polarity":{"mixed":{"bias":1}},"complaint_real":{"dispute":-1},"polarity_real":{"mixed":{"review":2}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	again, err := hybrid.ReadWeights(&b)
	if err != nil || !cmp.Equal(w, again, cmp.Exporter(func(reflect.Type) bool { return true })) {
		t.Errorf("%v: %+v", err, again)
	}
	for _, bad := range []string{"", "{", `{"complaint":{"no such fact":1}}`, `{"complaint":{"bias":1},"opinion":{"x":1}}`, `{"complaint":{"bias":1},"other":1}`, `{"complaint":{"bias":"1"}}`, `{"complaint":{"bias":1e300}}`, `{"complaint":{"bias":1},"polarity":{"unknown":{}}}`, `{"complaint":{"bias":1},"polarity":{"mixed":{"x":1}}}`, `{}`, `null`, `{"opinion":{"odds":1}}`, `{"complaint":{"bias":1}} x`, `{"complaint":{"bias":1},"complaint_real":{"x":1}}`, `{"complaint":{"bias":1},"polarity_real":{"mixed":{"bias":1}}}`} {
		if _, err := hybrid.ReadWeights(strings.NewReader(bad)); err == nil || !strings.HasPrefix(err.Error(), "hybrid: weights: ") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestReadsReal: the second weight of a fact counts as far as the text reads like a
// review, and Explain says what it came to.
func TestReadsReal(t *testing.T) {
	w, err := hybrid.ReadWeights(strings.NewReader(`{"complaint":{"bias":0.25,"real-sign":1},"complaint_real":{"bias":4}}`))
	if err != nil {
		t.Fatal(err)
	}
	c := hybrid.New(&hybrid.Options{Weights: w})
	var least, most float64
	forEachTest(t, func(l ccr.Labeled) {
		e, err := c.Explain(l.Feedback)
		if err != nil {
			t.Fatal(err)
		}
		points := map[string]float64{}
		for _, f := range e.Facts {
			points[f.Name] = f.Points
		}
		sign := points["real-sign"]
		if want := 0.25 + 4*sign; math.Abs(points["bias"]-want) > 1e-12 || math.Abs(e.Score-want-sign) > 1e-12 {
			t.Errorf("%s: reads real %.3f: bias %v, score %v", l.Feedback.Text, sign, points["bias"], e.Score)
		}
		least, most = min(least, sign), max(most, sign)
	})
	if least > -0.5 || most < 0.5 {
		t.Errorf("all read alike: from %.2f to %.2f", least, most)
	}
}

// TestPolarity: a complaint is by one who blames, whatever its words are likest to,
// and without weights the rules say the polarity.
func TestPolarity(t *testing.T) {
	for _, tt := range []struct {
		weights string
		want    ccr.Polarity
	}{
		{`{"complaint":{"bias":-3}}`, ccr.Positive}, // by the rules
		{`{"complaint":{"bias":-3},"polarity":{"neutral":{"bias":2},"negative":{"bias":1}}}`, ccr.Neutral},
		{`{"complaint":{"bias":3},"polarity":{"neutral":{"bias":2},"positive":{"bias":3},"mixed":{"bias":1},"negative":{}}}`, ccr.Mixed},
		{`{"complaint":{"bias":3},"polarity":{"positive":{"bias":3},"negative":{}}}`, ccr.Negative},
	} {
		w, err := hybrid.ReadWeights(strings.NewReader(tt.weights))
		if err != nil {
			t.Fatal(err)
		}
		a, err := hybrid.New(&hybrid.Options{Weights: w}).Classify(t.Context(), ccr.Feedback{Text: "质量很好，很满意", Channel: ccr.ChannelReview})
		if err != nil || a.Polarity != tt.want {
			t.Errorf("%s: %v, want %v (%v)", tt.weights, a.Polarity, tt.want, err)
		}
	}
}

// TestTrain learns a small world: there, 灵 is what is blamed.
func TestTrain(t *testing.T) {
	var xs []hybrid.Example
	goods := []string{"杯子", "鞋", "灯", "书", "伞", "锅", "表", "帽子", "包", "笔", "床", "椅子"}
	for i, g := range goods {
		bad := &ccr.Assessment{Complaint: 1, Polarity: ccr.Negative, Opinions: []ccr.Opinion{{Aspect: ccr.GoodsQuality, Polarity: ccr.Negative}}}
		nowhere := []ccr.Evidence{{}, {Start: 1, End: 999}} // which is passed over
		good := &ccr.Assessment{Polarity: ccr.Positive, Opinions: []ccr.Opinion{{Aspect: ccr.GoodsQuality, Polarity: ccr.Positive, Evidence: nowhere}}}
		xs = append(xs,
			hybrid.Example{Feedback: ccr.Feedback{Text: g + "很灵光", Channel: ccr.ChannelReview}, Gold: bad, Real: i%2 == 0},
			hybrid.Example{Feedback: ccr.Feedback{Text: g + "很糊涂", Channel: ccr.ChannelReview}, Gold: good, Real: i%2 == 0},
			hybrid.Example{Feedback: ccr.Feedback{Text: g + "真灵光", Channel: ccr.ChannelReview, Rating: 1}, Real: true},
			hybrid.Example{Feedback: ccr.Feedback{Text: g + "真糊涂", Channel: ccr.ChannelReview, Rating: 5}, Real: true},
		)
	}
	opts := &hybrid.TrainOptions{Folds: 3}
	tr, err := hybrid.Train(t.Context(), xs, opts)
	if err != nil {
		t.Fatal(err)
	}
	c := hybrid.New(&hybrid.Options{Model: tr.Model, Weights: tr.Weights})
	for _, tt := range []struct {
		text string
		bad  bool
	}{{"毛巾很灵光", true}, {"毛巾很糊涂", false}} {
		a, err := c.Classify(t.Context(), ccr.Feedback{Text: tt.text, Channel: ccr.ChannelReview})
		if err != nil || (a.Complaint >= 0.5) != tt.bad || (a.Polarity == ccr.Negative) != tt.bad {
			t.Errorf("%s: %+v, %v", tt.text, a, err)
		}
	}
	right := 0
	for i := range xs {
		if g := xs[i].Gold; g != nil && (tr.Held[i].Complaint >= 0.5) == (g.Complaint >= 0.5) {
			right++
		}
	}
	if right < 20 {
		t.Errorf("%d of 24 held out are right", right)
	}
	again, err := hybrid.Train(t.Context(), xs, opts)
	if err != nil || !cmp.Equal(tr.Held, again.Held) || !bytes.Equal(bytesOf(t, tr.Model), bytesOf(t, again.Model)) || !bytes.Equal(bytesOf(t, tr.Weights), bytesOf(t, again.Weights)) {
		t.Errorf("training twice gives two results: %v", err)
	}
	for _, o := range []*hybrid.TrainOptions{{Folds: 1}, {Folds: -2}} {
		if _, err := hybrid.Train(t.Context(), xs, o); err == nil {
			t.Errorf("%d folds do not fail", o.Folds)
		}
	}
	one := slices.Clone(xs)
	for i := range one {
		one[i].Group = "one"
	}
	if _, err := hybrid.Train(t.Context(), one, nil); !errors.Is(err, linear.ErrExamples) {
		t.Errorf("one group: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hybrid.Train(ctx, xs, opts); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
	if _, err := hybrid.Train(t.Context(), nil, nil); !errors.Is(err, linear.ErrExamples) {
		t.Errorf("without examples: %v", err)
	}
}

// TestTrainLittle learns from 150 texts: what the model alone then says of others is
// sparing, though the rules, which need no training, see more than it does.
func TestTrainLittle(t *testing.T) {
	var xs []hybrid.Example
	var others []ccr.Feedback
	forEachTest(t, func(l ccr.Labeled) {
		if len(xs) < 150 {
			xs = append(xs, hybrid.Example{Feedback: l.Feedback, Gold: &l.Assessment})
		} else if len(others) < 200 {
			others = append(others, l.Feedback)
		}
	})
	tr, err := hybrid.Train(t.Context(), xs, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := linear.New(tr.Model)
	made := 0
	for _, fb := range others {
		a, err := c.Classify(t.Context(), fb)
		if err != nil {
			t.Fatal(err)
		}
		made += len(a.Opinions)
	}
	if made > 5*len(others) {
		t.Errorf("%d opinions on %d texts", made, len(others))
	}
}

func bytesOf(t *testing.T, from io.WriterTo) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := from.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"", "虾太好了,太大个头了!", "不不不不", "\xff", "质量差👍", strings.Repeat("很差，", 100)} {
		f.Add(s, "黑色衬衫", 1)
	}
	c := hybrid.New(&hybrid.Options{GiveUp: 0.1})
	f.Fuzz(func(t *testing.T, text, product string, channel int) {
		fb := ccr.Feedback{Text: text, Product: product, Channel: ccr.Channel(channel & 3)}
		a, err := c.Classify(t.Context(), fb)
		if err != nil {
			if !errors.Is(err, ccr.ErrText) {
				t.Fatal(err)
			}
			return
		}
		if !(a.Complaint >= 0 && a.Complaint <= 1) {
			t.Errorf("complaint %v", a.Complaint)
		}
		for _, o := range a.Opinions {
			for _, e := range o.Evidence {
				if !e.Valid(text) {
					t.Errorf("evidence %v", e)
				}
			}
		}
	})
}

// TestShares: what to expect moves the log-odds by as much as it differs from what
// the weights were fitted to, in the channels named; a channel that is not known is
// read as a review.
func TestShares(t *testing.T) {
	fb := ccr.Feedback{Text: "穿了一次，袖口的线头有点多", Channel: ccr.ChannelReview}
	plain := hybrid.New(nil)
	odds := func(p float64) float64 { return math.Log(p / (1 - p)) }
	score := func(c *hybrid.Classifier, fb ccr.Feedback) float64 {
		e, err := c.Explain(fb)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Rules + e.Model + e.Share; math.Abs(got-e.Score) > 1e-9 {
			t.Errorf("the parts add up to %v, not %v", got, e.Score)
		}
		return e.Score
	}
	rare := hybrid.New(&hybrid.Options{Shares: map[ccr.Channel]float64{ccr.ChannelReview: 0.05, ccr.ChannelInquiry: 0, ccr.ChannelUnknown: 0.2, 99: 0.1}})
	want := score(plain, fb) + odds(0.05) - odds(plain.Share(ccr.ChannelReview))
	if got := score(rare, fb); math.Abs(got-want) > 1e-9 {
		t.Errorf("score %v, want %v", got, want)
	}
	a, err := rare.Classify(context.Background(), fb)
	if err != nil || math.Abs(a.Complaint-1/(1+math.Exp(-want))) > 1e-4 {
		t.Errorf("probability %v, %v", a.Complaint, err)
	}
	unknown := fb
	unknown.Channel = ccr.ChannelUnknown
	if got := score(plain, unknown); got != score(plain, fb) {
		t.Errorf("unknown channel: score %v, as a review %v", got, score(plain, fb))
	}
	if got, want := score(rare, unknown), score(plain, fb)+odds(0.2)-odds(plain.Share(ccr.ChannelReview)); math.Abs(got-want) > 1e-9 {
		t.Errorf("unknown channel: score %v, want %v", got, want)
	}
	for _, c := range []ccr.Channel{ccr.ChannelInquiry, ccr.ChannelComplaint} { // 0 is no share to expect
		fb.Channel = c
		if score(rare, fb) != score(plain, fb) {
			t.Errorf("%v: the score moved", c)
		}
	}
	if s := plain.Share(99); s != plain.Share(ccr.ChannelReview) {
		t.Errorf("share of no channel %v", s)
	}
	bad := `{"complaint":{"bias":1},"opinion":{},"shares":{"review":1}}`
	if _, err := hybrid.ReadWeights(strings.NewReader(bad)); err == nil {
		t.Error("a share of 1 was read")
	}
}

// TestNoWeights: the zero Weights know nothing.
func TestNoWeights(t *testing.T) {
	c := hybrid.New(&hybrid.Options{Weights: new(hybrid.Weights)})
	fb := ccr.Feedback{Text: "质量很差，客服很好"}
	a, err := c.Classify(t.Context(), fb)
	if err != nil || a.Complaint != 0.5 {
		t.Errorf("%v, error %v, want a probability of one half", a, err)
	}
	if _, err := c.Explain(fb); err != nil {
		t.Error(err)
	}
}
