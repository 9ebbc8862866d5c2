package rules

import (
	"math"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/lexicon"
)

// A feature is a fact about a reading that speaks for or against a complaint.
type feature int

const (
	bias feature = iota
	negMild
	negPlain
	negStrong
	posMild
	posPlain
	posStrong
	onlyNeg
	onlyPos
	nothing
	lastNeg
	lastPos
	firstNeg
	firstPos
	negAfterContrast
	posAfterContrast
	softNeg
	negatedMerit
	negatedDefect
	excessNeg
	badCue
	goodCue
	asks
	asksOfPraise
	accuses
	supposes
	wishes
	fears
	others
	outdatedNeg
	outdatedPos
	turns
	madeGood
	notMadeGood
	buyersCause
	buyersCauseButDefect
	asAdvertised
	filled
	conceded
	compares
	unspoken
	waits
	lacks
	long
	looseNegation
	digits
	reviewEmpty
	aftersaleEmpty
	complaintEmpty
	inquiryEmpty
	isAfterSale
	isComplaint
	isInquiry
	lowRating
	highRating
	numFeatures
)

type features [numFeatures]float64

// weigh fills r.features.
func (r *reading) weigh() {
	f := &r.features
	*f = features{bias: 1}
	first, last := int8(0), int8(0)
	for i := range r.mentions {
		m := &r.mentions[i]
		cl := &r.clauses[m.clause]
		if m.fate == counts {
			if first == 0 {
				first = m.sign
			}
			last = m.sign
		}
		switch m.fate {
		case counts:
		case asked:
			if m.sign > 0 {
				f[asksOfPraise]++
			}
			continue
		case outdated:
			if m.sign < 0 {
				f[outdatedNeg]++
			} else {
				f[outdatedPos]++
			}
			continue
		case advertised:
			f[asAdvertised]++
			continue
		default:
			continue
		}
		s := m.strength()
		if m.sign > 0 {
			f[posMild+feature(s-1)]++
			if cl.contrast {
				f[posAfterContrast]++
			}
			if m.rules&ruleNegation != 0 {
				f[negatedDefect]++
			}
			continue
		}
		f[negMild+feature(s-1)]++
		if cl.contrast && !cl.mild {
			f[negAfterContrast]++
		}
		if m.soft || cl.mild {
			f[softNeg]++
		}
		if m.rules&ruleNegation != 0 {
			f[negatedMerit]++
		}
		if m.rules&ruleExcess != 0 {
			f[excessNeg]++
		}
		if m.class == lexicon.Wait {
			f[waits]++
		}
	}
	neg, pos := f[negMild]+f[negPlain]+f[negStrong], f[posMild]+f[posPlain]+f[posStrong]
	for x := negMild; x <= posStrong; x++ {
		f[x] = math.Sqrt(f[x])
	}
	set := func(x feature, on bool) {
		if on {
			f[x] = 1
		}
	}
	set(onlyNeg, neg > 0 && pos == 0)
	set(onlyPos, pos > 0 && neg == 0)
	set(nothing, pos+neg == 0)
	set(firstNeg, first < 0)
	set(firstPos, first > 0)
	set(lastNeg, last < 0)
	set(lastPos, last > 0)
	for k := range r.clauses {
		cs := r.clauses[k].classes
		set(accuses, cs.has(lexicon.Rhetorical))
		switch r.clauses[k].fate {
		case asked:
			f[asks] = 1
		case supposed:
			f[supposes] = 1
		case wished:
			f[wishes] = 1
		case expected:
			f[fears] = 1
		case elsewhere:
			f[others] = 1
		}
	}
	f[looseNegation] = min(float64(r.loose), 3)
	f[unspoken] = r.unspoken()
	for i := range r.tokens {
		w := r.word(i)
		if w.opinion.class == lexicon.Cue {
			if w.opinion.sign < 0 {
				f[badCue] = min(f[badCue]+1, 3)
			} else {
				f[goodCue] = min(f[goodCue]+1, 3)
			}
		}
	}
	set(turns, r.flags.has(lexicon.Outcome))
	set(madeGood, r.flags.has(lexicon.Resolved) && !r.flags.has(lexicon.Unresolved))
	set(notMadeGood, r.flags.has(lexicon.Unresolved))
	set(buyersCause, r.flags.has(lexicon.Buyer))
	set(buyersCauseButDefect, r.flags.has(lexicon.Buyer) && f[negStrong] > 0)
	set(filled, r.flags.has(lexicon.Filled))
	set(conceded, r.flags.has(lexicon.Concession))
	set(compares, r.flags.has(lexicon.Comparison))
	set(long, len(r.fb.Text) > 240)
	set(digits, r.flags.has(lexicon.Number))
	empty := pos+neg == 0
	switch r.fb.Channel {
	case ccr.ChannelAfterSale:
		set(isAfterSale, true)
		set(aftersaleEmpty, empty)
	case ccr.ChannelComplaint:
		set(isComplaint, true)
		set(complaintEmpty, empty)
	case ccr.ChannelInquiry:
		set(isInquiry, true)
		set(inquiryEmpty, empty)
	default:
		set(reviewEmpty, empty)
	}
	set(lowRating, r.fb.Rating == 1 || r.fb.Rating == 2)
	set(highRating, r.fb.Rating >= 4)
}

// unspoken is 1 when a contrast after praise holds no opinion: what it says is
// then not in the lexicon, and seldom praise.
func (r *reading) unspoken() float64 {
	praised := false
	for k := range r.clauses {
		cl := &r.clauses[k]
		to := len(r.mentions)
		if k+1 < len(r.clauses) {
			to = r.clauses[k+1].mentions
		}
		if praised && cl.contrast && !cl.mild && to <= cl.mentions && cl.fate == counts {
			return 1
		}
		for i := cl.mentions; i < to && i < len(r.mentions); i++ {
			praised = praised || r.mentions[i].sign > 0
		}
	}
	return 0
}

// score is the log-odds of a complaint.
func (r *reading) score() float64 {
	z := 0.0
	for i, x := range r.features {
		z += x * weights[i]
	}
	return z
}
