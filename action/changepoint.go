package action

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/ccrkit/ccrkit/metrics"
)

// A Change is a day from which a rate was another one, both by itself and in
// proportion to that of the rest of the shop on the same days: what moves the
// whole shop alike, such as a season or a sale, is none. One change is looked
// for, up or down; where there were several it is the clearest.
//
// Where much of the rest changes, as when one of a few service groups does, and
// there is a season too, the others may pass for changed; and what changes in
// most keys on one day passes for a season.
type Change struct {
	_ [0]func()

	// Day is the first day of orders at the new rate, by day of payment: the
	// start of that day. Low and High bound the day with 95% confidence or
	// more. They are found in proportion to the rest, and by the rate itself
	// where none of the rest counts.
	Day  time.Time `json:"day"`
	Low  time.Time `json:"low"`
	High time.Time `json:"high"`

	Before metrics.Rate `json:"before"` // until the day before Day
	After  metrics.Rate `json:"after"`  // from Day on

	// P is the probability of a change as clear as this one, on any day and in
	// either direction, where the rate is the same all the time, or where it is
	// the same multiple of that of the rest, whichever is more; the first is
	// exact and the second an approximation. It is at most 0.01; P below 1e-15
	// is given as 1e-15.
	P float64 `json:"p"`
}

// changeLevel is the P up to which there is a change. It needs no allowance for
// looking only at keys with a high rate, since P is conditional on the rate.
const changeLevel = 0.01

// A dayCount is the orders of one day, n, and those of them that count, x.
type dayCount struct {
	day  int32
	n, x int
}

// changePoint returns the change of the rate x/n over days, which are in order,
// as indexes of the first day at the new rate; ok is false when there is none.
//
// It takes the split with the greatest binomial likelihood ratio. Given the sums
// of n and x, the cumulative count of x is a Markov chain with hypergeometric
// steps whatever the rate is, so the null distribution of the greatest ratio is
// exact: Worsley, "The power of likelihood ratio and cumulative sum tests for a
// change in a binomial probability", Biometrika 70 (1983), 455-464. The days
// from low to high are those at which a change would leave as great a ratio
// with probability above 5%, given the counts on both sides of it: Worsley,
// "Confidence regions and tests for a change-point in a sequence of exponential
// family random variables", Biometrika 73 (1986), 91-104.
func changePoint(days []dayCount, spread float64) (at, low, high int, p float64, ok bool) {
	s := newScan(days)
	if len(days) < 2 || s.x == 0 || s.x == s.n {
		return 0, 0, 0, 1, false
	}
	cut := 0.0
	n, x := 0, 0
	for t := 1; t < len(days); t++ {
		n, x = n+days[t-1].n, x+days[t-1].x
		if r := s.ratio(n, x); r > cut {
			at, cut = t, r
		}
	}
	cut /= spread
	cut -= 1e-9 * max(cut, 1) // ratios that differ by rounding are the same

	left := s.crossing(days, cut)
	p = max(left[len(days)], 1e-15)
	if p > changeLevel {
		return 0, 0, 0, p, false
	}
	reversed := slices.Clone(days)
	slices.Reverse(reversed)
	right := s.crossing(reversed, cut)
	low, high = at, at
	for t := 1; t < len(days); t++ {
		if l, r := left[t], right[len(days)-t]; l+r-l*r > 1-confidence {
			low, high = min(low, t), max(high, t)
		}
	}
	return at, low, high, p, true
}

const (
	season = 3 // days before and after a day whose rate is taken for that of the day
	steady = 2 // orders that count which are added to them at the rate of all days
)

// inSeason returns days with as many orders as are in proportion to the rate of
// the rest on their day: a key whose rate is a constant multiple of that of the
// rest has a constant rate in these. Spread is for [changePoint]. ok is false
// when none of the rest count, so that no season can be seen.
//
// The rate of a day is that of the week around it, drawn to that of all days as
// by a gamma prior worth two orders that count. Where x orders of the key and y
// of the rest count, the variance of the logarithm of their ratio is 1/x + 1/y,
// and not 1/x as if the rate of the rest were known; the prior makes
// y/(y+prior)² of 1/y.
func inSeason(days []dayCount, rest map[int32]dayCount) (weighted []dayCount, spread float64, ok bool) {
	var all dayCount
	for _, r := range rest {
		all.n, all.x = all.n+r.n, all.x+r.x
	}
	if all.x == 0 {
		return nil, 0, false
	}
	mean := float64(all.x) / float64(all.n)
	weighted = slices.Clone(days)
	n, whole, x := 0.0, 0, 0
	for i, d := range days {
		var week dayCount
		for day := d.day - season; day <= d.day+season; day++ {
			week.n, week.x = week.n+rest[day].n, week.x+rest[day].x
		}
		n += float64(d.n) * (float64(week.x) + steady) / (mean*float64(week.n) + steady)
		weighted[i].n = max(d.x, int(math.Round(n))-whole) // sums of days are right to one order
		whole += weighted[i].n
		x += d.x
	}
	prior := steady * float64(len(rest)) / (2*season + 1)
	return weighted, 1 + float64(x)*float64(all.x)/math.Pow(float64(all.x)+prior, 2), true
}

// A scan looks for a change among n orders of which x count.
type scan struct {
	n, x int
	one  float64 // log-likelihood of one rate
}

func newScan(days []dayCount) scan {
	var s scan
	for _, d := range days {
		s.n, s.x = s.n+d.n, s.x+d.x
	}
	s.one = logLikelihood(s.n, s.x)
	return s
}

// ratio returns twice the log-likelihood ratio of two rates against one, where
// x of the first n orders count.
func (s scan) ratio(n, x int) float64 {
	return 2 * (logLikelihood(n, x) + logLikelihood(s.n-n, s.x-x) - s.one)
}

// logLikelihood is that of x of n at the rate x/n.
func logLikelihood(n, x int) float64 {
	sum := 0.0
	for _, k := range [...]int{x, n - x} {
		if k > 0 {
			sum += float64(k) * math.Log(float64(k)/float64(n))
		}
	}
	return sum
}

// crossing returns, at t from 1 up, the probability that the ratio reaches cut
// after some of the first t days, given what days count until then. It is 1
// where the ratio after t days itself does; at t = len(days) it is the p-value.
// Probabilities below 1e-18 are taken for 0.
func (s scan) crossing(days []dayCount, cut float64) []float64 {
	out := make([]float64, len(days)+1)
	var was crossed
	n, x := 0, 0
	for t, d := range days {
		n, x = n+d.n, x+d.x
		low, high := s.x, s.x
		if t+1 < len(days) {
			low, high = s.inside(n, cut)
		}
		now := crossed{first: low, p: make([]float64, max(high-low+1, 0))}
		if t > 0 {
			for i := range now.p {
				now.p[i] = was.before(hypergeometric{all: n, marked: d.n, drawn: low + i})
			}
		}
		now.findZeros()
		out[t+1] = now.at(x)
		was = now
	}
	return out
}

// inside returns the range of x for which ratio(n, x) is below cut, which is
// empty, with low above high, when there is none. The ratio is convex in x.
func (s scan) inside(n int, cut float64) (low, high int) {
	least, most := hypergeometric{all: s.n, marked: s.x, drawn: n}.support()
	mean := float64(s.x) * float64(n) / float64(s.n)
	below, above := int(math.Floor(mean)), int(math.Ceil(mean))
	low = below + 1 - sort.Search(below-least+1, func(i int) bool { return s.ratio(n, below-i) >= cut })
	high = above - 1 + sort.Search(most-above+1, func(i int) bool { return s.ratio(n, above+i) >= cut })
	return low, high
}

// A crossed has the probability to have crossed by the count so far.
type crossed struct {
	first int       // the count of p[0]; elsewhere the probability is 1
	p     []float64 // at most 1e-18 for counts from zero to zeroEnd

	zero, zeroEnd int // from zero up to zeroEnd, which is not included
}

func (c *crossed) at(x int) float64 {
	if i := x - c.first; 0 <= i && i < len(c.p) {
		return c.p[i]
	}
	return 1
}

// findZeros finds the counts that are as good as safe. They lie together, as
// crossing is the likelier the nearer to the ends.
func (c *crossed) findZeros() {
	i, j := 0, len(c.p)
	for i < j && c.p[i] > 1e-18 {
		i++
	}
	for j > i && c.p[j-1] > 1e-18 {
		j--
	}
	c.zero, c.zeroEnd = c.first+i, c.first+j
}

// before returns the mean of c.at(h.drawn - X): X of the h.drawn that count do so
// on the last day.
func (c *crossed) before(h hypergeometric) float64 {
	// Beyond the mean by 10 standard deviations and 40 there is less than
	// 1e-21, by the inequality of Bernstein.
	mean := float64(h.marked) * float64(h.drawn) / float64(h.all)
	reach := 10*math.Sqrt(mean*(1-float64(h.drawn)/float64(h.all))) + 40
	low, high := h.support()
	low, high = max(low, int(mean-reach)), min(high, int(mean+reach)+1)
	if c.zero <= h.drawn-high && h.drawn-low < c.zeroEnd {
		return 0
	}
	mode := h.mode()
	top := h.mass(mode)
	sum := top * c.at(h.drawn-mode)
	for x, m := mode, top; x < high; x++ {
		m *= h.ratio(x)
		sum += m * c.at(h.drawn-x-1)
	}
	for x, m := mode, top; x > low; x-- {
		m /= h.ratio(x - 1)
		sum += m * c.at(h.drawn-x+1)
	}
	return sum
}
