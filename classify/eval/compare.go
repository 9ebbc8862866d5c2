package eval

import (
	"errors"
	"fmt"
	"math"

	"github.com/ccrkit/ccrkit/metrics"
)

// A Task is what two results are compared in.
type Task string

// The tasks.
const (
	TaskComplaint Task = "complaint" // accuracy
	TaskPolarity  Task = "polarity"  // accuracy
	TaskAspects   Task = "aspects"   // F1 of aspects with sign, micro average
)

// Reasons for which results cannot be compared, for [errors.Is].
var (
	ErrOtherTexts = errors.New("eval: the results are over different texts")
	ErrNotTold    = errors.New("eval: the corpus does not tell what is to be compared")
)

// A Comparison says by how much one classifier reads better than another one on
// the same texts, and whether that may be chance.
type Comparison struct {
	_ [0]func()

	Texts      int              // that the task is measured on
	Difference float64          // of the figure, the first less the second, in [-1, 1]
	Interval   metrics.Interval // of Difference, with 95% confidence; within [-1, 1]

	First, Second int // texts that only one of them is right on

	// P is the p-value, in [0, 1]: how likely so great a difference is when both
	// read equally well. By McNemar's test for accuracies, by a permutation test
	// for F1. For several comparisons see [metrics.Holm].
	P float64
}

// Compare compares a with b, results over the same corpus, in a task. The interval
// is that of a bootstrap over texts, by opts; nil opts and Rounds less than 1 mean
// what they mean for [metrics.Bootstrap] and [metrics.PermutationTest]. It fails
// with [ErrOtherTexts] and with [ErrNotTold]. Of 20,000 texts it takes some 3 s,
// and as many times longer as there are more.
func Compare(a, b *Result, task Task, opts *metrics.ResampleOptions) (Comparison, error) {
	if len(a.Predictions) != len(b.Predictions) {
		return Comparison{}, fmt.Errorf("%w: %d and %d", ErrOtherTexts, len(a.Predictions), len(b.Predictions))
	}
	known := a.tells()
	var first, second []found // by text
	var c Comparison
	for i := range a.Predictions {
		p, q := &a.Predictions[i], &b.Predictions[i]
		if p.Gold.Feedback.Text != q.Gold.Feedback.Text {
			return Comparison{}, fmt.Errorf("%w: number %d", ErrOtherTexts, i+1)
		}
		x, told := p.found(task, known)
		y, _ := q.found(task, known)
		if !told {
			continue
		}
		first, second = append(first, x), append(second, y)
		switch xr, yr := x.right(), y.right(); {
		case xr && !yr:
			c.First++
		case yr && !xr:
			c.Second++
		}
	}
	c.Texts = len(first)
	if c.Texts == 0 {
		return Comparison{}, fmt.Errorf("%w: %s", ErrNotTold, task)
	}
	sampled := func(sample []int) float64 {
		var x, y found
		for _, i := range sample {
			x, y = x.add(first[i]), y.add(second[i])
		}
		return x.f1() - y.f1()
	}
	swapped := func(swap []bool) float64 {
		var x, y found
		for i, s := range swap {
			if s {
				x, y = x.add(second[i]), y.add(first[i])
			} else {
				x, y = x.add(first[i]), y.add(second[i])
			}
		}
		return x.f1() - y.f1()
	}
	c.Difference = swapped(make([]bool, c.Texts))
	if task == TaskAspects {
		c.P = metrics.PermutationTest(c.Texts, swapped, opts)
	} else {
		c.P = metrics.McNemar(c.First, c.Second)
	}
	i, ok := metrics.Bootstrap(c.Texts, sampled, opts)
	if !ok || math.IsNaN(c.P) {
		return Comparison{}, fmt.Errorf("%w: %s", ErrNotTold, task)
	}
	c.Interval = i
	return c, nil
}

// Wrong returns the indexes of the predictions that are not right in a task: for
// [TaskAspects] those that do not have exactly the aspects of the gold data. What
// the corpus does not tell is not among them.
func (r *Result) Wrong(task Task) []int {
	var wrong []int
	known := r.tells()
	for i := range r.Predictions {
		if f, told := r.Predictions[i].found(task, known); told && !f.right() {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// found returns what p found of a task: for an accuracy one thing to say, and
// whether it was right. told is false when the example does not tell.
func (p *Prediction) found(task Task, known tells) (f found, told bool) {
	one := func(right bool) found {
		if right {
			return found{1, 1, 1, 1}
		}
		return found{0, 1, 0, 1}
	}
	gold := &p.Gold.Assessment
	switch task {
	case TaskComplaint:
		return one(complaint(gold) == p.complaint()), !p.Gold.ComplaintUnknown
	case TaskPolarity:
		return one(gold.Polarity.String() == p.polarity(known)), gold.Polarity != 0
	case TaskAspects:
		var s metrics.LabelSets[string]
		s.Add(labels(gold), labels(&p.Said))
		return foundOf(s.Classes().Micro()), known.opinions
	}
	return found{}, false
}
