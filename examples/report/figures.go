package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

// figures are the folds over the verdicts: what the report knows of a shop.
type figures struct {
	ccr, other metrics.CCR // by the policy that counts, and by the one to compare with
	quality    metrics.QualityReturn
	response   metrics.Response
	shipping   metrics.Shipping
	maturity   metrics.Maturity
	by         []breakdown
	matrix     *metrics.Breakdown[[2]string] // by product and region
	transit    map[string]*metrics.Durations // by carrier and region
	instant    int                           // orders signed for within instantly of payment
	firstPaid  time.Time                     // of the counted orders
	groupings  []grouping                    // where to look for what is worse
	watched    []watched                     // what alerts are raised for
	appeals    action.Appeals
	hidden     action.Hidden
	followUp   action.FollowUp
	followFrom time.Time // orders paid before are too old to follow up
}

// instantly is the time within which no parcel arrives: an order signed for
// sooner was hardly sent.
const instantly = time.Hour

// breakdownNames are the breakdowns in the order of the report.
var breakdownNames = []string{
	"product", "category", "region", "carrier", "service_group",
	"carrier_region", "product_batch", "week", "product_week",
}

// A breakdown is a named metrics.Breakdown.
type breakdown struct {
	name string
	*metrics.Breakdown[string]
}

// A grouping is a named action.Dossiers.
type grouping struct {
	name string
	*action.Dossiers
}

// A watched figure is one that alerts are raised for, by product.
type watched struct {
	name   string
	series alert.Series
}

// followDays is for how long after payment a buyer may be followed up, or learned
// from whom to follow up. FollowUp holds these orders in memory.
const followDays = 90

func (s *settings) newFigures(asOf time.Time) *figures {
	loc := s.options.Location
	week := metrics.ByWeek(loc)
	lane := pair(metrics.ByCarrier, metrics.ByRegion)
	f := &figures{
		quality:    metrics.QualityReturn{Definition: s.quality, Window: s.window},
		maturity:   metrics.Maturity{Location: loc},
		matrix:     metrics.NewBreakdown(func(v *ccr.Verdict) [2]string { return [2]string{product(v), metrics.ByRegion(v)} }),
		transit:    map[string]*metrics.Durations{},
		followFrom: asOf.AddDate(0, 0, -followDays),
		watched: []watched{
			{"ccr", alert.Series{Key: product, Location: loc}},
			{"quality_return", alert.Series{Key: product, Location: loc, Bad: s.quality.Application}},
			{"returns", alert.Series{Key: product, Location: loc, Bad: alert.Upheld(ccr.ChannelAfterSale, ccr.ChannelComplaint)}},
		},
	}
	for i, key := range []func(*ccr.Verdict) string{
		product, metrics.ByCategory, metrics.ByRegion, metrics.ByCarrier, metrics.ByServiceGroup,
		lane, pair(product, metrics.ByBatch), week, pair(product, week),
	} {
		f.by = append(f.by, breakdown{breakdownNames[i], metrics.NewBreakdown(key)})
	}
	options := &action.DossierOptions{Location: loc, Quality: s.quality, QualityWindow: s.window}
	for _, g := range []struct {
		name string
		key  func(*ccr.Verdict) string
	}{
		{"product", product},
		{"carrier_region", lane},
		{"service_group", metrics.ByServiceGroup},
	} {
		f.groupings = append(f.groupings, grouping{g.name, action.NewDossiers(g.key, options)})
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

const and = " · " // between the parts of a key

// pair is the key of two keys, of orders that have both.
func pair(a, b func(*ccr.Verdict) string) func(*ccr.Verdict) string {
	return func(v *ccr.Verdict) string {
		x, y := a(v), b(v)
		if x == "" || y == "" {
			return ""
		}
		return x + and + y
	}
}

// add folds one verdict, with those of both policies on the same case.
func (f *figures) add(v, other, fair, strict *ccr.Verdict) error {
	f.ccr.Add(v)
	f.other.Add(other)
	f.quality.Add(v)
	f.response.Add(v)
	f.shipping.Add(v)
	f.maturity.Add(v)
	f.matrix.Add(v)
	for i := range f.by {
		f.by[i].Add(v)
	}
	for i := range f.groupings {
		f.groupings[i].Add(v)
	}
	for i := range f.watched {
		f.watched[i].series.Add(v)
	}
	f.hidden.Add(v)
	if v.Order != nil && v.Order.PaidAt.After(f.followFrom) {
		f.followUp.Add(v)
	}
	f.addTimes(v)
	return f.appeals.Add(fair, strict)
}

// addTimes folds the times of an order that was counted.
func (f *figures) addTimes(v *ccr.Verdict) {
	o := v.Order
	if !v.Counted || o == nil {
		return
	}
	if !o.PaidAt.IsZero() && (f.firstPaid.IsZero() || o.PaidAt.Before(f.firstPaid)) {
		f.firstPaid = o.PaidAt
	}
	if o.DeliveredAt.IsZero() {
		return
	}
	if d := o.DeliveredAt.Sub(o.PaidAt); d >= 0 && d < instantly {
		f.instant++
	}
	if o.ShippedAt.IsZero() || o.Carrier == "" || o.Region == "" {
		return
	}
	key := o.Carrier + and + o.Region
	d := f.transit[key]
	if d == nil {
		d = new(metrics.Durations)
		f.transit[key] = d
	}
	d.Add(o.DeliveredAt.Sub(o.ShippedAt))
}

// slowest returns carriers and regions by their median time on the way, the
// longest first, with at least so many orders.
func (f *figures) slowest(least int) []transitRow {
	rows := []transitRow{}
	for key, d := range f.transit {
		if m, ok := d.Quantile(0.5); ok && d.Len() >= least {
			rows = append(rows, transitRow{Key: key, Orders: d.Len(), Hours: m.Hours()})
		}
	}
	slices.SortFunc(rows, func(a, b transitRow) int {
		return cmp.Or(cmp.Compare(b.Hours, a.Hours), strings.Compare(a.Key, b.Key))
	})
	return rows
}

type transitRow struct {
	Key    string  `json:"key"`
	Orders int     `json:"orders"`
	Hours  float64 `json:"median_hours"`
}
