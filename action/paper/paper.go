// Package paper puts the answers of package action before people: as a table
// that a reviewer fills in, as a page to print, as sentences. In JSON the
// answers encode by themselves.
package paper

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/names"
	"golang.org/x/text/language"
)

// Options are the settings of this package. Nil and the zero Options are the
// defaults.
type Options struct {
	_ [0]func()

	// Language is that of names and headings: Chinese, or English for any
	// other and for the zero tag.
	Language language.Tag

	// Blind makes WriteCSV leave out what a machine made of the feedback, for
	// reviewers whose decisions are to judge that machine.
	Blind bool
}

// words are the names and headings in one language.
type words struct {
	names *names.Names
	*texts
}

func wordsOf(opts *Options) words {
	var tag language.Tag
	if opts != nil {
		tag = opts.Language
	}
	w := words{names.For(tag), &english}
	if w.names == names.For(language.Chinese) {
		w.texts = &chinese
	}
	return w
}

// ground returns the name of what a finding is argued with: a reason, a mark
// or a ground.
func (w words) ground(g ccr.Ground) string {
	if name := w.names.Reason(ccr.Reason(g)); name != string(g) {
		return name
	}
	if mark, ok := strings.CutPrefix(string(g), ccr.ScreenPrefix); ok {
		return fmt.Sprintf(w.screen, w.names.Reason(ccr.Reason(mark)))
	}
	return w.names.Ground(g)
}

func (w words) aspects(as []ccr.Aspect) string {
	names := make([]string, len(as))
	for i, a := range as {
		names[i] = w.names.Aspect(a)
	}
	return strings.Join(names, "; ")
}

// percent formats a share with one decimal, in which nothing becomes 0 or 100
// that is not.
func percent(p *float64) string {
	switch {
	case p == nil:
		return "–"
	case *p > 0 && *p < 0.0005:
		return "<0.1%"
	case *p < 1 && *p >= 0.9995:
		return ">99.9%"
	}
	return strconv.FormatFloat(100**p, 'f', 1, 64) + "%"
}

// Sentence says in a few sentences what a consequence is, how far it is and
// who reports it.
func Sentence(c *action.Consequence, opts *Options) string {
	w := wordsOf(opts)
	r := &c.Rule
	what, source := r.English, r.Source
	if w.texts == &chinese {
		what, source = r.Chinese, cmp.Or(r.SourceChinese, source)
	}
	parts := []string{fmt.Sprintf(w.consequence, what, w.status[c.Status])}
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if c.Status != action.StatusUnknown {
		switch r.Measure {
		case action.MeasurePeers:
			say(w.peers, percent(c.Figure), percent(c.Limit), number(&r.Limit))
			if !c.Certain {
				say("%s", w.uncertain)
			}
		case action.MeasurePoints:
			say(w.points, r.Class, number(c.Figure), number(c.Limit))
		case action.MeasureScore:
			say(w.score, number(c.Figure), number(c.Limit))
		}
	}
	if c.Orders != nil && *c.Orders > 0 {
		say(w.orders, *c.Orders)
	}
	if c.Violations != nil && *c.Violations > 0 {
		say(w.violations, *c.Violations)
	}
	if c.Cost != nil {
		say(w.cost, c.Cost)
	}
	say(w.source, source)
	return strings.Join(parts, w.space)
}

func number(x *float64) string {
	if x == nil {
		return "–"
	}
	return strconv.FormatFloat(*x, 'f', -1, 64)
}
