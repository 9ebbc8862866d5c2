package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/ccrkit/ccrkit/classify/eval"
	"github.com/ccrkit/ccrkit/metrics"
)

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
	told := res.Score().Complaint.Accuracy().Den > 0
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
			p := part{By: name, Key: sl.Key, Figure: "complaint_accuracy", Rate: sl.Score.Complaint.Accuracy()}
			if !told {
				p.Figure, p.Rate = "polarity_accuracy", sl.Score.Polarity.Accuracy()
			}
			if p.Rate.Den > 0 {
				all = append(all, p)
			}
		}
	}
	return all
}
