package metrics

import (
	"math"
	"slices"
)

// A PRF tells how well one class, or kind of span, was found: Precision is the
// correct ones of those said, Recall the found ones of those in the gold
// data. Accumulate with Add. The zero PRF is "nothing observed".
type PRF struct {
	Precision Rate `json:"precision"`
	Recall    Rate `json:"recall"`
}

// Add returns p and q taken together, which for classes is the micro average.
func (p PRF) Add(q PRF) PRF {
	return PRF{p.Precision.Add(q.Precision), p.Recall.Add(q.Recall)}
}

// F returns the weighted harmonic mean of precision P and recall R, in [0, 1],
// in which recall counts beta times as much; F(1) is F1, F(0) precision, and
// F(+Inf) recall:
//
//	(1+beta²)·P·R / (beta²·P + R)
//
// see van Rijsbergen, "Information Retrieval" (1979), ch. 7. It is 0 when
// nothing was found although something was said or was in the gold data, even
// where precision or recall has no value of its own, and NaN when neither
// said nor gold data have anything. F is no proportion of independent trials:
// its interval comes of [Bootstrap].
func (p PRF) F(beta float64) float64 {
	found, said := float64(p.Precision.Num), float64(p.Precision.Den)
	recalled, gold := float64(p.Recall.Num), float64(p.Recall.Den)
	switch {
	case said+gold == 0:
		return math.NaN()
	case found == 0 || recalled == 0:
		return 0
	}
	b := beta * beta
	if math.IsInf(b, 1) {
		return recalled / gold
	}
	return (1 + b) * found * recalled / (b*found*gold + recalled*said)
}

// A Class is a label with how well it was found.
type Class[L comparable] struct {
	Label L `json:"label"`
	PRF
}

// Classes are the classes of a [Confusion] or of [LabelSets]. Filter them
// first to average over some of them only, such as all but "none".
type Classes[L comparable] []Class[L]

// Of returns the PRF of label; the zero PRF when it is not among them.
func (c Classes[L]) Of(label L) PRF {
	for _, k := range c {
		if k.Label == label {
			return k.PRF
		}
	}
	return PRF{}
}

// Micro returns all classes taken together, so that every decision weighs the
// same.
func (c Classes[L]) Micro() PRF {
	var p PRF
	for _, k := range c {
		p = p.Add(k.PRF)
	}
	return p
}

// Macro returns the means over classes of precision, recall and F(beta), so
// that every class weighs the same. A class without a precision or recall of
// its own, since it was never said or is not in the gold data, enters with 0,
// as in scikit-learn. All are NaN without classes.
func (c Classes[L]) Macro(beta float64) (precision, recall, f float64) {
	return c.mean(beta, func(PRF) int { return 1 })
}

// Weighted is [Classes.Macro] with classes weighed by how often they are in
// the gold data. All are NaN when none is.
func (c Classes[L]) Weighted(beta float64) (precision, recall, f float64) {
	return c.mean(beta, func(p PRF) int { return p.Recall.Den })
}

func (c Classes[L]) mean(beta float64, weight func(PRF) int) (precision, recall, f float64) {
	orZero := func(x float64) float64 {
		if math.IsNaN(x) {
			return 0
		}
		return x
	}
	sum := 0.0
	for _, k := range c {
		w := float64(weight(k.PRF))
		sum += w
		precision += w * orZero(k.Precision.Value())
		recall += w * orZero(k.Recall.Value())
		f += w * orZero(k.F(beta))
	}
	return precision / sum, recall / sum, f / sum
}

// A Confusion accumulates the confusion matrix of a task with one label a text.
// The zero Confusion is ready to use. Labels must equal themselves, which a NaN
// does not. Memory is for each pair of labels seen, and every figure costs about
// that much time.
type Confusion[L comparable] struct {
	_ [0]func()

	cells counts[cell[L]]
}

type cell[L comparable] struct{ gold, said L }

// Add counts one text with its label in the gold data and the one said.
func (c *Confusion[L]) Add(gold, said L) { c.cells.add(cell[L]{gold, said}, 1) }

// Merge adds what o has accumulated.
func (c *Confusion[L]) Merge(o *Confusion[L]) {
	if o != nil {
		c.cells.merge(o.cells)
	}
}

// Count returns how many texts of label gold were said to be said.
func (c *Confusion[L]) Count(gold, said L) int { return c.cells[cell[L]{gold, said}] }

// Accuracy returns the texts with the right label of all texts.
func (c *Confusion[L]) Accuracy() Rate {
	var r Rate
	for k, n := range c.cells {
		r.Den += n
		if k.gold == k.said {
			r.Num += n
		}
	}
	return r
}

// Classes returns each label that was in the gold data or was said, against
// the rest, in order of the labels.
func (c *Confusion[L]) Classes() Classes[L] {
	var gold, said, both counts[L]
	for k, n := range c.cells {
		gold.add(k.gold, n)
		said.add(k.said, n)
		if k.gold == k.said {
			both.add(k.gold, n)
		}
	}
	return classes(gold, said, both)
}

func classes[L comparable](gold, said, both counts[L]) Classes[L] {
	var all counts[L]
	all.merge(gold)
	all.merge(said)
	out := make(Classes[L], 0, len(all))
	for l := range all {
		out = append(out, Class[L]{l, PRF{Rate{both[l], said[l]}, Rate{both[l], gold[l]}}})
	}
	slices.SortFunc(out, func(a, b Class[L]) int { return compareKeys(a.Label, b.Label) })
	return out
}

// MCC returns the correlation of gold data and what was said, in [-1, 1]: the
// coefficient of Matthews, for more than two labels that of Gorodkin, "Comparing
// two K-category assignments by a K-category correlation coefficient",
// Computational Biology and Chemistry 28 (2004), 367-374. It is NaN when all
// texts have one label in the gold data, or one was said of all.
func (c *Confusion[L]) MCC() float64 {
	n, right, byChance, gold, said := c.margins()
	return (n*right - byChance) / math.Sqrt((n*n-gold)*(n*n-said))
}

// Kappa returns Cohen's kappa, the agreement beyond chance, at most 1 and 0
// where it is that of chance; see Cohen, "A coefficient of agreement for
// nominal scales", Educational and Psychological Measurement 20 (1960), 37-46.
// It is NaN without texts, and when gold data and what was said are one label
// and the same.
func (c *Confusion[L]) Kappa() float64 {
	n, right, byChance, _, _ := c.margins()
	return (n*right - byChance) / (n*n - byChance)
}

// margins returns the texts, those with the right label, and the sums over
// labels of gold·said, gold² and said².
func (c *Confusion[L]) margins() (n, right, both, gold, said float64) {
	for _, k := range c.Classes() {
		g, s := float64(k.Recall.Den), float64(k.Precision.Den)
		n += g
		right += float64(k.Recall.Num)
		both += g * s
		gold += g * g
		said += s * s
	}
	return n, right, both, gold, said
}
