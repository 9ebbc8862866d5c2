package action_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func ExampleAppeals() {
	order := paidOrder("o1")
	text := "虾太好了,太大个头了!"
	c := ccr.Case{OrderID: "o1", Order: order, Feedback: []ccr.Feedback{{ID: "r1", Text: text}}}
	read := ccr.Assessment{Complaint: 0.03, Ground: ccr.GroundPraise, Opinions: []ccr.Opinion{{
		Aspect: ccr.GoodsQuantity, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 13, End: 25}}, Rules: []string{"excess"},
	}}}
	v, err := ccr.Fair().Judge(c, []ccr.Assessment{read})
	if err != nil {
		log.Fatal(err)
	}

	var appeals action.Appeals
	fair, strict, err := action.Rejudge(&v, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	if err := appeals.Add(&fair, &strict); err != nil {
		log.Fatal(err)
	}
	for _, f := range appeals.Findings() {
		for _, s := range f.Statements {
			e := s.Evidence[0]
			fmt.Printf("%s: 「%s」 counted for %s, but %s (sure %.2f)\n", f.OrderID, s.Feedback.Text[e.Start:e.End], s.Counted, s.Ground, *s.Sure)
		}
	}
	// Output:
	// o1: 「太大个头」 counted for negative_opinion, but praise (sure 0.97)
}

func ExampleHidden() {
	text := "三个箱子到货裂了两个，星星随手点的别当真"
	c := ccr.Case{OrderID: "o1", Order: paidOrder("o1"), Feedback: []ccr.Feedback{{ID: "r1", Text: text, Rating: 5}}}
	v, err := ccr.Fair().Judge(c, []ccr.Assessment{{Complaint: 0.96, Ground: ccr.GroundDefect}})
	if err != nil {
		log.Fatal(err)
	}
	var hidden action.Hidden
	hidden.Add(&v)
	for _, f := range hidden.Findings() {
		fmt.Println(f.OrderID, f.Statements[0].Feedback.Rating, f.Statements[0].Feedback.Text)
	}
	// Output:
	// o1 5 三个箱子到货裂了两个，星星随手点的别当真
}

func ExampleRuleSet_Consequences() {
	mean := 0.02
	figures := action.Figures{
		CCR: metrics.Rate{Num: 20, Den: 1000}, PeerMean: &mean,
		Points: map[string]float64{"A": 6, "B": 0},
	}
	for _, c := range action.DefaultRules().Consequences(figures) {
		fmt.Print(c.Rule.Name, ": ", c.Status)
		if c.Orders != nil {
			fmt.Printf(", certain: %v, %d negative orders to go", c.Certain, *c.Orders)
		}
		if c.Violations != nil {
			fmt.Printf(", %d violations to go", *c.Violations)
		}
		fmt.Println()
	}
	// Output:
	// mixed_shipping: near, certain: false, 7 negative orders to go
	// fine: near, 1 violations to go
	// deposit: far, 1 violations to go
	// experience_score: unknown
}

func ExampleParseRules() {
	const file = `{
	"name": "my platform", "as_of": "2026-03-01",
	"rules": [
		{"name": "campaigns", "measure": "ccr_to_peer_mean", "limit": 2, "zh": "不得报名活动", "en": "No campaigns", "source": ""}
	]
}`
	_, err := action.ParseRules(strings.NewReader(file), "my.json")
	fmt.Println(err)
	// Output:
	// my.json:4: rules[0].source: missing
}
