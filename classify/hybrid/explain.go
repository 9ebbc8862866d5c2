package hybrid

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/rules"
)

// An Explanation says why a feedback was judged as it was.
type Explanation struct {
	_ [0]func()

	Text       string
	Assessment ccr.Assessment

	// Score is the log-odds of a complaint: Rules, Model and Share together.
	// Assessment.Complaint is 1/(1+exp(-Score)).
	Score float64
	Rules float64 // what the facts give that the rules found, and the constant
	Model float64 // what the scores of the model give
	Share float64 // what expecting another share of complaints gives, see Options.Shares

	// Decided is the part on whose side the judgement is: "rules", "model", or
	// "both" when they agree.
	Decided string

	// Facts are those that add anything, the weightiest first.
	Facts []Fact

	// Words are those that speak most, in the eyes of the model, for a
	// complaint; none when nothing does.
	Words []ccr.Evidence
}

// A Fact is one line of the sum. Those of the rules are explained in package
// rules; the others are log-odds of the model's outputs, for the text or its
// clauses.
type Fact struct {
	_ [0]func()

	Name   string
	Value  float64 // how much of it the text has
	Points float64 // what that adds to the log-odds of a complaint
}

// Explain returns the Assessment of [Classifier.Classify] and what it rests on,
// with the same errors.
func (c *Classifier) Explain(fb ccr.Feedback) (Explanation, error) {
	j := &judge{c: c}
	a, err := j.classify(&fb)
	if err != nil {
		return Explanation{}, err
	}
	e := Explanation{Text: fb.Text, Assessment: a}
	if !j.read {
		return e, nil
	}
	e.Score, e.Share = j.z, j.shift
	names, ofRules := factNames(), len(rules.FeatureNames())
	for i, v := range j.facts {
		points := v * c.weights.facts.at(i, j.facts)
		if points == 0 {
			continue
		}
		e.Facts = append(e.Facts, Fact{Name: names[i], Value: v, Points: points})
		if i < ofRules {
			e.Rules += points
		} else {
			e.Model += points
		}
	}
	slices.SortStableFunc(e.Facts, func(a, b Fact) int { return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points)) })
	switch bad := a.Complaint >= 0.5; {
	case (e.Rules >= 0) == bad && (e.Model >= 0) == bad:
		e.Decided = "both"
	case (e.Rules >= 0) == bad:
		e.Decided = "rules"
	default:
		e.Decided = "model"
	}
	for _, i := range [...]int{c.outputs.dispute, c.outputs.review} {
		if i < 0 {
			continue
		}
		if w := j.reading.Evidence(nil, i)[0]; w != (ccr.Evidence{}) && !slices.Contains(e.Words, w) {
			e.Words = append(e.Words, w)
		}
	}
	return e, nil
}

// String returns the explanation as text of several lines for people.
func (e Explanation) String() string {
	var b strings.Builder
	a := &e.Assessment
	fmt.Fprintf(&b, "complaint %.2f, %v, %s, decided by %s\n", a.Complaint, a.Polarity, a.Ground, cmp.Or(e.Decided, "nothing"))
	for _, o := range a.Opinions {
		for _, s := range o.Evidence {
			fmt.Fprintf(&b, "  %-8v %-20s 「%s」 %s\n", o.Polarity, o.Aspect, e.Text[s.Start:s.End], strings.Join(o.Rules, ", "))
		}
	}
	for _, w := range e.Words {
		fmt.Fprintf(&b, "  the model's words 「%s」\n", e.Text[w.Start:w.End])
	}
	fmt.Fprintf(&b, "  score %+.2f = rules %+.2f, model %+.2f", e.Score, e.Rules, e.Model)
	if e.Share != 0 {
		fmt.Fprintf(&b, ", share of complaints %+.2f", e.Share)
	}
	b.WriteByte(':')
	for i, f := range e.Facts {
		if i == maxShown {
			fmt.Fprintf(&b, " and %d more", len(e.Facts)-i)
			break
		}
		fmt.Fprintf(&b, " %+.2f %s;", f.Points, f.Name)
	}
	return strings.TrimSuffix(b.String(), ";") + "\n"
}

// maxShown is how many facts String shows.
const maxShown = 12
