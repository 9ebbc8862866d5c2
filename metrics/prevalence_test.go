package metrics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ccrkit/ccrkit/metrics"
)

func TestPrevalence(t *testing.T) {
	share := func(trained float64, ps ...float64) float64 {
		var p metrics.Prevalence
		for _, x := range ps {
			p.Add(x)
		}
		s, ok := p.Share(trained)
		if !ok {
			return math.NaN()
		}
		return s
	}
	for _, tt := range []struct {
		name    string
		trained float64
		texts   []float64
		want    float64
	}{
		// numpy 1.24, 100,000 steps of p(pi/pi0) / (p(pi/pi0) + (1-p)(1-pi)/(1-pi0)), their mean the next pi
		{"by steps", 0.4, []float64{0.9, 0.8, 0.3, 0.1, 0.05, 0.02, 0.6, 0.2, 0.1, 0.01}, 0.21590226011026226},
		{"as trained", 0.5, []float64{0.9, 0.9, 0.1, 0.1}, 0.5},
		{"none", 0.4, []float64{0.1, 0.2, 0.3}, 0},
		{"all", 0.4, []float64{0.9, 0.5}, 1},
		{"certain", 0.5, []float64{0, 0, 0, 1}, 0.25},
		{"no probability is not counted", 0.5, []float64{0, 0, 0, 1, -0.1, 1.1, math.NaN()}, 0.25},
		{"no text", 0.5, nil, math.NaN()},
		{"no share", 0, []float64{0.5}, math.NaN()},
		{"no share either", 1, []float64{0.5}, math.NaN()},
	} {
		if got := share(tt.trained, tt.texts...); math.Abs(got-tt.want) > 1e-4 && !(math.IsNaN(got) && math.IsNaN(tt.want)) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestPrevalenceShifted draws texts whose scores are normal, one apart from the
// other, of which the probability at equal shares is known: the share found must
// be the share drawn, whatever that is, where the mean probability is not.
func TestPrevalenceShifted(t *testing.T) {
	const n, apart = 20_000, 3.0
	for _, want := range []float64{0.01, 0.05, 0.2, 0.5, 0.9} {
		rng := rand.New(rand.NewPCG(1, uint64(1000*want)))
		var all metrics.Prevalence
		var shards [3]metrics.Prevalence
		mean := 0.0
		for i := range n {
			x := rng.NormFloat64()
			if float64(i) < want*n {
				x += apart
			}
			p := 1 / (1 + math.Exp(apart*apart/2-apart*x))
			mean += p / n
			all.Add(p)
			shards[rng.IntN(3)].Add(p)
		}
		got, ok := all.Share(0.5)
		if !ok || math.Abs(got-want) > 0.01 || all.Len() != n {
			t.Errorf("share %v of %d, want %v of %d", got, all.Len(), want, n)
		}
		if want < 0.1 && mean < 2*want {
			t.Errorf("the mean probability %v is as good for %v", mean, want)
		}
		shards[1].Merge(&shards[2])
		shards[1].Merge(&shards[0])
		if merged, _ := shards[1].Share(0.5); merged != got {
			t.Errorf("merged %v, at once %v", merged, got)
		}
	}
}
