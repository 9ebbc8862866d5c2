package metrics_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/metrics"
)

func TestLastDays(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	midnight := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, shanghai) }
	for _, c := range []struct {
		name      string
		asOf      time.Time
		days, lag int
		want      metrics.Window
	}{
		{"yesterday", midnight(3, 15).Add(14 * time.Hour), 1, 0, metrics.Window{From: midnight(3, 14), To: midnight(3, 15)}},
		{"at midnight", midnight(3, 15), 1, 0, metrics.Window{From: midnight(3, 14), To: midnight(3, 15)}},
		// 前6天至前35天: from T-35 to T-6, both whole.
		{"T-35 to T-6", midnight(3, 15), 30, 5, metrics.Window{From: midnight(3, 15).AddDate(0, 0, -35), To: midnight(3, 15).AddDate(0, 0, -5)}},
		// 近15-104天: from T-104 to T-15.
		{"T-39 to T-10", midnight(3, 15), 30, 9, metrics.Window{From: midnight(3, 15).AddDate(0, 0, -39), To: midnight(3, 15).AddDate(0, 0, -9)}},
		{"T-104 to T-15", midnight(3, 15), 90, 14, metrics.Window{From: midnight(3, 15).AddDate(0, 0, -104), To: midnight(3, 15).AddDate(0, 0, -14)}},
		{"negative lag", midnight(3, 15), 1, -3, metrics.Window{From: midnight(3, 14), To: midnight(3, 15)}},
		{"no days", midnight(3, 15), 0, 5, metrics.Window{}},
		{"negative days", midnight(3, 15), -1, 5, metrics.Window{}},
		{"no time", time.Time{}, 30, 0, metrics.Window{}},
	} {
		got := metrics.LastDays(c.asOf, c.days, c.lag)
		if !got.From.Equal(c.want.From) || !got.To.Equal(c.want.To) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// TestLastDaysSummerTime: a day is a day of the calendar, not 24 hours.
func TestLastDaysSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	got := metrics.LastDays(time.Date(2026, 3, 30, 12, 0, 0, 0, berlin), 1, 0) // 2026-03-29 has 23 hours
	if d := got.To.Sub(got.From); d != 23*time.Hour {
		t.Errorf("the day is %v long, want 23h", d)
	}
}

func TestMonth(t *testing.T) {
	loc := time.FixedZone("CST", 8*3600)
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, loc) }
	for _, c := range []struct {
		of   time.Time
		want metrics.Window
	}{
		{day(2026, 2, 1), metrics.Window{From: day(2026, 2, 1), To: day(2026, 3, 1)}},
		{day(2026, 3, 1).Add(-1), metrics.Window{From: day(2026, 2, 1), To: day(2026, 3, 1)}},
		{day(2026, 12, 31), metrics.Window{From: day(2026, 12, 1), To: day(2027, 1, 1)}},
		{time.Time{}, metrics.Window{}},
	} {
		if diff := cmp.Diff(c.want, metrics.Month(c.of)); diff != "" {
			t.Errorf("Month(%v) (-want +got):\n%s", c.of, diff)
		}
	}
}

func TestWindowContains(t *testing.T) {
	from, to := day0, day0.AddDate(0, 0, 1)
	for _, c := range []struct {
		name string
		w    metrics.Window
		t    time.Time
		want bool
	}{
		{"first moment", metrics.Window{From: from, To: to}, from, true},
		{"before", metrics.Window{From: from, To: to}, from.Add(-1), false},
		{"last moment", metrics.Window{From: from, To: to}, to.Add(-1), true},
		{"end", metrics.Window{From: from, To: to}, to, false},
		{"open start", metrics.Window{To: to}, from.AddDate(-50, 0, 0), true},
		{"open end", metrics.Window{From: from}, from.AddDate(50, 0, 0), true},
		{"all time", metrics.Window{}, from, true},
		{"no time in all time", metrics.Window{}, time.Time{}, true},
		{"no time before", metrics.Window{To: to}, time.Time{}, false},
		{"no time after", metrics.Window{From: from}, time.Time{}, false},
	} {
		if got := c.w.Contains(c.t); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
