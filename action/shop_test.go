package action_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/metrics"
)

var china = time.FixedZone("CST", 8*3600)

// sampleShop returns the verdicts on the sample shop: those of the hybrid
// classifier, and those in which the shop's truth decides what is a complaint, and
// what it is about where it belongs to a planted fact.
var sampleShop = sync.OnceValues(func() (byHybrid, byTruth []ccr.Verdict) {
	dir := filepath.Join("..", "testdata", "shop")
	open := func(name string) *os.File {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			panic(err)
		}
		return f
	}
	truth := open("truth.csv")
	defer truth.Close()
	rows, err := csv.NewReader(truth).ReadAll()
	if err != nil {
		panic(err)
	}
	gold := ccr.Fair()
	gold.Overrides = make(map[ccr.Key]ccr.Override)
	about := map[string][]ccr.Aspect{
		"bad_batch": {ccr.GoodsQuality}, "slow_carrier": {ccr.LogisticsSpeed}, "rude_group": {ccr.ServiceAttitude},
	}
	for _, row := range rows[1:] { // order_id, feedback_id, fact, complaint
		gold.Overrides[ccr.Key{OrderID: row[0], FeedbackID: row[1]}] = ccr.Override{
			Negative: row[3] == "true", Reviewer: "truth", Aspects: about[row[2]],
		}
	}
	judge := func(c *hybrid.Classifier, p *ccr.Policy) (vs []ccr.Verdict) {
		orders, feedback := open("orders.csv"), open("feedback.csv")
		defer orders.Close()
		defer feedback.Close()
		cases := dataset.Join(dataset.ReadOrdersCSV(orders, nil), dataset.ReadFeedbackCSV(feedback, nil))
		for v, err := range classify.Verdicts(context.Background(), c, p, cases, 0) {
			if err != nil {
				panic(err)
			}
			vs = append(vs, v)
		}
		return vs
	}
	// As a shop would: the classifier is told how rare complaints are here.
	c := hybrid.New(nil)
	seen := map[ccr.Channel]*metrics.Prevalence{}
	for _, v := range judge(c, ccr.Fair()) {
		for _, j := range v.Rulings {
			p := seen[j.Feedback.Channel]
			if p == nil {
				p = new(metrics.Prevalence)
				seen[j.Feedback.Channel] = p
			}
			p.Add(j.Assessment.Complaint)
		}
	}
	shares := map[ccr.Channel]float64{}
	for channel, p := range seen {
		shares[channel], _ = p.Share(c.Share(channel))
	}
	told := hybrid.New(&hybrid.Options{Shares: shares})
	return judge(told, ccr.Fair()), judge(told, gold)
})

func pairOf(a, b func(*ccr.Verdict) string) func(*ccr.Verdict) string {
	return func(v *ccr.Verdict) string {
		x, y := a(v), b(v)
		if x == "" || y == "" {
			return ""
		}
		return x + " · " + y
	}
}

// TestSampleShopDossiers looks for the facts that the data card says are planted in the
// sample shop, and for nothing else.
func TestSampleShopDossiers(t *testing.T) {
	byHybrid, byTruth := sampleShop()
	type finding struct {
		Worse    bool
		StandOut []ccr.Aspect
	}
	date := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, china) }
	for _, c := range []struct {
		by     string
		key    func(*ccr.Verdict) string
		found  map[string]finding // as the truth has it, and by the classifier
		hybrid map[string]finding // by the classifier, where it finds something else
		began  time.Time          // when the first of the ranking changed, if it did
		late   bool               // the classifier sees the aspect change, but not the rate
		aspect ccr.Aspect
	}{
		{
			by: "product", key: metrics.ByProduct,
			found: map[string]finding{"kettle": {true, []ccr.Aspect{ccr.GoodsQuality}}},
			began: date(5, 10), aspect: ccr.GoodsQuality,
		},
		{
			by: "batch", key: metrics.ByBatch,
			found: map[string]finding{"K2605": {true, []ccr.Aspect{ccr.GoodsQuality}}},
			// Sparks and scorching kettles, and refunds that were refused, which the truth
			// files under quality.
			hybrid: map[string]finding{"K2605": {true, []ccr.Aspect{ccr.GoodsQuality, ccr.GoodsSafety, ccr.ServiceAfterSales}}},
			aspect: ccr.GoodsQuality,
		},
		{
			by: "carrier and region", key: pairOf(metrics.ByCarrier, metrics.ByRegion),
			found:  map[string]finding{"云梭速递 · 四川": {true, []ccr.Aspect{ccr.LogisticsSpeed}}},
			aspect: ccr.LogisticsSpeed,
		},
		{
			by: "service group", key: metrics.ByServiceGroup,
			found: map[string]finding{"青松组": {true, []ccr.Aspect{ccr.ServiceAttitude}}},
			began: date(4, 15), late: true, aspect: ccr.ServiceAttitude,
		},
		{
			// The cell seen from its two sides.
			by: "carrier", key: metrics.ByCarrier,
			found:  map[string]finding{"云梭速递": {false, []ccr.Aspect{ccr.LogisticsSpeed}}},
			aspect: ccr.LogisticsSpeed,
		},
		{
			by: "region", key: metrics.ByRegion,
			found:  map[string]finding{"四川": {true, []ccr.Aspect{ccr.LogisticsSpeed}}},
			aspect: ccr.LogisticsSpeed,
		},
	} {
		for _, judged := range []struct {
			by string
			vs []ccr.Verdict
		}{{"truth", byTruth}, {"hybrid", byHybrid}} {
			t.Run(c.by+"/"+judged.by, func(t *testing.T) {
				d := action.NewDossiers(c.key, &action.DossierOptions{Location: china})
				for i := range judged.vs {
					d.Add(&judged.vs[i])
				}
				got := map[string]finding{}
				ranking := d.Ranking()
				for _, s := range ranking {
					if s.Worse || s.StandOut != nil {
						got[s.Key] = finding{s.Worse, s.StandOut}
					}
				}
				found := c.found
				if judged.by == "hybrid" && c.hybrid != nil {
					found = c.hybrid
				}
				if diff := cmp.Diff(found, got); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
				do, ok := d.Dossier(ranking[0].Key)
				if !ok {
					t.Fatal("the worst has no dossier")
				}
				p := do.Problems[0]
				if p.Aspect != c.aspect || !p.StandsOut || p.Orders.Difference.Low <= 0 || p.LogOdds.Low <= 0 {
					t.Errorf("the foremost problem is %+v", p)
				}
				if len(p.Quotes) != 5 {
					t.Errorf("%d quotes", len(p.Quotes))
				}
				for i, change := range []*action.Change{do.Changed, p.Changed} {
					switch {
					case i == 0 && judged.by == "hybrid" && c.late && change == nil:
					case c.began.IsZero() && change != nil:
						t.Errorf("it began on %v, but nothing did", change.Day)
					case !c.began.IsZero() && change == nil:
						t.Errorf("nobody knows when it began: %+v, %+v", do.Changed, p.Changed)
					case change != nil && (c.began.Before(change.Low) || c.began.After(change.High)):
						t.Errorf("it began between %v and %v, want %v", change.Low, change.High, c.began)
					}
				}
			})
		}
	}
}
