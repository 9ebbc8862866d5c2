package rules

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// An Explanation says why a feedback was judged as it was.
type Explanation struct {
	_ [0]func()

	Text       string
	Assessment ccr.Assessment

	// Score is the log-odds of a complaint: the sum of the Points of all
	// Features. Assessment.Complaint is 1/(1+exp(-Score)).
	Score float64

	// Features are those present in the text, the weightiest first.
	Features []Feature

	// SetAside are the opinions that were read and do not count, and why.
	SetAside []SetAside
}

// A Feature is one line of the scorecard.
type Feature struct {
	_ [0]func()

	Name   string
	Value  float64 // how much of it the text has
	Points float64 // what that adds to the log-odds of a complaint
}

// A SetAside is a quotation that does not count for or against a complaint.
// Those of the past and those as advertised are opinions all the same, and
// stand in the Assessment too.
type SetAside struct {
	_ [0]func()

	Evidence ccr.Evidence
	Aspect   ccr.Aspect
	Polarity ccr.Polarity
	Why      string // "question", "hypothetical", "wish", "expectation", "elsewhere", "past", "as-advertised"
}

// Explain returns the Assessment of [Classifier.Classify] and what it rests on,
// with the same errors.
func (c *Classifier) Explain(fb ccr.Feedback) (Explanation, error) {
	e := Explanation{Text: fb.Text}
	r := c.newReading()
	if err := r.read(&fb); err != nil {
		return Explanation{}, err
	}
	if blank(fb.Text) {
		return e, nil
	}
	e.Score = r.score()
	e.Assessment = r.assess(probability(e.Score), new(memory))
	for i, x := range r.features {
		if x != 0 {
			e.Features = append(e.Features, Feature{Name: featureNames[i], Value: x, Points: x * weights[i]})
		}
	}
	if sum := r.sum(); sum != e.Score {
		e.Features = append(e.Features, Feature{Name: "nothing-to-quote", Value: 1, Points: e.Score - sum})
	}
	slices.SortStableFunc(e.Features, func(a, b Feature) int {
		switch x, y := math.Abs(a.Points), math.Abs(b.Points); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for i := range r.mentions {
		if m := &r.mentions[i]; m.fate != counts {
			e.SetAside = append(e.SetAside, SetAside{
				Evidence: ccr.Evidence{Start: m.start, End: m.end},
				Aspect:   r.aspect(m), Polarity: polarityOf(m.sign), Why: fateNames[m.fate],
			})
		}
	}
	return e, nil
}

var fateNames = [numFates]string{
	asked: "question", supposed: "hypothetical", wished: "wish", expected: "expectation",
	elsewhere: "elsewhere", outdated: "past", advertised: "as-advertised",
}

// String returns the explanation as text of several lines for people.
func (e Explanation) String() string {
	var b strings.Builder
	a := &e.Assessment
	fmt.Fprintf(&b, "complaint %.2f, %v, %s\n", a.Complaint, a.Polarity, a.Ground)
	for _, o := range a.Opinions {
		for _, s := range o.Evidence {
			fmt.Fprintf(&b, "  %-8v %-20s 「%s」 %s\n", o.Polarity, o.Aspect, e.Text[s.Start:s.End], strings.Join(o.Rules, ", "))
		}
	}
	for _, s := range e.SetAside {
		fmt.Fprintf(&b, "  set aside %-20s 「%s」 %s\n", s.Aspect, e.Text[s.Evidence.Start:s.Evidence.End], s.Why)
	}
	fmt.Fprintf(&b, "  score %+.2f =", e.Score)
	for _, f := range e.Features {
		fmt.Fprintf(&b, " %+.2f %s;", f.Points, f.Name)
	}
	return strings.TrimSuffix(b.String(), ";") + "\n"
}
