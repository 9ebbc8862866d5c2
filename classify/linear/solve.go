package linear

import (
	"math"
	"math/rand/v2"
)

// A problem is a binary logistic regression with an L2 penalty: minimise over w
//
//	|w|²/2 + Σ cost[i] · log(1 + exp(-sign[i] · w·x[i]))
//
// where x[i] is row i of a sparse matrix of small counts whose column j is multiplied by
// ratio[j], and by factor[i] all over, plus one dense column for the constant
// and one for each channel.
type problem struct {
	rows    [][]int32 // the columns of each row, rising; one that counts twice, twice
	ratio   []float32
	factor  []float32
	channel []uint8
	sign    []int8
	cost    []float64
}

// add adds a row that is, or is of, an example.
func (p *problem) add(row []int32, factor float32, e *example, has bool, cost float64) {
	sign := int8(-1)
	if has {
		sign = 1
	}
	p.rows, p.factor, p.channel = append(p.rows, row), append(p.factor, factor), append(p.channel, e.ch)
	p.sign, p.cost = append(p.sign, sign), append(p.cost, e.weight*cost)
}

// A solution holds the weights, of which those of the columns are already
// multiplied by the ratio.
type solution struct {
	weights []float64
	bias    [channels]float64 // constant and channel
}

// odds returns the log-odds of a row.
func (s *solution) odds(row []int32, factor float32, channel uint8) float64 {
	z := 0.0
	for _, j := range row {
		z += s.weights[j]
	}
	return z*float64(factor) + s.bias[channel]
}

// solve ends when no gradient is larger than tolerance, or after so many epochs:
// more of them changed no accuracy.
const (
	maxEpochs = 12
	tolerance = 0.02
)

// solve minimises p by coordinate descent in the dual: Yu, Huang and Lin (2011),
// Dual coordinate descent methods for logistic regression and maximum entropy
// models, Machine Learning 85, algorithm 5.
func (p *problem) solve(rng *rand.Rand) solution { return p.solveTo(rng, maxEpochs, tolerance) }

func (p *problem) solveTo(rng *rand.Rand, epochs int, tolerance float64) solution {
	n := len(p.rows)
	w := make([]float64, len(p.ratio)) // weights times ratio
	var constant float64
	var byChannel [channels]float64
	square := make([]float64, len(p.ratio))
	for j, r := range p.ratio {
		square[j] = float64(r) * float64(r)
	}
	norm := make([]float64, n)
	alpha := make([]float64, 2*n)
	dot := func(i int) float64 {
		s := 0.0
		for _, j := range p.rows[i] {
			s += w[j]
		}
		return s*float64(p.factor[i]) + constant + byChannel[p.channel[i]]
	}
	move := func(i int, d float64) {
		f := d * float64(p.factor[i])
		for _, j := range p.rows[i] {
			w[j] += f * square[j]
		}
		constant += d
		byChannel[p.channel[i]] += d
	}
	for i := range n {
		f := float64(p.factor[i])
		times := 1.0 // that a column stands in the row
		for k, j := range p.rows[i] {
			if k > 0 && p.rows[i][k-1] == j {
				times += 2 // the square of n is the sum of the first n odd numbers
			} else {
				times = 1
			}
			norm[i] += square[j] * times
		}
		norm[i] = norm[i]*f*f + 2
		alpha[2*i] = min(0.001*p.cost[i], 1e-8)
		alpha[2*i+1] = p.cost[i] - alpha[2*i]
		move(i, float64(p.sign[i])*alpha[2*i])
	}
	order := rng.Perm(n)
	inner := 1e-2
	for range epochs {
		rng.Shuffle(n, func(a, b int) { order[a], order[b] = order[b], order[a] })
		largest, steps := 0.0, 0
		for _, i := range order {
			c, y := p.cost[i], float64(p.sign[i])
			if c <= 0 {
				continue
			}
			a, b := norm[i], y*dot(i)
			one, two, sign := 2*i, 2*i+1, 1.0
			if 0.5*a*(alpha[two]-alpha[one])+b < 0 {
				one, two, sign = two, one, -1
			}
			before := alpha[one]
			z := before
			if c-z < 0.5*c {
				z *= 0.1
			}
			g := a*(z-before) + sign*b + math.Log(z/(c-z))
			largest = max(largest, math.Abs(g))
			for range 100 { // Newton
				if math.Abs(g) < inner {
					break
				}
				if t := z - g/(a+c/(c-z)/z); t > 0 {
					z = t
				} else {
					z *= 0.1
				}
				g = a*(z-before) + sign*b + math.Log(z/(c-z))
				steps++
			}
			alpha[one], alpha[two] = z, c-z
			move(i, sign*(z-before)*y)
		}
		if largest < tolerance {
			break
		}
		if steps <= n/10 {
			inner = max(1e-8, 0.1*inner)
		}
	}
	s := solution{weights: w}
	for c := range s.bias {
		s.bias[c] = constant + byChannel[c]
	}
	return s
}
