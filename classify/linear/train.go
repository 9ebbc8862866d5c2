package linear

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
)

// An Example is a text with the labels that are right for it.
type Example struct {
	_ [0]func()

	Text    string
	Channel ccr.Channel

	// Labels are those that apply: one for a binary or multi-class task, any
	// number, or none, for a multi-label one.
	Labels []string

	// Known are the labels that somebody has judged the text by: those that
	// are not among Labels do not apply. Nil means all that the Trainer has
	// seen. So one model can learn from corpora that label different things.
	Known []string

	// Spans say where the text says its labels, any number for one, none where nobody
	// knows; see Options.Clauses.
	Spans []Span

	// Weight is how much the example counts; 0 means 1.
	Weight float64
}

// A Span is where a text says a label: its bytes from Start up to End.
type Span struct {
	_ [0]func()

	Label      string
	Start, End int
}

// Options are the settings of a [Trainer]. The zero Options are the defaults.
type Options struct {
	_ [0]func()

	// Order is the length of the longest n-grams in characters, up to
	// [MaxOrder]; 0 means MaxOrder.
	Order int

	// MinCount is the number of examples that a feature must stand in; 0
	// means 2.
	MinCount int

	// Features is how many features an output keeps at most, those of the
	// largest weight by their number of examples; 0 means 50,000. Of clauses it keeps
	// half as many.
	Features int

	// Plain takes the features as they are, for outputs that few examples
	// have: the ratios of rare ones are mostly noise.
	Plain bool

	// MinRatio leaves out, for each output, the features that stand less than
	// exp(MinRatio) times as often in texts with the label as in those without.
	// 0 leaves out none, not even those that stand there less often. With many
	// outputs a bound makes a model small and fast.
	MinRatio float64

	// Cost is the cost of an error against that of large weights; 0 means 4.
	Cost float64

	// Clauses learns every label twice: from whole texts, and from clauses, where it
	// applies to those that its spans touch, or, without spans, to the one that the
	// model of texts finds likeliest and to all that it finds likely. The log-odds are
	// the mean of those of the text and those of the clause that has most, so that
	// what is said of one thing in a text counts less for what is said of another. A
	// model has room for 56 such labels.
	Clauses bool

	// Thresholds asks for the threshold that makes F1 over all labels best, as
	// a multi-label task wants, found by cross-validation within the examples. (With
	// Clauses, which clause says a label without spans is still found by weights that
	// have seen it.)
	// Otherwise it is 0: what is more likely than not.
	Thresholds bool

	// Seed makes another order of the examples; equal seeds give equal models.
	Seed uint64

	// Progress, when not nil, is told what has been done of the outputs that
	// are to be trained. It is called from one goroutine at a time.
	Progress func(done, all int)
}

func (o Options) withDefaults() Options {
	o.Order = cmp.Or(o.Order, MaxOrder)
	o.MinCount = cmp.Or(o.MinCount, 2)
	o.Features = cmp.Or(o.Features, 50_000)
	o.Cost = cmp.Or(o.Cost, 4)
	return o
}

// A Trainer makes a [Model] of labelled examples. It is for one goroutine at a
// time.
type Trainer struct {
	opts     Options
	reading  Reading // for its scan and its pieces
	keys     []uint32
	examples []example
	labels   []string
	index    map[string]int
}

// An example is what a Trainer keeps of an Example.
type example struct {
	part
	weight  float64
	ch      uint8
	known   []int32 // nil: all
	spanned []int32 // the labels that have spans
	pieces  []part
}

// A part is a text or a piece of one.
type part struct {
	keys   []uint32 // of its features, rising; of a piece as often as they stand there
	factor float32  // 1 / square root of its length
	labels []int32  // of a piece those that have spans there
}

// NewTrainer returns a trainer without examples. Nil options are the defaults.
func NewTrainer(opts *Options) (*Trainer, error) {
	t := &Trainer{index: map[string]int{}}
	if opts != nil {
		t.opts = *opts
	}
	t.opts = t.opts.withDefaults()
	switch o := &t.opts; {
	case o.Order < 1 || o.Order > MaxOrder:
		return nil, fmt.Errorf("linear: Order %d is not between 1 and %d", o.Order, MaxOrder)
	case o.MinCount < 1 || o.Features < 1 || !(o.Cost > 0) || math.IsInf(o.Cost, 0):
		return nil, errors.New("linear: MinCount, Features and Cost must be above 0")
	case !(o.MinRatio >= 0):
		return nil, errors.New("linear: MinRatio must not be below 0")
	}
	return t, nil
}

// Add adds an example. It keeps what it needs of the text, four bytes a feature, with
// Options.Clauses eight, not the text. It fails with a [*ccr.FieldError] for a text that is
// not UTF-8, a weight that is not a number above 0, a label that is not among the
// known ones, or a span outside the text or for another label; the example is then
// left out.
func (t *Trainer) Add(x Example) error {
	probe := ccr.Feedback{Text: x.Text, Channel: x.Channel}
	if err := probe.Validate(); err != nil {
		return err
	}
	weight := cmp.Or(x.Weight, 1)
	if !(weight > 0) || math.IsInf(weight, 0) {
		return &ccr.FieldError{Field: "weight", Err: fmt.Errorf("%v is not above 0", x.Weight)}
	}
	if x.Known != nil {
		for _, l := range x.Labels {
			if !slices.Contains(x.Known, l) {
				return &ccr.FieldError{Field: "labels", Err: fmt.Errorf("%q is not among the known labels", l)}
			}
		}
	}
	for _, s := range x.Spans {
		if !slices.Contains(x.Labels, s.Label) || s.Start < 0 || s.Start >= s.End || s.End > len(x.Text) {
			return &ccr.FieldError{Field: "spans", Err: fmt.Errorf("%d-%d for %q: not in the text, or not a label of it", s.Start, s.End, s.Label)}
		}
	}
	e := example{weight: weight, ch: uint8(x.Channel)}
	for _, l := range x.Labels {
		e.labels = append(e.labels, t.label(l))
	}
	if x.Known != nil {
		e.known = make([]int32, len(x.Known))
		for i, l := range x.Known {
			e.known[i] = t.label(l)
		}
	}
	r := &t.reading
	r.scan.read(x.Text)
	t.keys = t.keys[:0]
	r.scan.features(t.opts.Order, func(k uint32, _ int) { t.keys = append(t.keys, k) })
	slices.Sort(t.keys)
	e.keys = slices.Clone(slices.Compact(t.keys))
	e.factor = float32(1 / math.Sqrt(float64(len(r.scan.codes)-1)))
	if t.opts.Clauses {
		e.pieces, e.spanned = t.pieces(x.Spans, len(t.keys))
	}
	t.examples = append(t.examples, e)
	return nil
}

// pieces returns the pieces of the text read last, which has some size features, and the
// labels that have spans in them.
func (t *Trainer) pieces(spans []Span, size int) (pieces []part, spanned []int32) {
	r := &t.reading
	r.split()
	keys := make([]uint32, 0, size)
	pieces = make([]part, len(r.pieces))
	k, from := 0, 0
	end := func() {
		slices.Sort(keys[from:])
		pieces[k].keys = keys[from:len(keys):len(keys)]
		k, from = k+1, len(keys)
	}
	r.scan.features(t.opts.Order, func(key uint32, at int) {
		if at == int(r.pieces[k].to) {
			end()
		}
		keys = append(keys, key)
	})
	end()
	for k, p := range r.pieces {
		pieces[k].factor = float32(p.norm())
		from, to := int(r.scan.offsets[p.from+1]), int(r.scan.offsets[p.to]) // without the mark before
		for _, s := range spans {
			if s.Start < to && s.End > from {
				label := t.label(s.Label)
				pieces[k].labels = append(pieces[k].labels, label)
				spanned = append(spanned, label)
			}
		}
	}
	return pieces, spanned
}

func (t *Trainer) label(name string) int32 {
	i, ok := t.index[name]
	if !ok {
		i = len(t.labels)
		t.index[name] = i
		t.labels = append(t.labels, name)
	}
	return int32(i)
}

// Len returns the number of examples.
func (t *Trainer) Len() int { return len(t.examples) }

// ErrExamples is matched by the error of a training that has nothing to learn:
// no label, or one of which all examples say the same.
var ErrExamples = errors.New("linear: nothing to learn from the examples")

// Train returns a model of the examples added so far, whose outputs are their
// labels in the order of their first appearance. Each output is a logistic
// regression on the n-grams of a text, each multiplied by the logarithm of how
// much more often it stands in texts with the label than without (Wang and
// Manning, 2012, Baselines and bigrams), over the square root of the text's
// length, which is then cut to the features that weigh most and to 8 bits. With
// Options.Clauses they are followed by two for each, of which it is the mean, named
// after it with [OfText] and [OfClause].
//
// It uses all processors; the result depends on the examples, their order and
// the options alone. It fails with an error matching [ErrExamples] or
// [ErrTooLarge], or with that of ctx when it is done before the last output is begun.
func (t *Trainer) Train(ctx context.Context) (*Model, error) {
	if t.opts.Clauses && len(t.labels) > maxLong {
		return nil, ErrTooLarge
	}
	if len(t.labels) == 0 || len(t.labels) >= maxOutputs {
		return nil, fmt.Errorf("%w: %d labels", ErrExamples, len(t.labels))
	}
	x := t.matrix()
	outs := make([]trained, len(t.labels))
	errs := make([]error, len(t.labels))
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range t.labels {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if errs[i] = ctx.Err(); errs[i] != nil {
				return
			}
			outs[i], errs[i] = t.train(x, int32(i))
			mu.Lock()
			defer mu.Unlock()
			done++
			if t.opts.Progress != nil {
				t.opts.Progress(done, len(t.labels))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	if t.opts.Thresholds {
		var scores []float64
		var sign []int8
		for i := range outs {
			scores, sign = append(scores, outs[i].held...), append(sign, outs[i].sign...)
		}
		best := bestThreshold(scores, sign)
		for i := range outs {
			outs[i].threshold = best
		}
	}
	return t.build(x, outs)
}

// A matrix is the examples as rows over the features that are kept.
type matrix struct {
	rows [][]int32 // their columns, rising
	keys []uint32  // by column, rising

	// The columns of their pieces, and those of more than one character alone, which
	// clauses are learnt from: single ones seldom tell what they are said of.
	pieces, several [][][]int32
}

// matrix numbers the features that enough examples have.
func (t *Trainer) matrix() *matrix {
	count := map[uint32]int32{}
	for i := range t.examples {
		for _, k := range t.examples[i].keys {
			count[k]++
		}
	}
	x := &matrix{}
	for k, n := range count {
		if int(n) >= t.opts.MinCount {
			x.keys = append(x.keys, k)
		}
	}
	slices.Sort(x.keys)
	for i, k := range x.keys {
		count[k] = -int32(i) - 1 // the column, apart from a count
	}
	columns := func(keys []uint32) (row []int32) {
		for _, k := range keys {
			if c := count[k]; c < 0 {
				row = append(row, -c-1)
			}
		}
		return row
	}
	single := make([]bool, len(x.keys)) // by column
	for code := range 1 << codeBits {
		if c := count[key(next(seedPlain, uint16(code)))]; c < 0 {
			single[-c-1] = true
		}
	}
	for i := range t.examples {
		e := &t.examples[i]
		x.rows = append(x.rows, columns(e.keys))
		pieces, several := make([][]int32, len(e.pieces)), make([][]int32, len(e.pieces))
		for k, p := range e.pieces {
			pieces[k] = columns(p.keys)
			several[k] = slices.DeleteFunc(slices.Clone(pieces[k]), func(c int32) bool { return single[c] })
		}
		x.pieces, x.several = append(x.pieces, pieces), append(x.several, several)
	}
	return x
}

// trained is one label after training.
type trained struct {
	text      fitted
	clause    fitted // with Options.Clauses
	threshold float64
	held      []float64 // log-odds of examples that were not trained on
	sign      []int8    // and which of them have the label
}

// fitted is the weights of an output by column, the most important ones alone.
type fitted struct {
	columns []int32
	weights []float64
	bias    [channels]float64
}

// train fits one label.
func (t *Trainer) train(x *matrix, label int32) (trained, error) {
	p := problem{}
	var known []int // the examples that are judged by the label
	var positive int
	for i := range t.examples {
		e := &t.examples[i]
		has := slices.Contains(e.labels, label)
		if !has && e.known != nil && !slices.Contains(e.known, label) {
			continue
		}
		known = append(known, i)
		if has {
			positive++
		}
		p.add(x.rows[i], e.factor, e, has, t.opts.Cost)
	}
	if positive == 0 || positive == len(p.rows) {
		return trained{}, fmt.Errorf("%w: %d of the %d examples that are judged by %q have it", ErrExamples, positive, len(p.rows), t.labels[label])
	}
	seen := p.ratios(len(x.keys), t.opts.MinRatio, t.opts.Plain)
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(t.opts.Seed, uint64(label))) }
	var out trained
	var fold []int
	if t.opts.Thresholds {
		r := rng()
		fold = make([]int, len(known))
		for i := range fold {
			fold[i] = r.IntN(folds)
		}
		out.held, out.sign = p.held(r, fold, t.opts.MinRatio, t.opts.Plain), p.sign
	}
	s := p.solve(rng())
	out.text = prune(&s, seen, t.opts.Features)
	if !t.opts.Clauses {
		return out, nil
	}
	p, of := t.clauses(x, label, known, &s)
	seen = p.ratios(len(x.keys), t.opts.MinRatio, t.opts.Plain)
	if t.opts.Thresholds {
		foldOf := make([]int, len(of))
		best := make([]float64, len(known))
		for i := range best {
			best[i] = math.Inf(-1)
		}
		for i, k := range of {
			foldOf[i] = fold[k]
		}
		for i, z := range p.held(rng(), foldOf, t.opts.MinRatio, t.opts.Plain) {
			best[of[i]] = max(best[of[i]], z)
		}
		for i, z := range best {
			out.held[i] = (out.held[i] + z) / 2
		}
	}
	s = p.solve(rng())
	out.clause = prune(&s, seen, (t.opts.Features+1)/2)
	return out, nil
}

// clauses returns the problem of a label for the pieces of the known examples, and of
// which of these each row is. text is the solution for whole texts.
func (t *Trainer) clauses(x *matrix, label int32, known []int, text *solution) (p problem, of []int) {
	for n, i := range known {
		e := &t.examples[i]
		has := make([]bool, len(e.pieces))
		switch {
		case slices.Contains(e.spanned, label):
			for k := range has {
				has[k] = slices.Contains(e.pieces[k].labels, label)
			}
		case slices.Contains(e.labels, label):
			best, most := 0, math.Inf(-1)
			for k := range has {
				z := text.odds(x.pieces[i][k], e.pieces[k].factor, e.ch)
				has[k] = z > 0
				if z > most {
					best, most = k, z
				}
			}
			has[best] = true
		}
		for k := range has {
			p.add(x.several[i][k], e.pieces[k].factor, e, has[k], t.opts.Cost)
			of = append(of, n)
		}
	}
	return p, of
}

// prune returns the weights of a solution, up to most, that have most effect on the rows,
// in which each column was seen so often.
func prune(s *solution, seen []int32, most int) fitted {
	out := fitted{bias: s.bias}
	type ranked struct {
		column int32
		rank   float64
	}
	var best []ranked
	for j, w := range s.weights {
		if w != 0 {
			best = append(best, ranked{int32(j), math.Abs(w) * math.Sqrt(float64(seen[j]))})
		}
	}
	slices.SortFunc(best, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.column, b.column))
	})
	for _, r := range best[:min(len(best), most)] {
		out.columns = append(out.columns, r.column)
		out.weights = append(out.weights, s.weights[r.column])
	}
	return out
}

// ratios sets p.ratio, 0 where it is below least, and returns in how many rows
// each column stands.
func (p *problem) ratios(columns int, least float64, plain bool) []int32 {
	with, without := make([]float64, columns), make([]float64, columns)
	seen := make([]int32, columns)
	trained := 0.0 // rows that have a cost
	for i, r := range p.rows {
		if p.cost[i] == 0 {
			continue
		}
		trained++
		into := without
		if p.sign[i] > 0 {
			into = with
		}
		for _, j := range r {
			into[j] += p.cost[i]
			seen[j]++
		}
	}
	// Costs are relative to the mean one, so that a row counts about 1.
	mean := 0.0
	for _, c := range p.cost {
		mean += c / max(trained, 1)
	}
	mean = cmp.Or(mean, 1)
	var all, none float64
	for j := range columns {
		with[j], without[j] = with[j]/mean+smoothing, without[j]/mean+smoothing
		all, none = all+with[j], none+without[j]
	}
	p.ratio = make([]float32, columns)
	for j := range columns {
		if seen[j] > 0 {
			if r := math.Log(with[j] / all * none / without[j]); least == 0 || r >= least {
				p.ratio[j] = float32(r)
				if plain {
					p.ratio[j] = plainScale
				}
			}
		}
	}
	return seen
}

// plainScale is the ratio of plain features: what makes the same costs fit them.
const plainScale = 3

// smoothing is what every feature is counted beyond what was seen.
const smoothing = 0.5

// folds is how many parts cross-validation makes.
const folds = 4

// held returns the log-odds of each row by weights that were fitted without its fold.
func (p *problem) held(rng *rand.Rand, fold []int, least float64, plain bool) []float64 {
	scores := make([]float64, len(p.rows))
	for f := range folds {
		q := problem{rows: p.rows, factor: p.factor, channel: p.channel, sign: p.sign, cost: slices.Clone(p.cost)}
		for i := range fold {
			if fold[i] == f {
				q.cost[i] = 0
			}
		}
		q.ratios(len(p.ratio), least, plain)
		s := q.solve(rng)
		for i, r := range p.rows {
			if fold[i] == f {
				scores[i] = s.odds(r, p.factor[i], p.channel[i])
			}
		}
	}
	return scores
}

// bestThreshold returns the score from which giving the label makes F1 best.
func bestThreshold(scores []float64, sign []int8) float64 {
	byScore := make([]int, len(scores))
	positives := 0
	for i := range byScore {
		byScore[i] = i
		if sign[i] > 0 {
			positives++
		}
	}
	slices.SortStableFunc(byScore, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	best, at, hits := 0.0, 0.0, 0
	for n, i := range byScore {
		if sign[i] > 0 {
			hits++
		}
		f := 2 * float64(hits) / float64(n+1+positives)
		if f > best && n+1 < len(byScore) && scores[i] != scores[byScore[n+1]] {
			best, at = f, (scores[i]+scores[byScore[n+1]])/2
		}
	}
	return at
}

// build puts the outputs into a model.
func (t *Trainer) build(x *matrix, outs []trained) (*Model, error) {
	type weight struct {
		column int32
		entry  entry
	}
	var all []weight
	add := func(name string, f fitted, i int) output {
		largest := 0.0
		for _, w := range f.weights {
			largest = max(largest, math.Abs(w))
		}
		o := output{name: name, bias: f.bias, scale: cmp.Or(largest/math.MaxInt8, 1)}
		for k, j := range f.columns {
			if q := math.Round(f.weights[k] / o.scale); q != 0 {
				all = append(all, weight{j, entry{uint16(i), int8(q)}})
			}
		}
		return o
	}
	outputs := make([]output, len(outs))
	for i, o := range outs {
		if t.opts.Clauses {
			text := len(outputs)
			outputs = append(outputs, add(t.labels[i]+OfText, o.text, text), add(t.labels[i]+OfClause, o.clause, text+1))
			outputs[text+1].clause = true
			outputs[i] = output{name: t.labels[i], terms: []term{{text, 0.5}, {text + 1, 0.5}}}
		} else {
			outputs[i] = add(t.labels[i], o.text, i)
		}
		outputs[i].threshold = o.threshold
	}
	slices.SortFunc(all, func(a, b weight) int {
		return cmp.Or(cmp.Compare(a.column, b.column), cmp.Compare(a.entry.output, b.entry.output))
	})
	var features []feature // by rising key, as the columns are
	entries := make([]entry, len(all))
	for i, w := range all {
		entries[i] = w.entry
		if i == 0 || w.column != all[i-1].column {
			features = append(features, feature{key: x.keys[w.column], from: int32(i)})
		}
		features[len(features)-1].to = int32(i + 1)
	}
	return newModel(t.opts.Order, outputs, features, entries)
}
