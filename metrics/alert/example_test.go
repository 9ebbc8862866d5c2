package alert_test

import (
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

// Day by day: what became known today goes in, what is new comes out, and the state
// is kept until tomorrow.
func Example() {
	day := func(d *alert.Detector, today alert.Day, bad, orders int) *alert.Detector {
		if err := d.Add(alert.Point{Key: "kettle", Day: today, Num: bad, Den: orders}); err != nil {
			log.Fatal(err)
		}
		for _, a := range d.Advance(today) {
			state := a.Level.String()
			if a.Ended != nil {
				state = "over"
			}
			fmt.Printf("%v %s %s: %d of %d since %v, expected %.1f%%\n",
				today, a.ID, state, a.Observed.Num, a.Observed.Den, a.Since, 100*a.Expected)
		}
		saved, err := json.Marshal(d)
		if err != nil {
			log.Fatal(err)
		}
		d, err = alert.Restore(saved, nil)
		if err != nil {
			log.Fatal(err)
		}
		return d
	}
	d, err := alert.New(nil)
	if err != nil {
		log.Fatal(err)
	}
	var first alert.Day
	if err := first.UnmarshalText([]byte("2026-03-01")); err != nil {
		log.Fatal(err)
	}
	for i := range alert.Day(90) { // one of 40 is bad
		bad := 0
		if i%4 == 0 {
			bad = 1
		}
		d = day(d, first+i, bad, 10)
	}
	for i := range alert.Day(6) { // a bad batch
		d = day(d, first+90+i, 3, 10)
	}
	for i := range alert.Day(10) { // it is withdrawn
		d = day(d, first+96+i, 0, 10)
	}
	// Output:
	// 2026-05-30 kettle@2026-05-30 watch: 3 of 10 since 2026-05-30, expected 2.6%
	// 2026-05-31 kettle@2026-05-30 critical: 6 of 20 since 2026-05-30, expected 2.6%
	// 2026-06-07 kettle@2026-05-30 over: 18 of 60 since 2026-05-30, expected 2.6%
}

// From verdicts to points: the quality-return rate by product, by the first
// definition of package metrics.
func ExampleSeries() {
	paid := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	c := ccr.Case{
		OrderID: "1",
		Order:   &ccr.Order{ID: "1", ProductID: "kettle", PaidAt: paid},
		Feedback: []ccr.Feedback{{
			ID: "f", OrderID: "1", Channel: ccr.ChannelAfterSale, Reason: "质量问题", CreatedAt: paid.AddDate(0, 0, 3),
		}},
	}
	v, err := ccr.Fair().Judge(c, make([]ccr.Assessment, 1))
	if err != nil {
		log.Fatal(err)
	}

	definition := metrics.Presets()[0]
	s := alert.Series{Key: metrics.ByProduct, Bad: definition.Application, Days: 10}
	s.Add(&v)
	for _, p := range s.Points(alert.DayOf(paid), alert.DayOf(paid)+30) {
		fmt.Println(p.Day, p.Key, p.Num, p.Den)
	}
	// Output:
	// 2026-05-04 kettle 1 0
	// 2026-05-10 kettle 0 1
}

// The chart of a report: which weeks stand out from the usual variation.
func ExamplePPrime() {
	weeks := []metrics.Rate{
		{Num: 31, Den: 1000},
		{Num: 52, Den: 1100},
		{Num: 28, Den: 900},
		{Num: 45, Den: 1000},
		{Num: 39, Den: 1200},
		{Num: 33, Den: 700},
		{Num: 30, Den: 1000},
		{Num: 98, Den: 1000},
	}
	c, ok := alert.PPrime(weeks[:7])
	if !ok {
		return
	}
	fmt.Printf("mean %.1f%%, %.1f times the variation of chance\n", 100*c.Center, c.Sigma)
	for i, w := range weeks {
		if limits := c.Limits(w.Den); w.Value() > limits.High {
			fmt.Printf("week %d: %.1f%% is above %.1f%%\n", i+1, 100*w.Value(), 100*limits.High)
		}
	}
	// Output:
	// mean 3.7%, 2.2 times the variation of chance
	// week 8: 9.8% is above 7.7%
}
