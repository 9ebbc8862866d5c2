package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

//go:embed report.html
var page string

// writeHTML writes one self-contained page. Everything that customers wrote is
// escaped by html/template.
func (r *report) writeHTML(w io.Writer) error {
	tmpl, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	t, f := r.texts(), &r.figures
	type line struct {
		Label, Value string
		Low, High    float64 // of the interval, in percent of the scale
		At           float64
	}
	type table struct {
		Title string
		Lines []line
	}
	var tables []table
	for i := range f.by {
		rows := r.rows(&f.by[i])
		if len(rows) == 0 {
			continue
		}
		scale := 0.0
		for _, row := range rows {
			scale = max(scale, row.rate.Wilson(0.95).High)
		}
		tb := table{Title: t.rows[f.by[i].name]}
		for _, row := range rows {
			ci := row.rate.Wilson(0.95)
			tb.Lines = append(tb.Lines, line{row.label, percent(row.rate), 100 * ci.Low / scale, 100 * (ci.High - ci.Low) / scale, 100 * row.rate.Value() / scale})
		}
		tables = append(tables, tb)
	}
	counts := func(cs []metrics.Count[ccr.Reason]) (lines []line) {
		for _, c := range cs {
			lines = append(lines, line{Label: r.names.Reason(c.Key), Value: strconv.Itoa(c.N)})
		}
		return lines
	}
	var channels, problems, grounds []line
	for _, c := range f.ccr.Channels(nil) {
		channels = append(channels, line{Label: r.names.Channel(c.Key), Value: strconv.Itoa(c.Rate.Num)})
	}
	for _, c := range f.ccr.Problems(nil) {
		problems = append(problems, line{Label: r.names.Aspect(c.Key), Value: strconv.Itoa(c.Rate.Num)})
	}
	gs, fairOnly := r.grounds()
	if fairOnly > 0 {
		grounds = append(grounds, line{Label: t.fairOnly, Value: strconv.Itoa(fairOnly)})
	}
	for _, g := range gs {
		grounds = append(grounds, line{Label: r.groundName(g.ground), Value: strconv.Itoa(g.n)})
	}
	type quote struct{ Order, Text, Why string }
	var quotes []quote
	for i := range r.negatives {
		for _, x := range r.negatives[i].Rulings {
			if !x.Negative {
				continue
			}
			var why []string
			for _, o := range x.Assessment.Opinions {
				for _, e := range o.Evidence {
					why = append(why, r.names.Aspect(o.Aspect)+" "+sign(o.Polarity)+"「"+x.Feedback.Text[e.Start:e.End]+"」"+strings.Join(o.Rules, ", "))
				}
			}
			why = append(why, fmt.Sprintf("%s p=%.2f", r.names.Reason(x.Reason), x.Assessment.Complaint))
			quotes = append(quotes, quote{r.negatives[i].OrderID, x.Feedback.Text, strings.Join(why, " · ")})
		}
	}
	service := []line{{Label: t.quality, Value: percent(f.quality.Rate()) + " " + r.qualityRule()}, {Label: t.response, Value: percent(f.response.Rate())}, {Label: t.unanswered, Value: strconv.Itoa(f.response.Unanswered())}}
	for _, d := range []struct {
		name string
		d    *metrics.Durations
	}{{t.pickup, &f.shipping.Pickup}, {t.transit, &f.shipping.Transit}} {
		if q := quantilesOf(d.d); q != nil {
			service = append(service, line{Label: d.name, Value: fmt.Sprintf("%s %.1f %s, %s %.1f %s", t.median, q.Median, t.hours, t.p90, q.P90, t.hours)})
		}
	}
	for _, row := range f.slowest(r.s.minSupport)[:min(3, len(f.slowest(r.s.minSupport)))] {
		service = append(service, line{Label: t.slow + ": " + row.Key, Value: fmt.Sprintf("%.0f %s", row.Hours, t.hours)})
	}
	if f.instant > 0 {
		service = append(service, line{Label: t.instant, Value: strconv.Itoa(f.instant)})
	}
	if n := f.ccr.Overrides(); n > 0 {
		service = append(service, line{Label: t.overrides, Value: strconv.Itoa(n)})
	}
	return tmpl.Execute(w, map[string]any{
		"Lang": r.s.lang.String(), "T": map[string]string{
			"title": t.title, "none": t.none, "excluded": t.excluded, "excludedFeedback": t.excludedFeedback, "channels": t.channels,
			"problems": t.problems, "quality": t.quality, "response": t.response, "other": t.other, "only": t.only, "negatives": t.negatives,
			"interval": t.interval, "errors": t.errors,
		},
		"CCR": percent(f.ccr.Rate()), "Policy": r.s.policy.Name, "Classifier": r.s.classifierName,
		"Service":  service,
		"Excluded": counts(f.ccr.ExcludedOrders()), "ExcludedFeedback": counts(f.ccr.ExcludedFeedback()),
		"Channels": channels, "Problems": problems, "Tables": tables,
		"Other": r.s.other.Name, "OtherCCR": percent(r.other.Rate()), "Grounds": grounds, "Quotes": quotes,
		"Errors": r.errs[:min(20, len(r.errs))], "ErrorCount": r.errCount,
	})
}

func sortByLabel(rows []labelled) {
	slices.SortFunc(rows, func(a, b labelled) int { return strings.Compare(a.label, b.label) })
}
