package hybrid

import (
	"math"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
)

// modelFacts are what the model finds, in the order in which facts adds it to
// the features of the rules.
var modelFacts = [...]string{
	"rules-score", // the scorecard of the rules
	"dispute", "dispute-max", "dispute-min", "dispute-first", "dispute-last",
	"review", "review-max", "review-min", "review-first", "review-last",
	"negative", "positive",
	"dispute-in-review", "review-in-review", // in the channel of reviews
	"dispute-short", "review-short", // up to 20 characters
	"dispute-long", "review-long", // more than 60
	"dispute-sign", "review-sign", "dispute-sign-max", "review-sign-max", // bounded by 1
	"dispute-size", "review-size", // without the sign
	"dispute-spread", "review-spread", // from clause to clause
	"dispute-review", // their product
	"blame-and-praise",
	"only-asks",                             // a question, no accusation, no opinion
	"dispute-only-asks", "review-only-asks", // and what the model makes of it
	"dispute-only-pos", "review-only-pos", // where the rules saw praise alone
	"dispute-only-neg", "review-only-neg", // where they saw blame alone
	"dispute-nothing", "review-nothing", // where they saw neither
	"real", "real-sign", // whether it reads like what people write in shops: see blend
	"all-praise", // a short text that they read to the last word, and found strong praise alone
}

// factNames returns the names of all facts in their order.
func factNames() []string { return append(rules.FeatureNames(), modelFacts[:]...) }

// outputs are the outputs of a model that matter here, -1 for one it has not.
type outputs struct {
	complaint, dispute, review, real, negative, positive int

	aspects []aspectOutput
	indexes []int               // of aspects as outputs, which are asked for every text
	sides   map[ccr.Aspect]pair // of aspects
}

// A pair is the indexes into outputs.aspects of the two polarities of an aspect, by
// side; -1 for none.
type pair [2]int

type aspectOutput struct {
	output   int
	opposite int // output of the same aspect and the other polarity; -1 for none
	clause   int // output of the same, of the clause that has most; -1 for none
	aspect   ccr.Aspect
	polarity ccr.Polarity
}

func outputsOf(m *linear.Model) outputs {
	o := outputs{
		complaint: m.Output(linear.Complaint), dispute: m.Output(linear.Dispute), review: m.Output(linear.Review),
		real: m.Output(linear.Real), negative: m.Output(linear.Negative), positive: m.Output(linear.Positive),
	}
	o.sides = map[ccr.Aspect]pair{}
	for i, name := range m.Outputs() {
		if a, p, ok := linear.AspectOutput(name); ok {
			opposite := outputName(a, ccr.Positive)
			if p == ccr.Positive {
				opposite = outputName(a, ccr.Negative)
			}
			sides, known := o.sides[a]
			if !known {
				sides = pair{-1, -1}
			}
			sides[side(p)] = len(o.aspects)
			o.sides[a] = sides
			o.aspects = append(o.aspects, aspectOutput{i, m.Output(opposite), m.Output(name + linear.OfClause), a, p})
			o.indexes = append(o.indexes, i)
		}
	}
	return o
}

// Features of the rules that say how far the model is to be heard.
var (
	onlyPos     = slices.Index(rules.FeatureNames(), "only-pos")
	onlyNeg     = slices.Index(rules.FeatureNames(), "only-neg")
	nothing     = slices.Index(rules.FeatureNames(), "nothing")
	posStrong   = slices.Index(rules.FeatureNames(), "pos-strong")
	unread      = slices.Index(rules.FeatureNames(), "unread")
	questions   = slices.Index(rules.FeatureNames(), "asks")
	accusations = slices.Index(rules.FeatureNames(), "accuses")
)

// What is a short text and what a long one, in characters.
const (
	shortUpTo = 20
	longAbove = 60
)

// facts appends what r finds to dst, the features of the rules.
func (o *outputs) facts(dst []float64, r *linear.Reading, score float64) []float64 {
	odds := func(i int) float64 {
		if i < 0 {
			return 0
		}
		return bound(r.LogOdds(i))
	}
	dst = append(dst, bound(score))
	var clauses [2]linear.ClauseOdds
	for k, i := range [...]int{o.dispute, o.review} {
		if i >= 0 {
			r.Clauses(clauses[k:k], i)
		}
		c := &clauses[k]
		dst = append(dst, odds(i), bound(c.Max), bound(c.Min), bound(c.First), bound(c.Last))
	}
	dst = append(dst, odds(o.negative), odds(o.positive))
	review, short, long := one(r.Channel() <= ccr.ChannelReview), one(r.Len() <= shortUpTo), one(r.Len() > longAbove)
	asks := one(dst[questions] > 0 && dst[accusations] == 0 && dst[nothing] > 0)
	praise := one(short > 0 && dst[onlyPos] > 0 && dst[posStrong] > 0 && dst[unread] < 0.01)
	d, v, real := odds(o.dispute), odds(o.review), odds(o.real)
	return append(dst,
		review*d, review*v, short*d, short*v, long*d, long*v,
		math.Tanh(d), math.Tanh(v), math.Tanh(clauses[0].Max), math.Tanh(clauses[1].Max),
		math.Abs(d), math.Abs(v),
		bound(clauses[0].Max)-bound(clauses[0].Min), bound(clauses[1].Max)-bound(clauses[1].Min),
		d*v, math.Tanh(odds(o.negative))*math.Tanh(odds(o.positive)),
		asks, asks*d, asks*v, dst[onlyPos]*d, dst[onlyPos]*v, dst[onlyNeg]*d, dst[onlyNeg]*v, dst[nothing]*d, dst[nothing]*v,
		real, math.Tanh(real/2), praise)
}

// bound keeps a score from deciding alone.
func bound(z float64) float64 { return max(-8, min(8, z)) }
