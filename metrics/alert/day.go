package alert

import (
	"fmt"
	"time"
)

// A Day is a calendar day, counted from 1970-01-01, which is Day 0. It encodes
// as text such as "2026-05-18". It knows no location: [DayOf] chooses one.
type Day int32

// The days that have a text form: years 0 to 9999.
const (
	firstDay Day = -719528
	lastDay  Day = 2932896
)

// DayOf returns the calendar day of t in the location of t.
func DayOf(t time.Time) Day {
	_, offset := t.Zone()
	const day = 24 * 60 * 60
	s := t.Unix() + int64(offset)
	n := s / day
	if s%day < 0 {
		n--
	}
	return Day(n)
}

// String returns the day as "2026-05-18".
func (d Day) String() string { return time.Unix(int64(d)*24*60*60, 0).UTC().Format(time.DateOnly) }

// MarshalText returns String; it fails outside the years 0 to 9999.
func (d Day) MarshalText() ([]byte, error) {
	if d < firstDay || d > lastDay {
		return nil, fmt.Errorf("day %d is outside the years 0 to 9999", int32(d))
	}
	return []byte(d.String()), nil
}

// UnmarshalText accepts what MarshalText makes.
func (d *Day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("day %q is not of the form 2006-01-02", text)
	}
	*d = DayOf(t)
	return nil
}
