package linear_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
)

// A model of one's own labels: here what a message is about.
func ExampleTrainer() {
	tr, err := linear.NewTrainer(&linear.Options{MinCount: 1})
	if err != nil {
		log.Fatal(err)
	}
	for _, x := range []linear.Example{
		{Text: "快递什么时候到", Labels: []string{"delivery"}},
		{Text: "包裹到哪里了", Labels: []string{"delivery"}},
		{Text: "快递还没到", Labels: []string{"delivery"}},
		{Text: "可以退货吗", Labels: []string{"return"}},
		{Text: "退货的运费谁出", Labels: []string{"return"}},
		{Text: "想退货", Labels: []string{"return"}},
		{Text: "有大一号的吗", Labels: []string{"size"}},
		{Text: "这个尺码偏小吗", Labels: []string{"size"}},
		{Text: "尺码怎么选", Labels: []string{"size"}},
	} {
		if err := tr.Add(x); err != nil {
			log.Fatal(err)
		}
	}
	m, err := tr.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	var r linear.Reading
	m.Read(&r, &ccr.Feedback{Text: "尺码偏大，能退货吗"})
	for _, label := range []string{"delivery", "return", "size"} {
		fmt.Println(label, r.Given(m.Output(label)))
	}
	// Output:
	// delivery false
	// return true
	// size false
}

func ExampleClassifier() {
	c := linear.New(nil)
	fb := ccr.Feedback{Text: "鞋底第三天就脱胶，客服也不理人", Channel: ccr.ChannelReview}
	a, err := c.Classify(context.Background(), fb)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Complaint >= 0.5, a.Polarity)
	for _, o := range a.Opinions {
		e := o.Evidence[0]
		fmt.Println(o.Aspect, o.Polarity, fb.Text[e.Start:e.End])
	}
	// Output:
	// true negative
	// goods.quality negative 鞋底第三天就脱胶
	// service.attitude negative 客服也不理人
	// service.response negative 客服也不理人
}
