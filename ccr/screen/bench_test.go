package screen_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

// fill adds n orders and a fifth as many feedback, with texts joined of two
// real ones.
func fill(tb testing.TB, s *screen.Screen, n int) {
	texts, err := corpus()
	if err != nil {
		tb.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		at := firstDay.Add(time.Duration(i) * (120 * 24 * time.Hour / time.Duration(n)))
		o := ccr.Order{
			ID: fmt.Sprintf("260301%09d", i), BuyerID: fmt.Sprintf("B%08d", r.IntN(n*7/8)), ProductID: fmt.Sprintf("p%04d", r.IntN(1+r.IntN(1000))),
			Address: fmt.Sprintf("%08x", r.IntN(n*5/6)), PaidAt: at, DeliveredAt: at.Add(time.Duration((40 + r.Float64()*60) * float64(time.Hour))),
		}
		s.AddOrder(&o)
		if i%5 == 0 {
			fb := ccr.Feedback{
				ID: fmt.Sprintf("F%08d", i), OrderID: o.ID, BuyerID: o.BuyerID, Channel: ccr.ChannelReview, Rating: 1 + i%7%5,
				Text: texts[r.IntN(len(texts))] + texts[r.IntN(len(texts))], CreatedAt: o.DeliveredAt.Add(time.Duration(r.ExpFloat64() * 40 * float64(time.Hour))),
			}
			s.AddFeedback(&fb)
		}
	}
}

func BenchmarkMarks(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("orders=%d", n), func(b *testing.B) {
			for b.Loop() {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				var s screen.Screen
				start := time.Now()
				fill(b, &s, n)
				added := time.Since(start)
				runtime.GC()
				runtime.ReadMemStats(&after)
				m := s.Marks(nil)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap-MB")
				b.ReportMetric(added.Seconds(), "add-s")
				b.ReportMetric(float64(len(m.Feedback)), "marks")
				runtime.KeepAlive(&s)
			}
		})
	}
}
