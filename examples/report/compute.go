package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
)

// A report is what was computed of a shop: the figures, and what was kept of
// single records on the way.
type report struct {
	s *settings
	*survey
	*figures

	only      []disagreement    // counted under one policy only
	negatives []ccr.Verdict     // for -explain
	decisions decisions         // of -overrides
	auditor   *auditor          // nil without -audit and -sample
	titles    map[string]string // product title by product key
	errs      []string          // what could not be used, up to maxErrs
	errCount  int
	states    map[string]json.RawMessage // of the alerts, to be saved
	read      int                        // orders, whether counted or not
	elapsed   time.Duration
}

const maxErrs = 1000

// A disagreement is one order that counts under one policy and not under the
// other.
type disagreement struct {
	Order  string     `json:"order_id"`
	Strict bool       `json:"strict"` // it is the strict policy that counts it
	Ground ccr.Ground `json:"ground"` // why the other one does not
	Text   string     `json:"text"`
}

// compute reads the files, first all of them for what only many records show,
// and then case by case.
func (s *settings) compute(ctx context.Context, stderr io.Writer) (*report, error) {
	start := time.Now()
	r := &report{s: s, titles: map[string]string{}}
	fail := func(err error) {
		if r.errCount++; len(r.errs) < maxErrs {
			r.errs = append(r.errs, err.Error())
			fmt.Fprintln(stderr, err)
		}
	}
	var err error
	var overrides map[ccr.Key]ccr.Override
	if r.decisions, overrides, err = s.readDecisions(s.overrides, fail); err != nil {
		return nil, err
	}
	s.policy.Overrides, s.other.Overrides = overrides, overrides
	if r.auditor, err = s.newAuditor(fail); err != nil {
		return nil, err
	}
	show := newProgress(stderr, s.words.t("surveyed"))
	if r.survey, err = s.survey(ctx, show); err != nil {
		return nil, err
	}
	show.done()
	r.figures = s.newFigures(r.asOf)

	in, err := s.open()
	if err != nil {
		return nil, err
	}
	defer in.close()
	unheard := 0 // lines of feedback that cannot be used
	show = newProgress(stderr, s.words.t("judged"))
	for v, err := range classify.Verdicts(ctx, classify.Recover(s.reader(r.shares)), s.policy, in.cases(r.marks), 0) {
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if errors.Is(err, dataset.ErrHeader) {
				return nil, err // a file without a header is no shop without feedback
			}
			fail(err)
			if re := (*dataset.RecordError)(nil); errors.As(err, &re) && re.Name == filepath.Base(s.feedback) {
				unheard++
			}
			if v.Policy == "" {
				continue // no verdict
			}
		}
		if err := r.add(&v); err != nil {
			return nil, err
		}
		show.count()
	}
	show.done()
	if r.read == 0 {
		return nil, fmt.Errorf("%s: no order that can be used", s.orders)
	}
	if unheard > 0 && r.ccr.Feedback() == 0 {
		return nil, fmt.Errorf("%s: no feedback that can be used", s.feedback) // a CCR of 0 would be a lie
	}
	if failed, read := r.readings(); failed > 0 && read == 0 {
		return nil, fmt.Errorf("the classifier read none of %d feedback", failed)
	}
	r.decisions.unmet(fail)
	if r.auditor != nil {
		r.auditor.decisions.unmet(fail)
	}
	r.elapsed = time.Since(start)
	return r, nil
}

// readings returns how many feedback the classifier failed on, and how many it read
// that no reason left out.
func (r *report) readings() (failed, read int) {
	read = r.ccr.Feedback()
	for _, c := range r.ccr.ExcludedFeedback() {
		read -= c.N
		if c.Key == ccr.ReasonNotRead {
			failed = c.N
		}
	}
	return failed, read
}

// add folds one verdict into the report.
func (r *report) add(v *ccr.Verdict) error {
	r.decisions.meet(v)
	if r.auditor != nil {
		if err := r.auditor.add(v); err != nil {
			return err
		}
	}
	if v.Order != nil {
		r.read++
		if _, known := r.titles[v.Order.ProductID]; !known && v.Order.ProductID != "" {
			r.titles[v.Order.ProductID] = v.Order.Product
		}
	}
	if r.s.explain && v.Negative {
		r.negatives = append(r.negatives, *v)
	}
	fair, strict, err := action.Rejudge(v, r.s.fair, r.s.strict)
	if err != nil {
		return err
	}
	if fair.Negative != strict.Negative {
		r.only = append(r.only, disagree(&fair, &strict))
	}
	other := &strict
	if r.s.policy == r.s.strict {
		other = &fair
	}
	return r.figures.add(v, other, &fair, &strict)
}

// disagree says what two verdicts on one case disagree about.
func disagree(fair, strict *ccr.Verdict) disagreement {
	counted, not := strict, fair
	if fair.Negative {
		counted, not = fair, strict
	}
	d := disagreement{Order: fair.OrderID, Strict: strict.Negative}
	for i := range counted.Rulings {
		if x := &counted.Rulings[i]; x.Negative {
			d.Text, d.Ground = x.Feedback.Text, x.Assessment.Ground
			if why := not.Rulings[i].Excluded; why != "" {
				d.Ground = ccr.Ground(why)
			}
			break
		}
	}
	return d
}
