package linear

import (
	"errors"
	"math"
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
	*table
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

// maxOutputs is the number of outputs that a model can have: a triple names them,
// and three more.
const maxOutputs = 1<<outputBits - 3

// ErrTooLarge is matched by the error of a model with more weights or outputs than
// fit: four million features with others than for the three outputs that have the
// most, or 8,189 outputs.
var ErrTooLarge = errors.New("linear: model is too large")

// newModel returns a model of features, which are in order. It fails with
// ErrTooLarge.
func newModel(order int, outputs []output, features []feature, entries []entry) (*Model, error) {
	m := &Model{order: order, outputs: outputs, index: make(map[string]int, len(outputs)), features: features, entries: entries}
	for i := range outputs {
		m.index[outputs[i].name] = i
	}
	var err error
	if m.table, err = newTable(len(outputs), features, entries); err != nil {
		return nil, err
	}
	return m, nil
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
	place uint32 // of its slot
	at    int32  // its first character as an index into the scan
	len   int32  // in characters
}

// A candidate is an n-gram that the filter lets pass: its key, its first character
// as an index into the block, and its length in characters.
type candidate uint64

const (
	keyShift  = 32
	fromShift = 4
)

func (c candidate) key() uint32 { return uint32(c >> keyShift) }
func (c candidate) from() int32 { return int32(uint32(c) >> fromShift) }
func (c candidate) len() int32  { return int32(c & (1<<fromShift - 1)) }

// A share is a triple of weights of a hit.
type share struct {
	triple triple
	hit    int32
}

// A clause is the characters of one, as indexes into the scan.
type clause struct{ from, to int32 }

// A Reading is what a model found in one text. Its zero value is ready for
// [Model.Read], which may use it again and again; it is for one goroutine at a
// time.
type Reading struct {
	m       *Model
	channel ccr.Channel
	scan    scan
	clauses []clause
	found   []candidate // of a block
	hits    []hit       // in order of their first character
	seen    []uint64    // a bit for each slot of the model, all 0 between uses
	shares  []share
	sums    *[1 << outputBits]int32 // by output
	norm    float64                 // 1 / square root of the text's length
	points  []float32               // see Evidence
	weighed []weight                // see weights
	given   []int
}

// Read fills r with what m finds in the text of fb. It costs some ten nanoseconds
// a byte and allocates only to grow r.
func (m *Model) Read(r *Reading, fb *ccr.Feedback) {
	r.m, r.channel = m, fb.Channel
	if r.channel < 0 || int(r.channel) >= channels {
		r.channel = ccr.ChannelUnknown
	}
	r.scan.read(fb.Text)
	r.norm = 1 / math.Sqrt(float64(len(r.scan.codes)-1))
	r.find()
	r.sum()
}

// sum adds up the weights of the hits.
func (r *Reading) sum() {
	m := r.m
	if r.sums == nil {
		r.sums = new([1 << outputBits]int32)
	}
	clear(r.sums[:len(m.outputs)])
	r.shares = r.shares[:0]
	var dense [3]int32
	for i := range r.hits {
		s := r.hits[i].slot
		dense[0] += s.weight(0)
		dense[1] += s.weight(1)
		dense[2] += s.weight(2)
		for k := s.rest(); k != 0; k++ {
			t := m.rest[k]
			r.shares = append(r.shares, share{t, int32(i)})
			if t&lastTriple != 0 {
				break
			}
		}
	}
	sums := r.sums
	for i := range r.shares {
		t := r.shares[i].triple
		sums[t.output(0)] += t.weight(0)
		sums[t.output(1)] += t.weight(1)
		sums[t.output(2)] += t.weight(2)
	}
	for d, sum := range dense {
		if o := m.dense[d]; o >= 0 {
			sums[o] = sum
		}
	}
}

// find collects the features of the text. It does so block by block, in loops that
// know few branches, so that the processor can wait for many places of memory at
// once and what lies between the loops stays near it.
func (r *Reading) find() {
	m := r.m
	if len(r.seen) != (len(m.slots)+63)/64 {
		r.seen = make([]uint64, (len(m.slots)+63)/64)
	}
	r.hits, r.clauses = r.hits[:0], r.clauses[:0]
	seen := r.seen
	negated, clauseFrom := 0, 1
	for from := 0; from < len(r.scan.codes); from += block {
		negated, clauseFrom = r.pass(from, min(from+block, len(r.scan.codes)), negated, clauseFrom)
		r.hits = slices.Grow(r.hits, len(r.found)+1)
		hits, n := r.hits[:cap(r.hits)], len(r.hits)
		for _, c := range r.found {
			place := m.place(c.key())
			s := m.slots[place]
			var is uint64
			if s.tag() == tag(c.key()) { // without a branch
				is = 1
			}
			word, bit := &seen[place>>6], place&63
			hits[n] = hit{slot: s, place: place, at: int32(from) + c.from(), len: c.len()}
			n += int(is &^ (*word >> bit))
			*word |= is << bit
		}
		r.hits = hits[:n]
	}
	for i := range r.hits {
		seen[r.hits[i].place>>6] = 0
	}
	if end := len(r.scan.codes) - 1; end > clauseFrom {
		r.clauses = append(r.clauses, clause{int32(clauseFrom), int32(end)})
	}
}

// block is the number of characters that are looked up at a time.
const block = 512

// pass fills r.found with the n-grams that start in codes[from:to] and that the
// filter lets pass, and adds the clauses that end there. negated is how many
// characters a negator still marks and clauseFrom where the clause starts, before
// and after.
func (r *Reading) pass(from, to, negated, clauseFrom int) (int, int) {
	codes, order := r.scan.codes, r.m.order
	if r.found == nil {
		r.found = make([]candidate, (MaxOrder+2)*block+1)
	}
	found, n := r.found[:cap(r.found)], 0
	t := r.m.table
	kinds := &readsAs().kind
	for i := from; i < to; i++ {
		h := uint64(seedPlain)
		c := candidate(i-from) << fromShift
		for _, code := range codes[i:min(i+order, len(codes))] {
			h = next(h, code)
			c++
			found[n] = candidate(key(h))<<keyShift | c
			n += t.passes(key(h))
		}
		kind := kinds[codes[i]]
		if kind|uint8(negated) == 0 {
			continue
		}
		if kind&ends != 0 {
			negated = 0
			if i > clauseFrom {
				r.clauses = append(r.clauses, clause{int32(clauseFrom), int32(i)})
			}
			clauseFrom = i + 1
		}
		if negated > 0 {
			negated--
			h := next(seedNegated, codes[i])
			c := candidate(i-from)<<fromShift + 1
			found[n] = candidate(key(h))<<keyShift | c
			n += t.passes(key(h))
			if j := i + 1; negated > 0 && j < len(codes)-1 && kinds[codes[j]]&ends == 0 {
				h = next(h, codes[j])
				found[n] = candidate(key(h))<<keyShift | (c + 1)
				n += t.passes(key(h))
			}
		}
		if kind&negates != 0 {
			negated = negationReach
		}
	}
	r.found = found[:n]
	return negated, clauseFrom
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
