package linear

import (
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
			s.features(order, func(k uint32) { keys = append(keys, k) })
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
			for range 300 { // with what the others left behind, and more rounds than there are numbers
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

// TestManyOutputs compares sums and evidence with plain sums over the features,
// for outputs that are kept with the feature and for others.
func TestManyOutputs(t *testing.T) {
	const text = "质量不好，客服很好。质量不好"
	var s scan
	s.read(text)
	var keys []uint32
	s.features(MaxOrder, func(k uint32) { keys = append(keys, k) })
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var outputs []output
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		outputs = append(outputs, output{name: name, scale: 0.5})
	}
	var features []feature
	var entries []entry
	want := make([]int, len(outputs))
	for i, k := range keys {
		from := len(entries)
		for o := range outputs {
			if (i+o)%(o+1) == 0 { // the later ones have fewer
				w := int8(i%7 - 3)
				entries = append(entries, entry{uint16(o), w})
				want[o] += int(w)
			}
		}
		features = append(features, feature{k, int32(from), int32(len(entries))})
	}
	m, err := newModel(MaxOrder, outputs, features, entries)
	if err != nil {
		t.Fatal(err)
	}
	var r Reading
	m.Read(&r, &ccr.Feedback{Text: text})
	all := make([]int, len(outputs))
	for o := range outputs {
		all[o] = o
		if int(r.sums[o]) != want[o] {
			t.Errorf("output %d: sum %d, want %d", o, r.sums[o], want[o])
		}
		r.spread(o)
		total := 0.0
		for _, p := range r.points {
			total += float64(p)
		}
		if math.Abs(total-0.5*float64(want[o])) > 1e-3 {
			t.Errorf("output %d: points %v, want %v", o, total, 0.5*float64(want[o]))
		}
	}
	together := r.Evidence(nil, all...)
	for o := range outputs {
		if one := r.Evidence(nil, o)[0]; one != together[o] {
			t.Errorf("output %d: evidence %v alone, %v with others", o, one, together[o])
		}
	}
}
