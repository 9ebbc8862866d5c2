package rules

import "github.com/ccrkit/ccrkit/lexicon"

// scope decides for each clause whether what it says is a judgement of this
// order, and passes the fate on to its mentions.
func (r *reading) scope() {
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
		case cl.end == lexicon.Ask || cs.has(lexicon.Question):
			cl.fate = asked
		case cs.has(lexicon.Hypothesis):
			cl.fate, supposedIn = supposed, cl.sentence
		case cs.has(lexicon.Wish):
			cl.fate = wished
		case cs.has(lexicon.Expectation) && !cs.has(lexicon.Outcome):
			cl.fate, expectedIn = expected, cl.sentence
		case cs.has(lexicon.Elsewhere) && !cs.has(lexicon.Comparison):
			cl.fate, elsewhereIn = elsewhere, cl.sentence
		case supposedIn == cl.sentence:
			cl.fate = supposed
		case expectedIn == cl.sentence:
			cl.fate = expected
		case elsewhereIn == cl.sentence:
			cl.fate = elsewhere
		}
	}
	// The past counts for less than the present that contradicts it.
	lastNow := none
	for k := range r.clauses {
		if r.clauses[k].classes.has(lexicon.Now) {
			lastNow = k
		}
	}
	for i := range r.mentions {
		m := &r.mentions[i]
		cl := &r.clauses[m.clause]
		m.fate = cl.fate
		if m.fate == counts && cl.classes.has(lexicon.Former) && !cl.classes.has(lexicon.Now) && lastNow > m.clause {
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

// match compares what is criticised with what the product was sold as.
func (r *reading) match() {
	if r.fb.Product == "" {
		return
	}
	for i := range r.mentions {
		m := &r.mentions[i]
		w := &r.c.words[m.word]
		if len(w.attribute) == 0 {
			continue
		}
		if len(r.product) == 0 {
			r.product = r.c.lex.Tokens(r.product, r.fb.Product)
		}
		for _, t := range r.product {
			if !shares(r.c.words[t.Word].attribute, w.attribute) {
				continue
			}
			if m.rules&(ruleNegation|rulePostNegation) != 0 {
				m.sign, m.intensity, m.soft = -1, 2, false
				m.rules |= ruleLapse
			} else if m.sign < 0 {
				m.fate = advertised
			}
			break
		}
	}
}

func shares(a, b []int16) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
