package classifytest_test

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
)

// The main function of a program that makes a classifier of one's own known to
// others: examples/benchmark, examples/report and examples/classify run it with
// -classifier exec:COMMAND. It would read os.Stdin.
func Example_program() {
	stdin := strings.NewReader(`{"id":"1","text":"穿两次就开线"}`)
	out := dataset.NewPredictionEncoder(os.Stdout, nil)
	for l, err := range classify.All(context.Background(), words{"开线", "破"}, dataset.ReadFeedbackJSON(stdin, nil)) {
		if err == nil {
			err = out.Encode(l)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	// Output: {"id":"1","complaint":true,"complaint_probability":0.9,"polarity":"negative","opinions":[{"aspect":"overall","polarity":"negative","evidence":[{"start":12,"end":18,"text":"开线"}]}]}
}
