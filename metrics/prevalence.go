package metrics

import "math"

// Prevalence estimates which share of texts is positive from the probabilities
// that a classifier gives them, where that share differs from the one that the
// probabilities are made for: complaints are rarer in a shop than among the
// examples that a classifier learnt from. No text needs a label. The zero
// Prevalence is empty and ready to use.
//
// It holds as far as positive texts, and negative ones, are of the same kind as
// where the classifier learnt, only in another mixture, and the probabilities were
// right there. Where labels can be had, [Audit] needs no such trust.
//
// Memory is for each different probability to four decimals, to which they are
// rounded.
type Prevalence struct {
	_ [0]func()

	texts counts[int16] // by probability in steps of 1e-4
}

// Add counts one text with the probability that it is positive. What is no
// probability is not counted.
func (p *Prevalence) Add(probability float64) {
	if probability >= 0 && probability <= 1 {
		p.texts.add(int16(math.Round(probability*steps)), 1)
	}
}

const steps = 1e4

// Merge adds what o has accumulated.
func (p *Prevalence) Merge(o *Prevalence) { p.texts.merge(o.texts) }

// Len returns the number of texts counted.
func (p *Prevalence) Len() int {
	n := 0
	for _, k := range p.texts {
		n += k
	}
	return n
}

// Share returns the share of positive texts, in [0, 1], for probabilities made for
// a share of trained, in (0, 1). Ok is false without texts and for any other
// trained.
//
// It is the share at which what was seen is likeliest, which the procedure of
// Saerens, Latinne and Decaestecker, "Adjusting the outputs of a classifier to new
// a priori probabilities", Neural Computation 14 (2002), 21-41, finds by steps;
// the likelihood has one maximum, found here by halving. Probabilities of 0 and 1
// are taken for the nearest ones that are not as sure.
func (p *Prevalence) Share(trained float64) (share float64, ok bool) {
	if len(p.texts) == 0 || !(trained > 0 && trained < 1) {
		return 0, false
	}
	// With r the ratio by which a text is likelier as a positive one, the derivative
	// of the log-likelihood at share s is the sum of (r-1)/(1+s(r-1)), which falls.
	rows := p.texts.sorted()
	slope := func(s float64) float64 {
		sum := 0.0
		for _, c := range rows {
			x := min(max(float64(c.Key)/steps, 0.5/steps), 1-0.5/steps)
			r := x / (1 - x) * (1 - trained) / trained
			sum += float64(c.N) * (r - 1) / (1 + s*(r-1))
		}
		return sum
	}
	low, high := 0.0, 1.0
	switch {
	case slope(0) <= 0:
		return 0, true
	case slope(1) >= 0:
		return 1, true
	}
	for range 60 {
		if share = (low + high) / 2; slope(share) > 0 {
			low = share
		} else {
			high = share
		}
	}
	return share, true
}
