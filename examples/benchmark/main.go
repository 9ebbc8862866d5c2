// Benchmark runs classifiers over labelled corpora and says how well and how fast
// each of them reads, and whether the differences may be chance:
//
//	go run ./examples/benchmark testdata/corpus/test.jsonl
//	go run ./examples/benchmark -classifier hybrid -classifier 'mine=exec:python3 mine.py' \
//		-format html -o page.html test.jsonl shops=stars:a.csv,b.csv
//
// # Classifiers
//
// Each -classifier is [NAME=]SPEC; without any, all those that need no file run.
// SPEC is
//
//	hybrid, rules       those of this module
//	linear[:FILE]       the embedded model, or one made by examples/train
//	rating              the stars alone
//	keyword             a complaint where one of a short list of words is in the text
//	majority            the most frequent labels of the corpus itself, for every text: an
//	                    oracle, the best that can be had without reading
//	exec:COMMAND        a program that speaks JSON Lines, see package classify/external;
//	                    COMMAND is words separated by white space, without quoting.
//	                    -timeout is for each text
//	predictions:FILE    answers made elsewhere, see dataset.ReadPredictionsJSON; {corpus} in
//	                    FILE is the name of the corpus
//
// # Corpora
//
// Each argument is [NAME=][FORMAT:]FILE[,FILE…]; several files, and several
// arguments with one NAME, are one corpus. Without FORMAT, files are labelled
// examples as dataset.ReadLabeledJSON, or ReadLabeledCSV for .csv and .tsv, reads
// them. FORMAT is
//
//	stars       public collections of shop reviews: CSV as published, or JSON Lines
//	            with text, label (positive, negative) and category
//	asap        restaurant reviews of ASAP, CSV
//	zhijiang    之江杯 2019: pairs of files, reviews and labels, CSV
//	hashed      a file of labels without texts, then those of texts: dataset.WithTexts
//
// Aspects are compared by name, and ASAP and 之江杯 have aspects of their own: who
// wants to be right there must say those.
//
// # Output
//
// Figures are those of eval.Figures, with 95% intervals. Text, markdown, csv, json
// and html (one page without scripts, with diagrams and errors) have the same
// figures; text, markdown and html show them in percent. JSON is
//
//	command     how it was made
//	rounds      resamples behind intervals and permutation tests
//	corpora     name, files, texts, bytes, broken_lines (not in texts), complaints (of
//	            those that tell: num, den, rate, low, high), classifiers:
//	            name, spec, failed (texts that it gave no usable answer to),
//	            first_failure, undecided (texts that it gave up on),
//	            figures (name, value, interval), speed (null for predictions:
//	            texts_per_second, mb_per_second, allocations_per_text (of this process
//	            alone), workers; what loads at the first text is left out),
//	            parts (by, key, figure, and num, den, rate, low, high of it)
//	comparisons corpus, figure, classifier, against, texts, difference, interval,
//	            only_classifier, only_against (texts that only one is right on), p, p_holm
//
// and CSV has a line for each figure, part and comparison. -errors FILE writes every
// text that a classifier was wrong on as JSON Lines; -save DIR writes what each said
// to DIR/CORPUS/CLASSIFIER.jsonl, which predictions: reads again.
//
// Lines that cannot be used, and failures of classifiers, are named on standard
// error and counted, everything else goes on, and the exit status is 1 at the end.
// It is 2 for a call that cannot be understood, with nothing measured. An interrupt
// ends it without a table; what was saved stays.
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
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the flags, checked.
type settings struct {
	command     string
	entrants    []entrant
	corpora     []corpus
	by, figures []string
	best        bool // compare with the best, not with the first
	format, out string
	errors      string
	save        string
	rounds      int
	workers     int
	repeat      int
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	say := &notices{w: stderr, terminal: isTerminal(stderr)}
	s, err := parseFlags(args, say)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		if !errors.Is(err, errFlags) {
			fmt.Fprintln(stderr, "benchmark:", err)
		}
		return 2
	}
	r, err := s.measure(ctx, say)
	if err == nil {
		err = s.write(r, stdout)
	}
	if err != nil {
		say.bad(fmt.Errorf("benchmark: %w", err))
	}
	return say.status
}

// errFlags means that package flag has already said what is wrong.
var errFlags = errors.New("bad flags")

func parseFlags(args []string, say *notices) (*settings, error) {
	s := &settings{command: "go run ./examples/benchmark " + quoteArgs(args)}
	f := flag.NewFlagSet("benchmark", flag.ContinueOnError)
	f.SetOutput(say.w)
	f.Usage = func() {
		fmt.Fprintln(say.w, "benchmark [flags] [NAME=][stars:|asap:|zhijiang:|hashed:]FILE[,FILE…] …\nThe documentation of the program (go doc ./examples/benchmark) says more.")
		f.PrintDefaults()
	}
	var specs []string
	f.Func("classifier", "`[NAME=]SPEC`, repeatable: hybrid, rules, linear[:FILE], rating, keyword, majority, exec:COMMAND or predictions:FILE", func(v string) error {
		specs = append(specs, v)
		return nil
	})
	timeout := f.Duration("timeout", 10*time.Second, "how long a program may take for a text")
	f.IntVar(&s.workers, "workers", 1, "texts classified at once; speeds are best measured with 1")
	f.IntVar(&s.repeat, "repeat", 1, "runs of each classifier, of which the one of median speed counts")
	f.IntVar(&s.rounds, "rounds", 1000, "resamples for intervals and permutation tests")
	against := f.String("against", "first", "compare with the first classifier, or with the best in each task")
	by := f.String("by", "phenomenon,category,channel,length", "accuracy for parts of a corpus by channel, length or a tag, comma-separated")
	figures := f.String("figures", "", "figures to show, comma-separated; all without")
	f.StringVar(&s.format, "format", "text", "text, markdown, csv, json or html")
	f.StringVar(&s.out, "o", "", "write the table to this `file`")
	f.StringVar(&s.errors, "errors", "", "write the texts that classifiers were wrong on to this `file`")
	f.StringVar(&s.save, "save", "", "write what classifiers said to this `folder`")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, errFlags
	}
	split := func(v string) []string { return strings.FieldsFunc(v, func(r rune) bool { return r == ',' }) }
	s.by, s.figures, s.best = split(*by), split(*figures), *against == "best"
	for _, name := range s.figures {
		if !slices.Contains(figureNames, name) {
			return nil, fmt.Errorf("-figures: %q is none of %s", name, strings.Join(figureNames, ", "))
		}
	}
	if len(s.figures) == 0 {
		s.figures = figureNames
	}
	switch {
	case *against != "first" && *against != "best":
		return nil, fmt.Errorf("-against is first or best, not %q", *against)
	case !slices.Contains([]string{"text", "markdown", "csv", "json", "html"}, s.format):
		return nil, fmt.Errorf("unknown format %q, want text, markdown, csv, json or html", s.format)
	case s.rounds < 20:
		return nil, errors.New("-rounds must be at least 20: fewer resamples make no interval")
	case s.repeat < 1 || s.workers < 1 || *timeout <= 0:
		return nil, errors.New("-repeat, -workers and -timeout must be positive")
	case f.NArg() == 0:
		return nil, errors.New("name a corpus, such as testdata/corpus/test.jsonl")
	}
	var err error
	if s.entrants, err = newEntrants(specs, *timeout, s.workers); err != nil {
		return nil, err
	}
	s.corpora, err = readCorpora(f.Args(), say)
	return s, err
}

// quoteArgs returns arguments as they would be typed.
func quoteArgs(args []string) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\$&|;<>(){}*?#~`!") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		b.WriteString(a)
	}
	return b.String()
}

// write writes the report in the chosen format to the chosen place; to standard
// output where that cannot be, since what was measured shall not be lost.
func (s *settings) write(r *report, stdout io.Writer) error {
	w, done := stdout, func() error { return nil }
	if s.out != "" {
		if file, err := os.Create(s.out); err != nil {
			done = func() error { return err }
		} else {
			w, done = file, file.Close
		}
	}
	b := bufio.NewWriter(w)
	write := map[string]func(*report, io.Writer) error{
		"text": (*report).writeText, "markdown": (*report).writeMarkdown, "csv": (*report).writeCSV,
		"json": (*report).writeJSON, "html": (*report).writeHTML,
	}[s.format]
	return errors.Join(write(r, b), b.Flush(), done())
}

// notices are what standard error is told.
type notices struct {
	w        io.Writer
	terminal bool
	status   int // 1 when something was bad
}

// bad names what could not be used.
func (n *notices) bad(err error) {
	n.status = 1
	fmt.Fprintln(n.w, printable(err.Error()))
}

// progress returns what is to be told about a run, nil for nothing.
func (n *notices) progress(what string) func(done, of int) {
	if !n.terminal {
		return nil
	}
	return func(done, of int) {
		fmt.Fprintf(n.w, "\r%s: %d of %d texts\x1b[K", what, done, of)
		if done == of {
			fmt.Fprint(n.w, "\r\x1b[K")
		}
	}
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
