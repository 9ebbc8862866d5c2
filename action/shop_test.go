package action_test

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
)

var china = time.FixedZone("CST", 8*3600)

// sampleShop returns the verdicts on the sample shop: those of the rules, and
// those in which the shop's truth decides what is a complaint and the rules say
// only what it is about.
var sampleShop = sync.OnceValues(func() (byRules, byTruth []ccr.Verdict) {
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
	for _, row := range rows[1:] { // order_id, feedback_id, fact, complaint
		gold.Overrides[ccr.Key{OrderID: row[0], FeedbackID: row[1]}] = ccr.Override{Negative: row[3] == "true", Reviewer: "truth"}
	}
	c := hybrid.New(nil)
	judge := func(p *ccr.Policy) (vs []ccr.Verdict) {
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
	return judge(ccr.Fair()), judge(gold)
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

func TestExplore(t *testing.T) {
	_ = strings.Join
}
