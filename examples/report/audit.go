package main

import (
	"fmt"
	"io"
	"math"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/action/paper"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// An auditor draws a sample of orders for reviewers, and corrects the CCR by what
// they decided about it. Counting does not know it.
type auditor struct {
	found, reviewed *ccr.Policy // that which counts, without decisions and with those of -audit
	decisions       decisions   // of -audit

	audit      *metrics.Audit[string] // by product
	candidates []metrics.Candidate
	touched    map[string]bool           // orders with a decision
	undecided  map[string]action.Finding // orders to decide, with the feedback to read; with -sample only
}

// newAuditor returns nil when nobody asks for one.
func (s *settings) newAuditor(fail func(error)) (*auditor, error) {
	if s.audit == "" && s.sample == "" {
		return nil, nil
	}
	found, reviewed := *s.policy, *s.policy
	a := &auditor{found: &found, reviewed: &reviewed, audit: metrics.NewAudit(product), touched: map[string]bool{}}
	if s.sample != "" {
		a.undecided = map[string]action.Finding{}
	}
	found.Overrides = nil
	var err error
	a.decisions, reviewed.Overrides, err = s.readDecisions(s.audit, fail)
	return a, err
}

// add folds one order, whatever policy and decisions v was made with.
func (a *auditor) add(v *ccr.Verdict) error {
	found, reviewed, err := action.Rejudge(v, a.found, a.reviewed)
	if err != nil {
		return err
	}
	a.decisions.meet(&reviewed)
	var sampled *ccr.Verdict
	var unread []action.Statement
	upheld := false
	for i := range reviewed.Rulings {
		switch r := &reviewed.Rulings[i]; {
		case r.Override != nil:
			sampled, upheld = &reviewed, upheld || r.Negative
		case r.Excluded == "" || r.Excluded == ccr.ReasonNotRead:
			unread = append(unread, action.Statement{Feedback: r.Feedback})
		}
	}
	a.audit.Add(&found, sampled)
	c, ok := metrics.NewCandidate(&found)
	if !ok {
		return nil
	}
	a.candidates = append(a.candidates, c)
	if sampled != nil {
		a.touched[c.OrderID] = true
	}
	if a.undecided != nil && unread != nil && !upheld {
		f := a.undecided[c.OrderID] // feedback without an order has no id, and one may be like another
		a.undecided[c.OrderID] = action.Finding{OrderID: c.OrderID, Order: v.Order, Statements: append(f.Statements, unread...)}
	}
	return nil
}

// draw returns all orders with effective feedback in the order in which to decide
// them: whoever stops anywhere has a random sample.
func (a *auditor) draw(seed uint64) []metrics.Pick {
	return metrics.SampleStrata(a.candidates, len(a.candidates), seed)
}

// skipped returns how many orders without a decision the draw has before the last
// one with a decision. What was decided is a random sample when there are none.
func (a *auditor) skipped(seed uint64) int {
	skipped, gap := 0, 0
	for _, p := range a.draw(seed) {
		if !a.touched[p.OrderID] {
			gap++
			continue
		}
		skipped, gap = skipped+gap, 0
	}
	return skipped
}

// writeSample writes the orders to decide next.
func (r *report) writeSample() error {
	if r.s.sample == "" {
		return nil
	}
	var fs []action.Finding
	for _, p := range r.auditor.draw(r.s.seed) {
		if f, ok := r.auditor.undecided[p.OrderID]; ok && len(fs) < r.s.sampleSize {
			fs = append(fs, f)
		}
	}
	return create(r.s.sample, func(w io.Writer) error {
		return paper.WriteCSV(w, fs, &paper.Options{Language: r.s.words.tag, Blind: true})
	})
}

// An estimate is a metrics.Estimate as JSON has it.
type estimate struct {
	Rate   *float64 `json:"rate"` // null when labels do not determine it
	Low    float64  `json:"low"`
	High   float64  `json:"high"`
	Labels int      `json:"labels"`
	Orders int      `json:"orders"`
}

func newEstimate(e metrics.Estimate) estimate {
	x := estimate{nil, e.Interval.Low, e.Interval.High, e.Labels, e.Orders}
	if v := e.Value(); !math.IsNaN(v) {
		x.Rate = &v
	}
	return x
}

func (e estimate) String() string {
	rate := "–"
	if e.Rate != nil {
		rate = share(*e.Rate, 2)
	}
	return fmt.Sprintf("%s [%s, %s]", rate, share(e.Low, 2), share(e.High, 2))
}

// corrected is the CCR that reviewers would find in all orders.
type corrected struct {
	estimate
	Pending       int            `json:"pending"`         // orders of the sample without a decision that settles them
	LabelsToHalve *int           `json:"labels_to_halve"` // more labels for half the interval; null when none do
	By            []correctedRow `json:"by_product"`      // with labels, the greatest low end first
}

type correctedRow struct {
	Key   string       `json:"key"`
	Name  string       `json:"name,omitempty"` // title of a product
	Found metrics.Rate `json:"found"`          // by the classifier
	estimate
}

func (r *report) corrected() *corrected {
	if r.s.audit == "" {
		return nil
	}
	a := r.auditor
	options := &metrics.EstimateOptions{Finite: true} // of these very orders
	e := a.audit.Estimate(options)
	c := &corrected{estimate: newEstimate(e), Pending: a.audit.Pending() + a.skipped(r.s.seed), By: []correctedRow{}}
	if n, ok := e.LabelsFor((e.Interval.High - e.Interval.Low) / 4); ok {
		n -= e.Labels
		c.LabelsToHalve = &n
	}
	for _, row := range a.audit.Rows(options) {
		if row.Estimate.Labels > 0 {
			c.By = append(c.By, correctedRow{row.Key, r.titles[row.Key], row.Found, newEstimate(row.Estimate)})
		}
	}
	return c
}

// correctedRows returns the products to show.
func (d *document) correctedRows() []correctedRow {
	var rows []correctedRow
	if d.Corrected == nil {
		return nil
	}
	for _, row := range d.Corrected.By {
		if row.Orders >= d.least && len(rows) < d.top {
			rows = append(rows, row)
		}
	}
	return rows
}

// labelled says how many orders were labelled, and how many more are worth it.
func (w words) labelled(c *corrected) string {
	s := fmt.Sprintf(w.t("labelled"), c.Labels)
	if c.LabelsToHalve != nil {
		s += w.t("comma") + fmt.Sprintf(w.t("to_halve"), *c.LabelsToHalve)
	}
	return s
}
