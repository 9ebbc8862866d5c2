package action

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func TestZ(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ez, ee := 0, 0
	for range 40 {
		d := NewDossiers(metrics.ByProduct, nil)
		aspects := ccr.Aspects()
		for k := range 2000 {
			o := &ccr.Order{ProductID: fmt.Sprint(k), PaidAt: time.Unix(0, 0)}
			for range 20 + r.IntN(160) {
				v := ccr.Verdict{Counted: true, Order: o}
				if r.Float64() < .04 {
					v.Negative = true
					v.Problems = []ccr.Aspect{aspects[int(25*r.Float64()*r.Float64())]}
				}
				d.Add(&v)
			}
		}
		f := d.find()
		var ps, es []float64
		for k, t := range f.tallies {
			for a, n := range t.with {
				if n > 0 {
					part, whole := metrics.Rate{Num: n, Den: t.all.Den}, metrics.Rate{Num: f.whole.with[a], Den: f.whole.all.Den}
					_, z := logOdds(part, whole, float64(whole.Den)/2000)
					ps = append(ps, 0.5*math.Erfc(z/math.Sqrt2))
					es = append(es, f.pairQ[pair{k, a}])
				}
			}
		}
		nz, ne := 0, 0
		for i, q := range adjust(ps, 2000*len(f.aspects)) {
			if q <= .05 {
				nz++
			}
			if es[i] <= .05 {
				ne++
			}
		}
		if nz > 0 {
			ez++
		}
		if ne > 0 {
			ee++
		}
		fmt.Print(nz, "/", ne, " ")
	}
	fmt.Println(ez, ee)
}
