package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/eval"
	"github.com/ccrkit/ccrkit/classify/external"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
)

// An entrant is one classifier of the benchmark.
type entrant struct {
	name, spec string

	// on returns the classifier for a corpus; nil for predictions.
	on    func(*corpus) classify.Classifier
	file  string // of predictions
	close func() error
}

// everybody is who runs when nobody is named.
var everybody = []string{"hybrid", "linear", "rules", "keyword", "rating", "majority"}

// newEntrants returns the classifiers of specs.
func newEntrants(specs []string, timeout time.Duration, workers int) ([]entrant, error) {
	if len(specs) == 0 {
		specs = everybody
	}
	var es []entrant
	seen := map[string]bool{}
	for _, arg := range specs {
		name, spec := cutName(arg)
		if name == "" {
			name = spec
		}
		e, err := newEntrant(spec, timeout, workers)
		if err != nil {
			return nil, err
		}
		if e.name, e.spec = name, spec; seen[fileName(name)] {
			return nil, fmt.Errorf("two classifiers are called %q: give one another name, NAME=%s", name, spec)
		}
		seen[fileName(name)] = true
		es = append(es, e)
	}
	return es, nil
}

// cutName splits [NAME=]SPEC. The "=" of a command or of a path with folders is not
// that of a name.
func cutName(arg string) (name, spec string) {
	before, after, ok := strings.Cut(arg, "=")
	if !ok || strings.ContainsAny(before, `:/\`) {
		return "", arg
	}
	return before, after
}

func newEntrant(spec string, timeout time.Duration, workers int) (entrant, error) {
	kind, arg, hasArg := strings.Cut(spec, ":")
	always := func(c classify.Classifier) (entrant, error) {
		if hasArg {
			return entrant{}, fmt.Errorf("classifier %q: %s takes no argument", spec, kind)
		}
		return entrant{on: func(*corpus) classify.Classifier { return c }}, nil
	}
	switch kind {
	case "hybrid":
		return always(hybrid.New(nil))
	case "rules":
		return always(rules.New(nil))
	case "rating":
		return always(classify.Rating{})
	case "keyword":
		return always(classify.Func(keyword))
	case "majority":
		e, err := always(nil)
		e.on = majority
		return e, err
	case "linear":
		m, err := readModel(arg, hasArg)
		if err != nil {
			return entrant{}, fmt.Errorf("classifier %q: %w", spec, err)
		}
		c := linear.New(m)
		return entrant{on: func(*corpus) classify.Classifier { return c }}, nil
	case "exec":
		command := strings.Fields(arg)
		if len(command) == 0 {
			return entrant{}, fmt.Errorf("classifier %q: needs a command", spec)
		}
		// It rests only after many failures in a row: every text shall be asked about
		// for as long as there is hope.
		c := external.New(command, &external.Options{Timeout: timeout, Processes: workers, Failures: 20})
		return entrant{on: func(*corpus) classify.Classifier { return c }, close: c.Close}, nil
	case "predictions":
		if arg == "" {
			return entrant{}, fmt.Errorf("classifier %q: needs a file", spec)
		}
		return entrant{file: arg}, nil
	}
	return entrant{}, fmt.Errorf("unknown classifier %q, want hybrid, rules, linear[:FILE], rating, keyword, majority, exec:COMMAND or predictions:FILE", spec)
}

// readModel returns the model in a file, nil for the embedded one.
func readModel(name string, named bool) (*linear.Model, error) {
	if !named {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := linear.ReadModel(f)
	if err == nil && m.Output(linear.Complaint) < 0 && m.Output(linear.Negative) < 0 {
		err = errors.New("has neither an output complaint nor negative")
	}
	return m, err
}

// run runs e over c.
func (e *entrant) run(ctx context.Context, c *corpus, s *settings, say *notices) (*eval.Result, error) {
	if e.on == nil {
		return e.match(c, say)
	}
	who := e.on(c)
	// Once for nothing: what loads at the first text is not measured as reading.
	_, _ = classify.Recover(who).Classify(ctx, c.examples[0].Feedback)
	opts := &eval.Options{Workers: s.workers, Progress: say.progress(c.name + ": " + e.name)}
	var rs []*eval.Result
	for range s.repeat {
		r, err := eval.Run(ctx, who, c.all(), opts)
		if err != nil {
			return nil, err
		}
		rs = append(rs, r)
	}
	slices.SortFunc(rs, func(a, b *eval.Result) int { return cmp.Compare(a.Speed.Elapsed, b.Speed.Elapsed) })
	return rs[len(rs)/2], nil
}

// match reads what e said of c.
func (e *entrant) match(c *corpus, say *notices) (*eval.Result, error) {
	name := strings.ReplaceAll(e.file, "{corpus}", fileName(c.name))
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return eval.Match(c.all(), good(dataset.ReadPredictionsJSON(f, &dataset.Options{Name: name}), say.bad))
}

// good returns an iterator over what has no error; errors are given to bad.
func good(in iter.Seq2[ccr.Labeled, error], bad func(error)) iter.Seq2[ccr.Labeled, error] {
	return func(yield func(ccr.Labeled, error) bool) {
		for l, err := range in {
			if err != nil {
				bad(err)
			} else if !yield(l, nil) {
				return
			}
		}
	}
}

// fileName makes a name fit for one of a file anywhere.
func fileName(name string) string {
	if strings.HasPrefix(name, ".") {
		name = "-" + name[1:]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>| `, r) {
			return '-'
		}
		return r
	}, name)
}
