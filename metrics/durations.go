package metrics

import (
	"maps"
	"math"
	"slices"
	"time"
)

// Durations accumulates a distribution of durations, exactly, at a resolution
// of one second: shorter parts are cut off. The zero Durations is empty and
// ready to use.
//
// Memory is some 40 bytes for each different number of seconds, so at most that
// for each duration, and about 100 MB where every second of 30 days occurs.
type Durations struct {
	_ [0]func()

	seconds  counts[int64]
	n        int
	negative int
}

// Add counts v. A negative duration comes of clocks that disagree: it is
// counted apart and is no part of the distribution.
func (d *Durations) Add(v time.Duration) {
	if v < 0 {
		d.negative++
		return
	}
	d.n++
	d.seconds.add(int64(v/time.Second), 1)
}

// Merge adds what o has accumulated.
func (d *Durations) Merge(o *Durations) {
	if o == nil {
		return
	}
	d.n += o.n
	d.negative += o.negative
	d.seconds.merge(o.seconds)
}

// Len returns the number of durations in the distribution.
func (d *Durations) Len() int { return d.n }

// Negative returns the number of negative durations that were counted apart.
func (d *Durations) Negative() int { return d.negative }

// Quantile returns the p-quantile by nearest rank, one of the durations added:
// the least that at least the share p of all does not exceed. p <= 0 gives the
// shortest and p >= 1 the longest. It returns 0 and false when there are none,
// or for NaN. Cost is that of sorting the different durations.
func (d *Durations) Quantile(p float64) (time.Duration, bool) {
	if d.n == 0 || math.IsNaN(p) {
		return 0, false
	}
	// p is seldom a binary fraction: 0.07·100 is a hair above 7 and must still
	// be rank 7, hence the small discount before rounding up.
	rank := int(math.Ceil(min(max(p, 0), 1) * float64(d.n) * (1 - 0x1p-50)))
	for _, s := range slices.Sorted(maps.Keys(d.seconds)) {
		if rank -= d.seconds[s]; rank <= 0 {
			return time.Duration(s) * time.Second, true
		}
	}
	return 0, false // not reached: the ranks end at d.n
}
