package linear

import (
	"cmp"
	"math/bits"
	"slices"
)

// A table holds the features of a model in the form in which they are looked up.
// A text asks for four n-grams a character and has two of them, so what is asked
// must stay near the processor, and no lookup should wait for the one before: single
// characters are looked up by their code; of the longer n-grams a filter of some bits
// a feature keeps back most of what is no feature; every feature is at the one place
// where it is looked for. Its weights for the outputs that
// have most are the bytes of a word, those for others a row of words, and words add up
// without a branch; what is left, of models with more outputs than that, is in tails.
// In a table a key is without its lowest bit, which is always 1.
type table struct {
	filter []uint64 // two bits for each key; len is a power of two
	moves  []uint16 // by the bucket of a key: see place; len is a power of two
	slots  []uint32 // by place; see find
	single []uint32 // by code: the number of a character, or none

	// The number of no feature, which is that of all features, and how many bits of a
	// slot a number takes.
	none       uint32
	numberBits int

	// The outputs that have the most weights, up to wordLen, and those whose weights are
	// in rows, up to maxInRows; and by output its index in the one, or wordLen more than
	// that in the other, or -1.
	dense, inRows []int32
	where         []int32

	// The weights of all features by rising number: a word for the dense outputs and,
	// of the first ones, the row, which makes stride words each, up to rowsEnd. The last
	// words are those of no feature.
	words           []word
	stride, rowsEnd uint32

	tail  []uint32 // by index of a feature's first word: that of its first tail, 0 for none
	tails []tail
}

// find returns the number of a key that is a feature, and none for nearly any other that
// the filter lets pass. A slot is such a number, above it the low bits of the key. The
// features that texts have most have the lowest numbers, so that what belongs to them
// lies close together.
func (t *table) find(key uint32) uint32 {
	return min(t.slots[place(key, t.moves, len(t.slots))]^key<<t.numberBits, t.none)
}

// first returns the index of the first word of a feature: the lesser of two, one right for
// a feature that has a row, as all before it have, and one for a feature that has none.
func (t *table) first(number uint32) uint32 {
	return min(number*t.stride, number+(t.rowsEnd-t.rowsEnd/t.stride))
}

// of returns the outputs in a word of a row, by lane; none for the first word, whose
// outputs are dense.
func (t *table) of(word int) []int32 {
	if word == 0 {
		return nil
	}
	from := min((word-1)*wordLen, len(t.inRows))
	return t.inRows[from:min(from+wordLen, len(t.inRows))]
}

// number returns the number of a feature by the index of its first word.
func (t *table) number(first uint32) uint32 {
	if first < t.rowsEnd {
		return first / t.stride
	}
	return first - (t.rowsEnd - t.rowsEnd/t.stride)
}

// A word is seven weights, the first in its lowest byte, each with zero added: without a
// sign they add up side by side. Its highest byte is 0.
type word uint64

const (
	wordLen   = 7
	zero      = 128
	noWeights = 0x80808080808080
	maxInRows = 7 * wordLen
)

// weight returns the weight in a lane.
func (w word) weight(lane int) int32 { return int32(uint8(w>>(lane*8))) - zero }

// with returns w with a weight in a lane that has none.
func (w word) with(lane int, weight int8) word { return w ^ word(uint8(weight))<<(lane*8) }

// rowStep is how many words of a row are added up at a time.
const rowStep = 4

// A total is the sum of words, and that of their even lanes alone: two apart, these have
// room for what they carry, and so have the odd ones, which are the difference.
type total struct{ all, even word }

// maxAdded is how many words a total holds: 256 times 255 is below 2^16.
const maxAdded = 1 << 8

// plus returns t with a word more.
func (t total) plus(w word) total {
	return total{t.all + w, t.even + w&0x00FF00FF00FF00FF}
}

// of returns the sum of the weights in a lane of n words.
func (t total) of(lane, n int) int32 {
	w := t.even
	if lane%2 != 0 {
		w = t.all - t.even
	}
	return int32(uint16(w>>(lane*8))) - int32(zero*n)
}

// addTo adds the sums of the weights of n words to sums.
func (t total) addTo(sums *[wordLen]int32, n int) {
	for lane := range sums {
		sums[lane] += t.of(lane, n)
	}
}

// A tail is further weights of a feature.
type tail struct {
	output [tailLen]uint16
	weight [tailLen]int8
	last   bool
}

const tailLen = 4

// passes returns 1 when a filter lets a key pass, as it does one of a feature and one in
// twenty others, else 0.
func passes(key uint32, filter []uint64) int {
	w := filter[int(key>>12)&(len(filter)-1)]
	return int(w >> (key & 63) & (w >> (key >> 6 & 63)) & 1)
}

// filterBits are the bits of a key in its word of a filter.
func filterBits(key uint32) uint64 { return 1<<(key&63) | 1<<(key>>6&63) }

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

// further returns the weight for an output that is neither dense nor in rows of a
// feature that has tails; 0 when there is none.
func (t *table) further(first uint32, output int) int32 {
	for i := t.tail[first]; ; i++ {
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
		filter: make([]uint64, 1<<bits.Len(uint(len(features)/10))),
		moves:  make([]uint16, 1<<bits.Len(uint(len(features)/5))),
		none:   uint32(len(features)), numberBits: bits.Len(uint(len(features))),
	}
	for _, f := range features {
		key := f.key >> 1
		t.filter[int(key>>12)&(len(t.filter)-1)] |= filterBits(key)
	}
	size := max(16, len(features)+len(features)/4) // four fifths are taken
	for range 3 {                                  // the first size nearly always does
		if t.fill(size, features) {
			t.arrange(outputs, entries)
			t.weigh(features, entries)
			t.name(features)
			return t, nil
		}
		size *= 2
	}
	return nil, ErrTooLarge
}

// arrange says where the weights for each output stand.
func (t *table) arrange(outputs int, entries []entry) {
	count := make([]int, outputs)
	for _, e := range entries {
		count[e.output]++
	}
	var order []int32 // the outputs that have weights, those with most first
	for i, n := range count {
		if n > 0 {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(count[b], count[a]) })
	t.dense = order[:min(wordLen, len(order))]
	t.inRows = order[len(t.dense):min(wordLen+maxInRows, len(order))]
	words := (len(t.inRows) + wordLen - 1) / wordLen
	t.stride = 1 << bits.Len(uint(words)) // so that the processor fetches no row in two pieces
	t.where = slices.Repeat([]int32{-1}, outputs)
	for i, o := range order[:len(t.dense)+len(t.inRows)] {
		t.where[o] = int32(i)
	}
}

// weigh numbers the features and enters their weights.
func (t *table) weigh(features []feature, entries []entry) {
	// Texts have those most that have many weights.
	rank := make([]uint8, len(features)) // that of one without a row is len(t.inRows)
	for i, f := range features {
		rank[i] = uint8(len(t.inRows))
		for _, e := range entries[f.from:f.to] {
			if t.where[e.output] >= wordLen {
				rank[i] = uint8(max(0, len(t.inRows)-int(f.to-f.from)))
				break
			}
		}
	}
	order, from := group(len(features), len(t.inRows)+1, func(i int) int { return int(rank[i]) })
	for i := range t.slots {
		t.slots[i] = t.none // a free one
	}
	t.rowsEnd = uint32(from[len(t.inRows)]) * t.stride
	t.words = slices.Repeat([]word{noWeights}, int(t.first(t.none))+rowStep)
	if len(t.dense)+len(t.inRows) == wordLen+maxInRows {
		t.tail, t.tails = make([]uint32, len(t.words)), []tail{{}}
	}
	for number, i := range order {
		f := &features[i]
		t.slots[place(f.key>>1, t.moves, len(t.slots))] = uint32(number) | f.key>>1<<t.numberBits
		first := t.first(uint32(number))
		further := 0
		for _, e := range entries[f.from:f.to] {
			if at := int(t.where[e.output]); at >= 0 {
				w := &t.words[int(first)+at/wordLen]
				*w = w.with(at%wordLen, e.weight)
				continue
			}
			if further%tailLen == 0 {
				t.tails = append(t.tails, tail{})
			}
			last := &t.tails[len(t.tails)-1]
			last.output[further%tailLen], last.weight[further%tailLen] = e.output, e.weight
			further++
		}
		if further > 0 {
			t.tail[first] = uint32(len(t.tails) - (further+tailLen-1)/tailLen)
			t.tails[len(t.tails)-1].last = true
		}
	}
}

// name fills t.single.
func (t *table) name(features []feature) {
	t.single = slices.Repeat([]uint32{t.none}, 1<<codeBits)
	for code := range t.single {
		k := key(next(seedPlain, uint16(code)))
		if passes(k>>1, t.filter) == 0 {
			continue
		}
		if _, known := slices.BinarySearchFunc(features, k, func(f feature, k uint32) int { return cmp.Compare(f.key, k) }); known {
			t.single[code] = t.find(k >> 1)
		}
	}
}

// maxProbes is how many places are tried for a feature, on average, before keys are
// held for made to collide: up to eighty are enough for hashes.
const maxProbes = 256

// fill puts all features into a table of the given size. It fails when no move
// helps some bucket, or not soon enough.
func (t *table) fill(size int, features []feature) bool {
	t.slots = make([]uint32, size)
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
			return true
		}
		for _, k := range keys[:put] {
			taken[moved(k, uint16(move), len(taken))] = false
		}
	}
	return false
}
