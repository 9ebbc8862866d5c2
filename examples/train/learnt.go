package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
)

// learnt is what a training has made.
type learnt struct {
	model   *linear.Model
	weights *hybrid.Weights // nil for a model alone

	// read gives a text its labels, and the probability of each that there is.
	read func(text string) (labels []string, odds map[string]float64, err error)
}

// alone reads with a model alone.
func (s *settings) alone(m *linear.Model) func(string) ([]string, map[string]float64, error) {
	var r linear.Reading
	names := m.Outputs()
	if s.linear.Clauses {
		names = names[:len(names)/3] // two more for each
	}
	several := s.linear.Thresholds || s.positive != "" // any number of labels, or none
	return func(text string) (labels []string, odds map[string]float64, _ error) {
		m.Read(&r, &ccr.Feedback{Text: text, Channel: ccr.ChannelReview})
		labels, odds = []string{}, map[string]float64{}
		best := 0
		for i, name := range names {
			odds[name] = r.Probability(i)
			if r.LogOdds(i) > r.LogOdds(best) {
				best = i
			}
			if several && r.Given(i) {
				labels = append(labels, name)
			}
		}
		if !several {
			labels = append(labels, names[best])
		}
		return labels, odds, nil
	}
}

// both learns the positive label as if it were a complaint, by rules and a model.
func (s *settings) both(ctx context.Context, texts []labelled, stderr io.Writer, bad func(error)) (*learnt, error) {
	var examples []hybrid.Example
	for _, l := range texts {
		x := hybrid.Example{Feedback: ccr.Feedback{Text: l.text, Channel: ccr.ChannelReview}, Gold: new(ccr.Assessment), Real: true}
		if err := x.Feedback.Validate(); err != nil {
			bad(fmt.Errorf("%s: %w", l.place, err))
			continue
		}
		if len(l.labels) > 0 {
			x.Gold.Complaint = 1
		}
		examples = append(examples, x)
	}
	tr, err := hybrid.Train(ctx, examples, &hybrid.TrainOptions{
		Seed: s.linear.Seed, Progress: func(step string) { fmt.Fprintf(stderr, "\r%-40s", step) },
	})
	if err != nil {
		return nil, err
	}
	c := hybrid.New(&hybrid.Options{Model: tr.Model, Weights: tr.Weights})
	return &learnt{tr.Model, tr.Weights, func(text string) ([]string, map[string]float64, error) {
		a, err := c.Classify(ctx, ccr.Feedback{Text: text, Channel: ccr.ChannelReview})
		labels := []string{}
		if a.Complaint >= 0.5 {
			labels = append(labels, s.positive)
		}
		return labels, map[string]float64{s.positive: a.Complaint}, err
	}}, nil
}

// predictions writes what was learnt to say of each text.
func (s *settings) predictions(l *learnt, stdout io.Writer, bad func(error)) error {
	enc := json.NewEncoder(stdout)
	enc.SetEscapeHTML(false)
	var failed error
	c := s.columns
	c.unlabelled = true
	err := c.each(s.predict, func(x labelled) {
		labels, odds, err := l.read(x.text)
		if err != nil {
			bad(fmt.Errorf("%s: %w", x.place, err))
			return
		}
		if err := enc.Encode(map[string]any{"text": x.text, "labels": labels, "probabilities": odds}); err != nil {
			failed = err
		}
	}, bad)
	return errors.Join(err, failed)
}
