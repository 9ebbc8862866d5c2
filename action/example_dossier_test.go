package action_test

import (
	"fmt"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// sold returns the verdicts on a shop that sold 20 cups and 10 kettles a day in
// March, and 15 of each from the 16th on. One cup a day arrives broken, and from
// the 16th on three kettles a day leak. A program has such verdicts from a policy's Judge.
func sold() []ccr.Verdict {
	var vs []ccr.Verdict
	for day := range 30 {
		for i := range 30 {
			v := ccr.Verdict{OrderID: fmt.Sprintf("03%02d-%02d", day+1, i), Counted: true}
			v.Order = &ccr.Order{ProductID: "cup", PaidAt: time.Date(2026, 3, 1+day, 12, 0, 0, 0, china)}
			var problem ccr.Aspect
			text := ""
			if i >= 20 || day >= 15 && i >= 15 {
				v.Order.ProductID = "kettle"
			}
			switch {
			case i == 0:
				problem, text = ccr.GoodsDamage, "杯子碎了"
			case day >= 15 && i >= 20 && i < 23:
				problem, text = ccr.GoodsQuality, "壶底漏水，第二天就不能用了"
			}
			if problem != "" {
				v.Negative, v.Problems = true, []ccr.Aspect{problem}
				r := ccr.Ruling{Negative: true, Aspects: v.Problems}
				r.Feedback.Text = text
				r.Assessment.Complaint = 0.9
				r.Assessment.Opinions = []ccr.Opinion{{Aspect: problem, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 0, End: 12}}}}
				v.Rulings = []ccr.Ruling{r}
			}
			vs = append(vs, v)
		}
	}
	return vs
}

func ExampleDossiers() {
	d := action.NewDossiers(metrics.ByProduct, &action.DossierOptions{Location: china})
	for _, v := range sold() {
		d.Add(&v)
	}
	for _, s := range d.Ranking() {
		fmt.Printf("%s: %d of %d, %+.1f orders, worse: %v, in %v\n",
			s.Key, s.Negative.Rate.Num, s.Negative.Rate.Den, s.Excess, s.Worse, s.StandOut)
	}

	kettle, _ := d.Dossier("kettle")
	p := kettle.Problems[0]
	fmt.Printf("%s from %s on: %d of %d, before %d of %d\n", p.Aspect, p.Changed.Day.Format(time.DateOnly),
		p.Changed.After.Num, p.Changed.After.Den, p.Changed.Before.Num, p.Changed.Before.Den)
	for _, q := range p.Quotes {
		e := q.Evidence[0]
		fmt.Printf("%s: %s (%s)\n", q.OrderID, q.Text, q.Text[e.Start:e.End])
	}
	now := kettle.Negative.Rate.Add(kettle.Negative.Rest)
	fmt.Printf("the shop's CCR is %.2f%%, without it %.2f%%\n", 100*now.Value(), 100*p.Solved.Value())
	fmt.Println(p.Play.Remedy, p.Play.Chinese.Check)
	// Output:
	// kettle: 45 of 375, +23.6 orders, worse: true, in [goods.quality]
	// cup: 30 of 525, -33.0 orders, worse: false, in [goods.damage]
	// goods.quality from 2026-03-16 on: 45 of 225, before 0 of 150
	// 0316-20: 壶底漏水，第二天就不能用了 (壶底漏水)
	// the shop's CCR is 8.33%, without it 3.33%
	// quality 按批次和付款日期把订单分开，看问题是不是从某一批、某一天开始；取在库同批次十件，照买家说的用法试一遍，留下照片。
}

func ExampleDossiers_Shift() {
	d := action.NewDossiers(metrics.ByProduct, &action.DossierOptions{Location: china})
	for _, v := range sold() {
		d.Add(&v)
	}
	middle := time.Date(2026, 3, 16, 0, 0, 0, 0, china)
	s, ok := d.Shift(metrics.Window{To: middle}, metrics.Window{From: middle})
	if !ok {
		fmt.Println("a period without orders")
		return
	}
	fmt.Printf("%+.2f points: %+.2f of selling other things, %+.2f of worse ones\n", 100*s.Difference, 100*s.Mix, 100*s.Rate)
	for _, p := range s.Parts {
		fmt.Printf("%s: %+.2f and %+.2f\n", p.Key, 100*p.Mix, 100*p.Rate)
	}
	// Output:
	// +10.00 points: +0.69 of selling other things, +9.31 of worse ones
	// kettle: +0.28 and +8.33
	// cup: +0.42 and +0.97
}
