package alert

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/metrics"
)

// version is that of the state. A change of what it holds, or of the ratios, takes a
// new one.
const version = 1

// ErrVersion is the cause of a [StateError] for a state of another version of this
// package.
var ErrVersion = errors.New("unknown version")

// A StateError reports a state that [Restore] could not read. Unwrap gives the
// cause.
type StateError struct {
	Key   string // the key at which it is wrong; "" when it is none
	Field string // the field at which it is wrong; "" when it is no state at all
	Err   error
}

func (e *StateError) Error() string {
	where := e.Field
	if e.Key != "" {
		where = fmt.Sprintf("%q: %s", e.Key, e.Field)
	}
	if where != "" {
		where += ": "
	}
	return fmt.Sprintf("alert: state: %s%v", where, e.Err)
}

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.Err }

// What is saved. Counts are [bad, orders].
type (
	stateJSON struct {
		Version int       `json:"version"`
		Day     *Day      `json:"day,omitempty"` // nil before the first day is closed
		Keys    []keyJSON `json:"keys"`          // sorted
		Ahead   []Point   `json:"ahead"`         // sorted by day, then key
	}
	countsJSON [2]int64
	runJSON    struct {
		Counts countsJSON `json:"counts"`
		Since  Day        `json:"since"`
	}
	dispersionJSON struct {
		Group   countsJSON `json:"group"`
		Z       float64    `json:"z"`
		Groups  int        `json:"groups"`
		Squares float64    `json:"squares"`
	}
	keyJSON struct {
		Key        string               `json:"key"`
		Total      countsJSON           `json:"total"`
		Runs       [len(ratios)]runJSON `json:"runs"`
		Dispersion dispersionJSON       `json:"dispersion"`
		Last       Day                  `json:"last"`
		PValue     float64              `json:"p_value"`
		High       int                  `json:"high"`
		Alert      *alertJSON           `json:"alert,omitempty"`
	}
	alertJSON struct {
		Alert    Alert      `json:"alert"`
		Chart    int        `json:"chart"`
		Earlier  countsJSON `json:"earlier"`
		Recovery countsJSON `json:"recovery"`
	}
)

func (c counts) json() countsJSON   { return countsJSON{c.x, c.n} }
func (c countsJSON) counts() counts { return counts{c[0], c[1]} }

// MarshalJSON returns the state for [Restore]: everything but the options. Equal
// detectors have equal states.
func (d *Detector) MarshalJSON() ([]byte, error) {
	s := stateJSON{Version: version, Keys: make([]keyJSON, 0, len(d.order)), Ahead: []Point{}}
	if d.began {
		s.Day = &d.day
	}
	for _, k := range d.order {
		j := keyJSON{
			Key: k.name, Total: k.total.json(), Last: k.last, PValue: k.p, High: k.high,
			Dispersion: dispersionJSON{k.disp.group.json(), k.disp.z, k.disp.groups, k.disp.squares},
		}
		for i, r := range k.runs {
			j.Runs[i] = runJSON{r.counts.json(), r.since}
		}
		if k.alert != nil {
			j.Alert = &alertJSON{*k.alert, k.chart, k.earlier.json(), k.recovery.json()}
		}
		s.Keys = append(s.Keys, j)
	}
	for day, of := range d.ahead {
		for key, c := range of {
			s.Ahead = append(s.Ahead, Point{key, day, int(c.x), int(c.n)})
		}
	}
	slices.SortFunc(s.Ahead, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Key, b.Key))
	})
	return json.Marshal(s)
}

// Restore returns the Detector whose state was saved by [Detector.MarshalJSON]. It
// goes on as if it had never been saved; options may be others than before and hold
// from the next day on. Nil opts are the defaults.
//
// The error is a [*StateError] for a state that is damaged or of another version
// ([ErrVersion]), and matches [ErrOptions] for options that cannot be used. A state
// of another version cannot be converted: make a new Detector of the points.
func Restore(state []byte, opts *Options) (*Detector, error) {
	d, err := New(opts)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(state) {
		return nil, &StateError{Err: errors.New("not UTF-8")}
	}
	var s stateJSON
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, &StateError{Err: err}
	}
	if s.Version != version {
		return nil, &StateError{Field: "version", Err: fmt.Errorf("%w %d, want %d", ErrVersion, s.Version, version)}
	}

	if s.Day != nil {
		d.began, d.day = true, *s.Day
	} else if len(s.Keys) > 0 {
		return nil, &StateError{Field: "keys", Err: errors.New("there are some before the first day")}
	}
	for i, j := range s.Keys {
		if i > 0 && j.Key <= s.Keys[i-1].Key {
			return nil, &StateError{j.Key, "key", errors.New("not sorted")}
		}
		k, err := j.key(d.day)
		if err != nil {
			return nil, err
		}
		d.keys[k.name], d.order = k, append(d.order, k)
	}
	for i, p := range s.Ahead {
		if i > 0 && cmp.Or(cmp.Compare(s.Ahead[i-1].Day, p.Day), cmp.Compare(s.Ahead[i-1].Key, p.Key)) >= 0 {
			return nil, &StateError{p.Key, "ahead", errors.New("not sorted")}
		}
		// Sums of points may exceed what one may hold.
		c := counts{int64(p.Num), int64(p.Den)}
		if !within(c, counts{most, most}) {
			return nil, &StateError{p.Key, "ahead", errors.New("counts out of range")}
		}
		if err := d.Add(Point{Key: p.Key, Day: p.Day}); err != nil {
			return nil, &StateError{p.Key, "ahead", err}
		}
		d.put(p.Key, p.Day, c)
	}
	return d, nil
}

// most bounds the counts of a state, so that sums are exact, in float64 too.
const most = 1 << 50

// within reports whether c is some of all.
func within(c, all counts) bool { return 0 <= c.x && c.x <= all.x && 0 <= c.n && c.n <= all.n }

// key returns the key that j describes, as of the given day.
func (j keyJSON) key(day Day) (*key, error) {
	k := &key{
		name: j.Key, total: j.Total.counts(), last: j.Last, p: j.PValue, high: j.High,
		disp: dispersion{j.Dispersion.Group.counts(), j.Dispersion.Z, j.Dispersion.Groups, j.Dispersion.Squares},
	}
	var err error
	check := func(ok bool, field, what string) {
		if err == nil && !ok {
			err = &StateError{j.Key, field, errors.New(what)}
		}
	}
	check(within(k.total, counts{most, most}), "total", "counts out of range")
	for i, r := range j.Runs {
		k.runs[i] = run{r.Counts.counts(), r.Since}
		check(within(k.runs[i].counts, k.total), "runs", "counts out of range")
		check(r.Since <= day || k.runs[i].counts == (counts{}), "runs", "starts after the last day")
	}
	check(within(k.disp.group, k.total), "dispersion", "counts out of range")
	check(k.disp.groups >= 0 && k.disp.squares >= 0 && k.disp.squares < most, "dispersion", "out of range")
	check(k.last <= day, "last", "after the last day")
	check(k.p >= 0 && k.p <= 1, "p_value", "not in [0, 1]")
	check(k.high >= 0 && k.high < len(ratios), "high", "no such chart")
	if a := j.Alert; a != nil && err == nil {
		k.alert, k.chart, k.earlier, k.recovery = &a.Alert, a.Chart, a.Earlier.counts(), a.Recovery.counts()
		check(a.Alert.Key == k.name && a.Alert.ID == id(k.name, a.Alert.First), "alert", "of another key")
		check(a.Chart >= 0 && a.Chart < len(ratios), "alert", "no such chart")
		check(a.Alert.Since <= a.Alert.First && a.Alert.First <= a.Alert.Last && a.Alert.Last <= k.last, "alert", "days out of order")
		check(a.Alert.Expected > 0 && 0 <= a.Alert.PValue && a.Alert.PValue <= 1, "alert", "out of range")
		check(Watch <= a.Alert.Level && a.Alert.Level <= Critical, "alert", "no such level")
		check(a.Alert.Ended == nil || *a.Alert.Ended <= day, "alert", "ends after the last day")
		check(within(k.earlier, counts{most, most}), "alert", "counts out of range")
		for _, r := range []metrics.Rate{a.Alert.Baseline, a.Alert.Observed} {
			check(r.Num >= 0 && r.Den >= 0, "alert", "counts out of range")
		}
		if err == nil {
			check(within(k.recovery, k.runs[k.chart].counts), "alert", "counts out of range")
		}
	}
	return k, err
}
