package metrics

import (
	"math"
	"slices"
)

// LabelSets accumulates how well sets of labels were found, for tasks with any
// number of labels a text. The zero LabelSets is ready to use. Labels must
// equal themselves, which a NaN does not.
type LabelSets[L comparable] struct {
	_ [0]func()

	gold, said, both counts[L]
	texts            counts[overlap]
}

// An overlap is the sizes of the two sets of a text and of what they share.
type overlap struct{ gold, said, both int }

// Add counts one text with its labels in the gold data and those said. A label
// that is repeated counts once. Cost is quadratic in the labels of a text.
func (s *LabelSets[L]) Add(gold, said []L) {
	var o overlap
	each := func(labels []L, f func(L)) {
		for i, l := range labels {
			if !slices.Contains(labels[:i], l) {
				f(l)
			}
		}
	}
	each(gold, func(l L) {
		o.gold++
		s.gold.add(l, 1)
		if slices.Contains(said, l) {
			o.both++
			s.both.add(l, 1)
		}
	})
	each(said, func(l L) {
		o.said++
		s.said.add(l, 1)
	})
	s.texts.add(o, 1)
}

// Merge adds what o has accumulated.
func (s *LabelSets[L]) Merge(o *LabelSets[L]) {
	if o == nil {
		return
	}
	s.gold.merge(o.gold)
	s.said.merge(o.said)
	s.both.merge(o.both)
	s.texts.merge(o.texts)
}

// Classes returns each label that was in the gold data or was said, in order of
// the labels; [Classes] has the averages.
func (s *LabelSets[L]) Classes() Classes[L] { return classes(s.gold, s.said, s.both) }

// ExactMatch returns the texts of which exactly the right labels were said, of
// all texts. It is also called subset accuracy.
func (s *LabelSets[L]) ExactMatch() Rate {
	var r Rate
	for o, n := range s.texts {
		r.Den += n
		if o.gold == o.both && o.said == o.both {
			r.Num += n
		}
	}
	return r
}

// SamplesF returns the mean over texts of F(beta) of their labels, in [0, 1],
// where a text that has no labels and of which none was said has 1. It is NaN
// without texts.
func (s *LabelSets[L]) SamplesF(beta float64) float64 {
	sum, texts := 0.0, 0.0
	for _, c := range s.texts.sorted() { // a sum of floats depends on the order
		o, n := c.Key, float64(c.N)
		f := PRF{Rate{o.both, o.said}, Rate{o.both, o.gold}}.F(beta)
		if math.IsNaN(f) {
			f = 1
		}
		sum += n * f
		texts += n
	}
	return sum / texts
}
