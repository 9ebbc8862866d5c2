package metrics

import (
	"cmp"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

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

// Overlap counts a span as found when it shares at least a byte with one on the
// other side: precision is the spans said that touch one of the gold data,
// recall the spans of the gold data that one said touches. An empty span
// touches none.
func (s *Spans) Overlap() PRF { return s.overlap }
