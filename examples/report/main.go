// Report computes a shop's CCR and what stands behind it.
//
//	go run ./examples/report                       # the sample shop
//	go run ./examples/report -orders O.csv -feedback F.csv -format html -o report.html
//
// Files are CSV, or JSON Lines when their name ends in .jsonl or .json. A line
// that cannot be used is named on standard error and counted in the report;
// everything else is still counted. The exit status is 0 then too: it is 1
// when no report could be made, and 2 for a call that cannot be understood.
//
// The JSON form has, with shares in [0, 1] that are null for 0 of 0 and 95%
// Wilson intervals:
//
//	ccr, quality_return      num, den, rate, low, high
//	excluded_orders          orders left out, by reason
//	excluded_feedback        feedback left out, by reason, that of left out orders too
//	excluded                 both in one: orders where the reason is an order's, else feedback
//	channels, problems       negative orders by channel and by aspect; an order may be in several
//	by                       breakdowns: key, num, den, rate, low, high, shrunken (which sorts them)
//	other_ccr, disagreements the other policy, and the orders that only one of them counts
//	negatives                the verdicts behind every negative order, with -explain
//	errors, error_count      lines that could not be used
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
	"path/filepath"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/external"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
	"golang.org/x/text/language"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the flags, checked.
type settings struct {
	orders, feedback, overrides string
	classifierName              string
	classifier                  classify.Classifier
	policy, other               *ccr.Policy
	format, out                 string
	explain                     bool
	minSupport, top             int
	quality                     string
	asOf                        time.Time
	lang                        language.Tag
	options                     dataset.Options
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parseFlags(args, stderr)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		if !errors.Is(err, errFlags) {
			fmt.Fprintln(stderr, "report:", err)
		}
		return 2
	}
	if closer, ok := s.classifier.(io.Closer); ok {
		defer closer.Close()
	}
	r, err := s.compute(ctx, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "report:", err)
		return 1
	}
	if err := s.write(r, stdout); err != nil {
		fmt.Fprintln(stderr, "report:", err)
		return 1
	}
	return 0
}

// errFlags means that package flag has already said what is wrong.
var errFlags = errors.New("bad flags")

func parseFlags(args []string, stderr io.Writer) (*settings, error) {
	var s settings
	f := flag.NewFlagSet("report", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&s.orders, "orders", "", "orders, CSV or JSON Lines (default: the sample shop)")
	f.StringVar(&s.feedback, "feedback", "", "feedback, CSV or JSON Lines (default: the sample shop)")
	f.StringVar(&s.overrides, "overrides", "", "reviewers' decisions, CSV: order_id, feedback_id, negative, reviewer, note")
	f.StringVar(&s.classifierName, "classifier", "hybrid", "who reads the feedback: hybrid (rules and model), rules, linear (the model alone), rating for the stars alone, or exec:COMMAND for a program that speaks JSON Lines, see package classify/external")
	policy := f.String("policy", "fair", "what counts: fair (a complaint a fair reviewer upholds, of buyers) or strict (any negative opinion of anybody)")
	f.StringVar(&s.format, "format", "text", "text, json or html")
	f.StringVar(&s.out, "o", "", "write the report to this file")
	f.BoolVar(&s.explain, "explain", false, "show every negative feedback with its evidence and rules")
	f.IntVar(&s.minSupport, "min", 10, "leave out rows of breakdowns with fewer orders (text and html)")
	f.IntVar(&s.top, "top", 8, "rows a breakdown shows (text and html)")
	f.StringVar(&s.quality, "quality", "", "quality-return rate by the rule reported of this platform: douyin, taobao, kuaishou, shipinhao or xiaohongshu; needs -asof (default: all paid orders)")
	asOf := f.String("asof", "", "day of the quality-return rate, 2006-01-02: places the platform's window")
	lang := f.String("lang", "zh", "language of names: zh or en")
	tz := f.String("tz", "Asia/Shanghai", "zone of times without one, and of days")
	encoding := f.String("encoding", "auto", "encoding of CSV: auto, utf-8 or gb18030")
	from := f.String("from", "", "count orders paid on or after this day, 2006-01-02")
	to := f.String("to", "", "count orders paid before this day, 2006-01-02")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, errFlags
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if (s.orders == "") != (s.feedback == "") {
		return nil, errors.New("-orders and -feedback go together")
	}
	var err error
	if s.options.Location, err = time.LoadLocation(*tz); err != nil {
		if *tz != "Asia/Shanghai" {
			return nil, fmt.Errorf("-tz: %w", err)
		}
		s.options.Location = time.FixedZone("CST", 8*60*60) // no zone data on this machine
	}
	if err := s.options.Encoding.UnmarshalText([]byte(*encoding)); err != nil {
		return nil, fmt.Errorf("-encoding: %w", err)
	}
	if *lang != "zh" && *lang != "en" {
		return nil, fmt.Errorf("-lang: unknown language %q, want zh or en", *lang)
	}
	s.lang = language.Make(*lang)
	switch s.classifierName {
	case "hybrid":
		s.classifier = hybrid.New(nil)
	case "rules":
		s.classifier = rules.New(nil)
	case "linear":
		s.classifier = linear.New(nil)
	case "rating":
		s.classifier = classify.Rating{}
	default:
		command, ok := strings.CutPrefix(s.classifierName, "exec:")
		if !ok || strings.TrimSpace(command) == "" {
			return nil, fmt.Errorf("unknown classifier %q, want hybrid, rules, linear, rating or exec:COMMAND", s.classifierName)
		}
		s.classifier = external.New(strings.Fields(command), nil)
	}
	switch *policy {
	case "fair":
		s.policy, s.other = ccr.Fair(), ccr.Strict()
	case "strict":
		s.policy, s.other = ccr.Strict(), ccr.Fair()
	default:
		return nil, fmt.Errorf("unknown policy %q, want fair or strict", *policy)
	}
	for _, bound := range []struct {
		flag, value string
		set         func(time.Time)
	}{
		{"-from", *from, func(t time.Time) { s.policy.From, s.other.From = t, t }},
		{"-asof", *asOf, func(t time.Time) { s.asOf = t }},
		{"-to", *to, func(t time.Time) { s.policy.To, s.other.To = t, t }},
	} {
		if bound.value == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, bound.value, s.options.Location)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a day like 2006-01-02", bound.flag, bound.value)
		}
		bound.set(t)
	}
	if (s.quality == "") != s.asOf.IsZero() {
		return nil, errors.New("-quality and -asof go together: a platform's figure is of a day")
	}
	if s.minSupport < 0 || s.top < 0 {
		return nil, errors.New("-min and -top must not be negative")
	}
	if err := s.policy.Validate(); err != nil {
		return nil, err
	}
	switch s.format {
	case "text", "json", "html":
	default:
		return nil, fmt.Errorf("unknown format %q, want text, json or html", s.format)
	}
	if s.orders == "" {
		dir, err := sampleShop()
		if err != nil {
			return nil, err
		}
		s.orders, s.feedback = filepath.Join(dir, "orders.csv"), filepath.Join(dir, "feedback.csv")
	}
	return &s, nil
}

// sampleShop finds the sample shop from any folder of the checkout.
func sampleShop() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		shop := filepath.Join(dir, "testdata", "shop")
		if _, err := os.Stat(filepath.Join(shop, "orders.csv")); err == nil {
			return shop, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the sample shop testdata/shop is in no folder above this one: name your files with -orders and -feedback")
		}
		dir = parent
	}
}

// write writes the report in the chosen format to the chosen place.
func (s *settings) write(r *report, stdout io.Writer) (err error) {
	w := stdout
	if s.out != "" {
		file, err := os.Create(s.out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		w = file
	}
	b := bufio.NewWriter(w)
	switch s.format {
	case "json":
		err = r.writeJSON(b)
	case "html":
		err = r.writeHTML(b)
	default:
		err = r.writeText(b)
	}
	return errors.Join(err, b.Flush())
}

// isJSON reports whether a file is JSON Lines by its name.
func isJSON(file string) bool {
	return strings.HasSuffix(file, ".jsonl") || strings.HasSuffix(file, ".json") || strings.HasSuffix(file, ".ndjson")
}
