package metrics_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// shop returns a million verdicts as a shop has them: 2,000 products of which
// some sell far better than others, 34 regions, 8 carriers, 20 service groups;
// a third of the orders has a review and 6% are negative. The strings of an order
// are parts of one line, as encoding/csv makes them: none is shared.
var shop = sync.OnceValue(func() []ccr.Verdict {
	const n = 1_000_000
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	vs := make([]ccr.Verdict, n)
	for i := range vs {
		product := int(2000 * r.Float64() * r.Float64())
		f := strings.Split(fmt.Sprintf("%d,P%06d,category-%d,省份%02d,快递%d,group-%02d", 2_600_000_000+int64(i),
			product, product%30, r.IntN(34), r.IntN(8), r.IntN(20)), ",")
		o := &ccr.Order{
			ID: f[0], ProductID: f[1], Category: f[2], Region: f[3], Carrier: f[4], ServiceGroup: f[5],
			PaidAt: start.Add(time.Duration(r.IntN(30*86400)) * time.Second),
		}
		o.ShippedAt = o.PaidAt.Add(time.Duration(r.IntN(48*3600)) * time.Second)
		o.DeliveredAt = o.ShippedAt.Add(time.Duration(24*3600+r.IntN(96*3600)) * time.Second)
		v := &vs[i]
		*v = ccr.Verdict{OrderID: o.ID, Order: o, Policy: "fair", Counted: true}
		switch p := r.Float64(); {
		case p < 0.06:
			v.Negative = true
			a := ccr.Aspects()[r.IntN(25)]
			v.Problems = []ccr.Aspect{a}
			v.Rulings = []ccr.Ruling{{Negative: true, Reason: ccr.ReasonComplaint, Aspects: v.Problems}}
			v.Rulings[0].Feedback.Channel = ccr.Channel(1 + r.IntN(4))
			v.Rulings[0].Feedback.Reason = "质量问题"
		case p < 0.08:
			v.Counted, v.Excluded = false, ccr.ReasonUnpaid
		case p < 0.40:
			v.Rulings = []ccr.Ruling{{Reason: ccr.ReasonNoComplaint}}
			v.Rulings[0].Feedback.Channel = ccr.ChannelReview
		}
	}
	return vs
})

// perVerdict reports the cost of folding all of vs once an iteration.
func perVerdict(b *testing.B, fold func(vs []ccr.Verdict)) {
	vs := shop()
	runtime.GC() // what making the shop left behind is none of the fold's time
	b.ReportAllocs()
	for b.Loop() {
		fold(vs)
	}
	each := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(len(vs))
	b.ReportMetric(each, "ns/verdict")
	b.ReportMetric(1e3/each, "Mverdicts/s")
}

// BenchmarkFold is the CCR with four breakdowns: what a report folds.
func BenchmarkFold(b *testing.B) {
	perVerdict(b, func(vs []ccr.Verdict) {
		var c metrics.CCR
		product := metrics.NewBreakdown(metrics.ByProduct)
		region := metrics.NewBreakdown(metrics.ByRegion)
		carrier := metrics.NewBreakdown(metrics.ByCarrier)
		group := metrics.NewBreakdown(metrics.ByServiceGroup)
		for i := range vs {
			v := &vs[i]
			c.Add(v)
			product.Add(v)
			region.Add(v)
			carrier.Add(v)
			group.Add(v)
		}
		if c.Rate() != region.Total() {
			b.Fatal(c.Rate(), region.Total())
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	type adder interface{ Add(*ccr.Verdict) }
	quality := metrics.Presets()[0]
	for _, c := range []struct {
		name string
		make func() adder
	}{
		{"CCR", func() adder { return new(metrics.CCR) }},
		{"product", func() adder { return metrics.NewBreakdown(metrics.ByProduct) }},
		{"carrier", func() adder { return metrics.NewBreakdown(metrics.ByCarrier) }},
		{"day", func() adder { return metrics.NewBreakdown(metrics.ByDay(time.UTC)) }},
		{"week", func() adder { return metrics.NewBreakdown(metrics.ByWeek(time.UTC)) }},
		{"region and carrier", func() adder {
			return metrics.NewBreakdown(func(v *ccr.Verdict) [2]string {
				return [2]string{metrics.ByRegion(v), metrics.ByCarrier(v)}
			})
		}},
		{"problems", func() adder {
			return metrics.NewTagBreakdown(func(v *ccr.Verdict) []ccr.Aspect { return v.Problems })
		}},
		{"quality return", func() adder { return &metrics.QualityReturn{Definition: quality} }},
		{"shipping", func() adder { return new(metrics.Shipping) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			perVerdict(b, func(vs []ccr.Verdict) {
				a := c.make()
				for i := range vs {
					a.Add(&vs[i])
				}
			})
		})
	}
}

func BenchmarkRows(b *testing.B) {
	product := metrics.NewBreakdown(metrics.ByProduct)
	for i := range shop() {
		product.Add(&shop()[i])
	}
	b.ReportAllocs()
	for b.Loop() {
		product.Rows(nil)
	}
}

func BenchmarkInterval(b *testing.B) {
	for _, r := range []metrics.Rate{{Num: 3, Den: 100}, {Num: 300_000, Den: 10_000_000}} {
		b.Run(fmt.Sprintf("Wilson/%d", r.Den), func(b *testing.B) {
			for b.Loop() {
				r.Wilson(0.95)
			}
		})
		b.Run(fmt.Sprintf("ClopperPearson/%d", r.Den), func(b *testing.B) {
			for b.Loop() {
				r.ClopperPearson(0.95)
			}
		})
	}
}
