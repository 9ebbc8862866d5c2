package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/metrics/alert"
)

// alerts returns what is open when the day of the report begins and what has
// ended lately, the gravest first.
func (r *report) alerts(day alert.Day) ([]openAlert, error) {
	states, err := r.s.readAlerts()
	if err != nil {
		return nil, err
	}
	list := []openAlert{}
	for i := range r.watched {
		w := &r.watched[i]
		detector, err := alert.New(nil)
		state, restored := states[w.name]
		if restored {
			detector, err = alert.Restore(state, nil)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.s.alertState, err)
		}
		for _, p := range w.series.Points(0, day-1) {
			if err := detector.Add(p); err != nil && !errors.Is(err, alert.ErrLate) { // known since the last time
				return nil, err
			}
		}
		last := map[string]alert.Alert{} // by ID
		for _, a := range detector.Advance(day - 1) {
			last[a.ID] = a
		}
		for _, a := range detector.Open() {
			_, news := last[a.ID]
			delete(last, a.ID)
			list = append(list, openAlert{w.name, restored && news, a})
		}
		for _, a := range last {
			if a.Ended != nil && *a.Ended > day-recently {
				list = append(list, openAlert{w.name, restored, a})
			}
		}
		if states[w.name], err = detector.MarshalJSON(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b openAlert) int {
		return cmp.Or(
			cmp.Compare(over(a), over(b)),
			cmp.Compare(b.Level, a.Level),
			strings.Compare(a.ID, b.ID),
			strings.Compare(a.Figure, b.Figure),
		)
	})
	r.states = states
	return list, nil
}

// seen says how many orders went wrong since the change, and how many of as many do
// when nothing has changed. Orders not yet due to speak count in part, so that more
// may have gone wrong than there are.
func (w words) seen(a openAlert) string {
	return fmt.Sprintf(w.t("seen"), a.Observed.Num, a.Expected*float64(a.Observed.Den), share(a.Expected, 1))
}

// over puts alerts that have ended after those that are open.
func over(a openAlert) int {
	if a.Ended != nil {
		return 1
	}
	return 0
}

// warned returns the products with an open alert that is more than a hint.
func warned(alerts []openAlert) map[string]bool {
	keys := map[string]bool{}
	for _, a := range alerts {
		if a.Ended == nil && a.Level >= alert.Warning {
			keys[a.Key] = true
		}
	}
	return keys
}

// readAlerts reads the states of the detectors, by figure.
func (s *settings) readAlerts() (map[string]json.RawMessage, error) {
	states := map[string]json.RawMessage{}
	if s.alertState == "" {
		return states, nil
	}
	b, err := os.ReadFile(s.alertState)
	if errors.Is(err, fs.ErrNotExist) {
		return states, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(b, &states); err != nil {
		return nil, fmt.Errorf("%s: %w", s.alertState, err)
	}
	if states == nil {
		return nil, fmt.Errorf("%s: null is no state", s.alertState)
	}
	return states, nil
}

// writeAlerts replaces the file of the states as a whole, so that a report that
// is interrupted leaves the one from before.
func (r *report) writeAlerts() error {
	if r.s.alertState == "" || r.states == nil {
		return nil
	}
	b, err := json.Marshal(r.states)
	if err != nil {
		return err
	}
	next := r.s.alertState + ".new"
	if err := os.WriteFile(next, b, 0o666); err != nil {
		return err
	}
	return os.Rename(next, r.s.alertState)
}
