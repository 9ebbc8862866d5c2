package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
)

// A count compares the labels given with those that are right.
type count struct{ both, given, right int }

func (c *count) add(given, right bool) {
	if given {
		c.given++
	}
	if right {
		c.right++
	}
	if given && right {
		c.both++
	}
}

func (c count) String() string {
	part := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	return fmt.Sprintf("P %.3f  R %.3f  F1 %.3f  (%d right, %d given)",
		part(c.both, c.given), part(c.both, c.right), part(2*c.both, c.given+c.right), c.right, c.given)
}

// measure prints how often m is right on the file of -eval: on whole texts, and
// by label.
func (s *settings) measure(m *linear.Model, stdout io.Writer, bad func(error)) error {
	outputs := m.Outputs()
	by := make(map[string]*count, len(outputs))
	var all count
	texts, right := 0, 0
	var r linear.Reading
	err := s.columns.each(s.eval, func(l labelled) {
		l = s.reduce(l)
		m.Read(&r, &ccr.Feedback{Text: l.text, Channel: ccr.ChannelReview})
		given, _ := s.given(m, &r, s.linear.Thresholds)
		texts++
		same := len(given) == len(l.labels)
		for _, name := range slices.Concat(outputs, l.labels) {
			g, w := slices.Contains(given, name), slices.Contains(l.labels, name)
			same = same && g == w
		}
		if same {
			right++
		}
		seen := map[string]bool{}
		for _, name := range slices.Concat(given, l.labels) {
			if seen[name] {
				continue
			}
			seen[name] = true
			if by[name] == nil {
				by[name] = new(count)
			}
			g, w := slices.Contains(given, name), slices.Contains(l.labels, name)
			by[name].add(g, w)
			all.add(g, w)
		}
	}, bad)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d texts, %d right: %.4f\n", texts, right, float64(right)/float64(max(texts, 1)))
	fmt.Fprintf(stdout, "all labels  %v\n", all)
	var names []string
	for name := range by {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(a, b) })
	for _, name := range names {
		fmt.Fprintf(stdout, "  %s  %v\n", name, by[name])
	}
	return nil
}
