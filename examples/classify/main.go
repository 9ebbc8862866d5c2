// Classify is a filter that judges consumer feedback. It reads one JSON object
// a line and writes one a line, in the same order:
//
//	go run ./examples/classify [-classifier hybrid|rules|linear|rating|exec:COMMAND] [-explain] < in.jsonl > out.jsonl
//
//	in:  {"id":"1","text":"…","channel":"review","product":"黑色衬衫","rating":5}
//	out: {"id":"1","complaint":false,"complaint_probability":0.03,"polarity":"positive","opinions":[…]}
//
// Only text is required. With -classifier linear, -model FILE reads with a model
// that examples/train has made instead of the embedded one, and so does hybrid, with
// the -weights FILE that was made together with it; -give-up W leaves undecided what is within W
// of a probability of one half (-explain shows it as the ground); -timeout is how long
// a program may take for a text. A line that cannot be used is named on standard error
// as "stdin:LINE: what is wrong", the rest is processed, and the exit status is
// 1 at the end. Progress is shown on standard error when that is a terminal.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/external"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments. It returns the exit status:
// 0, 1 when a line could not be used, 2 for a call that cannot be understood.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("classify", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var who choice
	flags.StringVar(&who.name, "classifier", "hybrid", "who judges: hybrid (rules and model), rules, linear (the model alone), rating for the stars alone, or exec:COMMAND for a program that speaks JSON Lines, see package classify/external")
	flags.StringVar(&who.model, "model", "", "model `file` for linear or hybrid; the embedded one without")
	flags.StringVar(&who.weights, "weights", "", "`file` of weights for hybrid, made together with that of -model")
	flags.Float64Var(&who.giveUp, "give-up", 0, "leave undecided, by hybrid, what is within so much of a probability of 0.5")
	flags.DurationVar(&who.timeout, "timeout", 10*time.Second, "how long a program of -classifier exec: may take for a text; a minute more for its first")
	explain := flags.Bool("explain", false, "add the ground, and the rules behind every opinion")
	threshold := flags.Float64("threshold", 0.5, "probability from which it is a complaint, in (0, 1]")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	c, err := who.classifier()
	if closer, ok := c.(io.Closer); ok {
		defer closer.Close()
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q: input comes from standard input", flags.Arg(0))
	}
	if err == nil && !(*threshold > 0 && *threshold <= 1) {
		err = fmt.Errorf("-threshold %v is not in (0, 1]", *threshold)
	}
	if err != nil {
		fmt.Fprintln(stderr, "classify:", err)
		return 2
	}

	out := bufio.NewWriter(stdout)
	enc := dataset.NewPredictionEncoder(out, &dataset.PredictionOptions{Threshold: *threshold, Explain: *explain})
	status, n, next := 0, 0, time.Now().Add(time.Second)
	progress := isTerminal(stderr)
	in := dataset.ReadFeedbackJSON(tied{stdin, out}, &dataset.Options{Name: "stdin"})
	for l, err := range classify.All(ctx, c, in) {
		if err == nil {
			if err = enc.Encode(l); err != nil && !errors.As(err, new(*ccr.FieldError)) {
				break // nothing more can be written, and Flush says why
			}
		}
		if err != nil {
			fmt.Fprintln(stderr, err)
			status = 1
		}
		if n++; progress && n%256 == 0 && time.Now().After(next) {
			fmt.Fprintf(stderr, "\r%d lines", n)
			next = time.Now().Add(time.Second)
		}
	}
	if progress && n >= 256 {
		fmt.Fprintf(stderr, "\r%d lines\n", n)
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(stderr, "classify:", err)
		return 1
	}
	return status
}

// A tied reader writes out what there is before it waits for input, so that
// whoever asks line by line gets an answer.
type tied struct {
	io.Reader
	out *bufio.Writer
}

func (t tied) Read(p []byte) (int, error) {
	t.out.Flush() // an error comes again at the end
	return t.Reader.Read(p)
}

// A choice is who judges.
type choice struct {
	name, model, weights string
	giveUp               float64
	timeout              time.Duration
}

func (w choice) classifier() (classify.Classifier, error) {
	switch {
	case w.model != "" && w.name != "linear" && w.name != "hybrid":
		return nil, fmt.Errorf("-model is for -classifier linear or hybrid, not %s", w.name)
	case w.weights != "" && w.name != "hybrid":
		return nil, fmt.Errorf("-weights is for -classifier hybrid, not %s", w.name)
	case w.name == "hybrid" && (w.model == "") != (w.weights == ""):
		return nil, errors.New("hybrid wants -model and -weights that were made together, or neither")
	case w.giveUp != 0 && w.name != "hybrid":
		return nil, fmt.Errorf("-give-up is for -classifier hybrid, not %s", w.name)
	case !(w.giveUp >= 0 && w.giveUp <= 0.5):
		return nil, fmt.Errorf("-give-up %v is not in [0, 0.5]", w.giveUp)
	}
	switch w.name {
	case "hybrid":
		opts := hybrid.Options{GiveUp: w.giveUp}
		if w.model == "" {
			return hybrid.New(&opts), nil
		}
		var err error
		if opts.Model, err = readFile(w.model, linear.ReadModel); err != nil {
			return nil, err
		}
		if opts.Model.Output(linear.Dispute) < 0 || opts.Model.Output(linear.Review) < 0 {
			return nil, fmt.Errorf("%s: has no outputs dispute and review, which models made with -weights have", w.model)
		}
		if opts.Weights, err = readFile(w.weights, hybrid.ReadWeights); err != nil {
			return nil, err
		}
		return hybrid.New(&opts), nil
	case "rules":
		return rules.New(nil), nil
	case "linear":
		if w.model == "" {
			return linear.New(nil), nil
		}
		m, err := readFile(w.model, linear.ReadModel)
		if err != nil {
			return nil, err
		}
		if m.Output(linear.Complaint) < 0 && m.Output(linear.Negative) < 0 {
			return nil, fmt.Errorf("%s: has neither an output complaint nor negative", w.model)
		}
		return linear.New(m), nil
	case "rating":
		return classify.Rating{}, nil
	}
	if command, ok := strings.CutPrefix(w.name, "exec:"); ok && strings.TrimSpace(command) != "" {
		if w.timeout <= 0 {
			return nil, errors.New("-timeout must be positive")
		}
		return external.New(strings.Fields(command), &external.Options{Timeout: w.timeout}), nil
	}
	return nil, fmt.Errorf("unknown classifier %q, want hybrid, rules, linear, rating or exec:COMMAND", w.name)
}

// readFile reads a file by read.
func readFile[T any](name string, read func(io.Reader) (T, error)) (v T, err error) {
	f, err := os.Open(name)
	if err != nil {
		return v, err
	}
	defer f.Close()
	if v, err = read(f); err != nil {
		return v, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

// isTerminal reports whether w is a character device.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
