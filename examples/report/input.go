package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

// records are the two open files of a shop.
type records struct {
	orders   iter.Seq2[ccr.Order, error]
	feedback iter.Seq2[ccr.Feedback, error]
	files    [2]*os.File
}

// open opens the files. What it returns can be read once.
func (s *settings) open() (*records, error) {
	oo, fo := s.options, s.options
	oo.Name, fo.Name = filepath.Base(s.orders), filepath.Base(s.feedback)
	orders, err := os.Open(s.orders)
	if err != nil {
		return nil, err
	}
	feedback, err := os.Open(s.feedback)
	if err != nil {
		return nil, errors.Join(err, orders.Close())
	}
	read, hear := dataset.ReadOrdersCSV, dataset.ReadFeedbackCSV
	if isJSON(s.orders) {
		read = dataset.ReadOrdersJSON
	}
	if isJSON(s.feedback) {
		hear = dataset.ReadFeedbackJSON
	}
	return &records{read(orders, &oo), hear(feedback, &fo), [2]*os.File{orders, feedback}}, nil
}

func (r *records) close() { r.files[0].Close(); r.files[1].Close() }

// isJSON reports whether a file is JSON Lines by its name.
func isJSON(file string) bool {
	return strings.HasSuffix(file, ".jsonl") || strings.HasSuffix(file, ".json") || strings.HasSuffix(file, ".ndjson")
}

// cases are the cases that the records make, with the marks of screens.
func (r *records) cases(marks *screen.Marks) iter.Seq2[ccr.Case, error] {
	cases := dataset.Join(r.orders, r.feedback)
	if marks == nil {
		return cases
	}
	return func(yield func(ccr.Case, error) bool) {
		for c, err := range cases {
			if !yield(marks.Apply(c), err) {
				return
			}
		}
	}
}

// A survey is what has to be known of all records before one is judged.
type survey struct {
	marks  *screen.Marks           // nil without screens
	shares map[ccr.Channel]float64 // of complaints among the feedback; nil when not estimated
	asOf   time.Time               // the day after the last payment or feedback
}

// survey reads all records once. Lines that cannot be used are left to the
// second reading, which says so.
func (s *settings) survey(ctx context.Context, show *progress) (*survey, error) {
	for _, name := range []string{s.orders, s.feedback} {
		if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is read twice and must be a file", name)
		}
	}
	r, err := s.open()
	if err != nil {
		return nil, err
	}
	defer r.close()
	var last time.Time
	var sc screen.Screen
	for o, err := range r.orders {
		if err == nil {
			if s.screens {
				sc.AddOrder(&o)
			}
			last = later(last, o.PaidAt)
		}
		if show.count(); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	shares := s.newShopShares()
	for f, err := range r.feedback {
		if err == nil {
			shares.add(ctx, &f)
			if s.screens {
				sc.AddFeedback(&f)
			}
			last = later(last, f.CreatedAt)
		}
		if show.count(); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	v := &survey{asOf: s.asOf, shares: shares.estimate()}
	if v.asOf.IsZero() && !last.IsZero() {
		y, m, d := last.In(s.options.Location).Date()
		v.asOf = time.Date(y, m, d+1, 0, 0, 0, 0, s.options.Location)
	}
	if s.screens {
		v.marks = sc.Marks(&screen.Options{English: !s.words.chinese})
	}
	return v, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// readDecisions reads reviewers' decisions, with their places and as a policy has
// them; no name is no decisions. The first decision on a feedback stands.
func (s *settings) readDecisions(name string, fail func(error)) (decisions, map[ccr.Key]ccr.Override, error) {
	if name == "" {
		return nil, nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	o := s.options
	o.Name = filepath.Base(name)
	ds, overrides, failed := decisions{}, map[ccr.Key]ccr.Override{}, 0
	for d, err := range dataset.ReadOverrides(f, &o) {
		if first, again := ds[d.Key]; err == nil && again {
			err = &dataset.RecordError{Name: d.Source.Name, Line: d.Source.Line, Err: fmt.Errorf("decided already at %v", first.Source)}
		}
		if err != nil {
			fail(err)
			failed++
			continue
		}
		ds[d.Key], overrides[d.Key] = d, d.Override
	}
	if failed > 0 && len(ds) == 0 {
		return nil, nil, fmt.Errorf("%s: no decision that can be used", name) // which is not the same as none
	}
	return ds, overrides, nil
}

// decisions are those that no feedback has met yet.
type decisions map[ccr.Key]dataset.Decision

// meet takes out the decisions that v was made with.
func (ds decisions) meet(v *ccr.Verdict) {
	for i := range v.Rulings {
		if r := &v.Rulings[i]; r.Override != nil {
			delete(ds, ccr.Key{OrderID: v.OrderID, FeedbackID: r.Feedback.ID})
		}
	}
}

// unmet calls fail for each decision that is left, in order of lines.
func (ds decisions) unmet(fail func(error)) {
	for _, d := range slices.SortedFunc(maps.Values(ds), func(a, b dataset.Decision) int { return a.Source.Line - b.Source.Line }) {
		fail(&dataset.RecordError{Name: d.Source.Name, Line: d.Source.Line, Err: fmt.Errorf("no feedback %q of order %q", d.Key.FeedbackID, d.Key.OrderID)})
	}
}

// A progress shows a count on a terminal once a second.
type progress struct {
	w    io.Writer
	what string
	n    int
	on   bool
	next time.Time
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what, next: time.Now().Add(time.Second)}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.on = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) count() {
	if p.n++; p.on && p.n%1024 == 0 && time.Now().After(p.next) {
		fmt.Fprintf(p.w, "\r%s: %d", p.what, p.n)
		p.next = time.Now().Add(time.Second)
	}
}

func (p *progress) done() {
	if p.on && p.n >= 1024 {
		fmt.Fprintf(p.w, "\r%s: %d\n", p.what, p.n)
	}
}
