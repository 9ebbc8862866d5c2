package main

import (
	"fmt"
	"io"

	"github.com/ccrkit/ccrkit/metrics"
)

// measure prints how often what was learnt is right on the file of -eval: on whole
// texts, and by label.
func (s *settings) measure(l *learnt, stdout io.Writer, bad func(error)) error {
	var found metrics.LabelSets[string]
	err := s.columns.each(s.eval, func(x labelled) {
		given, _, err := l.read(x.text)
		if err != nil {
			bad(fmt.Errorf("%s: %w", x.place, err))
			return
		}
		found.Add(s.reduce(x).labels, given)
	}, bad)
	if err != nil {
		return err
	}
	right := found.ExactMatch()
	fmt.Fprintf(stdout, "%d texts, %d right: %.4f\n", right.Den, right.Num, right.Value())
	row := func(name string, p metrics.PRF) {
		fmt.Fprintf(stdout, "%s  P %.3f  R %.3f  F1 %.3f  (%d right, %d given)\n",
			name, p.Precision.Value(), p.Recall.Value(), p.F(1), p.Recall.Den, p.Precision.Den)
	}
	row("all labels", found.Classes().Micro())
	for _, c := range found.Classes() {
		row("  "+c.Label, c.PRF)
	}
	return nil
}
