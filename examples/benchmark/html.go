package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/eval"
)

//go:embed page.html
var page string

// A chapter is a section as the page shows it.
type chapter struct {
	*section
	Looks    []look
	Tables   []table
	Plots    []plot
	Matrices []matrix
	Bars     []bars
	Errors   []mistakes
}

// mistakes are the texts that a classifier was wrong on, the surest ones.
type mistakes struct {
	Name  string
	All   int
	Texts []mistake
}

type mistake struct {
	Place, Product, Gold, Said string
	Segments                   []segment
	Cut                        bool // the text goes on
}

// A segment is a piece of a text with the marks that it has in common.
type segment struct{ Text, Class, Title string }

// writeHTML writes one self-contained page. Everything that comes from corpora and
// classifiers is escaped by html/template.
func (r *report) writeHTML(w io.Writer) error {
	tmpl, err := template.New("page").Funcs(template.FuncMap{"show": printable}).Parse(page)
	if err != nil {
		return err
	}
	var chapters []chapter
	for i := range r.Corpora {
		sec := &r.Corpora[i]
		id := fmt.Sprintf("c%d", i)
		ch := chapter{section: sec, Looks: looks(sec.Classifiers), Tables: r.tables(sec), Plots: plots(sec, id), Matrices: matrices(sec, id)}
		if len(sec.Classifiers) == 0 {
			chapters = append(chapters, ch)
			continue
		}
		for j, by := range r.by {
			ch.Bars = append(ch.Bars, partBars(sec, by, fmt.Sprintf("%s-%d", id, j))...)
		}
		for j := range sec.Classifiers {
			ch.Errors = append(ch.Errors, newMistakes(&sec.Classifiers[j]))
		}
		chapters = append(chapters, ch)
	}
	comparisons := r.comparisonTable()
	return tmpl.Execute(w, map[string]any{
		"Command": r.Command, "Chapters": chapters, "Comparisons": comparisons, "Legend": r.legend(),
		"W": plotWidth, "H": plotHeight, "Left": plotLeft, "Right": plotWidth - plotRight, "Top": plotTop, "Bottom": plotHeight - plotBottom,
		"Middle": (plotLeft + plotWidth - plotRight) / 2, "Centre": (plotTop + plotHeight - plotBottom) / 2,
	})
}

// shown bounds what the page quotes of each classifier and of each text.
const (
	shownErrors = 10
	shownRunes  = 400
)

// newMistakes chooses of all wrong answers those that the classifier was surest of.
func newMistakes(en *entry) mistakes {
	all := wrong(en.result)
	m := mistakes{Name: label(en.Name), All: len(all)}
	var ps []*eval.Prediction
	for _, i := range all {
		if p := &en.result.Predictions[i]; p.Err == nil {
			ps = append(ps, p)
		}
	}
	margin := func(p *eval.Prediction) float64 { return math.Abs(p.Said.Complaint - 0.5) }
	slices.SortStableFunc(ps, func(a, b *eval.Prediction) int { return cmp.Compare(margin(b), margin(a)) })
	for _, p := range ps[:min(shownErrors, len(ps))] {
		x := mistake{
			Place: label(p.Gold.Feedback.Source.String()), Product: label(p.Gold.Feedback.Product),
			Gold: says(&p.Gold.Assessment, p.Gold.ComplaintUnknown), Said: says(&p.Said, false),
		}
		x.Segments, x.Cut = segments(p)
		m.Texts = append(m.Texts, x)
	}
	return m
}

// says puts an assessment into words.
func says(a *ccr.Assessment, unknown bool) string {
	var words []string
	switch {
	case unknown:
	case a.Complaint == 0 || a.Complaint == 1:
		words = append(words, map[bool]string{true: eval.IsComplaint, false: eval.NoComplaint}[a.Complaint == 1])
	default:
		words = append(words, fmt.Sprintf("complaint with probability %.2f", a.Complaint))
	}
	words = append(words, a.Polarity.String())
	for i := range a.Opinions {
		words = append(words, opinion(&a.Opinions[i]))
	}
	return strings.Join(words, ", ")
}

func opinion(o *ccr.Opinion) string {
	if o.Polarity == ccr.Negative {
		return label(string(o.Aspect)) + " −"
	}
	return label(string(o.Aspect)) + " +"
}

// segments cuts a text where marks begin and end: the words that the gold data
// quotes, and those that the classifier does.
func segments(p *eval.Prediction) (segs []segment, cut bool) {
	text := p.Gold.Feedback.Text
	end := len(text)
	n := 0
	for i := range text {
		if n++; n > shownRunes {
			end, cut = i, true
			break
		}
	}
	ends := []int{0, end}
	each := func(f func(e ccr.Evidence, class, title string)) {
		for _, side := range []struct {
			name string
			a    *ccr.Assessment
		}{{"gold", &p.Gold.Assessment}, {"said", &p.Said}} {
			for i := range side.a.Opinions {
				o := &side.a.Opinions[i]
				for _, e := range o.Evidence {
					if e.Valid(text) && e.Start < end {
						f(ccr.Evidence{Start: e.Start, End: min(e.End, end)}, side.name+"-"+o.Polarity.String(), side.name+": "+opinion(o))
					}
				}
			}
		}
	}
	each(func(e ccr.Evidence, _, _ string) { ends = append(ends, e.Start, e.End) })
	slices.Sort(ends)
	ends = slices.Compact(ends)
	for i := range ends[:len(ends)-1] {
		s := segment{Text: printable(text[ends[i]:ends[i+1]])}
		var classes, titles []string
		each(func(e ccr.Evidence, class, title string) {
			if e.Start <= ends[i] && ends[i+1] <= e.End {
				classes, titles = append(classes, class), append(titles, title)
			}
		})
		slices.Sort(classes)
		s.Class, s.Title = strings.Join(slices.Compact(classes), " "), strings.Join(titles, "; ")
		segs = append(segs, s)
	}
	return segs, cut
}

// printable shows what cannot be printed, and what would change the direction of
// the text around it, as a replacement character.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return '�'
	}, text)
}
