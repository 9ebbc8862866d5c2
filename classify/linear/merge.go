package linear

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Merge returns a model with all outputs of ms, in their order, so that outputs
// may be trained by settings of their own. It fails when two have the same name,
// and with [ErrTooLarge].
func Merge(ms ...*Model) (*Model, error) {
	if len(ms) == 0 {
		return nil, errors.New("linear: no model to merge")
	}
	var outputs []output
	order := 1
	for _, m := range ms {
		base := len(outputs)
		for _, o := range m.outputs {
			o.terms = slices.Clone(o.terms)
			for i := range o.terms {
				o.terms[i].output += base
			}
			outputs = append(outputs, o)
		}
		order = max(order, m.order)
	}
	rows := map[uint32][]entry{}
	first := 0 // output of the model's first one
	for _, m := range ms {
		for _, f := range m.features {
			for _, e := range m.entries[f.from:f.to] {
				rows[f.key] = append(rows[f.key], entry{uint16(first + int(e.output)), e.weight})
			}
		}
		first += len(m.outputs)
	}
	features := make([]feature, 0, len(rows))
	var entries []entry
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		f := feature{key: k, from: int32(len(entries))}
		entries = append(entries, rows[k]...)
		f.to = int32(len(entries))
		features = append(features, f)
	}
	return newModel(order, outputs, features, entries)
}

// A Term is an output with the weight that it has in a sum.
type Term struct {
	_ [0]func()

	Output string
	Weight float64
}

// Sum returns a model with one output more: the weighted sum of the log-odds of
// some of the others, and bias. It costs a multiplication a term. It fails when
// a term is no output of m, or is a sum itself, or when name is one.
func (m *Model) Sum(name string, bias float64, terms ...Term) (*Model, error) {
	sum := output{name: name}
	for c := range sum.bias {
		sum.bias[c] = bias
	}
	for _, t := range terms {
		i := m.Output(t.Output)
		if i < 0 || len(m.outputs[i].terms) > 0 {
			return nil, fmt.Errorf("linear: %q cannot be summed", t.Output)
		}
		sum.terms = append(sum.terms, term{i, t.Weight})
	}
	if m.Output(name) >= 0 {
		return nil, fmt.Errorf("linear: there is an output %q already", name)
	}
	return newModel(m.order, append(slices.Clip(m.outputs), sum), m.features, m.entries)
}

// Give returns a model that gives the labels of some outputs from other log-odds on. It
// fails when m has not one of them, or when the threshold is no number that a model file
// can hold.
func (m *Model) Give(threshold float64, outputs ...string) (*Model, error) {
	if f := float64(float32(threshold)); math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("linear: %v is no threshold", threshold)
	}
	given := *m
	given.outputs = slices.Clone(m.outputs)
	for _, name := range outputs {
		i := m.Output(name)
		if i < 0 {
			return nil, fmt.Errorf("linear: there is no output %q", name)
		}
		given.outputs[i].threshold = threshold
	}
	return &given, nil
}
