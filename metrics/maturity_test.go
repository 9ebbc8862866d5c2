package metrics_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// order returns the verdict on an order with its times in days after day0;
// a negative time is one that has not come.
func order(paid, delivered, negative float64) *ccr.Verdict {
	at := func(days float64) time.Time {
		if days < 0 {
			return time.Time{}
		}
		return day0.Add(time.Duration(days * 24 * float64(time.Hour)))
	}
	v := &ccr.Verdict{Counted: true, Order: &ccr.Order{PaidAt: at(paid), DeliveredAt: at(delivered)}}
	if negative >= 0 {
		v.Negative = true
		v.Rulings = []ccr.Ruling{{Negative: true, Feedback: ccr.Feedback{CreatedAt: at(negative)}}}
	}
	return v
}

func days(from, to int) metrics.Window {
	return metrics.Window{From: day0.AddDate(0, 0, from), To: day0.AddDate(0, 0, to)}
}

func TestMaturityFold(t *testing.T) {
	loc := time.FixedZone("CST", 8*3600)
	checkFold(t, func() *metrics.Maturity { return &metrics.Maturity{Location: loc} }, func(m *metrics.Maturity) any {
		var all []metrics.Nowcast
		for d := 5; d < 90; d += 8 {
			all = append(all, m.Nowcast(metrics.Window{}, day0.AddDate(0, 0, d), 0.95), m.Nowcast(days(d-20, d), day0.AddDate(0, 0, d), 0.5))
		}
		return all
	})
}

// TestNowcastByHand: every day ten orders are paid and one of them complains on
// the third day after, so of those paid in the last three days one in ten is
// still to come, and of the last six the half has come.
func TestNowcastByHand(t *testing.T) {
	for _, delivered := range []float64{-1, 1} {
		var m metrics.Maturity
		for d := range 100 {
			for i := range 10 {
				at, negative := float64(d)+0.5, -1.0
				if i == 0 {
					negative = at + 3
				}
				if delivered < 0 {
					m.Add(order(at, -1, negative))
				} else {
					m.Add(order(at, at+delivered, negative))
				}
			}
		}
		for _, c := range []struct {
			from     int
			observed int
			toCome   float64
			complete float64
		}{
			{97, 0, 3, 0}, {94, 3, 3, 0.5}, {80, 17, 3, 0.85},
		} {
			got := m.Nowcast(days(c.from, 100), day0.AddDate(0, 0, 100), 0.95)
			n := 10 * (100 - c.from)
			if want := (metrics.Rate{Num: c.observed, Den: n}); got.Observed != want || got.Final == nil {
				t.Fatalf("from %d: observed %v, forecast %v, want %v and one", c.from, got.Observed, got.Final, want)
			}
			// 50 negative orders are behind the hazards: the spread is 1/50 + 0.08.
			want := (float64(c.observed) + c.toCome*math.Pow(1-0.1/9, 3)) / float64(n)
			if got := got.Final; math.Abs(got.Rate-want) > 1e-9 || math.Abs(got.Completeness-c.complete) > 1e-9 {
				t.Errorf("from %d: %+v, want rate %v, completeness %v", c.from, got, want, c.complete)
			}
		}
		// What is old enough is what it is.
		old := m.Nowcast(days(40, 90), day0.AddDate(0, 0, 100), 0.95)
		want := &metrics.Forecast{Rate: 0.1, Interval: metrics.Interval{Low: 0.1, High: 0.1}, Completeness: 1}
		if diff := cmp.Diff(want, old.Final); diff != "" {
			t.Errorf("old orders (-want +got):\n%s", diff)
		}
		// Nor does a lag change what is seen of a window.
		if now := m.Nowcast(metrics.LastDays(day0.AddDate(0, 0, 100), 30, 9), day0.AddDate(0, 0, 100), 0.95); now.Final.Completeness != 1 {
			t.Errorf("T-39 to T-10 complete to %v, want 1", now.Final.Completeness)
		}
	}
}

func TestNowcastOfNothing(t *testing.T) {
	asOf := day0.AddDate(0, 0, 60)
	fill := func(n int, delay float64) *metrics.Maturity {
		var m metrics.Maturity
		for i := range n {
			m.Add(order(float64(i)*60/float64(n), -1, float64(i)*60/float64(n)+delay))
			m.Add(order(float64(i)*60/float64(n), -1, -1))
		}
		return &m
	}
	for _, c := range []struct {
		name string
		m    *metrics.Maturity
		w    metrics.Window
		asOf time.Time
		want metrics.Rate
	}{
		{"empty", &metrics.Maturity{}, metrics.Window{}, asOf, metrics.Rate{}},
		{"before all orders", fill(60, 1), metrics.Window{}, day0, metrics.Rate{}},
		{"no time", fill(60, 1), metrics.Window{}, time.Time{}, metrics.Rate{}},
		{"no order in the window", fill(60, 1), days(-20, -10), asOf, metrics.Rate{}},
		{"nothing heard yet", fill(60, 100), metrics.Window{}, asOf, metrics.Rate{Den: 120}},
		{"still coming at the greatest age", fill(60, 40), metrics.Window{}, asOf, metrics.Rate{Num: 20, Den: 120}},
	} {
		got := c.m.Nowcast(c.w, c.asOf, 0.95)
		if got.Observed != c.want || got.Final != nil {
			t.Errorf("%s: %v and %v, want %v and nil", c.name, got.Observed, got.Final, c.want)
		}
	}
	b, err := json.Marshal(fill(60, 100).Nowcast(days(0, 1), asOf, 0.95))
	if !strings.HasSuffix(string(b), `,"final":null}`) {
		t.Errorf("JSON %s, %v, want a final of null", b, err)
	}
}

// TestMaturityLeavesOut: what is not counted or not paid has no part; what has no
// time was always known; clocks that disagree are no delay; far times are
// harmless.
func TestMaturityLeavesOut(t *testing.T) {
	var m metrics.Maturity
	m.Add(&ccr.Verdict{Order: &ccr.Order{PaidAt: day0}})
	m.Add(&ccr.Verdict{Counted: true, Negative: true})
	m.Add(&ccr.Verdict{Counted: true, Order: &ccr.Order{}})
	untimed := order(0, 1, 1)
	untimed.Rulings[0].Feedback.CreatedAt = time.Time{}
	m.Add(untimed)
	m.Add(order(5, 2, 1))
	m.Add(order(1, 2, 300))
	for _, year := range []int{-1 << 30, 1, 9999, 1 << 30} {
		far := order(0, 0, 0)
		far.Order.PaidAt = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		far.Order.DeliveredAt = time.Date(-year, 1, 1, 0, 0, 0, 0, time.UTC)
		m.Add(far)
	}
	for _, c := range []struct {
		asOf int
		want metrics.Rate
	}{{1, metrics.Rate{Num: 1, Den: 1}}, {6, metrics.Rate{Num: 2, Den: 3}}, {300, metrics.Rate{Num: 2, Den: 3}}, {301, metrics.Rate{Num: 3, Den: 3}}} {
		if got := m.Nowcast(days(0, 100), day0.AddDate(0, 0, c.asOf), 0.95).Observed; got != c.want {
			t.Errorf("day %d: %v, want %v", c.asOf, got, c.want)
		}
	}
	m.Nowcast(metrics.Window{}, time.Date(1<<30, 1, 1, 0, 0, 0, 0, time.UTC), 0.95)
}

// simulate returns a shop of n days whose orders complain with probability p,
// after exponential delays of the given mean in days, and are delivered after
// some four days. Sales grow by the share growth a day.
func simulate(seed uint64, n int, p, mean, growth float64) []*ccr.Verdict {
	r := newRand(seed)
	var vs []*ccr.Verdict
	for d := range n {
		for range int(60 * math.Exp(growth*float64(d-n))) {
			at, negative := float64(d)+r.Float64(), -1.0
			if r.Float64() < p {
				negative = at + r.ExpFloat64()*mean
			}
			vs = append(vs, order(at, at+r.ExpFloat64()*4, negative))
		}
	}
	return vs
}

// TestNowcastProperties: nothing later than asOf is used; the forecast is between
// what is observed and what is possible, in its interval, which widens with
// confidence.
func TestNowcastProperties(t *testing.T) {
	vs := simulate(1, 150, 0.1, 20, 0.02)
	var whole metrics.Maturity
	for _, v := range vs {
		whole.Add(v)
	}
	said := 0
	for d := 1; d < 170; d += 7 {
		asOf := day0.AddDate(0, 0, d)
		var then metrics.Maturity
		for _, v := range vs {
			if !v.Order.PaidAt.Before(asOf) {
				continue
			}
			seen := *v.Order
			if !seen.DeliveredAt.Before(asOf) {
				seen.DeliveredAt = time.Time{}
			}
			w := *v
			w.Order = &seen
			if w.Negative && !w.Rulings[0].Feedback.CreatedAt.Before(asOf) {
				w.Negative, w.Rulings = false, nil
			}
			then.Add(&w)
		}
		for _, w := range []metrics.Window{{}, days(d-30, d), days(d-5, d+5)} {
			got := whole.Nowcast(w, asOf, 0.9)
			if diff := cmp.Diff(then.Nowcast(w, asOf, 0.9), got); diff != "" {
				t.Fatalf("day %d: what came later matters (-without +with):\n%s", d, diff)
			}
			if got.Final == nil {
				continue
			}
			said++
			f, last := got.Final, metrics.Interval{Low: 2, High: -1}
			for _, confidence := range []float64{-1, 0, 0.5, 0.9, 0.999999, 1, math.NaN()} {
				i := whole.Nowcast(w, asOf, confidence).Final.Interval
				if !(got.Observed.Value() <= i.Low && i.Low <= f.Rate && f.Rate <= i.High && i.High <= 1) || i.Low > last.Low || i.High < last.High {
					t.Errorf("day %d, confidence %v: interval %v after %v, rate %v, observed %v", d, confidence, i, last, f.Rate, got.Observed)
				}
				last = i
			}
			if last != (metrics.Interval{Low: got.Observed.Value(), High: 1}) {
				t.Errorf("day %d: certain are %v", d, last)
			}
			if !(f.Completeness >= 0 && f.Completeness <= 1) {
				t.Errorf("day %d: completeness %v", d, f.Completeness)
			}
		}
	}
	if said < 50 {
		t.Errorf("only %d forecasts", said)
	}
}

// TestNowcastUnbiased holds forecasts of the last 30 days against what they
// became, for short and long delays, steady and growing sales, and a history
// that is three times the mean delay.
func TestNowcastUnbiased(t *testing.T) {
	runs := 30
	if testing.Short() {
		runs = 10
	}
	for _, c := range []struct {
		history      int
		mean, growth float64
	}{{90, 5, 0}, {90, 5, 0.03}, {90, 30, 0}, {200, 30, 0.02}, {200, 5, 0.02}} {
		ratio, covered, said, raw := 0.0, 0, 0, 0.0
		for seed := range runs {
			var m metrics.Maturity
			for _, v := range simulate(uint64(seed), c.history, 0.05, c.mean, c.growth) {
				m.Add(v)
			}
			w := days(c.history-30, c.history)
			now := m.Nowcast(w, w.To, 0.95)
			final := m.Nowcast(w, w.To.AddDate(5, 0, 0), 0.95).Observed.Value()
			if now.Final == nil {
				continue
			}
			said++
			raw += now.Observed.Value() / final
			ratio += now.Final.Rate / final
			if now.Final.Interval.Low <= final && final <= now.Final.Interval.High {
				covered++
			}
		}
		n := float64(said)
		t.Logf("%+v: %d of %d said, final rate by forecast %.2f, by raw rate %.2f, covered %.2f", c, said, runs, ratio/n, raw/n, float64(covered)/n)
		if said < runs*2/3 || math.Abs(ratio/n-1) > 0.12 || float64(covered) < 0.9*n {
			t.Errorf("%+v: %d of %d said, ratio %.3f, %d covered", c, said, runs, ratio/n, covered)
		}
	}
}

// TestNowcastOnOrders looks back at a marketplace month by month: the forecast
// at its end must be nearer to what the month became than the raw rate.
func TestNowcastOnOrders(t *testing.T) {
	var m metrics.Maturity
	months := map[metrics.Window]int{}
	for _, v := range marketplace(t) {
		m.Add(v)
		months[metrics.Month(v.Order.PaidAt)]++
	}
	for _, after := range []int{0, 5, 10, 15, 30} {
		n, nearer, covered := 0, 0, 0
		forecast, raw := 0.0, 0.0
		for w, orders := range months {
			now := m.Nowcast(w, w.To.AddDate(0, 0, after), 0.95)
			if orders < 100 {
				continue
			}
			n++
			if now.Final == nil {
				continue
			}
			final := m.Nowcast(w, w.To.AddDate(5, 0, 0), 0.95).Observed.Value()
			miss := math.Abs(now.Final.Rate - final)
			if miss < final-now.Observed.Value() {
				nearer++
			}
			if now.Final.Interval.Low <= final && final <= now.Final.Interval.High {
				covered++
			}
			forecast += miss
			raw += final - now.Observed.Value()
		}
		t.Logf("%d days after the end of %d months: %d nearer, %d covered, mean error %.4f, raw %.4f",
			after, n, nearer, covered, forecast/float64(n), raw/float64(n))
		if after == 0 && (float64(nearer) < 0.8*float64(n) || float64(covered) < 0.8*float64(n)) {
			t.Errorf("of %d months %d are nearer and %d covered, want 80%% of each", n, nearer, covered)
		}
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
		if paid := at(o["paid_at"]); !paid.IsZero() {
			v := &ccr.Verdict{Counted: true, Order: &ccr.Order{ID: o["order_id"], PaidAt: paid, DeliveredAt: at(o["delivered_at"])}}
			by[o["order_id"]] = v
			vs = append(vs, v)
		}
	}
	for _, f := range read("feedback.csv") {
		stars, err := strconv.Atoi(f["rating"])
		if v := by[f["order_id"]]; v != nil && err == nil {
			negative := stars <= 2
			v.Rulings = append(v.Rulings, ccr.Ruling{Negative: negative, Feedback: ccr.Feedback{CreatedAt: at(f["created_at"])}})
			v.Negative = v.Negative || negative
		}
	}
	return vs
}

func BenchmarkMaturity(b *testing.B) {
	vs := simulate(1, 365, 0.05, 20, 0)
	for b.Loop() {
		var m metrics.Maturity
		for _, v := range vs {
			m.Add(v)
		}
		m.Nowcast(days(335, 365), day0.AddDate(0, 0, 365), 0.95)
	}
	b.ReportMetric(float64(len(vs)), "orders")
}

// In March a shop looks fine, until one asks how many of its buyers have had the
// time to complain.
func ExampleMaturity() {
	var m metrics.Maturity
	march := metrics.Month(day0)
	for d := -90; d < 31; d++ {
		for i := range 20 {
			paid := day0.AddDate(0, 0, d)
			v := ccr.Verdict{Counted: true, Order: &ccr.Order{PaidAt: paid, DeliveredAt: paid.AddDate(0, 0, 4)}}
			if i == 0 { // one order in twenty, two to three weeks after payment
				v.Negative = true
				v.Rulings = []ccr.Ruling{{Negative: true, Feedback: ccr.Feedback{CreatedAt: paid.AddDate(0, 0, 14+(d+90)%8)}}}
			}
			m.Add(&v)
		}
	}
	now := m.Nowcast(march, march.To, 0.95)
	fmt.Printf("heard so far %.1f%%, %.0f%% of what is usual\n", 100*now.Observed.Value(), 100*now.Final.Completeness)
	fmt.Printf("will be about %.1f%%, between %.1f%% and %.1f%%\n", 100*now.Final.Rate, 100*now.Final.Interval.Low, 100*now.Final.Interval.High)
	// Output:
	// heard so far 2.3%, 43% of what is usual
	// will be about 5.0%, between 3.2% and 7.7%
}
