package paper

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
)

// A Page is what WriteHTML writes. The zero Page says that there is nothing.
type Page struct {
	_ [0]func()

	Title        string               // such as the shop and the period; "" for a plain one
	Appeals      []action.Finding     // of action.Appeals
	Hidden       []action.Finding     // of action.Hidden
	Consequences []action.Consequence // what may follow; nil leaves the part out
}

//go:embed page.html
var page string

// A template is immutable once parsed.
var pageTemplate = sync.OnceValues(func() (*template.Template, error) { return template.New("page").Parse(page) })

// WriteHTML writes one page to read or to print, which needs no other file. It
// shows every text as it was written, with what was read as negative marked,
// and has room for a decision by hand. Whatever stands in texts, titles and
// ids is shown and never run: html/template escapes it, and the page forbids
// scripts and everything from elsewhere.
func WriteHTML(w io.Writer, p *Page, opts *Options) error {
	t, err := pageTemplate()
	if err != nil {
		return err
	}
	words := wordsOf(opts)
	view := view{
		Lang: words.lang, Title: cmp.Or(p.Title, words.title), Read: words.read, Yes: words.yes, No: words.no,
		Reviewer: words.reviewer, Note: words.note, Consequences: words.consequences,
		Parts: []viewPart{words.part(words.appeals, p.Appeals), words.part(words.hidden, p.Hidden)},
	}
	for i := range p.Consequences {
		c := &p.Consequences[i]
		view.May = append(view.May, viewConsequence{c.Status.String(), Sentence(c, opts)})
	}
	return t.Execute(w, view)
}

// A view is a Page in words.
type view struct {
	Lang, Title, Read, Yes, No, Reviewer, Note, Consequences string

	Parts []viewPart
	May   []viewConsequence
}

type viewConsequence struct{ Status, Text string }

type viewPart struct {
	Title, Count string
	Findings     []viewFinding
}

type viewFinding struct {
	Title, Product string
	Statements     []viewStatement
}

type viewStatement struct {
	Title string
	Text  []viewSpan
	Facts []viewFact
}

type viewSpan struct {
	Text string
	Mark bool
}

type viewFact struct{ Name, Value string }

func (w words) part(title string, findings []action.Finding) viewPart {
	p := viewPart{Title: title, Count: w.none}
	if len(findings) > 0 {
		p.Count = fmt.Sprintf(w.all, len(findings))
	}
	for i := range findings {
		f := &findings[i]
		v := viewFinding{Title: w.order + " " + cmp.Or(f.OrderID, "–")}
		for j := range f.Statements {
			v.Product = cmp.Or(v.Product, productOf(f, &f.Statements[j].Feedback))
			v.Statements = append(v.Statements, w.statement(&f.Statements[j]))
		}
		p.Findings = append(p.Findings, v)
	}
	return p
}

func (w words) statement(s *action.Statement) viewStatement {
	fb := &s.Feedback
	v := viewStatement{Title: w.feedback + " " + cmp.Or(fb.ID, "–") + " · " + w.names.Channel(fb.Channel), Text: spans(fb.Text, s.Evidence)}
	if fb.Rating > 0 {
		v.Title += fmt.Sprintf(" · %d★", fb.Rating)
	}
	if !fb.CreatedAt.IsZero() {
		v.Title += " · " + fb.CreatedAt.Format(time.DateTime)
	}
	why := w.names.Reason(s.Counted)
	if fb.Reason != "" {
		why += " · " + fb.Reason
	}
	for _, fact := range []viewFact{
		{w.texts.ground, w.ground(s.Ground)},
		{w.texts.sure, percent(s.Sure)},
		{w.texts.counted, why},
		{w.texts.about, w.aspects(s.Aspects)},
		{w.texts.rules, strings.Join(s.Rules, "; ")},
		{w.texts.complaint, percent(s.Complaint)},
	} {
		if fact.Value != "" {
			v.Facts = append(v.Facts, fact)
		}
	}
	return v
}

// spans splits a text at its evidence, which is sorted and apart.
func spans(text string, evidence []ccr.Evidence) (vs []viewSpan) {
	at := 0
	add := func(end int, mark bool) {
		if end > at {
			vs = append(vs, viewSpan{text[at:end], mark})
			at = end
		}
	}
	for _, e := range evidence {
		if e.Valid(text) {
			add(e.Start, false)
			add(e.End, true)
		}
	}
	add(len(text), false)
	return vs
}
