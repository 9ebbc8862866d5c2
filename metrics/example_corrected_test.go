package metrics_test

import (
	"encoding/csv"
	"fmt"
	"log"
	"strconv"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// A review is the only one of its order. A program has it from a file, and its
// assessment from a classifier.
type review struct {
	feedback  ccr.Feedback
	complaint float64
	upheld    bool // what a reviewer would decide
}

// reviews returns 4,000 reviews, of which reviewers would uphold 131, or 3.28%.
// The scores are too high.
func reviews() []review {
	scores, upheld := scored(newRand(1), 4000, 0.03, 2.5, 2)
	rs := make([]review, len(scores))
	for i := range rs {
		id := fmt.Sprintf("o%04d", i)
		rs[i] = review{ccr.Feedback{ID: "r", OrderID: id, Channel: ccr.ChannelReview, Text: "…"}, scores[i], upheld[i]}
	}
	return rs
}

// verdict judges the order of a review.
func verdict(p *ccr.Policy, r *review) ccr.Verdict {
	id := r.feedback.OrderID
	c := ccr.Case{OrderID: id, Order: &ccr.Order{ID: id, PaidAt: day0}, Feedback: []ccr.Feedback{r.feedback}}
	v, err := p.Judge(c, []ccr.Assessment{{Complaint: r.complaint}})
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// What should people read to learn how sure the CCR is? Few of the many orders
// that are surely fine, more of those in doubt. Whoever has read the first
// hundred of the list may stop there, or go on.
func ExampleSampleStrata() {
	var candidates []metrics.Candidate
	strata := map[int]int{}
	for _, r := range reviews() {
		v := verdict(ccr.Fair(), &r)
		if c, ok := metrics.NewCandidate(&v); ok {
			candidates = append(candidates, c)
			strata[c.Stratum]++
		}
	}
	picks := metrics.SampleStrata(candidates, 300, 2026)
	chosen := map[int]int{}
	for _, p := range picks {
		chosen[p.Stratum]++
	}
	for s, name := range []string{"surely fine", "in doubt", "negative"} {
		fmt.Printf("%-11s %4d orders, read %3d\n", name, strata[s], chosen[s])
	}
	for _, p := range picks[:3] {
		fmt.Printf("%s: score %.2f, probability of being picked %.3f\n", p.OrderID, p.Score, p.Probability)
	}
	// Output:
	// surely fine 3244 orders, read 168
	// in doubt     524 orders, read  90
	// negative     232 orders, read  42
	// o3590: score 0.08, probability of being picked 0.052
	// o3709: score 0.34, probability of being picked 0.172
	// o1031: score 0.94, probability of being picked 0.181
}

// A merchant has the verdicts and the decisions that reviewers made on a sample,
// that of the example of SampleStrata: a CSV file with the columns of
// dataset.ReadOverrides, which reads it in a program. Reviewers would find a
// rate of 3.28% in all orders.
func ExampleAudit() {
	rs := reviews()
	file := decisions(rs)

	// The orders of the file are the sample. Other decisions, such as those
	// of appeals, are not in it.
	reviewed := ccr.Fair()
	reviewed.Overrides = map[ccr.Key]ccr.Override{}
	sample := map[string]bool{}
	records, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range records[1:] {
		negative, err := strconv.ParseBool(row[2])
		if err != nil {
			log.Fatal(err)
		}
		reviewed.Overrides[ccr.Key{OrderID: row[0], FeedbackID: row[1]}] = ccr.Override{Negative: negative, Reviewer: row[3]}
		sample[row[0]] = true
	}

	var found metrics.CCR
	var audit metrics.Audit[struct{}]
	for i := range rs {
		v := verdict(ccr.Fair(), &rs[i])
		found.Add(&v)
		if !sample[v.OrderID] {
			audit.Add(&v, nil)
			continue
		}
		w := verdict(reviewed, &rs[i])
		audit.Add(&v, &w)
	}

	r := found.Rate()
	in := r.Wilson(0.95)
	fmt.Printf("found:     %.2f%%, %.2f%% to %.2f%%\n", 100*r.Value(), 100*in.Low, 100*in.High)
	e := audit.Estimate(nil)
	fmt.Printf("corrected: %.2f%%, %.2f%% to %.2f%%, by %d labels of %d orders\n",
		100*e.Value(), 100*e.Interval.Low, 100*e.Interval.High, e.Labels, e.Orders)
	if n, ok := e.LabelsFor(0.01); ok {
		fmt.Printf("one point either way takes about %d labels more\n", n-e.Labels)
	}
	// Output:
	// found:     5.80%, 5.12% to 6.57%
	// corrected: 3.70%, 2.60% to 5.83%, by 300 labels of 4000 orders
	// one point either way takes about 577 labels more
}

// decisions returns the file in which reviewers have decided 300 orders.
func decisions(rs []review) string {
	var candidates []metrics.Candidate
	upheld := map[string]bool{}
	for i := range rs {
		v := verdict(ccr.Fair(), &rs[i])
		if c, ok := metrics.NewCandidate(&v); ok {
			candidates = append(candidates, c)
		}
		upheld[v.OrderID] = rs[i].upheld
	}
	var b strings.Builder
	b.WriteString("order_id,feedback_id,negative,reviewer\n")
	for _, p := range metrics.SampleStrata(candidates, 300, 2026) {
		fmt.Fprintf(&b, "%s,r,%v,Li\n", p.OrderID, upheld[p.OrderID])
	}
	return b.String()
}

// A researcher has scores for all texts of a slice and gold labels for some.
func ExamplePredictionPowered() {
	scores, gold := scored(newRand(2), 10_000, 0.05, 3, 0.5) // the scores are too high
	var labels []metrics.ScoredLabel
	var found, alone metrics.Rate
	for i, s := range scores {
		found.Den++
		if s >= 0.5 {
			found.Num++
		}
		if i%25 == 0 { // as good as a random sample here
			labels = append(labels, metrics.ScoredLabel{Score: s, Negative: gold[i]})
			alone.Den++
			if gold[i] {
				alone.Num++
			}
		}
	}
	e := metrics.PredictionPowered(scores, labels, nil)
	in := alone.Wilson(0.95)
	fmt.Printf("scores alone %.1f%%\n", 100*found.Value())
	fmt.Printf("labels alone %.1f%%, %.1f%% to %.1f%%\n", 100*alone.Value(), 100*in.Low, 100*in.High)
	fmt.Printf("both         %.1f%%, %.1f%% to %.1f%%\n", 100*e.Value(), 100*e.Interval.Low, 100*e.Interval.High)
	// Output:
	// scores alone 5.1%
	// labels alone 5.0%, 3.3% to 7.6%
	// both         5.4%, 4.2% to 6.8%
}

// Last month reviewers read 300 orders, so the error rates of the classifier are
// known. This month nobody has read any yet.
func ExampleRoganGladen() {
	found := metrics.Rate{Num: 412, Den: 8000}
	sensitivity := metrics.Rate{Num: 78, Den: 100}  // of the negative ones it found
	specificity := metrics.Rate{Num: 195, Den: 200} // of the others it left alone
	e := metrics.RoganGladen(found, sensitivity, specificity, nil)
	fmt.Printf("found %.2f%%, corrected %.2f%%, %.2f%% to %.2f%%\n",
		100*found.Value(), 100*e.Value(), 100*e.Interval.Low, 100*e.Interval.High)
	// Output:
	// found 5.15%, corrected 3.51%, 0.00% to 5.65%
}
