package hybrid_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ccrkit/ccrkit/ccr"
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
