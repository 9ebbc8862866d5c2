package rules_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/rules"
)

func corpus(tb testing.TB) (fbs []ccr.Feedback, size int64) {
	f, err := os.Open("../../../shared/data/reviews/shopping.dev.jsonl")
	if err != nil {
		tb.Skip(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var r struct{ Text, Category string }
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			tb.Fatal(err)
		}
		fbs = append(fbs, ccr.Feedback{Text: r.Text, Channel: ccr.ChannelReview, Product: r.Category})
		size += int64(len(r.Text))
	}
	return fbs, size
}

func BenchmarkClassify(b *testing.B) {
	fbs, size := corpus(b)
	c := rules.New(nil)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for i := range fbs {
			if _, err := c.Classify(context.Background(), fbs[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(fbs)*b.N)/b.Elapsed().Seconds(), "texts/s")
}
