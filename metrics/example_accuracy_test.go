package metrics_test

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func ExampleConfusion() {
	gold := strings.Fields("negative negative positive neutral positive negative positive neutral")
	said := strings.Fields("negative positive positive positive positive negative positive neutral")
	var c metrics.Confusion[string]
	for i := range gold {
		c.Add(gold[i], said[i])
	}
	all := c.Accuracy()
	fmt.Printf("accuracy %d of %d, MCC %.2f, kappa %.2f\n", all.Num, all.Den, c.MCC(), c.Kappa())
	for _, k := range c.Classes() {
		fmt.Printf("%-8s P %.2f R %.2f F1 %.2f\n", k.Label, k.Precision.Value(), k.Recall.Value(), k.F(1))
	}
	_, _, f := c.Classes().Macro(1)
	fmt.Printf("macro F1 %.2f\n", f)

	// The average over some of the classes only.
	opinions := slices.DeleteFunc(c.Classes(), func(k metrics.Class[string]) bool { return k.Label == "neutral" })
	fmt.Printf("micro F1 without neutral %.2f\n", opinions.Micro().F(1))
	// Output:
	// accuracy 6 of 8, MCC 0.66, kappa 0.61
	// negative P 1.00 R 0.67 F1 0.80
	// neutral  P 1.00 R 0.50 F1 0.67
	// positive P 0.60 R 1.00 F1 0.75
	// macro F1 0.74
	// micro F1 without neutral 0.77
}

func ExampleLabelSets() {
	type opinion struct {
		aspect   ccr.Aspect
		polarity ccr.Polarity
	}
	var s metrics.LabelSets[opinion]
	s.Add([]opinion{{ccr.GoodsSize, ccr.Negative}}, []opinion{{ccr.GoodsSize, ccr.Negative}, {ccr.GoodsPrice, ccr.Positive}})
	s.Add([]opinion{{ccr.GoodsTaste, ccr.Positive}}, []opinion{{ccr.GoodsTaste, ccr.Negative}})
	s.Add(nil, nil)

	micro, exact := s.Classes().Micro(), s.ExactMatch()
	fmt.Printf("P %.2f R %.2f F1 %.2f, exact %d of %d\n",
		micro.Precision.Value(), micro.Recall.Value(), micro.F(1), exact.Num, exact.Den)
	// Output: P 0.33 R 0.50 F1 0.40, exact 1 of 3
}

func ExampleSpans() {
	var s metrics.Spans
	// 坐垫掉色，物流很快: the words 掉色 and 物流很快.
	s.Add(
		[]ccr.Evidence{{Start: 6, End: 12}, {Start: 15, End: 27}},
		[]ccr.Evidence{{Start: 6, End: 12}, {Start: 21, End: 27}},
	)
	fmt.Printf("F1 exact %.2f, overlap %.2f\n", s.Exact().F(1), s.Overlap().F(1))
	// Output: F1 exact 0.50, overlap 1.00
}

func ExampleAgreement() {
	var g metrics.Agreement[string]
	g.Add("negative", "negative", "negative")
	g.Add("positive", "positive", "neutral")
	g.Add("neutral", "neutral") // the third has not read it
	g.Add("positive", "positive", "positive")
	fmt.Printf("alpha %.2f\n", g.Alpha(nil))
	// Output: alpha 0.74
}

func ExampleScores() {
	var s metrics.Scores
	for _, x := range []struct {
		complaint float64 // what a classifier gave
		upheld    bool
	}{{0.95, true}, {0.9, true}, {0.8, false}, {0.6, true}, {0.4, true}, {0.3, false}, {0.1, false}, {0.06, false}} {
		s.Add(x.complaint, x.upheld)
	}
	fmt.Printf("AUC %.3f, average precision %.3f, Brier %.3f, ECE %.3f\n", s.AUC(), s.AveragePrecision(), s.Brier(), s.ECE(4))
	for _, b := range s.Reliability(4) {
		i := b.Positive.Wilson(0.95)
		fmt.Printf("scores near %.2f: %d of %d upheld, 95%% interval %.2f to %.2f\n", b.Mean, b.Positive.Num, b.Positive.Den, i.Low, i.High)
	}
	fmt.Printf("right on all %.2f, on the surest half %.2f\n", s.SelectiveAccuracy(1), s.SelectiveAccuracy(0.5))
	// Output:
	// AUC 0.875, average precision 0.887, Brier 0.160, ECE 0.189
	// scores near 0.08: 0 of 2 upheld, 95% interval 0.00 to 0.66
	// scores near 0.35: 1 of 2 upheld, 95% interval 0.09 to 0.91
	// scores near 0.60: 1 of 1 upheld, 95% interval 0.21 to 1.00
	// scores near 0.88: 2 of 3 upheld, 95% interval 0.21 to 0.94
	// right on all 0.75, on the surest half 1.00
}

// The highest threshold that still finds nine of ten complaints.
func ExampleScores_Curve() {
	var s metrics.Scores
	for i := range 100 {
		s.Add(float64(i)/100, i%10 > 3 && i > 30)
	}
	for _, c := range s.Curve() {
		if c.Recall.Value() >= 0.9 {
			fmt.Printf("from %.2f: precision %.2f, recall %.2f, false positives %.2f\n", c.Threshold, c.Precision.Value(), c.Recall.Value(), c.FPR.Value())
			break
		}
	}
	// Output: from 0.38: precision 0.61, recall 0.90, false positives 0.41
}

// Is the second classifier better than the first?
func ExampleBootstrap() {
	r := newRand(1)
	const n = 300
	var gold, first, second [n]bool
	for i := range n {
		gold[i] = r.IntN(3) == 0
		first[i] = gold[i] != (r.IntN(5) == 0)   // wrong on a fifth
		second[i] = gold[i] != (r.IntN(10) == 0) // on a tenth
	}
	f1 := func(said *[n]bool, sample []int) float64 {
		var c metrics.Confusion[bool]
		for _, i := range sample {
			c.Add(gold[i], said[i])
		}
		return c.Classes().Of(true).F(1)
	}
	gain := func(sample []int) float64 { return f1(&second, sample) - f1(&first, sample) }
	i, _ := metrics.Bootstrap(n, gain, &metrics.ResampleOptions{Rounds: 1000})
	fmt.Printf("gain in F1, 95%% interval: %.2f to %.2f\n", i.Low, i.High)

	onlyFirst, onlySecond := 0, 0
	for i := range n {
		switch a, b := first[i] == gold[i], second[i] == gold[i]; {
		case a && !b:
			onlyFirst++
		case b && !a:
			onlySecond++
		}
	}
	fmt.Printf("McNemar: only right %d and %d times, p = %.3f\n", onlyFirst, onlySecond, metrics.McNemar(onlyFirst, onlySecond))
	// Output:
	// gain in F1, 95% interval: 0.04 to 0.19
	// McNemar: only right 27 and 57 times, p = 0.001
}

// Two classifiers' squared errors; the sum tells as much as the mean.
func ExamplePermutationTest() {
	gold := []float64{1, 0, 1, 1, 0, 0, 1, 0}
	first := []float64{0.7, 0.4, 0.6, 0.3, 0.2, 0.5, 0.8, 0.4}
	second := []float64{0.9, 0.2, 0.7, 0.6, 0.1, 0.1, 0.8, 0.1}
	p := metrics.PermutationTest(len(gold), func(swap []bool) (difference float64) {
		for i, swapped := range swap {
			a, b := first[i], second[i]
			if swapped {
				a, b = b, a
			}
			difference += math.Pow(a-gold[i], 2) - math.Pow(b-gold[i], 2)
		}
		return difference
	}, nil)
	fmt.Printf("p = %.4f\n", p)
	fmt.Printf("of three tests %.4f\n", metrics.Holm([]float64{p, 0.3, 0.04}))
	// Output:
	// p = 0.0156
	// of three tests [0.0469 0.3000 0.0800]
}
