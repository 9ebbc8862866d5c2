package eval_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/eval"
)

const labelled = `{"text":"穿两次就开线","rating":1,"complaint":true,"phenomenon":"plain"}
{"text":"快递小哥态度很好","rating":5,"complaint":false,"phenomenon":"plain"}
{"text":"不是一般的好吃啊","rating":5,"complaint":false,"phenomenon":"praise_idiom"}
{"text":"颜色好看，洗一次就破了","rating":5,"complaint":true,"phenomenon":"serious_contrast"}
`

// A classifier of two lines against one that reads the stars.
func Example() {
	words := classify.Func(func(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		if strings.Contains(fb.Text, "破") || strings.Contains(fb.Text, "开线") {
			return ccr.Assessment{Complaint: 1, Polarity: ccr.Negative}, nil
		}
		return ccr.Assessment{}, nil
	})
	run := func(c classify.Classifier) *eval.Result {
		r, err := eval.Run(context.Background(), c, dataset.ReadLabeledJSON(strings.NewReader(labelled), nil), nil)
		if err != nil {
			log.Fatal(err)
		}
		return r
	}
	a, b := run(words), run(classify.Rating{})
	fmt.Println(a.Score().Complaint.Accuracy(), b.Score().Complaint.Accuracy())
	for _, part := range b.By(eval.ByTag("phenomenon")) {
		fmt.Println(part.Key, part.Score.Complaint.Accuracy())
	}
	c, err := eval.Compare(a, b, eval.TaskComplaint, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+.2f, p = %.2f\n", c.Difference, c.P)
	// Output:
	// {4 4} {3 4}
	// plain {2 2}
	// praise_idiom {1 1}
	// serious_contrast {0 1}
	// +0.25, p = 1.00
}
