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
// Memory is some 500 bytes for each minute in which a duration falls, however
// many do: at most 22 MB where all are below 30 days.
type Durations struct {
	_ [0]func()

	minutes  map[int64]*[60]int // by second of the minute
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
	s := int64(v / time.Second)
	d.minute(s / 60)[s%60]++
}

func (d *Durations) minute(m int64) *[60]int {
	seconds := d.minutes[m]
	if seconds == nil {
		if d.minutes == nil {
			d.minutes = make(map[int64]*[60]int)
		}
		seconds = new([60]int)
		d.minutes[m] = seconds
	}
	return seconds
}

// Merge adds what o has accumulated.
func (d *Durations) Merge(o *Durations) {
	if o == nil {
		return
	}
	d.n += o.n
	d.negative += o.negative
	for m, seconds := range o.minutes {
		into := d.minute(m)
		for s, n := range seconds {
			into[s] += n
		}
	}
}

// Len returns the number of durations in the distribution.
func (d *Durations) Len() int { return d.n }

// Negative returns the number of negative durations that were counted apart.
func (d *Durations) Negative() int { return d.negative }

// Quantile returns the p-quantile by nearest rank, one of the durations added:
// the least that at least the share p of all does not exceed. p <= 0 gives the
// shortest and p >= 1 the longest. It returns 0 and false when there are none,
// or for NaN. Cost is that of sorting the minutes.
func (d *Durations) Quantile(p float64) (time.Duration, bool) {
	if d.n == 0 || math.IsNaN(p) {
		return 0, false
	}
	// p is seldom a binary fraction: 0.07·100 is a hair above 7 and must still
	// be rank 7, hence the small discount before rounding up.
	rank := int(math.Ceil(min(max(p, 0), 1) * float64(d.n) * (1 - 0x1p-50)))
	rank = max(rank, 1)
	for _, m := range slices.Sorted(maps.Keys(d.minutes)) {
		for s, n := range d.minutes[m] {
			if rank -= n; rank <= 0 {
				return time.Duration(m*60+int64(s)) * time.Second, true
			}
		}
	}
	return 0, false // not reached: the ranks end at d.n
}
