package linear

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A table holds the features of a model in the form in which they are looked up.
// A text asks for four n-grams a character and has two of them, so what is asked
// must stay near the processor, and no lookup should wait for the one before: a
// filter of some bits a feature keeps back most of what is no feature; every
// feature is at the one place where it is looked for; and there sixteen bytes hold
// all weights of nine features in ten. In a table a key is without its lowest bit,
// which is always 1.
type table struct {
	filter []uint64     // a bit for each key; len is a power of two
	moves  []uint16     // by the bucket of a key: see place; len is a power of two
	slots  []slot       // by place
	dense  [lanes]int32 // the outputs that have the most weights; -1 for none
	tail   []uint32     // by place: index of the first tail of a feature that has more weights
	tails  []tail
}

// lanes is the number of weights of each kind in a slot.
const lanes = 4

// A slot is a feature: its key, its weights for the dense outputs, and its first
// weights for others. A free one has no weights, whatever its key.
type slot struct {
	key    uint32 // above a bit that is 1 when there are more weights
	dense  [lanes]uint8
	output [lanes]uint8 // some output below 256 where the weight is none
	weight [lanes]uint8
}

// zero is a weight of 0 in a slot: the weights there have no sign, since it takes
// the compiler less to load such bytes.
const zero = 128

// A tail is further weights of a feature.
type tail struct {
	output [lanes]uint16
	weight [lanes]int8
	last   bool
}

// has reports whether s is the feature of a key.
func (s *slot) has(key uint32) bool { return s.key>>1 == key }

// passes reports whether a filter lets a key pass.
func passes(key uint32, filter []uint64) bool {
	return filter[int(key>>6)&(len(filter)-1)]&(1<<(key&63)) != 0
}

// bucket is the index of the bucket of a key.
func bucket(key uint32, moves []uint16) int { return int(key>>11) & (len(moves) - 1) }

// place is where the feature of a key is looked for in a table of so many slots.
// The keys of a bucket share a move, which was chosen so that each comes to a place
// of its own: "hash and displace", Belazzougui, Botelho, Dietzfelbinger, ESA 2009.
func place(key uint32, moves []uint16, slots int) uint32 {
	return moved(key, moves[bucket(key, moves)], slots)
}

// moved is the place of a key whose bucket has the given move.
func moved(key uint32, move uint16, slots int) uint32 {
	return uint32(uint64((key^uint32(move))*0x9E3779B1) * uint64(slots) >> 32)
}

func (t *table) place(key uint32) uint32 { return place(key, t.moves, len(t.slots)) }

// lanes returns a bit in the byte of each lane whose output is the given one; above
// the lowest of them others may be set.
func (s *slot) lanes(output int) uint32 {
	const lowest = 1 | 1<<8 | 1<<16 | 1<<24
	x := binary.LittleEndian.Uint32(s.output[:]) ^ lowest*uint32(output)
	return (x - lowest) &^ x & (lowest << 7) // Warren, Hacker's Delight, 6-1
}

// weightOf returns the weight in one of the lanes of an output.
func (s *slot) weightOf(output int) int32 {
	lane := bits.TrailingZeros32(s.lanes(output)) / 8
	return int32(s.weight[lane%lanes]) - zero
}

// further returns the weight for an output among those that the slot at a place has
// no room for, 0 when there is none.
func (t *table) further(place uint32, output int) int32 {
	for i := t.tail[place]; ; i++ {
		for l, o := range t.tails[i].output {
			if int(o) == output && t.tails[i].weight[l] != 0 {
				return int32(t.tails[i].weight[l])
			}
		}
		if t.tails[i].last {
			return 0
		}
	}
}

// newTable returns the table of features, which are sorted by key, for a model of
// so many outputs. It fails with ErrTooLarge.
func newTable(outputs int, features []feature, entries []entry) (*table, error) {
	if len(features) > maxFeatures {
		return nil, ErrTooLarge
	}
	t := &table{
		dense:  densest(outputs, entries),
		filter: make([]uint64, 1<<bits.Len(uint(len(features)/8))),
		moves:  make([]uint16, 1<<bits.Len(uint(len(features)/8))),
	}
	for _, f := range features {
		key := f.key >> 1
		t.filter[int(key>>6)&(len(t.filter)-1)] |= 1 << (key & 63)
	}
	size := max(16, len(features)+len(features)/4) // four fifths are taken
	for range 3 {                                  // the first size nearly always does
		if t.fill(size, features) {
			t.weigh(features, entries)
			return t, nil
		}
		size *= 2
	}
	return nil, ErrTooLarge
}

// weigh enters the weights of all features.
func (t *table) weigh(features []feature, entries []entry) {
	t.tail = make([]uint32, len(t.slots))
	for i := range t.slots {
		for l := range lanes {
			s := &t.slots[i]
			s.dense[l], s.weight[l] = zero, zero
			s.output[l] = uint8(lanes*i + l) // not the same for all, or each sum would wait for the one before
		}
	}
	for _, f := range features {
		place := t.place(f.key >> 1)
		s := &t.slots[place]
		n, further := 0, 0
		for _, e := range entries[f.from:f.to] {
			switch d := slices.Index(t.dense[:], int32(e.output)); {
			case d >= 0:
				s.dense[d] += uint8(e.weight)
			case n < lanes && e.output < 1<<8:
				s.output[n], s.weight[n] = uint8(e.output), zero+uint8(e.weight)
				n++
			default:
				if further%lanes == 0 {
					t.tails = append(t.tails, tail{})
				}
				last := &t.tails[len(t.tails)-1]
				last.output[further%lanes], last.weight[further%lanes] = e.output, e.weight
				further++
			}
		}
		if further > 0 {
			s.key |= 1
			t.tail[place] = uint32(len(t.tails) - (further+lanes-1)/lanes)
			t.tails[len(t.tails)-1].last = true
		}
	}
}

// densest returns the outputs that have the most entries.
func densest(outputs int, entries []entry) [lanes]int32 {
	count := make([]int, outputs)
	for _, e := range entries {
		count[e.output]++
	}
	dense := [lanes]int32{-1, -1, -1, -1}
	for d := range dense {
		for i, n := range count {
			if n > 0 && (dense[d] < 0 || n > count[dense[d]]) {
				dense[d] = int32(i)
			}
		}
		if dense[d] >= 0 {
			count[dense[d]] = 0
		}
	}
	return dense
}

// maxProbes is how many places are tried for a feature, on average, before keys are
// held for made to collide: up to eighty are enough for hashes.
const maxProbes = 256

// fill puts all features into a table of the given size. It fails when no move
// helps some bucket, or not soon enough.
func (t *table) fill(size int, features []feature) bool {
	t.slots = make([]slot, size)
	taken := make([]bool, size)
	order, from := group(len(features), len(t.moves), func(i int) int { return bucket(features[i].key>>1, t.moves) })
	keys := make([]uint32, len(order))
	for i, f := range order {
		keys[i] = features[f].key >> 1
	}
	shared := func(b int) []uint32 { return keys[from[b]:from[b+1]] }
	largest := 0
	for b := range t.moves {
		largest = max(largest, len(shared(b)))
	}
	order, _ = group(len(t.moves), largest+1, func(b int) int { return len(shared(b)) })
	left := maxProbes*len(features) + 1<<16
	for _, b := range slices.Backward(order) { // the full ones while there is room
		if !t.settle(int(b), shared(int(b)), taken, &left) {
			return false
		}
	}
	return true
}

// group returns the numbers below n by rising group, each group in order, and where
// in that list the groups begin, and where the last one ends: a counting sort.
func group(n, groups int, of func(i int) int) (order, from []int32) {
	order, from = make([]int32, n), make([]int32, groups+2)
	for i := range n {
		from[of(i)+2]++
	}
	for g := range groups {
		from[g+2] += from[g+1]
	}
	for i := range n { // from[g+1] is where the next of group g goes, in the end the end of g
		g := of(i) + 1
		order[from[g]] = int32(i)
		from[g]++
	}
	return order, from[:groups+1]
}

// settle finds a move for bucket b and puts its keys in their places. It takes the
// places that it tries from those that are left to be tried.
func (t *table) settle(b int, keys []uint32, taken []bool, left *int) bool {
	for move := 0; move < 1<<16 && *left >= 0; move++ {
		put := 0
		for _, k := range keys {
			at := moved(k, uint16(move), len(taken))
			if taken[at] {
				break
			}
			taken[at] = true
			put++
		}
		*left -= put + 1
		if put == len(keys) {
			t.moves[b] = uint16(move)
			for _, k := range keys {
				t.slots[t.place(k)].key = k << 1
			}
			return true
		}
		for _, k := range keys[:put] {
			taken[moved(k, uint16(move), len(taken))] = false
		}
	}
	return false
}
