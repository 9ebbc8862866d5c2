package metrics

import (
	"cmp"
	"math"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
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
// that is repeated counts once.
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

// Spans accumulates how well spans of texts were found. The zero Spans is ready
// to use. For spans of several kinds keep one for each; merged they are the micro
// average.
type Spans struct {
	_ [0]func()

	exact, overlap PRF
}

// Add counts one text with its spans in the gold data and those said, in any
// order. A span that is repeated counts once. Cost is that of sorting, and
// the product of both numbers of spans.
func (s *Spans) Add(gold, said []ccr.Evidence) {
	gold, said = spanSet(gold), spanSet(said)
	s.exact = s.exact.Add(PRF{matched(said, gold, sameSpan), matched(gold, said, sameSpan)})
	s.overlap = s.overlap.Add(PRF{matched(said, gold, overlaps), matched(gold, said, overlaps)})
}

func spanSet(spans []ccr.Evidence) []ccr.Evidence {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b ccr.Evidence) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return slices.Compact(spans)
}

func matched(of, in []ccr.Evidence, match func(a, b ccr.Evidence) bool) Rate {
	r := Rate{Den: len(of)}
	for _, a := range of {
		if slices.ContainsFunc(in, func(b ccr.Evidence) bool { return match(a, b) }) {
			r.Num++
		}
	}
	return r
}

func sameSpan(a, b ccr.Evidence) bool { return a == b }

func overlaps(a, b ccr.Evidence) bool { return max(a.Start, b.Start) < min(a.End, b.End) }

// Merge adds what o has accumulated.
func (s *Spans) Merge(o *Spans) {
	if o != nil {
		s.exact, s.overlap = s.exact.Add(o.exact), s.overlap.Add(o.overlap)
	}
}

// Exact counts a span as found when it was said with the same start and end.
func (s *Spans) Exact() PRF { return s.exact }

// Overlap counts a span as found when it shares at least a byte with one on the other side:
// precision is the spans said that touch one of the gold data, recall the spans
// of the gold data that one said touches. An empty span touches none.
func (s *Spans) Overlap() PRF { return s.overlap }
