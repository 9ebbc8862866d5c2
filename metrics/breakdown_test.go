package metrics_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func fraction(r metrics.Rate) string { return fmt.Sprintf("%d/%d", r.Num, r.Den) }

// verdicts returns n counted verdicts on orders of a product, negative of them
// negative.
func verdicts(product string, negative, n int) []ccr.Verdict {
	vs := make([]ccr.Verdict, n)
	for i := range vs {
		vs[i] = ccr.Verdict{Counted: true, Negative: i < negative, Order: &ccr.Order{ProductID: product, PaidAt: day0}}
	}
	return vs
}

func breakdown(key func(*ccr.Verdict) string, vs ...[]ccr.Verdict) *metrics.Breakdown[string] {
	b := metrics.NewBreakdown(key)
	for _, vs := range vs {
		for i := range vs {
			b.Add(&vs[i])
		}
	}
	return b
}

func TestBreakdownFold(t *testing.T) {
	type pair struct{ region, carrier string }
	shanghai := time.FixedZone("CST", 8*3600)
	for name, key := range map[string]func(*ccr.Verdict) string{
		"product": metrics.ByProduct, "category": metrics.ByCategory, "region": metrics.ByRegion, "carrier": metrics.ByCarrier,
		"service group": metrics.ByServiceGroup, "batch": metrics.ByBatch, "day": metrics.ByDay(shanghai), "week": metrics.ByWeek(shanghai),
	} {
		t.Run(name, func(t *testing.T) {
			checkFold(t, func() *metrics.Breakdown[string] { return metrics.NewBreakdown(key) }, showRows[string])
		})
	}
	t.Run("combination", func(t *testing.T) {
		checkFold(t, func() *metrics.Breakdown[pair] {
			return metrics.NewBreakdown(func(v *ccr.Verdict) pair { return pair{metrics.ByRegion(v), metrics.ByCarrier(v)} })
		}, func(b *metrics.Breakdown[pair]) any {
			rows := ""
			for _, r := range b.Rows(nil) {
				rows += fmt.Sprintln(r.Key, r.Rate, r.Interval, r.Shrunken)
			}
			return rows
		})
	})
	t.Run("problems", func(t *testing.T) {
		checkFold(t, func() *metrics.Breakdown[ccr.Aspect] {
			return metrics.NewTagBreakdown(func(v *ccr.Verdict) []ccr.Aspect { return v.Problems })
		}, showRows[ccr.Aspect])
	})
	t.Run("channels", func(t *testing.T) {
		checkFold(t, func() *metrics.Breakdown[ccr.Channel] {
			return metrics.NewTagBreakdown((*ccr.Verdict).Channels)
		}, showRows[ccr.Channel])
	})
}

func showRows[K comparable](b *metrics.Breakdown[K]) any { return []any{b.Total(), b.Rows(nil)} }

// TestBreakdownAgreesWithCCR: a breakdown splits the CCR and loses nothing, and
// one by tags is what the CCR says of channels and problems.
func TestBreakdownAgreesWithCCR(t *testing.T) {
	vs := randomVerdicts(t, newRand(11), ccr.Fair(), 2000)
	var c metrics.CCR
	product := metrics.NewBreakdown(metrics.ByProduct)
	problems := metrics.NewTagBreakdown(func(v *ccr.Verdict) []ccr.Aspect { return v.Problems })
	channels := metrics.NewTagBreakdown((*ccr.Verdict).Channels)
	for i := range vs {
		for _, a := range []interface{ Add(*ccr.Verdict) }{&c, product, problems, channels} {
			a.Add(&vs[i])
		}
	}
	var sum metrics.Rate
	for _, r := range product.Rows(nil) {
		sum = sum.Add(r.Rate)
	}
	for name, got := range map[string]metrics.Rate{
		"sum of rows": sum, "products": product.Total(), "problems": problems.Total(), "channels": channels.Total(),
	} {
		if got != c.Rate() {
			t.Errorf("%s: %v, want the CCR %v", name, got, c.Rate())
		}
	}
	if diff := cmp.Diff(c.Problems(nil), problems.Rows(nil)); diff != "" {
		t.Errorf("problems (-CCR +breakdown):\n%s", diff)
	}
	if diff := cmp.Diff(c.Channels(nil), channels.Rows(nil)); diff != "" {
		t.Errorf("channels (-CCR +breakdown):\n%s", diff)
	}
}

// TestOneOfOne: a product with one order, negative, does not lead the list, and
// every estimate lies between the product's own rate and the mean.
func TestOneOfOne(t *testing.T) {
	b := breakdown(metrics.ByProduct, verdicts("single", 1, 1), verdicts("bestseller", 30, 1000), verdicts("bad", 12, 100),
		verdicts("small", 3, 50), verdicts("fine", 0, 20))
	var got []string
	for _, r := range b.Rows(nil) {
		got = append(got, fmt.Sprintf("%s %s %.4f", r.Key, fraction(r.Rate), r.Shrunken))
	}
	// The estimates are those of rational arithmetic, by a program in Python.
	want := []string{"bad 12/100 0.1012", "single 1/1 0.0792", "small 3/50 0.0590", "fine 0/20 0.0396", "bestseller 30/1000 0.0312"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRowOptions(t *testing.T) {
	b := breakdown(metrics.ByProduct, verdicts("single", 1, 1), verdicts("big", 3, 100), verdicts("small", 1, 10))
	all, some := b.Rows(nil), b.Rows(&metrics.RowOptions{MinSupport: 10, Confidence: 0.5})
	if len(all) != 3 || len(some) != 2 {
		t.Fatalf("%d rows, %d with support of 10; want 3 and 2", len(all), len(some))
	}
	byKey := map[string]metrics.Row[string]{}
	for _, r := range all {
		byKey[r.Key] = r
		if want := r.Rate.Wilson(0.95); r.Interval != want {
			t.Errorf("%s: interval %v, want %v", r.Key, r.Interval, want)
		}
	}
	for _, r := range some {
		if want := r.Rate.Wilson(0.5); r.Interval != want {
			t.Errorf("%s: interval %v, want %v", r.Key, r.Interval, want)
		}
		if want := byKey[r.Key].Shrunken; r.Shrunken != want {
			t.Errorf("%s: shrunken %v depends on the support asked for, want %v", r.Key, r.Shrunken, want)
		}
	}
}

// TestTies: rows with equal figures are in order of their keys.
func TestTies(t *testing.T) {
	var vs [][]ccr.Verdict
	for _, p := range []string{"d", "b", "", "a", "c"} {
		vs = append(vs, verdicts(p, 1, 10))
	}
	var got []string
	for _, r := range breakdown(metrics.ByProduct, vs...).Rows(nil) {
		got = append(got, r.Key)
	}
	if diff := cmp.Diff([]string{"", "a", "b", "c", "d"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestZeroBreakdown(t *testing.T) {
	var b metrics.Breakdown[int]
	if rows := b.Rows(nil); len(rows) != 0 || b.Total() != (metrics.Rate{}) {
		t.Errorf("empty: %v of %v", rows, b.Total())
	}
	vs := verdicts("p", 2, 5)
	for i := range vs {
		b.Add(&vs[i])
	}
	b.Add(&ccr.Verdict{Excluded: ccr.ReasonUnpaid, Negative: true})
	rows := b.Rows(nil)
	if len(rows) != 1 || rows[0].Key != 0 || rows[0].Rate != (metrics.Rate{Num: 2, Den: 5}) {
		t.Errorf("rows %v, want 2/5 under 0", rows)
	}
}

// TestRepeatedTags: a tag counts once for an order, in hand-made verdicts too.
func TestRepeatedTags(t *testing.T) {
	v := ccr.Verdict{Counted: true, Negative: true, Problems: []ccr.Aspect{"a", "b", "a"}}
	b := metrics.NewTagBreakdown(func(v *ccr.Verdict) []ccr.Aspect { return v.Problems })
	var c metrics.CCR
	b.Add(&v)
	c.Add(&v)
	for _, r := range append(b.Rows(nil), c.Problems(nil)...) {
		if r.Rate != (metrics.Rate{Num: 1, Den: 1}) {
			t.Errorf("%s: %v, want 1/1", r.Key, r.Rate)
		}
	}
}

func TestRowJSON(t *testing.T) {
	rows := breakdown(metrics.ByProduct, verdicts("p", 0, 20)).Rows(nil)
	got, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var back []map[string]any
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	// The high end is that of Newcombe (1998) for 0 of 20.
	want := []map[string]any{{"key": "p", "num": 0.0, "den": 20.0, "rate": 0.0, "low": 0.0, "high": 0.1611, "shrunken": 0.0}}
	about := cmp.Comparer(func(a, b float64) bool { return near(a, b, 0.5e-4) })
	if diff := cmp.Diff(want, back, about); diff != "" {
		t.Errorf("%s (-want +got):\n%s", got, diff)
	}
	if _, err := json.Marshal(metrics.Row[ccr.Channel]{Key: 9}); err == nil {
		t.Error("a key that does not encode gave no error")
	}
	if got, err := json.Marshal((&metrics.CCR{}).ExcludedOrders()); err != nil || string(got) != "[]" {
		t.Errorf("no counts encode as %s, %v, want []", got, err)
	}
}

func TestKeys(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	at := func(y int, m time.Month, d, h int) *ccr.Verdict {
		return &ccr.Verdict{Order: &ccr.Order{PaidAt: time.Date(y, m, d, h, 0, 0, 0, time.UTC)}}
	}
	full := &ccr.Verdict{Order: &ccr.Order{
		ProductID: "p", Product: "title", Category: "c", Region: "r", Carrier: "k", ServiceGroup: "g", Batch: "b",
	}}
	for _, c := range []struct {
		name string
		key  func(*ccr.Verdict) string
		v    *ccr.Verdict
		want string
	}{
		{"product", metrics.ByProduct, full, "p"},
		{"category", metrics.ByCategory, full, "c"},
		{"region", metrics.ByRegion, full, "r"},
		{"carrier", metrics.ByCarrier, full, "k"},
		{"service group", metrics.ByServiceGroup, full, "g"},
		{"batch", metrics.ByBatch, full, "b"},
		{"day, unpaid", metrics.ByDay(nil), full, ""},
		{"day", metrics.ByDay(nil), at(2026, 3, 1, 17), "2026-03-01"},
		{"day in Shanghai", metrics.ByDay(shanghai), at(2026, 3, 1, 17), "2026-03-02"},
		{"day before 1970", metrics.ByDay(nil), at(1969, 12, 31, 23), "1969-12-31"},
		// ISO 8601 examples: 2005-01-01 is in 2004-W53 and 2008-12-29 in 2009-W01.
		{"week", metrics.ByWeek(nil), at(2005, 1, 1, 0), "2004-W53"},
		{"week of next year", metrics.ByWeek(nil), at(2008, 12, 29, 0), "2009-W01"},
		{"week on Sunday", metrics.ByWeek(nil), at(2026, 3, 1, 15), "2026-W09"},
		{"week in Shanghai", metrics.ByWeek(shanghai), at(2026, 3, 1, 17), "2026-W10"},
	} {
		if got := c.key(c.v); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := c.key(&ccr.Verdict{}); got != "" {
			t.Errorf("%s of no order: %q, want \"\"", c.name, got)
		}
	}
}

// TestDayKeys: names that are kept for reuse are those of the right day, over
// more days than are kept, on both sides of 1970, in a place with daylight saving, by many goroutines.
func TestDayKeys(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	day, week := metrics.ByDay(loc), metrics.ByWeek(loc)
	var wg sync.WaitGroup
	for g := range uint64(4) {
		wg.Go(func() {
			r := newRand(g)
			for range 20_000 {
				at := time.Date(1968, 1, 1, 0, 0, r.IntN(6*366*86400), 0, time.UTC)
				v := &ccr.Verdict{Order: &ccr.Order{PaidAt: at}}
				y, w := at.In(loc).ISOWeek()
				if got, want := day(v), at.In(loc).Format("2006-01-02"); got != want {
					t.Errorf("day of %v: %q, want %q", at, got, want)
				}
				if got, want := week(v), fmt.Sprintf("%d-W%02d", y, w); got != want {
					t.Errorf("week of %v: %q, want %q", at, got, want)
				}
			}
		})
	}
	wg.Wait()
}
