package linear

import (
	"cmp"
	"math/bits"
	"slices"
)

// A table holds the features of a model in the form in which they are looked up.
// A text asks for five n-grams a character and has two of them, so what is asked
// must stay near the processor, and no lookup should wait for the one before: a
// filter of some bits a feature keeps back most of what is no feature; every
// feature is at the one place where it is looked for; and there eight bytes hold
// its weights for the outputs that have the most, and where its others are.
type table struct {
	filter     []uint64 // a bit for each key, of those that filterMask leaves
	filterMask uint32
	moves      []uint16 // by the bucket of a key: see place
	moveMask   uint32
	slots      []slot // len is a power of two
	shift      uint32
	dense      [3]int32 // outputs; -1 for none
	rest       []triple // the weights for other outputs, of all features; rest[0] is nobody's
}

// A slot is, from the lowest bit: three weights, for the dense outputs; the index
// of its first triple in rest, 0 for none; and the lower bits of the key. In a table
// of 2^14 slots or more the others follow from the place, so that no key is taken
// for another; in a smaller one, with the filter, one of 100,000 keys is. 0 is a
// free slot.
type slot uint64

const (
	restShift = 24
	restBits  = 22
	tagShift  = restShift + restBits
)

// tag is the part of a key that a slot keeps.
func tag(key uint32) uint64 { return uint64(key) << tagShift >> tagShift }

func (s slot) tag() uint64        { return uint64(s) >> tagShift }
func (s slot) rest() uint32       { return uint32(s>>restShift) & (1<<restBits - 1) }
func (s slot) weight(d int) int32 { return int32(int8(s >> (8 * d))) }

// A triple is three weights, each below the output that it is for, and whether it
// is the last one of its feature. Where a feature has no third or second weight,
// there are weights of 0 for outputs that no model has.
type triple uint64

const (
	weightBits = 8
	outputBits = 13
	laneBits   = weightBits + outputBits
	lastTriple = 1 << 63
)

func lane(output int, weight int8) triple {
	return triple(output)<<weightBits | triple(uint8(weight))
}

func (t triple) output(lane int) int {
	return int(t >> (lane*laneBits + weightBits) & (1<<outputBits - 1))
}
func (t triple) weight(lane int) int32 { return int32(int8(t >> (lane * laneBits))) }

// passes returns 1 when the filter lets a key pass, and 0 when no feature has it.
func (t *table) passes(key uint32) int {
	b := key >> 1 & t.filterMask // the lowest bit of a key is always 1
	return int(t.filter[b>>6] >> (b & 63) & 1)
}

// weightOf returns the weight of t for an output, 0 when it has none.
func (t triple) weightOf(output int) int32 {
	const lowest = 1<<weightBits + 1<<(weightBits+laneBits) + 1<<(weightBits+2*laneBits) // bits of the outputs
	const highest = lowest << (outputBits - 1)
	other := uint64(t) ^ uint64(output)*lowest
	other &= lowest * (1<<outputBits - 1)
	if (other-lowest)&^other&highest == 0 { // no lane is 0: Warren, Hacker's Delight, 6-1
		return 0
	}
	for l := range 3 {
		if t.output(l) == output {
			return t.weight(l)
		}
	}
	return 0
}

// newTable returns the table of features, which are sorted by key, for a model of
// so many outputs. It fails with ErrTooLarge.
func newTable(outputs int, features []feature, entries []entry) (*table, error) {
	t := &table{dense: densest(outputs, entries), rest: make([]triple, 1, len(features)+1)}
	all := make([]slot, len(features))
	for i, f := range features {
		all[i] = t.slot(f.key, entries[f.from:f.to], outputs)
	}
	if len(t.rest) > 1<<restBits {
		return nil, ErrTooLarge
	}
	size := max(16, 1<<bits.Len(uint(len(features)+2*len(features)/5))) // at most seven tenths are taken
	t.filter, t.filterMask = make([]uint64, max(1, 8*size/64)), uint32(8*size-1)
	for _, f := range features {
		b := f.key >> 1 & t.filterMask
		t.filter[b>>6] |= 1 << (b & 63)
	}
	for range 3 { // the first size nearly always does
		if t.fill(size, features, all) {
			return t, nil
		}
		size *= 2
	}
	return nil, ErrTooLarge
}

// densest returns the outputs that have the most entries.
func densest(outputs int, entries []entry) [3]int32 {
	count := make([]int, outputs)
	for _, e := range entries {
		count[e.output]++
	}
	dense := [3]int32{-1, -1, -1}
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

// slot returns the slot of a feature and enters its other weights into rest.
func (t *table) slot(key uint32, entries []entry, outputs int) slot {
	s := slot(tag(key)) << tagShift
	from, n := len(t.rest), 0
	none := lane(outputs, 0) | lane(outputs+1, 0)<<laneBits | lane(outputs+2, 0)<<(2*laneBits)
	for _, e := range entries {
		if d := slices.Index(t.dense[:], int32(e.output)); d >= 0 {
			s |= slot(uint8(e.weight)) << (8 * d)
			continue
		}
		if n%3 == 0 {
			t.rest = append(t.rest, none)
		}
		at := n % 3 * laneBits
		last := &t.rest[len(t.rest)-1]
		*last = *last&^((1<<laneBits-1)<<at) | lane(int(e.output), e.weight)<<at
		n++
	}
	if n > 0 {
		s |= slot(from) << restShift
		t.rest[len(t.rest)-1] |= lastTriple
	}
	return s
}

// place is where the feature of a key is looked for. The keys of a bucket share a
// move, which was chosen so that each comes to a place of its own: "hash and
// displace", Belazzougui, Botelho, Dietzfelbinger, ESA 2009.
func (t *table) place(key uint32) uint32 {
	move := uint32(t.moves[key>>1&t.moveMask])
	return (key ^ move*0x85EBCA6B) * 0x9E3779B1 >> (t.shift & 31)
}

// fill puts the slots of all features into a table of the given size. It fails
// when no move helps some bucket.
func (t *table) fill(size int, features []feature, all []slot) bool {
	t.slots, t.shift = make([]slot, size), uint32(33-bits.Len(uint(size)))
	t.moves, t.moveMask = make([]uint16, size/8), uint32(size/8-1)
	buckets := make([][]int32, len(t.moves))
	for i, f := range features {
		b := f.key >> 1 & t.moveMask
		buckets[b] = append(buckets[b], int32(i))
	}
	order := make([]int, len(buckets))
	for b := range order {
		order[b] = b
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(buckets[b]), len(buckets[a])) })
	for _, b := range order { // the full ones while there is room
		if !t.settle(b, buckets[b], features, all) {
			return false
		}
	}
	return true
}

// settle finds a move for bucket b and puts its features in their places.
func (t *table) settle(b int, bucket []int32, features []feature, all []slot) bool {
	for move := range 1 << 16 {
		t.moves[b] = uint16(move)
		put := 0
		for _, i := range bucket {
			at := t.place(features[i].key)
			if t.slots[at] != 0 {
				break
			}
			t.slots[at] = all[i]
			put++
		}
		if put == len(bucket) {
			return true
		}
		for _, i := range bucket[:put] {
			t.slots[t.place(features[i].key)] = 0
		}
	}
	return false
}
