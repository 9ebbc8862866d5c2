package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/action"
)

// A textWriter keeps the first error, so that a report reads as one piece.
type textWriter struct {
	words
	d   *document
	w   io.Writer
	err error
}

func (p *textWriter) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (d *document) writeText(w io.Writer, words words) error {
	p := &textWriter{words: words, d: d, w: w}
	p.summary()
	p.now()
	p.worst()
	p.tables()
	p.lists()
	p.quality()
	if d.Negatives != nil {
		p.negatives()
	}
	p.printf("\n%.2f %s\n", d.elapsed.Seconds(), p.t("seconds"))
	return p.err
}

func (p *textWriter) summary() {
	d := p.d
	p.printf("%s  %s\n", p.t("title"), percent(d.CCR))
	p.printf("  %s %s · %s %s · %d %s · %s", p.t("policy"), d.Policy, p.t("classifier"), d.Classifier, d.Feedback, p.t("feedback"), p.t("interval"))
	if d.AsOf != nil {
		p.printf(" · %s %v", p.t("as_of"), d.AsOf)
	}
	p.printf("\n")
	if n := d.NotRead(); n > 0 {
		p.printf("  %s\n", fmt.Sprintf(p.t("not_read"), n))
	}
	if c := d.Corrected; c != nil {
		p.printf("  %s%s%v · %s\n  %s\n", p.t("corrected"), p.t("colon"), c.estimate, p.labelled(c), p.t("corrected_note"))
		if c.Pending > 0 {
			p.printf("  %s\n", fmt.Sprintf(p.t("pending"), c.Pending))
		}
	}
	if d.Nowcast != nil && d.Nowcast.Final != nil {
		f := d.Nowcast.Final
		p.printf("  %s%s%s · %s %s\n", p.t("nowcast"), p.t("colon"), forecast(f), p.t("completeness"), share(f.Completeness, 1))
	}
	p.printf("%s %s  %s\n", p.t("other"), d.OtherName, percent(d.Other))
	p.printf("  %s%s", p.t("only"), p.t("colon"))
	p.tallies(d.grounds(p.words))
}

// now is what has changed and what may follow.
func (p *textWriter) now() {
	d := p.d
	p.printf("\n%s\n", p.t("alerts"))
	for _, a := range d.Alerts {
		state := p.level(a)
		if a.Ended != nil {
			state = fmt.Sprintf("%s %v", p.t("ended"), a.Ended)
		}
		if a.News {
			state += p.t("comma") + p.t("news")
		}
		p.printf("  %s  %s %s%s%s %v %s\n", state, p.t(a.Figure), oneLine(d.label(a.Key)), p.t("colon"), p.t("since"), a.Since, p.seen(a))
	}
	if len(d.Alerts) == 0 {
		p.printf("  %s\n", p.t("none"))
	}
	p.printf("%s\n", p.t("consequences"))
	for _, c := range d.Consequences {
		p.printf("  %s\n", oneLine(p.sentence(c)))
	}
	if s := d.Shift; s != nil {
		p.printf("%s  %s – %s → %s – %s\n", p.t("shift"), day(s.Periods[0].From), lastDay(s.Periods[0].To), day(s.Periods[1].From), lastDay(s.Periods[1].To))
		p.printf("  %s %s%s%s %s%s%s %s\n", p.t("difference"), points(s.Difference), p.t("semicolon"), p.t("by_rate"), points(s.Rate), p.t("comma"), p.t("by_mix"), points(s.Mix))
		for _, part := range s.Parts[:min(3, len(s.Parts))] {
			p.printf("  %s  %s  (%d/%d → %d/%d)\n", pad(oneLine(d.label(part.Key)), 34), points(part.Mix+part.Rate), part.Before.Num, part.Before.Den, part.After.Num, part.After.Den)
		}
	}
}

// worst is the dossiers, in short.
func (p *textWriter) worst() {
	p.printf("\n%s\n", p.t("worst"))
	found := false
	for _, name := range breakdownNames {
		for _, one := range p.d.Dossiers[name] {
			found = true
			p.dossier(one)
		}
	}
	if !found {
		p.printf("  %s\n", p.t("none"))
	}
}

func (p *textWriter) dossier(one *action.Dossier) {
	p.printf("  %s  %s%s%s %s\n", pad(oneLine(p.d.label(one.Key)), 34), percent(one.Negative.Rate), p.t("comma"), p.t("rest"), share(one.Negative.Rest.Value(), 2))
	if c := one.Changed; c != nil {
		p.printf("    %s %s%s%s → %s\n", p.t("changed"), day(c.Day), p.t("colon"), share(c.Before.Value(), 1), share(c.After.Value(), 1))
	}
	for _, x := range standsOut(one) {
		p.printf("    %s %d", p.names.Aspect(x.Aspect), x.Orders.Rate.Num)
		for _, q := range x.Quotes[:min(1, len(x.Quotes))] {
			p.printf("  「%s」", oneLine(q.Text))
		}
		p.printf("\n      %s%s%s\n", p.t("check"), p.t("colon"), p.advice(x.Play).Check)
	}
}

func (p *textWriter) tables() {
	d := p.d
	p.printf("\n%s\n", p.t("channels"))
	for _, r := range d.channelRates(p.words) {
		p.printf("  %s  %d\n", pad(r.label, 18), r.rate.Num)
	}
	p.printf("\n%s\n", p.t("problems"))
	for _, r := range d.problemRates(p.words, 2*d.top) {
		p.printf("  %s  %d\n", pad(oneLine(r.label), 18), r.rate.Num)
	}
	for _, name := range breakdownNames {
		rows := d.rows(name, d.top, d.least)
		if len(rows) == 0 {
			continue
		}
		p.printf("\n%s%s\n", p.t("by"), p.t("by_"+name))
		for _, r := range rows {
			p.printf("  %s  %s\n", pad(oneLine(r.label), 34), percent(r.rate))
		}
	}
	if rows := d.correctedRows(); len(rows) > 0 {
		p.printf("\n%s\n", p.t("corrected_by"))
		for _, r := range rows {
			p.printf("  %s  %s → %v · %s\n", pad(oneLine(d.label(r.Key)), 34), percent(r.Found), r.estimate, fmt.Sprintf(p.t("labelled"), r.Labels))
		}
	}
	p.trend()
	p.printf("\n")
	for _, f := range d.service(p.words) {
		p.printf("%s  %s\n", oneLine(f.Label), oneLine(f.Value))
	}
}

// trend is the weeks in which buyers are still to be heard.
func (p *textWriter) trend() {
	said := false
	for i := range p.d.Trend {
		week := &p.d.Trend[i]
		f := young(week)
		if f == nil {
			continue
		}
		if !said {
			p.printf("\n%s\n", p.t("trend_now"))
			said = true
		}
		p.printf("  %v  %s → %s\n", week.From, percent(week.Observed), forecast(f))
	}
}

func (p *textWriter) lists() {
	d := p.d
	p.printf("\n%s  %d%s%s %d\n", p.t("appeals"), d.Appeals.Orders, p.t("comma"), p.t("sure"), d.Appeals.Sure)
	if d.Appeals.File != "" {
		p.printf("  %s %s\n", p.t("written"), d.Appeals.File)
	}
	p.findings(d.Appeals.Top)
	p.printf("%s  %d · %s\n", p.t("hidden"), d.Hidden.Orders, p.t("hidden_note"))
	p.findings(d.Hidden.Top)
	p.printf("%s\n", p.t("follow_up"))
	for _, c := range d.FollowUp[:min(3, len(d.FollowUp))] {
		p.printf("  %s  ×%.1f  %s\n", oneLine(c.Order.ID), c.Score, oneLine(p.why(c, d.label)))
	}
	if len(d.FollowUp) == 0 {
		p.printf("  %s\n", p.t("none"))
	}
}

// findings shows the first ones.
func (p *textWriter) findings(top []action.Finding) {
	for _, f := range top[:min(3, len(top))] {
		for _, s := range f.Statements {
			p.printf("  %s  %s  %s %s  %s\n", oneLine(cmp.Or(f.OrderID, "–")), p.ground(s.Ground), p.t("sure_of"), p.sure(s.Sure), oneLine(s.Feedback.Text))
		}
	}
}

// quality is what was left out, and why.
func (p *textWriter) quality() {
	d := p.d
	p.printf("\n%s%s", p.t("excluded"), p.t("colon"))
	p.tallies(tallies(d.ExcludedOrders, p.names.Reason))
	p.printf("%s%s", p.t("excluded_feedback"), p.t("colon"))
	p.tallies(tallies(d.ExcludedFeedback, p.names.Reason))
	if len(d.Shares) > 0 {
		p.printf("%s%s%s\n", p.t("expected_shares"), p.t("colon"), p.shares(d.Shares))
	}
	if s := d.Screens; s != nil {
		p.printf("%s%s", p.t("screens"), p.t("colon"))
		p.tallies(slices.Concat(tallies(s.Orders, p.names.Reason), tallies(s.Feedback, p.names.Reason)))
		for _, g := range s.Groups[:min(3, len(s.Groups))] {
			p.printf("  %s %d%s%s\n", p.names.Reason(g.Reason), g.Records, p.t("colon"), oneLine(g.Explanation))
		}
	}
	if d.ErrorCount > 0 {
		p.printf("\n%s%s%d\n", p.t("errors"), p.t("colon"), d.ErrorCount)
		if d.MendFirst() {
			p.printf("  %s\n", p.t("errors_note"))
		}
		for _, e := range d.Errors[:min(5, len(d.Errors))] {
			p.printf("  %s\n", oneLine(e))
		}
		if more := d.ErrorCount - 5; more > 0 {
			p.printf("  … +%d\n", more)
		}
	}
}

func (p *textWriter) tallies(ts []tally) {
	for i, t := range ts {
		if i > 0 {
			p.printf("%s", p.t("comma"))
		}
		p.printf("%s %d", oneLine(t.Label), t.N)
	}
	if len(ts) == 0 {
		p.printf("%s", p.t("none"))
	}
	p.printf("\n")
}

// negatives prints every negative ruling with its quotations and rules.
func (p *textWriter) negatives() {
	p.printf("\n%s\n", p.t("negatives"))
	for i := range p.d.Negatives {
		v := &p.d.Negatives[i]
		for _, x := range v.Rulings {
			if !x.Negative {
				continue
			}
			p.printf("  %s/%s %s p=%.2f %s%s%s\n", oneLine(v.OrderID), oneLine(x.Feedback.ID), p.names.Channel(x.Feedback.Channel),
				x.Assessment.Complaint, p.names.Reason(x.Reason), p.t("colon"), oneLine(x.Feedback.Text))
			for _, e := range p.evidence(x) {
				p.printf("    %s\n", oneLine(e))
			}
		}
	}
}

// pad fills s to a width at which a Chinese character takes two columns.
func pad(s string, width int) string {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return s + strings.Repeat(" ", max(0, width-n))
}

// oneLine makes s fit on a line of a terminal: customers' control characters
// are not passed on.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}
