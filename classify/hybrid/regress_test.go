package hybrid

import (
	"math"
	"testing"
)

// The weights are those of scipy.optimize.minimize (BFGS, SciPy 1.10) on the
// same penalised likelihood.
func TestRegress(t *testing.T) {
	x := [][]float64{{1, 0.5, 2}, {1, -1, 0}, {1, 2, 1}, {1, 0, -1}, {1, 1.5, .5}, {1, -.5, 1}, {1, .2, -2}, {1, -1.2, .3}}
	got := regress(x, []float64{1, 0, 1, 0, 1, 1, 0, 0}, []float64{1, 1, 2, 1, 1, .5, 1, 1})
	for j, want := range []float64{-0.2837991, 0.6220185, 0.6468083} {
		if math.Abs(got[j]-want) > 1e-5 {
			t.Errorf("weight %d is %.6f, want %.6f", j, got[j], want)
		}
	}
}

// A column without spread keeps weight 0.
func TestRegressConstant(t *testing.T) {
	got := regress([][]float64{{1, 0, 1}, {1, 0, -1}, {1, 0, 1}, {1, 0, -1}}, []float64{1, 0, 1, 1}, []float64{1, 1, 1, 1})
	if got[1] != 0 || got[2] <= 0 {
		t.Errorf("weights %v", got)
	}
}
