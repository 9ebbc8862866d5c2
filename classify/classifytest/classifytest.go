// Package classifytest tests implementations of [classify.Classifier] and
// offers fakes of it.
//
// Whoever writes a classifier calls [Run] in a test:
//
//	func TestContract(t *testing.T) {
//		classifytest.Run(t, func(testing.TB) classify.Classifier { return mine.New() }, nil)
//	}
//
// Run it with -race too: one of the checks calls the classifier from several
// goroutines.
//
// # From an idea to a report
//
// The examples of this package take a classifier of one's own all the way:
//
//   - Own is the whole of it, some twenty lines.
//   - Run proves that it keeps the contract.
//   - Benchmark measures it in a program, by package eval.
//   - Program makes it a filter that others can run.
//
// With the filter built as ./mine, it is compared with others, with intervals, tests
// of significance and diagrams, and a shop's report is made by it:
//
//	go run ./examples/benchmark -classifier hybrid -classifier mine=exec:./mine testdata/corpus/dev.jsonl
//	go run ./examples/report -classifier exec:./mine -orders O.csv -feedback F.csv
//
// A filter can be written in any language, see package external. In a program, any
// classifier goes where hybrid.New(nil) goes.
package classifytest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// Options adjust [Run]. Nil is the zero Options.
type Options struct {
	_ [0]func()

	// Feedback is tried in every check, beside the kit's own. Give what the
	// classifier was made for, so that there is something to check when the
	// kit's feedback means nothing to it. Texts must be valid UTF-8.
	Feedback []ccr.Feedback
}

// Run tests that the classifiers that newC makes keep the contract of
// [classify.Classifier], in one subtest for each of its promises. A failure
// quotes the promise that was broken and the feedback that shows it.
//
// newC is called once for each subtest. The classifier may refuse a feedback
// with an error matching [errors.ErrUnsupported]; an answer to a context that
// is already done may take ten seconds. The feedback includes one text of a
// megabyte. A panic of the classifier is not contained.
func Run(t *testing.T, newC func(testing.TB) classify.Classifier, opts *Options) {
	t.Helper()
	if newC == nil {
		t.Fatal("classifytest: no function to make a classifier")
	}
	for _, ch := range checks {
		t.Run(ch.name, func(t *testing.T) {
			k := newKit(t.Context(), newC(t), opts)
			ch.run(k)
			for _, f := range k.failures {
				t.Errorf("%s\nThe contract says: %s", f, ch.promise)
			}
			if k.skipped != "" {
				t.Skip(k.skipped)
			}
		})
	}
}

// patience is how long a call with a done context may take.
const patience = 10 * time.Second

// maxFailures keeps the output of a broken classifier readable.
const maxFailures = 5

// A kit is one run of one check.
type kit struct {
	ctx      context.Context
	c        classify.Classifier
	feedback []ccr.Feedback
	failures []string
	skipped  string // why there was nothing to check
}

func newKit(ctx context.Context, c classify.Classifier, opts *Options) *kit {
	k := &kit{ctx: ctx, c: c, feedback: kitFeedback()}
	if opts != nil {
		k.feedback = slices.Concat(opts.Feedback, k.feedback)
	}
	return k
}
