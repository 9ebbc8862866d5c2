package alert_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

// newDetector returns a Detector with all points.
func newDetector(t testing.TB, opts *alert.Options, points ...alert.Point) *alert.Detector {
	t.Helper()
	d, err := alert.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		if err := d.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// daily returns a point for each of n days from first.
func daily(key string, first alert.Day, n, num, den int) []alert.Point {
	var ps []alert.Point
	for i := range n {
		ps = append(ps, alert.Point{Key: key, Day: first + alert.Day(i), Num: num, Den: den})
	}
	return ps
}

// peers are ten keys of which 2% are bad, one order in fifty, on staggered days.
func peers(first alert.Day, n int) []alert.Point {
	var ps []alert.Point
	for k := range 10 {
		for i := range n {
			p := alert.Point{Key: fmt.Sprint("peer", k), Day: first + alert.Day(i), Den: 5}
			if (i+k)%10 == 0 {
				p.Num = 1
			}
			ps = append(ps, p)
		}
	}
	return ps
}

// TestEpisode follows one alert by its days: raised, risen, over, continued within
// the cooldown, over, and another one after the cooldown.
func TestEpisode(t *testing.T) {
	var key []alert.Point
	key = append(key, daily("k", 0, 99, 0, 5)...)
	key[30].Num, key[60].Num = 1, 1
	key = append(key, daily("k", 100, 10, 2, 5)...)
	key = append(key, daily("k", 110, 10, 0, 5)...)
	key = append(key, daily("k", 120, 5, 3, 5)...)
	key = append(key, daily("k", 125, 40, 0, 5)...)
	key = append(key, daily("k", 165, 5, 3, 5)...)
	key = append(key, daily("k", 170, 30, 0, 5)...)
	d := newDetector(t, nil, slices.Concat(peers(0, 200), key)...)

	type event struct {
		ID       string
		Level    alert.Level
		On       alert.Day // Last, or Ended
		Over     bool
		Baseline metrics.Rate
		Observed metrics.Rate
	}
	var got []event
	for _, a := range d.Advance(199) {
		e := event{a.ID, a.Level, a.Last, a.Ended != nil, a.Baseline, a.Observed}
		if a.Ended != nil {
			e.On = *a.Ended
		}
		got = append(got, e)
		if a.Key != "k" || a.First > a.Last || a.Since > a.First || a.PValue <= 0 || a.PValue > 0.05 || a.Expected <= 0 || a.Expected >= 0.1 {
			t.Errorf("implausible: %+v", a)
		}
	}
	first := metrics.Rate{Num: 2, Den: 495}
	later := metrics.Rate{Num: 2, Den: 745} // and the 250 good orders outside the episode
	want := []event{
		{"k@1970-04-11", alert.Watch, 100, false, first, metrics.Rate{Num: 2, Den: 5}},
		{"k@1970-04-11", alert.Warning, 101, false, first, metrics.Rate{Num: 4, Den: 10}},
		{"k@1970-04-11", alert.Critical, 102, false, first, metrics.Rate{Num: 6, Den: 15}},
		{"k@1970-04-11", alert.Critical, 113, true, first, metrics.Rate{Num: 20, Den: 50}},
		{"k@1970-04-11", alert.Critical, 120, false, first, metrics.Rate{Num: 23, Den: 55}},
		{"k@1970-04-11", alert.Critical, 127, true, first, metrics.Rate{Num: 35, Den: 75}},
		{"k@1970-06-15", alert.Warning, 165, false, later, metrics.Rate{Num: 3, Den: 5}},
		{"k@1970-06-15", alert.Critical, 166, false, later, metrics.Rate{Num: 6, Den: 10}},
		{"k@1970-06-15", alert.Critical, 172, true, later, metrics.Rate{Num: 15, Den: 25}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if open := d.Open(); len(open) != 0 {
		t.Errorf("open at the end: %v", open)
	}
}

// TestIdle: a product that is no longer sold has no alert for ever.
func TestIdle(t *testing.T) {
	d := newDetector(t, nil, slices.Concat(peers(0, 100), daily("k", 50, 5, 3, 5))...)
	got := d.Advance(99)
	last := got[len(got)-1]
	restore(t, d, nil) // nothing of the alert is left over
	if last.Ended == nil || *last.Ended != 54+28 || last.Last != 54 {
		t.Errorf("last of k: %+v", last)
	}
}

// TestQuiet: what has always been so is no news, and neither is the first day of
// all; a shop that is alone is held to its own history.
func TestQuiet(t *testing.T) {
	for name, ps := range map[string][]alert.Point{
		"bad for ever":     daily("k", 0, 400, 3, 10),
		"bad on one day":   daily("k", 0, 1, 10, 10),
		"never bad":        daily("k", 0, 400, 0, 10),
		"feedback alone":   daily("k", 0, 10, 5, 0),
		"all of them bad":  slices.Concat(daily("k", 0, 50, 3, 10), daily("l", 0, 50, 3, 10), daily("m", 0, 50, 3, 10)),
		"sunk":             slices.Concat(daily("k", 0, 100, 3, 10), daily("k", 100, 100, 1, 10)),
		"far from another": slices.Concat(daily("k", -700000, 2, 1, 10), daily("k", 2900000, 2, 1, 10)),
	} {
		if got := newDetector(t, nil, ps...).Advance(2932896); got != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	d := newDetector(t, nil, slices.Concat(daily("", 0, 100, 1, 20), daily("", 100, 20, 4, 20))...)
	if got := d.Advance(119); len(got) == 0 || got[0].Baseline != (metrics.Rate{Num: 100, Den: 2000}) || got[0].Since != 100 || d.Open()[0].Level != alert.Critical {
		t.Errorf("alone and fallen: %+v", got)
	}
}

// TestPeers: one that is bad from its first day is held to its peers, though ten of
// forty are.
func TestPeers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var ps []alert.Point
	for k := range 40 {
		rate := 0.03
		if k < 10 {
			rate = 0.4
		}
		for day := range 100 {
			p := alert.Point{Key: fmt.Sprintf("%02d", k), Day: alert.Day(day), Den: 1}
			if r.Float64() < rate {
				p.Num = 1
			}
			ps = append(ps, p)
		}
	}
	d := newDetector(t, nil, ps...)
	d.Advance(99)
	var got []string
	for _, a := range d.Open() {
		if a.Level >= alert.Warning {
			got = append(got, a.Key)
		}
	}
	if want := []string{"00", "01", "02", "03", "04", "05", "06", "07", "08", "09"}; !slices.Equal(got, want) {
		t.Errorf("warnings of %v, want %v", got, want)
	}
}

// TestFalseAlerts measures keys whose rate does not change: alike, different,
// with clustered days, and one shop alone.
func TestFalseAlerts(t *testing.T) {
	for _, c := range []struct {
		name             string
		keys, perDay     int
		spread, cluster  float64 // standard deviation of rates among keys, among days; as a share of the rate
		alerts, warnings float64 // bounds, per key and month
	}{
		{"alike", 100, 2, 0, 0, 0.03, 0.003},
		{"different", 100, 2, 0.7, 0, 0.03, 0.003},
		{"clustered", 100, 20, 0.5, 0.5, 0.03, 0.006},
		{"a large shop", 1, 200, 0, 0.3, 0.5, 0.15},
	} {
		r := rand.New(rand.NewPCG(5, 6))
		shops := max(1, 10/c.keys)
		alerts, warnings := 0, 0
		for range shops {
			d := newDetector(t, nil)
			rates := make([]float64, c.keys)
			for k := range rates {
				rates[k] = 0.04 * (1 + c.spread*1.7320508*(2*r.Float64()-1))
			}
			for day := range 360 {
				for k, rate := range rates {
					// Days of twice a rate and days of less: cluster is the
					// standard deviation of this two-point distribution.
					if v := c.cluster * c.cluster; r.Float64() < v/(1+v) {
						rate *= 2
					} else {
						rate *= 1 - v
					}
					p := alert.Point{Key: fmt.Sprint(k), Day: alert.Day(day), Den: c.perDay}
					for range c.perDay {
						if r.Float64() < rate {
							p.Num++
						}
					}
					if err := d.Add(p); err != nil {
						t.Fatal(err)
					}
				}
			}
			warned := map[string]bool{}
			for _, a := range d.Advance(359) {
				if a.Ended == nil && a.First == a.Last {
					alerts++
				}
				if a.Level >= alert.Warning && !warned[a.ID] {
					warned[a.ID] = true
					warnings++
				}
			}
		}
		months := float64(12 * c.keys * shops)
		t.Logf("%-12s %4.0f key-months: %.4f alerts, %.4f warnings a key-month", c.name, months, float64(alerts)/months, float64(warnings)/months)
		if float64(alerts) > c.alerts*months || float64(warnings) > c.warnings*months {
			t.Errorf("%s: more than %v and %v", c.name, c.alerts, c.warnings)
		}
	}
}

// TestSteady: a key that stays at twice the rate of its peers is warned about, as a
// rule, once and not again and again.
func TestSteady(t *testing.T) {
	const keys, steady, days = 50, 3, 395
	for _, c := range []struct {
		perDay int
		again  float64 // bound on the share of the steady keys with more than one warning
	}{{5, 0.27}, {20, 0.2}} {
		r := rand.New(rand.NewPCG(15, 16))
		warned, again, open := 0, 0, 0
		const runs = 20
		for range runs {
			d := newDetector(t, nil)
			for k := range keys {
				rate := 0.03
				if k < steady {
					rate = 0.06
				}
				for day := range days {
					p := alert.Point{Key: fmt.Sprintf("%02d", k), Day: alert.Day(day), Den: c.perDay}
					for range c.perDay {
						if r.Float64() < rate {
							p.Num++
						}
					}
					if err := d.Add(p); err != nil {
						t.Fatal(err)
					}
				}
			}
			warnings := map[string]map[string]bool{} // by key, the IDs
			for _, a := range d.Advance(days - 1) {
				if a.Level >= alert.Warning && a.Key < fmt.Sprintf("%02d", steady) {
					if warnings[a.Key] == nil {
						warnings[a.Key] = map[string]bool{}
					}
					warnings[a.Key][a.ID] = true
				}
			}
			warned += len(warnings)
			for _, ids := range warnings {
				if len(ids) > 1 {
					again++
				}
			}
			for _, a := range d.Open() {
				if a.Level >= alert.Warning && a.Key < fmt.Sprintf("%02d", steady) {
					open++
				}
			}
		}
		n := float64(runs * steady)
		t.Logf("%2d orders a day: of %v steady keys %d warned about, %d more than once, %d open at the end", c.perDay, n, warned, again, open)
		if float64(again) > c.again*n || float64(warned) < 0.9*n {
			t.Errorf("%d orders a day: of %v keys %d warned about, %d more than once", c.perDay, n, warned, again)
		}
	}
}

// randomPoints returns the points of some keys, some of which change.
func randomPoints(r *rand.Rand) []alert.Point {
	var ps []alert.Point
	for k := range 8 {
		rate := 0.03 + 0.05*r.Float64()
		for day := range 120 {
			if r.IntN(40) == 0 {
				rate = min(1, rate*[]float64{0.2, 0.5, 5, 10}[r.IntN(4)])
			}
			for range r.IntN(3) {
				p := alert.Point{Key: string(rune('甲' + k)), Day: alert.Day(20000 + day)}
				for range r.IntN(6) {
					p.Den++
					if r.Float64() < rate {
						p.Num++
					}
				}
				ps = append(ps, p)
			}
		}
	}
	return ps
}

// TestPiecewise: the same alerts in one go, in any order of points, day by day, and
// with the state saved and restored at every step.
func TestPiecewise(t *testing.T) {
	alerts := 0
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 1))
		points := randomPoints(r)
		opts := &alert.Options{FDR: 1}
		whole := newDetector(t, opts, points...)
		want := whole.Advance(20150)
		alerts += len(want)

		r.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
		shuffled := newDetector(t, opts, points...)
		if diff := cmp.Diff(want, shuffled.Advance(20150)); diff != "" {
			t.Errorf("seed %d, shuffled (-whole +shuffled):\n%s", seed, diff)
		}

		slices.SortStableFunc(points, func(a, b alert.Point) int { return int(a.Day - b.Day) })
		pieces := newDetector(t, opts)
		var got []alert.Alert
		for day := alert.Day(19990); day < 20150; day += alert.Day(1 + r.IntN(5)) {
			i := 0
			for i < len(points) && points[i].Day <= day+2 { // some come ahead of their day
				if err := pieces.Add(points[i]); err != nil {
					t.Fatal(err)
				}
				i++
			}
			points = points[i:]
			pieces = restore(t, pieces, opts)
			got = append(got, pieces.Advance(day)...)
			pieces = restore(t, pieces, opts)
		}
		got = append(got, pieces.Advance(20150)...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d, in pieces (-whole +pieces):\n%s", seed, diff)
		}
		if diff := cmp.Diff(whole.Open(), pieces.Open()); diff != "" {
			t.Errorf("seed %d, open (-whole +pieces):\n%s", seed, diff)
		}
		a, b := save(t, whole), save(t, pieces)
		if string(a) != string(b) {
			t.Errorf("seed %d: states differ:\n%s\n%s", seed, a, b)
		}
	}
	if alerts < 100 {
		t.Errorf("only %d alerts: the test shows little", alerts)
	}
}

func save(t testing.TB, d *alert.Detector) []byte {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func restore(t testing.TB, d *alert.Detector, opts *alert.Options) *alert.Detector {
	t.Helper()
	d, err := alert.Restore(save(t, d), opts)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCopies: alerts that were returned are the caller's.
func TestCopies(t *testing.T) {
	d := newDetector(t, nil, slices.Concat(peers(0, 100), daily("k", 50, 10, 3, 5))...)
	first := d.Advance(55)[0]
	kept := fmt.Sprint(first)
	d.Advance(99)
	if got := fmt.Sprint(first); got != kept {
		t.Errorf("it changed from %v to %v", kept, got)
	}
}

func TestAddErrors(t *testing.T) {
	d := newDetector(t, nil, alert.Point{Key: "k", Day: 10, Num: 1, Den: 3})
	d.Advance(10)
	state := string(save(t, d))
	for _, c := range []struct {
		p    alert.Point
		want error
	}{
		{alert.Point{Key: "k", Day: 10, Den: 1}, alert.ErrLate},
		{alert.Point{Key: "l", Day: 9}, alert.ErrLate},
		{alert.Point{Key: "k", Day: 11, Num: -1}, alert.ErrPoint},
		{alert.Point{Key: "k", Day: 11, Den: -1}, alert.ErrPoint},
		{alert.Point{Key: "k", Day: 11, Den: 1<<30 + 1}, alert.ErrPoint},
		{alert.Point{Key: "k", Day: 2932897, Den: 1}, alert.ErrPoint},
		{alert.Point{Key: "\xff", Day: 11, Den: 1}, alert.ErrPoint},
	} {
		err := d.Add(c.p)
		var pe *alert.PointError
		if !errors.Is(err, c.want) || !errors.As(err, &pe) || pe.Point != c.p {
			t.Errorf("Add(%v) = %v, want %v", c.p, err, c.want)
		}
	}
	if err := d.Add(alert.Point{Key: "k", Day: 11}); err != nil {
		t.Errorf("an empty point: %v", err)
	}
	if got := string(save(t, d)); got != state {
		t.Errorf("the state changed from\n%s to\n%s", state, got)
	}
	if got, want := d.Add(alert.Point{Key: "k", Day: 3, Den: 1}).Error(), `alert: "k" on 1970-01-04: the day is closed: days to 1970-01-11 are`; got != want {
		t.Errorf("error %s, want %s", got, want)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []alert.Options{{PValue: -1}, {PValue: 0.2}, {FDR: -0.1}, {FDR: 1.1}} {
		if _, err := alert.New(&o); !errors.Is(err, alert.ErrOptions) {
			t.Errorf("New(%v) = %v", &o, err)
		}
		if _, err := alert.Restore([]byte(`{}`), &o); !errors.Is(err, alert.ErrOptions) {
			t.Errorf("Restore(%v) = %v", &o, err)
		}
	}
	// Without a cooldown each episode has its own ID.
	points := slices.Concat(peers(0, 200), daily("k", 0, 100, 0, 5), daily("k", 100, 5, 3, 5), daily("k", 105, 12, 0, 5), daily("k", 117, 5, 3, 5))
	for cooldown, want := range map[int]int{0: 1, -1: 2} {
		ids := map[string]bool{}
		for _, a := range newDetector(t, &alert.Options{Cooldown: cooldown}, points...).Advance(130) {
			ids[a.ID] = true
		}
		if len(ids) != want {
			t.Errorf("cooldown %d: %v, want %d", cooldown, ids, want)
		}
	}
}

func BenchmarkAdvance(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	d := newDetector(b, nil)
	day := alert.Day(0)
	next := func() {
		for range 2740 { // a million orders a year, over 10,000 products
			p := alert.Point{Key: fmt.Sprint(r.IntN(10000)), Day: day, Den: 1}
			if r.IntN(25) == 0 {
				p.Num = 1
			}
			if err := d.Add(p); err != nil {
				b.Fatal(err)
			}
		}
		d.Advance(day)
		day++
	}
	for range 100 {
		next()
	}
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
	b.ReportMetric(float64(len(save(b, d)))/10000, "state-B/key")
}
