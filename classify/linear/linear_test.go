package linear_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/google/go-cmp/cmp"
)

func TestConformance(t *testing.T) {
	classifytest.Run(t, func(testing.TB) classify.Classifier { return linear.New(nil) }, nil)
}

// fruit is a small task of two labels.
var fruit = []linear.Example{
	{Text: "苹果很甜", Labels: []string{"苹果", "好"}},
	{Text: "苹果不甜", Labels: []string{"苹果"}},
	{Text: "这苹果真脆，很甜", Labels: []string{"苹果", "好"}},
	{Text: "烂苹果", Labels: []string{"苹果"}},
	{Text: "梨很甜", Labels: []string{"好"}},
	{Text: "梨烂了", Labels: nil},
	{Text: "梨一点不甜", Labels: nil},
	{Text: "梨真脆", Labels: []string{"好"}},
	{Text: "葡萄很甜，真好", Labels: []string{"好"}},
	{Text: "葡萄烂了", Labels: nil},
}

func train(t *testing.T, opts *linear.Options, xs []linear.Example) *linear.Model {
	t.Helper()
	tr, err := linear.NewTrainer(opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range xs {
		if err := tr.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	m, err := tr.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encode(t *testing.T, m *linear.Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if n, err := m.WriteTo(&b); err != nil || n != int64(b.Len()) {
		t.Fatalf("WriteTo: %d of %d bytes, %v", n, b.Len(), err)
	}
	return b.Bytes()
}

func odds(m *linear.Model, text string) map[string]float64 {
	var r linear.Reading
	m.Read(&r, &ccr.Feedback{Text: text})
	all := map[string]float64{}
	for i, name := range m.Outputs() {
		all[name] = r.LogOdds(i)
	}
	return all
}

func TestTrain(t *testing.T) {
	m := train(t, &linear.Options{MinCount: 1, Cost: 20}, fruit)
	for _, x := range fruit {
		for name, z := range odds(m, x.Text) {
			if want := slices.Contains(x.Labels, name); z > 0 != want {
				t.Errorf("%s: %s has log-odds %.2f", x.Text, name, z)
			}
		}
	}
	// Width, case and traditional characters do not matter.
	if a, b := odds(m, "蘋果很甜,好"), odds(m, "苹果很甜，好"); !cmp.Equal(a, b) {
		t.Errorf("%v and %v", a, b)
	}
	if got := m.Output("香蕉"); got != -1 {
		t.Errorf("Output of no output is %d", got)
	}
}

func TestTrainReproducible(t *testing.T) {
	opts := &linear.Options{MinCount: 1, Seed: 7, Thresholds: true}
	a, b := encode(t, train(t, opts, fruit)), encode(t, train(t, opts, fruit))
	if !bytes.Equal(a, b) {
		t.Error("equal seeds give different models")
	}
}

// Labels that nobody has judged an example by are not taken as wrong.
func TestKnown(t *testing.T) {
	xs := slices.Clone(fruit)
	for i := range 20 {
		xs = append(xs, linear.Example{Text: fmt.Sprintf("苹果%d", i), Known: []string{"好"}})
	}
	if z := odds(train(t, &linear.Options{MinCount: 1, Cost: 20}, xs), "苹果")["苹果"]; z < 0 {
		t.Errorf("苹果 has log-odds %.2f", z)
	}
}

func TestTrainerErrors(t *testing.T) {
	for _, o := range []linear.Options{
		{Order: 5}, {Order: -1}, {MinCount: -1}, {Features: -1}, {Cost: -1}, {Cost: math.NaN()}, {Cost: math.Inf(1)}, {MinRatio: -1},
	} {
		if _, err := linear.NewTrainer(&o); err == nil {
			t.Errorf("NewTrainer(%+v) does not fail", o)
		}
	}
	tr, err := linear.NewTrainer(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		x     linear.Example
		field string
	}{
		{linear.Example{Text: "\xff"}, "text"},
		{linear.Example{Text: "好", Channel: 99}, "channel"},
		{linear.Example{Text: "好", Weight: -1}, "weight"},
		{linear.Example{Text: "好", Weight: math.NaN()}, "weight"},
		{linear.Example{Text: "好", Labels: []string{"a"}, Known: []string{"b"}}, "labels"},
	} {
		var fe *ccr.FieldError
		if err := tr.Add(tt.x); !errors.As(err, &fe) || fe.Field != tt.field {
			t.Errorf("Add(%+v): %v, want field %s", tt.x, err, tt.field)
		}
	}
	if tr.Len() != 0 {
		t.Errorf("%d examples after errors", tr.Len())
	}
	if _, err := tr.Train(t.Context()); !errors.Is(err, linear.ErrExamples) {
		t.Errorf("training with nothing: %v", err)
	}
	if err := tr.Add(linear.Example{Text: "好", Labels: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Train(t.Context()); !errors.Is(err, linear.ErrExamples) {
		t.Errorf("training with one side: %v", err)
	}
	if err := tr.Add(linear.Example{Text: "坏"}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tr.Train(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("training after cancel: %v", err)
	}
}

func TestFormat(t *testing.T) {
	m := train(t, &linear.Options{MinCount: 1, Thresholds: true}, fruit)
	m, err := m.Sum("both", 0.5, linear.Term{Output: "苹果", Weight: 2}, linear.Term{Output: "好", Weight: -1})
	if err != nil {
		t.Fatal(err)
	}
	b := encode(t, m)
	back, err := linear.ReadModel(iotest.OneByteReader(bytes.NewReader(append(b, "more"...))))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encode(t, back), b) {
		t.Error("a model that was read is written otherwise")
	}
	for _, x := range fruit {
		for name, z := range odds(m, x.Text) {
			if got := odds(back, x.Text)[name]; math.Abs(got-z) > 1e-5 {
				t.Errorf("%s: %s has log-odds %v, after reading %v", x.Text, name, z, got)
			}
		}
	}
	o := odds(m, "苹果很甜")
	if want := 0.5 + 2*o["苹果"] - o["好"]; math.Abs(o["both"]-want) > 1e-9 {
		t.Errorf("sum %v, want %v", o["both"], want)
	}
}

func TestFormatErrors(t *testing.T) {
	b := encode(t, train(t, &linear.Options{MinCount: 1}, fruit))
	for n := range b {
		_, err := linear.ReadModel(bytes.NewReader(b[:n]))
		var fe *linear.FormatError
		if !errors.As(err, &fe) || !errors.Is(err, io.ErrUnexpectedEOF) || fe.Offset > int64(n) {
			t.Fatalf("the first %d bytes of %d: %v", n, len(b), err)
		}
	}
	change := func(i int, c byte) []byte {
		d := slices.Clone(b)
		d[i] = c
		return d
	}
	// A body that makes no sense under a right checksum.
	nonsense := slices.Clone(b)
	for i := 13; i < len(b)-4; i++ {
		nonsense[i] = 0xFF
	}
	binary.LittleEndian.PutUint32(nonsense[len(b)-4:], crc32.Checksum(nonsense[:len(b)-4], crc32.MakeTable(crc32.Castagnoli)))
	for _, tt := range []struct {
		name string
		file []byte
		want error
	}{
		{"empty", nil, io.ErrUnexpectedEOF},
		{"another file", []byte("PK\x03\x04 some other format"), linear.ErrNoModel},
		{"version", change(8, 200), linear.ErrVersion},
		{"size", change(12, 0xFF), linear.ErrContent},
		{"one bit", change(len(b)/2, b[len(b)/2]^1), linear.ErrChecksum},
		{"nonsense", nonsense, linear.ErrContent},
	} {
		_, err := linear.ReadModel(bytes.NewReader(tt.file))
		var fe *linear.FormatError
		if !errors.As(err, &fe) || !errors.Is(err, tt.want) || !strings.HasPrefix(err.Error(), "linear: model at byte ") {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	boom := errors.New("boom")
	if _, err := linear.ReadModel(iotest.ErrReader(boom)); !errors.Is(err, boom) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// TestHugeWeights: weights that a model file may hold, far too large as they are,
// make no log-odds that are no number.
func TestHugeWeights(t *testing.T) {
	m, err := linear.Default().Sum("huge", 0, linear.Term{Output: linear.Review, Weight: 1e45}, linear.Term{Output: linear.Dispute, Weight: -1e45})
	if err != nil {
		t.Fatal(err)
	}
	var r linear.Reading
	m.Read(&r, &ccr.Feedback{Text: "质量不好，客服很好，物流有点慢"})
	i := m.Output("huge")
	for _, c := range r.Clauses(nil, i) {
		for _, z := range []float64{c.Max, c.Min, c.First, c.Last, r.LogOdds(i)} {
			if math.IsNaN(z) || math.IsInf(z, 0) {
				t.Errorf("%+v, %v of the text", c, r.LogOdds(i))
			}
		}
	}
}

func FuzzReadModel(f *testing.F) {
	tr, err := linear.NewTrainer(&linear.Options{MinCount: 1})
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range fruit {
		if err := tr.Add(x); err != nil {
			f.Fatal(err)
		}
	}
	m, err := tr.Train(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	head := bytes.Clone(b.Bytes()[:9])
	f.Add(b.Bytes()[13 : b.Len()-4])
	if tr, err = linear.NewTrainer(&linear.Options{MinCount: 1, Clauses: true}); err != nil {
		f.Fatal(err)
	}
	for _, x := range fruit {
		if err := tr.Add(x); err != nil {
			f.Fatal(err)
		}
	}
	if m, err = tr.Train(f.Context()); err != nil {
		f.Fatal(err)
	}
	b.Reset()
	if _, err := m.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[13 : b.Len()-4])
	f.Fuzz(func(t *testing.T, body []byte) { // what lies between head and checksum
		file := binary.LittleEndian.AppendUint32(bytes.Clone(head), uint32(len(body)))
		file = append(file, body...)
		file = binary.LittleEndian.AppendUint32(file, crc32.Checksum(file, crc32.MakeTable(crc32.Castagnoli)))
		m, err := linear.ReadModel(bytes.NewReader(file))
		var fe *linear.FormatError
		if err != nil && !errors.As(err, &fe) {
			t.Fatalf("%v", err)
		}
		if err == nil {
			var r linear.Reading
			m.Read(&r, &ccr.Feedback{Text: "苹果很甜，不好"})
			for i := range m.Outputs() {
				r.Given(i)
				r.Clauses(nil, i)
				r.Evidence(nil, i)
			}
			if _, err := linear.New(m).Classify(t.Context(), ccr.Feedback{Text: "苹果很甜，不好"}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"", "？", "…", "x x", "虾太好了,太大个头了!", "不不不不不不不不不不不不", "\xff", "👍\u200d👍质量差", strings.Repeat("很差，", 100)} {
		for channel := range 5 {
			f.Add(s, channel)
		}
	}
	c := linear.New(nil)
	f.Fuzz(func(t *testing.T, text string, channel int) {
		a, err := c.Classify(t.Context(), ccr.Feedback{Text: text, Channel: ccr.Channel(channel)})
		if err != nil {
			if !errors.Is(err, ccr.ErrText) {
				t.Fatal(err)
			}
			return
		}
		if !(a.Complaint >= 0 && a.Complaint <= 1) {
			t.Errorf("complaint %v", a.Complaint)
		}
		blamed := false
		for _, o := range a.Opinions {
			blamed = blamed || o.Polarity == ccr.Negative
			for _, e := range o.Evidence {
				if !e.Valid(text) {
					t.Errorf("evidence %v", e)
				}
			}
		}
		if a.Complaint >= 0.5 && !blamed {
			t.Errorf("%q: a complaint without words", text)
		}
	})
}

func TestMerge(t *testing.T) {
	var apple, good []linear.Example
	for _, x := range fruit {
		a, g := x, x
		a.Known, a.Labels = []string{"苹果"}, nil
		g.Known, g.Labels = []string{"好"}, nil
		if slices.Contains(x.Labels, "苹果") {
			a.Labels = a.Known
		}
		if slices.Contains(x.Labels, "好") {
			g.Labels = g.Known
		}
		apple, good = append(apple, a), append(good, g)
	}
	a, g := train(t, &linear.Options{MinCount: 1}, apple), train(t, &linear.Options{MinCount: 1, Cost: 1}, good)
	m, err := linear.Merge(a, g)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"苹果", "好"}, m.Outputs()); d != "" {
		t.Error(d)
	}
	for _, x := range fruit {
		o := odds(m, x.Text)
		if o["苹果"] != odds(a, x.Text)["苹果"] || o["好"] != odds(g, x.Text)["好"] {
			t.Errorf("%s: %v", x.Text, o)
		}
	}
	if _, err := linear.Merge(a, a); err == nil {
		t.Error("a model merged with itself")
	}
	if _, err := m.Sum("好", 0); err == nil {
		t.Error("a sum by the name of an output")
	}
	if _, err := m.Sum("sum", 0, linear.Term{Output: "无", Weight: 1}); err == nil {
		t.Error("a sum of no output")
	}
}

// What a model of stars alone can say, a Classifier says.
func TestForeignModel(t *testing.T) {
	xs := []linear.Example{
		{Text: "好用", Known: []string{linear.Negative}},
		{Text: "很好", Known: []string{linear.Negative}},
		{Text: "难用", Labels: []string{linear.Negative}},
		{Text: "很差", Labels: []string{linear.Negative}},
	}
	c := linear.New(train(t, &linear.Options{MinCount: 1}, xs))
	a, err := c.Classify(t.Context(), ccr.Feedback{Text: "难用，很差"})
	if err != nil || a.Complaint < 0.5 || a.Polarity != ccr.Negative || len(a.Opinions) != 1 || a.Opinions[0].Aspect != ccr.Overall {
		t.Errorf("%+v, %v", a, err)
	}
	a, err = c.Classify(t.Context(), ccr.Feedback{Text: "好用，很好"})
	if err != nil || a.Complaint >= 0.5 || a.Polarity != ccr.Positive || len(a.Opinions) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}
