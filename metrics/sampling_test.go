package metrics_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func TestNewCandidate(t *testing.T) {
	read := func(p float64) ccr.Ruling { return ccr.Ruling{Assessment: ccr.Assessment{Complaint: p}} }
	excluded := func(p float64, why ccr.Reason) ccr.Ruling {
		r := read(p)
		r.Excluded = why
		return r
	}
	for _, c := range []struct {
		name string
		v    ccr.Verdict
		want metrics.Candidate
		ok   bool
	}{
		{"silent", ccr.Verdict{Counted: true}, metrics.Candidate{}, false},
		{"not counted", ccr.Verdict{Rulings: []ccr.Ruling{read(0.3)}}, metrics.Candidate{Score: 0.3, Stratum: 1}, false},
		{"excluded", ccr.Verdict{Counted: true, Rulings: []ccr.Ruling{excluded(0.9, ccr.ReasonDuplicate)}}, metrics.Candidate{}, false},
		{"unlikely", ccr.Verdict{Counted: true, Rulings: []ccr.Ruling{read(0.02), read(0.09)}}, metrics.Candidate{Score: 0.09}, true},
		{"doubtful", ccr.Verdict{Counted: true, Rulings: []ccr.Ruling{read(0.1), read(0)}}, metrics.Candidate{Score: 0.1, Stratum: 1}, true},
		{"negative", ccr.Verdict{Counted: true, Negative: true, Rulings: []ccr.Ruling{read(0.8)}}, metrics.Candidate{Score: 0.8, Stratum: 2}, true},
		{"by its reason", ccr.Verdict{Counted: true, Negative: true, Rulings: []ccr.Ruling{read(0.02)}}, metrics.Candidate{Score: 0.5, Stratum: 2}, true},
		{"not read", ccr.Verdict{Counted: true, Rulings: []ccr.Ruling{excluded(0, ccr.ReasonNotRead)}}, metrics.Candidate{Score: 0.5, Stratum: 1}, true},
	} {
		c.v.OrderID, c.want.OrderID = "o1", "o1"
		got, ok := metrics.NewCandidate(&c.v)
		if diff := cmp.Diff(c.want, got); diff != "" || ok != c.ok {
			t.Errorf("%s: %v, -want +got:\n%s", c.name, ok, diff)
		}
	}
}

func candidates(n int) []metrics.Candidate {
	scores, _ := scored(newRand(9), n, 0.05, 3, 0)
	cs := make([]metrics.Candidate, n)
	for i, s := range scores {
		cs[i] = candidate(i, s)
	}
	return cs
}

// TestSampleStrata checks the allocation by hand: N·S of the strata is 30·0.5,
// 60·0.3 and 900·0.0995 = 15 : 18 : 89.55, so that 100 labels are 12, 15 and 73.
func TestSampleStrata(t *testing.T) {
	var cs []metrics.Candidate
	for i := range 990 {
		c := metrics.Candidate{OrderID: fmt.Sprint(i), Score: 0.5, Stratum: 7}
		if i >= 30 {
			c.Score, c.Stratum = 0.1, 3
		}
		if i >= 90 {
			c.Score, c.Stratum = 0, -1
		}
		cs = append(cs, c)
	}
	picks := metrics.SampleStrata(cs, 100, 1)
	n := map[int]int{}
	for _, p := range picks {
		n[p.Stratum]++
	}
	if diff := cmp.Diff(map[int]int{7: 12, 3: 15, -1: 73}, n); diff != "" {
		t.Errorf("allocation -want +got:\n%s", diff)
	}
	for _, p := range picks {
		if want := float64(n[p.Stratum]) / map[int]float64{7: 30, 3: 60, -1: 900}[p.Stratum]; p.Probability != want {
			t.Fatalf("%+v has not the probability %v", p, want)
		}
	}
	if got := map[int]bool{picks[0].Stratum: true, picks[1].Stratum: true, picks[2].Stratum: true}; len(got) != 3 {
		t.Errorf("the first three picks are of strata %v", got)
	}
	// More are the same and more.
	for i, p := range metrics.SampleStrata(cs, 300, 1)[:100] {
		if p.OrderID != picks[i].OrderID {
			t.Fatalf("pick %d of 300 is %s, of 100 %s", i, p.OrderID, picks[i].OrderID)
		}
	}
	all := metrics.SampleStrata(cs, 5000, 1)
	if len(all) != 990 || slices.ContainsFunc(all, func(p metrics.Pick) bool { return p.Probability != 1 }) {
		t.Errorf("%d of 990 picked", len(all))
	}
}

// TestSamples holds both samplers to what they share: the result depends on the
// set of candidates, the number and the seed.
func TestSamples(t *testing.T) {
	for name, f := range map[string]func([]metrics.Candidate, int, uint64) []metrics.Pick{
		"SampleStrata": metrics.SampleStrata, "SampleUncertain": metrics.SampleUncertain,
	} {
		cs := candidates(2000)
		want := f(cs, 150, 3)
		twice := slices.Concat(cs, cs)
		newRand(1).Shuffle(len(twice), func(i, j int) { twice[i], twice[j] = twice[j], twice[i] })
		if diff := cmp.Diff(want, f(twice, 150, 3)); diff != "" {
			t.Errorf("%s: shuffled and doubled, -want +got:\n%s", name, diff)
		}
		if cmp.Equal(want, f(cs, 150, 4)) {
			t.Errorf("%s: two seeds, one sample", name)
		}
		if !cmp.Equal(cs, candidates(2000)) {
			t.Errorf("%s changes its argument", name)
		}
		for _, n := range []int{-5, 0} {
			if got := f(cs, n, 3); len(got) != 0 {
				t.Errorf("%s: %d of %d picked", name, len(got), n)
			}
		}
		if got := f(nil, 10, 3); len(got) != 0 {
			t.Errorf("%s: picks of nothing: %v", name, got)
		}
		if got := f(cs, 3000, 3); len(got) != 2000 {
			t.Errorf("%s: %d of 2000 picked", name, len(got))
		}
		bad := []metrics.Candidate{{OrderID: "a", Score: math.NaN()}, {OrderID: "b", Score: -1}, {OrderID: "c", Score: 7}}
		if got := f(bad, 3, 3); len(got) != 3 {
			t.Errorf("%s: %d of 3 with bad scores picked", name, len(got))
		}
	}
}

// TestProbabilities picks again and again: each order as often as its
// probability says, and the estimates, weighted by it, are right on average.
func TestProbabilities(t *testing.T) {
	const orders, n, times = 300, 50, 1000
	scores, negative := scored(newRand(5), orders, 0.1, 2, 0.7)
	truth := 0.0
	cs := make([]metrics.Candidate, orders)
	for i, s := range scores {
		cs[i] = candidate(i, s)
		if negative[i] {
			truth += 1.0 / orders
		}
	}
	for name, f := range map[string]func([]metrics.Candidate, int, uint64) []metrics.Pick{
		"SampleStrata": metrics.SampleStrata, "SampleUncertain": metrics.SampleUncertain,
	} {
		seen, probability := make([]int, orders), make([]float64, orders)
		size, weighted, powered := 0, 0.0, 0.0
		for seed := range uint64(times) {
			picks := f(cs, n, seed)
			size += len(picks)
			var labels []metrics.ScoredLabel
			for _, p := range picks {
				i := number(p.OrderID)
				seen[i]++
				if probability[i] != 0 && !near(probability[i], p.Probability, 1e-12) {
					t.Fatalf("%s: order %d has probability %v and %v", name, i, probability[i], p.Probability)
				}
				probability[i] = p.Probability
				if negative[i] {
					weighted += 1 / p.Probability / orders / times
				}
				labels = append(labels, metrics.ScoredLabel{Score: p.Score, Negative: negative[i], Probability: p.Probability})
			}
			powered += metrics.PredictionPowered(scores, labels, nil).Value() / times
		}
		if mean := float64(size) / times; !near(mean, n, 1) {
			t.Errorf("%s: %v picks on average, want %d", name, mean, n)
		}
		for i, k := range seen {
			p := probability[i]
			if got := float64(k) / times; !near(got, p, 5*math.Sqrt(p*(1-p)/times)) {
				t.Errorf("%s: order %d is picked %v of the times, its probability is %v", name, i, got, p)
			}
		}
		if !near(weighted, truth, 0.004) || !near(powered, truth, 0.006) {
			t.Errorf("%s: on average %v weighted and %v prediction-powered, want %v", name, weighted, powered, truth)
		}
	}
}

// TestSampleUncertain checks that doubt is picked first, and certainly where
// there is enough to pick.
func TestSampleUncertain(t *testing.T) {
	var cs []metrics.Candidate
	for i := range 110 {
		c := metrics.Candidate{OrderID: fmt.Sprint(i), Score: 0.5}
		if i >= 10 {
			c.Score = 0.01
		}
		cs = append(cs, c)
	}
	// 0.5 : 0.0995, so 10 of the first kind and 100 of the second have
	// 30·0.5/(5+9.95) = 1.003: all of the first, and 20 of the others.
	for _, p := range metrics.SampleUncertain(cs, 30, 1) {
		want := 0.2
		if p.Score == 0.5 {
			want = 1
		}
		if !near(p.Probability, want, 1e-12) {
			t.Errorf("%+v, want the probability %v", p, want)
		}
	}
	few, more := metrics.SampleUncertain(cs, 10, 1), metrics.SampleUncertain(cs, 40, 1)
	for _, p := range few {
		if !slices.ContainsFunc(more, func(q metrics.Pick) bool { return q.OrderID == p.OrderID }) {
			t.Errorf("%s is among 10 and not among 40", p.OrderID)
		}
	}
}
