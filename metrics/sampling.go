package metrics

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Candidate is an order that reviewers could label.
type Candidate struct {
	_ [0]func()

	OrderID string
	Score   float64 // the classifier's probability that it is negative, in [0, 1]
	Stratum int     // any number; orders of one stratum have equal chances
}

// Strata of NewCandidate and of an Audit.
const (
	unlikely = iota // not negative, with a score below doubt
	doubtful        // not negative, with another score
	upheld          // negative
	numStrata
)

// doubt divides the orders that are not negative. In simulations like those of
// the tests, with 300 labels and calibrated scores, intervals were a tenth to a
// fifth narrower than with strata by decision alone; more strata gained little,
// and lost with 100 labels.
const doubt = 0.1

// NewCandidate returns the candidate that the classifier's verdict makes of an
// order, v being made without reviewers' decisions. It returns false for an
// order that is not counted, and for one without effective feedback: there
// is nothing to review, and it is not negative.
//
// Score is the greatest [ccr.Assessment.Complaint] of the effective feedback,
// and at least ½ for an order that is negative, and for one with feedback that
// the classifier failed on. Stratum is 2 for a negative order, and for others 1
// from a score of 0.1 and 0 below.
func NewCandidate(v *ccr.Verdict) (Candidate, bool) {
	c := Candidate{OrderID: v.OrderID, Stratum: unlikely}
	open := false
	for i := range v.Rulings {
		switch r := &v.Rulings[i]; r.Excluded {
		case "":
			open = true
			c.Score = max(c.Score, min(r.Assessment.Complaint, 1))
		case ccr.ReasonNotRead:
			open = true
			c.Score = max(c.Score, 0.5)
		}
	}
	switch {
	case v.Negative:
		c.Score, c.Stratum = max(c.Score, 0.5), upheld
	case c.Score >= doubt:
		c.Stratum = doubtful
	}
	return c, open && v.Counted
}

// A Pick is an order to label next.
type Pick struct {
	_ [0]func()

	Candidate
	Probability float64 // the chance that it had to be picked, in (0, 1]
}

// SampleStrata picks n of the candidates for labelling: a random sample in each
// stratum, so large that the estimate of [Stratified], or an [Audit], is most
// exact if the scores are right. All are picked when n is greater.
//
// The picks are in an order in which to label them: label from the start and
// stop anywhere, or pick more later with the same seed, and what was labelled
// is again such a sample. So to label the next hundred after two hundred,
// pick 300 and leave out the first 200. That needs the candidates to be the same.
//
// The choice depends on the candidates, n and seed alone, not on the order of
// the candidates; of two with one OrderID one is left out. Pick.Probability is
// that of the whole sample. The allocation is that of Neyman, by the mean score
// of each stratum, in the whole numbers of Wright, "The equivalence of Neyman
// optimum allocation for sampling and equal proportions for apportioning the
// U.S. House of Representatives", American Statistician 66 (2012), 217-224.
// The standard deviation of a stratum is taken to be at least that of 1 in a
// hundred, so that no trust in a classifier leaves one without labels. Cost is
// that of sorting the candidates.
func SampleStrata(candidates []Candidate, n int, seed uint64) []Pick {
	type stratum struct {
		key, taken int
		orders     []draw // in the order in which they are picked
		sum, pull  float64
	}
	var all []*stratum
	for _, d := range shuffled(candidates, seed) {
		i, ok := slices.BinarySearchFunc(all, d.Stratum, func(s *stratum, key int) int { return cmp.Compare(s.key, key) })
		if !ok {
			all = slices.Insert(all, i, &stratum{key: d.Stratum})
		}
		all[i].orders = append(all[i].orders, d)
		all[i].sum += d.Score
	}
	for _, s := range all {
		s.pull = float64(len(s.orders)) * deviation(s.sum/float64(len(s.orders)))
	}
	var picks []Pick
	var from []*stratum // of each pick
	for len(picks) < n {
		var next *stratum
		most := -1.0
		for _, s := range all {
			if k := float64(s.taken); s.taken < len(s.orders) {
				// +Inf for the first, so that every stratum has one.
				if v := s.pull / math.Sqrt(k*(k+1)); v > most {
					next, most = s, v
				}
			}
		}
		if next == nil {
			break
		}
		picks = append(picks, Pick{Candidate: next.orders[next.taken].Candidate})
		from = append(from, next)
		next.taken++
	}
	for i, s := range from {
		picks[i].Probability = float64(s.taken) / float64(len(s.orders))
	}
	return picks
}

// SampleUncertain picks about n of the candidates for labelling, the more
// likely the less sure their score is: with a probability proportional to
// sqrt(p(1-p)) for a score p between 0.01 and 0.99, and to that of 0.01 for
// others, up to 1. [PredictionPowered] makes an unbiased estimate of them by
// their probabilities; Stratified and an Audit do not.
//
// Each order is picked or not whatever happens to others (Poisson sampling with
// permanent random numbers: Brewer, Early and Joyce, "Selecting several samples
// from a single population", Australian Journal of Statistics 14 (1972),
// 231-239). So the probabilities are exact and the number of picks varies, by
// less than sqrt(n) two times of three. A greater n with the same seed and
// candidates picks the same and more; the probabilities are those of the last
// pick. The picks are in order of OrderID. They depend on the candidates, n and
// seed alone, not on the order of the candidates; of two with one OrderID one is
// left out. Cost is that of sorting the candidates.
func SampleUncertain(candidates []Candidate, n int, seed uint64) []Pick {
	all := shuffled(candidates, seed)
	slices.SortFunc(all, func(a, b draw) int { return cmp.Compare(deviation(b.Score), deviation(a.Score)) })
	// Those of the greatest deviation are certain while their share of what
	// is left to pick would exceed 1.
	sum, left := 0.0, float64(n)
	for _, d := range all {
		sum += deviation(d.Score)
	}
	certain := 0
	for ; certain < len(all) && left*deviation(all[certain].Score) >= sum; certain++ {
		sum -= deviation(all[certain].Score)
		left--
	}
	var picks []Pick
	for i, d := range all {
		p := 1.0
		if i >= certain {
			p = left * deviation(d.Score) / sum
		}
		if d.at < p {
			picks = append(picks, Pick{Candidate: d.Candidate, Probability: p})
		}
	}
	slices.SortFunc(picks, func(a, b Pick) int { return cmp.Compare(a.OrderID, b.OrderID) })
	return picks
}

// deviation returns the standard deviation of a label of which the score is p.
func deviation(p float64) float64 {
	if !(p > 0.01) { // NaN too
		p = 0.01
	}
	p = min(p, 0.99)
	return math.Sqrt(p * (1 - p))
}

// A draw is a candidate with its random number, in [0, 1).
type draw struct {
	Candidate
	at float64
}

// shuffled returns the candidates in a random order, each id once. The random
// number of an order depends on its id and the seed alone.
func shuffled(candidates []Candidate, seed uint64) []draw {
	all := make([]draw, len(candidates))
	var key []byte
	for i, c := range candidates {
		key = append(binary.BigEndian.AppendUint64(key[:0], seed), c.OrderID...)
		sum := sha256.Sum256(key)
		all[i] = draw{c, float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)}
	}
	slices.SortFunc(all, func(a, b draw) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.OrderID, b.OrderID),
			cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Score, b.Score))
	})
	return slices.CompactFunc(all, func(a, b draw) bool { return a.OrderID == b.OrderID })
}
