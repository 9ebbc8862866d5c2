package metrics_test

import (
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// sales returns the verdicts on n orders of a product, of which so many are
// negative. A program has them from a policy's Judge.
func sales(product string, negative, n int) []ccr.Verdict {
	vs := make([]ccr.Verdict, n)
	for i := range vs {
		vs[i] = ccr.Verdict{Counted: true, Order: &ccr.Order{ProductID: product}}
		if i < negative {
			vs[i].Negative = true
			vs[i].Problems = []ccr.Aspect{ccr.GoodsSize}
		}
	}
	return vs
}

func ExampleCCR() {
	var c metrics.CCR
	for _, v := range sales("shirt", 3, 100) {
		c.Add(&v)
	}
	c.Add(&ccr.Verdict{Excluded: ccr.ReasonUnpaid})

	r := c.Rate()
	i := r.Wilson(0.95)
	fmt.Printf("CCR %d of %d = %.2f%%, 95%% interval %.2f%% to %.2f%%\n", r.Num, r.Den, 100*r.Value(), 100*i.Low, 100*i.High)
	for _, p := range c.Problems(nil) {
		fmt.Println("problem:", p.Key, p.Rate.Num)
	}
	for _, e := range c.ExcludedOrders() {
		fmt.Println("left out:", e.Key, e.N)
	}
	// Output:
	// CCR 3 of 100 = 3.00%, 95% interval 1.03% to 8.45%
	// problem: goods.size 3
	// left out: unpaid 1
}

// Without orders there is no rate, which is not a rate of 0.
func ExampleRate_MarshalJSON() {
	b, err := json.Marshal(metrics.Rate{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(b))
	// Output: {"num":0,"den":0,"rate":null,"low":null,"high":null}
}

// Ranked by rate alone, the mug with its one order would be the worst product.
func ExampleBreakdown() {
	b := metrics.NewBreakdown(metrics.ByProduct)
	for _, vs := range [][]ccr.Verdict{
		sales("mug", 1, 1), sales("kettle", 12, 100), sales("shirt", 30, 1000), sales("towel", 0, 20), sales("lamp", 3, 50),
	} {
		for i := range vs {
			b.Add(&vs[i])
		}
	}
	for _, r := range b.Rows(nil) {
		fmt.Printf("%-6s %2d of %4d, at least %4.1f%%, estimate %4.1f%%\n", r.Key, r.Rate.Num, r.Rate.Den, 100*r.Interval.Low, 100*r.Shrunken)
	}
	// Output:
	// kettle 12 of  100, at least  7.0%, estimate 10.1%
	// mug     1 of    1, at least 20.7%, estimate  7.9%
	// lamp    3 of   50, at least  2.1%, estimate  5.9%
	// towel   0 of   20, at least  0.0%, estimate  4.0%
	// shirt  30 of 1000, at least  2.1%, estimate  3.1%
}

func ExampleNewBreakdown_combination() {
	type place struct{ Region, Carrier string }
	b := metrics.NewBreakdown(func(v *ccr.Verdict) place {
		return place{metrics.ByRegion(v), metrics.ByCarrier(v)}
	})
	b.Add(&ccr.Verdict{Counted: true, Negative: true, Order: &ccr.Order{Region: "广东", Carrier: "顺丰"}})
	b.Add(&ccr.Verdict{Counted: true, Order: &ccr.Order{Region: "广东", Carrier: "顺丰"}})
	for _, r := range b.Rows(&metrics.RowOptions{MinSupport: 2}) {
		fmt.Println(r.Key.Region, r.Key.Carrier, r.Rate.Num, "of", r.Rate.Den)
	}
	// Output:
	// 广东 顺丰 1 of 2
}

func ExampleQualityReturn() {
	d := metrics.Presets()[3] // of shipped orders, 30 days
	asOf := time.Date(2026, 4, 1, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))
	q := metrics.QualityReturn{Definition: d, Window: d.At(asOf)}

	for _, order := range []struct {
		shipped int      // days before asOf
		reasons []string // of its applications, in order of time
	}{
		{5, nil},
		{5, []string{"质量问题"}},
		{5, []string{"7天无理由退货", "质量问题"}}, // the first decides
		{40, []string{"质量问题"}},           // before the window
	} {
		shipped := asOf.AddDate(0, 0, -order.shipped)
		c := ccr.Case{Order: &ccr.Order{ID: "o", PaidAt: shipped, ShippedAt: shipped}}
		for i, reason := range order.reasons {
			c.Feedback = append(c.Feedback, ccr.Feedback{
				Channel: ccr.ChannelAfterSale, Reason: reason, CreatedAt: shipped.AddDate(0, 0, i),
			})
		}
		v, err := ccr.Fair().Judge(c, make([]ccr.Assessment, len(c.Feedback)))
		if err != nil {
			log.Fatal(err)
		}
		q.Add(&v)
	}
	fmt.Println(d.Name, q.Rate().Num, "of", q.Rate().Den)
	for _, e := range q.ExcludedOrders() {
		fmt.Println("left out:", e.Key, e.N)
	}
	// Output:
	// shipinhao 品质退款率 1 of 3
	// left out: outside_window 1
}

func ExampleDurations_Quantile() {
	var s metrics.Shipping
	paid := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for hours := range 10 {
		v := ccr.Verdict{Counted: true, Order: &ccr.Order{PaidAt: paid, ShippedAt: paid.Add(time.Duration(hours+1) * time.Hour)}}
		s.Add(&v)
	}
	median, _ := s.Pickup.Quantile(0.5)
	slow, _ := s.Pickup.Quantile(0.9)
	fmt.Println(median, slow)
	// Output: 5h0m0s 9h0m0s
}
