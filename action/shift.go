package action

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/metrics"
)

// A Shift is the difference of a shop's CCR between two periods, split into
// what came of selling more or less of each key and what came of the keys' own
// rates: Difference = Mix + Rate, and each is the sum of its parts, but for
// rounding.
//
// With w the share of a key in the orders of a period, r its CCR and R the mean
// of the shop's CCR in both,
//
//	mix  = (w2 - w1)·((r1 + r2)/2 - R)
//	rate = (r2 - r1)·(w1 + w2)/2
//
// which is the decomposition of Kitagawa, "Components of a difference between
// two rates", JASA 50 (1955), 1168-1194, with R taken off, which changes no sum
// since the shares add up to 1, and makes selling more of what is better than
// the shop a gain. A key without orders in a period is taken to have the rate of
// the other one: what is new or gone is mix.
type Shift struct {
	_ [0]func()

	Before metrics.Rate `json:"before"`
	After  metrics.Rate `json:"after"`

	Difference float64 `json:"difference"` // After less Before, in [-1, 1]
	Mix        float64 `json:"mix"`
	Rate       float64 `json:"rate"`

	Parts []ShiftPart `json:"parts"` // the greatest effect, up or down, first
}

// A ShiftPart is the part of one key in a [Shift]; Key is "" for the orders that
// do not say.
type ShiftPart struct {
	_ [0]func()

	Key    string       `json:"key"`
	Before metrics.Rate `json:"before"`
	After  metrics.Rate `json:"after"`
	Mix    float64      `json:"mix"`
	Rate   float64      `json:"rate"`
}

// Shift compares the orders paid in two windows, which are read as whole days:
// a day belongs to a window that contains its beginning. It returns nil and
// false when one of them has no orders. Orders without a time of payment are
// in neither, unless it is all time.
func (d *Dossiers) Shift(before, after metrics.Window) (shift *Shift, ok bool) {
	s := &Shift{}
	for key, r := range d.records {
		p := ShiftPart{Key: key}
		for c, n := range r.cells {
			rate := metrics.Rate{Den: n}
			if c.set > 0 {
				rate.Num = n
			}
			if d.within(c.day, before) {
				p.Before = p.Before.Add(rate)
			}
			if d.within(c.day, after) {
				p.After = p.After.Add(rate)
			}
		}
		s.Before, s.After = s.Before.Add(p.Before), s.After.Add(p.After)
		if p.Before.Den+p.After.Den > 0 {
			s.Parts = append(s.Parts, p)
		}
	}
	if s.Before.Den == 0 || s.After.Den == 0 {
		return nil, false
	}
	s.Difference = s.After.Value() - s.Before.Value()
	mean := (s.After.Value() + s.Before.Value()) / 2
	for i := range s.Parts {
		p := &s.Parts[i]
		w1, w2 := float64(p.Before.Den)/float64(s.Before.Den), float64(p.After.Den)/float64(s.After.Den)
		r1, r2 := p.Before.Value(), p.After.Value()
		if p.Before.Den == 0 {
			r1 = r2
		} else if p.After.Den == 0 {
			r2 = r1
		}
		p.Mix = (w2 - w1) * ((r1+r2)/2 - mean)
		p.Rate = (r2 - r1) * (w1 + w2) / 2
	}
	slices.SortFunc(s.Parts, func(a, b ShiftPart) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Mix+b.Rate), math.Abs(a.Mix+a.Rate)), strings.Compare(a.Key, b.Key))
	})
	for _, p := range s.Parts {
		s.Mix += p.Mix
		s.Rate += p.Rate
	}
	return s, true
}

func (d *Dossiers) within(day int32, w metrics.Window) bool {
	if day == noDay {
		return w == metrics.Window{}
	}
	return w.Contains(d.dawn(day))
}
