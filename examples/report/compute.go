package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/ccr/names"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/metrics"
)

// A report is all figures of a shop, before they are written in some format.
type report struct {
	s     *settings
	names *names.Names

	figures figures
	other   metrics.CCR // the same shop under the other policy

	only      []disagreement               // counted under one policy only
	negatives []ccr.Verdict                // for -explain
	decisions map[ccr.Key]dataset.Decision // reviewers' decisions that no feedback has met yet
	titles    map[string]string            // product title by product key
	errs      []string                     // what could not be used, up to maxErrs
	orders    int                          // read, whether counted or not
	errCount  int
	elapsed   time.Duration
}

// A disagreement is one order that counts under one policy and not under the
// other.
type disagreement struct {
	Order  string     `json:"order_id"`
	Strict bool       `json:"strict"` // it is the strict policy that counts it
	Ground ccr.Ground `json:"ground"` // why the fair one does not
	Text   string     `json:"text"`
}

// figures are the folds over the verdicts.
type figures struct {
	ccr      metrics.CCR
	quality  metrics.QualityReturn
	response metrics.Response
	shipping metrics.Shipping
	by       []breakdown
	transit  map[string]*metrics.Durations // by carrier and region
	instant  int                           // orders signed for within instantly of payment
}

// instantly is the time within which no parcel arrives: an order signed for
// sooner was hardly sent.
const instantly = time.Hour

// A breakdown is a named metrics.Breakdown.
type breakdown struct {
	name     string
	combined bool // its keys are pairs
	*metrics.Breakdown[string]
}

const maxErrs = 1000

func (s *settings) newFigures() figures {
	loc := s.options.Location
	pair := func(a, b func(*ccr.Verdict) string) func(*ccr.Verdict) string {
		return func(v *ccr.Verdict) string {
			x, y := a(v), b(v)
			if x == "" || y == "" {
				return ""
			}
			return x + " · " + y
		}
	}
	f := figures{transit: map[string]*metrics.Durations{}}
	for _, b := range []struct {
		name     string
		combined bool
		key      func(*ccr.Verdict) string
	}{
		{"product", false, product},
		{"category", false, metrics.ByCategory},
		{"region", false, metrics.ByRegion},
		{"carrier", false, metrics.ByCarrier},
		{"service_group", false, metrics.ByServiceGroup},
		{"carrier_region", true, pair(metrics.ByCarrier, metrics.ByRegion)},
		{"product_batch", true, pair(product, metrics.ByBatch)},
		{"week", false, metrics.ByWeek(loc)},
		{"product_week", true, pair(product, metrics.ByWeek(loc))},
	} {
		f.by = append(f.by, breakdown{b.name, b.combined, metrics.NewBreakdown(b.key)})
	}
	return f
}

// product is the shop's key of the product, or its title when it has none.
func product(v *ccr.Verdict) string {
	if v.Order != nil && v.Order.ProductID == "" {
		return v.Order.Product
	}
	return metrics.ByProduct(v)
}

func (f *figures) add(v *ccr.Verdict) {
	f.ccr.Add(v)
	f.quality.Add(v)
	f.response.Add(v)
	f.shipping.Add(v)
	for i := range f.by {
		f.by[i].Add(v)
	}
	o := v.Order
	if !v.Counted || o == nil || o.DeliveredAt.IsZero() {
		return
	}
	if d := o.DeliveredAt.Sub(o.PaidAt); d >= 0 && d < instantly {
		f.instant++
	}
	if o.ShippedAt.IsZero() || o.Carrier == "" || o.Region == "" {
		return
	}
	key := o.Carrier + " · " + o.Region
	d := f.transit[key]
	if d == nil {
		d = new(metrics.Durations)
		f.transit[key] = d
	}
	d.Add(o.DeliveredAt.Sub(o.ShippedAt))
}

// compute reads the files and makes the report.
func (s *settings) compute(ctx context.Context, stderr io.Writer) (*report, error) {
	start := time.Now()
	r := &report{s: s, names: names.For(s.lang), titles: map[string]string{}, figures: s.newFigures()}
	if err := s.setQuality(&r.figures.quality); err != nil {
		return nil, err
	}
	var err error
	fail := func(err error) {
		r.errCount++
		if len(r.errs) < maxErrs {
			r.errs = append(r.errs, err.Error())
			fmt.Fprintln(stderr, err)
		}
	}
	if r.decisions, err = s.readOverrides(fail); err != nil {
		return nil, err
	}
	orders, err := os.Open(s.orders)
	if err != nil {
		return nil, err
	}
	defer orders.Close()
	feedback, err := os.Open(s.feedback)
	if err != nil {
		return nil, err
	}
	defer feedback.Close()

	n := 0
	show := newProgress(stderr)
	for v, err := range classify.Verdicts(ctx, classify.Recover(s.classifier), s.policy, s.cases(orders, feedback), 0) {
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if errors.Is(err, dataset.ErrHeader) {
				return nil, err // a file without a header is no shop without feedback
			}
			fail(err)
			if v.Policy == "" {
				continue // no verdict
			}
		}
		r.add(&v)
		n++
		show.count(n)
	}
	show.done(n)
	if r.orders == 0 {
		return nil, fmt.Errorf("%s: no order that can be used", s.orders)
	}
	for _, d := range r.decisions {
		fail(&dataset.RecordError{Name: d.Source.Name, Line: d.Source.Line, Err: fmt.Errorf("no feedback %q of order %q", d.Key.FeedbackID, d.Key.OrderID)})
	}
	r.elapsed = time.Since(start)
	return r, nil
}

func (s *settings) cases(orders, feedback io.Reader) iter.Seq2[ccr.Case, error] {
	oo, fo := s.options, s.options
	oo.Name, fo.Name = filepath.Base(s.orders), filepath.Base(s.feedback)
	read, hear := dataset.ReadOrdersCSV, dataset.ReadFeedbackCSV
	if isJSON(s.orders) {
		read = dataset.ReadOrdersJSON
	}
	if isJSON(s.feedback) {
		hear = dataset.ReadFeedbackJSON
	}
	return dataset.Join(read(orders, &oo), hear(feedback, &fo))
}

// readOverrides reads the reviewers' decisions into both policies and returns
// them. The first decision on a feedback stands.
func (s *settings) readOverrides(fail func(error)) (map[ccr.Key]dataset.Decision, error) {
	if s.overrides == "" {
		return nil, nil
	}
	f, err := os.Open(s.overrides)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	o := s.options
	o.Name = filepath.Base(s.overrides)
	decisions, overrides := map[ccr.Key]dataset.Decision{}, map[ccr.Key]ccr.Override{}
	for d, err := range dataset.ReadOverrides(f, &o) {
		if first, again := decisions[d.Key]; err == nil && again {
			err = &dataset.RecordError{Name: d.Source.Name, Line: d.Source.Line, Err: fmt.Errorf("decided already at %v", first.Source)}
		}
		if err != nil {
			fail(err)
			continue
		}
		decisions[d.Key], overrides[d.Key] = d, d.Override
	}
	s.policy.Overrides, s.other.Overrides = overrides, overrides
	return decisions, nil
}

// setQuality chooses the definition of the quality-return rate.
func (s *settings) setQuality(q *metrics.QualityReturn) error {
	if s.quality == "" {
		return nil
	}
	var known []string
	for _, d := range metrics.Presets() {
		platform, _, _ := strings.Cut(d.Name, " ")
		if strings.EqualFold(platform, s.quality) {
			q.Definition, q.Window = d, d.At(s.asOf)
			return nil
		}
		known = append(known, platform)
	}
	return fmt.Errorf("-quality: unknown platform %q, want one of %s", s.quality, strings.Join(known, ", "))
}

// add folds one verdict into the report.
func (r *report) add(v *ccr.Verdict) {
	r.figures.add(v)
	for i := range v.Rulings {
		if x := &v.Rulings[i]; x.Override != nil {
			delete(r.decisions, ccr.Key{OrderID: v.OrderID, FeedbackID: x.Feedback.ID})
		}
	}
	if v.Order != nil {
		r.orders++
		if v.Order.ProductID != "" {
			r.titles[v.Order.ProductID] = v.Order.Product
		}
	}
	if r.s.explain && v.Negative {
		r.negatives = append(r.negatives, *v)
	}
	r.compare(v)
}

// compare judges the case again under the other policy.
func (r *report) compare(v *ccr.Verdict) {
	c := ccr.Case{OrderID: v.OrderID, Order: v.Order}
	var as []ccr.Assessment
	for i := range v.Rulings {
		c.Feedback = append(c.Feedback, v.Rulings[i].Feedback)
		as = append(as, v.Rulings[i].Assessment)
	}
	o, err := r.s.other.Judge(c, as)
	if err != nil {
		return // both policies were validated, and the lengths agree
	}
	r.other.Add(&o)
	if v.Negative == o.Negative {
		return
	}
	strict, fair := &o, v
	if r.s.policy.AnyNegative {
		strict, fair = v, &o
	}
	counted, not := strict, fair
	if fair.Negative {
		counted, not = fair, strict
	}
	d := disagreement{Order: v.OrderID, Strict: strict.Negative}
	for i := range counted.Rulings {
		if !counted.Rulings[i].Negative {
			continue
		}
		d.Text = counted.Rulings[i].Feedback.Text
		d.Ground = counted.Rulings[i].Assessment.Ground
		if why := not.Rulings[i].Excluded; why != "" {
			d.Ground = ccr.Ground(why)
		}
		break
	}
	r.only = append(r.only, d)
}

// grounds counts the orders that only the strict policy counts, by ground.
func (r *report) grounds() (counts []groundCount, fairOnly int) {
	n := map[ccr.Ground]int{}
	for _, d := range r.only {
		if d.Strict {
			n[d.Ground]++
		} else {
			fairOnly++
		}
	}
	for g, k := range n {
		counts = append(counts, groundCount{g, k})
	}
	slices.SortFunc(counts, func(a, b groundCount) int {
		if a.n != b.n {
			return b.n - a.n
		}
		return strings.Compare(string(a.ground), string(b.ground))
	})
	return counts, fairOnly
}

type groundCount struct {
	ground ccr.Ground
	n      int
}

// slowest returns carriers and regions by their median time on the way, the
// longest first, with at least min orders.
func (f *figures) slowest(least int) []transitRow {
	var rows []transitRow
	for key, d := range f.transit {
		if d.Len() < least {
			continue
		}
		m, _ := d.Quantile(0.5)
		rows = append(rows, transitRow{Key: key, Orders: d.Len(), Hours: m.Hours()})
	}
	slices.SortFunc(rows, func(a, b transitRow) int {
		switch {
		case a.Hours > b.Hours:
			return -1
		case a.Hours < b.Hours:
			return 1
		}
		return strings.Compare(a.Key, b.Key)
	})
	return rows
}

type transitRow struct {
	Key    string  `json:"key"`
	Orders int     `json:"orders"`
	Hours  float64 `json:"median_hours"`
}

// A progress shows a count on a terminal once a second.
type progress struct {
	w    io.Writer
	on   bool
	next time.Time
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, next: time.Now().Add(time.Second)}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.on = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) count(n int) {
	if p.on && n%1024 == 0 && time.Now().After(p.next) {
		fmt.Fprintf(p.w, "\r%d orders", n)
		p.next = time.Now().Add(time.Second)
	}
}

func (p *progress) done(n int) {
	if p.on && n >= 1024 {
		fmt.Fprintf(p.w, "\r%d orders\n", n)
	}
}
