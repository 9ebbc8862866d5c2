package action

import (
	"math"

	"github.com/ccrkit/ccrkit/metrics"
)

const (
	confidence = 0.95 // of all intervals
	discovery  = 0.05 // false discovery rate
)

// An Estimate is a figure with its 95% interval.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// A Contrast is the rate of a key against that of the rest of the shop.
type Contrast struct {
	Rate metrics.Rate `json:"rate"`
	Rest metrics.Rate `json:"rest"`

	// Difference is Rate less Rest, in [-1, 1]; nil when one of them has no
	// value. The interval is the hybrid score interval without continuity
	// correction, method 10 of Newcombe, "Interval estimation for the
	// difference between independent proportions", Statistics in Medicine 17
	// (1998), 873-890.
	Difference *Estimate `json:"difference"`
}

// contrast compares part with the rest of whole, of which it is a part.
func contrast(part, whole metrics.Rate) Contrast {
	c := Contrast{Rate: part, Rest: metrics.Rate{Num: whole.Num - part.Num, Den: whole.Den - part.Den}}
	p, q := c.Rate.Value(), c.Rest.Value()
	if math.IsNaN(p) || math.IsNaN(q) {
		return c
	}
	a, b := c.Rate.Wilson(confidence), c.Rest.Wilson(confidence)
	c.Difference = &Estimate{
		Value: p - q,
		Low:   p - q - math.Hypot(p-a.Low, b.High-q),
		High:  p - q + math.Hypot(a.High-p, q-b.Low),
	}
	return c
}

// excess returns how many more of part's orders are in its numerator than at
// the rate of the rest, and 0 where there is no rest.
func (c *Contrast) excess() float64 {
	if c.Difference == nil {
		return 0
	}
	return c.Difference.Value * float64(c.Rate.Den)
}

// exceeds returns the one-sided p-value of Fisher's exact test that the rate of
// part is above that of the rest of whole.
func exceeds(part, whole metrics.Rate) float64 {
	return hypergeometric{all: whole.Den, marked: whole.Num, drawn: part.Den}.upper(part.Num)
}

// logOdds returns the log-odds ratio of part against the rest of whole under a
// Dirichlet prior of strength orders at the rate of whole, and its z-score:
// equations 16, 20 and 22 of Monroe, Colaresi and Quinn, "Fightin' words",
// Political Analysis 16 (2008), 372-403, where an order stands for a word. It
// returns nil where the numerator of whole is none or all of its orders.
func logOdds(part, whole metrics.Rate, strength float64) (ratio *Estimate, z float64) {
	if whole.Num == 0 || whole.Num == whole.Den {
		return nil, 0
	}
	prior := strength * whole.Value()
	odds := func(r metrics.Rate) (logit, variance float64) {
		x, n := float64(r.Num)+prior, float64(r.Den)+strength
		return math.Log(x / (n - x)), 1 / x
	}
	a, va := odds(part)
	b, vb := odds(metrics.Rate{Num: whole.Num - part.Num, Den: whole.Den - part.Den})
	sd := math.Sqrt(va + vb)
	half := math.Sqrt2 * math.Erfinv(confidence) * sd
	return &Estimate{a - b, a - b - half, a - b + half}, (a - b) / sd
}
