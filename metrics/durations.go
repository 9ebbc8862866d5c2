package metrics

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Durations accumulates a distribution of durations, exactly, at a resolution
// of one second: shorter parts are cut off. The zero Durations is empty and
// ready to use.
//
// Memory is 16 bytes for each different number of seconds and about as much
// again for what has just been added: at most some 40 bytes per duration, and
// 100 MB where each of the 2.6 million seconds of 30 days occurs.
type Durations struct {
	_ [0]func()

	runs     []run   // sorted, each number of seconds once
	recent   []int64 // seconds not yet in runs
	n        int
	negative int
}

// A run is a number of seconds that was seen n times.
type run struct {
	seconds int64
	n       int
}

// Add counts v. A negative duration comes of clocks that disagree: it is
// counted apart and is no part of the distribution.
func (d *Durations) Add(v time.Duration) {
	if v < 0 {
		d.negative++
		return
	}
	d.n++
	d.recent = append(d.recent, int64(v/time.Second))
	if len(d.recent) >= max(1024, len(d.runs)) {
		d.settle()
	}
}

// settle moves what is recent to the runs. That waits until there is as much
// of the one as of the other, so the cost per duration stays that of sorting.
func (d *Durations) settle() {
	slices.Sort(d.recent)
	var runs []run
	for _, s := range d.recent {
		if last := len(runs) - 1; last >= 0 && runs[last].seconds == s {
			runs[last].n++
		} else {
			runs = append(runs, run{s, 1})
		}
	}
	d.recent = d.recent[:0]
	d.runs = mergeRuns(d.runs, runs)
}

// mergeRuns returns the runs of a and b together; it may return a or b itself.
func mergeRuns(a, b []run) []run {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	out := make([]run, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch cmp.Compare(a[0].seconds, b[0].seconds) {
		case -1:
			out, a = append(out, a[0]), a[1:]
		case 1:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, run{a[0].seconds, a[0].n + b[0].n})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Merge adds what o has accumulated.
func (d *Durations) Merge(o *Durations) {
	if o == nil {
		return
	}
	d.n += o.n
	d.negative += o.negative
	d.runs = mergeRuns(d.runs, slices.Clone(o.runs))
	d.recent = append(d.recent, o.recent...)
	d.settle()
}

// Len returns the number of durations in the distribution.
func (d *Durations) Len() int { return d.n }

// Negative returns the number of negative durations that were counted apart.
func (d *Durations) Negative() int { return d.negative }

// Quantile returns the p-quantile by nearest rank, one of the durations added:
// the least that at least the share p of all does not exceed. p <= 0 gives the
// shortest and p >= 1 the longest. It returns 0 and false when there are none,
// or for NaN. It must not run at the same time as another method.
func (d *Durations) Quantile(p float64) (time.Duration, bool) {
	if d.n == 0 || math.IsNaN(p) {
		return 0, false
	}
	d.settle()
	// p is seldom a binary fraction: 0.07·100 is a hair above 7 and must still
	// be rank 7, hence the small discount before rounding up.
	rank := int(math.Ceil(min(max(p, 0), 1) * float64(d.n) * (1 - 0x1p-50)))
	for _, r := range d.runs {
		if rank -= r.n; rank <= 0 {
			return time.Duration(r.seconds) * time.Second, true
		}
	}
	return 0, false
}
