package alert

import (
	"math"

	"github.com/ccrkit/ccrkit/metrics"
)

// d2 is the mean range of two standard normal values, 2/√π.
const d2 = 1.1283791670955126

// A Chart is a control chart for proportions: to look at, as a [Detector] needs
// none.
type Chart struct {
	_ [0]func()

	Center float64 // the mean proportion, in [0, 1]

	// Sigma is how many times as wide as chance alone the limits are: 1 gives
	// the usual p chart.
	Sigma float64
}

// PPrime returns Laney's p' chart of a series of proportions in order of time,
// which allows for variation between days beyond that of chance. Sigma is
//
//	mean |z(i) - z(i-1)| / 1.128,  z = (p - Center) / √(Center(1-Center)/n)
//
// and below 1 where days vary less than chance. Rates that are no proportion are
// left out. It returns false where there is no chart: fewer than two proportions,
// or all of them 0, or all 1. See Laney, "Improved control charts for attributes",
// Quality Engineering 14 (2002), 531-537.
func PPrime(series []metrics.Rate) (Chart, bool) {
	var all metrics.Rate
	n := 0
	for _, r := range series {
		if !math.IsNaN(r.Value()) {
			all = all.Add(r)
			n++
		}
	}
	if n < 2 || all.Num == 0 || all.Num == all.Den {
		return Chart{}, false
	}
	c := Chart{Center: all.Value()}
	last, ranges := math.NaN(), 0.0
	for _, r := range series {
		if p := r.Value(); !math.IsNaN(p) {
			z := (p - c.Center) / c.sd(r.Den)
			if !math.IsNaN(last) {
				ranges += math.Abs(z - last)
			}
			last = z
		}
	}
	c.Sigma = ranges / float64(n-1) / d2
	return c, true
}

func (c Chart) sd(n int) float64 { return math.Sqrt(c.Center * (1 - c.Center) / float64(n)) }

// Limits returns the limits for a day of n orders, three standard deviations
// about Center, cut off at 0 and 1. They are [0, 1] when n <= 0.
func (c Chart) Limits(n int) metrics.Interval {
	if n <= 0 {
		return metrics.Interval{Low: 0, High: 1}
	}
	half := 3 * c.Sigma * c.sd(n)
	return metrics.Interval{Low: max(c.Center-half, 0), High: min(c.Center+half, 1)}
}

// A dispersion accumulates by how much the orders of a key vary more than chance
// allows, as a factor of the variance. Groups for it are successive orders in which
// five or more bad ones are expected: with fewer there is hardly a variance to see.
// Successive groups are compared, as in [PPrime], so that a slow change of the rate
// is no dispersion; by squares (von Neumann 1941), since the mean range of skewed
// counts is too small.
type dispersion struct {
	group   counts
	z       float64 // of the last group
	groups  int
	squares float64 // sum of (z - z of the group before)²/2
}

const (
	groupExpects = 5

	// maxRange is the upper limit of a chart of ranges of two, in standard
	// deviations. A range beyond it is a change of the rate, no dispersion.
	maxRange = 3.686
)

// add judges the present group by the rate of all other orders. mean is the mean
// factor of all keys.
func (s *dispersion) add(rate, mean float64) {
	e := rate * float64(s.group.n)
	if e < groupExpects || rate >= 1 {
		return
	}
	z := (float64(s.group.x) - e) / math.Sqrt(e*(1-rate))
	if s.groups > 0 {
		s.squares += min((z-s.z)*(z-s.z), maxRange*maxRange*s.factor(mean)) / 2
	}
	s.z, s.group = z, counts{}
	s.groups++
}

// factor returns that of the key's own groups and, as if it were ten more, the mean
// of all keys. It is never below 1: too much evidence is worse than too little.
func (s *dispersion) factor(mean float64) float64 {
	const others = 10
	return max(1, (s.squares+others*mean)/float64(max(s.groups-1, 0)+others))
}
