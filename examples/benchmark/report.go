package main

import (
	"encoding/json"
	"fmt"

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

// value returns a figure by name, 0 when it has none.
func (en *entry) value(name string) float64 {
	for _, f := range en.Figures {
		if f.Name == name {
			return f.Value
		}
	}
	return 0
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
