package metrics

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// The functions below are keys for [NewBreakdown]. A verdict without an order
// has the key "", as has an order that does not say.

// ByProduct returns the shop's key of the product.
func ByProduct(v *ccr.Verdict) string {
	if v.Order == nil {
		return ""
	}
	return v.Order.ProductID
}

// ByCategory returns the category of the product.
func ByCategory(v *ccr.Verdict) string {
	if v.Order == nil {
		return ""
	}
	return v.Order.Category
}

// ByRegion returns the region of delivery.
func ByRegion(v *ccr.Verdict) string {
	if v.Order == nil {
		return ""
	}
	return v.Order.Region
}

// ByCarrier returns the carrier.
func ByCarrier(v *ccr.Verdict) string {
	if v.Order == nil {
		return ""
	}
	return v.Order.Carrier
}

// ByServiceGroup returns the team that serves the buyer.
func ByServiceGroup(v *ccr.Verdict) string {
	if v.Order == nil {
		return ""
	}
	return v.Order.ServiceGroup
}

// ByBatch returns the production batch.
func ByBatch(v *ccr.Verdict) string {
	if v.Order == nil {
		return ""
	}
	return v.Order.Batch
}

// ByDay returns the key of the day of payment in loc, such as "2026-03-01".
// Nil loc means UTC.
func ByDay(loc *time.Location) func(*ccr.Verdict) string {
	return byPaid(loc, func(t time.Time) string { return t.Format(time.DateOnly) })
}

// ByWeek returns the key of the ISO 8601 week of payment in loc, such as
// "2026-W09"; weeks start on Monday and belong to the year of their Thursday.
// Nil loc means UTC.
func ByWeek(loc *time.Location) func(*ccr.Verdict) string {
	return byPaid(loc, func(t time.Time) string {
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	})
}

// byPaid returns the key that name gives to the day of payment. Since making a
// name takes far longer than counting an order, the names of recent days are
// kept, safely for concurrent use.
func byPaid(loc *time.Location, name func(time.Time) string) func(*ccr.Verdict) string {
	if loc == nil {
		loc = time.UTC
	}
	type named struct {
		day  int64
		name string
	}
	recent := new([512]atomic.Pointer[named]) // more than a year of days, 4 KB
	return func(v *ccr.Verdict) string {
		if v.Order == nil || v.Order.PaidAt.IsZero() {
			return ""
		}
		t := v.Order.PaidAt.In(loc)
		_, offset := t.Zone()
		day := dayNumber(t.Unix() + int64(offset))
		slot := &recent[uint64(day)%uint64(len(recent))]
		n := slot.Load()
		if n == nil || n.day != day {
			n = &named{day, name(t)}
			slot.Store(n)
		}
		return n.name
	}
}

// dayNumber counts days from 1970-01-01 of seconds on the local clock.
func dayNumber(seconds int64) int64 {
	const day = 24 * 60 * 60
	n := seconds / day
	if seconds%day < 0 {
		n--
	}
	return n
}
