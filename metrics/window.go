package metrics

import "time"

// A Window is a span of time, From <= t < To. A zero bound is open, so the zero
// Window is all time.
type Window struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
}

// LastDays returns the window of so many whole calendar days that ends lag
// days before the day of asOf begins, in the location of asOf. With lag 0 the
// last day is yesterday; 30 days with lag 5 are the platforms' "days T-35 to
// T-6", lag 9 makes them T-39 to T-10, and 90 with lag 14 are T-104 to T-15. It is all time when days <= 0 or asOf is zero; a negative lag is 0.
func LastDays(asOf time.Time, days, lag int) Window {
	if days <= 0 || asOf.IsZero() {
		return Window{}
	}
	y, m, d := asOf.Date()
	d -= max(lag, 0)
	return Window{
		From: time.Date(y, m, d-days, 0, 0, 0, 0, asOf.Location()),
		To:   time.Date(y, m, d, 0, 0, 0, 0, asOf.Location()),
	}
}

// Month returns the calendar month of t in its location; all time when t is
// zero.
func Month(t time.Time) Window {
	if t.IsZero() {
		return Window{}
	}
	y, m, _ := t.Date()
	return Window{
		From: time.Date(y, m, 1, 0, 0, 0, 0, t.Location()),
		To:   time.Date(y, m+1, 1, 0, 0, 0, 0, t.Location()),
	}
}

// Contains reports whether t is in w. A zero t, a time that is not known, is in
// no window but the zero one.
func (w Window) Contains(t time.Time) bool {
	if t.IsZero() {
		return w.From.IsZero() && w.To.IsZero()
	}
	return (w.From.IsZero() || !t.Before(w.From)) && (w.To.IsZero() || t.Before(w.To))
}
