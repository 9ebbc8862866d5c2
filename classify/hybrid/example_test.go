package hybrid_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
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

// Where the classifier is not sure, somebody else is asked: here a person, whose
// answer is always the same.
func Example_cascade() {
	person := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		return ccr.Assessment{Complaint: 1, Polarity: ccr.Negative, Ground: "a person has read it"}, nil
	})
	c := classify.Cascade(0.4, hybrid.New(nil), person)
	for _, text := range []string{"很好，很满意", "吊牌写着羊绒,剪一撮点着了全是塑料味"} {
		a, err := c.Classify(context.Background(), ccr.Feedback{Text: text})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(text, a.Ground)
	}
	// Output:
	// 很好，很满意 praise
	// 吊牌写着羊绒,剪一撮点着了全是塑料味 a person has read it
}
