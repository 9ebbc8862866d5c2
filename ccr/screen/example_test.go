package screen_test

import (
	"fmt"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

// Two passes over the cases: add them all, then judge each with its marks.
func Example() {
	day := time.Date(2026, 6, 6, 12, 0, 0, 0, time.UTC)
	var cases []ccr.Case
	for i, text := range []string{"颜色比图片深一点", "盒子压扁了，东西没事", "第二次买，味道没变", "送货上门，谢谢师傅"} {
		id := fmt.Sprint("o", i)
		cases = append(cases, ccr.Case{
			OrderID:  id,
			Order:    &ccr.Order{ID: id, BuyerID: id, PaidAt: day.AddDate(0, 0, -5*i)},
			Feedback: []ccr.Feedback{{ID: "r", BuyerID: id, Text: text, CreatedAt: day.AddDate(0, 0, 3-5*i)}},
		})
	}
	for i, text := range []string{"用完整张脸都烂了，三无产品，黑心商家还威胁我删评论", "用完整张脸烂掉了！三无产品！黑心商家还威胁我删评", "三无产品，用完整张脸都烂了，黑心店家还威胁我删评论"} {
		cases = append(cases, ccr.Case{OrderID: "x", Feedback: []ccr.Feedback{{
			ID: fmt.Sprint("u", i), OrderID: "x", BuyerID: fmt.Sprint("u", i), Text: text, CreatedAt: day.Add(time.Duration(i) * time.Minute),
		}}})
	}

	var s screen.Screen
	for i := range cases {
		s.Add(&cases[i])
	}
	marks := s.Marks(&screen.Options{English: true})
	for _, m := range marks.Feedback {
		fmt.Println(m.FeedbackID, m.Reason, len(m.Group))
	}
	c := marks.Apply(cases[4])
	fmt.Println(c.Feedback[0].Abnormal)
	for _, p := range []*ccr.Policy{ccr.Fair(), ccr.Strict()} {
		v, err := p.Judge(c, []ccr.Assessment{{Complaint: 0.9}})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(v.Policy, v.Counted, v.Negative)
	}
	// Output:
	// u0 no_purchase 0
	// u1 no_purchase 0
	// u2 no_purchase 0
	// screen:no_purchase
	// fair false false
	// strict true true
}
