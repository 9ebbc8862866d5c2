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

// A dispersion accumulates Laney's sigma of a key. Groups for it are successive
// orders in which five or more bad ones are expected: for fewer the ranges of z do
// not tell dispersion from chance.
type dispersion struct {
	group  counts
	z      float64 // of the last group
	groups int
	ranges float64 // sum of |z - z of the group before|
}

const groupExpects = 5

func (s *dispersion) add(c counts, rate float64) {
	s.group = s.group.plus(c)
	e := rate * float64(s.group.n)
	if e < groupExpects || rate >= 1 {
		return
	}
	z := (float64(s.group.x) - e) / math.Sqrt(e*(1-rate))
	if s.groups > 0 {
		s.ranges += math.Abs(z - s.z)
	}
	s.z, s.group = z, counts{}
	s.groups++
}

// factor returns the dispersion of a key, as a factor of the variance: that of its
// own ranges and, as if it were ten more, the mean of all keys. It is never below
// 1, since too much evidence is worse than too little.
func (s *dispersion) factor(mean float64) float64 {
	const own = 10
	sigma := (s.ranges/d2 + own*mean) / float64(max(s.groups-1, 0)+own)
	return max(1, sigma*sigma)
}
