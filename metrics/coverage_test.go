package metrics_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/ccrkit/ccrkit/metrics"
)

// The simulations draw shops of which the truth is known, label some of their
// orders and ask how often the 95% intervals contain the truth.
//
//	go test ./metrics -run Coverage -v                          # the tables
//	go test ./metrics -run Coverage -v -seed 7 -repeat 10000    # others, more exact
var (
	seedFlag   = flag.Uint64("seed", 1, "seed of the simulations")
	repeatFlag = flag.Int("repeat", 0, "samples for each line of a simulation; 0 is some hundreds")
)

func repeats(standard int) int {
	switch {
	case *repeatFlag > 0:
		return *repeatFlag
	case testing.Short():
		return max(1, standard/4)
	}
	return standard
}

// A tally counts intervals that contain the truth.
type tally struct {
	n, covered int
	width      float64
}

func (c *tally) add(in metrics.Interval, truth float64) {
	c.n++
	c.width += in.High - in.Low
	if in.Low <= truth && truth <= in.High {
		c.covered++
	}
}

func (c *tally) coverage() float64 { return float64(c.covered) / float64(c.n) }

func (c *tally) String() string {
	return fmt.Sprintf("%5.1f%% ±%5.2f", 100*c.coverage(), 50*c.width/float64(c.n))
}

// sure reports whether the coverage is below, or above, so much beyond chance:
// by four standard errors.
func (c *tally) below(p float64) bool {
	return c.coverage() < p-4*math.Sqrt(p*(1-p)/float64(c.n))
}

func (c *tally) above(p float64) bool {
	return c.coverage() > p+4*math.Sqrt(p*(1-p)/float64(c.n))
}

// binomial returns how many of n things that happen with probability p do.
func binomial(r *rand.Rand, n int, p float64) int {
	if p > 0.5 {
		return n - binomial(r, n, 1-p)
	}
	k, at := 0, 0.0
	for p > 0 {
		at += math.Floor(math.Log(1-r.Float64())/math.Log1p(-p)) + 1
		if at > float64(n) {
			break
		}
		k++
	}
	return k
}

// hypergeometric returns how many of the marked are among drawn of all.
func hypergeometric(r *rand.Rand, marked, all, drawn int) int {
	k := 0
	for i := range drawn {
		if r.IntN(all-i) < marked-k {
			k++
		}
	}
	return k
}

// A market is what a classifier with known error rates makes of its orders.
type market struct{ found, right, missed, orders int } // right is of found, missed of the others

func newMarket(r *rand.Rand, orders int, prevalence, sensitivity, specificity float64) market {
	negative := binomial(r, orders, prevalence)
	right := binomial(r, negative, sensitivity)
	wrong := binomial(r, orders-negative, 1-specificity)
	return market{right + wrong, right, negative - right, orders}
}

func (s market) negative() int { return s.right + s.missed }

// label returns the strata by decision with n labels: half of each kind, or as
// they come.
func (s market) label(r *rand.Rand, n int, random bool) []metrics.Stratum {
	checked := min(n/2, s.found)
	if random {
		checked = hypergeometric(r, s.found, s.orders, n)
	}
	rest := s.orders - s.found
	return []metrics.Stratum{
		{Orders: s.found, Labels: metrics.Rate{Num: hypergeometric(r, s.right, s.found, checked), Den: checked}},
		{Orders: rest, Labels: metrics.Rate{Num: hypergeometric(r, s.missed, rest, n-checked), Den: n - checked}},
	}
}

type rates struct{ sensitivity, specificity float64 }

var classifiers = []rates{{0.6, 0.99}, {0.8, 0.95}, {0.9, 0.9}, {0.95, 0.99}}

// errors returns how many of n labels are expected to show an order as wrongly
// found negative, and how many as missed.
func (c rates) errors(prevalence float64, n, orders int, random bool) (wrong, missed float64) {
	falseAlarms, misses := (1-prevalence)*(1-c.specificity), prevalence*(1-c.sensitivity)
	found := falseAlarms + prevalence*c.sensitivity
	checked := min(float64(n)/2, found*float64(orders))
	if random {
		checked = found * float64(n)
	}
	return checked * falseAlarms / found, (float64(n) - checked) * misses / (1 - found)
}

// TestCoverage holds the interval of Stratified to its promise: for the rate
// behind the 20,000 orders of a market, and, Finite, for the share of negative
// ones of 2,000 orders, of which up to half are labelled. The interval of the
// rate that the classifier finds misses the truth; so does the delta method.
func TestCoverage(t *testing.T) {
	r := newRand(*seedFlag)
	n := repeats(80)
	t.Log("coverage and half width in points; half: as many labels of orders found negative as of others")
	t.Log("orders  rate  sens. spec. labels design    corrected      delta method   as found")
	var all tally
	lines, inside, few := 0, 0, 0
	for _, orders := range []int{2000, 20_000} {
		for _, prevalence := range []float64{0.01, 0.02, 0.05, 0.1, 0.2} {
			for _, c := range classifiers {
				for _, labels := range []int{100, 300, 1000} {
					for _, design := range []string{"random", "half"} {
						finite := orders == 2000
						if finite && (design == "random" || labels == 300) {
							continue
						}
						var corrected, delta, naive tally
						for range n {
							m := newMarket(r, orders, prevalence, c.sensitivity, c.specificity)
							truth := prevalence
							if finite {
								truth = float64(m.negative()) / float64(orders)
							}
							strata := m.label(r, labels, design == "random")
							corrected.add(metrics.Stratified(strata, &metrics.EstimateOptions{Finite: finite}).Interval, truth)
							delta.add(wald(strata), prevalence)
							naive.add(metrics.Rate{Num: m.found, Den: orders}.Wilson(0.95), truth)
						}
						line := fmt.Sprintf("%6d %4.0f%% %5.2f %5.2f %6d %-6s %v %v %v", orders, 100*prevalence,
							c.sensitivity, c.specificity, labels, design, &corrected, &delta, &naive)
						t.Log(line)
						if corrected.below(0.93) {
							t.Errorf("covers less than 93%%: %s", line)
						}
						if wrong, missed := c.errors(prevalence, labels, orders, design == "random"); min(wrong, missed) >= 5 && corrected.above(0.97) {
							t.Errorf("covers more than 97%% with %.1f and %.1f errors: %s", wrong, missed, line)
						}
						lines++
						if p := corrected.coverage(); 0.93 <= p && p <= 0.97 {
							inside++
						}
						if naive.below(0.93) {
							few++
						}
						all.n, all.covered = all.n+corrected.n, all.covered+corrected.covered
					}
				}
			}
		}
	}
	t.Logf("together %.2f%%; %d of %d lines within 93-97%%; as found, %d are below 93%%", 100*all.coverage(), inside, lines, few)
	if p := all.coverage(); p < 0.945 || p > 0.97 {
		t.Errorf("the intervals cover %.2f%% together", 100*p)
	}
	if few < lines*3/4 {
		t.Errorf("the rate as found is right in %d of %d lines: this proves nothing", lines-few, lines)
	}
}

// wald returns the interval of the delta method.
func wald(strata []metrics.Stratum) metrics.Interval {
	orders, v, variance := 0, 0.0, 0.0
	for _, s := range strata {
		orders += s.Orders
	}
	for _, s := range strata {
		if s.Labels.Den == 0 {
			return metrics.Interval{Low: 0, High: 1}
		}
		w, p := float64(s.Orders)/float64(orders), s.Labels.Value()
		v += w * p
		variance += w * w * p * (1 - p) / float64(s.Labels.Den)
	}
	h := 1.959964 * math.Sqrt(variance+v*(1-v)/float64(orders))
	return metrics.Interval{Low: v - h, High: v + h}
}

// TestRoganGladenCoverage compares intervals of the corrected rate when the
// error rates come from labels of elsewhere: ours, the delta method, that of
// Lang and Reiczigel (2014), and the bootstrap.
func TestRoganGladenCoverage(t *testing.T) {
	r := newRand(*seedFlag)
	n := repeats(16)
	t.Log("coverage and half width in points; negatives: labelled orders that are negative, a third of all labels")
	t.Log("orders  rate  sens. spec. negatives  RoganGladen    delta          Lang-Reiczigel bootstrap")
	var all, lr tally
	lines, inside, insideLR := 0, 0, 0
	for _, orders := range []int{1000, 20_000} {
		for _, prevalence := range []float64{0.01, 0.02, 0.05, 0.1, 0.2} {
			for _, c := range classifiers {
				for _, negatives := range []int{30, 100, 300} {
					var ours, delta, lang, boot tally
					for i := range n {
						a := metrics.Rate{Num: newMarket(r, orders, prevalence, c.sensitivity, c.specificity).found, Den: orders}
						sens := metrics.Rate{Num: binomial(r, negatives, c.sensitivity), Den: negatives}
						spec := metrics.Rate{Num: binomial(r, 2*negatives, c.specificity), Den: 2 * negatives}
						ours.add(metrics.RoganGladen(a, sens, spec, nil).Interval, prevalence)
						delta.add(adjusted(a, sens, spec, 0, 0), prevalence)
						lang.add(adjusted(a, sens, spec, 1, 2), prevalence)
						if i%10 == 0 {
							o := &metrics.EstimateOptions{Bootstrap: 100, Seed: uint64(i)}
							boot.add(metrics.RoganGladen(a, sens, spec, o).Interval, prevalence)
						}
					}
					line := fmt.Sprintf("%6d %4.0f%% %5.2f %5.2f %9d %v %v %v %v", orders, 100*prevalence, c.sensitivity,
						c.specificity, negatives, &ours, &delta, &lang, &boot)
					t.Log(line)
					if ours.below(0.93) {
						t.Errorf("covers less than 93%%: %s", line)
					}
					lines++
					if p := ours.coverage(); 0.93 <= p && p <= 0.97 {
						inside++
					}
					if p := lang.coverage(); 0.93 <= p && p <= 0.97 {
						insideLR++
					}
					all.n, all.covered, all.width = all.n+ours.n, all.covered+ours.covered, all.width+ours.width
					lr.n, lr.covered, lr.width = lr.n+lang.n, lr.covered+lang.covered, lr.width+lang.width
				}
			}
		}
	}
	t.Logf("together %v, Lang and Reiczigel %v; within 93-97%%: %d and %d of %d lines", &all, &lr, inside, insideLR, lines)
}

// adjusted returns the interval of Lang and Reiczigel, "Confidence limits for
// prevalence of disease adjusted for estimated sensitivity and specificity",
// Preventive Veterinary Medicine 113 (2014), 13-22, for on = 1 and plus = 2, and
// that of the delta method for 0 and 0.
func adjusted(a, sens, spec metrics.Rate, on, plus float64) metrics.Interval {
	const z = 1.959964
	shift := func(r metrics.Rate, k float64) (p, v float64) {
		n := float64(r.Den) + k
		p = (float64(r.Num) + k/2) / n
		return p, p * (1 - p) / n
	}
	pa, va := shift(a, on*z*z)
	ps, vs := shift(sens, plus)
	pc, vc := shift(spec, plus)
	j := ps + pc - 1
	if j <= 0 {
		return metrics.Interval{Low: 0, High: 1}
	}
	v := (pa + pc - 1) / j
	h := z * math.Sqrt(va+v*v*vs+(1-v)*(1-v)*vc) / j
	d := on * 2 * z * z * (v*vs - (1-v)*vc)
	return metrics.Interval{Low: max(0, v+d-h), High: min(1, v+d+h)}
}

// scored returns orders with whether they are negative and a classifier's
// score: the log odds of a normal signal by which negative orders stand out by
// distance, plus bias. The score is a calibrated probability when bias is 0.
func scored(r *rand.Rand, orders int, prevalence, distance, bias float64) (scores []float64, negative []bool) {
	scores, negative = make([]float64, orders), make([]bool, orders)
	prior := math.Log(prevalence/(1-prevalence)) + bias
	for i := range scores {
		x := r.NormFloat64() - distance/2
		if negative[i] = r.Float64() < prevalence; negative[i] {
			x += distance
		}
		scores[i] = 1 / (1 + math.Exp(-distance*x-prior))
	}
	return scores, negative
}

// TestPredictionPoweredCoverage holds PredictionPowered to its promise, for a
// random sample and for one by SampleUncertain, with scores that are right and
// such that are far too high or low. SampleStrata with Stratified is beside it.
func TestPredictionPoweredCoverage(t *testing.T) {
	r := newRand(*seedFlag)
	n := repeats(3)
	const orders = 4000
	t.Log("coverage and half width in points of 4,000 orders")
	t.Log(" rate distance bias labels  random sample  by uncertainty  strata")
	var all [3]tally
	for _, prevalence := range []float64{0.01, 0.03, 0.1, 0.2} {
		for _, c := range []struct{ distance, bias float64 }{{2, 0}, {3, 0}, {3, 1.5}, {3, -1.5}, {4, 0}} {
			for _, labels := range []int{100, 300, 1000} {
				var way [3]tally
				for range n {
					scores, negative := scored(r, orders, prevalence, c.distance, c.bias)
					candidates := make([]metrics.Candidate, orders)
					strata := make([]metrics.Stratum, 3)
					for i, s := range scores {
						candidates[i] = candidate(i, s)
						strata[candidates[i].Stratum].Orders++
					}
					random := make([]metrics.ScoredLabel, labels)
					for j, i := range r.Perm(orders)[:labels] {
						random[j] = metrics.ScoredLabel{Score: scores[i], Negative: negative[i]}
					}
					var uncertain []metrics.ScoredLabel
					for _, p := range metrics.SampleUncertain(candidates, labels, r.Uint64()) {
						uncertain = append(uncertain, metrics.ScoredLabel{
							Score: p.Score, Negative: negative[number(p.OrderID)], Probability: p.Probability,
						})
					}
					for _, p := range metrics.SampleStrata(candidates, labels, r.Uint64()) {
						l := &strata[p.Stratum].Labels
						l.Den++
						if negative[number(p.OrderID)] {
							l.Num++
						}
					}
					way[0].add(metrics.PredictionPowered(scores, random, nil).Interval, prevalence)
					way[1].add(metrics.PredictionPowered(scores, uncertain, nil).Interval, prevalence)
					way[2].add(metrics.Stratified(strata, nil).Interval, prevalence)
				}
				line := fmt.Sprintf("%4.0f%% %8v %4v %6d %v %v %v", 100*prevalence, c.distance, c.bias, labels, &way[0], &way[1], &way[2])
				t.Log(line)
				for i := range way {
					if way[i].below(0.93) {
						t.Errorf("covers less than 93%%: %s", line)
					}
					all[i].n, all[i].covered, all[i].width = all[i].n+way[i].n, all[i].covered+way[i].covered, all[i].width+way[i].width
				}
			}
		}
	}
	t.Logf("together            %v %v %v", &all[0], &all[1], &all[2])
	for i := range all {
		if all[i].below(0.95) {
			t.Errorf("together they cover %.1f%%", 100*all[i].coverage())
		}
	}
	if all[1].width > 0.9*all[0].width || all[2].width > 1.05*all[0].width {
		t.Errorf("choosing what to label does not pay: %v, %v, %v", &all[0], &all[1], &all[2])
	}
}

// candidate returns order i with a score and the strata of NewCandidate.
func candidate(i int, score float64) metrics.Candidate {
	c := metrics.Candidate{OrderID: strconv.Itoa(i), Score: score}
	switch {
	case score >= 0.5:
		c.Stratum = 2
	case score >= 0.1:
		c.Stratum = 1
	}
	return c
}

func number(id string) int {
	n, err := strconv.Atoi(id)
	if err != nil {
		panic(err)
	}
	return n
}

// TestCellCoverage shows why an Audit does not pool error rates over keys. Of
// 20 products it compares the interval by a product's own labels, by the share
// of wrong decisions of each kind pooled over products, and by sensitivity and
// specificity pooled over them.
func TestCellCoverage(t *testing.T) {
	r := newRand(*seedFlag)
	n := repeats(12)
	const products, orders, labels = 20, 1000, 600
	t.Log("products alike in rate, in error rates: coverage and half width by own labels, pooled decisions, pooled error rates")
	for _, c := range []struct {
		name         string
		rates, reads bool // differ
	}{{"alike, alike", false, false}, {"differ, alike", true, false}, {"alike, differ", false, true}, {"differ, differ", true, true}} {
		var own, decisions, errorRates tally
		for range n {
			markets, truths := make([]market, products), make([]float64, products)
			var all market
			for i := range markets {
				truths[i] = 0.05
				if c.rates {
					truths[i] = 0.01 * math.Pow(15, r.Float64())
				}
				sens, spec := 0.8, 0.96
				if c.reads {
					sens, spec = 0.6+0.35*r.Float64(), 0.92+0.07*r.Float64()
				}
				m := newMarket(r, orders, truths[i], sens, spec)
				markets[i] = m
				all = market{all.found + m.found, all.right + m.right, all.missed + m.missed, all.orders + m.orders}
			}
			pool, cells := deal(r, markets, labels)
			w := float64(all.found) / float64(all.orders)
			right, missed := w*pool[0].Labels.Value(), (1-w)*pool[1].Labels.Value()
			// The same number of labels behind sensitivity and specificity.
			sens := scale(right/(right+missed), int((right+missed)*labels))
			spec := scale((1-w-missed)/(1-right-missed), int((1-right-missed)*labels))
			for i, m := range markets {
				own.add(metrics.Stratified(cells[i], nil).Interval, truths[i])
				p := []metrics.Stratum{{Orders: m.found, Labels: pool[0].Labels}, {Orders: m.orders - m.found, Labels: pool[1].Labels}}
				decisions.add(wald(p), truths[i])
				errorRates.add(metrics.RoganGladen(metrics.Rate{Num: m.found, Den: m.orders}, sens, spec, nil).Interval, truths[i])
			}
		}
		t.Logf("%-14s %v %v %v", c.name, &own, &decisions, &errorRates)
		if own.below(0.95) {
			t.Errorf("%s: by its own labels a cell covers %v", c.name, &own)
		}
		if c.rates && c.reads && !(decisions.below(0.93) && errorRates.below(0.93)) {
			t.Errorf("%s: pooling is right after all", c.name)
		}
	}
}

func scale(p float64, n int) metrics.Rate {
	return metrics.Rate{Num: int(math.Round(p * float64(n))), Den: n}
}

// deal gives labels to orders of all markets, half to such found negative, and
// returns them together and by market.
func deal(r *rand.Rand, markets []market, labels int) (pool []metrics.Stratum, cells [][]metrics.Stratum) {
	pool = make([]metrics.Stratum, 2)
	cells = make([][]metrics.Stratum, len(markets))
	type order struct {
		cell     int
		negative bool
	}
	var orders [2][]order
	for i, m := range markets {
		cells[i] = []metrics.Stratum{{Orders: m.found}, {Orders: m.orders - m.found}}
		for j := range m.found {
			orders[0] = append(orders[0], order{i, j < m.right})
		}
		for j := range m.orders - m.found {
			orders[1] = append(orders[1], order{i, j < m.missed})
		}
	}
	for h := range orders {
		r.Shuffle(len(orders[h]), func(i, j int) { orders[h][i], orders[h][j] = orders[h][j], orders[h][i] })
		for _, o := range orders[h][:min(labels/2, len(orders[h]))] {
			for _, l := range []*metrics.Rate{&pool[h].Labels, &cells[o.cell][h].Labels} {
				l.Den++
				if o.negative {
					l.Num++
				}
			}
		}
		pool[h].Orders = len(orders[h])
	}
	return pool, cells
}
