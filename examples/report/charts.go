package main

import (
	"fmt"
	"math"

	"github.com/ccrkit/ccrkit/metrics"
)

// Charts are small SVG: across in percent of whatever width there is, down in
// pixels, so that text keeps its size on a telephone. What is told apart by
// colour differs in shape too.

// A bar is a rate with its interval on a line that begins at 0.
type bar struct {
	Title, Desc   string
	Low, At, High float64 // in percent of the width
	Mark          float64 // where the shop's rate is; 0 for nowhere
	Empty         bool    // there is no rate
}

// A barTable is rates one under the other, on one scale.
type barTable struct {
	Title, Key string
	Max        string // what the whole width stands for
	Rows       []barRow
}

type barRow struct {
	Label, Value string
	Bar          bar
}

// A rated thing is what a row of a barTable shows.
type rated struct {
	label string
	rate  metrics.Rate
}

// bars puts rates on one scale, with a mark at the rate to compare with.
func (w words) bars(title string, rates []rated, mark metrics.Rate) barTable {
	most := 0.0
	for _, r := range rates {
		if r.rate.Den > 0 {
			most = max(most, r.rate.Wilson(0.95).High)
		}
	}
	most = ceiling(most)
	t := barTable{Title: title, Max: share(most, 0)}
	for _, r := range rates {
		b := bar{Title: r.label, Desc: percent(r.rate), Empty: r.rate.Den == 0}
		if !b.Empty {
			i := r.rate.Wilson(0.95)
			b.Low, b.At, b.High = 100*i.Low/most, 100*r.rate.Value()/most, 100*i.High/most
		}
		if mark.Den > 0 && mark.Value() <= most {
			b.Mark = 100 * mark.Value() / most
		}
		t.Rows = append(t.Rows, barRow{r.label, percent(r.rate), b})
	}
	return t
}

// ceiling returns the least round share that is not below x.
func ceiling(x float64) float64 {
	if !(x > 0) {
		return 0.01
	}
	unit := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 1.5, 2, 3, 4, 6, 8} {
		if x <= m*unit*(1+1e-9) {
			return min(m*unit, 1)
		}
	}
	return min(10*unit, 1)
}

// A trendChart is the weeks of a shop, by day of payment.
type trendChart struct {
	Title, Desc, XAxis, YAxis string
	Height                    float64
	Lines                     []gridLine
	Weeks                     []trendWeek
	Young                     bool // there are weeks with a forecast
}

type gridLine struct {
	Left, Right, Y float64
	Label          string
}

type trendWeek struct {
	Title    string
	Raw, Now *span      // what was heard, and what it will be; nil when there is none
	Label    *tickLabel // nil where there is no room for it
}

// A span is a value with its interval, in pixels from the top.
type span struct{ X, Low, At, High float64 }

// A tickLabel is of class wide when only a wide screen has room for it.
type tickLabel struct {
	X, Y                float64
	Text, Class, Anchor string
}

const (
	trendTop, trendBottom = 24.0, 204.0 // of the plot, in pixels
	trendLeft, trendRight = 11.0, 99.5  // in percent
	mature                = 0.95        // the share of feedback from which a week is no longer young
)

// trend draws the weeks; nil when there is nothing to draw.
func (w words) trend(trend []week) *trendChart {
	most := 0.0
	for i := range trend {
		if r := trend[i].Observed; r.Den > 0 {
			// A week with a handful of orders must not press the others flat.
			most = max(most, min(r.Wilson(0.95).High, 2*r.Value()+0.02))
		}
		if f := young(&trend[i]); f != nil {
			most = max(most, min(f.Interval.High, 2*f.Rate))
		}
	}
	if most == 0 {
		return nil
	}
	most = ceiling(most)
	y := func(rate float64) float64 { return trendBottom - (trendBottom-trendTop)*min(rate/most, 1) }
	c := &trendChart{Title: w.t("trend"), XAxis: w.t("trend_x"), YAxis: w.t("trend_y"), Height: trendBottom + 44}
	for i := range 5 {
		v := most * float64(i) / 4
		c.Lines = append(c.Lines, gridLine{trendLeft, trendRight, y(v), share(v, 1)})
	}
	width := (trendRight - trendLeft) / float64(len(trend))
	step := (len(trend) + 11) / 12
	for i := range trend {
		p := &trend[i]
		x := trendLeft + (float64(i)+0.5)*width
		week := trendWeek{Title: p.From.String() + " " + percent(p.Observed)}
		if back := len(trend) - 1 - i; back%step == 0 {
			week.Label = &tickLabel{X: x, Y: trendBottom + 18, Text: p.From.String()[5:], Anchor: "middle"}
			if back == 0 {
				week.Label.X, week.Label.Anchor = 100, "end"
			}
			if back%(3*step) != 0 {
				week.Label.Class = "wide"
			}
		}
		if r := p.Observed; r.Den > 0 {
			i := r.Wilson(0.95)
			week.Raw = &span{x, y(i.Low), y(r.Value()), y(i.High)}
		}
		if f := young(p); f != nil {
			week.Now = &span{x + min(width/3, 1.5), y(f.Interval.Low), y(f.Rate), y(f.Interval.High)}
			week.Title += " → " + forecast(f)
			c.Young = true
		}
		c.Weeks = append(c.Weeks, week)
	}
	first, last := &trend[0], &trend[len(trend)-1]
	c.Desc = fmt.Sprintf("%v %s – %v %s", first.From, percent(first.Observed), last.From, percent(last.Observed))
	return c
}

// young returns the forecast of a week in which buyers are still to be heard.
func young(p *week) *metrics.Forecast {
	if f := p.Final; f != nil && f.Completeness < mature {
		return f
	}
	return nil
}

// An effect is a part of a difference, drawn to the right of the middle when it
// raised the rate and to the left when it lowered it.
type effect struct {
	Title, Desc string
	X, Width    float64 // in percent
	Up          bool
}

func effectOf(title string, x, most float64) effect {
	e := effect{Title: title, Desc: points(x), Up: x >= 0, X: 50}
	if most > 0 {
		e.Width = 50 * math.Abs(x) / most
	}
	if !e.Up {
		e.X -= e.Width
	}
	return e
}
