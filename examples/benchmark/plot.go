package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/ccrkit/ccrkit/classify/eval"
	"github.com/ccrkit/ccrkit/metrics"
)

// The size of a diagram, in units of its own: those of a small telephone, on which
// they are pixels. Larger screens put several side by side.
const (
	plotWidth, plotHeight = 340.0, 300.0
	plotLeft, plotRight   = 46.0, 12.0
	plotTop, plotBottom   = 10.0, 42.0
)

// A look tells the classifiers apart by colour, by dashes and by the form of
// points. The colours are those of Okabe and Ito, "Color universal design" (2008),
// without yellow, which is too pale for lines on white.
type look struct {
	Name, Colour, Dash string
	form               int
}

func looks(entries []entry) []look {
	colours := [...]string{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"}
	dashes := [...]string{"", "7 3", "2 2", "9 3 2 3"}
	var ls []look
	for i, en := range entries {
		ls = append(ls, look{label(en.Name), colours[i%len(colours)], dashes[(i+i/len(colours))%len(dashes)], (i + i/len(colours)) % 5})
	}
	return ls
}

// Mark returns the path of a point.
func (l look) Mark(x, y float64) string {
	const s = 3.5
	at := func(format string, ds ...float64) string {
		args := make([]any, len(ds))
		for i, d := range ds {
			args[i] = d + [...]float64{x, y}[i%2]
		}
		return fmt.Sprintf(format, args...)
	}
	switch l.form {
	case 0: // a circle
		return at("M%.1f %.1f", -s, 0) + fmt.Sprintf("a%v %v 0 1 0 %v 0a%v %v 0 1 0 %v 0z", s, s, 2*s, s, s, -2*s)
	case 1: // a square
		return at("M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fz", -s, -s, s, -s, s, s, -s, s)
	case 2: // a triangle
		return at("M%.1f %.1fL%.1f %.1fL%.1f %.1fz", 0, -s-1, s+1, s, -s-1, s)
	case 3: // a diamond
		return at("M%.1f %.1fL%.1f %.1fL%.1f %.1fL%.1f %.1fz", 0, -s-1.5, s+1.5, 0, 0, s+1.5, -s-1.5, 0)
	}
	return at("M%.1f %.1fL%.1f %.1fL%.1f %.1fz", 0, s+1, s+1, -s, -s-1, -s) // a triangle upside down
}

// A plot is a diagram of lines in the unit square, or a part of it.
type plot struct {
	ID, Title, Desc string
	X, Y            string // the axes
	Diagonal        string // path of y = x, where that means something
	Ticks           []tick
	Lines           []line
}

// A tick is a place on both axes.
type tick struct {
	X, Y         float64 // where it is on either
	XText, YText string
}

type line struct {
	look
	Path     string   // of the line
	Whiskers string   // path of intervals
	Marks    []string // paths of points
}

type point struct{ x, y float64 }

// A frame maps the unit square, up to top on the y axis, to a diagram.
type frame struct{ top float64 }

func (f frame) at(p point) (x, y float64) {
	round := func(v float64) float64 { return math.Round(v*10) / 10 }
	return round(plotLeft + p.x*(plotWidth-plotLeft-plotRight)), round(plotHeight - plotBottom - p.y/f.top*(plotHeight-plotTop-plotBottom))
}

func (f frame) ticks() (ts []tick) {
	for i := range 6 {
		v := float64(i) / 5
		x, y := f.at(point{v, v * f.top})
		ts = append(ts, tick{x, y, fmt.Sprintf("%.0f", 100*v), fmt.Sprintf("%.4g", 100*v*f.top)})
	}
	return ts
}

// line draws points, which are few enough to be marked or else thinned out to what
// can be seen. Steps go across before they go down, as a precision-recall curve does.
func (f frame) line(l look, ps []point, steps bool) line {
	const few = 12
	var b strings.Builder
	out := line{look: l}
	lastX, lastY := math.Inf(-1), math.Inf(-1)
	for i, p := range ps {
		x, y := f.at(p)
		if len(ps) <= few {
			out.Marks = append(out.Marks, l.Mark(x, y))
		}
		if i > 0 && i < len(ps)-1 && math.Hypot(x-lastX, y-lastY) < 0.7 {
			continue
		}
		switch {
		case i == 0:
			fmt.Fprintf(&b, "M%.1f %.1f", x, y)
		case steps:
			fmt.Fprintf(&b, "H%.1fV%.1f", x, y)
		default:
			fmt.Fprintf(&b, "L%.1f %.1f", x, y)
		}
		lastX, lastY = x, y
	}
	out.Path = b.String()
	return out
}

// bins is the number of those of a reliability diagram.
const bins = 10

// plots returns the diagrams of a section whose classifiers have a probability of a
// complaint to be judged by; none where the corpus does not tell.
func plots(sec *section, id string) []plot {
	unit := frame{1}
	x0, y0 := unit.at(point{})
	x1, y1 := unit.at(point{1, 1})
	diagonal := fmt.Sprintf("M%.1f %.1fL%.1f %.1f", x0, y0, x1, y1)
	risk := frame{0.05}
	for i := range sec.Classifiers {
		for _, s := range sec.Classifiers[i].result.Score().Probability.RiskCoverage() {
			if s.Coverage.Value() >= 0.1 { // the first few texts may all be wrong
				risk.top = max(risk.top, math.Min(1, math.Ceil(s.Risk.Value()*20)/20))
			}
		}
	}
	ps := []plot{
		{Title: "Reliability", X: "probability said, %", Y: "share of complaints, %", Diagonal: diagonal, Ticks: unit.ticks()},
		{Title: "Precision and recall", X: "recall, %", Y: "precision, %", Ticks: unit.ticks()},
		{Title: "ROC", X: "false positive rate, %", Y: "recall, %", Diagonal: diagonal, Ticks: unit.ticks()},
		{Title: "Risk and coverage", X: "coverage: the surest texts, %", Y: "risk: wrong of them, %", Ticks: risk.ticks()},
	}
	descs := [4][]string{}
	for i, l := range looks(sec.Classifiers) {
		en := &sec.Classifiers[i]
		score := en.result.Score()
		s := &score.Probability
		if s.Len() == 0 {
			continue
		}
		var reliability, pr, risks []point
		roc := []point{{}}
		whiskers := ""
		for _, b := range s.Reliability(bins) {
			p := point{b.Mean, b.Positive.Value()}
			reliability = append(reliability, p)
			ci := b.Positive.Wilson(0.95)
			x, low := unit.at(point{b.Mean, ci.Low})
			_, high := unit.at(point{b.Mean, ci.High})
			whiskers += fmt.Sprintf("M%.1f %.1fV%.1f", x, low, high)
		}
		for _, c := range s.Curve() {
			if c.Recall.Den > 0 {
				pr = append(pr, point{c.Recall.Value(), c.Precision.Value()})
			}
			if c.Recall.Den > 0 && c.FPR.Den > 0 {
				roc = append(roc, point{c.FPR.Value(), c.Recall.Value()})
			}
		}
		for _, c := range s.RiskCoverage() {
			risks = append(risks, point{c.Coverage.Value(), math.Min(c.Risk.Value(), risk.top)})
		}
		for k, ln := range []line{unit.line(l, reliability, false), unit.line(l, pr, true), unit.line(l, roc, false), risk.line(l, risks, false)} {
			if k == 0 {
				ln.Whiskers = whiskers
			}
			ps[k].Lines = append(ps[k].Lines, ln)
		}
		for k, name := range [4]string{"ece", "average_precision", "auc", "surest_accuracy"} {
			figure := "no " + name
			for _, f := range en.Figures {
				if f.Name == name {
					figure = name + " " + percent(f.Value, f.Interval)
				}
			}
			descs[k] = append(descs[k], l.Name+": "+figure)
		}
	}
	if len(ps[0].Lines) == 0 {
		return nil
	}
	for k := range ps {
		ps[k].ID = fmt.Sprintf("%s-plot-%d", id, k)
		ps[k].Desc = ps[k].Y + " by " + ps[k].X + ". " + strings.Join(descs[k], "; ") + "."
	}
	return ps
}

// A matrix is a confusion matrix to be drawn.
type matrix struct {
	ID, Title, Desc string
	Width, Height   float64
	Cells           []cell
	Rows, Columns   []heading
}

type cell struct {
	X, Y, Width, Height float64
	MidX, MidY          float64 // of the first line of text
	Opacity             float64
	Light               bool // text on it
	N                   int
	Share               string
}

type heading struct {
	At   float64
	Text string
}

// newMatrix draws what a classifier said of the texts of each label, in the order of
// labels; labels that do not occur are left out.
func newMatrix(c *metrics.Confusion[string], title, id string, labels []string) (m matrix, ok bool) {
	var golds, saids []string
	classes := c.Classes()
	for _, l := range labels {
		p := classes.Of(l)
		if p.Recall.Den > 0 {
			golds = append(golds, l)
		}
		if p.Precision.Den > 0 || p.Recall.Den > 0 {
			saids = append(saids, l)
		}
	}
	if len(golds) == 0 {
		return m, false
	}
	const left, top, height = 84.0, 34.0, 34.0
	width := (plotWidth - left - 4) / float64(len(saids))
	m = matrix{ID: id, Title: title, Width: plotWidth, Height: top + height*float64(len(golds)) + 4}
	for j, s := range saids {
		m.Columns = append(m.Columns, heading{left + width*(float64(j)+0.5), s})
	}
	var said []string
	for i, g := range golds {
		y := top + height*float64(i)
		m.Rows = append(m.Rows, heading{y + height/2, g})
		row := classes.Of(g).Recall.Den
		for j, s := range saids {
			n := c.Count(g, s)
			share := float64(n) / float64(row)
			m.Cells = append(m.Cells, cell{
				left + width*float64(j), y, width - 2, height - 2,
				left + width*(float64(j)+0.5) - 1, y + 14,
				math.Round(share*100) / 100, share > 0.55, n, fmt.Sprintf("%.0f%%", 100*share),
			})
			said = append(said, fmt.Sprintf("%s said to be %s: %d", g, s, n))
		}
	}
	m.Desc = "Rows are the gold labels, columns what was said. " + strings.Join(said, "; ") + "."
	return m, true
}

// matrices returns the confusion matrices of a section, task by task.
func matrices(sec *section, id string) (ms []matrix) {
	for _, t := range []struct {
		task   eval.Task
		of     func(*eval.Score) *metrics.Confusion[string]
		labels []string
	}{
		{eval.TaskComplaint, func(s *eval.Score) *metrics.Confusion[string] { return &s.Complaint }, []string{eval.IsComplaint, eval.NoComplaint, eval.Failed}},
		{eval.TaskPolarity, func(s *eval.Score) *metrics.Confusion[string] { return &s.Polarity }, []string{"negative", "neutral", "positive", "mixed", "unknown", eval.Failed}},
	} {
		for i := range sec.Classifiers {
			en := &sec.Classifiers[i]
			title := label(en.Name) + ": " + string(t.task)
			if m, ok := newMatrix(t.of(en.result.Score()), title, fmt.Sprintf("%s-%s-%d", id, t.task, i), t.labels); ok {
				ms = append(ms, m)
			}
		}
	}
	return ms
}

// A bars is a diagram of the accuracy on parts of a corpus.
type bars struct {
	ID, Title, Desc string
	Height, Foot    float64
	Ticks           []tick
	Groups          []group
}

type group struct {
	Y    float64
	Text string
	Bars []bar
}

type bar struct {
	look
	Whisker, Mark string
}

// partBars draws the parts of one sort, so many in each diagram that they can stand
// side by side.
func partBars(sec *section, by, id string) (bs []bars) {
	const (
		most          = 8
		title, stroke = 16.0, 9.0
	)
	ls := looks(sec.Classifiers)
	keys := sec.keys(by)
	for from := 0; from < len(keys); from += most {
		b := bars{ID: fmt.Sprintf("%s-by-%d", id, from), Title: "Accuracy by " + label(by)}
		y := 6.0
		var said []string
		x := func(v float64) float64 { return 10 + v*(plotWidth-24) }
		for _, key := range keys[from:min(from+most, len(keys))] {
			g := group{Y: y + title - 5}
			y += title
			for i := range sec.Classifiers {
				p := sec.Classifiers[i].part(by, key)
				if p.Rate.Den == 0 {
					continue
				}
				g.Text = fmt.Sprintf("%s (%d)", label(key), p.Rate.Den)
				ci := p.Rate.Wilson(0.95)
				g.Bars = append(g.Bars, bar{
					ls[i], fmt.Sprintf("M%.1f %.1fH%.1f", x(ci.Low), y+stroke/2, x(ci.High)), ls[i].Mark(x(p.Rate.Value()), y+stroke/2),
				})
				said = append(said, fmt.Sprintf("%s, %s %s", g.Text, ls[i].Name, percent(p.Rate.Value(), ci)))
				y += stroke
			}
			y += 4
			b.Groups = append(b.Groups, g)
		}
		for i := range 6 {
			v := float64(i) / 5
			b.Ticks = append(b.Ticks, tick{X: x(v), XText: fmt.Sprintf("%.0f", 100*v)})
		}
		b.Foot, b.Height = y, y+34
		b.Desc = "Accuracy in percent with 95% intervals. " + strings.Join(said, "; ") + "."
		bs = append(bs, b)
	}
	return bs
}
