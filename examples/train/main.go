// Train makes a text classifier of anyone's labelled texts, and measures it:
//
//	go run ./examples/train [-o FILE] [-eval FILE] [-predict FILE] … FILE …
//
// The files are JSON Lines or, when their name ends in .csv, CSV with a header.
// -text and -label name the members or columns. A label is a string, a number
// or true and false; a list of them makes the task a multi-label one. Of a list
// of objects -of takes the members that make a label, and -at those that say where in
// the text it stands, from the one character up to the other, which makes labels learnt
// from clauses, too:
//
//	one label of two, measured on another file
//	  go run ./examples/train -positive negative -eval dev.jsonl train.jsonl
//	one of many
//	  go run ./examples/train -label category -o kinds.bin train.jsonl
//	any number: {"text":"…","quads":[{"category":"物流","polarity":"pos","a":[9,13],"o":[13,15]},…]}
//	  go run ./examples/train -label quads -of category,polarity -at a,o -eval dev.jsonl train.jsonl
//
// With -weights FILE a binary task is learnt together with what the rules of package
// classify/rules find, which does better and takes some eight times as long: see
// hybrid.Train. The two files are what examples/classify wants with -classifier hybrid.
//
//	go run ./examples/train -positive negative -o stars.bin -weights stars.json train.jsonl
//
// Where a text may have several labels, -plain -min-count 1 -cost 16 is the default,
// which did best there. A line that cannot be used is named with its place, the rest is used, and the
// exit status is 1 at the end. Equal files and flags give equal models.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are what the flags say.
type settings struct {
	columns       columns
	positive      string
	out, weights  string
	eval, predict string
	files         []string
	linear        linear.Options
	tuned         bool // plain, min-count or cost were given
}

// run is main with its surroundings as arguments. It returns the exit status:
// 0, 1 when a line could not be used or something failed, 2 for a call that
// cannot be understood.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	status := 0
	bad := func(err error) {
		fmt.Fprintln(stderr, err)
		status = 1
	}
	l, err := train(ctx, s, stderr, bad)
	fmt.Fprintln(stderr)
	if err == nil && s.out != "" {
		err = write(s.out, l.model)
	}
	if err == nil && s.weights != "" {
		err = write(s.weights, l.weights)
	}
	s.columns.at = nil // what is measured needs no places
	if err == nil && s.eval != "" {
		err = s.measure(l, stdout, bad)
	}
	if err == nil && s.predict != "" {
		err = s.predictions(l, stdout, bad)
	}
	if err != nil {
		fmt.Fprintln(stderr, "train:", err)
		return 1
	}
	return status
}

func parse(args []string, stderr io.Writer) (*settings, error) {
	var s settings
	f := flag.NewFlagSet("train", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&s.columns.text, "text", "text", "`member` or column of the text")
	f.StringVar(&s.columns.label, "label", "label", "`member` or column of the label or labels")
	of := f.String("of", "", "`members` that make a label where labels are objects, separated by commas")
	at := f.String("at", "", "`members` of labels that are objects, separated by commas, which say where in the text they stand: the index of the first character, from 0, and that behind the last; learn from clauses, too")
	f.StringVar(&s.positive, "positive", "", "the `label` that is told from all others: a binary task")
	f.StringVar(&s.out, "o", "", "`file` for the model")
	f.StringVar(&s.weights, "weights", "", "`file` for how rules and model are weighed: learn both, of the label of -positive; needs -o")
	f.StringVar(&s.eval, "eval", "", "labelled `file` to measure the model on")
	f.StringVar(&s.predict, "predict", "", "`file` whose labels to write to standard output, one object a line")
	f.IntVar(&s.linear.Order, "order", 0, "longest n-gram in characters (default 4)")
	f.IntVar(&s.linear.MinCount, "min-count", 0, "texts that an n-gram must stand in (default 2)")
	f.IntVar(&s.linear.Features, "features", 0, "n-grams that an output keeps at most (default 50000)")
	f.BoolVar(&s.linear.Plain, "plain", false, "do not weigh n-grams by how much more often they stand with a label")
	f.Float64Var(&s.linear.MinRatio, "min-ratio", 0, "leave out n-grams less than exp of this more frequent with a label")
	f.Float64Var(&s.linear.Cost, "cost", 0, "cost of an error against that of large weights (default 4)")
	f.Uint64Var(&s.linear.Seed, "seed", 0, "another order of the texts")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	alone := "" // a flag for a model alone
	f.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "plain", "min-count", "cost":
			s.tuned = true
			alone = f.Name
		case "order", "features", "min-ratio":
			alone = f.Name
		}
	})
	if *of != "" {
		s.columns.of = strings.Split(*of, ",")
	}
	if *at != "" {
		s.columns.at = strings.Split(*at, ",")
		s.linear.Clauses = true
	}
	s.files = f.Args()
	var err error
	switch {
	case len(s.files) == 0:
		err = errors.New("no file to learn from")
	case *at != "" && (s.weights != "" || s.positive != ""):
		err = errors.New("-at is of no use with -positive and -weights")
	case s.weights != "" && s.positive == "":
		err = errors.New("-weights is for a binary task: -positive says which label it tells")
	case s.weights != "" && s.out == "":
		err = errors.New("-weights is of no use without the model: -o says where to")
	case s.weights != "" && alone != "":
		err = fmt.Errorf("-%s is for a model alone, without -weights", alone)
	}
	if err != nil {
		fmt.Fprintln(stderr, "train:", err)
		return nil, err
	}
	return &s, nil
}

// train learns from the files.
func train(ctx context.Context, s *settings, stderr io.Writer, bad func(error)) (*learnt, error) {
	var texts []labelled
	for _, name := range s.files {
		if err := s.columns.each(name, func(l labelled) { texts = append(texts, s.reduce(l)) }, bad); err != nil {
			return nil, err
		}
	}
	if s.weights != "" {
		return s.both(ctx, texts, stderr, bad)
	}
	spans := 0
	for _, l := range texts {
		s.linear.Thresholds = s.linear.Thresholds || l.many // F1 is what counts then
		spans += len(l.spans)
	}
	if s.linear.Clauses && spans == 0 {
		return nil, fmt.Errorf("-at %s: no label has such a member", strings.Join(s.columns.at, ","))
	}
	if s.linear.Thresholds && !s.tuned {
		s.linear.Plain, s.linear.MinCount, s.linear.Cost = true, 1, 16
	}
	s.linear.Progress = func(done, all int) { fmt.Fprintf(stderr, "\r%d of %d outputs trained", done, all) }
	tr, err := linear.NewTrainer(&s.linear)
	if err != nil {
		return nil, err
	}
	for _, l := range texts {
		x := linear.Example{Text: l.text, Channel: ccr.ChannelReview, Labels: l.labels, Spans: l.spans}
		if s.positive != "" {
			x.Known = []string{s.positive}
		}
		if err := tr.Add(x); err != nil {
			bad(fmt.Errorf("%s: %w", l.place, err))
		}
	}
	m, err := tr.Train(ctx)
	if err != nil {
		return nil, err
	}
	return &learnt{model: m, read: s.alone(m)}, nil
}

// reduce leaves of the labels the positive one, for a binary task.
func (s *settings) reduce(l labelled) labelled {
	if s.positive == "" {
		return l
	}
	for _, name := range l.labels {
		if name == s.positive {
			l.labels = []string{name}
			return l
		}
	}
	l.labels = nil
	return l
}

func write(name string, what io.WriterTo) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = what.WriteTo(f)
	return errors.Join(err, f.Close())
}
