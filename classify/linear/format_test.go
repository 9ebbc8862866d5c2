package linear

import (
	"bytes"
	"errors"
	"testing"
)

// TestSumWithWeights refuses a file in which a sum of outputs has weights of its own.
func TestSumWithWeights(t *testing.T) {
	outputs := []output{{name: "a", scale: 1}, {name: "b", scale: 1, terms: []term{{0, 1}}}}
	for last, want := range []error{nil, ErrContent} { // the last output that has weights
		var entries []entry
		for o := range last + 1 {
			entries = append(entries, entry{uint16(o), 1})
		}
		m, err := newModel(1, outputs, []feature{{key: 1, to: int32(len(entries))}}, entries)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if _, err := m.WriteTo(&file); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadModel(&file); !errors.Is(err, want) {
			t.Errorf("up to output %d: %v, want %v", last, err, want)
		}
	}
}
