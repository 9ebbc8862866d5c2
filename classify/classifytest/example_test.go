package classifytest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
)

// A test of one's own classifier is one call.
func ExampleRun() {
	TestContract := func(t *testing.T) {
		classifytest.Run(t, func(testing.TB) classify.Classifier { return classify.Rating{} }, nil)
	}
	_ = TestContract
	// Output:
}

// A Map stands in for a classifier in tests of what is built on one.
func ExampleMap() {
	c := classifytest.Map{"穿两次就开线": {Complaint: 1, Polarity: ccr.Negative}}
	a, err := c.Classify(context.Background(), ccr.Feedback{Text: "穿两次就开线"})
	fmt.Println(a.Complaint, a.Polarity, err)
	// Output: 1 negative <nil>
}
