package classify_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// busy computes for about as long as a fast classifier reads a review.
var busy = classify.Func(func(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	h := uint32(2166136261)
	for range 40 {
		for i := range len(fb.Text) {
			h = (h ^ uint32(fb.Text[i])) * 16777619
		}
	}
	return ccr.Assessment{Complaint: float64(h%2) * 0.9}, nil
})

func BenchmarkVerdicts(b *testing.B) {
	const n = 10_000
	var cs []ccr.Case
	for i := range n {
		cs = append(cs, caseOf(fmt.Sprint(i), "物流很快，包装完好，东西也不错，下次还来"))
	}
	source := func(yield func(ccr.Case, error) bool) {
		for _, c := range cs {
			if !yield(c, nil) {
				return
			}
		}
	}
	perCase := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/case")
	}
	b.Run("loop", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, c := range cs {
				if _, err := classify.Judge(b.Context(), busy, nil, c); err != nil {
					b.Fatal(err)
				}
			}
		}
		perCase(b)
	})
	for _, workers := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, err := range classify.Verdicts(b.Context(), busy, nil, source, workers) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			perCase(b)
		})
	}
}

func BenchmarkWrappers(b *testing.B) {
	fb := ccr.Feedback{Text: "质量很差，开线了"}
	for _, bm := range []struct {
		name string
		c    classify.Classifier
	}{
		{"none", answers},
		{"Recover", classify.Recover(answers)},
		{"Fallback", classify.Fallback(answers)},
		{"WithTimeout", classify.WithTimeout(answers, 1<<40)},
		{"CacheHit", classify.Cache(answers, 10)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(fb.Text)))
			for b.Loop() {
				if _, err := bm.c.Classify(b.Context(), fb); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
