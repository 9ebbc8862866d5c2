package hybrid

import (
	"cmp"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// A claim is an opinion that one of the parts, or both, might have seen.
type claim struct {
	aspect    ccr.Aspect
	polarity  ccr.Polarity
	output    int     // of the model; -1 when it has none for this
	odds      float64 // by the model
	against   float64 // and for the opposite
	clause    float64 // by the clause that has most; 0 when the model does not tell
	own       int     // number of the opinion of the rules, from 1; 0 when they did not see it
	intensity int     // of that; 0 when there is none
	opposite  bool    // the rules saw the opposite
	best      float64 // the highest odds of any claim of this polarity
	others    bool    // the rules saw other aspects in this polarity
	short     bool    // the text is short
}

// Names of the rules that opinions of this package carry in front of those of
// the parts: who saw it.
const (
	byRules = "hybrid-rules" // the rules, and the model did not object
	byModel = "hybrid-model" // the model alone
	byBoth  = "hybrid-both"
)

// claimFacts are what decides whether a claim is made.
var claimFacts = [...]string{
	"bias", "blame", "odds", "odds-blame", "seen", "seen-blame", "seen-strong", "seen-mild", "odds-seen",
	"complaint-blame", "complaint-praise", "overall", "overall-odds",
	"opposite-odds", "opposite-seen", "opposite-alone",
	"margin", "margin-seen", "others-alone", "others-odds", "short", "short-odds",
	"fits-seen", "fits-others", "fits-opposite", "fits-surely", // what the complaint, or that it is none, says for it
	"opposite-squared", "margin-odds", "clause-odds",
}

type claimVector [len(claimFacts)]float64

// vector sets v to the facts of a claim in a text whose complaint has log-odds z.
func (c *claim) vector(v *claimVector, z float64) {
	blame, seen, short := one(c.polarity == ccr.Negative), one(c.own > 0), one(c.short)
	mild, strong := one(c.intensity == 1), one(c.intensity == 3)
	overall := one(c.aspect == ccr.Overall)
	opposite, others := one(c.opposite), one(c.others)*(1-seen)
	margin := max(-6, c.odds-c.best)
	odds, against := max(-6, min(6, c.odds)), max(-6, min(6, c.against))
	z = max(-4, min(4, z))
	fits := (2*blame - 1) * z
	*v = claimVector{
		1, blame, odds, odds * blame, seen, seen * blame, strong, mild, odds * seen,
		z * blame, z * (1 - blame), overall, overall * odds,
		against, opposite, opposite * (1 - seen),
		margin, margin * seen, others, others * odds, short, short * odds,
		fits * seen, fits * others, fits * against, max(0, fits-2),
		against * against, margin * odds, max(-6, min(6, c.clause)),
	}
}

// one is 1 for true and 0 for false, without a branch: what is claimed is hard to
// guess.
func one(is bool) float64 {
	n := 0
	if is {
		n = 1
	}
	return float64(n)
}

// faint is the log-odds below which the model does not claim anything.
const faint = -4

// A view is what the rules say of an aspect in a polarity.
type view struct {
	own      int // number of their opinion, from 1
	opposite bool
}

// gather collects the claims of both parts, found being the opinions of the rules.
func (j *judge) gather(found []ccr.Opinion) {
	seen := j.view(found)
	j.consider()
	o := &j.c.outputs
	best := [2]float64{faint, faint}
	for _, i := range j.open {
		b := &best[side(o.aspects[i].polarity)]
		*b = max(*b, j.reading.LogOdds(o.aspects[i].output))
	}
	short, n := j.reading.Len() <= shortUpTo, len(j.open)
	j.claims = slices.Grow(j.claims[:0], n+len(j.alone))[:n+len(j.alone)]
	for k, i := range j.open { // field by field, since a claim is too large to be copied
		c, x, v, side := &j.claims[k], &o.aspects[i], &j.views[i], side(o.aspects[i].polarity)
		c.aspect, c.polarity, c.output = x.aspect, x.polarity, x.output
		c.odds, c.against, c.best, c.clause = j.reading.LogOdds(x.output), faint, best[side], 0
		if x.clause >= 0 {
			c.clause = j.reading.LogOdds(x.clause)
		}
		c.own, c.intensity, c.opposite = v.own, 0, v.opposite
		c.others, c.short = seen[side] > 0, short
		if v.own > 0 {
			c.intensity, c.others = found[v.own-1].Intensity, seen[side] > 1
		}
		if x.opposite >= 0 {
			c.against = j.reading.LogOdds(x.opposite)
		}
	}
	for i, k := range j.alone {
		x := &found[k]
		j.claims[n+i] = claim{aspect: x.Aspect, polarity: x.Polarity, output: -1, against: faint, own: k + 1, intensity: x.Intensity}
	}
}

// view sorts the opinions of the rules into views, and alone those that the model
// knows nothing of. It returns their number, by side.
func (j *judge) view(found []ccr.Opinion) (seen [2]int) {
	o := &j.c.outputs
	j.views = slices.Grow(j.views[:0], len(o.aspects))[:len(o.aspects)]
	views := j.views
	clear(views)
	j.alone = j.alone[:0]
	for k := range found {
		x := &found[k]
		n := side(x.Polarity)
		seen[n]++
		sides, ok := o.sides[x.Aspect]
		if ok && sides[n] >= 0 {
			views[sides[n]].own = k + 1
		} else {
			j.alone = append(j.alone, k)
		}
		if ok && sides[1-n] >= 0 {
			views[sides[1-n]].opposite = true
		}
	}
	return seen
}

// consider fills j.open with what either part has seen.
func (j *judge) consider() {
	o := &j.c.outputs
	j.open = slices.Grow(j.open[:0], len(o.indexes)+1)
	open, views, n := j.open[:len(o.indexes)+1], j.views, 0
	for i, output := range o.indexes {
		open[n] = i
		is := min(views[i].own, 1)
		if j.reading.LogOdds(output) > faint { // without a branch
			is = 1
		}
		n += is
	}
	j.open = open[:n]
}

// side is 1 for blame and 0 for praise.
func side(p ccr.Polarity) int {
	if p == ccr.Negative {
		return 1
	}
	return 0
}

// Opinions implements rules.Judge: it returns those that both parts together make,
// each with words to quote. In a complaint, one of them blames.
func (j *judge) Opinions(found []ccr.Opinion) []ccr.Opinion {
	j.gather(found)
	j.made, j.wanted = j.made[:0], j.wanted[:0]
	blamed, likeliest := false, -1 // of the claims of blame that are not made
	best := 0.0
	var v claimVector
	for i := range j.claims {
		c := &j.claims[i]
		c.vector(&v, j.z)
		z := j.c.weights.claim(&v)
		switch {
		case z >= 0:
			j.make(i)
			blamed = blamed || c.polarity == ccr.Negative
		case c.polarity == ccr.Negative && (likeliest < 0 || z > best):
			likeliest, best = i, z
		}
	}
	if j.complaint && !blamed { // no complaint without words to quote
		if likeliest >= 0 {
			j.make(likeliest)
		} else if o := j.c.outputs.complaint; o >= 0 {
			j.wanted = append(j.wanted, o)
		}
	}
	return j.quoted(found)
}

// make notes that claim i is made, and whether the model has to quote for it.
func (j *judge) make(i int) {
	j.made = append(j.made, i)
	if c := &j.claims[i]; c.own == 0 {
		j.wanted = append(j.wanted, c.output)
	}
}

// quoted returns the opinions of the claims that are made and have words, in the
// order of these.
func (j *judge) quoted(found []ccr.Opinion) []ccr.Opinion {
	if len(j.made) == 0 && !j.complaint {
		return nil
	}
	s := j.newStatement(found)
	j.words = j.reading.Evidence(j.words[:0], j.wanted...)
	words := j.words
	for _, i := range j.made {
		c := &j.claims[i]
		if c.own > 0 {
			part := byRules
			if c.output >= 0 && c.odds >= 0 {
				part = byBoth
			}
			s.add(&found[c.own-1], part)
			continue
		}
		if words[0] != (ccr.Evidence{}) && !j.spoken(words[0], c, found) {
			s.add(&ccr.Opinion{Aspect: c.aspect, Polarity: c.polarity, Evidence: words[:1]}, byModel)
		}
		words = words[1:]
	}
	if j.complaint && !s.blames { // what speaks for a complaint, else the whole text
		if words = append(words, ccr.Evidence{}); words[0] == (ccr.Evidence{}) {
			words[0].End = len(j.fb.Text)
		}
		s.add(&ccr.Opinion{Aspect: ccr.Overall, Polarity: ccr.Negative, Evidence: words[:1]}, byModel)
	}
	slices.SortStableFunc(s.opinions, func(x, y ccr.Opinion) int {
		if d := x.Evidence[0].Start - y.Evidence[0].Start; d != 0 {
			return d
		}
		return cmp.Compare(x.Aspect, y.Aspect)
	})
	return s.opinions
}

// A statement is the opinions that are made. They lie in memory of their own, in
// three pieces that are large enough for all.
type statement struct {
	opinions []ccr.Opinion
	evidence []ccr.Evidence
	rules    []string
	blames   bool
}

// newStatement returns an empty statement with room for all claims that are made.
func (j *judge) newStatement(found []ccr.Opinion) statement {
	quotes, names := len(j.wanted)+1, len(j.wanted)+1 // one more for the whole text
	for _, i := range j.made {
		if own := j.claims[i].own; own > 0 {
			quotes += len(found[own-1].Evidence)
			names += 1 + len(found[own-1].Rules)
		}
	}
	return statement{
		opinions: make([]ccr.Opinion, 0, len(j.made)+1),
		evidence: make([]ccr.Evidence, 0, quotes),
		rules:    make([]string, 0, names),
	}
}

// add adds a copy of an opinion that a part has.
func (s *statement) add(of *ccr.Opinion, part string) {
	e, r := len(s.evidence), len(s.rules)
	s.evidence = append(s.evidence, of.Evidence...)
	s.rules = append(append(s.rules, part), of.Rules...)
	s.opinions = append(s.opinions, ccr.Opinion{
		Aspect: of.Aspect, Polarity: of.Polarity, Intensity: of.Intensity,
		Evidence: s.evidence[e:len(s.evidence):len(s.evidence)], Rules: s.rules[r:len(s.rules):len(s.rules)],
	})
	s.blames = s.blames || of.Polarity == ccr.Negative
}

// spoken reports whether the words for a claim of the model are among those that
// the rules gave to another aspect in the same polarity: they know whose they are.
func (j *judge) spoken(e ccr.Evidence, c *claim, found []ccr.Opinion) bool {
	for _, i := range j.made {
		o := &j.claims[i]
		if o.own == 0 || o.polarity != c.polarity {
			continue
		}
		for _, r := range found[o.own-1].Evidence {
			if r.Start <= e.Start && e.End <= r.End {
				return true
			}
		}
	}
	return false
}
