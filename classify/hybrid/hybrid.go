// Package hybrid reads consumer feedback by rules and by a trained model
// together: what most programs should call.
//
// Rules know how a sentence is built, which a model does not: whose fault it
// was, what the product was sold as, what was only asked. A model knows a
// hundred thousand ways to say a thing, which no lexicon does. A logistic
// regression weighs the facts that package classify/rules finds with the scores
// of package classify/linear for the text and for its clauses. It was fitted on
// texts that the model had not seen, so that its probability means what it
// says, and others of the same facts say the polarity. What a fact weighs depends on
// how the text reads: like an everyday review, or like what shops and platforms argue
// about. [Classifier.Explain] shows what each part gave.
//
// What a text means needs knowledge of the world at times, which neither part
// has. The probability is then near one half; Options.GiveUp says from where on
// the classifier had better not decide, and classify.Cascade asks another one
// there.
package hybrid

import (
	"cmp"
	"context"
	"math"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/ccrkit/ccrkit/lexicon"
)

// Options are the settings of a [Classifier]. The zero Options are the defaults.
type Options struct {
	_ [0]func()

	// Lexicon says what words mean. Nil means lexicon.Default().
	Lexicon *lexicon.Lexicon

	// Model is the trained part. Nil means linear.Default().
	Model *linear.Model

	// Weights say how the parts are weighed. Nil means those fitted for the
	// embedded model; [Train] makes others.
	Weights *Weights

	// Shares says, by channel, what share of the feedback to expect to be
	// complaints, between 0 and 1. Complaints are rarer in a shop than among the
	// examples that the weights were fitted to, whose shares [Classifier.Share]
	// tells; the log-odds of a complaint move by the difference of both, which is
	// right as far as complaints read alike wherever they are rare. A channel
	// that is not there, or whose share is not between 0 and 1, stays as it was
	// fitted. metrics.Prevalence estimates the share from a shop's own feedback,
	// without a label.
	Shares map[ccr.Channel]float64

	// GiveUp is half the width of a band about one half, in [0, 0.5]. When the
	// probability of a complaint lies inside, the polarity is ccr.Unknown and
	// the ground ccr.GroundUndecided, for a person or a dearer classifier to
	// decide. The probability and the opinions stay. 0 decides always.
	GiveUp float64
}

// A Classifier implements classify.Classifier. It is immutable and safe for
// concurrent use.
type Classifier struct {
	rules   *rules.Classifier
	model   *linear.Model
	weights *Weights
	outputs outputs
	shift   [channels]float64 // of the log-odds of a complaint, by channel
	giveUp  float64
	pool    sync.Pool // of *judge
}

// New returns a classifier. Nil options are the defaults. It costs a few
// milliseconds: make one and share it.
func New(opts *Options) *Classifier {
	var o Options
	if opts != nil {
		o = *opts
	}
	var reading sync.WaitGroup
	if o.Model == nil { // the model and the lexicon take some twenty to thirty milliseconds each
		reading.Go(func() { o.Model = linear.Default() })
	}
	r := rules.New(&rules.Options{Lexicon: o.Lexicon})
	reading.Wait()
	if o.Weights == nil {
		o.Weights = defaultWeights()
	}
	c := &Classifier{
		rules: r, model: o.Model, weights: o.Weights, outputs: outputsOf(o.Model),
		shift: o.Weights.shift(o.Shares), giveUp: o.GiveUp,
	}
	c.pool.New = func() any { return &judge{c: c} }
	return c
}

// Share returns the share of complaints that probabilities in a channel are
// made for, without Options.Shares: that among the examples which the weights
// were fitted to. It is 0 when that is not known.
func (c *Classifier) Share(channel ccr.Channel) float64 { return c.weights.share(channel) }

// Classify returns what fb says. A channel that is not known is taken for that of
// reviews. It fails only with an error matching [ccr.ErrText], when fb.Text or
// fb.Product is not valid UTF-8. The context is not used.
func (c *Classifier) Classify(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	j := c.pool.Get().(*judge)
	a, err := j.classify(&fb)
	if len(fb.Text) <= maxPooled {
		c.pool.Put(j)
	}
	return a, err
}

// maxPooled is the length of the longest text, in bytes, whose scratch memory
// is kept for the next one.
const maxPooled = 1 << 16

// A judge is the scratch memory of one Classify: the rules.Judge that weighs
// what both parts found.
type judge struct {
	c         *Classifier
	fb        ccr.Feedback // its text and channel
	shift     float64      // see Options.Shares
	reading   linear.Reading
	facts     []float64
	some      []int          // indexes of the facts that are not 0
	read      bool           // Judge was called
	z         float64        // log-odds of a complaint
	complaint bool           // there is one
	views     []view         // of the rules, by index into outputs.aspects
	open      []int          // indexes into outputs.aspects: what might be said
	alone     []int          // indexes of opinions of the rules on what the model does not know
	claims    []claim        // of both
	made      []int          // the claims that are made
	wanted    []int          // outputs of the model that are to be quoted for
	words     []ccr.Evidence // the quotations
}

func (j *judge) classify(fb *ccr.Feedback) (ccr.Assessment, error) {
	j.start(fb)
	a, err := j.c.rules.ClassifyBy(j, *fb)
	if err == nil && j.read {
		j.settle(&a)
	}
	j.fb.Text = "" // keeps no text alive
	return a, err
}

// start makes j ready for fb, whose channel it makes one that is known.
func (j *judge) start(fb *ccr.Feedback) {
	j.shift = j.c.shift[known(fb.Channel)]
	fb.Channel = heard(fb.Channel)
	j.fb.Text, j.fb.Channel, j.read = fb.Text, fb.Channel, false
}

// heard returns the channel that a feedback is read as: reviews where none is
// known, since most feedback is one.
func heard(c ccr.Channel) ccr.Channel { return cmp.Or(known(c), ccr.ChannelReview) }

// known returns a channel, ChannelUnknown for a value that is none.
func known(c ccr.Channel) ccr.Channel {
	if c < 0 || int(c) >= channels {
		return ccr.ChannelUnknown
	}
	return c
}

// Judge implements rules.Judge.
func (j *judge) Judge(features []float64, score float64) float64 {
	j.read = true
	j.c.model.Read(&j.reading, &j.fb)
	j.facts = j.c.outputs.facts(append(j.facts[:0], features...), &j.reading, score)
	j.some = some(j.some[:0], j.facts)
	j.z = j.c.weights.complaint(j.facts, j.some) + j.shift
	p := math.Round(1e4/(1+math.Exp(-j.z))) / 1e4 // before anything is decided by it
	j.complaint = p >= 0.5
	return p
}

// rounding is by how much less than they seem numbers such as 0.7 - 0.5 may be.
const rounding = 1e-9

// settle replaces what the rules alone concluded by what both parts do.
func (j *judge) settle(a *ccr.Assessment) {
	a.Polarity = cmp.Or(j.c.weights.polarity(j.facts, j.some, j.complaint), a.Polarity)
	if math.Abs(a.Complaint-0.5) < j.c.giveUp-rounding {
		a.Polarity, a.Ground = ccr.Unknown, ccr.GroundUndecided
	}
}
