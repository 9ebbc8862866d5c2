package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

const (
	weeks       = 26 // that the trend shows
	periodDays  = 28 // that are compared
	settling    = 14 // days before the report that are too young to compare
	recently    = 28 // days for which an alert is shown that has ended
	maxDossiers = 3  // of a grouping
	sure        = 0.9
)

// document puts the figures together. Its alerts go on from the state in the
// file of -alert-state.
func (r *report) document() (*document, error) {
	f := r.figures
	d := &document{
		Policy: r.s.policy.Name, Classifier: r.s.classifierName, Shares: r.shares,
		CCR: f.ccr.Rate(), QualityReturn: f.quality.Rate(), QualityRule: r.qualityRule(),
		Excluded: map[ccr.Reason]int{}, ExcludedOrders: map[ccr.Reason]int{}, ExcludedFeedback: map[ccr.Reason]int{},
		Channels: map[string]int{}, Problems: map[ccr.Aspect]int{}, By: map[string][]jsonRow{},
		Feedback: f.ccr.Feedback(), Overrides: f.ccr.Overrides(),
		Response: f.response.Rate(), Unheard: f.response.Unanswered(),
		Pickup: quantilesOf(&f.shipping.Pickup), Transit: quantilesOf(&f.shipping.Transit),
		TransitBy: f.slowest(1), Instant: f.instant,
		OtherName: r.s.other.Name, Other: f.other.Rate(), Disagree: orEmpty(r.only),
		Dossiers: map[string][]*action.Dossier{}, Negatives: r.negatives,
		Errors: orEmpty(r.errs), ErrorCount: r.errCount,
		titles: r.titles, top: r.s.top, least: r.s.minSupport, elapsed: r.elapsed,
	}
	for _, c := range f.ccr.ExcludedFeedback() {
		d.Excluded[c.Key], d.ExcludedFeedback[c.Key] = c.N, c.N
	}
	for _, c := range f.ccr.ExcludedOrders() {
		d.Excluded[c.Key], d.ExcludedOrders[c.Key] = c.N, c.N // orders, where a reason concerns them
	}
	for _, c := range f.ccr.Channels(nil) {
		d.Channels[c.Key.String()] = c.Rate.Num
	}
	for _, c := range f.ccr.Problems(nil) {
		d.Problems[c.Key] = c.Rate.Num
	}
	for i := range f.by {
		d.By[f.by[i].name] = r.breakdownRows(&f.by[i])
	}
	ranking := f.groupings[0].Ranking() // of products
	d.Matrix = r.matrixOf(ranking)
	for _, g := range f.groupings {
		if g.name != "product" {
			ranking = g.Ranking()
		}
		d.Dossiers[g.name] = worst(g.Dossiers, ranking)
	}
	d.Consequences = r.s.rules.Consequences(r.standing())
	d.Appeals = r.top(f.appeals.Findings())
	d.Appeals.File = r.s.appeals
	d.Hidden = r.top(f.hidden.Findings())
	d.Screens = r.screened()
	d.Corrected = r.corrected()
	d.Alerts, d.FollowUp = []openAlert{}, []action.Contact{}
	if r.asOf.IsZero() {
		return d, nil
	}
	day := alert.DayOf(r.asOf)
	d.AsOf = &day
	now := f.maturity.Nowcast(metrics.Window{}, r.asOf, 0.95)
	d.Nowcast = &now
	d.Trend = r.trend()
	d.Shift = r.shift()
	var err error
	if d.Alerts, err = r.alerts(day); err != nil {
		return nil, err
	}
	d.FollowUp = f.followUp.List(r.asOf, &action.FollowUpOptions{Limit: r.s.top, Alerts: warned(d.Alerts)})
	return d, nil
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (r *report) qualityRule() string {
	q := &r.figures.quality
	if q.Definition.Name == "" {
		return r.s.words.t("all_time")
	}
	return fmt.Sprintf("%s, %s – %s (%s)", q.Definition.Name, q.Window.From.Format(time.DateOnly),
		q.Window.To.AddDate(0, 0, -1).Format(time.DateOnly), q.Definition.Source)
}

func quantilesOf(d *metrics.Durations) *quantiles {
	if d.Len() == 0 {
		return nil
	}
	half, _ := d.Quantile(0.5)
	ninety, _ := d.Quantile(0.9)
	return &quantiles{d.Len(), half.Hours(), ninety.Hours()}
}

func (r *report) breakdownRows(b *breakdown) []jsonRow {
	rows := []jsonRow{}
	for _, row := range b.Rows(nil) {
		x := jsonRow{Key: row.Key, Num: row.Rate.Num, Den: row.Rate.Den, Shrunken: row.Shrunken}
		if b.name == "product" {
			x.Name = r.titles[row.Key]
		}
		if v := row.Rate.Value(); row.Rate.Den > 0 {
			x.Rate, x.Low, x.High = &v, &row.Interval.Low, &row.Interval.High
		}
		rows = append(rows, x)
	}
	return rows
}

// trend returns the weeks up to the day of the report, the youngest, which
// may not be over, last.
func (r *report) trend() []week {
	trend := []week{}
	y, m, d := r.asOf.AddDate(0, 0, -1).Date()
	monday := time.Date(y, m, d, 0, 0, 0, 0, r.asOf.Location())
	monday = monday.AddDate(0, 0, -(int(monday.Weekday())+6)%7)
	for range weeks {
		next := monday.AddDate(0, 0, 7)
		if r.firstPaid.IsZero() || !next.After(r.firstPaid) {
			break
		}
		trend = append(trend, week{alert.DayOf(monday), r.maturity.Nowcast(metrics.Window{From: monday, To: next}, r.asOf, 0.95)})
		monday = monday.AddDate(0, 0, -7)
	}
	slices.Reverse(trend)
	return trend
}

// matrixOf returns the matrix of the products that lead a ranking.
func (r *report) matrixOf(ranking []action.Standing) matrix {
	rates, orders := map[[2]string]metrics.Rate{}, map[string]int{}
	for _, row := range r.matrix.Rows(nil) {
		rates[row.Key] = row.Rate
		orders[row.Key[1]] += row.Rate.Den
	}
	m := matrix{Products: []string{}, Regions: []string{}, Rates: [][]metrics.Rate{}}
	for region := range orders {
		if region != "" {
			m.Regions = append(m.Regions, region)
		}
	}
	slices.SortFunc(m.Regions, func(a, b string) int {
		return cmp.Or(cmp.Compare(orders[b], orders[a]), strings.Compare(a, b))
	})
	m.Regions = m.Regions[:min(r.s.top, len(m.Regions))]
	if len(m.Regions) == 0 {
		return m
	}
	for _, s := range ranking[:min(r.s.top, len(ranking))] {
		row := make([]metrics.Rate, len(m.Regions))
		for i, region := range m.Regions {
			row[i] = rates[[2]string{s.Key, region}]
		}
		m.Products, m.Rates = append(m.Products, s.Key), append(m.Rates, row)
	}
	return m
}

// worst returns the dossiers of the first in a ranking that are worse than the
// rest, in their rate or in a problem.
func worst(d *action.Dossiers, ranking []action.Standing) []*action.Dossier {
	list := []*action.Dossier{}
	for _, s := range ranking {
		if len(list) == maxDossiers || !s.Worse && s.StandOut == nil {
			break
		}
		if one, ok := d.Dossier(s.Key); ok {
			list = append(list, one)
		}
	}
	return list
}

// shift compares the four weeks before the last two, in which buyers are still to
// be heard, with the four before them.
func (r *report) shift() *shift {
	after := metrics.LastDays(r.asOf, periodDays, settling)
	before := metrics.LastDays(r.asOf, periodDays, settling+periodDays)
	s, ok := r.groupings[0].Shift(before, after)
	if !ok {
		return nil
	}
	s.Parts = s.Parts[:min(r.s.top, len(s.Parts))]
	return &shift{[2]metrics.Window{before, after}, *s}
}

// standing is what the rules of platforms look at: the CCR as a strict machine
// counts it.
func (r *report) standing() action.Figures {
	own := r.s.own
	own.CCR = r.other.Rate()
	if r.s.policy == r.s.strict {
		own.CCR = r.figures.ccr.Rate()
	}
	return own
}

func (r *report) top(all []action.Finding) findings {
	f := findings{Orders: len(all), Top: all[:min(r.s.top, len(all))]}
	for i := range all {
		if s := all[i].Sure; s != nil && *s >= sure {
			f.Sure++
		}
	}
	return f
}

// screened counts the marks, and returns the largest groups of each reason.
func (r *report) screened() *screens {
	if r.marks == nil {
		return nil
	}
	s := &screens{Orders: map[ccr.Reason]int{}, Feedback: map[ccr.Reason]int{}, Groups: []markGroup{}}
	seen := map[string]bool{}
	add := func(count map[ccr.Reason]int, marks []screen.Mark) {
		for i := range marks {
			m := &marks[i]
			count[m.Reason]++
			if id := string(m.Reason) + m.Explanation; !seen[id] && len(m.Group) > 0 {
				seen[id] = true
				s.Groups = append(s.Groups, markGroup{m.Reason, len(m.Group), m.Score, m.Explanation})
			}
		}
	}
	add(s.Orders, r.marks.Orders)
	add(s.Feedback, r.marks.Feedback)
	slices.SortStableFunc(s.Groups, func(a, b markGroup) int { return cmp.Compare(b.Records, a.Records) })
	s.Groups = s.Groups[:min(r.s.top, len(s.Groups))]
	return s
}
