package metrics

import (
	"cmp"
	"slices"
)

// A Count is how often a key was seen.
type Count[K comparable] struct {
	Key K   `json:"key"`
	N   int `json:"n"`
}

// counts counts keys. The nil map is empty and ready to use.
type counts[K comparable] map[K]int

func (c *counts[K]) add(k K, n int) {
	if *c == nil {
		*c = make(counts[K])
	}
	(*c)[k] += n
}

func (c *counts[K]) merge(o counts[K]) {
	for k, n := range o {
		c.add(k, n)
	}
}

// sorted returns the counts, the greatest first and then by key.
func (c counts[K]) sorted() []Count[K] {
	out := make([]Count[K], 0, len(c))
	for k, n := range c {
		out = append(out, Count[K]{k, n})
	}
	slices.SortFunc(out, func(a, b Count[K]) int {
		if c := cmp.Compare(b.N, a.N); c != 0 {
			return c
		}
		return compareKeys(a.Key, b.Key)
	})
	return out
}

// rows returns a row for each key, as a share of den.
func (c counts[K]) rows(den int, opts *RowOptions) []Row[K] {
	rows := make([]Row[K], 0, len(c))
	for k, n := range c {
		rows = append(rows, Row[K]{Key: k, Rate: Rate{n, den}})
	}
	return finish(rows, opts)
}
