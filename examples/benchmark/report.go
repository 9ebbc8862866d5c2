package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/ccrkit/ccrkit/classify/eval"
	"github.com/ccrkit/ccrkit/metrics"
)

// A report is what came of a benchmark. Its JSON is documented with the program.
type report struct {
	Command     string       `json:"command"`
	Rounds      int          `json:"rounds"`
	Corpora     []section    `json:"corpora"`
	Comparisons []comparison `json:"comparisons"`

	best bool
	by   []string
}

// A section is what came of one corpus.
type section struct {
	Name        string       `json:"name"`
	Files       []string     `json:"files"`
	Texts       int          `json:"texts"`
	Bytes       int          `json:"bytes"`
	BrokenLines int          `json:"broken_lines"`
	Complaints  metrics.Rate `json:"complaints"`
	Classifiers []entry      `json:"classifiers"`

	foreign bool // there are opinions, none of them on an aspect of this module
}

// An entry is what came of one classifier on one corpus.
type entry struct {
	Name         string        `json:"name"`
	Spec         string        `json:"spec"`
	Failed       int           `json:"failed"`
	FirstFailure string        `json:"first_failure,omitempty"`
	Undecided    int           `json:"undecided"`
	Figures      []eval.Figure `json:"figures"`
	Speed        *speed        `json:"speed"`
	Parts        []part        `json:"parts"`

	result *eval.Result
}

type speed struct {
	TextsPerSecond     float64 `json:"texts_per_second"`
	MBPerSecond        float64 `json:"mb_per_second"`
	AllocationsPerText float64 `json:"allocations_per_text"`
	Workers            int     `json:"workers"`
}

// A part is the accuracy on the texts of one key.
type part struct {
	By     string
	Key    string
	Figure string
	Rate   metrics.Rate
}

func (p part) MarshalJSON() ([]byte, error) {
	i := p.Rate.Wilson(0.95)
	return json.Marshal(struct {
		By     string  `json:"by"`
		Key    string  `json:"key"`
		Figure string  `json:"figure"`
		Num    int     `json:"num"`
		Den    int     `json:"den"`
		Rate   float64 `json:"rate"`
		Low    float64 `json:"low"`
		High   float64 `json:"high"`
	}{p.By, p.Key, p.Figure, p.Rate.Num, p.Rate.Den, p.Rate.Value(), i.Low, i.High})
}

// A comparison is of one classifier with another one in one figure.
type comparison struct {
	Corpus         string           `json:"corpus"`
	Figure         string           `json:"figure"`
	Classifier     string           `json:"classifier"`
	Against        string           `json:"against"`
	Texts          int              `json:"texts"`
	Difference     float64          `json:"difference"`
	Interval       metrics.Interval `json:"interval"`
	OnlyClassifier int              `json:"only_classifier"`
	OnlyAgainst    int              `json:"only_against"`
	P              float64          `json:"p"`
	Holm           float64          `json:"p_holm"`
}

// figureNames are those of eval.Figures, in their order.
var figureNames = []string{
	"read", "complaint_accuracy", "complaint_precision", "complaint_recall", "complaint_f1", "surest_accuracy",
	"auc", "average_precision", "brier", "ece", "polarity_accuracy", "polarity_macro_f1",
	"aspect_precision", "aspect_recall", "aspect_f1", "span_f1", "span_overlap_f1",
}

// significant is the p-value up to which a difference is marked.
const significant = 0.05

// tasks are what classifiers are compared in, by the figure for it.
var tasks = []struct {
	task   eval.Task
	figure string
}{
	{eval.TaskComplaint, "complaint_accuracy"},
	{eval.TaskPolarity, "polarity_accuracy"},
	{eval.TaskAspects, "aspect_f1"},
}

// measure runs every classifier over every corpus.
func (s *settings) measure(ctx context.Context, say *notices) (*report, error) {
	defer func() {
		for _, e := range s.entrants {
			if e.close != nil {
				e.close()
			}
		}
	}()
	r := &report{Command: s.command, Rounds: s.rounds, best: s.best, by: s.by, Comparisons: []comparison{}}
	for i := range s.corpora {
		c := &s.corpora[i]
		sec := section{Name: c.name, Files: c.files, Texts: len(c.examples), BrokenLines: c.broken, Classifiers: []entry{}, foreign: c.foreign()}
		if len(c.examples) == 0 {
			say.bad(fmt.Errorf("%s: %w", c.name, eval.ErrEmpty))
			r.Corpora = append(r.Corpora, sec)
			continue
		}
		for _, l := range c.examples {
			sec.Bytes += len(l.Feedback.Text)
			if !l.ComplaintUnknown {
				sec.Complaints.Den++
				if l.Assessment.Complaint >= 0.5 {
					sec.Complaints.Num++
				}
			}
		}
		for j := range s.entrants {
			e := &s.entrants[j]
			res, err := e.run(ctx, c, s, say)
			if ctx.Err() != nil {
				return nil, fmt.Errorf("interrupted: %w", ctx.Err())
			}
			if err != nil {
				say.bad(fmt.Errorf("%s: %s: %w", c.name, e.name, err))
				continue
			}
			en := newEntry(e, res)
			if en.Failed > 0 {
				say.bad(fmt.Errorf("%s: %s: failed on %d of %d texts, the first: %s", c.name, e.name, en.Failed, sec.Texts, en.FirstFailure))
			}
			if err := s.keep(c, e, res); err != nil {
				say.bad(err)
			}
			sec.Classifiers = append(sec.Classifiers, en)
		}
		r.Corpora = append(r.Corpora, sec)
	}
	s.figure(ctx, r)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("interrupted: %w", ctx.Err())
	}
	if err := s.writeErrors(r); err != nil {
		say.bad(err)
	}
	return r, nil
}

func newEntry(e *entrant, res *eval.Result) entry {
	en := entry{Name: e.name, Spec: e.spec, result: res}
	score := res.Score()
	en.Failed, en.Undecided = score.Failed, score.Undecided
	for i := range res.Predictions {
		if err := res.Predictions[i].Err; err != nil {
			en.FirstFailure = err.Error()
			break
		}
	}
	if v := &res.Speed; v.Elapsed > 0 {
		en.Speed = &speed{v.TextsPerSecond(), v.MBPerSecond(), float64(v.Allocs) / float64(v.Texts), v.Workers}
	}
	return en
}

// figure fills in what follows from the results: figures, parts and comparisons.
// Resampling takes its time, so both processors help.
func (s *settings) figure(ctx context.Context, r *report) {
	opts := &metrics.ResampleOptions{Rounds: s.rounds}
	var jobs []func()
	for i := range r.Corpora {
		sec := &r.Corpora[i]
		for j := range sec.Classifiers {
			en := &sec.Classifiers[j]
			jobs = append(jobs, func() {
				en.Figures = en.result.Figures(opts)
				en.Parts = parts(en.result, s.by)
			})
		}
	}
	parallel(ctx, jobs)
	jobs = nil
	for i := range r.Corpora {
		jobs = append(jobs, r.compare(&r.Corpora[i], opts)...)
	}
	parallel(ctx, jobs)
	// What the corpus does not tell was not compared.
	r.Comparisons = slices.DeleteFunc(r.Comparisons, func(c comparison) bool { return c.Texts == 0 })
	var ps []float64
	for _, c := range r.Comparisons {
		ps = append(ps, c.P)
	}
	for i, p := range metrics.Holm(ps) {
		r.Comparisons[i].Holm = p
	}
	for i := range r.Corpora {
		for j := range r.Corpora[i].Classifiers {
			en := &r.Corpora[i].Classifiers[j]
			en.Figures = slices.DeleteFunc(en.Figures, func(f eval.Figure) bool { return !slices.Contains(s.figures, f.Name) })
		}
	}
}

// compare adds the comparisons within a corpus to the report, and returns what has
// to be done to fill them in.
func (r *report) compare(sec *section, opts *metrics.ResampleOptions) (jobs []func()) {
	for _, t := range tasks {
		if len(sec.Classifiers) == 0 {
			break
		}
		against := &sec.Classifiers[0]
		if r.best {
			for i := range sec.Classifiers {
				if en := &sec.Classifiers[i]; en.value(t.figure) > against.value(t.figure) {
					against = en
				}
			}
		}
		for i := range sec.Classifiers {
			en := &sec.Classifiers[i]
			if en == against {
				continue
			}
			at := len(r.Comparisons)
			r.Comparisons = append(r.Comparisons, comparison{Corpus: sec.Name, Figure: t.figure, Classifier: en.Name, Against: against.Name})
			jobs = append(jobs, func() {
				c, err := eval.Compare(en.result, against.result, t.task, opts)
				if err != nil {
					return // the corpus does not tell
				}
				into := &r.Comparisons[at]
				into.Texts, into.Difference, into.Interval = c.Texts, c.Difference, c.Interval
				into.OnlyClassifier, into.OnlyAgainst, into.P = c.First, c.Second, c.P
			})
		}
	}
	return jobs
}

// value returns a figure by name, 0 when it has none.
func (en *entry) value(name string) float64 {
	for _, f := range en.Figures {
		if f.Name == name {
			return f.Value
		}
	}
	return 0
}

// parallel does jobs until ctx is done.
func parallel(ctx context.Context, jobs []func()) {
	var running sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, job := range jobs {
		free <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		running.Go(func() {
			job()
			<-free
		})
	}
	running.Wait()
}

// parts returns the accuracy for each key of each name in by: of complaints, or of
// polarity where the corpus tells no complaint.
func parts(res *eval.Result, by []string) []part {
	all, keys := []part{}, map[string]func(*eval.Prediction) string{"channel": eval.ByChannel, "length": eval.ByLength}
	for _, name := range by {
		key := keys[name]
		if key == nil {
			key = eval.ByTag(name)
		}
		slices := res.By(key)
		if len(slices) < 2 { // the whole corpus, or nothing
			continue
		}
		for _, sl := range slices {
			p := part{By: name, Key: sl.Key, Figure: tasks[0].figure, Rate: sl.Score.Complaint.Accuracy()}
			if p.Rate.Den == 0 {
				p.Figure, p.Rate = tasks[1].figure, sl.Score.Polarity.Accuracy()
			}
			if p.Rate.Den > 0 {
				all = append(all, p)
			}
		}
	}
	return all
}

// writeJSON writes the report as one JSON object.
func (r *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// writeCSV writes a line for each figure.
func (r *report) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	// Errors stay in c and are returned at the end.
	_ = c.Write([]string{"corpus", "by", "part", "texts", "classifier", "figure", "value", "low", "high", "against", "p", "p_holm"})
	for i := range r.Corpora {
		sec := &r.Corpora[i]
		_ = c.Write([]string{sec.Name, "", "", strconv.Itoa(sec.Texts), "", "broken_lines", strconv.Itoa(sec.BrokenLines), "", "", "", "", ""})
		for _, en := range sec.Classifiers {
			line := func(by, key string, n int, figure, value, low, high string) {
				_ = c.Write([]string{sec.Name, by, key, strconv.Itoa(n), en.Name, figure, value, low, high, "", "", ""})
			}
			for _, f := range en.Figures {
				line("", "", sec.Texts, f.Name, number(f.Value), number(f.Interval.Low), number(f.Interval.High))
			}
			line("", "", sec.Texts, "failed", strconv.Itoa(en.Failed), "", "")
			line("", "", sec.Texts, "undecided", strconv.Itoa(en.Undecided), "", "")
			if v := en.Speed; v != nil {
				line("", "", sec.Texts, "texts_per_second", number(v.TextsPerSecond), "", "")
				line("", "", sec.Texts, "mb_per_second", number(v.MBPerSecond), "", "")
				line("", "", sec.Texts, "allocations_per_text", number(v.AllocationsPerText), "", "")
			}
			for _, p := range en.Parts {
				ci := p.Rate.Wilson(0.95)
				line(p.By, p.Key, p.Rate.Den, p.Figure, number(p.Rate.Value()), number(ci.Low), number(ci.High))
			}
		}
	}
	for _, x := range r.Comparisons {
		_ = c.Write([]string{
			x.Corpus, "", "", strconv.Itoa(x.Texts), x.Classifier, x.Figure + "_difference",
			number(x.Difference), number(x.Interval.Low), number(x.Interval.High), x.Against, number(x.P), number(x.Holm),
		})
	}
	c.Flush()
	return c.Error()
}

// mark returns "*" for a figure that differs significantly from that of the
// classifier it was compared with.
func (r *report) mark(corpus, classifier, figure string) string {
	for _, c := range r.Comparisons {
		if c.Corpus == corpus && c.Classifier == classifier && c.Figure == figure && c.Holm <= significant {
			return "*"
		}
	}
	return ""
}

// note says what the marks mean.
func (r *report) note() string {
	if len(r.Comparisons) == 0 {
		return ""
	}
	with := "the best of its row, which these very texts have chosen"
	if !r.best {
		with = label(r.Comparisons[0].Against)
	}
	return fmt.Sprintf("* differs from %s, p <= %v: McNemar's exact test for accuracies, a permutation test for F1; "+
		"p-values corrected by Holm for the %s made here.", with, significant, plural(len(r.Comparisons), "comparison"))
}

func plural(n int, what string) string {
	return fmt.Sprintf("%d %s%s", n, what, map[bool]string{true: "", false: "s"}[n == 1])
}

// keys returns the keys of the parts of one sort, in order: the same for all
// classifiers.
func (sec *section) keys(by string) []string {
	var keys []string
	for _, p := range sec.Classifiers[0].Parts {
		if p.By == by {
			keys = append(keys, p.Key)
		}
	}
	return keys
}

// part returns the accuracy of a classifier on a part; the zero part when there is
// none.
func (en *entry) part(by, key string) part {
	for _, p := range en.Parts {
		if p.By == by && p.Key == key {
			return p
		}
	}
	return part{}
}
