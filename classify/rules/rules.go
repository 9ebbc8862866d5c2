// Package rules reads consumer feedback by explicit rules over a lexicon.
//
// A text is cut into clauses; in each clause the words of the lexicon are
// composed into opinions: what is negated, intensified, softened. Then the
// clauses are composed: a contrast, a question, a supposition, a wish, a fear
// that did not come true, what happened elsewhere or before, what the product
// was sold as, whose cause it was, whether it was made good. What remains is
// weighed by a scorecard of named features (see [Explanation]), whose sum is
// the log-odds that a fair reviewer would uphold a complaint.
//
// The classifier is deterministic and takes time linear in the length of a text:
// some three microseconds for a review of 60 characters, a third of them to find
// the words. It allocates three small slices, which are the result. It reads
// Chinese; a text without a known word is judged by what its channel and stars
// alone suggest.
//
// # Features
//
// The lines of the scorecard, as [Explanation] names them:
//
//	neg-mild                mild shortcomings: the root of their number, as in the next five
//	neg-plain               plain shortcomings
//	neg-strong              serious shortcomings
//	pos-mild                lukewarm praise
//	pos-plain               plain praise
//	pos-strong              enthusiastic praise
//	beside-plain            plain and lukewarm praise beside shortcomings that are not mild
//	beside-strong           enthusiastic praise beside such
//	only-neg                shortcomings and no praise
//	only-pos                praise and no shortcoming
//	nothing                 neither
//	last-neg                the last opinion is a shortcoming
//	last-pos                the last opinion is praise
//	first-neg               the first opinion is a shortcoming
//	first-pos               the first opinion is praise
//	neg-after-contrast      shortcomings after 但是
//	pos-after-contrast      praise after 但是
//	soft-neg                softened shortcomings: 有点, 就是稍微
//	negated-merit           shortcomings that are negated merits
//	negated-defect          praise that is a negated shortcoming
//	excess-neg              shortcomings by 太
//	bad-cue                 words of annoyance, up to 3
//	good-cue                words of delight, up to 3
//	asks                    there is a question
//	asks-of-praise          praise within questions
//	accuses                 a question that accuses
//	supposes                there is a supposition
//	wishes                  there is a wish
//	fears                   there is an expectation
//	others                  another shop, brand or order is spoken of
//	outdated-neg            shortcomings of a past that is over
//	outdated-pos            praise of a past that is over
//	turns                   an outcome: 没想到, 结果
//	made-good               made good, and not denied
//	not-made-good           not made good
//	buyers-cause            the buyer's own cause
//	buyers-cause-but-defect and a serious shortcoming all the same
//	as-advertised           shortcomings that the product was sold for
//	filled                  filled in by the platform
//	conceded                a concession: 虽然
//	compares                a comparison
//	unspoken                a contrast after praise whose content is unknown
//	unread                  the share of the text that is in no word of the lexicon
//	waits                   waiting in vain
//	mild-only               praise, and shortcomings that are all mild
//	serious-despite         a serious shortcoming despite praise
//	plain-despite           a plain shortcoming, and none serious, despite praise
//	serious-contrast        serious shortcomings after 但是
//	last-severe             the last opinion is a shortcoming that is not mild
//	last-severe-despite     and there is praise before it
//	made-good-last          made good, and nothing bad after
//	breadth                 aspects with a shortcoming that is not mild, beyond the first, up to 3
//	net                     shortcomings less praise, by intensity, as a share of both: -1 to 1
//	thumbs-down             blame of the purchase as a whole
//	thumbs-up               praise of the purchase as a whole
//	long                    more than 80 characters
//	loose-negation          negators of unknown words, up to 3
//	digits                  a number
//	review-empty            no opinion, in a review
//	aftersale-empty         no opinion, in an after-sales message
//	complaint-empty         no opinion, in a complaint
//	inquiry-empty           no opinion, in a chat
//	is-after-sale           an after-sales message
//	is-complaint            a complaint to the platform
//	is-inquiry              a chat
//	own-reason              the structured reason is the buyer's own
//	fault-reason            the structured reason is the merchant's fault
//	low-rating              one or two stars
//	high-rating             four or five stars
//	nothing-to-quote        what is taken away because nothing in the text blames
package rules

import (
	"context"
	"math"
	"sync"
	"unicode"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/lexicon"
)

// Options are the settings of a [Classifier]. The zero Options are the defaults.
type Options struct {
	_ [0]func()

	// Lexicon says what words mean. Nil means lexicon.Default().
	Lexicon *lexicon.Lexicon
}

// A Classifier implements classify.Classifier. It is immutable and safe for
// concurrent use.
type Classifier struct {
	lex         *lexicon.Lexicon
	classes     []classSet // of each word, by its id
	words       []word     // what else is known of it, apart since most words are asked for no more
	rare        []rare     // and what few have; the first is empty
	aspects     []ccr.Aspect
	description uint16    // index of goods.description
	quantity    uint16    // and of goods.quantity
	size        uint16    // and of goods.size
	pool        sync.Pool // of *reading
}

// New returns a classifier. Nil options are the defaults. It costs a few
// milliseconds: make one and share it.
func New(opts *Options) *Classifier {
	lex := (*lexicon.Lexicon)(nil)
	if opts != nil {
		lex = opts.Lexicon
	}
	if lex == nil {
		lex = lexicon.Default()
	}
	c := &Classifier{lex: lex}
	c.compile()
	c.pool.New = func() any { return c.newReading() }
	return c
}

// Classify returns what fb says. It fails only with an error matching
// [ccr.ErrText], when fb.Text or fb.Product is not valid UTF-8. The context is
// not used.
func (c *Classifier) Classify(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	return c.ClassifyBy(nil, fb)
}

// A Judge decides in place of the scorecard, text by text, about what was found.
type Judge interface {
	// Judge returns the probability of a complaint, in [0, 1], from the values of
	// the features that FeatureNames names, and from score, the log-odds that the
	// scorecard gives. It may neither keep nor change features.
	Judge(features []float64, score float64) float64

	// Opinions is called next, with the opinions that the rules would state, and
	// returns those to be stated, which become those of ClassifyBy's caller. It may
	// neither keep, change nor return found, nor what lies behind the slices there:
	// they are used again.
	Opinions(found []ccr.Opinion) []ccr.Opinion
}

// ClassifyBy returns what [Classifier.Classify] does, with the probability of j
// in place of the scorecard's, from which the ground and the polarity follow, and
// the opinions of j. A nil j is the scorecard. A text that is only white space is
// not shown to j. The errors are those of Classify.
func (c *Classifier) ClassifyBy(j Judge, fb ccr.Feedback) (a ccr.Assessment, err error) {
	r := c.pool.Get().(*reading)
	if err = r.read(&fb); err == nil && !blank(fb.Text) {
		if j == nil {
			a = r.assess(probability(r.score()), new(memory))
		} else {
			a = r.assess(j.Judge(r.features[:], r.score()), &r.memory)
			a.Opinions = j.Opinions(a.Opinions)
		}
	}
	r.fb = input{} // keeps no text alive
	if max(cap(r.tokens), cap(r.moods), cap(r.product)) <= maxPooled {
		c.pool.Put(r)
	}
	return a, err
}

// blank reports whether text is only white space.
func blank(text string) bool {
	for _, r := range text {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// maxPooled bounds the scratch memory that an exceptionally long text leaves
// behind: a token is 24 bytes.
const maxPooled = 1 << 16

// A word is the compiled form of a lexicon word: for each class that matters its
// first sense. It has 16 bytes, so that what texts use stays in the cache.
type word struct {
	opinion  sense  // Opinion, Merit or Defect; zero when none
	target   uint16 // aspect named by Target; 0 when none
	wait     uint16 // aspect of Wait
	strength uint8  // intensity as a word of grammar
	behind   bool   // a negator that may follow what it negates: 划痕都没有
	rare     int32  // index into Classifier.rare
}

// A rare is the rest of a word.
type rare struct {
	graded    []sense // Graded, by aspect
	attribute []int32 // ids of Attribute
}

// A sense is an opinion that a word can carry.
type sense struct {
	class     lexicon.Class // 0: none
	aspect    uint16        // index into Classifier.aspects; 0: none of its own
	sign      int8          // +1 or -1
	intensity uint8
}

// A classSet is a set of lexicon classes.
type classSet uint64

// Sets of classes that are asked for together.
const (
	opinionated classSet = 1<<lexicon.Opinion | 1<<lexicon.Merit | 1<<lexicon.Defect | 1<<lexicon.Graded
	modifying   classSet = 1<<lexicon.Negator | 1<<lexicon.Degree | 1<<lexicon.Excess
	bridging    classSet = modifying | 1<<lexicon.Adverb | 1<<lexicon.And
	boundary    classSet = 1<<lexicon.Comma | 1<<lexicon.Stop | 1<<lexicon.Ask | 1<<lexicon.Contrast
	returning   classSet = 1<<lexicon.Outcome | 1<<lexicon.Now // ends what was expected or elsewhere
	composing   classSet = modifying | opinionated | 1<<lexicon.PostNegator | 1<<lexicon.PostDegree | 1<<lexicon.Target | 1<<lexicon.And
	between     classSet = 1<<lexicon.Adverb | 1<<lexicon.Number | 1<<lexicon.Attribute | 1<<lexicon.Then // matter after a modifier only
	scoping     classSet = returning | 1<<lexicon.Rhetorical | 1<<lexicon.Ask | 1<<lexicon.Question | 1<<lexicon.Hypothesis |
		1<<lexicon.Wish | 1<<lexicon.Expectation | 1<<lexicon.Elsewhere | 1<<lexicon.Former // bear on what a clause counts for
)

func (s classSet) has(c lexicon.Class) bool { return s>>c&1 != 0 }
func (s classSet) any(t classSet) bool      { return s&t != 0 }

// compile turns the lexicon's entries into words.
func (c *Classifier) compile() {
	c.aspects = []ccr.Aspect{""}
	index := map[ccr.Aspect]uint16{"": 0}
	aspect := func(a ccr.Aspect) uint16 {
		i, ok := index[a]
		if !ok && len(c.aspects) <= math.MaxUint16 { // those beyond are none of their own
			i = uint16(len(c.aspects))
			c.aspects = append(c.aspects, a)
			index[a] = i
		}
		return i
	}
	aspect(ccr.Overall) // overall is 1
	for _, a := range ccr.Aspects() {
		aspect(a)
	}
	c.description, c.quantity, c.size = aspect(ccr.GoodsDescription), aspect(ccr.GoodsQuantity), aspect(ccr.GoodsSize)
	c.classes = make([]classSet, c.lex.Words())
	attributes := map[ccr.Aspect]int32{}
	c.words, c.rare = make([]word, c.lex.Words()), make([]rare, 1)
	for id := range c.words {
		w := &c.words[id]
		for _, e := range c.lex.Senses(int32(id)) {
			c.classes[id] |= 1 << e.Class
			if (e.Class == lexicon.Graded || e.Class == lexicon.Attribute) && w.rare == 0 {
				w.rare = int32(len(c.rare))
				c.rare = append(c.rare, rare{})
			}
			more := &c.rare[w.rare]
			switch e.Class {
			case lexicon.Degree, lexicon.PostDegree, lexicon.Contrast, lexicon.Question:
				w.strength = uint8(e.Intensity)
			case lexicon.Negator:
				w.behind = e.Intensity == 3
			}
			s := sense{class: e.Class, sign: 1, intensity: uint8(e.Intensity)}
			if e.Polarity == ccr.Negative {
				s.sign = -1
			}
			if e.Class == lexicon.Attribute {
				n, ok := attributes[e.Aspect]
				if !ok {
					n = int32(len(attributes) + 1)
					attributes[e.Aspect] = n
				}
				more.attribute = append(more.attribute, n)
				continue
			}
			s.aspect = aspect(e.Aspect)
			switch e.Class {
			case lexicon.Opinion, lexicon.Merit, lexicon.Defect, lexicon.Cue:
				if w.opinion.class == 0 || w.opinion.class == lexicon.Cue {
					w.opinion = s
				}
			case lexicon.Graded:
				more.graded = append(more.graded, s)
			case lexicon.Target:
				w.target = s.aspect
			case lexicon.Wait:
				w.wait = s.aspect
			}
		}
	}
}
