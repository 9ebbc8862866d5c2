package metrics_test

import (
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// Values are those of scikit-learn 1.2.1 on the same sets, binarized:
// precision_recall_fscore_support, accuracy_score, and fbeta_score with
// average="samples" and zero_division=1.
func TestLabelSets(t *testing.T) {
	var s metrics.LabelSets[string]
	for _, x := range [][2]string{{"y x", "x x"}, {"x", "x z"}, {"", ""}, {"z", "z"}, {"x z x", "z x"}, {"y", "w"}, {"", "x"}} {
		s.Add(strings.Fields(x[0]), strings.Fields(x[1]))
	}
	if got, want := s.ExactMatch(), (metrics.Rate{Num: 3, Den: 7}); got != want {
		t.Errorf("exact match %v, want %v", got, want)
	}
	micro := s.Classes().Micro()
	checkFloat(t, "micro precision", micro.Precision.Value(), 0.625)
	checkFloat(t, "micro recall", micro.Recall.Value(), 0.7142857142857143)
	checkFloat(t, "micro F1", micro.F(1), 0.6666666666666666)
	p, r, f := s.Classes().Macro(1)
	checkFloat(t, "macro precision", p, 0.35416666666666663)
	checkFloat(t, "macro recall", r, 0.5)
	checkFloat(t, "macro F1", f, 0.41428571428571426)
	p, r, f = s.Classes().Weighted(1)
	checkFloat(t, "weighted precision", p, 0.5119047619047619)
	checkFloat(t, "weighted recall", r, 0.7142857142857143)
	checkFloat(t, "weighted F1", f, 0.5959183673469387)
	checkFloat(t, "samples F1", s.SamplesF(1), 0.619047619047619)
	checkFloat(t, "samples F2", s.SamplesF(2), 0.6269841269841271)

	var none metrics.LabelSets[string]
	checkFloat(t, "samples F1 of nothing", none.SamplesF(1), nan)
	if got := none.ExactMatch(); got != (metrics.Rate{}) || len(none.Classes()) != 0 {
		t.Errorf("nothing: exact match %v, classes %v", got, none.Classes())
	}
}

// Sets of one label are the confusion matrix.
func TestLabelSetsOfOne(t *testing.T) {
	r := newRand(1)
	var s metrics.LabelSets[int]
	var c metrics.Confusion[int]
	for range 200 {
		gold, said := r.IntN(4), r.IntN(5)
		s.Add([]int{gold}, []int{said})
		c.Add(gold, said)
	}
	for i, k := range c.Classes() {
		if s.Classes()[i] != k {
			t.Errorf("%v, want %v", s.Classes()[i], k)
		}
	}
	if s.ExactMatch() != c.Accuracy() {
		t.Errorf("exact match %v, want %v", s.ExactMatch(), c.Accuracy())
	}
	checkFloat(t, "samples F1", s.SamplesF(1), c.Accuracy().Value())
}

func TestLabelSetsMerge(t *testing.T) {
	for seed := range uint64(8) {
		r := newRand(seed)
		set := func() (out []int) {
			for range r.IntN(5) {
				out = append(out, r.IntN(6))
			}
			return out
		}
		var items []func(*metrics.LabelSets[int])
		for range 300 {
			gold, said := set(), set()
			items = append(items, func(s *metrics.LabelSets[int]) { s.Add(gold, said) })
		}
		checkMerge(t, r, func() *metrics.LabelSets[int] { return new(metrics.LabelSets[int]) }, items, func(s *metrics.LabelSets[int]) any {
			p, q, f := s.Classes().Macro(1)
			return []any{s.Classes(), s.ExactMatch(), s.SamplesF(1), p, q, f}
		})
	}
}

// By hand. A span is two numbers.
func TestSpans(t *testing.T) {
	spans := func(ends ...int) (out []ccr.Evidence) {
		for i := 0; i < len(ends); i += 2 {
			out = append(out, ccr.Evidence{Start: ends[i], End: ends[i+1]})
		}
		return out
	}
	prf := func(p, said, r, gold int) metrics.PRF {
		return metrics.PRF{Precision: metrics.Rate{Num: p, Den: said}, Recall: metrics.Rate{Num: r, Den: gold}}
	}
	for _, tt := range []struct {
		name           string
		gold, said     []ccr.Evidence
		exact, overlap metrics.PRF
	}{
		{"none", nil, nil, metrics.PRF{}, metrics.PRF{}},
		{"same", spans(0, 6, 9, 12), spans(9, 12, 0, 6), prf(2, 2, 2, 2), prf(2, 2, 2, 2)},
		{"repeated", spans(0, 6, 0, 6), spans(0, 6, 0, 6, 0, 6), prf(1, 1, 1, 1), prf(1, 1, 1, 1)},
		{"touching ends", spans(0, 6), spans(6, 9), prf(0, 1, 0, 1), prf(0, 1, 0, 1)},
		{"one byte", spans(0, 6), spans(5, 9), prf(0, 1, 0, 1), prf(1, 1, 1, 1)},
		{"two in one", spans(0, 3, 6, 9, 20, 23), spans(0, 9), prf(0, 1, 0, 3), prf(1, 1, 2, 3)},
		{"one in two", spans(0, 9), spans(0, 3, 6, 9, 20, 23), prf(0, 3, 0, 1), prf(2, 3, 1, 1)},
		{"empty", spans(3, 3), spans(3, 3, 0, 9), prf(1, 2, 1, 1), prf(0, 2, 0, 1)},
		{"missed", spans(0, 3), nil, prf(0, 0, 0, 1), prf(0, 0, 0, 1)},
	} {
		var s metrics.Spans
		s.Add(tt.gold, tt.said)
		if s.Exact() != tt.exact || s.Overlap() != tt.overlap {
			t.Errorf("%s: exact %v, overlap %v, want %v, %v", tt.name, s.Exact(), s.Overlap(), tt.exact, tt.overlap)
		}
	}
	// Overlap of two in one: P 1, R 2/3.
	checkFloat(t, "F1", prf(1, 1, 2, 3).F(1), 0.8)
	checkFloat(t, "F2", prf(1, 1, 2, 3).F(2), 5*(2.0/3)/(4+2.0/3))
}

func TestSpansMerge(t *testing.T) {
	for seed := range uint64(8) {
		r := newRand(seed)
		spans := func() (out []ccr.Evidence) {
			for range r.IntN(4) {
				start := r.IntN(12)
				out = append(out, ccr.Evidence{Start: start, End: start + 1 + r.IntN(4)})
			}
			return out
		}
		var items []func(*metrics.Spans)
		for range 100 {
			gold, said := spans(), spans()
			items = append(items, func(s *metrics.Spans) { s.Add(gold, said) })
		}
		checkMerge(t, r, func() *metrics.Spans { return new(metrics.Spans) }, items, func(s *metrics.Spans) any {
			return []metrics.PRF{s.Exact(), s.Overlap()}
		})
	}
}
