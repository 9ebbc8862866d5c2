package linear

import (
	"errors"
	"math"
	"math/bits"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Model is a set of named outputs, each the log-odds that a label applies to
// a text, over the same features: character n-grams. It is immutable and safe
// for concurrent use.
type Model struct {
	outputs  []output
	index    map[string]int // of outputs by name
	order    int            // longest n-gram
	features []feature      // by rising key
	entries  []entry        // the weights of all features
	tables
}

// An output is one label: a weighted sum of features over the square root of
// the text's length, and what the channel adds.
type output struct {
	name      string
	bias      [channels]float64 // by channel
	scale     float64           // of an entry's weight
	threshold float64           // log-odds from which the label is given
	terms     []term            // of a sum of other outputs, which has no entries
}

// A term of a sum is an output that is none, and its weight.
type term struct {
	output int
	weight float64
}

// channels is the number of channels, unknown among them.
const channels = int(ccr.ChannelInquiry) + 1

// A feature is an n-gram by its key. Its weights are entries[from:to], outputs
// rising.
type feature struct {
	key      uint32
	from, to int32
}

// An entry is the weight of a feature for one output, in 8 bits.
type entry struct {
	output uint16
	weight int8
}

// maxOutputs is the number of outputs that an entry can name.
const maxOutputs = 1 << 16

// tables are the features in the form in which they are looked up. A text asks
// for five n-grams a character and has three of them, so what is asked must stay
// near the processor: a filter of a few bits a feature keeps back most of what is
// no feature, and eight bytes hold one, its weights for the outputs that have the
// most, and where its other entries are.
type tables struct {
	filter     []uint64 // a bit for each key, of those that filterMask leaves
	filterMask uint32
	dense      [3]int32 // outputs; -1 for none
	slots      []slot   // open addressing; len is a power of two
	shift      uint32
	rest       []restEntry // of all features; rest[0] is nobody's
}

// A slot is, from the lowest bit: three weights, for the dense outputs; the index
// of its first entry in rest, 0 for none; and the lower bits of the key, of which
// its place tells the higher ones, if roughly. With the filter, one lookup in some
// 100,000 takes an n-gram for another. 0 is a free slot.
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

// A restEntry is an entry, last on the last one of a feature.
type restEntry uint32

const last restEntry = 1 << 31

func (e restEntry) output() int   { return int(e >> 8 & 0xFFFF) }
func (e restEntry) weight() int32 { return int32(int8(e)) }

// ErrTooLarge is matched by the error of a model with more weights than fit: four
// million beside those of the three outputs that have the most.
var ErrTooLarge = errors.New("linear: model is too large")

// newModel returns a model of features, which are in order. It fails with
// ErrTooLarge.
func newModel(order int, outputs []output, features []feature, entries []entry) (*Model, error) {
	m := &Model{order: order, outputs: outputs, index: make(map[string]int, len(outputs)), features: features, entries: entries}
	for i := range outputs {
		m.index[outputs[i].name] = i
	}
	count := make([]int, len(outputs))
	for _, e := range entries {
		count[e.output]++
	}
	for d := range m.dense {
		m.dense[d] = -1
		for i, n := range count {
			if n > 0 && (m.dense[d] < 0 || n > count[m.dense[d]]) {
				m.dense[d] = int32(i)
			}
		}
		if m.dense[d] >= 0 {
			count[m.dense[d]] = 0
		}
	}
	size := tableSize(len(features))
	m.slots, m.shift = make([]slot, size), uint32(33-bits.Len(uint(size)))
	m.rest = make([]restEntry, 1, len(entries)+1)
	m.filterMask = uint32(8*size - 1)
	m.filter = make([]uint64, max(1, 8*size/64))
	for _, f := range features {
		m.put(f)
	}
	if len(m.rest) > 1<<restBits {
		return nil, ErrTooLarge
	}
	return m, nil
}

// tableSize is the length of a table for n features: a power of two of which
// they take up to seven tenths.
func tableSize(n int) int { return max(16, 1<<bits.Len(uint(n+2*n/5))) }

// put enters a feature into the tables.
func (m *Model) put(f feature) {
	s := slot(tag(f.key)) << tagShift
	from := len(m.rest)
	for _, e := range m.entries[f.from:f.to] {
		if d := slices.Index(m.dense[:], int32(e.output)); d >= 0 {
			s |= slot(uint8(e.weight)) << (8 * d)
		} else {
			m.rest = append(m.rest, restEntry(e.output)<<8|restEntry(uint8(e.weight)))
		}
	}
	if len(m.rest) > from {
		s |= slot(from) << restShift
		m.rest[len(m.rest)-1] |= last
	}
	b := f.key >> 1 & m.filterMask // the lowest bit of a key is always 1
	m.filter[b>>6] |= 1 << (b & 63)
	mask := uint32(len(m.slots) - 1)
	i := f.key >> m.shift
	for m.slots[i] != 0 {
		i = (i + 1) & mask
	}
	m.slots[i] = s
}

// Outputs returns the names of the outputs, in their order. The slice is the
// caller's.
func (m *Model) Outputs() []string {
	names := make([]string, len(m.outputs))
	for i := range m.outputs {
		names[i] = m.outputs[i].name
	}
	return names
}

// Output returns the index of the output of that name, -1 when there is none.
func (m *Model) Output(name string) int {
	if i, ok := m.index[name]; ok {
		return i
	}
	return -1
}

// Len returns the number of features that have a weight.
func (m *Model) Len() int {
	n := 0
	for _, f := range m.features {
		if f.to > f.from {
			n++
		}
	}
	return n
}

// A hit is a feature found in a text, where it stands first.
type hit struct {
	slot  slot
	at    int32 // its first character as an index into the scan
	place int32 // of its slot
	len   int32 // in characters
}

// A candidate is an n-gram that the filter lets pass, with the slot where it is
// first looked for.
type candidate struct {
	slot    slot
	key     uint32
	at, len int32
}

// A Reading is what a model found in one text. Its zero value is ready for
// [Model.Read], which may use it again and again; it is for one goroutine at a
// time.
type Reading struct {
	m       *Model
	channel ccr.Channel
	scan    scan
	found   []candidate // of a block
	hits    []hit
	seen    []uint64  // a bit for each slot of the model, all 0 between uses
	sums    []int32   // by output
	norm    float64   // 1 / square root of the text's length
	points  []float32 // see spread
	demands []demand
	sparse  []demand
	asked   []bool // by output, all false between uses
	given   []int
}

// Read fills r with what m finds in the text of fb. It costs a few nanoseconds
// a byte and allocates only to grow r.
func (m *Model) Read(r *Reading, fb *ccr.Feedback) {
	r.m, r.channel = m, fb.Channel
	if r.channel < 0 || int(r.channel) >= channels {
		r.channel = ccr.ChannelUnknown
	}
	r.scan.read(fb.Text)
	r.norm = 1 / math.Sqrt(float64(len(r.scan.codes)-1))
	r.sums = slices.Grow(r.sums[:0], len(m.outputs))[:len(m.outputs)]
	clear(r.sums)
	r.find()
	var dense [3]int32
	for i := range r.hits {
		s := r.hits[i].slot
		dense[0] += s.weight(0)
		dense[1] += s.weight(1)
		dense[2] += s.weight(2)
		if k := s.rest(); k != 0 {
			for {
				e := m.rest[k]
				r.sums[e.output()] += e.weight()
				if e&last != 0 {
					break
				}
				k++
			}
		}
	}
	for d, sum := range dense {
		if o := m.dense[d]; o >= 0 {
			r.sums[o] = sum
		}
	}
}

// find collects the features of the text. It does so in two steps that know few
// branches, so that the processor can wait for many places of memory at once, and
// block by block, so that what lies between the steps stays near it.
func (r *Reading) find() {
	m := r.m
	if len(r.seen) != (len(m.slots)+63)/64 {
		r.seen = make([]uint64, (len(m.slots)+63)/64)
	}
	r.hits = r.hits[:0]
	slots, seen, shift := m.slots, r.seen, m.shift&31
	mask := uint32(len(slots) - 1)
	negated := 0
	for from := 0; from < len(r.scan.codes); from += block {
		negated = r.pass(from, min(from+block, len(r.scan.codes)), negated)
		r.hits = slices.Grow(r.hits, len(r.found)+1)
		hits, n := r.hits[:cap(r.hits)], len(r.hits)
		for i := range r.found { // nothing here waits for the memory of the one before
			c := &r.found[i]
			c.slot = slots[c.key>>shift&mask]
		}
		for i := range r.found {
			c := &r.found[i]
			at := c.key >> shift & mask
			s := c.slot
			for s.tag() != tag(c.key) && s != 0 {
				at = (at + 1) & mask
				s = slots[at]
			}
			if s == 0 {
				continue
			}
			word, bit := &seen[at>>6], at&63
			hits[n] = hit{slot: s, at: c.at, place: int32(at), len: c.len}
			n += int(1 ^ *word>>bit&1)
			*word |= 1 << bit
		}
		r.hits = hits[:n]
	}
	for i := range r.hits {
		seen[r.hits[i].place>>6] = 0
	}
}

// block is the number of characters that are looked up at a time.
const block = 512

// pass fills r.found with the n-grams that start in codes[from:to] and that the
// filter lets pass. negated is how many characters a negator still marks, before
// and after.
func (r *Reading) pass(from, to, negated int) int {
	codes, order := r.scan.codes, r.m.order
	if r.found == nil {
		r.found = make([]candidate, (MaxOrder+2)*block+1)
	}
	found, n := r.found[:cap(r.found)], 0
	filter, mask := r.m.filter, r.m.filterMask
	kinds := &readsAs().kind
	add := func(hash uint64, at, len int) { // inlined
		k := key(hash)
		b := k >> 1 & mask
		found[n] = candidate{key: k, at: int32(at), len: int32(len)}
		n += int(filter[b>>6] >> (b & 63) & 1)
	}
	for i := from; i < to; i++ {
		h := uint64(seedPlain)
		for k, c := range codes[i:min(i+order, len(codes))] {
			h = next(h, c)
			add(h, i, k+1)
		}
		kind := kinds[codes[i]]
		if kind|uint8(negated) == 0 {
			continue
		}
		if kind&ends != 0 {
			negated = 0
		}
		if negated > 0 {
			negated--
			h := next(seedNegated, codes[i])
			add(h, i, 1)
			if j := i + 1; negated > 0 && j < len(codes)-1 && kinds[codes[j]]&ends == 0 {
				add(next(h, codes[j]), i, 2)
			}
		}
		if kind&negates != 0 {
			negated = negationReach
		}
	}
	r.found = found[:n]
	return negated
}

// LogOdds returns the log-odds of output i for the text read last.
func (r *Reading) LogOdds(i int) float64 {
	o := &r.m.outputs[i]
	z := o.bias[r.channel] + o.scale*float64(r.sums[i])*r.norm
	for _, t := range o.terms {
		z += t.weight * r.LogOdds(t.output)
	}
	return z
}

// Probability returns the probability of output i for the text read last,
// in [0, 1].
func (r *Reading) Probability(i int) float64 { return logistic(r.LogOdds(i)) }

// Given reports whether the log-odds of output i reach its threshold, which is 0
// unless the training chose another one.
func (r *Reading) Given(i int) bool { return r.LogOdds(i) >= r.m.outputs[i].threshold }

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// Channel returns the channel of the feedback read last.
func (r *Reading) Channel() ccr.Channel { return r.channel }

// Len returns the number of characters of the text read last.
func (r *Reading) Len() int { return max(0, len(r.scan.codes)-2) }
