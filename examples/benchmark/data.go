package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// writeJSON writes the report as one JSON object.
func (r *report) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// writeCSV writes a line for each figure.
func (r *report) writeCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	// Errors stay in c and are returned at the end.
	_ = c.Write([]string{"corpus", "by", "part", "texts", "classifier", "figure", "value", "low", "high", "against", "p", "p_holm"})
	for i := range r.Corpora {
		sec := &r.Corpora[i]
		_ = c.Write([]string{sec.Name, "", "", strconv.Itoa(sec.Texts), "", "broken_lines", strconv.Itoa(sec.BrokenLines), "", "", "", "", ""})
		for _, en := range sec.Classifiers {
			line := func(by, key string, n int, figure, value, low, high string) {
				_ = c.Write([]string{sec.Name, by, key, strconv.Itoa(n), en.Name, figure, value, low, high, "", "", ""})
			}
			for _, f := range en.Figures {
				line("", "", sec.Texts, f.Name, number(f.Value), number(f.Interval.Low), number(f.Interval.High))
			}
			line("", "", sec.Texts, "failed", strconv.Itoa(en.Failed), "", "")
			line("", "", sec.Texts, "undecided", strconv.Itoa(en.Undecided), "", "")
			if v := en.Speed; v != nil {
				line("", "", sec.Texts, "texts_per_second", number(v.TextsPerSecond), "", "")
				line("", "", sec.Texts, "mb_per_second", number(v.MBPerSecond), "", "")
				line("", "", sec.Texts, "allocations_per_text", number(v.AllocationsPerText), "", "")
			}
			for _, p := range en.Parts {
				ci := p.Rate.Wilson(0.95)
				line(p.By, p.Key, p.Rate.Den, p.Figure, number(p.Rate.Value()), number(ci.Low), number(ci.High))
			}
		}
	}
	for _, x := range r.Comparisons {
		_ = c.Write([]string{
			x.Corpus, "", "", strconv.Itoa(x.Texts), x.Classifier, x.Figure + "_difference",
			number(x.Difference), number(x.Interval.Low), number(x.Interval.High), x.Against, number(x.P), number(x.Holm),
		})
	}
	c.Flush()
	return c.Error()
}
