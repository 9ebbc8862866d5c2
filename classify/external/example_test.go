package external_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/external"
)

// The program is the one in the documentation of the package. Where it fails,
// the stars stand in for it.
func ExampleNew() {
	model := external.New([]string{"python3", "model.py"}, &external.Options{Timeout: time.Second, Processes: 2})
	defer model.Close()
	c := classify.Fallback(model, classify.Rating{})
	a, err := c.Classify(context.Background(), ccr.Feedback{Text: "质量差", Rating: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Complaint)
}
