package main

import (
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

// A document is the report as values: what JSON has under these names, and what
// text and HTML are written from. Shares are in [0, 1] and null when there is
// nothing to divide by; intervals are 95% Wilson intervals.
type document struct {
	AsOf       *alert.Day `json:"as_of"` // what was known when this day began; null when no record has a time
	Policy     string     `json:"policy"`
	Classifier string     `json:"classifier"`

	// Shares is the share of the feedback that the classifier was told to expect
	// to be complaints; null when it was told nothing.
	Shares map[ccr.Channel]float64 `json:"expected_shares"`

	CCR           metrics.Rate     `json:"ccr"`
	Corrected     *corrected       `json:"corrected"` // null without -audit
	Nowcast       *metrics.Nowcast `json:"nowcast"`   // what the CCR becomes once all buyers have spoken
	Trend         []week           `json:"trend"`     // the last weeks by day of payment
	QualityReturn metrics.Rate     `json:"quality_return"`
	QualityRule   string           `json:"quality_return_rule"`

	// Excluded counts orders, and feedback of orders that were not left out
	// themselves, by reason.
	Excluded map[ccr.Reason]int `json:"excluded"`

	ExcludedOrders   map[ccr.Reason]int `json:"excluded_orders"`
	ExcludedFeedback map[ccr.Reason]int `json:"excluded_feedback"` // of all orders

	Channels  map[string]int       `json:"channels"` // negative orders
	Problems  map[ccr.Aspect]int   `json:"problems"` // negative orders
	By        map[string][]jsonRow `json:"by"`
	Matrix    matrix               `json:"product_region"`
	Feedback  int                  `json:"feedback"`
	Overrides int                  `json:"overrides"`

	Response  metrics.Rate   `json:"answered_within_3_minutes"`
	Unheard   int            `json:"unanswered"`
	Pickup    *quantiles     `json:"paid_to_pickup_hours"`
	Transit   *quantiles     `json:"pickup_to_delivery_hours"`
	TransitBy []transitRow   `json:"transit_by_carrier_region"`
	Instant   int            `json:"orders_signed_for_within_an_hour"`
	OtherName string         `json:"other_policy"`
	Other     metrics.Rate   `json:"other_ccr"`
	Disagree  []disagreement `json:"disagreements"`

	Alerts       []openAlert                  `json:"alerts"`
	Dossiers     map[string][]*action.Dossier `json:"dossiers"` // of what is worse, by grouping, the worst first
	Shift        *shift                       `json:"shift"`
	Consequences []action.Consequence         `json:"consequences"`
	Appeals      findings                     `json:"appeals"`
	Hidden       findings                     `json:"hidden"`
	FollowUp     []action.Contact             `json:"follow_up"`
	Screens      *screens                     `json:"screens"` // null without screens

	Negatives  []ccr.Verdict `json:"negatives,omitempty"` // with -explain
	Errors     []string      `json:"errors"`              // the first 1,000
	ErrorCount int           `json:"error_count"`

	// How it is shown.
	titles     map[string]string // of products, by key
	top, least int               // rows, and orders of a row
	elapsed    time.Duration
}

// NotRead is the number of feedback that the classifier failed on.
func (d *document) NotRead() int { return d.ExcludedFeedback[ccr.ReasonNotRead] }

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

func (r jsonRow) rate() metrics.Rate { return metrics.Rate{Num: r.Num, Den: r.Den} }

// quantiles of a duration, in hours.
type quantiles struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
}

// A week is the orders paid in one week.
type week struct {
	From alert.Day `json:"from"` // a Monday
	metrics.Nowcast
}

// A matrix is the CCR of the products that cost the shop most in the regions that
// it sends most to.
type matrix struct {
	Products []string         `json:"products"`
	Regions  []string         `json:"regions"`
	Rates    [][]metrics.Rate `json:"ccr"` // by product, then region
}

// An openAlert is an alert that is open, or ended lately.
type openAlert struct {
	Figure string `json:"figure"` // ccr or quality_return
	News   bool   `json:"news"`   // since the state that -alert-state holds; false without one
	alert.Alert
}

// A shift is what changed between two periods of equal length.
type shift struct {
	Periods [2]metrics.Window `json:"periods"` // by time of payment
	action.Shift
}

// findings are the surest of some and how many there are.
type findings struct {
	Orders int              `json:"orders"`
	Sure   int              `json:"sure"` // of them those that are sure by 0.9 or more
	Top    []action.Finding `json:"top"`
	File   string           `json:"file,omitempty"` // where all of them were written
}

// screens are what the screens marked.
type screens struct {
	Orders   map[ccr.Reason]int `json:"orders"`   // marked, by reason
	Feedback map[ccr.Reason]int `json:"feedback"` // likewise
	Groups   []markGroup        `json:"groups"`   // the largest
}

// A markGroup is records that stand out together.
type markGroup struct {
	Reason      ccr.Reason `json:"reason"`
	Records     int        `json:"records"`
	Score       float64    `json:"score"`
	Explanation string     `json:"explanation"`
}

// MendFirst reports whether feedback without an order may be about an order whose
// line could not be used.
func (d *document) MendFirst() bool {
	return d.ErrorCount > 0 && d.ExcludedOrders[ccr.ReasonNoOrder] > 0
}
