package action_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// orders calls f with a million verdicts on orders of 120 days and 10,000
// products, of which some sell far better than others, served by 5 groups; 6%
// are negative. Strings are made anew, as a reader does.
func orders(f func(*ccr.Verdict)) {
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 1_000_000 {
		v := ccr.Verdict{OrderID: fmt.Sprintf("26%010d", i), Counted: true, Order: &ccr.Order{
			ProductID:    fmt.Sprintf("P%06d", int(10_000*r.Float64()*r.Float64())),
			ServiceGroup: fmt.Sprintf("group-%d", r.IntN(5)),
			BuyerID:      fmt.Sprintf("B%09d", r.IntN(500_000)),
			PaidAt:       start.Add(time.Duration(r.IntN(120*86400)) * time.Second),
		}}
		if r.Float64() < 0.06 {
			v.Negative = true
			v.Problems = []ccr.Aspect{ccr.Aspects()[int(25*r.Float64()*r.Float64())]}
			ruling := ccr.Ruling{Negative: true, Aspects: v.Problems}
			ruling.Feedback.ID = "1"
			ruling.Feedback.Text = fmt.Sprintf("%030d用了两次就坏了，客服说过了七天不管，要我自己去修", i)
			ruling.Assessment.Complaint = r.Float64()
			ruling.Assessment.Opinions = []ccr.Opinion{{Aspect: v.Problems[0], Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 30, End: 51}}}}
			v.Rulings = []ccr.Ruling{ruling}
		}
		f(&v)
	}
}

func BenchmarkDossiers(b *testing.B) {
	for _, c := range []struct {
		name string
		key  func(*ccr.Verdict) string
	}{{"10,000 products", metrics.ByProduct}, {"5 groups", metrics.ByServiceGroup}, {"one key", func(*ccr.Verdict) string { return "shop" }}} {
		var vs []ccr.Verdict
		orders(func(v *ccr.Verdict) { vs = append(vs, *v) })
		d := action.NewDossiers(c.key, nil)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		started := time.Now()
		for i := range vs {
			d.Add(&vs[i])
		}
		took := time.Since(started)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(vs)
		b.Run(c.name+"/Add", func(b *testing.B) {
			for b.Loop() { // measured once, above
			}
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
			b.ReportMetric(float64(took.Nanoseconds())/1e6, "ns/verdict")
		})
		runtime.KeepAlive(vs)
		vs = nil
		worst := d.Ranking()[0].Key
		b.Run(c.name+"/Ranking", func(b *testing.B) {
			for b.Loop() {
				d.Ranking()
			}
		})
		b.Run(c.name+"/Dossier", func(b *testing.B) {
			for b.Loop() {
				d.Dossier(worst)
			}
		})
	}
}
