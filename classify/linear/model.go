package linear

import (
	"errors"
	"math"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Model is a set of named outputs, each the log-odds that a label applies to
// a text, over the same features: character n-grams. It comes from a [Trainer],
// [ReadModel], [Merge] or [Default]; the zero Model is of no use. It is immutable
// and safe for concurrent use.
type Model struct {
	outputs  []output
	index    map[string]int // of outputs by name
	order    int            // longest n-gram
	features []feature      // by rising key
	entries  []entry        // the weights of all features

	// What is read of outputs.
	bias  [channels][]float64 // by output
	scale []float64
	sums  []int // outputs that are sums of others
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
	clause    bool              // it is that of the clause that has most: see Options.Clauses
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

// maxOutputs is one more than a model can have.
const maxOutputs = 8189

// maxFeatures bounds what a model file makes its reader reserve: a feature takes some
// forty bytes, and up to 200 more where it has weights for many outputs.
const maxFeatures = 1 << 24

// ErrTooLarge is matched by the error of a model with more than 8,188 outputs, more than
// 56 of clauses or more than 16,777,216 features, or with features that no table tells
// apart, which happens to keys that somebody made to collide.
var ErrTooLarge = errors.New("linear: model is too large")

// newModel returns a model of features, which are in order. It fails with ErrTooLarge,
// and when two outputs have the same name.
func newModel(order int, outputs []output, features []feature, entries []entry) (*Model, error) {
	if len(outputs) >= maxOutputs {
		return nil, ErrTooLarge
	}
	m := &Model{order: order, outputs: outputs, index: make(map[string]int, len(outputs)), features: features, entries: entries}
	for i := range outputs {
		o := &outputs[i]
		m.index[o.name] = i
		for c, b := range o.bias {
			m.bias[c] = append(m.bias[c], b)
		}
		m.scale = append(m.scale, o.scale)
		if len(o.terms) > 0 {
			m.sums = append(m.sums, i)
		}
	}
	if len(m.index) != len(outputs) {
		return nil, errors.New("linear: two outputs have the same name")
	}
	var err error
	if m.table, err = newTable(outputs, features, entries); err != nil {
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

// A piece is some characters in a row, as indexes into the scan. Those of a Reading are
// the clauses with the mark before them, short ones together with what comes next: what
// outputs of clauses choose from.
type piece struct{ from, to int32 }

// minPiece is how many characters a piece has at least: 好的 and the mark before it is none.
const minPiece = 4

// norm is what the sums of p are multiplied by, as those of the text are by its own.
func (p piece) norm() float64 { return 1 / math.Sqrt(float64(p.to-p.from+1)) }

// A clause is the characters of one, without its marks, and the sums of the dense weights
// of what starts there.
type clause struct {
	piece
	dense [wordLen]int64
}

// A Reading is what a model found in one text. Its zero value is ready for
// [Model.Read], which may use it again and again; it is for one goroutine at a
// time. Outputs are meant by their index, see [Model.Output]; one that the model
// has not is a panic, as any is before the first Read.
type Reading struct {
	m       *Model
	channel ccr.Channel
	scan    scan
	clauses []clause
	zones   []zone      // in order
	found   []candidate // of a block
	hits    []hit       // those of single characters, then others, each in order
	single  int         // how many of them are of single characters
	seen    []uint64    // a bit by number, while find looks for hits: whether it is one
	fetched word        // of no use but to keep the compiler from forgetting fetch
	rows    []hit       // those that have a row, each once: of clauses, then those between
	between []hit       // the latter
	more    []hit       // those that have tails
	sums    []int64     // by output
	pieces  []piece     // of the text, in order
	long    []hit       // those that have a long row, in order, as often as they stand there
	best    [maxLong]int64
	norm    float64   // 1 / square root of the text's length
	odds    []float64 // by output
	points  []float32 // see Evidence
	weighed []weight  // see weights
	given   []int
}

// Read fills r with what m finds in the text of fb, which must be shorter than
// half a GiB. It costs some ten to thirty nanoseconds a byte and allocates only to grow r,
// which keeps some twenty bytes, with outputs of clauses up to fifty, for each byte of the
// longest text.
func (m *Model) Read(r *Reading, fb *ccr.Feedback) {
	r.m, r.channel = m, fb.Channel
	if r.channel < 0 || int(r.channel) >= channels {
		r.channel = ccr.ChannelUnknown
	}
	r.scan.read(fb.Text)
	r.norm = 1 / math.Sqrt(float64(len(r.scan.codes)-1))
	r.find()
	r.sum()
	r.weigh()
}

// weigh turns the sums into log-odds.
func (r *Reading) weigh() {
	m := r.m
	r.odds = slices.Grow(r.odds[:0], len(m.outputs))[:len(m.outputs)]
	odds, norm := r.odds, r.norm
	bias, scale, sums := m.bias[r.channel][:len(odds)], m.scale[:len(odds)], r.sums[:len(odds)]
	for i := range odds {
		odds[i] = bias[i] + scale[i]*float64(sums[i])*norm
	}
	for lane, i := range m.long {
		odds[i] = bias[i] + scale[i]*float64(r.best[lane])/bestScale
	}
	for _, i := range m.sums {
		for _, t := range m.outputs[i].terms {
			r.odds[i] += t.weight * r.odds[t.output]
		}
	}
}

// LogOdds returns the log-odds of output i for the text read last.
func (r *Reading) LogOdds(i int) float64 { return r.odds[i] }

// Probability returns the probability of output i for the text read last,
// in [0, 1].
func (r *Reading) Probability(i int) float64 { return logistic(r.LogOdds(i)) }

// Given reports whether the log-odds of output i reach its threshold, which is 0
// unless the training chose another one.
func (r *Reading) Given(i int) bool { return r.odds[i] >= r.m.outputs[i].threshold }

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// Channel returns the channel of the feedback read last.
func (r *Reading) Channel() ccr.Channel { return r.channel }

// Len returns the number of characters of the text read last.
func (r *Reading) Len() int { return max(0, len(r.scan.codes)-2) }
