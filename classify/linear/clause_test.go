package linear

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// clauseTexts are short reviews: of each, what is praised and what is blamed, and where.
var clauseTexts = []struct {
	text  string
	spans map[string]string
}{
	{"面料很好，物流太慢了", map[string]string{"fabric+": "面料很好", "courier-": "太慢了"}},
	{"物流很快，面料太薄了", map[string]string{"courier+": "很快", "fabric-": "面料太薄"}},
	{"面料很好，穿着舒服，别的没看", map[string]string{"fabric+": "面料很好"}},
	{"面料太薄了，客服说这样正常", map[string]string{"fabric-": "面料太薄"}},
	{"物流太慢了，等了一个星期", map[string]string{"courier-": "物流太慢"}},
	{"物流很快，第二天就到，点赞", map[string]string{"courier+": "物流很快"}},
	{"随便买的，还没有用过", nil},
	{"客服回复了，还没有收到", nil},
}

func clauseModel(t *testing.T, spans bool) *Model {
	t.Helper()
	tr, err := NewTrainer(&Options{Clauses: true, Plain: true, Thresholds: true, MinCount: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clauseTexts {
		x := Example{Text: c.text, Channel: ccr.ChannelReview}
		for _, label := range []string{"fabric+", "fabric-", "courier+", "courier-"} {
			words, ok := c.spans[label]
			if !ok {
				continue
			}
			x.Labels = append(x.Labels, label)
			if spans {
				at := strings.Index(c.text, words)
				x.Spans = append(x.Spans, Span{Label: label, Start: at, End: at + len(words)})
			}
		}
		if err := tr.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	m, err := tr.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestClauseOdds compares the log-odds of outputs of clauses with plain sums over what
// starts in each piece, of short texts, of long ones and of ones without a clause.
func TestClauseOdds(t *testing.T) {
	m := clauseModel(t, true)
	entries := map[uint32][]entry{}
	for _, f := range m.features {
		entries[f.key] = m.entries[f.from:f.to]
	}
	texts := []string{"", "，", "好", "。。。。", "面料", strings.Repeat("面料很好", 300), strings.Repeat("面料很好，不好，物流太慢了。嗯，", 100)}
	for _, c := range clauseTexts {
		texts = append(texts, c.text, c.text+"，"+c.text, "嗯，"+c.text+"！")
	}
	var r Reading
	for _, text := range texts {
		m.Read(&r, &ccr.Feedback{Text: text, Channel: ccr.ChannelReview})
		from := int32(0)
		for _, p := range r.pieces {
			if p.from != from || p.to <= p.from {
				t.Fatalf("%.40q: pieces %v", text, r.pieces)
			}
			from = p.to
		}
		if int(from) != len(r.scan.codes) {
			t.Fatalf("%.40q: pieces %v of %d characters", text, r.pieces, len(r.scan.codes))
		}
		for i := range m.outputs {
			o := &m.outputs[i]
			if !o.clause {
				continue
			}
			best := math.Inf(-1)
			for _, p := range r.pieces {
				sum := 0
				r.scan.features(m.order, func(k uint32, at int) {
					for _, e := range entries[k] {
						if at >= int(p.from) && at < int(p.to) && int(e.output) == i {
							sum += int(e.weight)
						}
					}
				})
				best = max(best, o.scale*float64(sum)/math.Sqrt(float64(p.to-p.from+1)))
			}
			want := o.bias[ccr.ChannelReview] + best
			if got := r.LogOdds(i); math.Abs(got-want) > 1e-4 {
				t.Errorf("%.40q: log-odds %v of %s, want %v", text, got, o.name, want)
			}
		}
		for _, label := range []string{"fabric-", "courier+"} {
			text, clause := r.LogOdds(m.Output(label+OfText)), r.LogOdds(m.Output(label+OfClause))
			if got := r.LogOdds(m.Output(label)); math.Abs(got-(text+clause)/2) > 1e-9 {
				t.Errorf("log-odds %v of %s, want the mean of %v and %v", got, label, text, clause)
			}
		}
	}
}

// TestClausesTellApart reads texts whose words are those of the examples, otherwise put
// together: what is said of one thing is not said of the other. Without spans the model
// finds out itself which clause speaks of what.
func TestClausesTellApart(t *testing.T) {
	for _, spans := range []bool{true, false} {
		m := clauseModel(t, spans)
		var file bytes.Buffer
		if _, err := m.WriteTo(&file); err != nil {
			t.Fatal(err)
		}
		m, err := ReadModel(&file)
		if err != nil {
			t.Fatal(err)
		}
		var r Reading
		for text, want := range map[string]string{
			"物流太慢了，面料很好": "fabric+ courier-",
			"面料太薄了，物流很快": "fabric- courier+",
		} {
			m.Read(&r, &ccr.Feedback{Text: text, Channel: ccr.ChannelReview})
			var given []string
			for _, label := range []string{"fabric+", "fabric-", "courier+", "courier-"} {
				if r.Given(m.Output(label)) {
					given = append(given, label)
				}
			}
			if got := strings.Join(given, " "); got != want {
				t.Errorf("spans %v: %q: %s, want %s", spans, text, got, want)
			}
			e := r.Evidence(nil, m.Output(given[0]))[0]
			if words := text[e.Start:e.End]; !strings.Contains(words, "面料") {
				t.Errorf("spans %v: evidence %q of %s", spans, words, given[0])
			}
		}
	}
}

func TestSpanErrors(t *testing.T) {
	tr, err := NewTrainer(&Options{Clauses: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Span{{Label: "b", Start: 0, End: 3}, {Label: "a", Start: -1, End: 3}, {Label: "a", Start: 0, End: 7}, {Label: "a", Start: 3, End: 3}} {
		err := tr.Add(Example{Text: "好的", Labels: []string{"a"}, Spans: []Span{s}})
		var field *ccr.FieldError
		if !errors.As(err, &field) || field.Field != "spans" {
			t.Errorf("%+v: error %v", s, err)
		}
	}
	if tr.Len() != 0 {
		t.Errorf("%d examples, want none", tr.Len())
	}
	for i := range maxLong + 1 {
		for _, text := range []string{"很好", "不好"} {
			x := Example{Text: fmt.Sprint(text, i), Known: []string{fmt.Sprint(i)}}
			if text == "很好" {
				x.Labels = x.Known
			}
			if err := tr.Add(x); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := tr.Train(context.Background()); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%d labels of clauses: error %v", maxLong+1, err)
	}
}

func TestGive(t *testing.T) {
	m := clauseModel(t, true)
	given, err := m.Give(-100, "fabric+")
	if err != nil {
		t.Fatal(err)
	}
	var r Reading
	given.Read(&r, &ccr.Feedback{Text: "随便"})
	if !r.Given(given.Output("fabric+")) || r.Given(given.Output("fabric-")) {
		t.Error("the threshold is not that of one output")
	}
	m.Read(&r, &ccr.Feedback{Text: "随便"})
	if r.Given(m.Output("fabric+")) {
		t.Error("the first model gives it, too")
	}
	for _, name := range []string{"", "fabric"} {
		if _, err := m.Give(0, name); err == nil {
			t.Errorf("no error for output %q", name)
		}
	}
	for _, threshold := range []float64{math.NaN(), math.Inf(1), 1e39} {
		if _, err := m.Give(threshold, "fabric+"); err == nil {
			t.Errorf("no error for the threshold %v", threshold)
		}
	}
}

// TestManyClauses compares the log-odds of outputs of clauses with plain sums, beside few and many other outputs, in a text of which one piece has more
// features than lanes add up at a time.
func TestManyClauses(t *testing.T) {
	var text strings.Builder
	for i := range 500 {
		text.WriteRune(rune(0x4E00 + i))
		if i == 400 || i == 440 {
			text.WriteString("，")
		}
	}
	fb := ccr.Feedback{Text: text.String()}
	var r Reading
	r.scan.read(fb.Text)
	var keys []uint32
	r.scan.features(2, func(k uint32, _ int) { keys = append(keys, k) })
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for _, n := range []int{1, wordLen, wordLen + 1, maxLong} {
		for _, others := range []int{0, 3, wordLen + 1, wordLen + maxInRows, 80} {
			weight := func(i, o int) int8 { return int8((i*7+o*13)%255 - 127) }
			outputs := make([]output, n+others)
			for o := range outputs {
				outputs[o] = output{name: fmt.Sprint(o), scale: 0.5, clause: o < n}
			}
			index := map[uint32]int{}
			var features []feature
			var entries []entry
			for i, k := range keys {
				index[k] = i
				f := feature{key: k, from: int32(len(entries))}
				for o := range outputs {
					if w := weight(i, o); w != 0 && (i+o)%3 > 0 {
						entries = append(entries, entry{uint16(o), w})
					}
				}
				f.to = int32(len(entries))
				features = append(features, f)
			}
			m, err := newModel(2, outputs, features, entries)
			if err != nil {
				t.Fatal(err)
			}
			m.Read(&r, &fb)
			if len(r.pieces) != 3 {
				t.Fatalf("pieces %v", r.pieces)
			}
			for o := range outputs {
				of := func(p piece) float64 {
					sum := 0
					seen := map[uint32]bool{}
					r.scan.features(2, func(k uint32, at int) {
						i := index[k]
						single := at < len(r.scan.codes) && k == key(next(seedPlain, r.scan.codes[at]))
						if at < int(p.from) || at >= int(p.to) || (i+o)%3 == 0 || outputs[o].clause && single || !outputs[o].clause && seen[k] {
							return
						}
						seen[k] = true
						sum += int(weight(i, o))
					})
					return 0.5 * float64(sum) * p.norm()
				}
				want := of(piece{0, int32(len(r.scan.codes))})
				if outputs[o].clause {
					want = max(of(r.pieces[0]), of(r.pieces[1]), of(r.pieces[2]))
				} else {
					want *= math.Sqrt(float64(len(r.scan.codes)+1)) * r.norm
				}
				if got := r.LogOdds(o); math.Abs(got-want) > 1e-3 {
					t.Fatalf("%d outputs of clauses beside %d: log-odds %v of %d, want %v", n, others, got, o, want)
				}
			}
		}
	}
}

// TestClausesWithoutWeights reads with outputs of clauses of which no feature is known.
func TestClausesWithoutWeights(t *testing.T) {
	outputs := make([]output, maxLong)
	for o := range outputs {
		outputs[o] = output{name: fmt.Sprint(o), scale: 1, clause: true, bias: [channels]float64{1}}
	}
	m, err := newModel(3, outputs, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var r Reading
	m.Read(&r, &ccr.Feedback{Text: "质量不好，客服很好"})
	for o := range outputs {
		if z := r.LogOdds(o); z != 1 {
			t.Errorf("log-odds %v, want the bias", z)
		}
		if e := r.Evidence(nil, o)[0]; e != (ccr.Evidence{}) {
			t.Errorf("evidence %v", e)
		}
		r.Clauses(nil, o)
	}
}

// TestLongPiece: so many letters without a mark that their weights together are beyond 32
// bits.
func TestLongPiece(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	h := next(next(seedPlain, 'a'), 'a')
	features := []feature{{key: key(h), to: 1}, {key: key(next(h, 'a')), from: 1, to: 2}, {key: key(next(next(h, 'a'), 'a')), from: 2, to: 3}}
	slices.SortFunc(features, func(a, b feature) int { return int(int64(a.key) - int64(b.key)) })
	for i := range features {
		features[i].from, features[i].to = int32(i), int32(i+1)
	}
	m, err := newModel(4, []output{{name: "a", scale: 1, clause: true}}, features, []entry{{0, 127}, {0, 127}, {0, 127}})
	if err != nil {
		t.Fatal(err)
	}
	const n = 6_000_000
	var r Reading
	m.Read(&r, &ccr.Feedback{Text: strings.Repeat("a", n)})
	want := 127 * float64(n-1+n-2+n-3) / math.Sqrt(n+3)
	if got := r.LogOdds(0); math.Abs(got/want-1) > 1e-5 {
		t.Errorf("log-odds %v, want %v", got, want)
	}
}

// TestManyPieces asks a long text for the clauses of an output in rows, which takes a time
// that grows with the text, not with its square.
func TestManyPieces(t *testing.T) {
	m := clauseModel(t, true)
	fb := ccr.Feedback{Text: strings.Repeat("面料很好，物流太慢了。", 30_000), Channel: ccr.ChannelReview}
	var r Reading
	m.Read(&r, &fb)
	start := time.Now()
	for i := range m.Outputs() {
		r.Clauses(nil, i)
		r.Evidence(nil, i)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

// TestSpanWithMark: a span may end with the mark behind a clause, and says nothing of the
// next one; one of a mark alone does not say where its label stands.
func TestSpanWithMark(t *testing.T) {
	tr, err := NewTrainer(&Options{Clauses: true})
	if err != nil {
		t.Fatal(err)
	}
	const text = "面料很好，物流太慢了"
	err = tr.Add(Example{Text: text, Labels: []string{"fabric+", "none"}, Spans: []Span{
		{Label: "fabric+", Start: 0, End: len("面料很好，")}, {Label: "none", Start: len("面料很好"), End: len("面料很好，")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	e := &tr.examples[0]
	if len(e.pieces) != 2 || len(e.pieces[0].labels) != 1 || len(e.pieces[1].labels) != 0 || len(e.spanned) != 1 {
		t.Errorf("pieces %+v, spans of %v", e.pieces, e.spanned)
	}
}

// TestSameName refuses a label that is named like what another one makes.
func TestSameName(t *testing.T) {
	tr, err := NewTrainer(&Options{Clauses: true, MinCount: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []Example{{Text: "很好", Labels: []string{"a"}}, {Text: "不好", Labels: []string{"a" + OfText}}} {
		if err := tr.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tr.Train(context.Background()); err == nil {
		t.Error("no error for two outputs of one name")
	}
}
