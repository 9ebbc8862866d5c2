package action_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// shop returns a million verdicts on orders of 120 days and 10,000 products, of
// which some sell far better than others, served by 5 groups; 6% are negative.
var shop = sync.OnceValue(func() []ccr.Verdict {
	r := rand.New(rand.NewPCG(1, 2))
	aspects := ccr.Aspects()
	vs := make([]ccr.Verdict, 1_000_000)
	for i := range vs {
		v := &vs[i]
		*v = ccr.Verdict{OrderID: fmt.Sprintf("26%010d", i), Counted: true, Order: &ccr.Order{
			ProductID:    fmt.Sprintf("P%06d", int(10_000*r.Float64()*r.Float64())),
			ServiceGroup: fmt.Sprintf("group-%d", r.IntN(5)),
			BuyerID:      fmt.Sprintf("B%09d", r.IntN(500_000)),
			PaidAt:       simulatedStart.Add(time.Duration(r.IntN(120*86400)) * time.Second),
		}}
		if r.Float64() < 0.06 {
			v.Negative = true
			v.Problems = []ccr.Aspect{aspects[int(float64(len(aspects))*r.Float64()*r.Float64())]}
			ruling := ccr.Ruling{Negative: true, Aspects: v.Problems}
			ruling.Feedback = ccr.Feedback{ID: "1", Text: fmt.Sprintf("%030d用了两次就坏了，客服说过了七天不管，要我自己去修", i)}
			ruling.Assessment.Complaint = r.Float64()
			ruling.Assessment.Opinions = []ccr.Opinion{{Aspect: v.Problems[0], Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 30, End: 51}}}}
			v.Rulings = []ccr.Ruling{ruling}
		}
	}
	return vs
})

func BenchmarkDossiers(b *testing.B) {
	for _, c := range []struct {
		name string
		key  func(*ccr.Verdict) string
	}{{"products", metrics.ByProduct}, {"groups", metrics.ByServiceGroup}} {
		vs := shop()
		fold := func() *action.Dossiers {
			d := action.NewDossiers(c.key, nil)
			for i := range vs {
				d.Add(&vs[i])
			}
			return d
		}
		b.Run(c.name+"/Add", func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var d *action.Dossiers
			for b.Loop() {
				d = fold()
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(vs)), "ns/verdict")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
			runtime.KeepAlive(d)
		})
		d := fold()
		key := d.Ranking()[0].Key
		b.Run(c.name+"/Ranking", func(b *testing.B) {
			for b.Loop() {
				d.Ranking()
			}
		})
		b.Run(c.name+"/Dossier", func(b *testing.B) {
			for b.Loop() {
				d.Dossier(key)
			}
		})
	}
}
