package action_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
)

var day0 = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// at returns the time so many days after day0.
func at(days float64) time.Time { return day0.Add(time.Duration(days * 24 * float64(time.Hour))) }

// say adds a feedback of some day to v.
func say(v *ccr.Verdict, day float64, negative bool) *ccr.Verdict {
	v.Negative = v.Negative || negative
	v.Rulings = append(v.Rulings, ccr.Ruling{Negative: negative, Feedback: ccr.Feedback{Channel: ccr.ChannelReview, CreatedAt: at(day)}})
	return v
}

// order returns the verdict on an order that was shipped after one day and
// delivered after so many, all since day paid; never when that is negative.
func purchase(id string, paid, delivered float64) *ccr.Verdict {
	o := &ccr.Order{ID: id, PaidAt: at(paid), ShippedAt: at(paid + 1), Region: "广东", Carrier: "顺丰"}
	if delivered >= 0 {
		o.DeliveredAt = at(paid + delivered)
	}
	return &ccr.Verdict{Counted: true, Order: o}
}

// simulate returns a shop of so many orders in 120 days, in which late orders and
// those of product p0 complain more often.
func lateShop(seed uint64, n int) []*ccr.Verdict {
	r := rand.New(rand.NewPCG(seed, 1))
	vs := make([]*ccr.Verdict, n)
	for i := range vs {
		paid, took := 120*float64(i)/float64(n), 2+r.ExpFloat64()*3
		v := purchase(fmt.Sprint("o", i), paid, took)
		v.Order.ShippedAt = at(paid + took*r.Float64())
		v.Order.ProductID = fmt.Sprint("p", r.IntN(20))
		v.Order.ServiceGroup = fmt.Sprint("g", r.IntN(3))
		v.Order.Region = []string{"北京", "广东", "新疆"}[r.IntN(3)]
		v.Order.Amount = ccr.Amount(r.IntN(50_000))
		p := 0.05
		if took > 8 {
			p = 0.4
		}
		if v.Order.ProductID == "p0" {
			p *= 2
		}
		switch {
		case r.Float64() < p:
			say(v, paid+8+r.ExpFloat64()*6, true)
		case r.Float64() < 0.3:
			say(v, paid+took+r.ExpFloat64()*3, false)
		}
		vs[i] = v
	}
	return vs
}

func list(vs []*ccr.Verdict, asOf time.Time, opts *action.FollowUpOptions) []action.Contact {
	var f action.FollowUp
	for _, v := range vs {
		f.Add(v)
	}
	return f.List(asOf, opts)
}

var compare = cmp.Options{cmpopts.IgnoreUnexported(action.Contact{}, action.Reason{}), cmp.Comparer(func(a, b *ccr.Order) bool { return a.ID == b.ID })}

// TestFollowUpFold: the list does not depend on order, shards and duplicates.
func TestFollowUpFold(t *testing.T) {
	vs := lateShop(1, 2000)
	want := list(vs, at(100), nil)
	if len(want) < 100 {
		t.Fatalf("a list of %d", len(want))
	}
	r := rand.New(rand.NewPCG(2, 2))
	for range 5 {
		r.Shuffle(len(vs), func(i, j int) { vs[i], vs[j] = vs[j], vs[i] })
		shards := make([]action.FollowUp, 1+r.IntN(5))
		for _, v := range vs {
			shards[r.IntN(len(shards))].Add(v)
			shards[r.IntN(len(shards))].Add(v)
		}
		var all action.FollowUp
		all.Merge(nil)
		for i := range shards {
			all.Merge(&shards[i])
		}
		if diff := cmp.Diff(want, all.List(at(100), nil), compare); diff != "" {
			t.Fatalf("(-whole +sharded):\n%s", diff)
		}
	}
}

// TestFollowUpLooksNotAhead: the list of a day is that of somebody who knew no
// more than that day did.
func TestFollowUpLooksNotAhead(t *testing.T) {
	vs := lateShop(3, 3000)
	for _, d := range []float64{0, 20, 50, 77.5, 100, 130} {
		var then []*ccr.Verdict
		for _, v := range vs {
			if !v.Order.PaidAt.Before(at(d)) {
				continue
			}
			o, w := *v.Order, ccr.Verdict{Counted: true}
			w.Order = &o
			if !o.DeliveredAt.Before(at(d)) {
				o.DeliveredAt = time.Time{}
			}
			if !o.ShippedAt.Before(at(d)) {
				o.ShippedAt, o.Carrier = time.Time{}, ""
			}
			for _, r := range v.Rulings {
				if r.Feedback.CreatedAt.Before(at(d)) {
					w.Rulings, w.Negative = append(w.Rulings, r), w.Negative || r.Negative
				}
			}
			then = append(then, &w)
		}
		if diff := cmp.Diff(list(then, at(d), nil), list(vs, at(d), nil), compare); diff != "" {
			t.Errorf("day %v (-known then +known now):\n%s", d, diff)
		}
	}
}

// history returns a hundred orders that have all spoken: of 95 that arrived after
// four days ten complained, and so did all five that were shipped after three
// and arrived after thirteen.
func history() []*ccr.Verdict {
	var vs []*ccr.Verdict
	for i := range 100 {
		v := purchase(fmt.Sprint("h", i), 5, 4)
		if i >= 95 {
			v.Order.ShippedAt, v.Order.DeliveredAt = at(8), at(18)
		}
		vs = append(vs, say(v, 19, i%10 == 0 || i >= 95))
	}
	return vs
}

// TestFollowUpWho says whether order x is on the list of day 60, and how late.
func TestFollowUpWho(t *testing.T) {
	unshipped := purchase("x", 57, -1)
	unshipped.Order.ShippedAt = time.Time{}
	fresh := purchase("x", 59.5, -1)
	fresh.Order.ShippedAt = time.Time{}
	inquiry := say(purchase("x", 50, 3), 55, false)
	inquiry.Rulings[0].Feedback.Channel = ccr.ChannelInquiry
	angry := say(purchase("x", 50, 3), 55, true)
	angry.Rulings[0].Feedback.Channel = ccr.ChannelInquiry
	stranger := say(purchase("x", 50, 3), 55, false)
	stranger.Rulings[0].Excluded = ccr.ReasonNotBuyer
	untimed := say(purchase("x", 50, 3), 55, false)
	untimed.Rulings[0].Feedback.CreatedAt = time.Time{}
	left := purchase("x", 50, 3)
	left.Counted = false
	unpaid := purchase("x", 50, 3)
	unpaid.Order.PaidAt = time.Time{}

	promised := func(days float64) *action.FollowUpOptions {
		return &action.FollowUpOptions{Promised: func(o *ccr.Order) time.Time {
			if o.ID != "x" {
				return time.Time{}
			}
			return o.PaidAt.Add(time.Duration(days * 24 * float64(time.Hour)))
		}}
	}
	for _, c := range []struct {
		name         string
		v            *ccr.Verdict
		opts         *action.FollowUpOptions
		want         bool
		factor       action.Factor // of the first reason; "" for no reason
		taken, usual float64
	}{
		{name: "delivered", v: purchase("x", 50, 3), want: true},
		{name: "delivered at that moment", v: purchase("x", 50, 10), want: true, factor: action.FactorDelivery, taken: 10, usual: 4},
		{name: "on the way", v: purchase("x", 57, -1)},
		{name: "overdue", v: purchase("x", 54, -1), want: true, factor: action.FactorDelivery, taken: 6, usual: 4},
		{name: "not shipped", v: unshipped, want: true, factor: action.FactorDispatch, taken: 3, usual: 1},
		{name: "not shipped yet", v: fresh},
		{name: "promised later", v: purchase("x", 54, -1), opts: promised(7)},
		{name: "promised sooner", v: purchase("x", 57, -1), opts: promised(2), want: true, factor: action.FactorDelivery, taken: 3, usual: 2},
		{name: "had spoken", v: say(purchase("x", 50, 3), 55, false)},
		{name: "had complained", v: say(purchase("x", 54, -1), 55, true)},
		{name: "will speak", v: say(purchase("x", 50, 3), 60, true), want: true},
		{name: "asked", v: inquiry, want: true},
		{name: "asked in anger", v: angry},
		{name: "somebody else spoke", v: stranger, want: true},
		{name: "spoke at an unknown time", v: untimed},
		{name: "not counted", v: left},
		{name: "not paid", v: unpaid},
		{name: "paid later", v: purchase("x", 60, 3)},
		{name: "no order", v: &ccr.Verdict{Counted: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := list(append(history(), c.v), at(60), c.opts)
			if !c.want {
				if len(got) > 0 {
					t.Errorf("%s is on the list", got[0].Order.ID)
				}
				return
			}
			if len(got) != 1 || got[0].Order != c.v.Order {
				t.Fatalf("%d on the list, want x", len(got))
			}
			var first action.Reason
			if len(got[0].Reasons) > 0 {
				first = got[0].Reasons[0]
			}
			if first.Factor != c.factor || math.Abs(first.Taken-c.taken) > 1e-9 || first.Usual != c.usual {
				t.Errorf("reason %v, want %s, %v days of %v", first, c.factor, c.taken, c.usual)
			}
		})
	}
}

// TestFollowUpScore has scores by hand. The shop's rate is 15 of 100. Five orders
// were as late as x and complained, with ten more at the shop's rate 6.5 of 15:
// odds of 6.5/8.5 by those of 15/85.
func TestFollowUpScore(t *testing.T) {
	x := purchase("x", 54, -1)
	x.Order.ProductID = "p"
	late := 6.5 / 8.5 * 85 / 15
	for _, c := range []struct {
		opts *action.FollowUpOptions
		want []action.Reason
	}{
		{nil, []action.Reason{{Factor: action.FactorDelivery, Ratio: late, Taken: 6, Usual: 4}}},
		{&action.FollowUpOptions{Alerts: map[string]bool{"p": true, "q": true}}, []action.Reason{
			{Factor: action.FactorDelivery, Ratio: late, Taken: 6, Usual: 4},
			{Factor: action.FactorAlert, Key: "p", Ratio: 2},
		}},
		{&action.FollowUpOptions{Alerts: map[string]bool{"q": true}}, []action.Reason{
			{Factor: action.FactorDelivery, Ratio: late, Taken: 6, Usual: 4},
		}},
	} {
		got := list(append(history(), x), at(60), c.opts)
		if diff := cmp.Diff(c.want, got[0].Reasons, compare, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		score := 1.0
		for _, r := range c.want {
			score *= r.Ratio
		}
		if math.Abs(got[0].Score-score) > 1e-12 {
			t.Errorf("score %v, want %v", got[0].Score, score)
		}
	}
}

// TestFollowUpKnowsLittle: without complaints, or with nothing else, or before
// deliveries are known, all scores are 1 and the latest come first.
func TestFollowUpKnowsLittle(t *testing.T) {
	for _, negative := range []bool{false, true} {
		vs := history()
		for _, v := range vs {
			v.Negative = negative
			v.Rulings[0].Negative = negative
		}
		vs = append(vs, purchase("a", 54, -1), purchase("b", 50, -1), purchase("c", 58, 1), purchase("d", 50, -1))
		var ids []string
		for _, c := range list(vs, at(60), &action.FollowUpOptions{Limit: 3}) {
			ids = append(ids, c.Order.ID)
			if c.Score != 1 || len(c.Reasons) > 0 {
				t.Errorf("negative %v: %s has score %v for %v", negative, c.Order.ID, c.Score, c.Reasons)
			}
		}
		if want := []string{"b", "d", "a"}; !slices.Equal(ids, want) {
			t.Errorf("negative %v: %v, want %v", negative, ids, want)
		}
	}
	if got := list([]*ccr.Verdict{purchase("a", 1, -1), purchase("b", 1, 2)}, at(60), nil); len(got) != 1 || got[0].Order.ID != "b" {
		t.Errorf("without a usual time: %v", got)
	}
	if got := list(nil, at(60), nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

// gain returns by how much the top tenth of the lists of many days holds more
// than its share of those on it who complained later.
func gain(vs []*ccr.Verdict, from, to time.Time, next func(time.Time) time.Time) float64 {
	complains := map[string]bool{}
	var f action.FollowUp
	for _, v := range vs {
		f.Add(v)
		complains[v.Order.ID] = v.Negative
	}
	top, hits, listed, all := 0, 0, 0, 0
	for asOf := from; asOf.Before(to); asOf = next(asOf) {
		l := f.List(asOf, nil)
		tenth := (len(l) + 9) / 10
		for i, c := range l {
			if complains[c.Order.ID] {
				all++
				if i < tenth {
					hits++
				}
			}
		}
		top += tenth
		listed += len(l)
	}
	return float64(hits) / float64(top) / (float64(all) / float64(listed))
}

func days(n int) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.AddDate(0, 0, n) }
}

func TestFollowUpFinds(t *testing.T) {
	if got := gain(lateShop(7, 6000), at(50), at(120), days(10)); got < 2.5 {
		t.Errorf("the top tenth holds %.2f times its share of complaints", got)
	}
}

// TestFollowUpOnOrders looks back at a marketplace, and at parts of it drawn at
// random.
func TestFollowUpOnOrders(t *testing.T) {
	vs := marketplace(t)
	from, to := time.Date(2017, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2018, 9, 2, 0, 0, 0, 0, time.UTC)
	t.Logf("the top tenth at the start of each month holds %.2f times its share",
		gain(vs, from, to, func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }))
	whole := gain(vs, from, to, days(7))
	t.Logf("each week %.2f times", whole)
	if whole < 3 {
		t.Errorf("the top tenth of each week holds %.2f times its share, want 3", whole)
	}
	r := rand.New(rand.NewPCG(3, 3))
	for range 3 {
		part := slices.DeleteFunc(slices.Clone(vs), func(*ccr.Verdict) bool { return r.IntN(10) < 3 })
		t.Logf("of %d orders, every ten days %.2f times", len(part), gain(part, from, to, days(10)))
	}
}

// marketplace returns verdicts on real orders, with up to two stars as negative;
// it skips the test where there are none.
func marketplace(t *testing.T) []*ccr.Verdict {
	t.Helper()
	read := func(name string) []map[string]string {
		f, err := os.Open(filepath.Join("..", "..", "shared", "data", "olist", name))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("no orders beside the checkout: ", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var out []map[string]string
		for _, row := range rows[1:] {
			record := map[string]string{}
			for i, v := range row {
				record[rows[0][i]] = v
			}
			out = append(out, record)
		}
		return out
	}
	at := func(s string) time.Time {
		at, err := time.Parse(time.DateTime, s)
		if err != nil && s != "" {
			t.Fatal(err)
		}
		return at
	}
	by := map[string]*ccr.Verdict{}
	var vs []*ccr.Verdict
	for _, o := range read("orders.csv") {
		amount, err := ccr.ParseAmount(o["amount"])
		if err != nil && o["amount"] != "" {
			t.Fatal(err)
		}
		if paid := at(o["paid_at"]); !paid.IsZero() {
			v := &ccr.Verdict{Counted: true, Order: &ccr.Order{
				ID: o["order_id"], ProductID: o["product_id"], Region: o["region"], Carrier: o["carrier"], ServiceGroup: o["service_group"],
				Amount: amount, PaidAt: paid, ShippedAt: at(o["shipped_at"]), DeliveredAt: at(o["delivered_at"]),
			}}
			by[o["order_id"]] = v
			vs = append(vs, v)
		}
	}
	for _, f := range read("feedback.csv") {
		stars, err := strconv.Atoi(f["rating"])
		if v := by[f["order_id"]]; v != nil && err == nil {
			negative := stars <= 2
			v.Rulings = append(v.Rulings, ccr.Ruling{Negative: negative, Feedback: ccr.Feedback{Channel: ccr.ChannelReview, CreatedAt: at(f["created_at"])}})
			v.Negative = v.Negative || negative
		}
	}
	return vs
}

func BenchmarkFollowUp(b *testing.B) {
	vs := lateShop(1, 100_000)
	for b.Loop() {
		list(vs, at(100), &action.FollowUpOptions{Limit: 100})
	}
	b.ReportMetric(float64(len(vs)), "orders")
}

// A parcel that should have arrived days ago comes before one that is out of the
// door as usual.
func ExampleFollowUp() {
	var f action.FollowUp
	for _, v := range history() {
		f.Add(v)
	}
	f.Add(purchase("late", 54, -1))
	f.Add(purchase("delivered", 54, 3))
	for _, c := range f.List(at(60), &action.FollowUpOptions{Limit: 10}) {
		fmt.Printf("%s: %.1f times the usual odds of a complaint\n", c.Order.ID, c.Score)
		for _, r := range c.Reasons {
			fmt.Printf("  %s %s×%.1f, %.0f days where %.0f are usual\n", r.Factor, r.Key, r.Ratio, r.Taken, r.Usual)
		}
	}
	// Output:
	// late: 4.3 times the usual odds of a complaint
	//   delivery ×4.3, 6 days where 4 are usual
	// delivered: 0.7 times the usual odds of a complaint
}
