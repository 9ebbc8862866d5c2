package linear

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestTable looks up every feature of tables of many sizes, and its weights: those
// for dense outputs, those in rows, and those that neither has room for.
func TestTable(t *testing.T) {
	const outputs = 300
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
				if o < 4 || (i+o)%89 == 0 || i%1000 == 0 { // from seven to all of them
					entries = append(entries, entry{uint16(o), int8(i*(o+1)%251 - 125)})
				}
			}
			features = append(features, feature{k, int32(from), int32(len(entries))})
		}
		table, err := newTable(make([]output, outputs), features, entries)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range features {
			number := table.find(f.key >> 1)
			first := table.first(number)
			if passes(f.key>>1, table.filter) == 0 || number == table.none || table.number(first) != number {
				t.Fatalf("%d features: %x is not found", n, f.key)
			}
			want := make([]int32, outputs)
			for _, e := range entries[f.from:f.to] {
				want[e.output] = int32(e.weight)
			}
			got := make([]int32, outputs)
			for o := range got {
				switch at := int(table.where[o]); {
				case at < 0 && first < table.rowsEnd && table.tail[first] != 0:
					got[o] = table.further(first, o)
				case at >= 0 && (at < wordLen || first < table.rowsEnd):
					got[o] = table.words[int(first)+at/wordLen].weight(at % wordLen)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d features: weights %v, want %v", n, got, want)
			}
		}
		for i := range table.slots {
			if number := table.slots[i] & (1<<table.numberBits - 1); number > table.none || number == table.none && table.words[table.first(number)] != noWeights {
				t.Fatalf("%d features: a free slot is feature %d, %x", n, number, table.words[table.first(number)])
			}
		}
		for range 100_000 {
			k := rng.Uint32() | 1
			if _, known := slices.BinarySearch(keys, k); !known && passes(k>>1, table.filter) == 1 && table.find(k>>1) != table.none {
				t.Fatalf("%d features: %x is taken for one", n, k)
			}
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
		table, err := newTable(make([]output, 1), features, nil)
		if err != nil {
			t.Errorf("step %d: %v", step, err)
			continue
		}
		for _, f := range features {
			if table.find(f.key>>1) == table.none {
				t.Fatalf("step %d: %x is not found", step, f.key)
			}
		}
	}
}

// TestHostileKeys refuses keys made to fall into one bucket and together there,
// without trying for long.
func TestHostileKeys(t *testing.T) {
	var features []feature
	for k := range uint32(1 << 15) { // but for these 13 bits of a key, which choose the bucket
		features = append(features, feature{key: (k>>11<<24|k&(1<<11-1))<<1 | 1})
	}
	start := time.Now()
	if _, err := newTable(make([]output, 1), features, nil); err != ErrTooLarge {
		t.Errorf("error %v", err)
	}
	if d := time.Since(start); d > 4*time.Second {
		t.Errorf("took %v", d)
	}
}

// TestTooLarge fails to tell features apart that have the same key, or are too many.
func TestTooLarge(t *testing.T) {
	for _, features := range [][]feature{{{key: 1}, {key: 1}}, make([]feature, maxFeatures+1)} {
		if _, err := newTable(make([]output, 1), features, nil); err != ErrTooLarge {
			t.Errorf("%d features: error %v", len(features), err)
		}
	}
}
