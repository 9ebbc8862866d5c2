package action

import (
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// findings are the counts of all keys and what they say of each other.
type findings struct {
	keys    []string     // sorted
	aspects []ccr.Aspect // sorted
	tallies []tally      // by key
	whole   tally        // of the shop, orders without a key included
	keyQ    []float64
	pairQ   map[pair]float64 // of the pairs of which there are orders
}

// A pair is a key and an aspect by their positions.
type pair struct{ key, aspect int }

// A tally is the orders of a key.
type tally struct {
	all        metrics.Rate
	with, only []int // orders with a problem, and with no other, by aspect
}

// find counts everything and tests every key and every pair.
func (d *Dossiers) find() *findings {
	f := &findings{pairQ: make(map[pair]float64)}
	for key := range d.records {
		if key != "" {
			f.keys = append(f.keys, key)
		}
	}
	slices.Sort(f.keys)
	f.aspects = slices.Concat(d.of...)
	slices.Sort(f.aspects)
	f.aspects = slices.Compact(f.aspects)
	sets := make([][]int, len(d.of))
	for i, set := range d.of {
		for _, a := range set {
			at, _ := slices.BinarySearch(f.aspects, a)
			sets[i] = append(sets[i], at)
		}
	}

	f.whole = newTally(len(f.aspects))
	f.tallies = make([]tally, len(f.keys))
	for i, key := range f.keys {
		f.tallies[i] = newTally(len(f.aspects))
		f.tallies[i].add(d.records[key], sets)
		f.whole.add(d.records[key], sets)
	}
	if r := d.records[""]; r != nil {
		f.whole.add(r, sets)
	}

	var pairs []pair
	var keyP, pairP []float64
	for k, t := range f.tallies {
		keyP = append(keyP, exceeds(t.all, f.whole.all))
		for a, n := range t.with {
			if n > 0 {
				pairs = append(pairs, pair{k, a})
				pairP = append(pairP, exceeds(metrics.Rate{Num: n, Den: t.all.Den}, metrics.Rate{Num: f.whole.with[a], Den: f.whole.all.Den}))
			}
		}
	}
	f.keyQ = metrics.BenjaminiHochberg(keyP, len(keyP))
	for i, q := range metrics.BenjaminiHochberg(pairP, len(f.keys)*len(f.aspects)) {
		f.pairQ[pairs[i]] = q
	}
	return f
}

func newTally(aspects int) tally {
	return tally{with: make([]int, aspects), only: make([]int, aspects)}
}

// add counts the orders of r; sets are the aspects of each set of problems.
func (t *tally) add(r *account, sets [][]int) {
	for c, n := range r.cells {
		t.all.Den += n
		if c.set == 0 {
			continue
		}
		t.all.Num += n
		for _, a := range sets[c.set] {
			t.with[a] += n
		}
		if len(sets[c.set]) == 1 {
			t.only[sets[c.set][0]] += n
		}
	}
}

func (f *findings) standing(k int) Standing {
	s := Standing{Key: f.keys[k], Negative: contrast(f.tallies[k].all, f.whole.all), Q: f.keyQ[k]}
	s.Excess = s.Negative.excess()
	s.Worse = s.Q <= discovery
	for a, n := range f.tallies[k].with {
		if n > 0 && f.pairQ[pair{k, a}] <= discovery {
			s.StandOut = append(s.StandOut, f.aspects[a])
		}
	}
	return s
}
