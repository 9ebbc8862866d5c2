// Package linear classifies texts by the character n-grams that they contain:
// a trained model, small and fast, that learns from examples what no rule says.
//
// A [Trainer] makes a [Model] of labelled texts, anyone's labels: a binary
// task, one label out of many, or any number of them. A Model is a set of
// outputs, each the log-odds that a label applies. A [Classifier] reads a
// consumer's feedback with a Model whose outputs have the names below.
//
//	tr, err := linear.NewTrainer(nil)
//	…
//	err = tr.Add(linear.Example{Text: "穿两次就开线", Labels: []string{"negative"}, Known: []string{"negative"}})
//	…
//	m, err := tr.Train(ctx)
//	var r linear.Reading
//	m.Read(&r, &ccr.Feedback{Text: "洗一次就破"})
//	fmt.Println(r.Probability(m.Output("negative")))
//
// # Features
//
// The features of a text are its n-grams of one to four characters, with its
// start and end as characters of their own, and again, apart from those, the
// characters and pairs within four characters behind a negator (不没无别未) in
// the same clause. Width, case and traditional forms do not matter. What is
// known of a feature is found by a hash of 31 bits, so a model holds no text.
//
// An output may be learnt from clauses as well ([Options].Clauses): it is then the mean
// of one for the text and one for the clause that has most, which the model has, too.
//
// # Outputs
//
// A Classifier uses the outputs of these names, as far as a model has them:
//
//	complaint       a fair reviewer would uphold a complaint
//	negative        blame is meant; also stands in for a missing complaint
//	positive        praise is meant
//	goods.size-     blame of that aspect; so for every aspect
//	goods.size+     praise of it
//
// The embedded model has all of these, and two of which its complaint is a
// weighted sum, for those who weigh them otherwise: dispute, trained on sentences
// that shops and platforms argue about, and review, on real reviews. Which of the
// two to believe depends on how a text is written; real tells how far it reads like
// what people write in shops. The model's card, README.md beside this file, says
// what it was trained on and how well it reads.
package linear

import (
	"bytes"
	"cmp"
	"context"
	_ "embed" // the model
	"slices"
	"strings"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
)

// Names of outputs; those of aspects are the aspect and a sign.
const (
	Complaint = "complaint"
	Negative  = "negative"
	Positive  = "positive"
	Dispute   = "dispute"
	Review    = "review"
	Real      = "real"
)

// What the names of the two outputs end in whose mean an output is that was learnt from
// clauses, too: see Options.Clauses.
const (
	OfText   = "/text"
	OfClause = "/clause"
)

// A Classifier implements classify.Classifier with a [Model]. It is immutable
// and safe for concurrent use.
type Classifier struct {
	m                             *Model
	complaint, negative, positive int // outputs; -1 for none
	aspects                       []aspectOutput
	pool                          sync.Pool // of *Reading
}

type aspectOutput struct {
	output   int
	aspect   ccr.Aspect
	polarity ccr.Polarity
}

// New returns a classifier that reads with m, nil for the embedded model. An
// output that m has not is not said: without any that tells a complaint the
// probability of one is 0.
func New(m *Model) *Classifier {
	if m == nil {
		m = Default()
	}
	c := &Classifier{m: m, complaint: m.Output(Complaint), negative: m.Output(Negative), positive: m.Output(Positive)}
	if c.complaint < 0 {
		c.complaint = c.negative
	}
	for i, name := range m.Outputs() {
		if a, p, ok := AspectOutput(name); ok {
			c.aspects = append(c.aspects, aspectOutput{i, a, p})
		}
	}
	c.pool.New = func() any { return new(Reading) }
	return c
}

// AspectOutput splits the name of an output for an aspect, such as
// "goods.size-". ok is false for any other name.
func AspectOutput(name string) (a ccr.Aspect, p ccr.Polarity, ok bool) {
	if s, found := strings.CutSuffix(name, "-"); found && s != "" {
		return ccr.Aspect(s), ccr.Negative, true
	}
	if s, found := strings.CutSuffix(name, "+"); found && s != "" {
		return ccr.Aspect(s), ccr.Positive, true
	}
	return "", ccr.Unknown, false
}

// maxPooled is the length of the longest text, in bytes, whose scratch memory is
// kept for the next one.
const maxPooled = 1 << 16

// Classify returns what fb says, with the words that speak for each opinion. It
// fails only with an error matching [ccr.ErrText], when fb.Text is not valid
// UTF-8. Only text and channel matter. The context is not used.
func (c *Classifier) Classify(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if strings.TrimSpace(fb.Text) == "" {
		return ccr.Assessment{}, nil
	}
	r := c.pool.Get().(*Reading)
	if len(fb.Text) <= maxPooled {
		defer c.pool.Put(r)
	}
	c.m.Read(r, &fb)
	if r.scan.invalid {
		return ccr.Assessment{}, &ccr.FieldError{Field: "text", Err: ccr.ErrText}
	}
	return c.assess(r, fb.Text), nil
}

func (c *Classifier) assess(r *Reading, text string) ccr.Assessment {
	var a ccr.Assessment
	if c.complaint >= 0 {
		a.Complaint = r.Probability(c.complaint)
	}
	negative := c.negative >= 0 && r.Given(c.negative)
	positive := c.negative >= 0 && !negative
	if c.positive >= 0 {
		positive = r.Given(c.positive)
	}
	switch {
	case negative && positive:
		a.Polarity = ccr.Mixed
	case negative:
		a.Polarity = ccr.Negative
	case positive:
		a.Polarity = ccr.Positive
	case c.negative >= 0 || c.positive >= 0:
		a.Polarity = ccr.Neutral
	}
	a.Ground = ground(&a)
	a.Opinions = c.opinions(r, a.Complaint >= 0.5, len(text))
	slices.SortStableFunc(a.Opinions, func(x, y ccr.Opinion) int {
		return cmp.Compare(x.Evidence[0].Start, y.Evidence[0].Start)
	})
	return a
}

// opinions returns the opinions that the model gives, each with its words. A
// complaint has one that blames: where no aspect is blamed it quotes what speaks
// most for a complaint, and the whole text of size bytes when nothing does.
func (c *Classifier) opinions(r *Reading, complaint bool, size int) []ccr.Opinion {
	r.given = r.given[:0]
	for i := range c.aspects {
		if r.Given(c.aspects[i].output) {
			r.given = append(r.given, i)
		}
	}
	made := make([]ccr.Opinion, len(r.given), len(r.given)+1)
	for i, k := range r.given {
		o := &c.aspects[k]
		made[i].Aspect, made[i].Polarity = o.aspect, o.polarity
		r.given[i] = o.output
	}
	words := r.Evidence(make([]ccr.Evidence, 0, len(made)+1), r.given...)
	by := make([]string, len(made)+1)
	blamed, n := false, 0
	for i, e := range words {
		if e == (ccr.Evidence{}) {
			continue
		}
		blamed = blamed || made[i].Polarity == ccr.Negative
		by[i] = rule
		made[n] = made[i]
		made[n].Evidence, made[n].Rules = words[i:i+1:i+1], by[i:i+1:i+1]
		n++
	}
	made = made[:n]
	if complaint && !blamed {
		words = r.Evidence(words, c.complaint)
		k := len(words) - 1
		if words[k] == (ccr.Evidence{}) {
			words[k].End = size
		}
		by[k] = rule
		made = append(made, ccr.Opinion{Aspect: ccr.Overall, Polarity: ccr.Negative, Evidence: words[k:], Rules: by[k:]})
	}
	return made
}

// rule is what an opinion of this package names as its rule.
const rule = "linear"

func ground(a *ccr.Assessment) ccr.Ground {
	switch {
	case a.Complaint >= 0.5:
		return ccr.GroundDefect
	case a.Polarity == ccr.Positive:
		return ccr.GroundPraise
	case a.Polarity == ccr.Mixed, a.Polarity == ccr.Negative:
		return ccr.GroundMild
	}
	return ccr.GroundNoStatement
}

//go:embed model.bin
var embedded []byte

var load = sync.OnceValue(func() *Model {
	m, err := ReadModel(bytes.NewReader(embedded))
	if err != nil {
		panic(err) // the bytes are embedded and a test reads them
	}
	return m
})

// Default returns the embedded model. The first call reads it, which takes some
// thirty milliseconds.
func Default() *Model { return load() }
