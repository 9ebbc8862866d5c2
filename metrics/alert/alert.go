package alert

import (
	"fmt"
	"strings"

	"github.com/ccrkit/ccrkit/metrics"
)

// A Level says how strong the evidence of an alert is. It encodes as text in
// lower case.
type Level int8

// The levels.
const (
	None Level = iota // no alert

	// Watch is a hint, early and often false: what looks so bad that only one of
	// all keys would by chance.
	Watch

	// Warning is held to [Options.PValue] and [Options.FDR]: something has
	// changed.
	Warning

	// Critical is a warning with ten times the evidence.
	Critical
)

var levelNames = [...]string{"none", "watch", "warning", "critical"}

// String returns the name in lower case; "Level(9)" for an undefined value.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("Level(%d)", int8(l))
	}
	return levelNames[l]
}

// MarshalText returns the name; it fails for an undefined value.
func (l Level) MarshalText() ([]byte, error) {
	if l < 0 || int(l) >= len(levelNames) {
		return nil, fmt.Errorf("undefined level %d", int8(l))
	}
	return []byte(levelNames[l]), nil
}

// UnmarshalText accepts any string made by MarshalText, ignoring case.
func (l *Level) UnmarshalText(text []byte) error {
	for i, name := range levelNames {
		if strings.EqualFold(string(text), name) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("unknown level %q, want one of %s", text, strings.Join(levelNames[:], ", "))
}

// An Alert is one episode of one key: its rate is higher than it was, or, of a key
// with little history, higher than is usual among its peers. It is a value: later
// days do not change one that was returned.
type Alert struct {
	_ [0]func()

	ID    string `json:"id"` // the same for the whole episode: Key, "@" and First
	Key   string `json:"key"`
	Level Level  `json:"level"` // the highest it has reached

	Since Day  `json:"since"`           // estimate of the day of the change: first day of Observed
	First Day  `json:"first"`           // the day on which it was raised
	Last  Day  `json:"last"`            // the last day that spoke for it
	Ended *Day `json:"ended,omitempty"` // the day on which it was found to be over; nil while it is not

	Baseline metrics.Rate `json:"baseline"` // the key's own history when the alert was raised
	Expected float64      `json:"expected"` // Baseline shrunken towards the peers, above 0: what Observed is held against
	Observed metrics.Rate `json:"observed"` // since Since, without what speaks for its end; Num may exceed Den, see [Series]

	// PValue is, by approximation, at most the probability that a key whose rate
	// has not changed looks as bad on a given day. It is that of the day on
	// which the alert was raised or last rose in level.
	PValue float64 `json:"p_value"`
}
