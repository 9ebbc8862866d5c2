package classifytest_test

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// words is a classifier: a text with any of the words is a complaint.
type words []string

// Classify implements classify.Classifier.
func (ws words) Classify(_ context.Context, fb ccr.Feedback) (a ccr.Assessment, err error) {
	if !utf8.ValidString(fb.Text) {
		return a, ccr.ErrText
	}
	for _, w := range ws {
		if i := strings.Index(fb.Text, w); i >= 0 {
			a.Complaint, a.Polarity = 0.9, ccr.Negative
			a.Opinions = []ccr.Opinion{{
				Aspect: ccr.Overall, Polarity: ccr.Negative,
				Evidence: []ccr.Evidence{{Start: i, End: i + len(w)}},
			}}
			break
		}
	}
	return a, nil
}

// A classifier of one's own is one method.
func Example_own() {
	a, err := words{"开线", "破"}.Classify(context.Background(), ccr.Feedback{Text: "穿两次就开线"})
	fmt.Println(a.Complaint, a.Polarity, a.Opinions[0].Evidence, err)
	// Output: 0.9 negative [{12 18}] <nil>
}
