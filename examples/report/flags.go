package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/external"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/ccrkit/ccrkit/metrics"
	"golang.org/x/text/language"
)

// settings are the flags, checked.
type settings struct {
	orders, feedback, overrides string
	options                     dataset.Options
	screens                     bool
	shares                      string // auto or trained

	audit, sample string // decisions on the sample, and where to write it
	sampleSize    int
	seed          uint64

	classifierName string
	classifier     classify.Classifier
	fair, strict   *ccr.Policy
	policy, other  *ccr.Policy // of these two, the one that counts and the one to compare with

	asOf    time.Time          // the day of the report; zero is the day after the last record
	quality metrics.Definition // of the quality-return rate
	window  metrics.Window

	rules *action.RuleSet
	own   action.Figures // what the shop says of itself

	format, out, appeals, alertState string
	explain                          bool
	minSupport, top                  int
	words                            words
}

// errFlags means that package flag has already said what is wrong.
var errFlags = errors.New("bad flags")

func parseFlags(args []string, stderr io.Writer) (*settings, error) {
	s := settings{fair: ccr.Fair(), strict: ccr.Strict(), rules: action.DefaultRules()}
	f := flag.NewFlagSet("report", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&s.orders, "orders", "", "orders, CSV or JSON Lines (default: the sample shop)")
	f.StringVar(&s.feedback, "feedback", "", "feedback, CSV or JSON Lines (default: the sample shop)")
	f.StringVar(&s.overrides, "overrides", "", "reviewers' decisions, CSV: order_id, feedback_id, negative, reviewer, note")
	f.StringVar(&s.classifierName, "classifier", "hybrid", "who reads the feedback: hybrid (rules and model), rules, linear (the model alone), rating for the stars alone, or exec:COMMAND for a program that speaks JSON Lines, see package classify/external")
	timeout := f.Duration("timeout", 10*time.Second, "how long a program of -classifier exec: may take for a text; a minute more for its first")
	f.StringVar(&s.shares, "shares", "auto", "what share of the feedback to expect to be complaints, for hybrid: auto (estimated by channel from this feedback) or trained (as among the examples it learnt from, about half)")
	policy := f.String("policy", "fair", "what counts: fair (a complaint a fair reviewer upholds, of buyers) or strict (any negative opinion of anybody)")
	f.StringVar(&s.format, "format", "text", "text, json or html")
	f.StringVar(&s.out, "o", "", "write the report to this file")
	f.BoolVar(&s.explain, "explain", false, "show every negative feedback with its evidence and rules")
	f.BoolVar(&s.screens, "screens", true, "mark what stands out among all records (copied texts, bursts, brushing): fair leaves it out, strict counts it")
	f.StringVar(&s.appeals, "appeals", "", "write what can be appealed against to this file, by its name .csv (to fill in and to read with -overrides), .html or .json")
	f.StringVar(&s.sample, "sample", "", "write the orders to decide next, drawn by chance, to this new CSV file, for reviewers to fill in, and to read with -audit; those that -audit has decided are left out")
	f.IntVar(&s.sampleSize, "sample-size", 300, "how many orders -sample writes")
	f.Uint64Var(&s.seed, "seed", 1, "number that -sample draws by; -audit needs the same, and the same records and settings")
	f.StringVar(&s.audit, "audit", "", "reviewers' decisions on the orders of -sample: shows the CCR that they would find in all orders. It has to hold the whole sample, or its rows from the top with none skipped: decisions on orders chosen in another way, such as appeals, make it wrong")
	f.StringVar(&s.alertState, "alert-state", "", "go on from the alerts of this file, say what is new, and save them there; it is made when there is none")
	f.Func("peer-mean", "mean CCR of the shop's main category, in [0, 1]", number(0, 1, func(x float64) { s.own.PeerMean = &x }))
	f.Func("score", "experience score of the shop", number(0, math.MaxFloat64, func(x float64) { s.own.Score = &x }))
	f.Func("points", "points for violations so far, by class: A=6,B=0", func(v string) (err error) { s.own.Points, err = parsePoints(v); return err })
	f.Func("deposit", "deposit of the shop, in yuan", func(v string) error {
		a, err := ccr.ParseAmount(v)
		s.own.Deposit = &a
		return err
	})
	f.Func("rules", "what a platform does to a shop and when, JSON as package action documents it (default: what is reported of shops that sell across borders)", func(name string) error {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		s.rules, err = action.ParseRules(file, filepath.Base(name))
		return err
	})
	f.IntVar(&s.minSupport, "min", 10, "leave out rows of breakdowns with fewer orders (text and html)")
	f.IntVar(&s.top, "top", 8, "rows a breakdown shows (text and html)")
	quality := f.String("quality", "", "quality-return rate by the rule reported of this platform: douyin, taobao, kuaishou, shipinhao or xiaohongshu; needs -asof (default: all paid orders)")
	asOf := f.String("asof", "", "day of the report, 2006-01-02: alerts, forecasts and follow-ups know what happened before it (default: the day after the last payment or feedback)")
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
	s.words = newWords(language.Make(*lang))
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
		if *timeout <= 0 {
			return nil, errors.New("-timeout must be positive")
		}
		s.classifier = external.New(strings.Fields(command), &external.Options{Timeout: *timeout})
	}
	switch *policy {
	case "fair":
		s.policy, s.other = s.fair, s.strict
	case "strict":
		s.policy, s.other = s.strict, s.fair
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
	if err := s.setQuality(*quality); err != nil {
		return nil, err
	}
	if err := checkShares(s.shares); err != nil {
		return nil, err
	}
	if s.appeals != "" {
		if _, err := s.appealsWriter(); err != nil {
			return nil, err
		}
	}
	if s.sampleSize < 1 {
		return nil, errors.New("-sample-size must be positive")
	}
	if _, err := os.Stat(s.sample); err == nil {
		return nil, fmt.Errorf("-sample: %s is there already, and may hold decisions", s.sample)
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

// setQuality chooses the definition of the quality-return rate by the platform.
func (s *settings) setQuality(platform string) error {
	if platform == "" {
		return nil
	}
	if s.asOf.IsZero() {
		return errors.New("-quality and -asof go together: a platform's figure is of a day")
	}
	var known []string
	for _, d := range metrics.Presets() {
		name, _, _ := strings.Cut(d.Name, " ")
		if strings.EqualFold(name, platform) {
			s.quality, s.window = d, d.At(s.asOf)
			return nil
		}
		known = append(known, name)
	}
	return fmt.Errorf("-quality: unknown platform %q, want one of %s", platform, strings.Join(known, ", "))
}

// number returns the function of a flag that is a number from low to high.
func number(low, high float64, set func(float64)) func(string) error {
	return func(v string) error {
		x, err := strconv.ParseFloat(v, 64)
		if err != nil || !(low <= x && x <= high) {
			return errors.New("want a number, such as 0.03, that can be")
		}
		set(x)
		return nil
	}
}

// parsePoints parses points by class, such as A=6,B=0.
func parsePoints(v string) (map[string]float64, error) {
	p := map[string]float64{}
	for part := range strings.SplitSeq(v, ",") {
		class, n, ok := strings.Cut(part, "=")
		if err := number(0, math.MaxFloat64, func(x float64) { p[class] = x })(n); !ok || err != nil {
			return nil, errors.New("want points by class, such as A=6,B=0")
		}
	}
	return p, nil
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
