package hybrid

import (
	"cmp"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// A claim is an opinion that one of the parts, or both, might have seen.
type claim struct {
	aspect   ccr.Aspect
	polarity ccr.Polarity
	output   int           // of the model; -1 when it has none for this
	odds     float64       // by the model
	against  float64       // and for the opposite
	rules    []ccr.Opinion // that of the rules; none when they did not see it
	opposite bool          // the rules saw the opposite
	best     float64       // the highest odds of any claim of this polarity
	others   bool          // the rules saw other aspects in this polarity
	short    bool          // the text is short
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
}

type claimVector [len(claimFacts)]float64

// vector returns the facts of a claim in a text whose complaint has log-odds z.
func (c *claim) vector(z float64) claimVector {
	var blame, seen, strong, mild, overall float64
	if c.polarity == ccr.Negative {
		blame = 1
	}
	if len(c.rules) > 0 {
		seen = 1
		switch c.rules[0].Intensity {
		case 1:
			mild = 1
		case 3:
			strong = 1
		}
	}
	if c.aspect == ccr.Overall {
		overall = 1
	}
	var opposite, alone float64
	if c.opposite {
		opposite, alone = 1, 1-seen
	}
	var others, short float64
	if c.others {
		others = 1 - seen
	}
	if c.short {
		short = 1
	}
	margin := max(-6, c.odds-c.best)
	odds, against := max(-6, min(6, c.odds)), max(-6, min(6, c.against))
	z = max(-4, min(4, z))
	return claimVector{
		1, blame, odds, odds * blame, seen, seen * blame, seen * strong, seen * mild, odds * seen,
		z * blame, z * (1 - blame), overall, overall * odds,
		against, opposite, alone,
		margin, margin * seen, others, others * odds, short, short * odds,
	}
}

// faint is the log-odds below which the model does not claim anything.
const faint = -4

// A view is what the rules say of an aspect in a polarity.
type view struct {
	own      int // number of their opinion, from 1
	opposite bool
}

// gather collects the claims of both parts.
func (j *judge) gather(a *ccr.Assessment) {
	o := &j.c.outputs
	j.views = slices.Grow(j.views[:0], len(o.aspects))[:len(o.aspects)]
	clear(j.views)
	var seen [2]int // opinions of the rules, by side
	for k := range a.Opinions {
		x := &a.Opinions[k]
		n := side(x.Polarity)
		seen[n]++
		sides, ok := o.sides[x.Aspect]
		if ok && sides[n] >= 0 {
			j.views[sides[n]].own = k + 1
		}
		if ok && sides[1-n] >= 0 {
			j.views[sides[1-n]].opposite = true
		}
	}
	best := [2]float64{faint, faint}
	j.open = j.open[:0]
	for i, output := range o.indexes {
		z := j.reading.LogOdds(output)
		if z > faint || j.views[i].own > 0 {
			j.open = append(j.open, i)
			b := &best[side(o.aspects[i].polarity)]
			*b = max(*b, z)
		}
	}
	short := j.reading.Len() <= 20
	j.claims = j.claims[:0]
	for _, i := range j.open {
		x, v := &o.aspects[i], j.views[i]
		c := claim{aspect: x.aspect, polarity: x.polarity, output: x.output, odds: j.reading.LogOdds(x.output), against: faint, opposite: v.opposite, short: short}
		if v.own > 0 {
			c.rules = a.Opinions[v.own-1 : v.own]
		}
		if x.opposite >= 0 {
			c.against = j.reading.LogOdds(x.opposite)
		}
		n := side(x.polarity)
		c.best, c.others = best[n], seen[n] > len(c.rules)
		j.claims = append(j.claims, c)
	}
	for k := range a.Opinions { // of aspects that the model does not know
		x := &a.Opinions[k]
		if sides, ok := o.sides[x.Aspect]; !ok || sides[side(x.Polarity)] < 0 {
			j.claims = append(j.claims, claim{aspect: x.Aspect, polarity: x.Polarity, output: -1, against: faint, rules: a.Opinions[k : k+1]})
		}
	}
}

// side is 1 for blame and 0 for praise.
func side(p ccr.Polarity) int {
	if p == ccr.Negative {
		return 1
	}
	return 0
}

// opinions replaces the opinions of the rules in a by those that both parts
// together make, each with words to quote.
func (j *judge) opinions(a *ccr.Assessment) {
	j.gather(a)
	j.made, j.wanted = j.made[:0], j.wanted[:0]
	blamed, likeliest := false, -1 // of the claims of blame that are not made
	best := 0.0
	for i := range j.claims {
		c := &j.claims[i]
		v := c.vector(j.z)
		z := j.c.weights.claim(&v)
		switch {
		case z >= 0:
			j.make(i)
			blamed = blamed || c.polarity == ccr.Negative
		case c.polarity == ccr.Negative && (likeliest < 0 || z > best):
			likeliest, best = i, z
		}
	}
	if a.Complaint >= 0.5 && !blamed { // no complaint without words to quote
		if likeliest >= 0 {
			j.make(likeliest)
		} else if o := j.c.outputs.complaint; o >= 0 {
			j.claims = append(j.claims, claim{aspect: ccr.Overall, polarity: ccr.Negative, output: o})
			j.make(len(j.claims) - 1)
		}
	}
	a.Opinions = j.quoted(a.Complaint >= 0.5)
}

// make notes that claim i is made, and whether the model has to quote for it.
func (j *judge) make(i int) {
	j.made = append(j.made, i)
	if c := &j.claims[i]; len(c.rules) == 0 {
		j.wanted = append(j.wanted, c.output)
	}
}

// quoted returns the opinions of the claims that are made and have words, in the
// order of these. When complaint, one of them blames.
func (j *judge) quoted(complaint bool) []ccr.Opinion {
	if len(j.made) == 0 && !complaint {
		return nil
	}
	words := j.reading.Evidence(make([]ccr.Evidence, 0, len(j.wanted)+1), j.wanted...)
	by := make([]string, 0, 2*len(j.made)+2)
	opinions := make([]ccr.Opinion, 0, len(j.made)+1)
	blamed := false
	add := func(o ccr.Opinion, e []ccr.Evidence, part string, rules ...string) {
		from := len(by)
		by = append(append(by, part), rules...)
		o.Evidence, o.Rules = e, by[from:len(by):len(by)]
		opinions = append(opinions, o)
		blamed = blamed || o.Polarity == ccr.Negative
	}
	next := 0
	for _, i := range j.made {
		c := &j.claims[i]
		if len(c.rules) > 0 {
			part := byRules
			if c.output >= 0 && c.odds >= 0 {
				part = byBoth
			}
			add(c.rules[0], c.rules[0].Evidence, part, c.rules[0].Rules...)
			continue
		}
		if words[next] != (ccr.Evidence{}) && !j.spoken(words[next], c) {
			add(ccr.Opinion{Aspect: c.aspect, Polarity: c.polarity}, words[next:next+1:next+1], byModel)
		}
		next++
	}
	if complaint && !blamed { // then the whole text
		words = append(words, ccr.Evidence{End: len(j.fb.Text)})
		add(ccr.Opinion{Aspect: ccr.Overall, Polarity: ccr.Negative}, words[len(words)-1:], byModel)
	}
	slices.SortStableFunc(opinions, func(x, y ccr.Opinion) int {
		return cmp.Or(cmp.Compare(x.Evidence[0].Start, y.Evidence[0].Start), cmp.Compare(x.Aspect, y.Aspect))
	})
	return opinions
}

// spoken reports whether the words for a claim of the model are among those that
// the rules gave to another aspect in the same polarity: they know whose they are.
func (j *judge) spoken(e ccr.Evidence, c *claim) bool {
	for _, i := range j.made {
		o := &j.claims[i]
		if len(o.rules) == 0 || o.polarity != c.polarity {
			continue
		}
		for _, r := range o.rules[0].Evidence {
			if r.Start <= e.Start && e.End <= r.End {
				return true
			}
		}
	}
	return false
}

// polarity is the overall stance: that of the model's outputs for blame and
// praise, bound to what was decided about the complaint.
func (j *judge) polarity(a *ccr.Assessment) ccr.Polarity {
	o := &j.c.outputs
	if o.negative < 0 || o.positive < 0 {
		return a.Polarity
	}
	blame, praise := j.reading.Given(o.negative), j.reading.Given(o.positive)
	switch {
	case a.Complaint >= 0.5 && praise && blame && j.reading.LogOdds(o.positive) > 0:
		return ccr.Mixed
	case a.Complaint >= 0.5:
		return ccr.Negative
	case praise && blame:
		return ccr.Mixed
	case praise:
		return ccr.Positive
	case blame:
		return ccr.Negative
	}
	return ccr.Neutral
}
