package classifytest_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
	"github.com/ccrkit/ccrkit/classify/eval"
)

// A test of one's own classifier is one call. The feedback is what the classifier
// was made for: it has opinions on it, and so something to check.
func ExampleRun() {
	TestContract := func(t *testing.T) {
		newC := func(testing.TB) classify.Classifier { return words{"开线", "破"} }
		classifytest.Run(t, newC, &classifytest.Options{Feedback: []ccr.Feedback{{Text: "穿两次就开线"}, {Text: "很好"}}})
	}
	testContract = TestContract
	// Output:
}

// testContract is the test of [ExampleRun], which runs here.
var testContract func(*testing.T)

func TestExampleRun(t *testing.T) {
	ExampleRun()
	testContract(t)
}

// Is it better than reading the stars alone? A corpus is labelled feedback.
func Example_benchmark() {
	const corpus = `{"text":"穿两次就开线","rating":1,"complaint":true}
{"text":"快递小哥态度很好","rating":5,"complaint":false}
{"text":"颜色好看，洗一次就破了","rating":5,"complaint":true}
`
	run := func(c classify.Classifier) *eval.Result {
		r, err := eval.Run(context.Background(), c, dataset.ReadLabeledJSON(strings.NewReader(corpus), nil), nil)
		if err != nil {
			log.Fatal(err)
		}
		return r
	}
	mine, stars := run(words{"开线", "破"}), run(classify.Rating{})
	fmt.Println(mine.Score().Complaint.Accuracy(), stars.Score().Complaint.Accuracy())
	c, err := eval.Compare(mine, stars, eval.TaskComplaint, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+.2f, p = %.2f\n", c.Difference, c.P)
	// Output:
	// {3 3} {2 3}
	// +0.33, p = 1.00
}

// A Map stands in for a classifier in tests of what is built on one.
func ExampleMap() {
	c := classifytest.Map{"穿两次就开线": {Complaint: 1, Polarity: ccr.Negative}}
	a, err := c.Classify(context.Background(), ccr.Feedback{Text: "穿两次就开线"})
	fmt.Println(a.Complaint, a.Polarity, err)
	// Output: 1 negative <nil>
}
