package eval

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// What is said of a complaint: the labels of Score.Complaint, where [Failed]
// stands for a classifier that gave no answer, in Score.Polarity too.
const (
	IsComplaint = "complaint" // a probability of at least one half
	NoComplaint = "no complaint"
	Failed      = "failed"
)

// A Score accumulates how well predictions fit their examples. The zero Score is
// ready to use.
type Score struct {
	_ [0]func()

	Texts     int
	Failed    int // of them: the classifier failed on
	Undecided int // of them: it gave up on, and its probability decides

	Complaint   metrics.Confusion[string] // see [IsComplaint]
	Probability metrics.Scores            // of a complaint
	Polarity    metrics.Confusion[string] // by the names of ccr.Polarity; of two sides where the corpus has two
	Aspects     metrics.LabelSets[string] // an aspect and its sign: "goods.size-"; what is neither is no label
	Spans       metrics.Spans             // the words quoted, aspect by aspect
}

// A Slice is a part of a corpus with its score.
type Slice struct {
	_ [0]func()

	Key   string
	Score *Score
}

// Score returns the score of all predictions.
func (r *Result) Score() *Score {
	s, t := new(Score), r.tells()
	for i := range r.Predictions {
		s.add(&r.Predictions[i], t)
	}
	return s
}

// By returns the scores of parts of the corpus, in order of their keys. A
// prediction whose key is "" is in none.
func (r *Result) By(key func(*Prediction) string) []Slice {
	scores, t := map[string]*Score{}, r.tells()
	var parts []Slice
	for i := range r.Predictions {
		p := &r.Predictions[i]
		k := key(p)
		if k == "" {
			continue
		}
		if scores[k] == nil {
			scores[k] = new(Score)
			parts = append(parts, Slice{Key: k, Score: scores[k]})
		}
		scores[k].add(p, t)
	}
	slices.SortFunc(parts, func(a, b Slice) int { return cmp.Compare(a.Key, b.Key) })
	return parts
}

// ByTag returns a key for [Result.By]: the tag of that name.
func ByTag(name string) func(*Prediction) string {
	return func(p *Prediction) string { return p.Gold.Tags[name] }
}

// ByChannel is a key for [Result.By].
func ByChannel(p *Prediction) string { return p.Gold.Feedback.Channel.String() }

// ByLength is a key for [Result.By]: the length of the text in characters, in
// four classes, such as "11 to 30".
func ByLength(p *Prediction) string {
	switch n := utf8.RuneCountInString(p.Gold.Feedback.Text); {
	case n <= 10:
		return "1 to 10"
	case n <= 30:
		return "11 to 30"
	case n <= 100:
		return "31 to 100"
	}
	return "over 100"
}

// tells is what the examples of a corpus tell beside complaints.
type tells struct {
	opinions, spans bool
	sides           bool // of polarities, negative and positive alone
}

func (r *Result) tells() tells {
	t := tells{sides: true}
	for i := range r.Predictions {
		a := &r.Predictions[i].Gold.Assessment
		t.opinions = t.opinions || len(a.Opinions) > 0
		t.spans = t.spans || slices.ContainsFunc(a.Opinions, func(o ccr.Opinion) bool { return len(o.Evidence) > 0 })
		t.sides = t.sides && (a.Polarity == ccr.Unknown || a.Polarity == ccr.Negative || a.Polarity == ccr.Positive)
	}
	return t
}

func (s *Score) add(p *Prediction, t tells) {
	s.Texts++
	if p.Err != nil {
		s.Failed++
	}
	if p.Said.Ground == ccr.GroundUndecided {
		s.Undecided++
	}
	gold := &p.Gold.Assessment
	if !p.Gold.ComplaintUnknown {
		s.Complaint.Add(complaint(gold), p.complaint())
		if p.complaint() != Failed {
			s.Probability.Add(p.Said.Complaint, gold.Complaint >= 0.5)
		}
	}
	if gold.Polarity != ccr.Unknown {
		s.Polarity.Add(gold.Polarity.String(), p.polarity(t))
	}
	if t.opinions {
		s.Aspects.Add(labels(gold), labels(&p.Said))
	}
	if t.spans {
		for _, l := range union(labels(gold), labels(&p.Said)) {
			s.Spans.Add(spans(gold, l), spans(&p.Said, l))
		}
	}
}

func complaint(a *ccr.Assessment) string {
	if a.Complaint >= 0.5 {
		return IsComplaint
	}
	return NoComplaint
}

// complaint is what was said of it.
func (p *Prediction) complaint() string {
	if p.Err != nil || p.noComplaint {
		return Failed
	}
	return complaint(&p.Said)
}

// polarity is what was said of it. Where a corpus knows two sides alone, as stars
// do, so must the answer: a complaint, or blame without praise, is negative, and
// all else positive.
func (p *Prediction) polarity(t tells) string {
	switch {
	case p.Err != nil:
		return Failed
	case !t.sides:
		return p.Said.Polarity.String()
	case p.Said.Complaint >= 0.5 || p.Said.Polarity == ccr.Negative:
		return ccr.Negative.String()
	}
	return ccr.Positive.String()
}

// labels returns the aspects of a with their signs.
func labels(a *ccr.Assessment) []string {
	var ls []string
	for i := range a.Opinions {
		if l := label(&a.Opinions[i]); l != "" {
			ls = append(ls, l)
		}
	}
	return ls
}

// label returns the aspect of o with its sign, "" without one.
func label(o *ccr.Opinion) string {
	switch o.Polarity {
	case ccr.Negative:
		return string(o.Aspect) + "-"
	case ccr.Positive:
		return string(o.Aspect) + "+"
	}
	return ""
}

// union returns the labels that are in a or b, each once, in order.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// spans returns the words quoted for a label.
func spans(a *ccr.Assessment, l string) []ccr.Evidence {
	var es []ccr.Evidence
	for i := range a.Opinions {
		if o := &a.Opinions[i]; label(o) == l {
			es = append(es, o.Evidence...)
		}
	}
	return es
}
