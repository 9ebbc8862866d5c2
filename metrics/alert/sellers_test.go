package alert_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

// A seller is a synthetic one of ../shared/data/alerts.
type seller struct {
	kind   string    // healthy, volatile_small, chronic_risk, deteriorating
	since  alert.Day // the day from which the seller is bad: that of joining or of the turn
	joined alert.Day
	points []alert.Point
}

const end alert.Day = 17712 // 2018-06-30, the last day with orders

// readSellers returns the sellers by id. A review of two stars or fewer is negative,
// as there are no texts.
func readSellers(t *testing.T) map[string]*seller {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "alerts")
	truth, err := os.Open(filepath.Join(dir, "truth.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/data/alerts is not beside the checkout")
	} else if err != nil {
		t.Fatal(err)
	}
	defer truth.Close()
	rows, err := csv.NewReader(truth).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sellers := map[string]*seller{}
	month := func(s string) alert.Day {
		m, err := time.Parse("2006-01", s)
		if err != nil {
			t.Fatal(err)
		}
		return alert.DayOf(m)
	}
	for _, r := range rows[1:] { // seller_id, archetype, join_month, pivot_month
		s := &seller{kind: r[1], joined: month(r[2])}
		s.since = s.joined
		if r[3] != "" {
			s.since = month(r[3])
		}
		sellers[r[0]] = s
	}

	// Twice the mean of 12 days from payment to a review.
	series := alert.Series{Key: metrics.ByServiceGroup, Days: 24}
	orders, feedback := open(t, filepath.Join(dir, "orders.csv")), open(t, filepath.Join(dir, "feedback.csv"))
	for c, err := range dataset.Join(dataset.ReadOrdersCSV(orders, nil), dataset.ReadFeedbackCSV(feedback, nil)) {
		if err != nil {
			t.Fatal(err)
		}
		as := make([]ccr.Assessment, len(c.Feedback))
		for i, f := range c.Feedback {
			if 1 <= f.Rating && f.Rating <= 2 {
				as[i].Complaint = 1
			}
		}
		v, err := ccr.Fair().Judge(c, as)
		if err != nil {
			t.Fatal(err)
		}
		series.Add(&v)
	}
	for _, p := range series.Points(0, end) {
		sellers[p.Key].points = append(sellers[p.Key].points, p)
	}
	return sellers
}

func open(t *testing.T, name string) *os.File {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// An outcome is what a detector makes of some sellers.
type outcome struct {
	falseAlerts int
	months      float64 // of healthy sellers
	early       int     // alerts of deteriorating sellers before their turn
	turned      delays  // of deteriorating sellers, from the turn
	chronic     delays  // of those bad from the start, from joining
}

// delays are the days until sellers were found, and how many were not.
type delays struct {
	days   []int
	missed int
}

func (d delays) of() int { return len(d.days) + d.missed }

// mean counts what was not found as a year.
func (d delays) mean() float64 {
	sum := 365 * d.missed
	for _, n := range d.days {
		sum += n
	}
	return float64(sum) / float64(d.of())
}

func (d delays) median() string {
	if i := d.of() / 2; i < len(d.days) {
		return fmt.Sprint(slices.Sorted(slices.Values(d.days))[i])
	}
	return "-"
}

func (o outcome) falseRate() float64 { return float64(o.falseAlerts) / o.months }

func (o outcome) String() string {
	return fmt.Sprintf("%4d %8.4f | %3d of %3d %3d %6.1f %3s | %3d of %3d %6.1f %3s",
		o.falseAlerts, o.falseRate(), len(o.turned.days), o.turned.of(), o.early, o.turned.mean(), o.turned.median(),
		len(o.chronic.days), o.chronic.of(), o.chronic.mean(), o.chronic.median())
}

func (o *outcome) add(p outcome) {
	o.falseAlerts += p.falseAlerts
	o.months += p.months
	o.early += p.early
	o.turned.days, o.turned.missed = append(o.turned.days, p.turned.days...), o.turned.missed+p.turned.missed
	o.chronic.days, o.chronic.missed = append(o.chronic.days, p.chronic.days...), o.chronic.missed+p.chronic.missed
}

// watch returns what a detector makes of the sellers with these ids, by alerts of at
// least a level. A seller is found on the first day after the turn on which an alert
// is raised or rises in level.
func watch(t *testing.T, sellers map[string]*seller, ids []string, opts *alert.Options, least alert.Level) (o outcome) {
	t.Helper()
	d := newDetector(t, opts)
	for _, id := range ids {
		for _, p := range sellers[id].points {
			if err := d.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	found := map[string]int{}
	seen := map[string]bool{}
	for _, a := range d.Advance(end) {
		s := sellers[a.Key]
		if a.Ended != nil || a.Level < least {
			continue
		}
		if _, ok := found[a.Key]; !ok && a.Last >= s.since {
			found[a.Key] = int(a.Last - s.since)
		}
		if !seen[a.ID] {
			seen[a.ID] = true
			switch {
			case s.kind == "healthy":
				o.falseAlerts++
			case s.kind == "deteriorating" && a.Last < s.since:
				o.early++
			}
		}
	}
	for _, id := range ids {
		s := sellers[id]
		var ds *delays
		switch s.kind {
		case "healthy":
			o.months += float64(end-s.joined+1) / 30.44
			continue
		case "deteriorating":
			ds = &o.turned
		case "chronic_risk":
			ds = &o.chronic
		default: // volatile_small is neither good nor bad
			continue
		}
		if n, ok := found[id]; ok {
			ds.days = append(ds.days, n)
		} else {
			ds.missed++
		}
	}
	return o
}

// TestSellers measures on synthetic sellers with some six orders a month:
//
//	go test ./metrics/alert -run TestSellers -v
//
// prints, for the defaults by level, for each setting, and by cross-validation:
// false alerts of healthy sellers and their number per seller-month; deteriorating
// sellers found, alerts before their turn, mean and median days from the turn; and
// the same for sellers who are bad from the start. Reviews come 12 days after the
// payment, on average, so no alert can come much before.
func TestSellers(t *testing.T) {
	sellers := readSellers(t)
	ids := slices.Sorted(maps.Keys(sellers))

	for level := alert.Watch; level <= alert.Critical; level++ {
		o := watch(t, sellers, ids, nil, level)
		t.Logf("defaults, %-11v %v", level, o)
		if level == alert.Warning && (o.falseRate() > 0.003 || o.turned.missed > 0 || o.turned.mean() > 60 || o.chronic.missed > 0) {
			t.Errorf("warnings are worse than they were: %v", o)
		}
	}
	if !testing.Verbose() || testing.Short() {
		return
	}

	var settings []alert.Options
	for _, fdr := range []float64{0.05, 0.1, 0.2, 1} {
		for _, p := range []float64{0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001} {
			settings = append(settings, alert.Options{FDR: fdr, PValue: p})
			t.Logf("FDR %-5g PValue %-6g %v", fdr, p, watch(t, sellers, ids, &settings[len(settings)-1], alert.Warning))
		}
	}

	// Cross-validation over sellers: of one half take the setting that finds them
	// first with at most one false warning in 200 seller-months, use it on the other.
	var chosen, defaults outcome
	r := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		half := [2][]string{ids[:len(ids)/2], ids[len(ids)/2:]}
		for i := range half {
			best, bestDelay := 0, math.Inf(1)
			for j := range settings {
				o := watch(t, sellers, half[i], &settings[j], alert.Warning)
				if o.falseRate() <= 0.005 && o.turned.mean() < bestDelay {
					best, bestDelay = j, o.turned.mean()
				}
			}
			t.Logf("chosen: FDR %g PValue %g", settings[best].FDR, settings[best].PValue)
			chosen.add(watch(t, sellers, half[1-i], &settings[best], alert.Warning))
			defaults.add(watch(t, sellers, half[1-i], nil, alert.Warning))
		}
	}
	t.Logf("held out, as chosen   %v", chosen)
	t.Logf("held out, defaults    %v", defaults)
}
