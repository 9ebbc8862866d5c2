package metrics

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// ResampleOptions are the options of [Bootstrap] and [PermutationTest]. The
// zero value, and a nil pointer, are the defaults.
type ResampleOptions struct {
	_ [0]func()

	Rounds int    // resamples; less than 1 is 9999
	Seed   uint64 // of the random numbers; equal seeds give equal results

	// Of Bootstrap only.
	Confidence float64 // in (0, 1); 0 is 0.95
	Percentile bool    // the percentile interval and not the BCa interval
}

// resampling returns the rounds and the random numbers of o.
func (o *ResampleOptions) resampling() (int, *rand.Rand) {
	rounds, seed := 0, uint64(0)
	if o != nil {
		rounds, seed = o.Rounds, o.Seed
	}
	if rounds < 1 {
		rounds = 9999
	}
	return rounds, rand.New(rand.NewPCG(seed, 0))
}

// Bootstrap returns an interval of any figure of n items, such as F1 or the
// difference of two classifiers' F1 on the same texts. Stat computes the figure
// from the items whose indices are in sample, each as often as it is there; it
// must not change or keep sample. Where items are not independent, such as
// texts of one writer, let the groups be the items.
//
// The interval is the BCa one, corrected for bias and skewness, of Efron,
// "Better bootstrap confidence intervals", JASA 82 (1987), 171-185, or the
// percentile interval; both lie within the values that stat took. Stat is
// called Rounds+1 times, and another n times for BCa, but 2,000 times at most:
// of more items, whole groups chosen at random are left out for the skewness.
// A resample of which stat is NaN or infinite, for example an AUC of one class,
// is left out. Ok is false when n < 1, when stat of all items is NaN or infinite,
// when more than half of the resamples are left out, and for a Confidence that
// is not in (0, 1).
func Bootstrap(n int, stat func(sample []int) float64, opts *ResampleOptions) (i Interval, ok bool) {
	rounds, r := opts.resampling()
	confidence, percentile := defaultConfidence, false
	if opts != nil {
		confidence, percentile = cmp.Or(opts.Confidence, confidence), opts.Percentile
	}
	if n < 1 || !(0 < confidence && confidence < 1) {
		return Interval{}, false
	}
	sample := make([]int, n)
	for i := range sample {
		sample[i] = i
	}
	whole := stat(sample)
	values := make([]float64, 0, rounds)
	for range rounds {
		for i := range sample {
			sample[i] = r.IntN(n)
		}
		if v := stat(sample); finite(v) {
			values = append(values, v)
		}
	}
	if !finite(whole) || 2*len(values) < rounds {
		return Interval{}, false
	}
	slices.Sort(values)
	low, high := (1-confidence)/2, (1+confidence)/2
	if !percentile {
		z, z0, a := normalQuantile(low), bias(values, whole), acceleration(n, stat, r)
		low, high = bca(z, z0, a), bca(-z, z0, a)
	}
	return Interval{quantile(values, low), quantile(values, high)}, true
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// bias returns the normal quantile of the share of the sorted values that lie
// below whole, those equal to it counting half. It is finite: when all lie on
// one side, half of one is taken to lie on the other.
func bias(values []float64, whole float64) float64 {
	below, _ := slices.BinarySearch(values, whole)
	above, _ := slices.BinarySearchFunc(values, whole, func(v, whole float64) int {
		if v <= whole {
			return -1
		}
		return 1
	})
	n := float64(len(values))
	return normalQuantile(min(max(float64(below+above)/2, 0.5), n-0.5) / n)
}

// maxGroups bounds the cost of acceleration.
const maxGroups = 2000

// acceleration returns a sixth of the skewness of stat over the samples that
// lack one item or, of many items, one group of them.
func acceleration(n int, stat func([]int) float64, r *rand.Rand) float64 {
	groups := min(n, maxGroups)
	if groups < 2 {
		return 0
	}
	items := r.Perm(n)
	if groups == n { // in order, as stat has them otherwise
		slices.Sort(items)
	}
	var values []float64
	sum := 0.0
	rest := make([]int, 0, n)
	for g := range groups {
		from, to := g*n/groups, (g+1)*n/groups
		rest = append(append(rest[:0], items[:from]...), items[to:]...)
		if v := stat(rest); finite(v) {
			values = append(values, v)
			sum += v
		}
	}
	squares, cubes := 0.0, 0.0
	for _, v := range values {
		d := sum/float64(len(values)) - v
		squares += d * d
		cubes += d * d * d
	}
	if a := cubes / (6 * math.Pow(squares, 1.5)); finite(a) {
		return a
	}
	return 0 // no spread
}

// bca returns the level of the values at which the end of a BCa interval lies
// whose nominal level has the normal quantile z.
func bca(z, z0, a float64) float64 {
	z += z0
	if d := 1 - a*z; d > 0 {
		z = z0 + z/d
	} else { // beyond the pole of the correction
		z = math.Inf(cmp.Compare(z, 0))
	}
	return math.Erfc(-z/math.Sqrt2) / 2
}

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// quantile returns the p-quantile of sorted values, between two of them by
// linear interpolation.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// PermutationTest returns the two-sided p-value of any difference of two
// classifiers on the same n texts, under the hypothesis that they are alike and
// the results on a text could as well be exchanged. Difference computes it with
// the results on text i exchanged where swap[i] is true; it must not change or
// keep swap. For a difference of means that is the sum of the differences by
// text, negated where swap is true.
//
// All 2ⁿ choices are tried when they are not more than Rounds, and the p-value
// is exact. Otherwise it is (1+k)/(1+Rounds), where k of so many random choices
// made a difference at least as great, which is valid for any number of rounds;
// see Phipson and Smyth, "Permutation p-values should never be zero",
// Statistical Applications in Genetics and Molecular Biology 9 (2010), article
// 39. A choice without a difference, NaN, counts as great. The p-value is NaN
// for n < 0, and when the difference itself is NaN.
func PermutationTest(n int, difference func(swap []bool) float64, opts *ResampleOptions) float64 {
	if n < 0 {
		return math.NaN()
	}
	swap := make([]bool, n)
	seen := math.Abs(difference(swap))
	if math.IsNaN(seen) {
		return seen
	}
	least := seen * (1 - 1e-12) // sums of the same numbers may differ by rounding
	k := 0
	try := func() {
		if !(math.Abs(difference(swap)) < least) {
			k++
		}
	}
	rounds, r := opts.resampling()
	if all := uint64(1) << n; n < 64 && all <= uint64(rounds) {
		for choice := range all {
			for i := range swap {
				swap[i] = choice>>i&1 == 1
			}
			try()
		}
		return float64(k) / float64(all)
	}
	for range rounds {
		for i := range swap {
			swap[i] = r.Uint64()&1 == 1
		}
		try()
	}
	return float64(1+k) / float64(1+rounds)
}

// McNemar returns the two-sided p-value of the hypothesis that two classifiers
// are right equally often on the same texts, given how many only the first and
// only the second was right on. It is exact for any counts, twice the smaller
// tail of the binomial distribution, and so needs none of the approximations by
// chi-square; see McNemar, "Note on the sampling error of the difference between
// correlated proportions or percentages", Psychometrika 12 (1947), 153-157. It
// is 1 when both are 0 and NaN when either is negative.
func McNemar(first, second int) float64 {
	k, m := float64(min(first, second)), float64(max(first, second))
	switch {
	case k < 0:
		return math.NaN()
	case m-k <= 1:
		return 1
	}
	p, _ := betaCDF(0.5, m, k+1) // of k or fewer of k+m
	return min(2*p, 1)
}

// Holm returns p-values of several tests adjusted for their number, in the same
// order: rejecting those that are at most α keeps the probability of any false
// rejection within α; see Holm, "A simple sequentially rejective multiple test
// procedure", Scandinavian Journal of Statistics 6 (1979), 65-70. A NaN stays
// NaN and is no test.
func Holm(p []float64) []float64 {
	out := slices.Clone(p)
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	least := 0.0
	for rank, i := range order {
		least = min(max(least, p[i]*float64(len(order)-rank)), 1)
		out[i] = least
	}
	return out
}

// BenjaminiHochberg returns the p-values of some of so many tests, the others
// having p = 1, adjusted for the false discovery rate, in the same order: of what
// is rejected at an adjusted value of at most q, a share of q is expected to be
// wrong; see Benjamini and Hochberg, "Controlling the false discovery rate: a
// practical and powerful approach to multiple testing", JRSS B 57 (1995), 289-300.
// Fewer tests than there are p-values mean these. A NaN stays NaN and is no test.
func BenjaminiHochberg(p []float64, tests int) []float64 {
	out := slices.Clone(p)
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(p[j], p[i]) })
	n := float64(max(tests, len(order)))
	least := 1.0
	for k, i := range order {
		least = min(least, p[i]*n/float64(len(order)-k))
		out[i] = least
	}
	return out
}
