package main

import (
	"embed"
	"html/template"
	"io"
	"math"
	"slices"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

//go:embed page/*.html
var templates embed.FS

// writeHTML writes one self-contained page without scripts, which is well-formed
// XML too. What customers wrote is escaped by html/template, and stands in
// elements alone, never in attributes.
func (d *document) writeHTML(w io.Writer, words words) error {
	tmpl, err := template.New("page").Funcs(d.functions(words)).ParseFS(templates, "page/*.html")
	if err != nil {
		return err
	}
	clean := transform.NewWriter(w, runes.Map(printable))
	if err := tmpl.ExecuteTemplate(clean, "page.html", d.view(words)); err != nil {
		return err
	}
	return clean.Close()
}

// printable replaces what XML does not allow, such as control characters.
func printable(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r >= ' ' && r < 0x7f, r >= 0xa0 && r < 0xfffe, r > 0xffff:
		return r
	}
	return '\ufffd'
}

// functions are what the templates call.
func (d *document) functions(w words) template.FuncMap {
	return template.FuncMap{
		"t":         w.text,
		"percent":   percent,
		"share":     func(x float64) string { return share(x, 1) },
		"points":    points,
		"forecast":  forecast,
		"labelled":  w.labelled,
		"day":       day,
		"last":      lastDay,
		"aspect":    w.names.Aspect,
		"channel":   w.names.Channel,
		"reason":    w.names.Reason,
		"ground":    w.ground,
		"level":     w.level,
		"seen":      w.seen,
		"shares":    w.shares,
		"label":     d.label,
		"advice":    w.advice,
		"quote":     quote,
		"quotes":    func(p action.Problem) []action.Quote { return p.Quotes[:min(2, len(p.Quotes))] },
		"standsOut": standsOut,
		"evidence":  w.evidence,
		"why":       func(c action.Contact) string { return w.why(c, d.label) },
		"sure":      w.sure,
		"sentence":  w.sentence,
		"table":     func(title string, rows []tally) tallyTable { return tallyTable{title, rows} },
	}
}

// A view is the document as the page shows it.
type view struct {
	*document
	Lang     string
	Chart    *trendChart
	Policies barTable
	Problems barTable
	Channels barTable
	Tables   []barTable
	Audited  []correctedRow
	Heat     []heatRow
	Effects  []effectRow
	Groups   []dossiers
	Left     []tally // orders left out
	Unheard  []tally // feedback left out
	Marked   []tally // by screens
	Grounds  []tally // on which the policies disagree
	Service  []fact

	ShownErrors []string
}

// A heatRow is a product in the matrix of products and regions.
type heatRow struct {
	Label string
	Cells []heatCell
}

type heatCell struct {
	Level int // how high against the shop, 0 to 4; -1 for few orders
	Rate  metrics.Rate
}

// An effectRow is the part of a product in a change.
type effectRow struct {
	Label string
	action.ShiftPart
	Effect effect
}

type dossiers struct {
	Title string
	List  []*action.Dossier
}

// A tally is how often something was seen, a fact a line of text about it.
type tally struct {
	Label string
	N     int
}

type fact struct{ Label, Value string }

type tallyTable struct {
	Title string
	Rows  []tally
}

func (d *document) view(w words) *view {
	v := &view{document: d, Lang: w.lang(), Chart: w.trend(d.Trend)}
	v.Policies = w.bars("", []rated{{d.Policy, d.CCR}, {d.OtherName, d.Other}}, metrics.Rate{})
	v.Problems = w.bars(w.t("problems"), d.problemRates(w, 2*d.top), metrics.Rate{})
	v.Channels = w.bars(w.t("channels"), d.channelRates(w), metrics.Rate{})
	for _, name := range breakdownNames {
		if rows := d.rows(name, d.top, d.least); len(rows) > 0 {
			v.Tables = append(v.Tables, w.bars(w.t("by_"+name), rows, d.CCR))
		}
	}
	v.Audited = d.correctedRows()
	v.Heat = d.heat(d.least)
	v.Effects = d.effects()
	for _, name := range breakdownNames {
		if list := d.Dossiers[name]; len(list) > 0 {
			v.Groups = append(v.Groups, dossiers{w.t("by_" + name), list})
		}
	}
	v.Left = tallies(d.ExcludedOrders, w.names.Reason)
	v.Unheard = tallies(d.ExcludedFeedback, w.names.Reason)
	if d.Screens != nil {
		v.Marked = append(tallies(d.Screens.Orders, w.names.Reason), tallies(d.Screens.Feedback, w.names.Reason)...)
	}
	v.Grounds = d.grounds(w)
	v.Service = d.service(w)
	v.ShownErrors = d.Errors[:min(20, len(d.Errors))]
	return v
}

// heat returns the matrix of products and regions, by how many times the rate
// of the shop a rate is.
func (d *document) heat(least int) []heatRow {
	var rows []heatRow
	for i, product := range d.Matrix.Products {
		row := heatRow{Label: d.label(product)}
		for _, r := range d.Matrix.Rates[i] {
			c := heatCell{Level: -1, Rate: r}
			if r.Den >= max(least, 1) {
				for _, bound := range []float64{0.5, 1, 2, 4} {
					if r.Value() > bound*d.CCR.Value() {
						c.Level++
					}
				}
				c.Level++
			}
			row.Cells = append(row.Cells, c)
		}
		rows = append(rows, row)
	}
	return rows
}

func (d *document) effects() []effectRow {
	if d.Shift == nil {
		return nil
	}
	most := 0.0
	for _, p := range d.Shift.Parts {
		most = max(most, math.Abs(p.Mix+p.Rate))
	}
	var rows []effectRow
	for _, p := range d.Shift.Parts {
		label := d.label(p.Key)
		rows = append(rows, effectRow{label, p, effectOf(label, p.Mix+p.Rate, most)})
	}
	return rows
}

// A segment is a piece of a text, marked where it is evidence.
type segment struct {
	Text string
	Mark bool
}

// quote splits a text at its evidence, of which what cannot be is left out.
func quote(text string, evidence []ccr.Evidence) []segment {
	spans := slices.Clone(evidence)
	slices.SortFunc(spans, func(a, b ccr.Evidence) int { return a.Start - b.Start })
	var s []segment
	end := 0
	for _, e := range spans {
		if !e.Valid(text) || e.Start < end {
			continue
		}
		s = append(s, segment{text[end:e.Start], false}, segment{text[e.Start:e.End], true})
		end = e.End
	}
	return append(s, segment{text[end:], false})
}
