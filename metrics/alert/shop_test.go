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

// TestShop: kettles of batch K2605, paid from 2026-05-10 on, are bad. The first
// complaint about one comes on 2026-05-17, the first after-sale on 2026-05-18, the
// second on 2026-05-28, and the first with the structured reason 质量问题 on
// 2026-05-29; see the data card.
func TestShop(t *testing.T) {
	var d metrics.Definition
	returned := alert.Upheld(ccr.ChannelAfterSale, ccr.ChannelComplaint) // what merchants call returns and complaints
	for _, c := range []struct {
		name           string
		gold           bool
		bad            func(*ccr.Verdict) *ccr.Ruling
		watch, warning string // the days of
		others         int    // alerts of other products in four months
	}{
		{"returns and complaints, gold labels", true, returned, "2026-05-18", "2026-05-30", 0},
		{"returns and complaints, rules", false, returned, "2026-05-18", "2026-05-30", 2},
		{"CCR, gold labels", true, nil, "2026-05-28", "2026-05-29", 1},
		{"CCR, rules", false, nil, "2026-05-29", "2026-06-04", 3},
		{"quality returns by structured reason", false, d.Application, "2026-06-18", "2026-06-18", 1},
	} {
		s := alert.Series{Key: metrics.ByProduct, Location: shanghai, Bad: c.bad}
		vs := shopVerdicts(t, c.gold)
		for i := range vs {
			s.Add(&vs[i])
		}
		last := date("2026-07-15")
		others := map[string]bool{}
		on := map[alert.Level]alert.Day{}
		for _, a := range newDetector(t, nil, s.Points(0, last)...).Advance(last) {
			if a.Key != "kettle" {
				others[a.ID] = true
				continue
			}
			for l := alert.Watch; l <= a.Level; l++ {
				if _, ok := on[l]; !ok {
					on[l] = a.Last
				}
			}
			if a.Since != date("2026-05-17") && c.name != "quality returns by structured reason" {
				t.Errorf("%s: since %v", c.name, a.Since)
			}
		}
		t.Logf("%s: watch %v, warning %v, critical %v, %d others", c.name, on[alert.Watch], on[alert.Warning], on[alert.Critical], len(others))
		if on[alert.Watch] != date(c.watch) || on[alert.Warning] != date(c.warning) || len(others) != c.others {
			t.Errorf("%s: want watch %s, warning %s, %d others", c.name, c.watch, c.warning, c.others)
		}
	}
}
