package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify/eval"
)

// keep saves what e said of c, if that is wanted.
func (s *settings) keep(c *corpus, e *entrant, res *eval.Result) error {
	if s.save == "" {
		return nil
	}
	dir := filepath.Join(s.save, fileName(c.name))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return writeLines(filepath.Join(dir, fileName(e.name)+".jsonl"), func(w *bufio.Writer) error {
		enc := dataset.NewPredictionEncoder(w, &dataset.PredictionOptions{Explain: true, Text: true})
		for i := range res.Predictions {
			p := &res.Predictions[i]
			if p.Err != nil {
				continue
			}
			if err := enc.Encode(ccr.Labeled{Feedback: p.Gold.Feedback, Assessment: p.Said}); err != nil {
				return err
			}
		}
		return nil
	})
}

// An errorLine is a text that a classifier was wrong on.
type errorLine struct {
	Corpus     string            `json:"corpus"`
	Classifier string            `json:"classifier"`
	Source     string            `json:"source"`
	ID         string            `json:"id,omitempty"`
	Text       string            `json:"text"`
	Product    string            `json:"product,omitempty"`
	Tags       map[string]string `json:"tags,omitempty"`
	Wrong      []eval.Task       `json:"wrong"` // complaint, polarity
	Failure    string            `json:"failure,omitempty"`
	Gold       ccr.Assessment    `json:"gold"`
	Said       *ccr.Assessment   `json:"said"` // null for a failure
}

// writeErrors writes what classifiers were wrong on, if that is wanted.
func (s *settings) writeErrors(r *report) error {
	if s.errors == "" {
		return nil
	}
	return writeLines(s.errors, func(w *bufio.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for _, sec := range r.Corpora {
			for _, en := range sec.Classifiers {
				in := map[int][]eval.Task{}
				for _, task := range []eval.Task{eval.TaskComplaint, eval.TaskPolarity} {
					for _, i := range en.result.Wrong(task) {
						in[i] = append(in[i], task)
					}
				}
				for i := range en.result.Predictions {
					if in[i] == nil {
						continue
					}
					p := &en.result.Predictions[i]
					fb := &p.Gold.Feedback
					l := errorLine{
						Corpus: sec.Name, Classifier: en.Name, Source: fb.Source.String(), ID: fb.ID, Text: fb.Text,
						Product: fb.Product, Tags: p.Gold.Tags, Wrong: in[i], Gold: p.Gold.Assessment,
					}
					if p.Err == nil {
						l.Said = &p.Said
					} else {
						l.Failure = p.Err.Error()
					}
					if err := enc.Encode(l); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// writeLines makes a file of what write writes.
func writeLines(name string, write func(*bufio.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(write(w), w.Flush(), f.Close())
}

// wrong returns the indexes of the texts that a classifier was wrong on in the task
// that the corpus tells first.
func wrong(res *eval.Result) []int {
	if res.Score().Complaint.Accuracy().Den > 0 {
		return res.Wrong(eval.TaskComplaint)
	}
	return res.Wrong(eval.TaskPolarity)
}
