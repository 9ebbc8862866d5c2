package hybrid_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
)

// BenchmarkClassify reads 6,212 shop reviews, where a copy lies beside the
// project. The last classifier has one output, as those of others have: stars, learnt
// from the train part.
func BenchmarkClassify(b *testing.B) {
	var fbs []ccr.Feedback
	size := 0
	starReviews(b, "shopping.dev", func(fb ccr.Feedback, _ bool) {
		fbs = append(fbs, fb)
		size += len(fb.Text)
	})
	tr, err := linear.NewTrainer(&linear.Options{Order: 3})
	if err != nil {
		b.Fatal(err)
	}
	starReviews(b, "shopping.train", func(fb ccr.Feedback, low bool) {
		x := linear.Example{Text: fb.Text, Channel: fb.Channel, Known: []string{linear.Negative}}
		if low {
			x.Labels = x.Known
		}
		if err := tr.Add(x); err != nil {
			b.Fatal(err)
		}
	})
	stars, err := tr.Train(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		c    classify.Classifier
	}{{"hybrid", hybrid.New(nil)}, {"linear", linear.New(nil)}, {"rules", rules.New(nil)}, {"linear of stars", linear.New(stars)}} {
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

// starReviews calls f with the reviews of a file, where a copy lies beside the project,
// and whether their stars are low.
func starReviews(tb testing.TB, name string, f func(fb ccr.Feedback, low bool)) {
	tb.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "reviews", name+".jsonl"))
	if err != nil {
		tb.Skip(err)
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var r struct{ Text, Label, Category string }
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			tb.Fatal(err)
		}
		f(ccr.Feedback{Text: r.Text, Channel: ccr.ChannelReview, Product: r.Category}, r.Label == "negative")
	}
}
