package hybrid

import (
	"bytes"
	"cmp"
	_ "embed" // the weights
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
)

// Weights say how the parts of a [Classifier] are weighed. They are immutable. The
// zero Weights weigh nothing: every probability is one half.
type Weights struct {
	facts  blend // of the log-odds of a complaint
	claims claimVector
	stance [len(polarities)]blend // of the log-odds of each polarity; zero when there are no weights for it
	shares [channels]float64      // of complaints among the examples, by channel; 0 when not known
}

// A blend is the weights of facts, two each, since the same fact says one thing in a
// sentence that shops and platforms argue about and another in an everyday review:
// how far a text reads like the latter, which is a fact itself, from -1 to 1,
// multiplies the second weight.
type blend struct{ weight, real []float64 }

// readsReal is the fact that multiplies.
var readsReal = slices.Index(factNames(), "real-sign")

// of returns what the facts add up to, of which some alone are not 0.
func (b *blend) of(facts []float64, some []int) float64 {
	if b.weight == nil {
		return 0
	}
	z, real := 0.0, 0.0
	weights, reals := b.weight[:len(facts)], b.real[:len(facts)]
	for _, i := range some {
		z += facts[i] * weights[i]
		real += facts[i] * reals[i]
	}
	return z + facts[readsReal]*real
}

// some appends to dst the indexes of the facts that are not 0: fewer than half.
func some(dst []int, facts []float64) []int {
	dst = slices.Grow(dst, len(facts)+1)[:len(facts)+1]
	n := 0
	for i, f := range facts {
		dst[n] = i
		if f != 0 { // without a branch
			n++
		}
	}
	return dst[:n]
}

// at returns the weight of fact i where the others are facts.
func (b *blend) at(i int, facts []float64) float64 {
	if b.weight == nil {
		return 0
	}
	return b.weight[i] + facts[readsReal]*b.real[i]
}

// newBlend returns weights of 0.
func newBlend() blend {
	n := len(factNames())
	return blend{make([]float64, n), make([]float64, n)}
}

// channels is the number of channels.
const channels = int(ccr.ChannelInquiry) + 1

// polarities are those that a text may have, in the order in which they are tried:
// those of one who blames first.
var polarities = [...]ccr.Polarity{ccr.Negative, ccr.Mixed, ccr.Positive, ccr.Neutral}

// weightsFile is the form in which weights are kept: by name, since an index
// would mean something else when a fact is added.
type weightsFile struct {
	Complaint map[string]float64 `json:"complaint"`
	Opinion   map[string]float64 `json:"opinion"`

	// Polarity is, by polarity, the weights of its log-odds.
	Polarity map[ccr.Polarity]map[string]float64 `json:"polarity,omitempty"`

	// Those that how a text reads multiplies: see blend.
	ComplaintReal map[string]float64                  `json:"complaint_real,omitempty"`
	PolarityReal  map[ccr.Polarity]map[string]float64 `json:"polarity_real,omitempty"`

	// Shares is the share of complaints, by channel, where the weights were fitted.
	Shares map[ccr.Channel]float64 `json:"shares,omitempty"`
}

// ReadWeights reads weights that [Weights.WriteTo] has written. A fact without a
// weight has weight 0; a weight without a fact is an error, since something is
// then not weighed that was, and so is a weight beyond 1e9, a share that is not
// between 0 and 1, a file without weights of a complaint, and what follows them.
func ReadWeights(r io.Reader) (*Weights, error) {
	var f weightsFile
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("hybrid: weights: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("hybrid: weights: something follows them")
	}
	if len(f.Complaint) == 0 {
		return nil, errors.New("hybrid: weights: none of a complaint")
	}
	w := &Weights{facts: newBlend()}
	if err := w.facts.fill(f.Complaint, f.ComplaintReal); err != nil {
		return nil, err
	}
	if err := fill(w.claims[:], claimFacts[:], f.Opinion); err != nil {
		return nil, err
	}
	for _, p := range slices.Sorted(maps.Keys(f.Polarity)) {
		i := slices.Index(polarities[:], p)
		if i < 0 {
			return nil, fmt.Errorf("hybrid: weights: %v is no polarity that a text has", p)
		}
		w.stance[i] = newBlend()
		if err := w.stance[i].fill(f.Polarity[p], f.PolarityReal[p]); err != nil {
			return nil, err
		}
	}
	for _, p := range slices.Sorted(maps.Keys(f.PolarityReal)) {
		if f.Polarity[p] == nil {
			return nil, fmt.Errorf("hybrid: weights: %v has none but of how it reads", p)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(f.Shares)) {
		share := f.Shares[c]
		if !(share > 0 && share < 1) {
			return nil, fmt.Errorf("hybrid: weights: share %v of %v is not between 0 and 1", share, c)
		}
		w.shares[c] = share
	}
	return w, nil
}

// maxWeight bounds a weight, far above any that is fitted, so that no sum overflows.
const maxWeight = 1e9

// fill sets the weights of b by name.
func (b *blend) fill(weight, real map[string]float64) error {
	return cmp.Or(fill(b.weight, factNames(), weight), fill(b.real, factNames(), real))
}

// named returns the weights of b by name, of the second ones those that are not 0.
func (b *blend) named() (weight, real map[string]float64) {
	weight, real = map[string]float64{}, map[string]float64{}
	for i, name := range factNames() {
		weight[name] = b.weight[i]
		if b.real[i] != 0 {
			real[name] = b.real[i]
		}
	}
	return weight, real
}

func fill(dst []float64, names []string, from map[string]float64) error {
	for _, name := range slices.Sorted(maps.Keys(from)) {
		i := slices.Index(names, name)
		if i < 0 {
			return fmt.Errorf("hybrid: weights: %q is no fact that is weighed", name)
		}
		if math.Abs(from[name]) > maxWeight {
			return fmt.Errorf("hybrid: weights: %v of %q is no weight", from[name], name)
		}
		dst[i] = from[name]
	}
	return nil
}

// WriteTo writes w as a JSON object of names and weights.
func (w *Weights) WriteTo(out io.Writer) (int64, error) {
	f := weightsFile{
		Opinion: map[string]float64{}, Shares: map[ccr.Channel]float64{},
		Polarity: map[ccr.Polarity]map[string]float64{}, PolarityReal: map[ccr.Polarity]map[string]float64{},
	}
	if w.facts.weight != nil {
		f.Complaint, f.ComplaintReal = w.facts.named()
	}
	for i, p := range polarities {
		if w.stance[i].weight != nil {
			f.Polarity[p], f.PolarityReal[p] = w.stance[i].named()
		}
	}
	for i, name := range claimFacts {
		f.Opinion[name] = w.claims[i]
	}
	for c, share := range w.shares {
		if share > 0 {
			f.Shares[ccr.Channel(c)] = share
		}
	}
	b, err := json.MarshalIndent(f, "", "\t")
	if err != nil {
		return 0, err
	}
	n, err := out.Write(append(b, '\n'))
	return int64(n), err
}

// complaint returns the log-odds of a complaint.
func (w *Weights) complaint(facts []float64, some []int) float64 { return w.facts.of(facts, some) }

// polarity returns the likeliest polarity, of a complaint the likelier one of those
// who blame; ccr.Unknown when there are no weights.
func (w *Weights) polarity(facts []float64, some []int, complaint bool) ccr.Polarity {
	best, most := ccr.Unknown, math.Inf(-1)
	for i, p := range polarities {
		if complaint && (p == ccr.Positive || p == ccr.Neutral) || w.stance[i].weight == nil {
			continue
		}
		if z := w.stance[i].of(facts, some); z > most {
			best, most = p, z
		}
	}
	return best
}

// shift returns what expecting other shares of complaints than where the weights
// were fitted adds to the log-odds of one, by channel.
func (w *Weights) shift(shares map[ccr.Channel]float64) (shift [channels]float64) {
	odds := func(share float64) float64 { return math.Log(share / (1 - share)) }
	for c, share := range shares {
		if fitted := w.share(c); c == known(c) && share > 0 && share < 1 && fitted > 0 {
			shift[c] = odds(share) - odds(fitted)
		}
	}
	return shift
}

// share returns the share of complaints, in a channel, where the weights were
// fitted.
func (w *Weights) share(c ccr.Channel) float64 { return w.shares[heard(c)] }

// claim returns the log-odds that a claim is right, less those from which it is
// best made.
func (w *Weights) claim(v *claimVector) float64 {
	z := 0.0
	for i, f := range v {
		z += f * w.claims[i]
	}
	return z
}

//go:embed weights.json
var embedded []byte

var defaultWeights = sync.OnceValue(func() *Weights {
	w, err := ReadWeights(bytes.NewReader(embedded))
	if err != nil {
		panic(err) // the bytes are embedded and a test reads them
	}
	return w
})
