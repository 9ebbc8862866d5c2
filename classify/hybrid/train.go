package hybrid

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/ccrkit/ccrkit/lexicon"
)

// An Example is a feedback to learn from.
type Example struct {
	_ [0]func()

	Feedback ccr.Feedback

	// Gold is what is right for it. Nil means that only the stars are known,
	// in Feedback.Rating, which are no complaint label: 3 teaches nothing. A
	// Gold without polarity teaches nothing about that.
	Gold *ccr.Assessment

	// Real says that people wrote it in a shop, among all that people write
	// there, as against one that was chosen or written to be hard.
	Real bool

	// Group is what the example has in common with others, so that none of
	// them is held out without the rest: a pair, a writer, a shop. "" means
	// nothing.
	Group string

	// Weight is how much the example counts; 0 means 1.
	Weight float64
}

// TrainOptions are the settings of [Train]. The zero TrainOptions are the
// defaults.
type TrainOptions struct {
	_ [0]func()

	Lexicon *lexicon.Lexicon // nil means lexicon.Default()
	Folds   int              // parts for cross-fitting; 0 means 5
	Seed    uint64           // equal seeds give equal results

	// Progress, when not nil, is told what is being done.
	Progress func(step string)
}

// A Trained is what [Train] made.
type Trained struct {
	_ [0]func()

	Model   *linear.Model // its complaint is a sum of dispute and review
	Weights *Weights

	// Held are, for each example with a Gold, the assessments by a classifier
	// whose model and weights were trained without it and its group: what to
	// measure by. (The models by which those weights were found did see it.)
	// Others are zero.
	Held []ccr.Assessment

	// HeldModel are those by the model alone.
	HeldModel []ccr.Assessment
}

// Train makes a model and weights of examples. It trains the model once with
// all examples, and once for each of some parts without it; how rules and
// model are to be weighed is then learnt from what they say of texts that the
// model has not seen.
//
// Equal examples in equal order give equal results. It fails with an error that
// matches [linear.ErrExamples] when there is too little to learn, with a
// [*ccr.FieldError] for an example that cannot be used, and with that of ctx.
func Train(ctx context.Context, examples []Example, opts *TrainOptions) (*Trained, error) {
	var o TrainOptions
	if opts != nil {
		o = *opts
	}
	o.Folds = cmp.Or(o.Folds, 5)
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.Folds < 2 {
		return nil, fmt.Errorf("hybrid: Folds %d is below 2", o.Folds)
	}
	t := &trainer{opts: o, examples: examples, fold: make([]int, len(examples))}
	gold, in := 0, make([]int, o.Folds) // labelled examples, in all and by part
	for i := range examples {
		t.fold[i] = foldOf(&examples[i], o.Folds)
		if examples[i].Gold != nil && strings.TrimSpace(examples[i].Feedback.Text) != "" {
			gold++
			in[t.fold[i]]++
		}
	}
	if gold == 0 || slices.Max(in) == gold {
		return nil, fmt.Errorf("%w: %d are labelled, not in two groups", linear.ErrExamples, gold)
	}
	return t.train(ctx)
}

// foldOf returns the part in which an example is held out.
func foldOf(x *Example, folds int) int {
	h := fnv.New32a()
	h.Write([]byte(cmp.Or(x.Group, x.Feedback.Text)))
	return int(h.Sum32() % uint32(folds))
}

type trainer struct {
	opts     TrainOptions
	examples []Example
	fold     []int
}

// Settings of the outputs, chosen by cross-validation: see the model's card.
var (
	disputeSettings = linear.Options{Order: 3, Cost: 16, Features: 40_000}
	reviewSettings  = linear.Options{Order: 3, Cost: 8, Features: 60_000}
	realSettings    = linear.Options{Order: 3, Cost: 4, Features: 8_000, MinCount: 3}
	stanceSettings  = linear.Options{Order: 3, Cost: 8, Features: 5_000, MinCount: 3}
	aspectSettings  = linear.Options{Order: 3, Cost: 16, Features: 8_000, MinCount: 3, Plain: true, Clauses: true}
)

// What an example that is real weighs for an output: little where disputed sentences
// are what matters; stars, which tell complaints on nine reviews in ten only, less
// than labels; and little again where there is so much with stars alone that it would
// drown the others.
const (
	reviewInDispute = 0.1
	labelInReview   = 2
	starsInReview   = 0.5
	realInReal      = 0.3
	reviewInStance  = 0.25
)

// labels returns the outputs for aspects and for the polarity that examples
// outside part without have: of others there is nothing to learn.
func (t *trainer) labels(without int) (aspects, stances []string) {
	seen := map[string]bool{}
	for i := range t.examples {
		x := &t.examples[i]
		if t.fold[i] == without || x.Gold == nil {
			continue
		}
		for _, o := range x.Gold.Opinions {
			seen[outputName(o.Aspect, o.Polarity)] = true
		}
		switch x.Gold.Polarity {
		case ccr.Negative:
			seen[linear.Negative] = true
		case ccr.Positive:
			seen[linear.Positive] = true
		case ccr.Mixed:
			seen[linear.Negative], seen[linear.Positive] = true, true
		}
	}
	for _, a := range ccr.Aspects() {
		for _, p := range []ccr.Polarity{ccr.Positive, ccr.Negative} {
			if name := outputName(a, p); seen[name] {
				aspects = append(aspects, name)
			}
		}
	}
	for _, name := range []string{linear.Negative, linear.Positive} {
		if seen[name] {
			stances = append(stances, name)
		}
	}
	return aspects, stances
}

// has reports whether there are examples outside part without that are real, or
// that are not.
func (t *trainer) has(without int, real bool) bool {
	for i := range t.examples {
		if t.fold[i] != without && t.examples[i].Real == real {
			return true
		}
	}
	return false
}

// model trains a model with the examples that are not in part without, -1 for
// all of them.
func (t *trainer) model(ctx context.Context, without int) (*linear.Model, error) {
	aspects, stances := t.labels(without)
	bothKinds := t.has(without, true) && t.has(without, false)
	var models []*linear.Model
	for _, part := range []struct {
		settings linear.Options
		example  func(x *Example, into *linear.Example) bool // whether it is of use
	}{
		{disputeSettings, func(x *Example, into *linear.Example) bool {
			into.Known = []string{linear.Dispute}
			if x.Real {
				into.Weight *= reviewInDispute
			}
			if x.Gold != nil && x.Gold.Complaint >= 0.5 {
				into.Labels = into.Known
			}
			return x.Gold != nil
		}},
		{reviewSettings, func(x *Example, into *linear.Example) bool {
			into.Known = []string{linear.Review}
			bad, known := x.Feedback.Rating <= 2, x.Feedback.Rating != 3 && x.Feedback.Rating != 0
			if x.Gold != nil {
				bad, known = x.Gold.Complaint >= 0.5, x.Real
				into.Weight *= labelInReview
			} else {
				into.Weight *= starsInReview
			}
			if bad {
				into.Labels = into.Known
			}
			return known
		}},
		{realSettings, func(x *Example, into *linear.Example) bool {
			into.Known = []string{linear.Real}
			if x.Real {
				into.Labels = into.Known
				into.Weight *= realInReal
			}
			return bothKinds
		}},
		{stanceSettings, func(x *Example, into *linear.Example) bool {
			into.Known = stances
			if x.Gold == nil || x.Gold.Polarity == ccr.Unknown || len(stances) == 0 {
				return false
			}
			if x.Real {
				into.Weight *= reviewInStance
			}
			if p := x.Gold.Polarity; p == ccr.Negative || p == ccr.Mixed {
				into.Labels = append(into.Labels, linear.Negative)
			}
			if p := x.Gold.Polarity; p == ccr.Positive || p == ccr.Mixed {
				into.Labels = append(into.Labels, linear.Positive)
			}
			return true
		}},
		{aspectSettings, func(x *Example, into *linear.Example) bool {
			into.Known = aspects
			if x.Gold == nil || len(aspects) == 0 {
				return false
			}
			for _, o := range x.Gold.Opinions {
				name := outputName(o.Aspect, o.Polarity)
				if !slices.Contains(aspects, name) {
					continue
				}
				if !slices.Contains(into.Labels, name) {
					into.Labels = append(into.Labels, name)
				}
				for _, e := range o.Evidence {
					if e.Valid(into.Text) {
						into.Spans = append(into.Spans, linear.Span{Label: name, Start: e.Start, End: e.End})
					}
				}
			}
			return true
		}},
	} {
		part.settings.Seed = t.opts.Seed
		tr, err := linear.NewTrainer(&part.settings)
		if err != nil {
			return nil, err
		}
		for i := range t.examples {
			x := &t.examples[i]
			if t.fold[i] == without {
				continue
			}
			into := linear.Example{Text: x.Feedback.Text, Channel: heard(x.Feedback.Channel), Weight: cmp.Or(x.Weight, 1)}
			if !part.example(x, &into) {
				continue
			}
			if err := tr.Add(into); err != nil {
				return nil, fmt.Errorf("hybrid: example %d: %w", i, err)
			}
		}
		m, err := tr.Train(ctx)
		if errors.Is(err, linear.ErrExamples) && tr.Len() == 0 {
			continue // no stars, say
		}
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return linear.Merge(models...)
}

// outputName is the name of a model's output for an aspect.
func outputName(a ccr.Aspect, p ccr.Polarity) string {
	if p == ccr.Negative {
		return string(a) + "-"
	}
	return string(a) + "+"
}

func (t *trainer) train(ctx context.Context) (*Trained, error) {
	r := rules.New(&rules.Options{Lexicon: t.opts.Lexicon})
	models := make([]*linear.Model, t.opts.Folds)
	rows := make([]row, len(t.examples))
	for f := range models {
		t.opts.Progress(fmt.Sprintf("training without part %d of %d", f+1, t.opts.Folds))
		m, err := t.model(ctx, f)
		if err != nil {
			return nil, err
		}
		models[f] = m
		none := &Weights{facts: newBlend()}
		c := &Classifier{rules: r, model: m, weights: none, outputs: outputsOf(m)}
		for i := range t.examples {
			if x := &t.examples[i]; t.fold[i] == f && x.Gold != nil {
				if rows[i], err = read(c, x); err != nil {
					return nil, fmt.Errorf("hybrid: example %d: %w", i, err)
				}
			}
		}
	}
	// What is held out of the model is held out of the weights in turn.
	out := &Trained{Held: make([]ccr.Assessment, len(t.examples)), HeldModel: make([]ccr.Assessment, len(t.examples))}
	for f, m := range models {
		t.opts.Progress(fmt.Sprintf("weighing without part %d of %d", f+1, t.opts.Folds))
		m, err := t.finish(m, rows, f)
		if err != nil {
			return nil, err
		}
		alone := linear.New(m)
		both := New(&Options{Lexicon: t.opts.Lexicon, Model: m, Weights: t.weigh(rows, f)})
		for i := range t.examples {
			if x := &t.examples[i]; t.fold[i] == f && x.Gold != nil {
				if out.Held[i], err = both.Classify(ctx, x.Feedback); err != nil {
					return nil, err
				}
				if out.HeldModel[i], err = alone.Classify(ctx, x.Feedback); err != nil {
					return nil, err
				}
			}
		}
	}
	t.opts.Progress("training with all")
	m, err := t.model(ctx, -1)
	if err != nil {
		return nil, err
	}
	out.Weights = t.weigh(rows, -1)
	out.Model, err = t.finish(m, rows, -1)
	return out, err
}

var (
	disputeFact = slices.Index(factNames(), linear.Dispute)
	reviewFact  = slices.Index(factNames(), linear.Review)
)

// finish returns m with what can be learnt of rows alone, which it has not seen: a
// complaint, and from what log-odds on aspects are given.
func (t *trainer) finish(m *linear.Model, rows []row, without int) (*linear.Model, error) {
	m, err := t.sum(m, rows, without)
	if err != nil {
		return nil, err
	}
	x, y, c, missed := t.judged(rows, without, func(_ int, k *claim) []float64 {
		if k.output < 0 || k.odds <= faint { // below, those alone are known that the rules saw
			return nil
		}
		return []float64{k.odds}
	})
	var aspects []string
	for _, name := range m.Outputs() {
		if _, _, ok := linear.AspectOutput(name); ok {
			aspects = append(aspects, name)
		}
	}
	return m.Give(bestF1(x, y, c, []float64{1}, missed), aspects...)
}

// judged returns the facts of the claims in rows that are not in part without, as of says
// them of a claim and the index of its row, nil for one that does not matter; which of
// them are right, 0 or 1; what they weigh; and what the right opinions weigh that are not
// among them.
func (t *trainer) judged(rows []row, without int, of func(i int, k *claim) []float64) (x [][]float64, y, weight []float64, missed float64) {
	for i := range rows {
		if !rows[i].read || t.fold[i] == without {
			continue
		}
		missed += rows[i].weight * float64(len(t.examples[i].Gold.Opinions))
		for n := range rows[i].claims {
			k := &rows[i].claims[n]
			facts := of(i, &k.claim)
			if facts == nil {
				continue
			}
			right := 0.0
			if k.right {
				right = 1
				missed -= rows[i].weight
			}
			x, y, weight = append(x, facts), append(y, right), append(weight, rows[i].weight)
		}
	}
	return x, y, weight, missed
}

// sum returns m with a complaint: the sum of its dispute and review that fits the
// rows which are not in part without best.
func (t *trainer) sum(m *linear.Model, rows []row, without int) (*linear.Model, error) {
	var x [][]float64
	var y, c []float64
	for i := range rows {
		if rows[i].read && t.fold[i] != without {
			x = append(x, []float64{1, rows[i].facts[disputeFact], rows[i].facts[reviewFact]})
			y, c = append(y, rows[i].right), append(c, rows[i].weight)
		}
	}
	w := regress(x, y, c)
	terms := []linear.Term{{Output: linear.Dispute, Weight: w[1]}}
	if m.Output(linear.Review) >= 0 {
		terms = append(terms, linear.Term{Output: linear.Review, Weight: w[2]})
	}
	return m.Sum(linear.Complaint, w[0], terms...)
}

// A row is what both parts found in an example, the model without having seen
// it.
type row struct {
	read   bool // there is something to learn
	facts  []float64
	weight float64
	right  float64
	claims []claimRow
}

type claimRow struct {
	claim
	right bool
}

// read reads an example with c.
func read(c *Classifier, x *Example) (row, error) {
	j := &judge{c: c}
	fb := x.Feedback
	j.start(&fb)
	_, err := c.rules.ClassifyBy(j, fb)
	if err != nil || !j.read {
		return row{}, err
	}
	y := row{read: true, facts: slices.Clone(j.facts), weight: cmp.Or(x.Weight, 1)}
	if x.Gold.Complaint >= 0.5 {
		y.right = 1
	}
	for _, k := range j.claims {
		y.claims = append(y.claims, claimRow{k, slices.ContainsFunc(x.Gold.Opinions, func(o ccr.Opinion) bool {
			return o.Aspect == k.aspect && o.Polarity == k.polarity
		})})
	}
	return y, nil
}

// byHand are the weights of facts that examples seldom tell: stars and structured
// reasons. High stars are nothing against a complaint, which is to be heard behind five
// of them.
var byHand = map[string]float64{"low-rating": 0.5, "high-rating": 0, "own-reason": -1, "fault-reason": 0.5}

// weigh fits the weights to the rows that are not in part without.
func (t *trainer) weigh(rows []row, without int) *Weights {
	var x [][]float64
	var y, c []float64
	for i := range rows {
		if rows[i].read && t.fold[i] != without {
			x, y, c = append(x, rows[i].facts), append(y, rows[i].right), append(c, rows[i].weight)
		}
	}
	w := &Weights{facts: regressBlend(x, y, c), stance: t.stance(rows, without), shares: t.shares(rows, without)}
	for i, name := range factNames() {
		if v, ok := byHand[name]; ok {
			w.facts.weight[i], w.facts.real[i] = v, 0
		}
	}
	z := make([]float64, len(rows)) // log-odds of a complaint
	for i := range rows {
		if rows[i].read {
			z[i] = w.complaint(rows[i].facts, some(nil, rows[i].facts))
		}
	}
	x, y, c, missed := t.judged(rows, without, func(i int, k *claim) []float64 {
		var v claimVector
		k.vector(&v, z[i])
		return v[:]
	})
	copy(w.claims[:], regress(x, y, c))
	w.claims[0] -= bestF1(x, y, c, w.claims[:], missed)
	return w
}

// stance returns the weights of each polarity against the others, fitted to the
// rows that are not in part without.
func (t *trainer) stance(rows []row, without int) (stance [len(polarities)]blend) {
	var x [][]float64
	var c []float64
	var said []ccr.Polarity
	for i := range rows {
		if rows[i].read && t.fold[i] != without && t.examples[i].Gold.Polarity != ccr.Unknown {
			x, c, said = append(x, rows[i].facts), append(c, rows[i].weight), append(said, t.examples[i].Gold.Polarity)
		}
	}
	for k, p := range polarities {
		y, n := make([]float64, len(said)), 0
		for i := range said {
			if said[i] == p {
				y[i] = 1
				n++
			}
		}
		if n > 0 {
			stance[k] = regressBlend(x, y, c)
		}
	}
	return stance
}

// shares returns the share of complaints, by channel, of the rows that are not in
// part without.
func (t *trainer) shares(rows []row, without int) (shares [channels]float64) {
	var bad, all [channels]float64
	for i := range rows {
		if !rows[i].read || t.fold[i] == without {
			continue
		}
		c := heard(t.examples[i].Feedback.Channel)
		bad[c] += rows[i].weight * rows[i].right
		all[c] += rows[i].weight
	}
	for c := range shares {
		if bad[c] > 0 && bad[c] < all[c] {
			shares[c] = bad[c] / all[c]
		}
	}
	return shares
}

// bestF1 returns the log-odds from which claims are best made.
func bestF1(x [][]float64, y, weight, w []float64, missed float64) float64 {
	order := make([]int, len(x))
	z := make([]float64, len(x))
	all := missed
	for i := range x {
		order[i] = i
		all += y[i] * weight[i]
		for j, v := range x[i] {
			z[i] += v * w[j]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(z[b], z[a]) })
	best, at, hits, made := 0.0, 0.0, 0.0, 0.0
	for _, i := range order {
		hits += y[i] * weight[i]
		made += weight[i]
		if f := 2 * hits / (made + all); f > best {
			best, at = f, z[i]
		}
	}
	return at
}

// regressBlend returns the weights of facts by [regress]. Those that would only
// repeat how a text reads stay 0.
func regressBlend(facts [][]float64, y, weight []float64) blend {
	b := newBlend()
	n := len(b.weight)
	real := slices.Index(factNames(), linear.Real)
	x := make([][]float64, len(facts))
	for i, f := range facts {
		x[i] = append(slices.Grow(slices.Clone(f), n), f...)
		for k := range f {
			if k == 0 || k == real || k == readsReal {
				x[i][n+k] = 0
			} else {
				x[i][n+k] *= f[readsReal]
			}
		}
	}
	w := regress(x, y, weight)
	copy(b.weight, w)
	copy(b.real, w[min(n, len(w)):])
	return b
}

// ridge is the penalty of a standardised weight.
const ridge = 2.0

// regress returns the weights of a logistic regression of y on the columns of
// x, by Newton's method (iteratively reweighted least squares: McCullagh and
// Nelder, 1989, Generalized Linear Models, 2.5). Columns are scaled to the same
// spread before a ridge penalises their weights; a column that is always the
// same keeps weight 0, but for the first, which is the constant.
func regress(x [][]float64, y, weight []float64) []float64 {
	if len(x) == 0 {
		return nil
	}
	n := len(x[0])
	scale := make([]float64, n)
	for j := range n {
		var sum, square, all float64
		for i := range x {
			sum += weight[i] * x[i][j]
			square += weight[i] * x[i][j] * x[i][j]
			all += weight[i]
		}
		if v := square/all - sum/all*sum/all; v > 1e-12 {
			scale[j] = 1 / math.Sqrt(v)
		}
	}
	scale[0] = 1
	w := make([]float64, n)
	h, g := make([][]float64, n), make([]float64, n)
	for j := range h {
		h[j] = make([]float64, n)
	}
	row := make([]float64, n)
	for range 30 {
		for j := range h {
			clear(h[j])
			g[j] = -ridge * w[j]
			h[j][j] = ridge
		}
		g[0], h[0][0] = 0, 1e-9
		for i := range x {
			z := 0.0
			for j, v := range x[i] {
				row[j] = v * scale[j]
				z += row[j] * w[j]
			}
			p := 1 / (1 + math.Exp(-z))
			d, q := weight[i]*(y[i]-p), weight[i]*max(p*(1-p), 1e-6)
			for j, v := range row {
				if v == 0 {
					continue
				}
				g[j] += d * v
				qv := q * v
				for k, u := range row[:j+1] {
					h[j][k] += qv * u
				}
			}
		}
		step := solve(h, g)
		largest := 0.0
		for j := range w {
			w[j] += step[j]
			largest = max(largest, math.Abs(step[j]))
		}
		if largest < 1e-6 {
			break
		}
	}
	for j := range w {
		w[j] *= scale[j]
	}
	return w
}

// solve returns h⁻¹g for a positive definite h, of which the lower half is
// given and overwritten, by Cholesky's decomposition.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for j := range n {
		for k := range j + 1 {
			s := h[j][k]
			for i := range k {
				s -= h[j][i] * h[k][i]
			}
			if j == k {
				h[j][j] = math.Sqrt(max(s, 1e-12))
			} else {
				h[j][k] = s / h[k][k]
			}
		}
	}
	x := slices.Clone(g)
	for j := range n {
		for k := range j {
			x[j] -= h[j][k] * x[k]
		}
		x[j] /= h[j][j]
	}
	for j := n - 1; j >= 0; j-- {
		for k := j + 1; k < n; k++ {
			x[j] -= h[k][j] * x[k]
		}
		x[j] /= h[j][j]
	}
	return x
}
