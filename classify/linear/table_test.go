package linear

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTable looks up every feature of tables of many sizes, and weights that are
// kept beside the slot: for outputs 3 and above, in triples.
func TestTable(t *testing.T) {
	const outputs = 11
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 15, 16, 17, 1000, 50000} {
		keys := make([]uint32, 0, n)
		for range n {
			keys = append(keys, rng.Uint32()|1)
		}
		slices.Sort(keys)
		keys = slices.Compact(keys)
		var features []feature
		var entries []entry
		for i, k := range keys {
			from := len(entries)
			for o := range outputs {
				if o < 3 || (i+o)%3 == 0 || i%5 == 0 { // from one to eight of them
					entries = append(entries, entry{uint16(o), int8(i*(o+1)%251 - 125)})
				}
			}
			features = append(features, feature{k, int32(from), int32(len(entries))})
		}
		table, err := newTable(outputs, features, entries)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range features {
			s := table.slots[table.place(f.key)]
			if table.passes(f.key) != 1 || s.tag() != tag(f.key) {
				t.Fatalf("%d features: %x is not found", n, f.key)
			}
			want := make([]int32, outputs)
			for _, e := range entries[f.from:f.to] {
				want[e.output] = int32(e.weight)
			}
			got := make([]int32, outputs)
			for d, o := range table.dense {
				got[o] = s.weight(d)
			}
			for k := s.rest(); k != 0; k++ {
				w := table.rest[k]
				for o := range outputs {
					got[o] += w.weightOf(o)
				}
				if w&lastTriple != 0 {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d features: weights %v, want %v", n, got, want)
			}
		}
		wrong := 0
		look := func(k uint32) {
			if _, known := slices.BinarySearch(keys, k); !known && table.passes(k) == 1 && table.slots[table.place(k)].tag() == tag(k) {
				wrong++
			}
		}
		for range 100_000 {
			look(rng.Uint32() | 1)
		}
		exact := len(table.slots) >= 1<<14
		for _, k := range keys[:min(len(keys), 20)] {
			for high := uint32(0); exact && high < 1<<14; high++ { // alike but for what a slot does not keep
				look(k<<14>>14 | high<<18)
			}
		}
		if wrong > 10 || exact && wrong > 0 {
			t.Errorf("%d features: %d other keys are taken for one", n, wrong)
		}
	}
}

// TestTableOfLikeKeys fills tables with keys made to fall together.
func TestTableOfLikeKeys(t *testing.T) {
	for _, step := range []uint64{2, 1 << 12, 1 << 20} {
		var features []feature
		for k := uint64(1); k < 1<<32 && len(features) < 4096; k += step {
			features = append(features, feature{key: uint32(k)})
		}
		table, err := newTable(1, features, nil)
		if err != nil {
			t.Errorf("step %d: %v", step, err)
			continue
		}
		for _, f := range features {
			if table.slots[table.place(f.key)].tag() != tag(f.key) {
				t.Fatalf("step %d: %x is not found", step, f.key)
			}
		}
	}
}
