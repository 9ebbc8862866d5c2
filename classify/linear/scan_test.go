package linear

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
)

// TestReadFindsFeatures compares the fast search with the plain enumeration that
// training uses: a model that knows every feature of a text finds each once.
func TestReadFindsFeatures(t *testing.T) {
	var r Reading
	for _, text := range []string{"", "好", "不好，一点不好", "没有一个不坏的。无语", "ＡＢＣ abc", "👍👍\n差 不", "别买别买别买", "不没，无别未", strings.Repeat("一二三不四五六", 200)} {
		for order := 1; order <= MaxOrder; order++ {
			var s scan
			s.read(text)
			var keys []uint32
			s.features(order, func(k uint32, _ int) { keys = append(keys, k) })
			slices.Sort(keys)
			keys = slices.Compact(keys)
			var features []feature
			var entries []entry
			for i, k := range keys {
				features = append(features, feature{k, int32(i), int32(i + 1)})
				entries = append(entries, entry{0, 1})
			}
			m, err := newModel(order, []output{{name: "a", scale: 1}}, features, entries)
			if err != nil {
				t.Fatal(err)
			}
			for range 300 { // with what the others left behind
				m.Read(&r, &ccr.Feedback{Text: text})
				if len(r.hits) != len(keys) || int(r.sums[0]) != len(keys) {
					t.Fatalf("%q to order %d: %d hits, sum %d, want %d", text, order, len(r.hits), r.sums[0], len(keys))
				}
			}
		}
	}
}

func TestScanOffsets(t *testing.T) {
	var s scan
	for _, text := range []string{"a好👍b", "\xff坏", ""} {
		s.read(text)
		n := 0
		for i := range text {
			n++
			if int(s.offsets[n]) != i {
				t.Errorf("%q: character %d at %d, want %d", text, n, s.offsets[n], i)
			}
		}
		if len(s.codes) != n+2 || int(s.offsets[n+1]) != len(text) || int(s.offsets[n+2]) != len(text) {
			t.Errorf("%q: %d codes, offsets %v", text, len(s.codes), s.offsets)
		}
	}
}

// TestReadingOfModels reads with a model of many outputs, then with one of few: what the
// one has in tails says nothing of an output of the other that has no weights.
func TestReadingOfModels(t *testing.T) {
	const text = "质量不好"
	var s scan
	s.read(text)
	var keys []uint32
	s.features(1, func(k uint32, _ int) { keys = append(keys, k) })
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var r Reading
	for _, n := range []int{2 * (wordLen + maxInRows), 2} {
		outputs := make([]output, n)
		for o := range outputs {
			outputs[o].name = fmt.Sprint(o)
		}
		var features []feature
		var entries []entry
		for i, k := range keys {
			for o := range n - 1 { // the last has none
				entries = append(entries, entry{uint16(o), 1})
			}
			features = append(features, feature{k, int32(i * (n - 1)), int32((i + 1) * (n - 1))})
		}
		m, err := newModel(1, outputs, features, entries)
		if err != nil {
			t.Fatal(err)
		}
		m.Read(&r, &ccr.Feedback{Text: text})
		for o := range n {
			want := len(keys)
			if o == n-1 {
				want = 0
			}
			if got := len(r.weights(o)); got != want || int(r.sums[o]) != want {
				t.Errorf("%d outputs: %d weights for output %d, sum %d, want %d", n, got, o, r.sums[o], want)
			}
		}
	}
}

// TestManyOutputs compares sums, of texts and of clauses, and evidence with plain sums
// over the features, for outputs that are kept with the feature, in rows and in tails,
// of a text with more features than lanes add up at a time.
func TestManyOutputs(t *testing.T) {
	var text strings.Builder
	for i := range 900 {
		text.WriteRune(rune(0x4E00 + i))
		if i == 500 {
			text.WriteString("，")
		}
	}
	text.WriteString("。质量不好，客服很好。质量不好")
	fb := ccr.Feedback{Text: text.String()}
	var s scan
	s.read(fb.Text)
	var keys []uint32
	s.features(2, func(k uint32, _ int) { keys = append(keys, k) })
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var r Reading
	for _, n := range []int{1, wordLen, wordLen + 1, 3*wordLen + 1, wordLen + maxInRows, wordLen + maxInRows + 1, 300} {
		for name, of := range map[string]func(i, o int) int8{
			"largest":  func(int, int) int8 { return math.MaxInt8 },
			"smallest": func(int, int) int8 { return math.MinInt8 },
			"all":      func(i, o int) int8 { return int8(i * (o + 1)) },
			"some": func(i, o int) int8 { // the later ones have fewer
				if (i+o)%(o/9+1) != 0 {
					return 0
				}
				return int8(i%7 - 3)
			},
		} {
			var outputs []output
			for o := range n {
				outputs = append(outputs, output{name: fmt.Sprint(o), scale: 0.5})
			}
			index := map[uint32]int{} // of a feature, by its first word in the table
			var features []feature
			var entries []entry
			want := make([]int, n)
			for i, k := range keys {
				from := len(entries)
				for o := range n {
					if w := of(i, o); w != 0 {
						entries = append(entries, entry{uint16(o), w})
						want[o] += int(w)
					}
				}
				features = append(features, feature{k, int32(from), int32(len(entries))})
			}
			m, err := newModel(2, outputs, features, entries)
			if err != nil {
				t.Fatal(err)
			}
			for i, k := range keys {
				index[m.first(m.find(k>>1))] = i
			}
			m.Read(&r, &fb)
			all := make([]int, n)
			for o := range n {
				all[o] = o
				if int(r.sums[o]) != want[o] {
					t.Fatalf("%s, %d outputs: sum of output %d is %d, want %d", name, n, o, r.sums[o], want[o])
				}
				r.spread(o)
				total := 0.0
				for _, p := range r.points {
					total += float64(p)
				}
				if total /= r.norm; math.Abs(total-0.5*float64(want[o])) > 1e-4*float64(len(keys)) {
					t.Fatalf("%s, %d outputs: points %v of output %d, want %v", name, n, total, o, 0.5*float64(want[o]))
				}
				most := math.Inf(-1)
				for _, c := range r.clauses {
					sum := 0
					for _, h := range r.hits {
						if at := h.from(); at >= int(c.from) && at < int(c.to) {
							sum += int(of(index[h.first], o))
						}
					}
					most = max(most, 0.5*float64(sum)/math.Sqrt(float64(c.to-c.from+1)))
				}
				if got := r.Clauses(nil, o)[0].Max; math.Abs(got-most) > 1e-5*max(1, math.Abs(most)) {
					t.Fatalf("%s, %d outputs: clauses have up to %v of output %d, want %v", name, n, got, o, most)
				}
			}
			together := r.Evidence(nil, all...)
			for o := range n {
				if one := r.Evidence(nil, o)[0]; one != together[o] {
					t.Fatalf("%s, %d outputs: evidence %v of output %d alone, %v with others", name, n, one, o, together[o])
				}
			}
		}
	}
}
