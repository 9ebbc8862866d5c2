package alert

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Series accumulates the points of one figure by key and day. The zero Series is
// the CCR of the whole shop, in UTC, and ready to use.
//
// A paid order counts as one in Den, spread evenly over the Days days that begin
// with that of its payment, in whole orders of a key: half of 20 orders paid on one
// day are in Den after half of Days. It counts as one in Num on the day of the
// feedback that made it bad. So one day's Num may exceed its Den; over all days Num
// and Den are those of the figure itself. A bad order counts from its own case
// alone, with no look at later days, so that a Series of what is known today has,
// for all days up to today, the same points as one of what is known next month:
// unless a policy or a reviewer decides anew about old feedback.
//
// Only counted verdicts enter. A bad order without an order's record, or one whose
// payment has no time, counts in Den when it counts in Num; feedback without a time
// counts on the day of payment, and an order with neither is left out.
//
// The fields must not change after the first Add. A Series is not safe for
// concurrent use. Memory is some 25 bytes for each key and day with
// orders or bad feedback.
type Series struct {
	_ [0]func()

	// Key is what is watched, such as [metrics.ByProduct]. Nil is the shop: one
	// key, "". It must be a pure function of the verdict.
	Key func(*ccr.Verdict) string

	// Bad returns the ruling that made the order bad, or nil when it is not. Nil
	// is the first negative ruling, for the CCR. For the quality-return rate it
	// is [metrics.Definition.Application], for the returns and complaints that are
	// the first to tell of a bad batch [Upheld].
	Bad func(*ccr.Verdict) *ccr.Ruling

	// Days is over how many days after payment a buyer may be heard: twice the
	// mean time from payment to bad feedback is best. 0 means 14.
	Days int

	Location *time.Location // whose calendar days are meant; nil is UTC

	keys map[string][]flow // by day
}

// Upheld returns a Bad for [Series]: the first negative ruling on a feedback of one
// of the channels. Returns and complaints are those of ccr.ChannelAfterSale and
// ccr.ChannelComplaint; they come before the reviews do, and a structured reason
// is often missing.
func Upheld(channels ...ccr.Channel) func(*ccr.Verdict) *ccr.Ruling {
	return func(v *ccr.Verdict) *ccr.Ruling {
		for i := range v.Rulings {
			if r := &v.Rulings[i]; r.Negative && slices.Contains(channels, r.Feedback.Channel) {
				return r
			}
		}
		return nil
	}
}

// A flow is what happened to one key on one day.
type flow struct {
	day       Day
	paid      int32 // orders to be spread over this day and the coming ones
	bad       int32
	unordered int32 // of bad, without a time of payment
}

// Add counts one verdict.
func (s *Series) Add(v *ccr.Verdict) {
	if !v.Counted {
		return
	}
	var paid, spoke time.Time
	if v.Order != nil {
		paid = v.Order.PaidAt
	}
	bad := s.Bad
	if bad == nil {
		bad = firstNegative
	}
	r := bad(v)
	if r != nil {
		spoke = r.Feedback.CreatedAt
	}
	key := ""
	if s.Key != nil {
		key = s.Key(v)
	}
	if !paid.IsZero() {
		s.at(key, paid).paid++
	}
	switch {
	case r == nil:
	case !paid.IsZero():
		// Clocks that disagree do not make an order bad before it is paid.
		if spoke.Before(paid) {
			spoke = paid
		}
		s.at(key, spoke).bad++
	case !spoke.IsZero():
		f := s.at(key, spoke)
		f.bad++
		f.unordered++
	}
}

func firstNegative(v *ccr.Verdict) *ccr.Ruling {
	for i := range v.Rulings {
		if v.Rulings[i].Negative {
			return &v.Rulings[i]
		}
	}
	return nil
}

func (s *Series) at(key string, t time.Time) *flow {
	loc := s.Location
	if loc == nil {
		loc = time.UTC
	}
	return s.flow(key, DayOf(t.In(loc)))
}

func (s *Series) flow(key string, day Day) *flow {
	flows := s.keys[key]
	i, ok := slices.BinarySearchFunc(flows, day, func(f flow, day Day) int { return cmp.Compare(f.day, day) })
	if !ok {
		if s.keys == nil {
			s.keys = map[string][]flow{}
		}
		flows = slices.Insert(flows, i, flow{day: day})
		s.keys[key] = flows
	}
	return &flows[i]
}

// Merge adds what o has accumulated. Both must have the same fields.
func (s *Series) Merge(o *Series) {
	if o == nil {
		return
	}
	for key, flows := range o.keys {
		for _, f := range flows {
			g := s.flow(key, f.day)
			g.paid += f.paid
			g.bad += f.bad
			g.unordered += f.unordered
		}
	}
}

// Points returns the points of the days from and to and all between them that have
// counts, sorted by key, then day.
func (s *Series) Points(from, to Day) []Point {
	spread := s.Days
	if spread <= 0 {
		spread = 14
	}
	var points []Point
	for _, key := range slices.Sorted(maps.Keys(s.keys)) {
		flows := s.keys[key]
		last := min(to, flows[len(flows)-1].day+Day(spread)-1)
		// Each order brings one share on each of its days; spread shares are an
		// order in Den, as soon as they are complete.
		var open, shares int64
		come, gone := 0, 0 // flows whose orders have begun, and have ended, to count
		for day := flows[0].day; day <= last; day++ {
			if open == 0 && come < len(flows) { // nothing counts until the next
				if day = flows[come].day; day > last {
					break
				}
			}
			var f flow
			if come < len(flows) && flows[come].day == day {
				f = flows[come]
				come++
			}
			open += int64(f.paid)
			for ; flows[gone].day+Day(spread) <= day; gone++ {
				open -= int64(flows[gone].paid)
			}
			before := shares / int64(spread)
			shares += open
			p := Point{Key: key, Day: day, Num: int(f.bad), Den: int(shares/int64(spread)-before) + int(f.unordered)}
			if day >= from && (p.Num > 0 || p.Den > 0) {
				points = append(points, p)
			}
		}
	}
	return points
}
