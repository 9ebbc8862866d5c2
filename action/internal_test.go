package action

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func near(relative float64) cmp.Option { return cmpopts.EquateApprox(relative, 1e-15) }

// TestExceeds compares with R 4.2.2,
// phyper(x-1, K, N-K, n, lower.tail = FALSE).
func TestExceeds(t *testing.T) {
	for _, c := range []struct {
		x, n, k, all int
		want         float64
	}{
		{29, 93, 200, 3468, 6.70035676516711e-15}, // also fisher.test(matrix(c(29,64,171,3204),2), alternative="greater")
		{3, 10, 5, 40, 8.92876682350367e-02},
		{1, 10, 5, 40, 7.83428165007112e-01},
		{85, 1122, 200, 3468, 1.23871810788969e-03},
		{700, 10_000, 60_000, 1_000_000, 1.92894161394841e-05},
		{650, 10_000, 60_000, 1_000_000, 1.89923910659268e-02},
		{590, 10_000, 60_000, 1_000_000, 6.69836745064351e-01},
		{0, 10, 5, 40, 1}, // by definition, as are those below
		{5, 40, 5, 40, 1}, // there is no rest
		{6, 10, 5, 40, 0},
	} {
		got := exceeds(metrics.Rate{Num: c.x, Den: c.n}, metrics.Rate{Num: c.k, Den: c.all})
		if math.Abs(got-c.want) > 1e-8*c.want {
			t.Errorf("exceeds(%d of %d, %d of %d) = %v, want %v", c.x, c.n, c.k, c.all, got, c.want)
		}
	}
}

// TestUpperAddsUp holds both ways of summing against the definition.
func TestUpperAddsUp(t *testing.T) {
	for _, h := range []hypergeometric{{40, 5, 10}, {30, 20, 15}, {9, 9, 4}, {200, 60, 100}, {12, 0, 5}} {
		low, high := h.support()
		sum := 0.0
		for x := high; x >= low; x-- {
			sum += h.mass(x)
			if got := h.upper(x); math.Abs(got-sum) > 1e-12 {
				t.Errorf("%v: upper(%d) = %v, want %v", h, x, got, sum)
			}
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("%v: the masses add up to %v", h, sum)
		}
	}
}

// TestContrast compares with table II, method 10, of Newcombe, Statistics in
// Medicine 17 (1998), 873-890.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		x, n, y, m int
		low, high  float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775},
		{0, 10, 0, 10, -0.2775, 0.2775},
		{10, 10, 0, 20, 0.6791, 1},
		{10, 10, 0, 10, 0.6075, 1},
	} {
		part, rest := metrics.Rate{Num: c.x, Den: c.n}, metrics.Rate{Num: c.y, Den: c.m}
		got := contrast(part, part.Add(rest))
		if got.Rate != part || got.Rest != rest {
			t.Errorf("contrast of %v = %v", c, got)
		}
		want := Estimate{part.Value() - rest.Value(), c.low, c.high}
		if diff := cmp.Diff(want, *got.Difference, cmpopts.EquateApprox(0, 5e-5)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c, diff)
		}
	}
	r := metrics.Rate{Num: 3, Den: 10}
	if got := contrast(r, r); got.Difference != nil || got.excess() != 0 {
		t.Errorf("without a rest there is a difference: %v", got)
	}
}

// TestLogOdds compares with the formulas written in R 4.2.2:
//
//	a <- a0*Y/N; y2 <- Y-y1; n2 <- N-n1
//	d <- log((y1+a)/(n1+a0-y1-a)) - log((y2+a)/(n2+a0-y2-a)); v <- 1/(y1+a) + 1/(y2+a)
//	c(d, d-qnorm(.975)*sqrt(v), d+qnorm(.975)*sqrt(v), d/sqrt(v))
func TestLogOdds(t *testing.T) {
	for _, c := range []struct {
		y1, n1, y, n int
		a0           float64
		want         Estimate
		z            float64
	}{
		{25, 1122, 25, 3468, 1156, Estimate{1.82868913456905, 1.06959834744005, 2.58777992169804}, 4.72165504238425},
		{24, 106, 24, 3468, 30, Estimate{8.17121959400266, 3.85129891148922, 12.49114027651610}, 3.70731253905688},
		{1, 5, 7, 3468, 100, Estimate{1.8931791781346528, -0.0602040291288204, 3.8465623853981259}, 1.8995571332996393},
		{0, 50, 7, 3468, 100, Estimate{-0.420280374262703, -4.843523956550488, 4.002963208025081}, -0.186228585796729},
	} {
		got, z := logOdds(metrics.Rate{Num: c.y1, Den: c.n1}, metrics.Rate{Num: c.y, Den: c.n}, c.a0)
		if diff := cmp.Diff(&c.want, got, near(1e-10)); diff != "" || math.Abs(z-c.z) > 1e-10 {
			t.Errorf("%v: z = %v, (-want +got):\n%s", c, z, diff)
		}
	}
}

// TestNormalPValueOfZ is why nothing is found by the z-score of the log-odds:
// in shops of 2,000 products that are all alike, 2,000 × 25 tests, the normal
// p-value of z makes many discoveries, all false, and the exact test hardly
// any. In 40 such shops it was 9 to 37 in each, against 1 in one.
func TestNormalPValueOfZ(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	aspects := ccr.Aspects()
	for range 2 {
		tallies := make([]tally, 2000)
		whole := newTally(len(aspects))
		for i := range tallies {
			tallies[i] = newTally(len(aspects))
			n := 20 + r.IntN(160)
			tallies[i].all.Den += n
			whole.all.Den += n
			for range n {
				if r.Float64() < 0.04 {
					a := int(float64(len(aspects)) * r.Float64() * r.Float64())
					tallies[i].with[a]++
					whole.with[a]++
				}
			}
		}
		var exact, normal []float64
		for _, k := range tallies {
			for a, n := range k.with {
				if n > 0 {
					part, all := metrics.Rate{Num: n, Den: k.all.Den}, metrics.Rate{Num: whole.with[a], Den: whole.all.Den}
					_, z := logOdds(part, all, float64(all.Den)/float64(len(tallies)))
					exact = append(exact, exceeds(part, all))
					normal = append(normal, math.Erfc(z/math.Sqrt2)/2)
				}
			}
		}
		found := func(ps []float64) (n int) {
			for _, q := range metrics.BenjaminiHochberg(ps, len(tallies)*len(aspects)) {
				if q <= discovery {
					n++
				}
			}
			return n
		}
		if e, z := found(exact), found(normal); e > 1 || z < 5 {
			t.Errorf("%d false discoveries by the exact test and %d by z, want almost none and many", e, z)
		}
	}
}

// series returns days that follow each other.
func series(n, x []int) []dayCount {
	days := make([]dayCount, len(n))
	for i := range n {
		days[i] = dayCount{day: int32(i), n: n[i], x: x[i]}
	}
	return days
}

// greatest returns the greatest ratio over all splits.
func greatest(days []dayCount) float64 {
	s := newScan(days)
	cut := 0.0
	n, x := 0, 0
	for _, d := range days[:len(days)-1] {
		n, x = n+d.n, x+d.x
		cut = max(cut, s.ratio(n, x))
	}
	return cut
}

// TestCrossingPermutations compares with 400,000 permutations in R 4.2.2, with
// n and x as below and seed 1,
//
//	ll <- function(x, n) ifelse(x>0, x*log(x/n), 0) + ifelse(n-x>0, (n-x)*log((n-x)/n), 0)
//	lr <- function(x) { cx <- cumsum(x); cn <- cumsum(n); K <- sum(x); N <- sum(n); t <- 1:(length(n)-1)
//	  2*(ll(cx[t], cn[t]) + ll(K-cx[t], N-cn[t]) - ll(K, N)) }
//	day <- rep(seq_along(n), n); mean(replicate(4e5, max(lr(tabulate(day[sample.int(N, K)], 12)))) >= max(lr(x)) - 1e-9)
func TestCrossingPermutations(t *testing.T) {
	days := series(
		[]int{12, 9, 15, 11, 8, 14, 10, 13, 9, 12, 11, 10},
		[]int{1, 0, 1, 0, 0, 1, 0, 2, 2, 1, 3, 2},
	)
	cut := greatest(days)
	if want := 7.6861273878124337; math.Abs(cut-want) > 1e-12 {
		t.Errorf("greatest ratio %v, want %v", cut, want)
	}
	p := newScan(days).crossing(days, cut-1e-9)[len(days)]
	if want, se := 0.069885, 0.000418; math.Abs(p-want) > 3*se {
		t.Errorf("p = %v, want %v ± %v", p, want, se)
	}
}

// TestChangePointExhaustively compares with the definitions, over all ways in
// which the orders that count may fall on days.
func TestChangePointExhaustively(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 3))
		n, x := make([]int, 3+r.IntN(4)), []int{}
		for i := range n {
			n[i] = 1 + r.IntN(12)
			if i < len(n)/2 {
				x = append(x, 0)
			} else {
				x = append(x, r.IntN(min(n[i], 4)+1))
			}
		}
		days := series(n, x)
		s := newScan(days)
		if s.x == 0 || s.x == s.n {
			continue
		}
		cut := greatest(days)

		// Weights of all paths, and of those that reach cut; the same of those
		// that pass through the observed count after t days.
		var all, reach float64
		through, also := make([]float64, len(n)), make([]float64, len(n))
		y := make([]int, len(n))
		var walk func(i, left int, weight float64)
		walk = func(i, left int, weight float64) {
			if i == len(n) {
				if left > 0 {
					return
				}
				crossed := greatest(series(n, y)) >= cut-1e-9
				all += weight
				if crossed {
					reach += weight
				}
				sy, sx := 0, 0
				for t := 1; t < len(n); t++ {
					if sy, sx = sy+y[t-1], sx+x[t-1]; sy == sx {
						through[t] += weight
						if crossed {
							also[t] += weight
						}
					}
				}
				return
			}
			for y[i] = 0; y[i] <= min(n[i], left); y[i]++ {
				walk(i+1, left-y[i], weight*math.Exp(logChoose(n[i], y[i])))
			}
		}
		walk(0, s.x, 1)

		at, low, high, p, ok := changePoint(days, 1)
		if math.Abs(p-reach/all) > 1e-10 {
			t.Errorf("seed %d: p = %v, want %v", seed, p, reach/all)
		}
		if ok != (reach/all <= changeLevel) {
			t.Errorf("seed %d: ok = %v with p = %v", seed, ok, p)
		}
		if !ok {
			continue
		}
		found++
		wantLow, wantHigh := 0, 0
		for t := 1; t < len(n); t++ {
			if also[t]/through[t] > 1-confidence {
				if wantLow == 0 {
					wantLow = t
				}
				wantHigh = t
			}
		}
		if low != wantLow || high != wantHigh || at < low || at > high {
			t.Errorf("seed %d: day %d of [%d, %d], want [%d, %d]", seed, at, low, high, wantLow, wantHigh)
		}
	}
	if found < 5 {
		t.Errorf("%d changes were found, too few for a test", found)
	}
}

// TestChangePointOfMany has counts for which probabilities underflow.
func TestChangePointOfMany(t *testing.T) {
	n, x := make([]int, 60), make([]int, 60)
	for i := range n {
		n[i], x[i] = 2000, 120+i%7
		if i >= 20 {
			x[i] += 40
		}
	}
	at, low, high, p, ok := changePoint(series(n, x), 1)
	if !ok || at != 20 || low > 20 || high < 20 || high-low > 4 || p != 1e-15 {
		t.Errorf("day %d of [%d, %d], p = %v, ok = %v", at, low, high, p, ok)
	}
}

func TestNoChangePoint(t *testing.T) {
	for _, c := range []struct{ n, x []int }{
		{nil, nil},
		{[]int{10}, []int{3}},
		{[]int{10, 20}, []int{0, 0}},
		{[]int{10, 20}, []int{10, 20}},
		{[]int{10, 20, 10}, []int{1, 2, 1}}, // every ratio is 0
		{[]int{1, 1}, []int{0, 1}},
	} {
		if at, low, high, p, ok := changePoint(series(c.n, c.x), 1); ok || at+low+high != 0 || math.Abs(p-1) > 1e-12 {
			t.Errorf("changePoint(%v, %v) = %d, %d, %d, %v, %v", c.n, c.x, at, low, high, p, ok)
		}
	}
}

func TestInSeason(t *testing.T) {
	rest := map[int32]dayCount{}
	days := make([]dayCount, 30)
	for i := range days {
		day := int32(i)
		days[i] = dayCount{day: day, n: 7, x: i % 2}
		rest[day] = dayCount{day: day, n: 50}
	}
	if _, _, ok := inSeason(days, rest); ok {
		t.Error("a season of orders none of which count")
	}
	if _, _, ok := inSeason(days, nil); ok {
		t.Error("a season without a rest")
	}
	for day, r := range rest {
		r.x = 2
		rest[day] = r
	}
	got, spread, ok := inSeason(days, rest)
	if diff := cmp.Diff(days, got, cmp.AllowUnexported(dayCount{})); diff != "" || !ok {
		t.Errorf("ok = %v, a steady rest is a season (-want +got):\n%s", ok, diff)
	}
	if want := 1 + 15*60/math.Pow(60+2*30/7.0, 2); math.Abs(spread-want) > 1e-12 {
		t.Errorf("spread = %v, want %v", spread, want)
	}

	// From day 15 on four times as many count: (x + 2) / (mean*n + 2) is 16/37 of
	// 14 of 350 and 58/37 of 56, where 10% count of all.
	for day, r := range rest {
		if day >= 15 {
			r.x = 8
			rest[day] = r
		}
	}
	got, _, _ = inSeason(days, rest)
	for i, want := range map[int]float64{8: 7 * 16 / 37.0, 20: 7 * 58 / 37.0} {
		if math.Abs(float64(got[i].n)-want) > 1 || got[i].x != days[i].x {
			t.Errorf("day %d weighs %v, want %v orders", i, got[i], want)
		}
	}
}

func TestResemblance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"质量差", "质量差！！！", 1},
		{"质量差", "质量太差", 0.4}, // 2 of 5 pairs, that of the beginning among them
		{"ABC", "abc", 1},
		{"坏了", "很好", 0},
		{"！", "。", 1},
	} {
		if got := resemblance(bigrams(c.a), bigrams(c.b)); got != c.want {
			t.Errorf("resemblance(%s, %s) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// TestKeep holds the bounded sample against sorting everything: the best of
// each buyer, and the first of these.
func TestKeep(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 5))
		all := make([]quote, 200)
		for i := range all {
			all[i] = quote{Quote{OrderID: fmt.Sprint(r.IntN(90)), Text: fmt.Sprint(i % 150), Probability: float64(r.IntN(5)) / 4}, fmt.Sprint(r.IntN(40))}
		}
		best := map[string]quote{}
		for _, q := range all {
			if o, ok := best[q.buyer]; !ok || compareQuotes(q, o) < 0 {
				best[q.buyer] = q
			}
		}
		var want []quote
		for _, q := range best {
			want = append(want, q)
		}
		slices.SortFunc(want, compareQuotes)
		want = want[:candidates]

		rec := account{quotes: map[ccr.Aspect][]quote{}}
		for _, q := range all {
			rec.keep("a", q)
		}
		if diff := cmp.Diff(want, rec.quotes["a"], cmp.AllowUnexported(quote{})); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
}
