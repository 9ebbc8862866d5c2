package rules

import (
	"slices"

	"github.com/ccrkit/ccrkit/lexicon"
)

// scope decides for each clause whether what it says is a judgement of this
// order, and passes the fate on to its mentions.
func (r *reading) scope() {
	r.fates = 1 << counts
	if !r.seen.any(scoping) {
		return
	}
	const none = -1
	supposedIn, expectedIn, elsewhereIn := none, none, none // sentence in which such a scope is open
	for k := range r.clauses {
		cl := &r.clauses[k]
		cs := cl.classes
		if cl.contrast || cs.any(returning) {
			expectedIn, elsewhereIn = none, none
		}
		if cs.has(lexicon.Outcome) {
			supposedIn = none
		}
		switch {
		case cs.has(lexicon.Rhetorical):
		case cl.end == lexicon.Ask || cs.has(lexicon.Question) && r.asks(cl):
			cl.fate = asked
		case cs.has(lexicon.Hypothesis):
			cl.fate, supposedIn = supposed, cl.sentence
		case cs.has(lexicon.Wish):
			cl.fate = wished
		case cs.has(lexicon.Expectation) && !cs.has(lexicon.Outcome):
			cl.fate, expectedIn = expected, cl.sentence
		case cs.has(lexicon.Elsewhere) && !cs.any(1<<lexicon.Comparison|1<<lexicon.Outcome):
			cl.fate, elsewhereIn = elsewhere, cl.sentence
		case supposedIn == cl.sentence:
			cl.fate, cl.carried = supposed, true
		case expectedIn == cl.sentence:
			cl.fate, cl.carried = expected, true
		case elsewhereIn == cl.sentence:
			cl.fate, cl.carried = elsewhere, true
		}
		r.fates |= 1 << cl.fate
	}
	r.past()
	for i := range r.mentions {
		m := &r.mentions[i]
		cl := &r.clauses[m.clause]
		m.fate = cl.fate
		if cl.carried && m.sign < 0 && m.aspect <= 1 && m.intensity > 1 {
			m.fate = counts // 郁闷, 再也不买了: of this purchase, whatever was said before
		}
		if m.fate == counts && cl.past {
			m.fate = outdated
		}
		if cl.classes.has(lexicon.Rhetorical) {
			m.rules |= ruleRhetorical
			if m.sign > 0 && cl.end == lexicon.Ask {
				m.sign = -1
			}
		}
	}
}

// past marks the clauses that tell of a past which a better present has
// replaced: 头几天磨脚，现在软和了. A worse present needs no such rule.
func (r *reading) past() {
	if !r.flags.has(lexicon.Former) {
		return
	}
	open := false
	for k := range r.clauses {
		cl := &r.clauses[k]
		switch {
		case cl.classes.any(returning) || cl.contrast:
			open = false
		case cl.classes.has(lexicon.Former):
			open = true
		}
		cl.past = open
	}
	better := false // the mentions of the clauses behind k are praise
	for k, i := len(r.clauses)-1, len(r.mentions); k >= 0; k-- {
		cl := &r.clauses[k]
		if !cl.past {
			for ; i > cl.mentions; i-- {
				m := &r.mentions[i-1]
				if m.sign < 0 && !m.soft && cl.fate == counts {
					better = false
					for j := range k {
						r.clauses[j].past = false
					}
					return
				}
				better = better || m.sign > 0
			}
		}
		i = cl.mentions
		cl.past = cl.past && better
	}
}

// asks reports whether a clause without a question mark holds a word that
// makes it a question by itself. Weak ones, such as 什么, do not.
func (r *reading) asks(cl *clause) bool {
	for i := cl.from; i < cl.to; i++ {
		if r.classes(i).has(lexicon.Question) && r.word(i).strength > 1 {
			return true
		}
	}
	return false
}

// match compares what is criticised with what the product was sold as: 有点黑
// is no shortcoming of a black shirt, and 不辣 is one of a spicy sauce.
func (r *reading) match() {
	if r.fb.Product == "" || !r.seen.has(lexicon.Attribute) {
		return
	}
	r.product = r.c.lex.Tokens(r.product[:0], r.fb.Product)
	r.sold = r.sold[:0]
	for _, t := range r.product {
		for _, a := range r.c.rare[r.c.words[t.Word].rare].attribute {
			if !slices.Contains(r.sold, a) {
				r.sold = append(r.sold, a)
			}
		}
	}
	if len(r.sold) == 0 {
		return
	}
	for i := range r.mentions {
		m := &r.mentions[i]
		switch w := &r.c.words[m.word]; {
		case !r.soldAs(w):
		case m.rules&(ruleNegation|rulePostNegation) != 0:
			m.sign, m.intensity, m.soft = -1, 2, false
			m.rules |= ruleLapse
		case m.sign < 0:
			m.fate = advertised
		}
	}
	for k := range r.clauses { // properties that are no opinion: 一点不辣
		cl := &r.clauses[k]
		if !cl.classes.has(lexicon.Attribute) || !cl.classes.has(lexicon.Negator) {
			continue
		}
		for i := cl.from + 1; i < cl.to; i++ {
			t, before := r.tokens[i], r.tokens[i-1]
			w := r.word(i)
			if w.opinion.class != 0 || before.End != t.Start || !r.classes(i-1).has(lexicon.Negator) || !r.soldAs(w) {
				continue
			}
			r.mentions = append(r.mentions, mention{
				sense:  sense{class: lexicon.Attribute, aspect: r.c.description, sign: -1, intensity: 2},
				clause: k, start: before.Start, end: t.End, word: t.Word, fate: cl.fate, rules: ruleNegation | ruleLapse,
			})
		}
	}
}

// soldAs reports whether the product's title promises the property of w.
func (r *reading) soldAs(w *word) bool {
	return slices.ContainsFunc(r.c.rare[w.rare].attribute, func(a int32) bool { return slices.Contains(r.sold, a) })
}
