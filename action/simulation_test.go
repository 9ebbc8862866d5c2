package action_test

import (
	"fmt"
	"math"
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
	falseKeys, falsePairs   float64 // sums over shops of the share of wrong ones among those found
	healthy, healthyChanged int     // some keys without a plant, and those said to have changed
	plants, keys, pairs     int     // plants, and those whose key is called worse, whose problem stands out
	dated, changed, covered int     // plants from a later day; those whose problem changed, with an interval that holds the day
}

func (f *found) add(d *action.Dossiers, plants []plant) {
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
		at := slices.IndexFunc(plants, func(p plant) bool { return p.product == i })
		if at < 0 && i%4 > 0 {
			continue // some are enough
		}
		do, _ := d.Dossier(productName(i))
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
		problem := slices.IndexFunc(do.Problems, func(q action.Problem) bool { return q.Aspect == p.aspect })
		if problem < 0 || do.Problems[problem].Changed == nil {
			continue
		}
		f.changed++
		c, day := do.Problems[problem].Changed, simulatedStart.AddDate(0, 0, p.from)
		if !day.Before(c.Low) && !day.After(c.High) {
			f.covered++
		}
	}
}

// TestSimulatedShops measures what is found of facts of several sizes hidden in
// simulated shops, and what is found where there is nothing. With 300 shops of
// each kind instead of 40 the shares were, in percent:
//
//	                       false              found             since when
//	hidden                 keys  problems     keys  problems    found  right
//	nothing                 2.7     1.3
//	1 of +4% from day 45    2.0     1.0          5     36          16    98
//	1 of +8%                1.8     1.2         33     63          41    94
//	1 of +16%               1.0     1.2         65     84          62    99
//	1 of +32%               1.0     0.8         92     99          84    98
//	6 of +16% all the time  0.0     0.7         90     99
//	12 of +30% from day 60  0.0     1.0         58     95          77    99
//
// and 0.6 of the products without anything were said to have changed.
func TestSimulatedShops(t *testing.T) {
	shops := 40
	if testing.Short() {
		shops = 10
	}
	for _, c := range []struct {
		extra        float64 // probability of the problem in an order
		plants, from int
		// At least so many of the plants are found, as a share.
		keys, pairs, changed float64
	}{
		{0, 0, 0, 0, 0, 0},
		{0.04, 1, 45, 0, 0.2, 0},
		{0.08, 1, 45, 0.2, 0.5, 0.2},
		{0.16, 1, 45, 0.5, 0.7, 0.5},
		{0.32, 1, 45, 0.8, 0.9, 0.7},
		{0.16, 6, 0, 0.8, 0.9, 0},
		{0.30, 12, 60, 0.5, 0.9, 0.7},
	} {
		t.Run(fmt.Sprintf("%d of +%v%% from day %d", c.plants, 100*c.extra, c.from), func(t *testing.T) {
			var f found
			r := rand.New(rand.NewPCG(11, 2))
			for range shops {
				var plants []plant
				for _, k := range r.Perm(30)[:c.plants] {
					plants = append(plants, plant{k, ccr.Aspects()[r.IntN(20)], c.extra, c.from})
				}
				f.add(simulate(r, plants), plants)
			}
			t.Logf("false: keys %.1f%%, problems %.1f%%, changes %d of %d; found of %d: keys %d, problems %d; since when %d of %d, right %d",
				100*f.falseKeys/float64(shops), 100*f.falsePairs/float64(shops), f.healthyChanged, f.healthy,
				f.plants, f.keys, f.pairs, f.changed, f.dated, f.covered)

			// What the documentation promises, and three times the standard error
			// of so many trials.
			atMost := func(what string, got, of, want float64) {
				if limit := want*of + 3*math.Sqrt(want*(1-want)*of); got > limit {
					t.Errorf("%s: %v of %v, want at most %v", what, got, of, limit)
				}
			}
			atMost("false keys", f.falseKeys, float64(shops), 0.05)
			atMost("false problems", f.falsePairs, float64(shops), 0.05)
			atMost("false changes", float64(f.healthyChanged), float64(f.healthy), 0.01)
			atMost("wrong intervals", float64(f.changed-f.covered), float64(f.changed), 0.05)

			atLeast := func(what string, got, of int, want float64) {
				if float64(got) < want*float64(of) {
					t.Errorf("%s: %d of %d, want at least %v", what, got, of, want)
				}
			}
			atLeast("keys", f.keys, f.plants, c.keys)
			atLeast("problems", f.pairs, f.plants, c.pairs)
			atLeast("changes", f.changed, f.dated, c.changed)
		})
	}
}

// TestSeason has shops of 10,000 orders, 8% of them negative, whose rate rises
// and falls as a whole, and keys of equal size, in some shops one of them with
// twice the rate from day 30 on. With 150 shops of each kind the shares were, in
// percent,
//
//	        false changes of keys            found, of 5
//	season  of 5  of 30  beside a changed 1  keys  right
//	none     0.0    0.8                 0.2    80    100
//	wave     0.4    0.4                 3.2    28    100
//	strike   1.1    0.6                 3.8    94    100
//	sale     0.7    0.7                 1.2    86    100
//
// and in 20 shops, by the rate of the key alone, 0, 92, 99 and 61 of 5 keys had
// changed, and 1, 13, 20 and 7 of 30. What rises while the season falls, as in
// the wave, hardly changes its rate, and is seldom found.
func TestSeason(t *testing.T) {
	shops := 12
	if testing.Short() {
		shops = 6
	}
	between := func(from, to int, factor float64) func(int) float64 {
		return func(day int) float64 {
			if from <= day && day < to {
				return factor
			}
			return 1
		}
	}
	for _, season := range []struct {
		name   string
		factor func(day int) float64
		power  float64 // at least so many of the plants are found, as a share
	}{
		{"none", between(0, 0, 1), 0.5},
		{"wave", func(day int) float64 { return 1 + math.Sin(2*math.Pi*float64(day)/simulatedDays)/2 }, 0},
		{"strike", between(50, simulatedDays, 2), 0.5},
		{"sale", between(60, 70, 3), 0.5},
	} {
		for _, shop := range []struct {
			keys  int
			plant float64 // factor of the rate of the first key
		}{{5, 1}, {30, 1}, {5, 2}} {
			t.Run(fmt.Sprintf("%s/%d keys, x%v", season.name, shop.keys, shop.plant), func(t *testing.T) {
				healthy, wrong, changed, covered := 0, 0, 0, 0
				r := rand.New(rand.NewPCG(5, 8))
				planted := between(30, simulatedDays, shop.plant)
				for range shops {
					d := action.NewDossiers(metrics.ByProduct, nil)
					for range 10_000 {
						key, day := r.IntN(shop.keys), r.IntN(simulatedDays)
						rate := 0.08 * season.factor(day)
						if key == 0 {
							rate *= planted(day)
						}
						v := order(productName(key), day)
						v.Negative = r.Float64() < rate
						d.Add(v)
					}
					for key := range shop.keys {
						do, _ := d.Dossier(productName(key))
						c, day := do.Changed, simulatedStart.AddDate(0, 0, 30)
						if key > 0 || shop.plant == 1 {
							healthy++
							if c != nil {
								wrong++
							}
						} else if c != nil {
							changed++
							if !day.Before(c.Low) && !day.After(c.High) {
								covered++
							}
						}
					}
				}
				t.Logf("false changes %d of %d; found %d of %d, right %d", wrong, healthy, changed, shops, covered)
				if limit := 0.01*float64(healthy) + 3*math.Sqrt(0.0099*float64(healthy)); shop.plant == 1 && float64(wrong) > limit {
					t.Errorf("%d of %d keys changed, want at most %v", wrong, healthy, limit)
				}
				if shop.plant > 1 && float64(changed) < season.power*float64(shops) {
					t.Errorf("%d changes found of %d", changed, shops)
				}
				if limit := 0.05*float64(changed) + 3*math.Sqrt(0.0475*float64(changed)); float64(changed-covered) > limit {
					t.Errorf("%d of %d intervals are wrong", changed-covered, changed)
				}
			})
		}
	}
}
