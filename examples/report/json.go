package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// A jsonReport is the report as a machine reads it. Shares are in [0, 1] and
// null when there is nothing to divide by; intervals are 95% Wilson intervals.
type jsonReport struct {
	Policy        string       `json:"policy"`
	Classifier    string       `json:"classifier"`
	CCR           metrics.Rate `json:"ccr"`
	QualityReturn metrics.Rate `json:"quality_return"`
	QualityRule   string       `json:"quality_return_rule"`

	// Excluded counts orders, and feedback of orders that were not left out
	// themselves, by reason.
	Excluded map[ccr.Reason]int `json:"excluded"`

	ExcludedOrders   map[ccr.Reason]int `json:"excluded_orders"`
	ExcludedFeedback map[ccr.Reason]int `json:"excluded_feedback"` // of all orders

	Channels  map[string]int       `json:"channels"` // negative orders
	Problems  map[ccr.Aspect]int   `json:"problems"` // negative orders
	By        map[string][]jsonRow `json:"by"`
	Feedback  int                  `json:"feedback"`
	Overrides int                  `json:"overrides"`

	Response   metrics.Rate   `json:"answered_within_3_minutes"`
	Pickup     *quantiles     `json:"paid_to_pickup_hours"`
	Transit    *quantiles     `json:"pickup_to_delivery_hours"`
	TransitBy  []transitRow   `json:"transit_by_carrier_region"`
	Instant    int            `json:"orders_signed_for_within_an_hour"`
	OtherName  string         `json:"other_policy"`
	Other      metrics.Rate   `json:"other_ccr"`
	Disagree   []disagreement `json:"disagreements"`
	Negatives  []ccr.Verdict  `json:"negatives,omitempty"` // with -explain
	Errors     []string       `json:"errors"`              // the first 1,000
	ErrorCount int            `json:"error_count"`
}

type jsonRow struct {
	Key      string   `json:"key"`
	Name     string   `json:"name,omitempty"` // title of a product
	Num      int      `json:"num"`
	Den      int      `json:"den"`
	Rate     *float64 `json:"rate"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	Shrunken float64  `json:"shrunken"` // the estimate that rows are sorted by
}

// quantiles of a duration, in hours.
type quantiles struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
}

func quantilesOf(d *metrics.Durations) *quantiles {
	if d.Len() == 0 {
		return nil
	}
	half, _ := d.Quantile(0.5)
	ninety, _ := d.Quantile(0.9)
	return &quantiles{d.Len(), half.Hours(), ninety.Hours()}
}

func (r *report) writeJSON(w io.Writer) error {
	f := &r.figures
	j := jsonReport{
		Policy: r.s.policy.Name, Classifier: r.s.classifierName,
		CCR: f.ccr.Rate(), QualityReturn: f.quality.Rate(), QualityRule: r.qualityRule(),
		Excluded: map[ccr.Reason]int{}, ExcludedOrders: map[ccr.Reason]int{}, ExcludedFeedback: map[ccr.Reason]int{}, Channels: map[string]int{}, Problems: map[ccr.Aspect]int{},
		By: map[string][]jsonRow{}, Feedback: f.ccr.Feedback(), Overrides: f.ccr.Overrides(),
		Response: f.response.Rate(), Pickup: quantilesOf(&f.shipping.Pickup), Transit: quantilesOf(&f.shipping.Transit),
		TransitBy: f.slowest(1), Instant: f.instant,
		OtherName: r.s.other.Name, Other: r.other.Rate(), Disagree: r.only,
		Negatives: r.negatives, Errors: r.errs, ErrorCount: r.errCount,
	}
	for _, c := range f.ccr.ExcludedFeedback() {
		j.Excluded[c.Key], j.ExcludedFeedback[c.Key] = c.N, c.N
	}
	for _, c := range f.ccr.ExcludedOrders() {
		j.Excluded[c.Key], j.ExcludedOrders[c.Key] = c.N, c.N // orders, where a reason concerns them
	}
	for _, c := range f.ccr.Channels(nil) {
		j.Channels[c.Key.String()] = c.Rate.Num
	}
	for _, c := range f.ccr.Problems(nil) {
		j.Problems[c.Key] = c.Rate.Num
	}
	for i := range f.by {
		b := &f.by[i]
		rows := []jsonRow{}
		for _, row := range b.Rows(nil) {
			x := jsonRow{Key: row.Key, Num: row.Rate.Num, Den: row.Rate.Den, Shrunken: row.Shrunken}
			if b.name == "product" {
				x.Name = r.titles[row.Key]
			}
			if v := row.Rate.Value(); row.Rate.Den > 0 {
				x.Rate, x.Low, x.High = &v, &row.Interval.Low, &row.Interval.High
			}
			rows = append(rows, x)
		}
		j.By[b.name] = rows
	}
	if j.Errors == nil {
		j.Errors = []string{}
	}
	if j.Disagree == nil {
		j.Disagree = []disagreement{}
	}
	if j.TransitBy == nil {
		j.TransitBy = []transitRow{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(j)
}

func (r *report) qualityRule() string {
	q := &r.figures.quality
	if q.Definition.Name == "" {
		return r.texts().allTime
	}
	return fmt.Sprintf("%s, %s – %s (%s)", q.Definition.Name, q.Window.From.Format(time.DateOnly),
		q.Window.To.AddDate(0, 0, -1).Format(time.DateOnly), q.Definition.Source)
}
