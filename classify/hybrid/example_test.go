package hybrid_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/metrics"
)

func Example() {
	c := hybrid.New(nil)
	fb := ccr.Feedback{Text: "物流很快，但是坐垫第二天就开裂，客服态度恶劣"}
	a, err := c.Classify(context.Background(), fb)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Complaint >= 0.5)
	for _, o := range a.Opinions {
		e := o.Evidence[0]
		fmt.Println(o.Aspect, o.Polarity, fb.Text[e.Start:e.End])
	}
	// Output:
	// true
	// logistics.speed positive 物流很快
	// goods.quality negative 开裂
	// service.attitude negative 态度恶劣
}

// The share of complaints in a shop, estimated from its own feedback and told to
// the classifier, which then upholds what is doubtful less often.
func ExampleClassifier_Share() {
	shop := strings.Fields("很好 不错的 好吃 穿着舒服 发货快 孩子喜欢 第二次买了 颜色正 包装完好 客服耐心 洗了一次就破了 味道正宗 挺好 用着顺手 值 还行吧")
	c := hybrid.New(nil)
	var seen metrics.Prevalence
	for _, text := range shop { // a few hundred at least, in a real shop
		a, err := c.Classify(context.Background(), ccr.Feedback{Text: text, Channel: ccr.ChannelReview})
		if err != nil {
			log.Fatal(err)
		}
		seen.Add(a.Complaint)
	}
	share, ok := seen.Share(c.Share(ccr.ChannelReview))
	if !ok {
		log.Fatal("no feedback")
	}
	told := hybrid.New(&hybrid.Options{Shares: map[ccr.Channel]float64{ccr.ChannelReview: share}})
	doubtful := ccr.Feedback{Text: "穿了一次，袖口就有线头了", Channel: ccr.ChannelReview}
	for _, c := range []*hybrid.Classifier{c, told} {
		a, err := c.Classify(context.Background(), doubtful)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.1f\n", a.Complaint)
	}
	fmt.Printf("complaints are %.0f%% of the feedback, not %.0f%%\n", 100*share, 100*c.Share(ccr.ChannelReview))
	// Output:
	// 0.6
	// 0.1
	// complaints are 5% of the feedback, not 46%
}
