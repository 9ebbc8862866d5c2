package metrics_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/ccr"
)

var day0 = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// newRand returns a source of the numbers that belong to seed.
func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// pick returns one of vs.
func pick[T any](r *rand.Rand, vs ...T) T { return vs[r.IntN(len(vs))] }

// randomCase returns a case with everything that a policy may meet: unpaid and
// abnormal orders, strangers, duplicates, several channels, missing times.
func randomCase(r *rand.Rand, i int) (ccr.Case, []ccr.Assessment) {
	id := fmt.Sprintf("o%d", i)
	c := ccr.Case{OrderID: id}
	if r.IntN(20) > 0 {
		o := &ccr.Order{
			ID: id, BuyerID: "b", ProductID: fmt.Sprintf("p%d", r.IntN(12)),
			Category: pick(r, "shoes", "tea", ""), Region: pick(r, "北京", "上海", "广东"), Carrier: pick(r, "a", "b"),
			ServiceGroup: pick(r, "g1", "g2"), Batch: pick(r, "x", "y", ""),
		}
		if r.IntN(15) > 0 {
			o.PaidAt = day0.Add(time.Duration(r.IntN(60*24)) * time.Hour)
		}
		if r.IntN(6) > 0 {
			o.ShippedAt = o.PaidAt.Add(time.Duration(r.IntN(72*3600)-3600) * time.Second)
			if r.IntN(6) > 0 {
				o.DeliveredAt = o.ShippedAt.Add(time.Duration(r.IntN(96)) * time.Hour)
			}
		}
		if r.IntN(25) == 0 {
			o.Abnormal = "brushing"
		}
		c.Order = o
	}
	var as []ccr.Assessment
	for range r.IntN(5) {
		fb := ccr.Feedback{
			ID: fmt.Sprintf("f%d", r.IntN(8)), OrderID: id, BuyerID: pick(r, "b", "b", "b", "stranger"),
			Channel: ccr.Channel(r.IntN(5)), Text: pick(r, "坏了", "不错", ""),
		}
		if fb.Channel == ccr.ChannelAfterSale {
			fb.Reason = pick(r, "质量问题", "7天无理由", "少件/漏发", "其他", "")
		}
		if r.IntN(8) > 0 {
			fb.CreatedAt = day0.Add(time.Duration(r.IntN(90*24*60)) * time.Minute)
			if r.IntN(3) > 0 {
				fb.RepliedAt = fb.CreatedAt.Add(time.Duration(r.IntN(600)-20) * time.Second)
			}
		}
		if r.IntN(15) == 0 {
			fb.Abnormal = "copied"
		}
		a := ccr.Assessment{Complaint: r.Float64()}
		switch r.IntN(12) {
		case 0:
			a.Ground = ccr.GroundNotRead
		case 1, 2, 3:
			a.Opinions = []ccr.Opinion{
				{Aspect: pick(r, ccr.Aspects()...), Polarity: ccr.Negative},
				{Aspect: pick(r, ccr.Aspects()...), Polarity: ccr.Negative},
			}
		}
		c.Feedback = append(c.Feedback, fb)
		as = append(as, a)
	}
	return c, as
}

// judge returns the verdict on a case; p nil is the fair policy.
func judge(t testing.TB, p *ccr.Policy, c ccr.Case, as []ccr.Assessment) ccr.Verdict {
	t.Helper()
	if p == nil {
		p = ccr.Fair()
	}
	if as == nil {
		as = make([]ccr.Assessment, len(c.Feedback))
	}
	v, err := p.Judge(c, as)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// randomVerdicts returns the verdicts on n random cases under p.
func randomVerdicts(t testing.TB, r *rand.Rand, p *ccr.Policy, n int) []ccr.Verdict {
	t.Helper()
	p.Overrides = map[ccr.Key]ccr.Override{}
	vs := make([]ccr.Verdict, n)
	for i := range vs {
		c, as := randomCase(r, i)
		if len(c.Feedback) > 0 && r.IntN(10) == 0 {
			p.Overrides[ccr.Key{OrderID: c.OrderID, FeedbackID: c.Feedback[0].ID}] = ccr.Override{
				Negative: r.IntN(2) == 0, Reviewer: "r",
			}
		}
		vs[i] = judge(t, p, c, as)
	}
	return vs
}

// An accumulator is what every figure of a case is made with.
type accumulator[A any] interface {
	Add(*ccr.Verdict)
	Merge(A)
}

// checkFold holds an accumulator of verdicts to the promise of the package, as
// checkMerge does, under two policies.
func checkFold[A accumulator[A]](t *testing.T, newA func() A, show func(A) any) {
	t.Helper()
	for _, p := range []*ccr.Policy{ccr.Fair(), ccr.Strict()} {
		for seed := range uint64(8) {
			r := newRand(seed)
			var items []func(A)
			for _, v := range randomVerdicts(t, r, p, 400) {
				items = append(items, func(a A) { a.Add(&v) })
			}
			t.Log("policy", p.Name, "seed", seed)
			checkMerge(t, r, newA, items, show)
		}
	}
}

// checkMerge holds an accumulator to the promise of the package: the figures
// that show reports are the same for any order of items and any sharding.
func checkMerge[A interface{ Merge(A) }](t *testing.T, r *rand.Rand, newA func() A, items []func(A), show func(A) any) {
	t.Helper()
	whole := newA()
	for _, add := range items {
		add(whole)
	}
	want := show(whole)
	if cmp.Equal(want, show(newA())) {
		t.Fatalf("the figures of %d items are those of none: %v", len(items), want)
	}

	r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	shards := make([]A, 1+r.IntN(9))
	for i := range shards {
		shards[i] = newA()
	}
	for _, add := range items {
		add(shards[r.IntN(len(shards))])
	}
	for len(shards) > 1 { // a random tree of merges
		r.Shuffle(len(shards), func(i, j int) { shards[i], shards[j] = shards[j], shards[i] })
		last := len(shards) - 1
		before := show(shards[last])
		shards[0].Merge(shards[last])
		if diff := cmp.Diff(before, show(shards[last]), cmpopts.EquateNaNs()); diff != "" {
			t.Fatalf("Merge changed its argument (-before +after):\n%s", diff)
		}
		shards = shards[:last]
	}
	if diff := cmp.Diff(want, show(shards[0])); diff != "" {
		t.Fatalf("sharded (-whole +sharded):\n%s", diff)
	}
	shards[0].Merge(newA())
	var none A
	shards[0].Merge(none)
	if diff := cmp.Diff(want, show(shards[0])); diff != "" {
		t.Fatalf("merged with nothing (-want +got):\n%s", diff)
	}
}

// checkFloat compares to all digits but the last few.
func checkFloat(t *testing.T, what string, got, want float64) {
	t.Helper()
	checkNear(t, what, got, want, 1e-12*max(1, math.Abs(want)))
}

func checkNear(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) && !(math.IsNaN(got) && math.IsNaN(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
