package metrics

import (
	"cmp"
	"math"
	"slices"
)

// Scores accumulates probabilities of the positive class with what is right, and
// tells how well they rank texts, how far they can be believed, and how much is
// gained by leaving unsure texts to people. The zero Scores is ready to use.
//
// Memory is 16 bytes for each text, and every figure costs a sort of them.
// Equal scores are one threshold: no figure depends on the order among them.
type Scores struct {
	_ [0]func()

	points  []scored
	invalid int
}

type scored struct {
	p    float64
	gold bool
}

// Add counts one text with its score, the probability in [0, 1] of the positive
// class, and whether that is its class in the gold data. A score that is no
// probability, NaN included, is counted apart and is part of no figure.
func (s *Scores) Add(score float64, gold bool) {
	if !(0 <= score && score <= 1) {
		s.invalid++
		return
	}
	s.points = append(s.points, scored{score, gold})
}

// Merge adds what o has accumulated.
func (s *Scores) Merge(o *Scores) {
	if o != nil {
		s.points = append(s.points, o.points...)
		s.invalid += o.invalid
	}
}

// Len returns the number of texts in the figures.
func (s *Scores) Len() int { return len(s.points) }

// Invalid returns the number of texts counted apart because their score was no
// probability.
func (s *Scores) Invalid() int { return s.invalid }

// A tie is texts that have something in common, such as their score.
type tie struct {
	at float64
	Rate
}

// ties returns the texts by value of at, the greatest first, with how many of
// them are hits.
func (s *Scores) ties(at func(scored) float64, hit func(scored) bool) []tie {
	all := make([]tie, 0, len(s.points))
	for _, x := range s.points {
		all = append(all, tie{at(x), Rate{number(hit(x)), 1}})
	}
	slices.SortFunc(all, func(a, b tie) int { return cmp.Compare(b.at, a.at) })
	out := all[:0]
	for _, t := range all {
		if n := len(out); n > 0 && out[n-1].at == t.at {
			out[n-1].Rate = out[n-1].Rate.Add(t.Rate)
		} else {
			out = append(out, t)
		}
	}
	return out
}

// byScore returns the texts by score, with how many of them are positive, and
// the sum of all.
func (s *Scores) byScore() ([]tie, Rate) {
	ties := s.ties(func(x scored) float64 { return x.p }, func(x scored) bool { return x.gold })
	var all Rate
	for _, t := range ties {
		all = all.Add(t.Rate)
	}
	return ties, all
}

// A Cutoff tells what comes of calling positive the texts with a score of at
// least Threshold.
type Cutoff struct {
	_ [0]func()

	Threshold float64 `json:"threshold"`
	PRF
	FPR Rate `json:"fpr"` // false positive rate: called so, of those that are negative
}

// Curve returns a cutoff for every score, the greatest first. It is both the
// ROC curve (FPR, Recall), which starts at (0, 0) before the first cutoff and
// ends at (1, 1) with the last, and the precision-recall curve.
func (s *Scores) Curve() []Cutoff {
	ties, all := s.byScore()
	out := make([]Cutoff, len(ties))
	var above Rate
	for i, t := range ties {
		above = above.Add(t.Rate)
		out[i] = Cutoff{
			Threshold: t.at,
			PRF:       PRF{above, Rate{above.Num, all.Num}},
			FPR:       Rate{above.Den - above.Num, all.Den - all.Num},
		}
	}
	return out
}

// AUC returns the area under the ROC curve, in [0, 1]: the probability that a
// positive text has a greater score than a negative one, equal scores counting
// half; see Hanley and McNeil, "The meaning and use of the area under a
// receiver operating characteristic (ROC) curve", Radiology 143 (1982), 29-36.
// It is NaN when either class has no text.
func (s *Scores) AUC() float64 {
	ties, all := s.byScore()
	wins, above := 0.0, 0.0 // twice the pairs that are in the right order
	for _, t := range ties {
		wins += float64(t.Den-t.Num) * (2*above + float64(t.Num))
		above += float64(t.Num)
	}
	return wins / (2 * float64(all.Num) * float64(all.Den-all.Num))
}

// AveragePrecision returns the area under the precision-recall curve as a sum
// of steps, in [0, 1]: the mean over positive texts of the precision at their
// score, as scikit-learn has it. A sum of trapezoids would be too optimistic;
// see Davis and Goadrich, "The relationship between precision-recall and ROC
// curves", ICML (2006). It is NaN when no text is positive.
func (s *Scores) AveragePrecision() float64 {
	ties, all := s.byScore()
	sum := 0.0
	var above Rate
	for _, t := range ties {
		above = above.Add(t.Rate)
		sum += float64(t.Num) * above.Value()
	}
	return sum / float64(all.Num)
}

// Brier returns the mean squared distance of scores from 1 for positive texts
// and 0 for negative ones, in [0, 1], 0 being best; see Brier, "Verification of
// forecasts expressed in terms of probability", Monthly Weather Review 78
// (1950), 1-3, whose score is twice this. It is NaN without texts.
func (s *Scores) Brier() float64 {
	ties, all := s.byScore()
	sum := 0.0
	for _, t := range ties {
		sum += float64(t.Num)*(1-t.at)*(1-t.at) + float64(t.Den-t.Num)*t.at*t.at
	}
	return sum / float64(all.Den)
}

// A Bin is the texts with a score in (Low, High]; the first bin has 0 too.
type Bin struct {
	_ [0]func()

	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Mean     float64 `json:"mean"`     // of the scores
	Positive Rate    `json:"positive"` // the positive texts, to be compared with Mean
}

// Reliability returns the texts in so many bins of equal width, those without a
// text left out: how often texts with about one score are positive. There are
// none for bins < 1.
func (s *Scores) Reliability(bins int) []Bin {
	ties, _ := s.byScore()
	slices.Reverse(ties)
	var out []Bin
	last := -1
	for _, t := range ties {
		if bins < 1 {
			break
		}
		// Ends are i/bins rounded, hence the second look at them.
		i := max(int(math.Ceil(t.at*float64(bins)))-1, 0)
		end := func(i int) float64 { return float64(i) / float64(bins) }
		if i > 0 && t.at <= end(i) {
			i--
		} else if t.at > end(i+1) {
			i++
		}
		if i != last {
			out = append(out, Bin{Low: end(i), High: end(i + 1)})
			last = i
		}
		b := &out[len(out)-1]
		b.Mean += t.at * float64(t.Den) // the sum, until all are in
		b.Positive = b.Positive.Add(t.Rate)
	}
	for i := range out {
		out[i].Mean /= float64(out[i].Positive.Den)
	}
	return out
}

// ECE returns the expected calibration error over so many bins of equal width,
// in [0, 1]: the mean over texts of how far the scores of their bin are from
// the share of positive texts in it; see Guo et al., "On calibration of modern
// neural networks", ICML (2017), who use 15. It is NaN without texts and for
// bins < 1.
func (s *Scores) ECE(bins int) float64 {
	sum, n := 0.0, 0.0
	for _, b := range s.Reliability(bins) {
		sum += math.Abs(b.Mean*float64(b.Positive.Den) - float64(b.Positive.Num))
		n += float64(b.Positive.Den)
	}
	return sum / n
}

// byMargin returns the texts by how far their score is from one half, the
// surest first, with how many of them were judged wrong at that threshold.
func (s *Scores) byMargin() []tie {
	return s.ties(
		func(x scored) float64 { return math.Abs(x.p - 0.5) },
		func(x scored) bool { return (x.p >= 0.5) != x.gold },
	)
}

// A Selection tells what comes of judging only the texts whose score is at least
// Margin from one half and leaving the others to people.
type Selection struct {
	_ [0]func()

	Margin   float64 `json:"margin"`   // in [0, 0.5]
	Coverage Rate    `json:"coverage"` // the texts judged, of all
	Risk     Rate    `json:"risk"`     // the texts judged wrong, of those judged
}

// RiskCoverage returns a selection for every margin, the surest texts first: the
// risk-coverage curve of El-Yaniv and Wiener, "On the foundations of noise-free
// selective classification", JMLR 11 (2010), 1605-1641. A text is judged positive
// when its score is at least one half.
//
// For a classifier of many classes add (1+confidence)/2 as the score and
// whether it was right as the gold data.
func (s *Scores) RiskCoverage() []Selection {
	ties := s.byMargin()
	out := make([]Selection, len(ties))
	var sum Rate
	for i, t := range ties {
		sum = sum.Add(t.Rate)
		out[i] = Selection{Margin: t.at, Coverage: Rate{sum.Den, len(s.points)}, Risk: sum}
	}
	return out
}

// SelectiveAccuracy returns the share of the surest texts that is judged right,
// in [0, 1], for a coverage in (0, 1] of all texts, rounded up to whole ones;
// of texts equally sure it takes those that it needs at random, and the figure
// is the mean over all choices. It is NaN without texts and for coverage
// outside (0, 1].
func (s *Scores) SelectiveAccuracy(coverage float64) float64 {
	if !(0 < coverage && coverage <= 1) {
		return math.NaN()
	}
	// Discounted as in [Durations.Quantile].
	k := math.Ceil(coverage * float64(len(s.points)) * (1 - 0x1p-50))
	wrong, left := 0.0, k
	for _, t := range s.byMargin() {
		n := min(left, float64(t.Den))
		wrong += n * t.Value()
		left -= n
	}
	return 1 - wrong/k
}

// AURC returns the area under the risk-coverage curve, in [0, 1], 0 being best:
// the mean risk over the surest 1, 2, … and all texts, where texts equally sure
// are in random order; see Geifman, Uziel and El-Yaniv, "Bias-reduced uncertainty
// estimation for deep neural classifiers", ICLR (2019). It is NaN without texts.
func (s *Scores) AURC() float64 {
	sum, wrong, k := 0.0, 0.0, 0.0
	for _, t := range s.byMargin() {
		for range t.Den {
			k++
			wrong += t.Value()
			sum += wrong / k
		}
	}
	return sum / k
}
