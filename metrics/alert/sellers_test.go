package alert_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
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

// sellers are the synthetic ones of ../shared/data/alerts.
type seller struct {
	kind   string    // healthy, volatile_small, chronic_risk, deteriorating
	since  alert.Day // the day from which the seller is bad: that of joining or of the turn
	joined alert.Day
	points []alert.Point
}

const end alert.Day = 17712 // 2018-06-30, the last day with orders

// readSellers returns the sellers by id, with points of both a review of two stars
// or fewer and its order.
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
	falseAlerts  int
	months       float64 // of healthy sellers
	delays       []int   // of deteriorating sellers, in days from the turn; found ones only
	deteriorated int
	early        int   // alerts of deteriorating sellers before the turn
	chronic      []int // delays of chronic ones, from joining
	chronics     int
}

func run(t *testing.T, sellers map[string]*seller, ids []string, opts *alert.Options, least alert.Level) (o outcome) {
	t.Helper()
	d, err := alert.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		s := sellers[id]
		switch s.kind {
		case "healthy":
			o.months += float64(end-s.joined+1) / 30.44
		case "deteriorating":
			o.deteriorated++
		case "chronic_risk":
			o.chronics++
		}
		for _, p := range s.points {
			if err := d.Add(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	raised := map[string]bool{}
	found := map[string]bool{}
	for _, a := range d.Advance(end) {
		s := sellers[a.Key]
		if a.Ended != nil || a.Level < least {
			continue
		}
		// A rise in level tells the reader too.
		switch day := max(a.First, a.Last); {
		case s.kind == "healthy" && !raised[a.ID]:
			o.falseAlerts++
		case s.kind == "healthy" || s.kind == "volatile_small":
		case day < s.since:
			if !raised[a.ID] {
				o.early++
			}
		case found[a.Key]:
		case s.kind == "deteriorating":
			o.delays = append(o.delays, int(day-s.since))
			found[a.Key] = true
		default:
			o.chronic = append(o.chronic, int(day-s.since))
			found[a.Key] = true
		}
		raised[a.ID] = true
	}
	return o
}

func (o outcome) falseRate() float64 { return float64(o.falseAlerts) / o.months }

// meanDelay counts what was not found as a year.
func (o outcome) meanDelay() float64 {
	sum := 365 * (o.deteriorated - len(o.delays))
	for _, d := range o.delays {
		sum += d
	}
	return float64(sum) / float64(o.deteriorated)
}

func median(xs []int) string {
	if len(xs) == 0 {
		return "-"
	}
	xs = slices.Sorted(slices.Values(xs))
	return fmt.Sprint(xs[len(xs)/2])
}

func (o outcome) String() string {
	return fmt.Sprintf("%4d %8.4f | %2d of %2d, %2d early, delay mean %5.1f median %3s | %2d of %2d, median %3s",
		o.falseAlerts, o.falseRate(), len(o.delays), o.deteriorated, o.early, o.meanDelay(), median(o.delays),
		len(o.chronic), o.chronics, median(o.chronic))
}

var pValues = []float64{0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001}

func TestSellers(t *testing.T) {
	sellers := readSellers(t)
	var ids []string
	for id := range sellers {
		ids = append(ids, id)
	}
	slices.Sort(ids)

	if os.Getenv("QUICK") != "" {
		for _, least := range []alert.Level{alert.Watch, alert.Warning, alert.Critical} {
			t.Logf("defaults    | %v", run(t, sellers, ids, nil, least))
			r := rand.New(rand.NewPCG(1, 2))
			var sum outcome
			for range 10 {
				r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
				b := run(t, sellers, ids[:len(ids)/2], nil, least)
				a := &sum
				a.falseAlerts += b.falseAlerts
				a.months += b.months
				a.delays = append(a.delays, b.delays...)
				a.deteriorated += b.deteriorated
				a.early += b.early
				a.chronic = append(a.chronic, b.chronic...)
				a.chronics += b.chronics
			}
			t.Logf("halvesdefaults    | %v", sum)
		}
		return
	}
	t.Log("p-value FDR | false alerts, per healthy seller-month | deteriorating sellers found | chronic ones")
	for _, fdr := range []float64{0.05, 0.1, 0.2, 0.5, 1} {
		for _, p := range pValues {
			t.Logf("%-6g %-4g | %v", p, fdr, run(t, sellers, ids, &alert.Options{PValue: p, FDR: fdr}, alert.Warning))
		}
	}
	t.Logf("defaults    | %v", run(t, sellers, ids, nil, alert.Warning))

	// Cross-validation over sellers: choose on one half, measure on the other.
	var held, fixed outcome
	chosen := map[string]int{}
	add := func(a *outcome, b outcome) {
		a.falseAlerts += b.falseAlerts
		a.months += b.months
		a.delays = append(a.delays, b.delays...)
		a.deteriorated += b.deteriorated
		a.early += b.early
		a.chronic = append(a.chronic, b.chronic...)
		a.chronics += b.chronics
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		byKind := map[string][]string{}
		for _, id := range ids {
			byKind[sellers[id].kind] = append(byKind[sellers[id].kind], id)
		}
		var half [2][]string
		for _, kind := range []string{"healthy", "volatile_small", "chronic_risk", "deteriorating"} {
			of := byKind[kind]
			r.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
			half[0] = append(half[0], of[:len(of)/2]...)
			half[1] = append(half[1], of[len(of)/2:]...)
		}
		for i := range half {
			var best *alert.Options
			bestDelay := 1e9
			for _, fdr := range []float64{0.05, 0.1, 0.2, 0.5, 1} {
				for _, p := range pValues {
					o := &alert.Options{PValue: p, FDR: fdr}
					if u := run(t, sellers, half[i], o, alert.Warning); u.falseRate() <= 0.005 && u.meanDelay() < bestDelay {
						best, bestDelay = o, u.meanDelay()
					}
				}
			}
			chosen[fmt.Sprintf("p %g FDR %g", best.PValue, best.FDR)]++
			add(&held, run(t, sellers, half[1-i], best, alert.Warning))
			add(&fixed, run(t, sellers, half[1-i], nil, alert.Warning))
		}
	}
	t.Logf("held out    | %v", held)
	t.Logf("defaults    | %v", fixed)
	t.Log("chosen:", chosen)
}
