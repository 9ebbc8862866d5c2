package metrics_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// An audited order has one review.
func audited(product string, score float64, decided *bool) (found, reviewed *ccr.Verdict) {
	v := ccr.Verdict{OrderID: "o", Counted: true, Order: &ccr.Order{ProductID: product}, Negative: score >= 0.5}
	v.Rulings = []ccr.Ruling{{Assessment: ccr.Assessment{Complaint: score}, Negative: v.Negative}}
	if decided == nil {
		return &v, nil
	}
	w := v
	w.Negative = *decided
	w.Rulings = []ccr.Ruling{{Assessment: v.Rulings[0].Assessment, Negative: *decided, Override: &ccr.Override{Negative: *decided}}}
	return &v, &w
}

func TestAudit(t *testing.T) {
	yes, no := true, false
	add := func(a *metrics.Audit[string], product string, score float64, decided *bool, n int) {
		for range n {
			a.Add(audited(product, score, decided))
		}
	}
	a := metrics.NewAudit(metrics.ByProduct)
	add(a, "mug", 0.9, nil, 40)
	add(a, "mug", 0.9, &yes, 15)
	add(a, "mug", 0.9, &no, 5)
	add(a, "mug", 0.2, nil, 80)
	add(a, "mug", 0.2, &yes, 2)
	add(a, "mug", 0.2, &no, 18)
	add(a, "mug", 0.01, nil, 350)
	add(a, "mug", 0.01, &no, 50)
	add(a, "hat", 0.01, nil, 100)
	for range 440 {
		a.Add(&ccr.Verdict{Counted: true, Order: &ccr.Order{ProductID: "mug"}}, nil)
	}
	a.Add(&ccr.Verdict{Excluded: ccr.ReasonUnpaid}, nil)

	o := &metrics.EstimateOptions{Confidence: 0.9, Finite: true}
	rows := a.Rows(o)
	want := metrics.Stratified([]metrics.Stratum{
		{60, metrics.Rate{15, 20}}, {100, metrics.Rate{2, 20}}, {400, metrics.Rate{0, 50}}, {440, metrics.Rate{0, 440}},
	}, o)
	got := rows[0].Estimate
	if rows[0].Key != "mug" || rows[0].Found != (metrics.Rate{60, 1000}) || !near(got.Value(), 0.055, 1e-12) ||
		!sameInterval(got.Interval, want.Interval.Low, want.Interval.High, 1e-12) || got.Labels != 90 || got.Orders != 1000 {
		t.Errorf("%+v, want %+v", rows[0], want)
	}
	if rows[1].Key != "hat" || rows[1].Estimate.Interval != (metrics.Interval{0, 1}) {
		t.Errorf("%+v: a product without labels", rows[1])
	}
	b, err := json.Marshal(rows[1])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"key":"hat","found":{"num":0,"den":100,"rate":0,"low":0,"high":0.03699349820698565},"estimate":{"rate":null,"low":0,"high":1,"labels":0,"orders":100}}`, string(b)); diff != "" {
		t.Error(diff)
	}

	// Together the labels of both count.
	want = metrics.Stratified([]metrics.Stratum{
		{60, metrics.Rate{15, 20}}, {100, metrics.Rate{2, 20}}, {500, metrics.Rate{0, 50}}, {440, metrics.Rate{0, 440}},
	}, nil)
	if got := a.Estimate(nil); !sameInterval(got.Interval, want.Interval.Low, want.Interval.High, 1e-12) || got.Labels != 90 {
		t.Errorf("together %+v, want %+v", got, want)
	}
	if a.Pending() != 0 {
		t.Errorf("Pending = %d", a.Pending())
	}

	// The zero Audit has one row; nothing has no rows and no value.
	var zero metrics.Audit[struct{}]
	if e := zero.Estimate(nil); e.Interval != (metrics.Interval{0, 1}) || len(zero.Rows(nil)) != 0 {
		t.Errorf("empty: %+v", e)
	}
	zero.Add(audited("mug", 0.9, &yes))
	if rows := zero.Rows(o); len(rows) != 1 || rows[0].Estimate.Value() != 1 {
		t.Errorf("zero Audit: %+v", rows)
	}
	// Orders without feedback are known not to be negative.
	var silent metrics.Audit[struct{}]
	silent.Add(&ccr.Verdict{Counted: true}, nil)
	if e := silent.Estimate(o); e.Value() != 0 || e.Interval != (metrics.Interval{}) || e.Labels != 0 {
		t.Errorf("silent: %+v", e)
	}
}

// TestAuditDecision has orders with several feedback.
func TestAuditDecision(t *testing.T) {
	ruling := func(override, negative bool, excluded ccr.Reason) ccr.Ruling {
		r := ccr.Ruling{Negative: negative, Excluded: excluded}
		if override {
			r.Override = &ccr.Override{Negative: negative}
		}
		return r
	}
	for _, c := range []struct {
		name              string
		rulings           []ccr.Ruling
		labels, negatives int
	}{
		{"upheld", []ccr.Ruling{ruling(true, true, ""), ruling(false, false, "")}, 1, 1},
		{"all dismissed", []ccr.Ruling{ruling(true, false, ""), ruling(true, false, "")}, 1, 0},
		{"one dismissed", []ccr.Ruling{ruling(true, false, ""), ruling(false, false, "")}, 0, 0},
		{"the classifier's word", []ccr.Ruling{ruling(false, true, "")}, 0, 0},
		{"excluded ones do not matter", []ccr.Ruling{ruling(true, false, ""), ruling(false, false, ccr.ReasonDuplicate)}, 1, 0},
		{"nobody has read it", []ccr.Ruling{ruling(true, false, ""), ruling(false, false, ccr.ReasonNotRead)}, 0, 0},
	} {
		var a metrics.Audit[string]
		found, _ := audited("mug", 0.9, nil)
		a.Add(found, &ccr.Verdict{Counted: true, Rulings: c.rulings})
		e := a.Estimate(nil)
		if e.Labels != c.labels || a.Pending() != 1-c.labels || c.labels == 1 && e.Value() != float64(c.negatives) {
			t.Errorf("%s: %d labels, %d pending, rate %v", c.name, e.Labels, a.Pending(), e.Value())
		}
	}
}

// auditFold is an Audit of which every verdict is both what was found and, for
// one order in three, what reviewers decided.
type auditFold struct{ *metrics.Audit[string] }

func (a auditFold) Add(v *ccr.Verdict) {
	var reviewed *ccr.Verdict
	if len(v.OrderID)%3 == 0 {
		w := *v
		w.Rulings = nil
		for _, r := range v.Rulings {
			r.Override = &ccr.Override{Negative: r.Negative}
			w.Rulings = append(w.Rulings, r)
		}
		reviewed = &w
	}
	a.Audit.Add(v, reviewed)
}

func (a auditFold) Merge(o auditFold) { a.Audit.Merge(o.Audit) }

func TestAuditFold(t *testing.T) {
	checkFold(t, func() auditFold { return auditFold{metrics.NewAudit(metrics.ByProduct)} }, func(a auditFold) any {
		b, err := json.Marshal([]any{a.Rows(nil), a.Estimate(nil), a.Pending()})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	})
}

// TestAuditWhole runs the flow of a shop many times: judge, sample, review,
// correct. The corrected rate is right on average, and its interval covers.
func TestAuditWhole(t *testing.T) {
	const orders, n = 3000, 250
	var covered tally
	sum, truths, found := 0.0, 0.0, 0.0
	times := repeats(60)
	for seed := range uint64(times) {
		scores, negative := scored(newRand(*seedFlag*1000+seed), orders, 0.04, 2.5, 0)
		verdicts := make([]ccr.Verdict, orders)
		var cs []metrics.Candidate
		truth := 0
		for i, s := range scores {
			v, _ := audited("mug", s, nil)
			v.OrderID = candidate(i, s).OrderID
			if i%4 == 0 {
				v.Rulings, v.Negative = nil, false // the buyer said nothing
			} else if negative[i] {
				truth++
			}
			verdicts[i] = *v
			if c, ok := metrics.NewCandidate(v); ok {
				cs = append(cs, c)
			}
		}
		picked := map[string]bool{}
		for _, p := range metrics.SampleStrata(cs, n, seed) {
			picked[p.OrderID] = true
		}
		var a metrics.Audit[string]
		var c metrics.CCR
		for i := range verdicts {
			var reviewed *ccr.Verdict
			if picked[verdicts[i].OrderID] {
				_, reviewed = audited("mug", scores[i], &negative[i])
			}
			a.Add(&verdicts[i], reviewed)
			c.Add(&verdicts[i])
		}
		e := a.Estimate(&metrics.EstimateOptions{Finite: true})
		if e.Labels != n || e.Orders != orders {
			t.Fatalf("%d labels, %d orders", e.Labels, e.Orders)
		}
		rate := float64(truth) / orders
		covered.add(e.Interval, rate)
		sum, truths, found = sum+e.Value(), truths+rate, found+c.Rate().Value()
	}
	k := float64(times)
	t.Logf("true %.2f%%, found %.2f%%, corrected %.2f%% on average; coverage %v", 100*truths/k, 100*found/k, 100*sum/k, &covered)
	if !near(sum/k, truths/k, 0.03/k+0.002) || covered.below(0.93) {
		t.Errorf("true %v, corrected %v on average; coverage %v", truths/k, sum/k, &covered)
	}
}
