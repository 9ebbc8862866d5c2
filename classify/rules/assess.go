package rules

import (
	"math"
	"math/bits"

	"github.com/ccrkit/ccrkit/ccr"
)

// probability returns what a score means, rounded before anything is decided by
// it.
func probability(score float64) float64 { return math.Round(1e4/(1+math.Exp(-score))) / 1e4 }

// assess turns what was read into an Assessment whose opinions lie in m, p being
// the probability of a complaint.
func (r *reading) assess(p float64, m *memory) ccr.Assessment {
	if p >= 0.5 {
		r.blame()
	}
	a := ccr.Assessment{Complaint: p}
	a.Opinions = r.opinions(m)
	a.Polarity = r.polarity(p)
	a.Ground = r.ground(p)
	return a
}

// A memory is where opinions lie: the caller's, or that of a reading.
type memory struct {
	opinions []ccr.Opinion
	evidence []ccr.Evidence
	rules    []string
}

// resize returns n elements, those of s when it has so many.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// opinions merges the mentions by topic, in order of their first evidence.
func (r *reading) opinions(m *memory) []ccr.Opinion {
	r.forget()
	quotes, names := 0, 0
	for i := range r.mentions {
		if m := &r.mentions[i]; m.stated() {
			t := r.topic(m)
			t.mentions++
			t.rules |= m.rules | classRules[m.class]
			quotes++
		}
	}
	if quotes == 0 {
		return nil
	}
	for i := range r.topics {
		names += bits.OnesCount32(uint32(r.topics[i].rules))
	}
	m.opinions, m.evidence, m.rules = resize(m.opinions, len(r.topics)), resize(m.evidence, quotes), resize(m.rules, names)
	opinions, evidence, rules := m.opinions, m.evidence, m.rules
	for i := range opinions { // each opinion gets its share
		o, t := &opinions[i], &r.topics[i]
		n, by := min(t.mentions, maxEvidence), bits.OnesCount32(uint32(t.rules))
		o.Aspect, o.Polarity, o.Intensity = r.c.aspects[t.key/2], ccr.Positive, 0
		if t.key%2 == 1 {
			o.Polarity = ccr.Negative
		}
		o.Evidence, o.Rules = evidence[:0:n], rules[:by:by]
		evidence, rules = evidence[n:], rules[by:]
		for k := range o.Rules {
			o.Rules[k] = ruleNames[bits.TrailingZeros32(uint32(t.rules))]
			t.rules &= t.rules - 1
		}
	}
	for i := range r.mentions {
		if m := &r.mentions[i]; m.stated() {
			o := &opinions[r.places[m.key()]-1]
			o.Intensity = max(o.Intensity, m.strength())
			o.Evidence = appendSpan(o.Evidence, m.start, m.end)
		}
	}
	return opinions
}

// A topic is an aspect with a polarity, and what is said of it.
type topic struct {
	key      int
	mentions int
	rules    ruleSet
}

// key numbers the aspect and polarity of m.
func (m *mention) key() int {
	k := 2 * int(max(m.aspect, 1)) // 1 is overall
	if m.sign < 0 {
		k++
	}
	return k
}

// topic returns that of m, which is a new one at its first mention.
func (r *reading) topic(m *mention) *topic {
	k := m.key()
	if r.places[k] == 0 {
		r.topics = append(r.topics, topic{key: k})
		r.places[k] = len(r.topics)
	}
	return &r.topics[r.places[k]-1]
}

// forget drops all topics.
func (r *reading) forget() {
	for i := range r.topics {
		r.places[r.topics[i].key] = 0
	}
	r.topics = r.topics[:0]
}

func (r *reading) aspect(m *mention) ccr.Aspect {
	if m.aspect == 0 {
		return ccr.Overall
	}
	return r.c.aspects[m.aspect]
}

// stated reports whether m is an opinion on this order that the text states,
// be it outdated or as advertised.
func (m *mention) stated() bool {
	return m.fate == counts || m.fate == outdated || m.fate == advertised
}

// strength is the intensity of m with its modifiers, 1 to 3.
func (m *mention) strength() int {
	switch {
	case m.soft:
		return 1
	case m.strong:
		return min(int(m.intensity)+1, 3)
	}
	return int(m.intensity)
}

func polarityOf(sign int8) ccr.Polarity {
	if sign < 0 {
		return ccr.Negative
	}
	return ccr.Positive
}

// maxEvidence bounds the quotations of one opinion: nobody reads more.
const maxEvidence = 100

// appendSpan adds a span, joined with the last one when they overlap.
func appendSpan(spans []ccr.Evidence, start, end int) []ccr.Evidence {
	n := len(spans)
	if n > 0 && start < spans[n-1].End {
		spans[n-1].End = max(spans[n-1].End, end)
		return spans
	}
	if n == maxEvidence {
		return spans
	}
	return append(spans, ccr.Evidence{Start: start, End: end})
}

// polarity is the overall stance: of the opinions that count when they agree,
// else mixed when the shortcoming is meant.
func (r *reading) polarity(p float64) ccr.Polarity {
	pos, neg, soft := 0, 0, 0
	for i := range r.mentions {
		m := &r.mentions[i]
		switch {
		case !m.stated():
		case m.sign > 0:
			pos++
		case m.strength() == 1 || m.fate != counts:
			soft++
		default:
			neg++
		}
	}
	switch {
	case p >= 0.5 && pos > 0 && neg > 0 && pos >= neg:
		return ccr.Mixed
	case p >= 0.5:
		return ccr.Negative
	case pos > 0 && neg > 0:
		return ccr.Mixed
	case pos > 0:
		return ccr.Positive
	case neg+soft > 0:
		return ccr.Negative
	}
	return ccr.Neutral
}

// ground names what decided.
func (r *reading) ground(p float64) ccr.Ground {
	if p >= 0.5 {
		return ccr.GroundDefect
	}
	f := &r.features
	pos, neg := f[posMild]+f[posPlain]+f[posStrong]+f[besidePlain]+f[besideStrong], f[negMild]+f[negPlain]+f[negStrong]
	switch {
	case f[filled] > 0:
		return ccr.GroundNoStatement
	case f[buyersCause] > 0:
		return ccr.GroundBuyer
	case f[madeGood] > 0:
		return ccr.GroundResolved
	case f[asAdvertised] > 0:
		return ccr.GroundAdvertised
	case neg == 0 && f[fears] > 0 && pos > 0:
		return ccr.GroundReversed
	case neg > 0 && pos > 0:
		return ccr.GroundMild
	case pos > 0:
		return ccr.GroundPraise
	case f[asks] > 0:
		return ccr.GroundQuestion
	case f[supposes]+f[wishes]+f[fears] > 0:
		return ccr.GroundHypothesis
	case f[others] > 0:
		return ccr.GroundElsewhere
	case neg > 0:
		return ccr.GroundMild
	}
	return ccr.GroundNoStatement
}
