package ccr_test

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// A mild reservation of a satisfied buyer: fair to the merchant it is no
// complaint, the strict policy counts it.
func ExamplePolicy_Judge() {
	c := ccr.Case{
		OrderID:  "o1",
		Order:    &ccr.Order{ID: "o1", PaidAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
		Feedback: []ccr.Feedback{{ID: "r1", OrderID: "o1", Channel: ccr.ChannelReview, Text: "挺好吃的，就是有点小贵"}},
	}
	assessments := []ccr.Assessment{{ // as a classifier would make it
		Complaint: 0.08, Polarity: ccr.Positive, Ground: ccr.GroundMild,
		Opinions: []ccr.Opinion{
			{Aspect: ccr.GoodsTaste, Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 0, End: 12}}},
			{Aspect: ccr.GoodsPrice, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 21, End: 33}}},
		},
	}}
	for _, p := range []*ccr.Policy{ccr.Fair(), ccr.Strict()} {
		v, err := p.Judge(c, assessments)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(v.Policy, v.Counted, v.Negative, v.Rulings[0].Reason, v.Problems)
	}
	// Output:
	// fair true false no_complaint []
	// strict true true negative_opinion [goods.price]
}

// Somebody who did not buy complains. The strict policy counts one order more,
// in the numerator and in the denominator.
func ExampleStrict() {
	c := ccr.Case{Feedback: []ccr.Feedback{{ID: "c1", Channel: ccr.ChannelComplaint, Text: "商家骂人"}}}
	complaint := []ccr.Assessment{{Complaint: 0.97, Polarity: ccr.Negative}}
	for _, p := range []*ccr.Policy{ccr.Fair(), ccr.Strict()} {
		v, err := p.Judge(c, complaint)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: counted %v, negative %v, excluded %q\n", v.Policy, v.Counted, v.Negative, v.Excluded)
	}
	// Output:
	// fair: counted false, negative false, excluded "no_order"
	// strict: counted true, negative true, excluded ""
}

// A verdict says in JSON all that an appeal needs.
func ExampleVerdict() {
	p := ccr.Fair()
	p.Overrides = map[ccr.Key]ccr.Override{
		{OrderID: "o1", FeedbackID: "r1"}: {Negative: false, Reviewer: "amy", Note: "reviewed another shop's goods"},
	}
	paid := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	v, err := p.Judge(ccr.Case{
		OrderID: "o1",
		Order:   &ccr.Order{ID: "o1", PaidAt: paid, Amount: 24823},
		Feedback: []ccr.Feedback{{
			ID: "r1", OrderID: "o1", Channel: ccr.ChannelReview, Text: "穿两次就开线", Rating: 1, CreatedAt: paid.AddDate(0, 0, 3),
		}},
	}, []ccr.Assessment{{
		Complaint: 0.93, Polarity: ccr.Negative, Ground: ccr.GroundDefect,
		Opinions: []ccr.Opinion{{Aspect: ccr.GoodsQuality, Polarity: ccr.Negative, Intensity: 2, Evidence: []ccr.Evidence{{Start: 0, End: 18}}}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	if err := out.Encode(v); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "order_id": "o1",
	//   "order": {
	//     "order_id": "o1",
	//     "paid_at": "2026-03-01T12:00:00Z",
	//     "amount": 248.23
	//   },
	//   "policy": "fair",
	//   "counted": true,
	//   "negative": false,
	//   "rulings": [
	//     {
	//       "feedback": {
	//         "feedback_id": "r1",
	//         "order_id": "o1",
	//         "channel": "review",
	//         "text": "穿两次就开线",
	//         "rating": 1,
	//         "created_at": "2026-03-04T12:00:00Z"
	//       },
	//       "assessment": {
	//         "complaint": 0.93,
	//         "polarity": "negative",
	//         "opinions": [
	//           {
	//             "aspect": "goods.quality",
	//             "polarity": "negative",
	//             "intensity": 2,
	//             "evidence": [
	//               {
	//                 "start": 0,
	//                 "end": 18
	//               }
	//             ]
	//           }
	//         ],
	//         "ground": "defect"
	//       },
	//       "negative": false,
	//       "reason": "reviewer",
	//       "override": {
	//         "negative": false,
	//         "reviewer": "amy",
	//         "note": "reviewed another shop's goods"
	//       }
	//     }
	//   ]
	// }
}
