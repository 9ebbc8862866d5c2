package dataset_test

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

func ExampleReadFeedbackCSV() {
	const file = `评价ID,订单编号,评价内容,星级,评价时间
1,1001,"质量很好，
下次再来",5,2024-05-06 07:08:09
2,1002,不错,9,2024-05-06 08:00:00
3,1003,穿两次就开线,-,2024/5/7 9:30
`
	for f, err := range dataset.ReadFeedbackCSV(strings.NewReader(file), &dataset.Options{Name: "feedback.csv"}) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%v %q %d\n", f.Source, f.Text, f.Rating)
	}
	// Output:
	// feedback.csv:2 "质量很好，\n下次再来" 5
	// feedback.csv:4: rating: 9 is not between 1 and 5
	// feedback.csv:5 "穿两次就开线" 0
}

func ExampleJoin() {
	const orders = "order_id,paid_at,product\n1001,2024-05-01,黑色衬衫\n1002,2024-05-01,裤子\n"
	const feedback = `{"id":"1","order_id":"1001","text":"有点黑"}
{"id":"2","order_id":"1001","text":"很喜欢"}
{"id":"3","order_id":"9999","text":"没收到"}
`
	for c, err := range dataset.Join(
		dataset.ReadOrdersCSV(strings.NewReader(orders), nil),
		dataset.ReadFeedbackJSON(strings.NewReader(feedback), nil)) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.OrderID, c.Order != nil, len(c.Feedback))
		for _, f := range c.Feedback {
			fmt.Printf("  %s [%s]\n", f.Text, f.Product)
		}
	}
	// Output:
	// 1001 true 2
	//   有点黑 [黑色衬衫]
	//   很喜欢 [黑色衬衫]
	// 1002 true 0
	// 9999 false 1
	//   没收到 []
}

func ExampleReadOverrides() {
	const file = "order_id,feedback_id,negative,reviewer,note\n1001,1,否,李,款式本来就是黑色\n"
	policy := ccr.Fair()
	policy.Overrides = make(map[ccr.Key]ccr.Override)
	for d, err := range dataset.ReadOverrides(strings.NewReader(file), nil) {
		if err != nil {
			log.Fatal(err)
		}
		policy.Overrides[d.Key] = d.Override
	}
	o := policy.Overrides[ccr.Key{OrderID: "1001", FeedbackID: "1"}]
	fmt.Println(o.Negative, o.Reviewer, o.Note)
	// Output: false 李 款式本来就是黑色
}

func ExamplePredictionEncoder() {
	out := dataset.NewPredictionEncoder(os.Stdout, nil)
	err := out.Encode(ccr.Labeled{
		Feedback: ccr.Feedback{ID: "1", Text: "质量好"},
		Assessment: ccr.Assessment{
			Complaint: 0.04,
			Polarity:  ccr.Positive,
			Opinions: []ccr.Opinion{{
				Aspect: ccr.GoodsQuality, Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 0, End: 9}},
			}},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// {"id":"1","complaint":false,"complaint_probability":0.04,"polarity":"positive","opinions":[{"aspect":"goods.quality","polarity":"positive","evidence":[{"start":0,"end":9,"text":"质量好"}]}]}
}

func ExampleWriteLabeledJSON() {
	examples := []ccr.Labeled{{
		Feedback:   ccr.Feedback{ID: "1", Text: "会掉色吗？"},
		Assessment: ccr.Assessment{Polarity: ccr.Neutral, Ground: ccr.GroundQuestion},
		Tags:       map[string]string{"phenomenon": "question"},
	}}
	if err := dataset.WriteLabeledJSON(os.Stdout, slices.Values(examples)); err != nil {
		log.Fatal(err)
	}
	// Output:
	// {"id":"1","text":"会掉色吗？","complaint":false,"polarity":"neutral","opinions":[],"ground":"question","phenomenon":"question"}
}
