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
	// in rows, up to maxInRows; those of clauses, up to maxLong, whose weights make the
	// rows of their features longer; and by output where its weight is, as the index of a
	// word from a feature's first on, times wordLen, and a lane, or -1.
	dense, inRows, long []int32
	where               []int32

	// The weights of all features by rising number: a word for the dense outputs and,
	// of those below rows, the row, which makes stride words with it; those below longs
	// have weights for clauses behind that, longStride words in all. Rows end at rowsEnd.
	// The last words are those of no feature.
	words                          []word
	stride, longStride             uint32
	longs, longsEnd, rows, rowsEnd uint32

	tailed bool // some outputs have neither a word nor a place in rows

	tail  []uint32 // by index of the first word of a row: that of the first tail, 0 for none
	tails []tail
}

// find returns the number of a key that is a feature, and none for nearly any other that
// the filter lets pass. A slot is such a number, above it the low bits of the key. The
// features that texts have most have the lowest numbers, so that what belongs to them
// lies close together.
func (t *table) find(key uint32) uint32 {
	return min(t.slots[place(key, t.moves, len(t.slots))]^key<<t.numberBits, t.none)
}

// first returns the index of the first word of a feature: the least of three, each right
// for the numbers of one kind and too large for the others.
func (t *table) first(number uint32) uint32 {
	return min(number*t.longStride, number*t.stride+t.longsEnd-t.longs*t.stride, number+t.rowsEnd-t.rows)
}

// number returns the number of a feature by the index of its first word.
func (t *table) number(first uint32) uint32 {
	switch {
	case first < t.longsEnd:
		return first / t.longStride
	case first < t.rowsEnd:
		return t.longs + (first-t.longsEnd)/t.stride
	}
	return first - t.rowsEnd + t.rows
}

// longWords is how many words of a row are for clauses.
func (t *table) longWords() int { return (len(t.long) + wordLen - 1) / wordLen }

// A word is seven weights, the first in its lowest byte, each with zero added: without a
// sign they add up side by side. Its highest byte is 0.
type word uint64

const (
	wordLen   = 7
	zero      = 128
	noWeights = 0x80808080808080
	maxInRows = 7 * wordLen
	maxLong   = 8 * wordLen
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

// addTo adds the sums of the weights of n words to sums.
func (t total) addTo(sums *[wordLen]int64, n int) {
	even, odd, none := t.even, t.all-t.even, int64(zero*n)
	sums[0] += int64(uint16(even)) - none
	sums[1] += int64(uint16(odd>>8)) - none
	sums[2] += int64(uint16(even>>16)) - none
	sums[3] += int64(uint16(odd>>24)) - none
	sums[4] += int64(uint16(even>>32)) - none
	sums[5] += int64(uint16(odd>>40)) - none
	sums[6] += int64(uint16(even>>48)) - none
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

// newTable returns the table of features, which are sorted by key. It fails with
// ErrTooLarge.
func newTable(outputs []output, features []feature, entries []entry) (*table, error) {
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
	if !t.arrange(outputs, entries) {
		return nil, ErrTooLarge
	}
	size := max(16, len(features)+len(features)/4) // four fifths are taken
	for range 3 {                                  // the first size nearly always does
		if t.fill(size, features) {
			t.weigh(features, entries)
			t.spell(features)
			return t, nil
		}
		size *= 2
	}
	return nil, ErrTooLarge
}

// arrange says where the weights for each output stand. It fails when there are too many
// of clauses.
func (t *table) arrange(outputs []output, entries []entry) bool {
	count := make([]int, len(outputs))
	for _, e := range entries {
		count[e.output]++
	}
	var order []int32 // the outputs that have weights, those with most first
	for i, n := range count {
		switch {
		case outputs[i].clause:
			t.long = append(t.long, int32(i))
		case n > 0:
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(count[b], count[a]) })
	t.dense = order[:min(wordLen, len(order))]
	t.inRows = order[len(t.dense):min(wordLen+maxInRows, len(order))]
	t.tailed = len(order) > wordLen+maxInRows
	words := (len(t.inRows) + wordLen - 1) / wordLen
	// Powers of two, so that the processor fetches no row in more pieces than it must.
	t.stride = 1 << bits.Len(uint(words))
	t.longStride = t.stride
	if len(t.long) > 0 {
		t.longStride = 1 << bits.Len(uint(int(t.stride)+t.longWords()-1))
	}
	t.where = slices.Repeat([]int32{-1}, len(outputs))
	for i, o := range order[:len(t.dense)+len(t.inRows)] {
		t.where[o] = int32(i)
	}
	for i, o := range t.long {
		t.where[o] = int32(t.stride)*wordLen + int32(i)
	}
	return len(t.long) <= maxLong
}

// weigh numbers the features and enters their weights.
func (t *table) weigh(features []feature, entries []entry) {
	// Those with weights for clauses come first, then those with rows, then others. Texts
	// have those most that have many weights.
	most := len(t.inRows) + len(t.long)
	rank := make([]uint16, len(features))
	var kinds [2]int // of the first and the second kind
	kindOf := make([]uint8, len(t.where))
	for o, at := range t.where {
		switch {
		case at >= int32(t.stride)*wordLen:
		case at >= wordLen || at < 0:
			kindOf[o] = 1
		default:
			kindOf[o] = 2
		}
	}
	for i, f := range features {
		kind := uint8(2)
		for _, e := range entries[f.from:f.to] {
			kind = min(kind, kindOf[e.output])
		}
		rank[i] = uint16(2 * (most + 1))
		if kind < 2 {
			kinds[kind]++
			rank[i] = uint16(int(kind)*(most+1) + max(0, most-int(f.to-f.from)))
		}
	}
	t.longs, t.rows = uint32(kinds[0]), uint32(kinds[0]+kinds[1])
	t.longsEnd = t.longs * t.longStride
	t.rowsEnd = t.longsEnd + uint32(kinds[1])*t.stride
	order, _ := group(len(features), 2*(most+1)+1, func(i int) int { return int(rank[i]) })
	for i := range t.slots {
		t.slots[i] = t.none // a free one
	}
	t.words = slices.Repeat([]word{noWeights}, int(t.first(t.none))+rowStep)
	if t.tailed {
		t.tail, t.tails = make([]uint32, t.rowsEnd), []tail{{}}
	}
	numbers := make([]uint32, len(features))
	for number, i := range order {
		numbers[i] = uint32(number)
	}
	for i, number := range numbers { // so that the entries are read in order
		f := &features[i]
		t.slots[place(f.key>>1, t.moves, len(t.slots))] = number | f.key>>1<<t.numberBits
		first := t.first(number)
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

// spell fills t.single.
func (t *table) spell(features []feature) {
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
