package linear

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The weights are those of scikit-learn 1.2.1, LogisticRegression(solver=
// 'liblinear', C=1, intercept_scaling=sqrt(2), tol=1e-12) with the costs as
// sample weights, multiplied by the ratios; the two columns of ones here are its
// intercept.
func TestSolve(t *testing.T) {
	p := problem{
		rows:    [][]int32{{0, 1}, {0, 2}, {1, 2}, {2, 3}, {0, 3}, {1, 3}, {0, 1, 2}, {3}},
		ratio:   []float32{0.5, 1, 1.5, 2},
		factor:  []float32{1, .5, 1, 1, .5, 1, .7, 1},
		channel: make([]uint8, 8),
		sign:    []int8{1, 1, 1, -1, -1, -1, 1, -1},
		cost:    []float64{2, 2, 1, 2, 2, 3, 2, 2},
	}
	s := p.solveTo(rand.New(rand.NewPCG(1, 2)), 2000, 1e-9)
	want := []float64{0.16650879, 0.52922042, 0.84225697, -3.43794428}
	for j, w := range want {
		if math.Abs(s.weights[j]-w) > 1e-4 {
			t.Errorf("weight %d is %.5f, want %.5f", j, s.weights[j], w)
		}
	}
	if math.Abs(s.bias[0]-0.56835114) > 1e-4 {
		t.Errorf("bias is %.5f, want 0.56835", s.bias[0])
	}
}

// The best threshold by hand: giving the label to the first three makes
// F1 = 2*2/(3+2) = 0.8, to the first one 2*1/(1+2) = 0.67, to all five 0.57.
func TestBestThreshold(t *testing.T) {
	got := bestThreshold([]float64{-1, 3, 1, -2, 2}, []int8{-1, 1, 1, -1, -1})
	if got != 0 { // between 1 and -1
		t.Errorf("threshold %v, want 0", got)
	}
}
