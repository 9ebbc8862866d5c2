package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/action/paper"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// This file has what text and HTML both say.

// share formats a share with so many decimals of a percent.
func share(x float64, decimals int) string {
	return strconv.FormatFloat(100*x, 'f', decimals, 64) + "%"
}

// percent formats a rate with its interval and counts.
func percent(r metrics.Rate) string {
	if r.Den == 0 {
		return "– (0/0)"
	}
	i := r.Wilson(0.95)
	return fmt.Sprintf("%s [%s, %s] (%d/%d)", share(r.Value(), 2), share(i.Low, 2), share(i.High, 2), r.Num, r.Den)
}

// points formats a difference of rates in percentage points.
func points(x float64) string {
	return strings.Replace(fmt.Sprintf("%+.2f", 100*x), "-", "−", 1)
}

// forecast formats what a rate will become.
func forecast(f *metrics.Forecast) string {
	return fmt.Sprintf("%s [%s, %s]", share(f.Rate, 2), share(f.Interval.Low, 2), share(f.Interval.High, 2))
}

// label names a key of a breakdown, whose first part may be a product.
func (d *document) label(key string) string {
	if key == "" {
		return "–" // orders that do not say, and feedback without an order
	}
	first, rest, cut := strings.Cut(key, and)
	title := d.titles[first]
	if title == "" {
		return key
	}
	if cut {
		rest = and + rest
	}
	return title + " " + first + rest
}

// rows returns what a breakdown shows: the first ones, with enough orders, and
// the weeks in order of time.
func (d *document) rows(name string, top, least int) []rated {
	weeks := name == "week"
	pairs := strings.Contains(name, "_") && name != "service_group"
	var rows []rated
	for _, row := range d.By[name] {
		switch {
		case row.Den < least, pairs && row.Key == "":
			continue
		case pairs && row.Num == 0:
			continue // combinations are many: those without a complaint say nothing
		case len(rows) == top && !weeks:
			return rows
		}
		rows = append(rows, rated{d.label(row.Key), row.rate()})
	}
	if weeks {
		slices.SortFunc(rows, func(a, b rated) int { return strings.Compare(a.label, b.label) })
	}
	return rows
}

// most returns the keys of counts, the greatest first.
func most[K, N cmp.Ordered](counts map[K]N) []K {
	return slices.SortedFunc(maps.Keys(counts), func(a, b K) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}

// problemRates returns the share of orders with each problem, of all orders.
func (d *document) problemRates(w words, top int) []rated {
	var rows []rated
	for _, a := range most(d.Problems) {
		if len(rows) == top {
			break
		}
		rows = append(rows, rated{w.names.Aspect(a), metrics.Rate{Num: d.Problems[a], Den: d.CCR.Den}})
	}
	return rows
}

// channelRates returns the share of orders with negative feedback by each channel.
func (d *document) channelRates(w words) []rated {
	var rows []rated
	for _, name := range most(d.Channels) {
		var c ccr.Channel
		if c.UnmarshalText([]byte(name)) != nil {
			continue // names come from MarshalText
		}
		rows = append(rows, rated{w.names.Channel(c), metrics.Rate{Num: d.Channels[name], Den: d.CCR.Den}})
	}
	return rows
}

func tallies(counts map[ccr.Reason]int, name func(ccr.Reason) string) []tally {
	var ts []tally
	for _, r := range most(counts) {
		ts = append(ts, tally{name(r), counts[r]})
	}
	return ts
}

// grounds counts the orders that one policy counts and the other does not, by
// the ground of the other.
func (d *document) grounds(w words) []tally {
	strict, fairOnly := map[ccr.Ground]int{}, 0
	for _, x := range d.Disagree {
		if x.Strict {
			strict[x.Ground]++
		} else {
			fairOnly++
		}
	}
	var ts []tally
	for _, g := range most(strict) {
		ts = append(ts, tally{w.ground(g), strict[g]})
	}
	if fairOnly > 0 {
		ts = append(ts, tally{w.t("fair_only"), fairOnly})
	}
	return ts
}

// service returns the figures beside the CCR.
func (d *document) service(w words) []fact {
	fs := []fact{
		{w.t("quality"), percent(d.QualityReturn) + " · " + d.QualityRule},
		{w.t("response"), percent(d.Response)},
		{w.t("unanswered"), strconv.Itoa(d.Unheard)},
	}
	for _, q := range []struct {
		name string
		*quantiles
	}{{"pickup", d.Pickup}, {"transit", d.Transit}} {
		if q.quantiles != nil {
			fs = append(fs, fact{w.t(q.name), fmt.Sprintf(w.t("quantiles"), q.Median, q.P90)})
		}
	}
	n := 0
	for _, row := range d.TransitBy {
		if row.Orders >= d.least && n < 3 {
			n++
			fs = append(fs, fact{w.t("slow") + w.t("colon") + row.Key, fmt.Sprintf(w.t("hours"), row.Hours)})
		}
	}
	if d.Instant > 0 {
		fs = append(fs, fact{w.t("instant"), strconv.Itoa(d.Instant)})
	}
	if d.Overrides > 0 {
		fs = append(fs, fact{w.t("overrides"), strconv.Itoa(d.Overrides)})
	}
	return fs
}

// ground names what a finding is argued with: a reason, a screen's mark or a
// ground.
func (w words) ground(g ccr.Ground) string {
	if g == "" {
		return "–"
	}
	if name := w.names.Reason(ccr.Reason(g)); name != string(g) {
		return name
	}
	if mark, ok := strings.CutPrefix(string(g), ccr.ScreenPrefix); ok {
		return w.t("screen") + w.t("colon") + w.names.Reason(ccr.Reason(mark))
	}
	return w.names.Ground(g)
}

// level names how grave an alert is.
func (w words) level(a openAlert) string { return w.t("level_" + a.Level.String()) }

// sentence says what a consequence is.
func (w words) sentence(c action.Consequence) string {
	return paper.Sentence(&c, &paper.Options{Language: w.tag})
}

// evidence says what a ruling rests on: words, with the rules that read them.
func (w words) evidence(r ccr.Ruling) []string {
	var why []string
	for _, o := range r.Assessment.Opinions {
		sign := "+"
		if o.Polarity == ccr.Negative {
			sign = "−"
		}
		for _, e := range o.Evidence {
			why = append(why, fmt.Sprintf("%s %s 「%s」 %s", w.names.Aspect(o.Aspect), sign, r.Feedback.Text[e.Start:e.End], strings.Join(o.Rules, ", ")))
		}
	}
	return why
}

// day formats a day, lastDay the last one before a time.
func day(t time.Time) string     { return t.Format(time.DateOnly) }
func lastDay(t time.Time) string { return day(t.Add(-1)) }

// sure says how sure a finding is.
func (w words) sure(p *float64) string {
	if p == nil {
		return w.t("not_measured")
	}
	return share(*p, 0)
}

// advice returns what to do about a problem.
func (w words) advice(p action.Play) action.Advice {
	if w.chinese {
		return p.Chinese
	}
	return p.English
}

// why says what makes an order likely to complain.
func (w words) why(c action.Contact, label func(string) string) string {
	var parts []string
	for _, r := range c.Reasons {
		s := w.t("factor_" + string(r.Factor))
		if r.Key != "" {
			s += " " + label(r.Key)
		}
		if r.Usual > 0 {
			s += " " + fmt.Sprintf(w.t("days"), r.Taken, r.Usual)
		}
		parts = append(parts, fmt.Sprintf("%s ×%.1f", s, r.Ratio))
	}
	return strings.Join(parts, w.t("semicolon"))
}

// standsOut returns the problems of a dossier to speak of: those that stand out,
// at most two, or the first one where none does.
func standsOut(d *action.Dossier) []action.Problem {
	var ps []action.Problem
	for _, p := range d.Problems {
		if p.StandsOut && len(ps) < 2 {
			ps = append(ps, p)
		}
	}
	if ps == nil {
		ps = d.Problems[:min(1, len(d.Problems))]
	}
	return ps
}
