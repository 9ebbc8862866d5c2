package linear

import (
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
)

// TestReadFindsFeatures compares the fast search with the plain enumeration that
// training uses: a model that knows every feature of a text finds each once.
func TestReadFindsFeatures(t *testing.T) {
	for _, text := range []string{"", "好", "不好，一点不好", "没有一个不坏的。无语", "ＡＢＣ abc", "👍👍\n差 不", "别买别买别买", strings.Repeat("一二三不四五六", 200)} {
		var s scan
		s.read(text)
		var keys []uint32
		s.features(MaxOrder, func(k uint32) { keys = append(keys, k) })
		slices.Sort(keys)
		keys = slices.Compact(keys)
		var features []feature
		var entries []entry
		for i, k := range keys {
			features = append(features, feature{k, int32(i), int32(i + 1)})
			entries = append(entries, entry{0, 1})
		}
		m := newModel(MaxOrder, []output{{name: "a", scale: 1}}, features, entries)
		var r Reading
		for range 2 { // the second time with what the first left behind
			m.Read(&r, &ccr.Feedback{Text: text})
			if len(r.hits) != len(keys) || int(r.sums[0]) != len(keys) {
				t.Errorf("%q: %d hits, sum %d, want %d", text, len(r.hits), r.sums[0], len(keys))
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
