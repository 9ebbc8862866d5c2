package alert_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/metrics/alert"
)

// stateWithAlert returns a state with everything in it.
func stateWithAlert(t testing.TB) string {
	d := newDetector(t, nil, slices.Concat(peers(0, 100), daily("k", 50, 30, 3, 5), daily("l", 200, 1, 1, 2))...)
	d.Advance(78)
	return string(save(t, d))
}

func TestRestoreErrors(t *testing.T) {
	good := stateWithAlert(t)
	if _, err := alert.Restore([]byte(good), nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{good, ``, `alert: state: unexpected end of JSON input`},
		{good, `{}`, `alert: state: version: unknown version 0, want 1`},
		{`"version":1`, `"version":2`, `alert: state: version: unknown version 2, want 1`},
		{`}]}`, `}]} x`, `alert: state: invalid character 'x' after top-level value`},
		{`"key":"l"`, "\"key\":\"\xff\"", `alert: state: not UTF-8`},
		{`"day":"1970-03-20"`, `"day":"20 March"`, `alert: state: day "20 March" is not of the form 2006-01-02`},
		{`"day":"1970-03-20",`, ``, `alert: state: keys: there are some before the first day`},
		{`"key":"peer0"`, `"key":"peer1"`, `alert: state: "peer1": key: not sorted`},
		{`"key":"k","total":[87,145]`, `"key":"k","total":[7,145]`, `alert: state: "k": runs: counts out of range`},
		{`"key":"k","total":[87,145]`, `"key":"k","total":[87,-1]`, `alert: state: "k": total: counts out of range`},
		{`"key":"k","total":[87,145]`, `"key":"k","total":[87,1125899906842625]`, `alert: state: "k": total: counts out of range`},
		{`"since":"1970-02-20"`, `"since":"1970-04-20"`, `alert: state: "k": runs: starts after the last day`},
		{`"squares":`, `"squares":-1,"x":`, `alert: state: "k": dispersion: out of range`},
		{`"dispersion":{"group":[0`, `"dispersion":{"group":[-1`, `alert: state: "k": dispersion: counts out of range`},
		{`"last":"1970-03-20"`, `"last":"1970-03-21"`, `alert: state: "k": last: after the last day`},
		{`"p_value":`, `"p_value":9,"x":`, `alert: state: "k": p_value: not in [0, 1]`},
		{`"high":`, `"high":4,"x":`, `alert: state: "k": high: no such chart`},
		{`"alert":{"id":"k@1970-02-20","key":"k"`, `"alert":{"id":"k@1970-02-20","key":"l"`, `alert: state: "k": alert: of another key`},
		{`"first":"1970-02-20"`, `"first":"1970-02-21"`, `alert: state: "k": alert: of another key`},
		{`"since":"1970-02-20","first"`, `"since":"1970-02-21","first"`, `alert: state: "k": alert: days out of order`},
		{`"expected":`, `"expected":0,"x":`, `alert: state: "k": alert: out of range`},
		{`"level":"critical"`, `"level":"none"`, `alert: state: "k": alert: no such level`},
		{`"level":"critical"`, `"level":"dire"`, `alert: state: unknown level "dire", want one of none, watch, warning, critical`},
		{`"chart":`, `"chart":-1,"x":`, `alert: state: "k": alert: no such chart`},
		{`"recovery":[0,0]`, `"recovery":[99,0]`, `alert: state: "k": alert: counts out of range`},
		{`"earlier":[0,0]`, `"earlier":[0,-9]`, `alert: state: "k": alert: counts out of range`},
		{`"observed":{"num":87`, `"observed":{"num":-7`, `alert: state: "k": alert: counts out of range`},
		{`"expected"`, `"ended":"1970-03-21","expected"`, `alert: state: "k": alert: ends after the last day`},
		{`"num":1,"den":2}]`, `"num":1,"den":-2}]`, `alert: state: "l": ahead: counts out of range`},
		{`"key":"l","day":"1970-07-20"`, `"key":"l","day":"1970-03-20"`, `alert: state: "l": ahead: not sorted`},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Errorf("%s is not in the state %s", c.old, good)
			continue
		}
		_, err := alert.Restore([]byte(bad), nil)
		var se *alert.StateError
		if !errors.As(err, &se) || err.Error() != c.want {
			t.Errorf("%.40s: error %v, want %s", c.new, err, c.want)
		}
		if errors.Is(err, alert.ErrVersion) != strings.Contains(c.want, "unknown version") {
			t.Errorf("%.40s: %v matches ErrVersion wrongly", c.new, err)
		}
	}
	late := `{"version":1,"day":"1970-03-20","keys":[],"ahead":[{"key":"l","day":"1970-03-20","num":0,"den":1}]}`
	if _, err := alert.Restore([]byte(late), nil); !errors.Is(err, alert.ErrLate) {
		t.Errorf("a point of a closed day: %v", err)
	}
}

func TestText(t *testing.T) {
	for _, day := range []alert.Day{-719528, -1, 0, 20591, 2932896} {
		b, err := day.MarshalText()
		var got alert.Day
		if err != nil || got.UnmarshalText(b) != nil || got != day {
			t.Errorf("%d: %s, %v, %d", int32(day), b, err, int32(got))
		}
	}
	for _, day := range []alert.Day{-719529, 2932897} {
		if b, err := day.MarshalText(); err == nil {
			t.Errorf("%d: %s", int32(day), b)
		}
	}
	for level := alert.None; level <= alert.Critical; level++ {
		b, err := level.MarshalText()
		var got alert.Level
		if err != nil || got.UnmarshalText([]byte(strings.ToUpper(string(b)))) != nil || got != level {
			t.Errorf("%d: %s, %v, %v", int8(level), b, err, got)
		}
	}
	if _, err := alert.Level(4).MarshalText(); err == nil || alert.Level(-1).String() != "Level(-1)" {
		t.Error("an undefined level has a text")
	}
}

// FuzzRestore: whatever the bytes, an error or a detector that works and can be
// saved again.
func FuzzRestore(f *testing.F) {
	f.Add([]byte(`{"version":1,"keys":[],"ahead":[]}`))
	d := newDetector(f, nil, slices.Concat(daily("k", 0, 50, 1, 20), daily("k", 50, 5, 9, 20))...)
	d.Advance(52) // an alert, and points ahead
	f.Add(save(f, d))
	f.Fuzz(func(t *testing.T, state []byte) {
		d, err := alert.Restore(state, nil)
		if err != nil {
			var se *alert.StateError
			if !errors.As(err, &se) {
				t.Fatalf("%v is no StateError", err)
			}
			return
		}
		saved := save(t, d)
		if again := save(t, restore(t, d, nil)); string(again) != string(saved) {
			t.Fatalf("saved again:\n%s\n%s", saved, again)
		}
		for i := range alert.Day(2) {
			for _, p := range daily("k", 53+i*40, 5, 1, 3) {
				if err := d.Add(p); err != nil && !errors.Is(err, alert.ErrLate) {
					t.Fatal(err)
				}
			}
			for _, a := range d.Advance(53 + i*40 + 35) {
				if a.Observed.Num < 0 || a.Observed.Den < 0 || !(a.Expected >= 0) || !(a.PValue >= 0 && a.PValue <= 1) {
					t.Fatalf("%+v", a)
				}
			}
			restore(t, d, nil)
		}
	})
}

// A day before 1970 is as good as any other.
func TestRestoreLongAgo(t *testing.T) {
	d := newDetector(t, nil, alert.Point{Key: "k", Day: -20000, Num: 1, Den: 20})
	d.Advance(-20000)
	if _, err := alert.Restore(save(t, d), nil); err != nil {
		t.Error(err)
	}
}
