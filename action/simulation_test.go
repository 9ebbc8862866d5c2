package action_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// A plant is a fact hidden in a simulated shop: so many of a product's orders
// paid from a day on have a problem more than elsewhere.
type plant struct {
	product int
	aspect  ccr.Aspect
	extra   float64
	from    int // day; 0 from the beginning
}

const simulatedDays = 90

var simulatedStart = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// simulate folds a shop of 30 products with 40 to 600 orders each, 8,000 in
// all, 4% of which are negative for reasons that have nothing to do with the
// product, every fifth for two of them.
func simulate(r *rand.Rand, plants []plant) *action.Dossiers {
	d := action.NewDossiers(metrics.ByProduct, nil)
	aspects := ccr.Aspects()
	some := func() ccr.Aspect { return aspects[int(float64(len(aspects))*r.Float64()*r.Float64())] } // some are rare
	o := &ccr.Order{}
	v := &ccr.Verdict{Counted: true, Order: o}
	for product := range 30 {
		o.ProductID = productName(product)
		for range 40 + 560*product*product/(29*29) {
			day := r.IntN(simulatedDays)
			o.PaidAt = simulatedStart.AddDate(0, 0, day)
			v.Problems = v.Problems[:0]
			if r.Float64() < 0.04 {
				v.Problems = append(v.Problems, some())
				if r.IntN(5) == 0 {
					v.Problems = append(v.Problems, some())
				}
			}
			for _, p := range plants {
				if p.product == product && day >= p.from && r.Float64() < p.extra {
					v.Problems = append(v.Problems, p.aspect)
				}
			}
			v.Negative = len(v.Problems) > 0
			d.Add(v)
		}
	}
	return d
}

func productName(i int) string { return fmt.Sprintf("p%02d", i) }

// A found is what dossiers said of simulated shops.
type found struct {
	shops                          int
	falseKeys, falsePairs          float64 // sums of false discovery proportions
	healthy, healthyChanged        int     // keys without a plant, and those said to have changed
	plants, keys, pairs            int     // plants, and those of which the key, and the problem, was found
	dated, changed, covered, exact int     // plants from a later day; change found; day in its interval; day hit within 3
}

func (f *found) add(d *action.Dossiers, plants []plant) {
	f.shops++
	keys, falseKeys, pairs, falsePairs := 0, 0, 0, 0
	for _, s := range d.Ranking() {
		planted := func(a ccr.Aspect) bool {
			return slices.ContainsFunc(plants, func(p plant) bool {
				return productName(p.product) == s.Key && (a == "" || p.aspect == a)
			})
		}
		if s.Worse {
			keys++
			if !planted("") {
				falseKeys++
			}
		}
		for _, a := range s.StandOut {
			pairs++
			if !planted(a) {
				falsePairs++
			}
		}
	}
	f.falseKeys += float64(falseKeys) / float64(max(keys, 1))
	f.falsePairs += float64(falsePairs) / float64(max(pairs, 1))

	for i := range 30 {
		do, _ := d.Dossier(productName(i))
		at := slices.IndexFunc(plants, func(p plant) bool { return p.product == i })
		if at < 0 {
			f.healthy++
			if do.Changed != nil {
				f.healthyChanged++
			}
			continue
		}
		p := plants[at]
		f.plants++
		if do.Worse {
			f.keys++
		}
		if slices.Contains(do.StandOut, p.aspect) {
			f.pairs++
		}
		if p.from == 0 {
			continue
		}
		f.dated++
		if c := do.Changed; c != nil {
			day := simulatedStart.AddDate(0, 0, p.from)
			f.changed++
			if !day.Before(c.Low) && !day.After(c.High) {
				f.covered++
			}
			if off := c.Day.Sub(day).Abs(); off <= 3*24*time.Hour {
				f.exact++
			}
		}
	}
}

func TestSim(t *testing.T) {
	for _, c := range []struct {
		extra  float64
		plants int
		from   int
	}{{0, 0, 0}, {0.02, 1, 45}, {.04, 1, 45}, {.08, 1, 45}, {.08, 1, 0}, {.16, 1, 45}, {.32, 1, 45}, {.08, 6, 45}, {.16, 6, 60},{.16, 6, 0}, {.3, 12, 60}} {
		var f found
		r := rand.New(rand.NewPCG(1, 2))
		for range 100 {
			var plants []plant
			for _, k := range r.Perm(30)[:c.plants] {
				plants = append(plants, plant{k, ccr.Aspects()[r.IntN(20)], c.extra, c.from})
			}
			f.add(simulate(r, plants), plants)
		}
		n := float64(f.shops)
		fmt.Printf("extra %.2f x%d from %d: keyFDR %.3f pairFDR %.3f falsechange %d/%d key %d pair %d of %d changed %d covered %d within3 %d of %d\n", c.extra, c.plants, c.from,
			f.falseKeys/n, f.falsePairs/n, f.healthyChanged, f.healthy, f.keys, f.pairs, f.plants, f.changed, f.covered, f.exact, f.dated)
	}
}
