package alert_test

import (
	"context"
	"encoding/csv"
	"path/filepath"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

var shanghai = time.FixedZone("", 8*60*60)

func date(s string) alert.Day {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return alert.DayOf(t)
}

// shopVerdicts returns the verdicts on the sample shop, as rules read it or, when
// gold is set, as its writers meant it.
func shopVerdicts(t *testing.T, gold bool) []ccr.Verdict {
	t.Helper()
	dir := filepath.Join("..", "..", "testdata", "shop")
	c := classify.Classifier(rules.New(nil))
	if gold {
		rows, err := csv.NewReader(open(t, filepath.Join(dir, "truth.csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		complaint := map[ccr.Key]bool{}
		for _, r := range rows[1:] { // order_id, feedback_id, fact, complaint
			complaint[ccr.Key{OrderID: r[0], FeedbackID: r[1]}] = r[3] == "true"
		}
		c = classify.Func(func(_ context.Context, f ccr.Feedback) (ccr.Assessment, error) {
			if complaint[ccr.Key{OrderID: f.OrderID, FeedbackID: f.ID}] {
				return ccr.Assessment{Complaint: 1}, nil
			}
			return ccr.Assessment{}, nil
		})
	}
	cases := dataset.Join(
		dataset.ReadOrdersCSV(open(t, filepath.Join(dir, "orders.csv")), nil),
		dataset.ReadFeedbackCSV(open(t, filepath.Join(dir, "feedback.csv")), nil),
	)
	var vs []ccr.Verdict
	for v, err := range classify.Verdicts(context.Background(), c, ccr.Fair(), cases, 1) {
		if err != nil {
			t.Fatal(err)
		}
		vs = append(vs, v)
	}
	return vs
}

func TestShop(t *testing.T) {
	for _, gold := range []bool{false, true} {
		vs := shopVerdicts(t, gold)
		for _, name := range []string{"ccr", "quality", "returns"} {
			var d metrics.Definition
			bad := map[string]func(*ccr.Verdict) *ccr.Ruling{"quality": d.Application, "returns": func(v *ccr.Verdict) *ccr.Ruling {
				for i := range v.Rulings {
					if r := &v.Rulings[i]; r.Negative && (r.Feedback.Channel == ccr.ChannelAfterSale || r.Feedback.Channel == ccr.ChannelComplaint) {
						return r
					}
				}
				return nil
			}}[name]
			s := alert.Series{Key: metrics.ByProduct, Location: shanghai, Bad: bad}
			for i := range vs {
				s.Add(&vs[i])
			}
			det, err := alert.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range s.Points(0, date("2026-07-15")) {
				if err := det.Add(p); err != nil {
					t.Fatal(err)
				}
			}
			n := map[alert.Level]int{}
			for _, a := range det.Advance(date("2026-07-15")) {
				if a.Key == "kettle" {
					t.Log(gold, name, a.ID, a.Level, a.Since, a.Last, a.Ended, a.Observed, a.PValue)
				} else if a.Ended == nil {
					n[a.Level]++
				}
			}
			t.Log(n, "others")
		}
	}
}
