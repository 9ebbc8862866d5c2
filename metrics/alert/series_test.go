package alert_test

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

// verdict returns one on an order of a product, paid and complained of at these
// times; a zero paid is an order that is not known, a zero bad one that is good.
func verdict(product string, paid, bad time.Time) *ccr.Verdict {
	v := &ccr.Verdict{Counted: true, Rulings: []ccr.Ruling{{Feedback: ccr.Feedback{CreatedAt: bad.Add(-time.Hour)}}}}
	if !paid.IsZero() {
		v.Order = &ccr.Order{ProductID: product, PaidAt: paid}
	}
	if !bad.IsZero() {
		v.Negative = true
		v.Rulings = append(v.Rulings, ccr.Ruling{Feedback: ccr.Feedback{CreatedAt: bad}, Negative: true})
	}
	return v
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestSeries(t *testing.T) {
	s := alert.Series{Key: metrics.ByProduct, Days: 4, Location: shanghai}
	if got := s.Points(0, 20000); got != nil {
		t.Errorf("points of nothing: %v", got)
	}
	for _, v := range []*ccr.Verdict{
		// Three orders of one day: 3 of 4 shares, 6, 9, 12.
		verdict("a", at("2026-03-01 00:10"), time.Time{}),
		verdict("a", at("2026-03-01 12:00"), at("2026-03-02 00:00")),
		verdict("a", at("2026-03-01 23:50"), at("2026-03-20 09:00")),
		// A single one is complete on its last day.
		verdict("b", at("2026-03-30 08:00"), time.Time{}),
		// A clock that is wrong, and feedback without an order or a time.
		verdict("b", at("2026-04-20 08:00"), at("2026-04-19 08:00")),
		verdict("", time.Time{}, at("2026-03-05 08:00")),
		verdict("", time.Time{}, time.Time{}),
		{Excluded: ccr.ReasonUnpaid, Negative: true, Order: &ccr.Order{PaidAt: at("2026-03-01 08:00")}},
	} {
		s.Add(v)
	}
	want := []alert.Point{
		{Key: "", Day: date("2026-03-05"), Num: 1, Den: 1},
		{Key: "a", Day: date("2026-03-02"), Num: 1, Den: 1},
		{Key: "a", Day: date("2026-03-03"), Den: 1},
		{Key: "a", Day: date("2026-03-04"), Den: 1},
		{Key: "a", Day: date("2026-03-20"), Num: 1},
		{Key: "b", Day: date("2026-04-02"), Den: 1},
		{Key: "b", Day: date("2026-04-20"), Num: 1},
		{Key: "b", Day: date("2026-04-23"), Den: 1},
	}
	if diff := cmp.Diff(want, s.Points(0, 30000)); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]alert.Point{want[0], want[2], want[3]}, s.Points(date("2026-03-03"), date("2026-03-10"))); diff != "" {
		t.Errorf("points of a week (-want +got):\n%s", diff)
	}
	if got := s.Points(30000, 0); got != nil {
		t.Errorf("points of an empty span: %v", got)
	}
}

// TestSeriesTotals: over all days the points are the figures of package metrics,
// however the verdicts were ordered and split; and what is known of a day does not
// change by later days.
func TestSeriesTotals(t *testing.T) {
	vs := shopVerdicts(t, false)
	var d metrics.Definition
	series := func() (*alert.Series, *alert.Series) {
		return &alert.Series{Location: shanghai}, &alert.Series{Key: metrics.ByProduct, Bad: d.Application}
	}
	all, quality := series()
	var ccrFigure metrics.CCR
	var qualityFigure metrics.QualityReturn
	for i := range vs {
		all.Add(&vs[i])
		quality.Add(&vs[i])
		ccrFigure.Add(&vs[i])
		qualityFigure.Add(&vs[i])
	}
	sum := func(s *alert.Series) (r metrics.Rate) {
		for _, p := range s.Points(0, 30000) {
			r = r.Add(metrics.Rate{Num: p.Num, Den: p.Den})
		}
		return r
	}
	if got, want := sum(all), ccrFigure.Rate(); got != want {
		t.Errorf("CCR %v, want %v", got, want)
	}
	if got, want := sum(quality), qualityFigure.Rate(); got != want {
		t.Errorf("quality returns %v, want %v", got, want)
	}

	parts := [3]*alert.Series{}
	_, merged := series()
	for i := range parts {
		_, parts[i] = series()
	}
	r := rand.New(rand.NewPCG(1, 1))
	for _, i := range r.Perm(len(vs)) {
		parts[r.IntN(3)].Add(&vs[i])
	}
	for _, p := range parts {
		merged.Merge(p)
	}
	merged.Merge(nil)
	if diff := cmp.Diff(quality.Points(0, 30000), merged.Points(0, 30000)); diff != "" {
		t.Errorf("merged (-whole +merged):\n%s", diff)
	}

	// What was known on 10 May, in UTC.
	today := date("2026-05-10")
	_, then := series()
	for i := range vs {
		if o := vs[i].Order; o != nil && alert.DayOf(o.PaidAt.UTC()) <= today {
			then.Add(&vs[i])
		}
	}
	if diff := cmp.Diff(quality.Points(0, today), then.Points(0, today)); diff != "" {
		t.Errorf("on 10 May (-later +then):\n%s", diff)
	}
}

// TestSale: a day with thirty times the usual orders is no alert, neither when they
// are paid nor when their buyers speak; held against the orders of the day of
// payment alone it would be one.
func TestSale(t *testing.T) {
	first := at("2026-01-01 12:00")
	for days, want := range map[int]bool{14: false, 1: true} {
		s := alert.Series{Days: days}
		r := rand.New(rand.NewPCG(8, 8))
		for day := range 200 {
			n := 10
			if day == 120 {
				n = 300
			}
			for range n {
				paid := first.AddDate(0, 0, day)
				bad := time.Time{}
				if r.IntN(25) == 0 {
					bad = paid.Add(time.Duration(2+r.IntN(10)) * 24 * time.Hour)
				}
				s.Add(verdict("", paid, bad))
			}
		}
		got := false
		for _, a := range newDetector(t, nil, s.Points(0, 30000)...).Advance(alert.DayOf(first) + 200) {
			got = got || a.First >= alert.DayOf(first)+120 && a.Level >= alert.Warning
		}
		if got != want {
			t.Errorf("spread over %d days: a warning after the sale: %v, want %v", days, got, want)
		}
	}
}

func BenchmarkSeries(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	first := at("2026-01-01 12:00")
	vs := make([]*ccr.Verdict, 1_000_000) // of 10,000 products in a year
	for i := range vs {
		paid := first.AddDate(0, 0, r.IntN(365))
		bad := time.Time{}
		if r.IntN(25) == 0 {
			bad = paid.AddDate(0, 0, r.IntN(14))
		}
		vs[i] = verdict(strconv.Itoa(r.IntN(10000)), paid, bad)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		s := alert.Series{Key: metrics.ByProduct}
		for _, v := range vs {
			s.Add(v)
		}
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		b.StartTimer()
		if s.Points(0, 30000) == nil {
			b.Fatal("no points")
		}
	}
}

// TestFarDates: a few dates that cannot be cost nothing, though there are a million
// days between them and the others.
func TestFarDates(t *testing.T) {
	s := alert.Series{Key: metrics.ByProduct}
	for i := range 2000 {
		for _, year := range []int{2, 2026, 9999} {
			s.Add(verdict(strconv.Itoa(i), time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC)))
		}
	}
	start := time.Now()
	points := s.Points(date("2026-01-01"), date("2026-12-31"))
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	want := []alert.Point{
		{Key: "0", Day: date("2026-01-14"), Den: 1},
		{Key: "0", Day: date("2026-03-01"), Num: 1},
	}
	if diff := cmp.Diff(want, points[:2]); diff != "" || len(points) != 4000 {
		t.Errorf("%d points, the first (-want +got):\n%s", len(points), diff)
	}
}
