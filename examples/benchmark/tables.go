package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/ccrkit/ccrkit/classify/eval"
	"github.com/ccrkit/ccrkit/metrics"
)

// A table is what text, Markdown and HTML show.
type table struct {
	Title string
	Head  []string // of the columns, the first of which names rows
	Rows  [][]string
}

// tables returns the tables of a section: the figures, and the accuracy by part.
func (r *report) tables(sec *section) []table {
	main := table{Title: fmt.Sprintf("%s: %s, %s", label(sec.Name), plural(sec.Texts, "text"), plural(sec.BrokenLines, "broken line"))}
	if v := sec.Complaints.Value(); !math.IsNaN(v) {
		main.Title += fmt.Sprintf(", %.1f%% complaints", 100*v)
	}
	if len(sec.Classifiers) == 0 {
		return []table{main}
	}
	head := []string{""}
	for _, en := range sec.Classifiers {
		head = append(head, label(en.Name))
	}
	main.Head = head
	row := func(into *table, name string, cell func(*entry) string) {
		cells := []string{name}
		for i := range sec.Classifiers {
			cells = append(cells, cell(&sec.Classifiers[i]))
		}
		into.Rows = append(into.Rows, cells)
	}
	for _, name := range sec.figures() {
		row(&main, name, func(en *entry) string {
			for _, f := range en.Figures {
				if f.Name == name {
					return percent(f.Value, f.Interval) + r.mark(sec.Name, en.Name, name)
				}
			}
			return none
		})
	}
	for _, v := range []struct {
		name, format string
		of           func(*speed) float64
	}{
		{"texts_per_second", "%.0f", func(v *speed) float64 { return v.TextsPerSecond }},
		{"mb_per_second", "%.4g", func(v *speed) float64 { return v.MBPerSecond }},
		{"allocations_per_text", "%.1f", func(v *speed) float64 { return v.AllocationsPerText }},
	} {
		row(&main, v.name, func(en *entry) string {
			if en.Speed == nil {
				return none
			}
			return fmt.Sprintf(v.format, v.of(en.Speed))
		})
	}
	row(&main, "failed", func(en *entry) string { return fmt.Sprint(en.Failed) })
	row(&main, "undecided", func(en *entry) string { return fmt.Sprint(en.Undecided) })
	ts := []table{main}
	for _, by := range r.by {
		t := table{Head: head}
		for _, key := range sec.keys(by) {
			p := sec.Classifiers[0].part(by, key)
			t.Title = fmt.Sprintf("%s: %s by %s", label(sec.Name), p.Figure, label(by))
			row(&t, fmt.Sprintf("%s (%d)", label(key), p.Rate.Den), func(en *entry) string {
				rate := en.part(by, key).Rate
				return percent(rate.Value(), rate.Wilson(0.95))
			})
		}
		if len(t.Rows) > 0 {
			ts = append(ts, t)
		}
	}
	return ts
}

// figures returns the names of the figures that any classifier has, in order.
func (sec *section) figures() (names []string) {
	for _, name := range figureNames {
		if slices.ContainsFunc(sec.Classifiers, func(en entry) bool {
			return slices.ContainsFunc(en.Figures, func(f eval.Figure) bool { return f.Name == name })
		}) {
			names = append(names, name)
		}
	}
	return names
}

// comparisonTable returns the comparisons; without rows when there are none.
func (r *report) comparisonTable() table {
	t := table{Title: "comparisons", Head: []string{"corpus, figure, classifiers", "difference", "only the first right", "only the second", "p", "p (Holm)"}}
	for _, c := range r.Comparisons {
		t.Rows = append(t.Rows, []string{
			fmt.Sprintf("%s, %s: %s - %s", label(c.Corpus), c.Figure, label(c.Classifier), label(c.Against)),
			percent(c.Difference, c.Interval), fmt.Sprint(c.OnlyClassifier), fmt.Sprint(c.OnlyAgainst),
			pValue(c.P), pValue(c.Holm),
		})
	}
	return t
}

func pValue(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return fmt.Sprintf("%.4f", p)
}

// none stands for a figure that has no value.
const none = "–"

// percent returns a figure and its interval in percent.
func percent(v float64, i metrics.Interval) string {
	if math.IsNaN(v) {
		return none
	}
	format := "%.1f (%.1f-%.1f)"
	if i.Low < 0 {
		format = "%.1f (%.1f to %.1f)"
	}
	return fmt.Sprintf(format, 100*v, 100*i.Low, 100*i.High)
}

// label returns a name fit to be shown: without control characters, and not longer
// than a few words.
func label(name string) string {
	const most = 40
	rs := []rune(name)
	if len(rs) > most {
		rs = append(rs[:most-1], '…')
	}
	for i, r := range rs {
		if !unicode.IsPrint(r) {
			rs[i] = '�'
		}
	}
	return string(rs)
}

// legend says how to read the tables.
func (r *report) legend() []string {
	notes := []string{fmt.Sprintf("Figures in percent with 95%% intervals: Wilson's for proportions, of a bootstrap (%d resamples) for others. "+
		"Failures count as wrong; surest_accuracy is that on the surest 60%%; brier and ece are better the smaller.", r.Rounds)}
	if n := r.note(); n != "" {
		notes = append(notes, n)
	}
	for _, sec := range r.Corpora {
		if sec.foreign {
			notes = append(notes, label(sec.Name)+" has aspects of its own: who does not say them by name is wrong on all.")
		}
		for _, en := range sec.Classifiers {
			note := label(en.Name) + " is an oracle: it knows the most frequent labels of the corpus itself and reads nothing."
			if en.Spec == "majority" && !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}

// all returns every table in order.
func (r *report) all() []table {
	var ts []table
	for i := range r.Corpora {
		ts = append(ts, r.tables(&r.Corpora[i])...)
	}
	if t := r.comparisonTable(); len(t.Rows) > 0 {
		ts = append(ts, t)
	}
	return ts
}

// writeText writes tables for a terminal.
func (r *report) writeText(w io.Writer) error {
	var b strings.Builder
	for _, t := range r.all() {
		b.WriteString(t.Title + "\n")
		if len(t.Head) > 0 {
			widths := make([]int, len(t.Head))
			lines := append([][]string{t.Head}, t.Rows...)
			for _, l := range lines {
				for i, cell := range l {
					widths[i] = max(widths[i], columns(cell))
				}
			}
			for _, l := range lines {
				var line strings.Builder
				for i, cell := range l {
					line.WriteString(cell + strings.Repeat(" ", widths[i]-columns(cell)+2))
				}
				b.WriteString("  " + strings.TrimRight(line.String(), " ") + "\n")
			}
		}
		b.WriteByte('\n')
	}
	b.WriteString(strings.Join(r.legend(), "\n") + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// columns returns the width of a text on a terminal, where a Chinese character
// takes two columns.
func columns(text string) int {
	n := 0
	for _, r := range text {
		if n++; r >= 0x2e80 && r <= 0xffe6 {
			n++
		}
	}
	return n
}

// writeMarkdown writes tables for a document.
func (r *report) writeMarkdown(w io.Writer) error {
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "<", "&lt;", "`", "\\`", "[", `\[`)
	var b strings.Builder
	b.WriteString("`" + strings.ReplaceAll(r.Command, "`", "'") + "`\n\n")
	for _, t := range r.all() {
		b.WriteString("**" + escape.Replace(t.Title) + "**\n\n")
		if len(t.Head) == 0 {
			continue
		}
		line := func(cells []string) {
			for _, c := range cells {
				b.WriteString("| " + escape.Replace(c) + " ")
			}
			b.WriteString("|\n")
		}
		line(t.Head)
		b.WriteString("|" + strings.Repeat("---|", len(t.Head)) + "\n")
		for _, row := range t.Rows {
			line(row)
		}
		b.WriteByte('\n')
	}
	for _, n := range r.legend() {
		b.WriteString(escape.Replace(n) + "\n\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
