package hybrid_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
)

// BenchmarkClassify reads 6,212 shop reviews, where a copy lies beside the
// project.
func BenchmarkClassify(b *testing.B) {
	f, err := os.Open("../../../shared/data/reviews/shopping.dev.jsonl")
	if err != nil {
		b.Skip(err)
	}
	defer f.Close()
	var fbs []ccr.Feedback
	size := 0
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var r struct{ Text, Category string }
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			b.Fatal(err)
		}
		fbs = append(fbs, ccr.Feedback{Text: r.Text, Channel: ccr.ChannelReview, Product: r.Category})
		size += len(r.Text)
	}
	for _, c := range []struct {
		name string
		c    classify.Classifier
	}{{"hybrid", hybrid.New(nil)}, {"linear", linear.New(nil)}, {"rules", rules.New(nil)}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				for i := range fbs {
					if _, err := c.c.Classify(context.Background(), fbs[i]); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(len(fbs)*b.N)/b.Elapsed().Seconds(), "texts/s")
		})
	}
}
