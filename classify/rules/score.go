package rules

import (
	"math"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/lexicon"
)

// A feature is a fact about a reading that speaks for or against a complaint.
type feature int

const (
	bias                 feature = iota
	negMild                      // mild shortcomings: the root of their number, as in the next five
	negPlain                     // plain shortcomings
	negStrong                    // serious shortcomings
	posMild                      // lukewarm praise
	posPlain                     // plain praise
	posStrong                    // enthusiastic praise
	besidePlain                  // plain and lukewarm praise beside shortcomings that are not mild
	besideStrong                 // enthusiastic praise beside such
	onlyNeg                      // shortcomings and no praise
	onlyPos                      // praise and no shortcoming
	nothing                      // neither
	lastNeg                      // the last opinion is a shortcoming
	lastPos                      // the last opinion is praise
	firstNeg                     // the first opinion is a shortcoming
	firstPos                     // the first opinion is praise
	negAfterContrast             // shortcomings after 但是
	posAfterContrast             // praise after 但是
	softNeg                      // softened shortcomings: 有点, 就是稍微
	negatedMerit                 // shortcomings that are negated merits
	negatedDefect                // praise that is a negated shortcoming
	excessNeg                    // shortcomings by 太
	badCue                       // words of annoyance, up to 3
	goodCue                      // words of delight, up to 3
	asks                         // there is a question
	asksOfPraise                 // praise within questions
	accuses                      // a question that accuses
	supposes                     // there is a supposition
	wishes                       // there is a wish
	fears                        // there is an expectation
	others                       // another shop, brand or order is spoken of
	outdatedNeg                  // shortcomings of a past that is over
	outdatedPos                  // praise of a past that is over
	turns                        // an outcome: 没想到, 结果
	madeGood                     // made good, and not denied
	notMadeGood                  // not made good
	buyersCause                  // the buyer's own cause
	buyersCauseButDefect         // and a serious shortcoming all the same
	asAdvertised                 // shortcomings that the product was sold for
	filled                       // filled in by the platform
	conceded                     // a concession: 虽然
	compares                     // a comparison
	unspoken                     // a contrast after praise whose content is unknown
	unread                       // share of the text that is in no word of the lexicon
	waits                        // waiting in vain
	mildOnly                     // praise, and shortcomings that are all mild
	seriousDespite               // a serious shortcoming despite praise
	plainDespite                 // a plain shortcoming, and none serious, despite praise
	seriousContrast              // serious shortcomings after 但是
	lastSevere                   // the last opinion is a shortcoming that is not mild
	lastSevereDespite            // and there is praise before it
	madeGoodLast                 // made good, and nothing bad after
	breadth                      // aspects with a shortcoming that is not mild, beyond the first, up to 3
	net                          // shortcomings less praise, by intensity, as a share of both: -1 to 1
	thumbsDown                   // blame of the purchase as a whole
	thumbsUp                     // praise of the purchase as a whole
	long                         // more than 80 characters
	looseNegation                // negators of unknown words, up to 3
	digits                       // a number
	reviewEmpty                  // no opinion, in a review
	aftersaleEmpty               // no opinion, in an after-sales message
	complaintEmpty               // no opinion, in a complaint
	inquiryEmpty                 // no opinion, in a chat
	isAfterSale                  // an after-sales message
	isComplaint                  // a complaint to the platform
	isInquiry                    // a chat
	ownReason                    // the structured reason is the buyer's own
	faultReason                  // the structured reason is the merchant's fault
	lowRating                    // one or two stars
	highRating                   // four or five stars
	numFeatures
)

var featureNames = [numFeatures]string{
	bias:                 "bias",
	negMild:              "neg-mild",
	negPlain:             "neg-plain",
	negStrong:            "neg-strong",
	posMild:              "pos-mild",
	posPlain:             "pos-plain",
	posStrong:            "pos-strong",
	besidePlain:          "beside-plain",
	besideStrong:         "beside-strong",
	onlyNeg:              "only-neg",
	onlyPos:              "only-pos",
	nothing:              "nothing",
	lastNeg:              "last-neg",
	lastPos:              "last-pos",
	firstNeg:             "first-neg",
	firstPos:             "first-pos",
	negAfterContrast:     "neg-after-contrast",
	posAfterContrast:     "pos-after-contrast",
	softNeg:              "soft-neg",
	negatedMerit:         "negated-merit",
	negatedDefect:        "negated-defect",
	excessNeg:            "excess-neg",
	badCue:               "bad-cue",
	goodCue:              "good-cue",
	asks:                 "asks",
	asksOfPraise:         "asks-of-praise",
	accuses:              "accuses",
	supposes:             "supposes",
	wishes:               "wishes",
	fears:                "fears",
	others:               "others",
	outdatedNeg:          "outdated-neg",
	outdatedPos:          "outdated-pos",
	turns:                "turns",
	madeGood:             "made-good",
	notMadeGood:          "not-made-good",
	buyersCause:          "buyers-cause",
	buyersCauseButDefect: "buyers-cause-but-defect",
	asAdvertised:         "as-advertised",
	filled:               "filled",
	conceded:             "conceded",
	compares:             "compares",
	unspoken:             "unspoken",
	unread:               "unread",
	waits:                "waits",
	mildOnly:             "mild-only",
	seriousDespite:       "serious-despite",
	plainDespite:         "plain-despite",
	seriousContrast:      "serious-contrast",
	lastSevere:           "last-severe",
	lastSevereDespite:    "last-severe-despite",
	madeGoodLast:         "made-good-last",
	breadth:              "breadth",
	net:                  "net",
	thumbsDown:           "thumbs-down",
	thumbsUp:             "thumbs-up",
	long:                 "long",
	looseNegation:        "loose-negation",
	digits:               "digits",
	reviewEmpty:          "review-empty",
	aftersaleEmpty:       "aftersale-empty",
	complaintEmpty:       "complaint-empty",
	inquiryEmpty:         "inquiry-empty",
	isAfterSale:          "is-after-sale",
	isComplaint:          "is-complaint",
	isInquiry:            "is-inquiry",
	ownReason:            "own-reason",
	faultReason:          "fault-reason",
	lowRating:            "low-rating",
	highRating:           "high-rating",
}

type features [numFeatures]float64

// FeatureNames returns the names of the features, as the package comment
// explains them, in the order in which a [Judge] gets their values. The slice
// is the caller's.
func FeatureNames() []string {
	names := featureNames
	return names[:]
}

// counted are the features that count without a bound of their own.
var counted = [...]feature{
	negMild, negPlain, negStrong, posMild, posPlain, posStrong, negAfterContrast, posAfterContrast, softNeg,
	negatedMerit, negatedDefect, excessNeg, asksOfPraise, outdatedNeg, outdatedPos, asAdvertised, waits, seriousContrast,
}

// weigh fills r.features.
func (r *reading) weigh() {
	r.features = features{bias: 1}
	for i := range r.mentions {
		r.tally(&r.mentions[i])
	}
	r.balance()
	r.context()
}

// set notes a feature that a text has or has not.
func (f *features) set(x feature, on bool) {
	if on {
		f[x] = 1
	}
}

// tally counts one mention.
func (r *reading) tally(m *mention) {
	f, cl := &r.features, &r.clauses[m.clause]
	switch {
	case m.fate == asked && m.sign > 0:
		f[asksOfPraise]++
	case m.fate == outdated && m.sign < 0:
		f[outdatedNeg]++
	case m.fate == outdated:
		f[outdatedPos]++
	case m.fate == advertised:
		f[asAdvertised]++
	}
	if m.fate != counts {
		return
	}
	s, negated := m.strength(), m.rules&ruleNegation != 0
	if m.sign > 0 {
		f[posMild+feature(s-1)]++
		f.set(thumbsUp, m.aspect <= 1 && s > 1)
		if cl.contrast {
			f[posAfterContrast]++
		}
		if negated {
			f[negatedDefect]++
		}
		return
	}
	f[negMild+feature(s-1)]++
	f.set(thumbsDown, m.aspect <= 1 && s > 1)
	if cl.contrast && !cl.mild {
		f[negAfterContrast]++
		if s == 3 && !negated {
			f[seriousContrast]++
		}
	}
	if m.soft || cl.mild {
		f[softNeg]++
	}
	if negated {
		f[negatedMerit]++
	}
	if m.rules&ruleExcess != 0 {
		f[excessNeg]++
	}
	if m.class == lexicon.Wait {
		f[waits]++
	}
}

// balance weighs praise and shortcomings, which tally has counted, against each
// other.
func (r *reading) balance() {
	f := &r.features
	for _, x := range counted {
		f[x] = min(f[x], 4) // a long text says the same thing often
	}
	f[breadth] = min(max(float64(r.negativeAspects())-1, 0), 3)
	if n, p := f[negMild]+2*f[negPlain]+3*f[negStrong], f[posMild]+2*f[posPlain]+3*f[posStrong]; n+p > 0 {
		f[net] = (n - p) / (n + p)
	}
	neg, pos := f[negMild]+f[negPlain]+f[negStrong] > 0, f[posMild]+f[posPlain]+f[posStrong] > 0
	f.set(onlyNeg, neg && !pos)
	f.set(onlyPos, pos && !neg)
	f.set(nothing, !pos && !neg)
	f.set(mildOnly, pos && f[negMild] > 0 && f[negPlain]+f[negStrong] == 0)
	f.set(plainDespite, pos && f[negPlain] > 0 && f[negStrong] == 0)
	f.set(seriousDespite, pos && f[negStrong] > 0)
	for x := negMild; x <= posStrong; x++ {
		f[x] = math.Sqrt(f[x])
	}
	if f[negPlain]+f[negStrong] > 0 { // praise weighs otherwise when it stands beside a shortcoming
		f[besidePlain], f[besideStrong] = f[posPlain]+f[posMild], f[posStrong]
		f[posMild], f[posPlain], f[posStrong] = 0, 0, 0
	}

	var first, last *mention
	for i := range r.mentions {
		if m := &r.mentions[i]; m.fate == counts {
			if first == nil {
				first = m
			}
			last = m
		}
	}
	if first == nil {
		return
	}
	f.set(firstNeg, first.sign < 0)
	f.set(firstPos, first.sign > 0)
	f.set(lastNeg, last.sign < 0)
	f.set(lastPos, last.sign > 0)
	severe := last.sign < 0 && last.strength() > 1 && !r.clauses[last.clause].mild
	f.set(lastSevere, severe)
	f.set(lastSevereDespite, severe && pos)
}

// context notes what surrounds the opinions: questions and suppositions, what
// was made good, the channel, the stars.
func (r *reading) context() {
	f := &r.features
	f.set(accuses, r.flags.has(lexicon.Rhetorical))
	f.set(asks, r.fates>>asked&1 != 0)
	f.set(supposes, r.fates>>supposed&1 != 0)
	f.set(wishes, r.fates>>wished&1 != 0)
	f.set(fears, r.fates>>expected&1 != 0)
	f.set(others, r.fates>>elsewhere&1 != 0)
	f[looseNegation] = min(float64(r.loose), 3)
	f[unspoken] = r.unspoken()
	f[unread] = r.unread()
	for i, cs := range r.sets {
		if !cs.has(lexicon.Cue) {
			continue
		}
		if w := r.word(i); w.opinion.class == lexicon.Cue {
			if w.opinion.sign < 0 {
				f[badCue] = min(f[badCue]+1, 3)
			} else {
				f[goodCue] = min(f[goodCue]+1, 3)
			}
		}
	}
	f.set(turns, r.flags.has(lexicon.Outcome))
	f.set(madeGood, r.flags.has(lexicon.Resolved) && !r.flags.has(lexicon.Unresolved))
	f.set(madeGoodLast, f[madeGood] > 0 && f[lastNeg] == 0)
	f.set(notMadeGood, r.flags.has(lexicon.Unresolved))
	f.set(buyersCause, r.flags.has(lexicon.Buyer))
	f.set(buyersCauseButDefect, r.flags.has(lexicon.Buyer) && f[negStrong] > 0)
	f.set(filled, r.flags.has(lexicon.Filled))
	f.set(conceded, r.flags.has(lexicon.Concession))
	f.set(compares, r.flags.has(lexicon.Comparison))
	f.set(long, len(r.fb.Text) > 240)
	f.set(digits, r.flags.has(lexicon.Number))

	empty := f[nothing] > 0
	switch r.fb.Channel {
	case ccr.ChannelAfterSale:
		f.set(isAfterSale, true)
		f.set(aftersaleEmpty, empty)
	case ccr.ChannelComplaint:
		f.set(isComplaint, true)
		f.set(complaintEmpty, empty)
	case ccr.ChannelInquiry:
		f.set(isInquiry, true)
		f.set(inquiryEmpty, empty)
	default:
		f.set(reviewEmpty, empty)
	}
	if r.fb.Reason != "" {
		cause := ccr.CauseOf(r.fb.Reason)
		f.set(ownReason, cause.Buyer)
		f.set(faultReason, cause.Aspect != "")
	}
	f.set(lowRating, r.fb.Rating == 1 || r.fb.Rating == 2)
	f.set(highRating, r.fb.Rating >= 4)
}

// negativeAspects counts the aspects with a shortcoming that is not mild.
func (r *reading) negativeAspects() int {
	r.forget()
	for i := range r.mentions {
		if m := &r.mentions[i]; m.fate == counts && m.sign < 0 && m.strength() > 1 {
			r.topic(m)
		}
	}
	return len(r.topics)
}

// unspoken is 1 when a contrast after praise holds no opinion: what it says is
// then not in the lexicon, and seldom praise.
func (r *reading) unspoken() float64 {
	if !r.seen.has(lexicon.Contrast) {
		return 0
	}
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

// unread is the share of the text, in bytes, that belongs to no word and is no
// particle of mood. The scorecard does not weigh it: it says how far the rules are
// to be heard.
func (r *reading) unread() float64 {
	unread := len(r.fb.Text)
	for _, t := range r.tokens {
		unread -= t.End - t.Start
	}
	k := 0
	for _, at := range r.moods { // those outside of words
		for k < len(r.tokens) && r.tokens[k].End <= at {
			k++
		}
		if k == len(r.tokens) || at < r.tokens[k].Start {
			unread -= len("吧")
		}
	}
	return float64(unread) / float64(max(1, len(r.fb.Text)))
}

// score is the log-odds of a complaint.
func (r *reading) score() float64 {
	z := r.sum()
	if !r.evident() {
		z = min(z, doubt)
	}
	return z
}

// sum is the sum of the scorecard.
func (r *reading) sum() float64 {
	z := 0.0
	for i, x := range r.features {
		z += x * weights[i]
	}
	return z
}

// doubt bounds the score of a text that holds nothing to quote for a
// complaint: silence is not held against the merchant.
const doubt = -0.1

// evident reports whether there is something to quote for a complaint; see
// blame.
func (r *reading) evident() bool {
	f := &r.features
	return f[negMild]+f[negPlain]+f[negStrong]+f[accuses]+f[isComplaint]+f[badCue]+f[looseNegation]+f[notMadeGood] > 0
}

// blaming are the classes of words that blame quotes, the most telling first.
var blaming = [...]lexicon.Class{lexicon.Rhetorical, lexicon.Unresolved, lexicon.Cue, lexicon.Negator}

// blame quotes what makes a complaint of a text that names no shortcoming: an
// accusing question, an answer refused, a word of annoyance, something negated
// that the lexicon does not know, else the whole complaint to the platform.
func (r *reading) blame() {
	for i := range r.mentions {
		if m := &r.mentions[i]; m.stated() && m.sign < 0 {
			return
		}
	}
	m := mention{sense: sense{aspect: 1, sign: -1, intensity: 2}, end: len(r.fb.Text)}
	if r.fb.Channel != ccr.ChannelComplaint {
		m.class = lexicon.Cue
	}
	best := len(blaming)
	for k := range r.clauses {
		cl := &r.clauses[k]
		for i := cl.from; i < cl.to; i++ {
			for rank, class := range blaming[:best] {
				if !r.classes(i).has(class) || class == lexicon.Cue && r.word(i).opinion.sign > 0 {
					continue
				}
				best = rank
				m.class, m.clause, m.word = class, k, r.tokens[i].Word
				m.start, m.end = r.tokens[i].Start, r.tokens[cl.to-1].End
				m.aspect = max(cl.target, 1)
				break
			}
		}
	}
	r.mentions = append(r.mentions, m)
	r.sort()
}
