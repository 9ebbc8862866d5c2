package rules

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/lexicon"
)

// A reading is the scratch memory of one Classify: what was found in a text.
type reading struct {
	c        *Classifier
	fb       input
	tokens   []lexicon.Token
	moods    []int      // bytes at which particles of mood stand, within words too
	sets     []classSet // the classes of each token
	seen     classSet   // those of all
	clauses  []clause
	mentions []mention
	product  []lexicon.Token
	sold     []int32  // attributes that the product's title promises
	flags    classSet // classes seen in any clause
	fates    uint     // fates of any clause, as bits
	loose    int      // negators without a word that they negate
	features features
	topics   []topic
	places   []int // by a topic's key: its index in topics, plus one
	memory   memory
}

func (c *Classifier) newReading() *reading {
	return &reading{c: c, places: make([]int, 2*len(c.aspects)+2)}
}

// A clause is a run of tokens between signs and contrast words.
type clause struct {
	from, to int      // tokens[from:to]
	classes  classSet // classes seen in it
	end      lexicon.Class
	contrast bool   // it opens with a contrast word, or follows one
	mild     bool   // and that word announces something small: 就是有点
	sentence int    // number of its sentence
	mentions int    // index of its first mention
	fate     fate   // why its mentions do not count
	carried  bool   // and that is due to an earlier clause
	past     bool   // it tells of a past that is over
	target   uint16 // the last aspect it names; 0 when none
}

// A fate is why an opinion does not count as the writer's judgement of this
// order. The zero fate is that it does.
type fate uint8

const (
	counts     fate = iota
	asked           // in a question
	supposed        // in a condition
	wished          // in a wish
	expected        // feared or hoped, not found
	elsewhere       // of another shop, brand or order
	outdated        // of a past that has changed
	advertised      // what the product was sold as
	numFates
)

// A mention is one opinion at one place.
type mention struct {
	sense
	clause     int
	start, end int // bytes, from its first modifier on
	word       int32
	fate       fate
	rules      ruleSet
	soft       bool // softened: 有点, 不太
	strong     bool // intensified
}

// A ruleSet is the set of rules that took part in a mention.
type ruleSet uint32

// What kind of word made a mention, then what changed it.
const (
	ruleOpinion ruleSet = 1 << iota
	ruleMerit
	ruleDefect
	ruleGraded
	ruleAttribute
	ruleWait
	ruleUnresolved
	ruleCue
	ruleChannel // a complaint to the platform, whatever its words
	ruleRhetorical
	ruleNegation
	ruleDoubleNegation
	rulePostNegation
	ruleCarried // negation carried over 和
	ruleDegree
	ruleExcess
	ruleTarget
	ruleContrast
	ruleFact
	ruleLapse // advertised but missing
)

var ruleNames = [...]string{
	"opinion-word", "merit-word", "defect-word", "graded-word", "attribute-word", "waiting", "unresolved", "cue-word",
	"platform-complaint", "rhetorical-question", "negation", "double-negation", "post-negation", "shared-negation",
	"degree", "excess", "target", "contrast", "fact", "not-as-advertised",
}

// classRules are the rules of the classes that make mentions.
var classRules = [...]ruleSet{
	0:                  ruleChannel,
	lexicon.Opinion:    ruleOpinion,
	lexicon.Merit:      ruleMerit,
	lexicon.Defect:     ruleDefect,
	lexicon.Graded:     ruleGraded,
	lexicon.Attribute:  ruleAttribute,
	lexicon.Wait:       ruleWait,
	lexicon.Unresolved: ruleUnresolved,
	lexicon.Cue:        ruleCue,
	lexicon.Rhetorical: ruleRhetorical,
	lexicon.Negator:    ruleNegation,
}

// An input is what is read of a feedback.
type input struct {
	Text, Product, Reason string
	Channel               ccr.Channel
	Rating                int
}

// read fills r from fb, or fails with an error matching ccr.ErrText.
func (r *reading) read(fb *ccr.Feedback) error {
	if !r.scan(fb.Text) {
		return &ccr.FieldError{Field: "text", Err: ccr.ErrText}
	}
	if !utf8.ValidString(fb.Product) {
		return &ccr.FieldError{Field: "product", Err: ccr.ErrText}
	}
	r.fb = input{fb.Text, fb.Product, fb.Reason, fb.Channel, fb.Rating}
	r.tokens = r.c.lex.Tokens(r.tokens[:0], fb.Text)
	r.mentions, r.flags, r.loose = r.mentions[:0], 0, 0
	r.split()
	c := composer{r: r}
	for k := range r.clauses {
		c.compose(k)
		r.facts(k)
	}
	r.scope()
	r.match()
	r.sort() // facts and lapses come after the rest of their clause
	r.weigh()
	return nil
}

// scan reports whether text is UTF-8 and finds its particles of mood. Most
// characters have three bytes; what begins with E0 or ED may be no character
// all the same.
func (r *reading) scan(text string) bool {
	r.moods = r.moods[:0]
	for i := 0; i < len(text); {
		switch b := text[i]; {
		case b < utf8.RuneSelf:
			i++
		case 0xE0 < b && b < 0xF0 && b != 0xED && i < len(text)-2 && (text[i+1]^0x80)|(text[i+2]^0x80) < 0x40:
			if c := rune(b&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F); '吧' <= c && c <= '噢' && mood(c) {
				r.moods = append(r.moods, i)
			}
			i += 3
		default:
			c, size := utf8.DecodeRuneInString(text[i:])
			if c == utf8.RuneError && size == 1 {
				return false
			}
			i += size
		}
	}
	return true
}

// mood reports whether c is a particle of mood.
func mood(c rune) bool {
	switch c {
	case '吧', '呀', '呐', '呢', '咯', '哇', '哈', '哟', '哦', '啊', '啦', '喔', '嗯', '嘛', '噢':
		return true
	}
	return false
}

// sort puts the mentions in the order of the text.
func (r *reading) sort() {
	for i := 1; i < len(r.mentions); i++ {
		if r.mentions[i].start < r.mentions[i-1].start {
			slices.SortStableFunc(r.mentions, func(a, b mention) int { return a.start - b.start })
			return
		}
	}
}

func (r *reading) word(i int) *word { return &r.c.words[r.tokens[i].Word] }

func (r *reading) classes(i int) classSet { return r.sets[i] }

// split cuts the tokens into clauses.
func (r *reading) split() {
	r.clauses = append(r.clauses[:0], clause{})
	open := &r.clauses[0]
	sentence := 0
	flush := func(to int, end lexicon.Class) {
		if to > open.from || end == lexicon.Ask {
			open.to, open.end, open.sentence = to, end, sentence
			r.flags |= open.classes
			r.clauses = append(r.clauses, clause{})
			open = &r.clauses[len(r.clauses)-1]
		} else {
			goesOn := end == lexicon.Comma // 但是，…
			*open = clause{contrast: open.contrast && goesOn, mild: open.mild && goesOn}
		}
		open.from = to
		if end == lexicon.Stop || end == lexicon.Ask {
			sentence++
		}
	}
	r.sets = slices.Grow(r.sets[:0], len(r.tokens))[:len(r.tokens)]
	sets, classes, seen := r.sets, r.c.classes, classSet(0)
	for i, t := range r.tokens {
		sets[i] = classes[t.Word]
		seen |= sets[i]
	}
	r.seen = seen
	for i, cs := range r.sets {
		switch {
		case !cs.any(boundary):
			open.classes |= cs
		case cs.has(lexicon.Comma) && r.bridged(i):
		case cs.has(lexicon.Comma):
			flush(i, lexicon.Comma)
			open.from = i + 1
		case cs.has(lexicon.Stop):
			if r.decimal(i) {
				continue
			}
			flush(i, lexicon.Stop)
			open.from = i + 1
		case cs.has(lexicon.Ask):
			flush(i, lexicon.Ask)
			open.from = i + 1
		case cs.has(lexicon.Contrast):
			if i > open.from {
				flush(i, 0)
			}
			open.contrast = true
			open.mild = open.mild || r.word(i).strength == 1
			open.classes |= cs
			if open.mild {
				continue // its words serve as degree: 就是有点
			}
			open.from = i + 1
		}
	}
	flush(len(r.tokens), lexicon.Stop)
	r.clauses = r.clauses[:len(r.clauses)-1]
}

// bridged reports whether token i is a space between a modifier and what it
// modifies, as in 质量不 好: it ends no clause.
func (r *reading) bridged(i int) bool {
	t := r.tokens[i]
	return r.fb.Text[t.Start] == ' ' && i > 0 && i+1 < len(r.tokens) && r.classes(i-1).any(modifying) &&
		!r.classes(i-1).any(opinionated) && r.classes(i+1).any(opinionated) && r.tokens[i-1].End == t.Start && r.tokens[i+1].Start == t.End
}

// decimal reports whether token i is the point of a number, as in 3.5.
func (r *reading) decimal(i int) bool {
	t := r.tokens[i]
	return r.fb.Text[t.Start] == '.' && i > 0 && i+1 < len(r.tokens) &&
		r.classes(i-1).has(lexicon.Number) && r.classes(i+1).has(lexicon.Number) &&
		r.tokens[i-1].End == t.Start && r.tokens[i+1].Start == t.End
}

// modifiers are what has been read before a word of opinion.
type modifiers struct {
	negators int
	behind   int   // start of a negator that may follow its word, plus one
	counted  bool  // a number follows the negator: 没有一个
	fact     bool  // the word reports a fact: 少了两包
	degree   uint8 // 0 none, 1 mild, 2 plain, 3 strong
	excess   bool
	any      bool // there are any
	start    int  // byte at which they start
	end      int  // byte at which the last ends
}

// The bytes of unknown words that may stand between a modifier and its word:
// four characters after a negator, two after a degree.
const (
	negatorReach = 12
	degreeReach  = 6
)

// A composer makes the mentions of one clause from its words, from left to
// right.
type composer struct {
	r       *reading
	clause  int
	cl      *clause
	mod     modifiers // read and not yet used
	carried int       // negators of the mention before, for 没有 A 和 B
	and     bool      // a joining word stands between
	target  uint16    // the aspect named last
	last    int       // the last mention of this clause; -1 when none
}

// compose makes the mentions of clause k.
func (c *composer) compose(k int) {
	r := c.r
	c.clause, c.cl = k, &r.clauses[k]
	c.cl.mentions = len(r.mentions)
	c.mod = modifiers{}
	c.carried, c.and, c.target, c.last = 0, false, 0, -1
	if k > 0 { // 物流倒是快, 屏幕，很亮: a clause goes on about what the one before has only named
		if before := &r.clauses[k-1]; before.end == 0 || before.sentence == c.cl.sentence && before.mentions == len(r.mentions) {
			c.target = before.target
		}
	}
	for i, to := c.cl.from, c.cl.to; i < to; i++ {
		telling := composing
		if c.mod.any {
			telling |= between
		}
		if cs := r.classes(i); cs.any(telling) {
			c.word(i, cs)
		}
	}
	c.close()
}

// word takes token i, a word of the classes cs.
func (c *composer) word(i int, cs classSet) {
	r := c.r
	t, w := r.tokens[i], r.word(i)
	if cs.has(lexicon.Degree) && cs.any(opinionated) && i+1 < c.cl.to && r.tokens[i+1].Start == t.End && r.classes(i+1).any(opinionated) {
		w, cs = &intensifier, 1<<lexicon.Degree // 好难吃
	}
	switch {
	case c.mod.any && t.Start-c.mod.end > negatorReach:
		c.reset()
	case cs.has(lexicon.Then) && !cs.any(opinionated): // 没用几次就坏了
		c.reset()
		return
	case cs.has(lexicon.Negator) && c.mod.negators > 0 && !c.mod.counted && t.Start > c.mod.end:
		c.reset() // 不高不矮: the first one negates an unknown word
	}
	if !c.mod.any && cs.any(modifying) {
		c.mod.any, c.mod.start = true, t.Start
	}
	var s sense
	found := false
	if cs.any(opinionated) {
		s, found = r.sense(w, c.target, i, c.cl, &c.mod)
	}
	near := c.last >= 0 && t.Start-r.mentions[c.last].end <= degreeReach
	switch {
	case found && !(cs.has(lexicon.Negator) && w.opinion.class == 0):
		c.opinion(s, t)
	case cs.has(lexicon.PostNegator) && near:
		c.turn(t.End)
	case cs.has(lexicon.PostDegree) && near:
		m := &r.mentions[c.last]
		m.end, m.rules = t.End, m.rules|ruleDegree
		m.soft = w.strength == 1
		m.strong = m.strong || !m.soft
	default:
		c.modifier(w, t, cs)
	}
	if cs.has(lexicon.Target) {
		c.target, c.cl.target = w.target, w.target
		if c.last >= 0 && r.mentions[c.last].aspect == 0 && t.Start-r.mentions[c.last].end <= degreeReach {
			r.mentions[c.last].aspect = w.target // 很好的质量
			r.mentions[c.last].rules |= ruleTarget
		}
	}
}

// opinion makes a mention of what token t says, with the modifiers before it.
func (c *composer) opinion(s sense, t lexicon.Token) {
	c.last = len(c.r.mentions)
	c.r.mentions = append(c.r.mentions, mention{})
	m := &c.r.mentions[c.last]
	m.sense, m.clause, m.start, m.end, m.word = s, c.clause, t.Start, t.End, t.Word
	if c.and && c.mod.negators == 0 && c.carried > 0 && s.sign < 0 {
		c.mod.negators = c.carried
		m.rules |= ruleCarried
	}
	c.r.modify(m, &c.mod, t)
	if c.mod.fact {
		m.rules |= ruleFact
	}
	if m.aspect == 0 && c.target != 0 {
		m.aspect = c.target
		m.rules |= ruleTarget
	}
	if c.cl.contrast {
		m.rules |= ruleContrast
	}
	if c.cl.classes.has(lexicon.Concession) && m.sign < 0 {
		m.soft = true // 除了贵点
	}
	c.carried, c.and = c.mod.negators, false
	c.mod = modifiers{}
}

// modifier takes a word that says nothing by itself.
func (c *composer) modifier(w *word, t lexicon.Token, cs classSet) {
	if cs.has(lexicon.Negator) {
		c.mod.negators++
		if w.behind {
			c.mod.behind = t.Start + 1
		}
	}
	if cs.has(lexicon.Number) && c.mod.negators > 0 {
		c.mod.counted = true
	}
	if cs.has(lexicon.Degree) && (w.strength == 1 || c.mod.degree != 1) {
		c.mod.degree = w.strength
	}
	if cs.has(lexicon.Excess) {
		c.mod.excess = true
	}
	if cs.any(bridging) && c.mod.any {
		c.mod.end = t.End
	}
	c.and = c.and || cs.has(lexicon.And)
}

// reset forgets modifiers that found no word.
func (c *composer) reset() {
	c.r.loose += c.mod.negators
	c.mod = modifiers{}
}

// turn turns the last mention by what follows it, up to byte end.
func (c *composer) turn(end int) {
	m := &c.r.mentions[c.last]
	m.sign, m.end = -m.sign, end
	m.rules |= rulePostNegation
}

// close ends the clause: a negator that is left may turn what stands before
// it, as in 划痕都没有.
func (c *composer) close() {
	behind := c.mod.behind - 1
	if c.last >= 0 && behind >= 0 && c.mod.negators == 1 && c.cl.end != lexicon.Ask && behind-c.r.mentions[c.last].end <= degreeReach {
		c.turn(c.mod.end)
		return
	}
	c.reset()
}

// intensifier stands for a word of opinion that intensifies another.
var intensifier = word{strength: 3}

// sense returns the opinion that word w carries at token i.
func (r *reading) sense(w *word, target uint16, i int, cl *clause, mod *modifiers) (sense, bool) {
	if w.opinion.class != 0 && w.opinion.class != lexicon.Cue {
		return w.opinion, true
	}
	graded := r.c.rare[w.rare].graded
	if len(graded) == 0 {
		return sense{}, false
	}
	if target == 0 && i+1 < cl.to { // 好大的味道
		for j := i + 1; j < cl.to && j <= i+2; j++ {
			if n := r.word(j); n.target != 0 {
				target = n.target
				break
			} else if !r.classes(j).has(lexicon.Adverb) {
				break
			}
		}
	}
	for _, s := range graded {
		if s.aspect == target && target != 0 {
			return s, true
		}
	}
	s := graded[0]
	if s.aspect == r.c.quantity && s.sign < 0 && r.missing(i, cl) {
		s.intensity = 3
		mod.fact = true
		return s, true
	}
	if mod.excess || mod.degree == 1 || cl.mild || s.aspect == r.c.size && r.became(i, cl) { // too much or a bit of anything is a reservation
		s.sign, s.intensity = -1, 1
		return s, true
	}
	return sense{}, false
}

// became reports whether 了 follows token i: 鞋子小了.
func (r *reading) became(i int, cl *clause) bool {
	return i+1 < cl.to && r.tokens[i+1].Start == r.tokens[i].End && strings.HasPrefix(r.fb.Text[r.tokens[i+1].Start:], "了")
}

// missing reports whether a number of pieces follows token i: 少了两包.
func (r *reading) missing(i int, cl *clause) bool {
	for j := i + 1; j < cl.to && j <= i+2; j++ {
		switch cs := r.classes(j); {
		case r.tokens[j].Start-r.tokens[j-1].End > 0:
			return false
		case cs.has(lexicon.Number):
			return j+1 < cl.to && r.classes(j+1).any(1<<lexicon.Unit|1<<lexicon.Number)
		case !cs.has(lexicon.Adverb):
			return false
		}
	}
	return false
}

// modify applies the modifiers to m.
func (r *reading) modify(m *mention, mod *modifiers, t lexicon.Token) {
	if !mod.any && mod.negators == 0 {
		return
	}
	if mod.any {
		m.start = mod.start
	}
	near := t.Start-mod.end <= degreeReach
	switch {
	case mod.negators%2 == 1:
		m.sign = -m.sign
		m.rules |= ruleNegation
		if m.intensity == 3 {
			m.intensity = 2 // 不完美 is no scandal, 没有破损 no triumph
		}
	case mod.negators > 0:
		m.rules |= ruleDoubleNegation
	}
	if !near {
		return
	}
	switch {
	case mod.excess:
		m.rules |= ruleExcess
		m.strong = true
	case mod.degree == 1:
		m.rules |= ruleDegree
		m.soft = true
	case mod.degree == 3:
		m.rules |= ruleDegree
		m.strong = mod.negators == 0
	}
}

// facts finds complaints that name no shortcoming: waiting and missing.
func (r *reading) facts(k int) {
	cl := &r.clauses[k]
	if !cl.classes.has(lexicon.Wait) {
		return
	}
	number, timed, negated := -1, -1, -1
	for i := cl.from; i < cl.to; i++ {
		w, cs := r.word(i), r.classes(i)
		switch {
		case cs.has(lexicon.Number):
			number = i
		case cs.has(lexicon.Time) && number >= 0:
			timed = number
		case cs.has(lexicon.Negator):
			negated = i
		case w.wait != 0 && negated >= 0: // 三天发货 alone is no complaint
			first := timed
			if first < 0 || negated < first {
				first = negated
			}
			intensity := uint8(2)
			if timed < 0 {
				intensity = 1
			}
			m := mention{
				sense:  sense{class: lexicon.Wait, aspect: w.wait, sign: -1, intensity: intensity},
				clause: k, start: r.tokens[first].Start, end: r.tokens[i].End, word: r.tokens[i].Word, rules: ruleFact,
			}
			r.mentions = append(r.mentions, m)
			negated = -1
		}
	}
}
