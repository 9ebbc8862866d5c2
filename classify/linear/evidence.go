package linear

import (
	"math"
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// lengthShare is 1 / the length of an n-gram.
var lengthShare = [MaxOrder + 1]float32{1: 1, 2: 1. / 2, 3: 1. / 3, 4: 1. / 4}

// A demand says which outputs are asked for: by output, the row of r.points that
// is its own plus one, and by what its weights are multiplied. An output may be
// asked for by itself and in a sum, each in a row of its own, hence the list.
type demand struct {
	output int
	row    int
	scale  float32
}

// spread fills one row of points for each of outputs with what each character
// adds to its log-odds, before they are divided by the root of a length. Every
// n-gram gives its characters equal shares or, when whole, all to its first one.
func (r *Reading) spread(outputs []int, whole bool) {
	n := len(r.scan.codes)
	r.points = slices.Grow(r.points[:0], n*len(outputs))[:n*len(outputs)]
	clear(r.points)
	r.demands = r.demands[:0]
	for row, i := range outputs {
		o := &r.m.outputs[i]
		if len(o.terms) == 0 {
			r.demands = append(r.demands, demand{i, row, float32(o.scale)})
		}
		for _, t := range o.terms {
			r.demands = append(r.demands, demand{t.output, row, float32(t.weight * r.m.outputs[t.output].scale)})
		}
	}
	r.sparse = r.sparse[:0]
	for _, d := range r.demands {
		if k := slices.Index(r.m.dense[:], int32(d.output)); k >= 0 {
			r.spreadDense(k, d, whole)
		} else {
			r.sparse = append(r.sparse, d)
		}
	}
	sparse := r.sparse
	if len(sparse) == 0 {
		return
	}
	if cap(r.asked) < len(r.m.outputs) {
		r.asked = make([]bool, len(r.m.outputs))
	}
	asked := r.asked[:len(r.m.outputs)]
	for _, d := range sparse {
		asked[d.output] = true
	}
	for i := range r.hits {
		h := &r.hits[i]
		k := h.slot.rest()
		if k == 0 {
			continue
		}
		for {
			e := r.m.rest[k]
			if asked[e.output()] {
				for _, d := range sparse {
					if d.output == e.output() {
						r.give(h, d, e.weight(), whole)
					}
				}
			}
			if e&last != 0 {
				break
			}
			k++
		}
	}
	for _, d := range sparse {
		asked[d.output] = false
	}
}

// spreadDense is spread for a dense output.
func (r *Reading) spreadDense(k int, d demand, whole bool) {
	points := r.points[d.row*len(r.scan.codes):][:len(r.scan.codes)]
	if whole {
		for i := range r.hits {
			h := &r.hits[i]
			points[h.at] += float32(h.slot.weight(k)) * d.scale
		}
		return
	}
	for i := range r.hits {
		h := &r.hits[i]
		if w := h.slot.weight(k); w != 0 {
			r.give(h, d, w, whole)
		}
	}
}

// give adds to the points of the characters of h.
func (r *Reading) give(h *hit, d demand, weight int32, whole bool) {
	points := r.points[d.row*len(r.scan.codes):]
	p := float32(weight) * d.scale
	if whole {
		points[h.at] += p
		return
	}
	p *= lengthShare[h.len]
	for k := h.at; k < h.at+h.len; k++ {
		points[k] += p
	}
}

// clauses calls yield with the first character of each clause of the text and
// the one behind its last, as indexes into the scan.
func (r *Reading) clauses(yield func(from, to int)) {
	kinds := &readsAs().kind
	from := 1
	for k := 1; k < len(r.scan.codes); k++ {
		if k == len(r.scan.codes)-1 || kinds[r.scan.codes[k]]&ends != 0 {
			if k > from {
				yield(from, k)
			}
			from = k + 1
		}
	}
}

// ClauseOdds are the log-odds of an output for the clauses of a text, by the
// features that start in them. A feature counts for the clause alone in which it
// stands first.
type ClauseOdds struct {
	_ [0]func()

	Max, Min    float64
	First, Last float64
}

// Clauses appends to dst the log-odds of outputs for the clauses of the text read
// last: where opposite things are said, they lie far apart while the whole text
// is undecided. A text without a clause has what nothing has.
func (r *Reading) Clauses(dst []ClauseOdds, outputs ...int) []ClauseOdds {
	r.spread(outputs, true)
	n := len(r.scan.codes)
	for row, i := range outputs {
		points := r.points[row*n : (row+1)*n]
		o := &r.m.outputs[i]
		bias := o.bias[r.channel]
		for _, t := range o.terms {
			bias += t.weight * r.m.outputs[t.output].bias[r.channel]
		}
		odds := ClauseOdds{Max: math.Inf(-1), Min: math.Inf(1)}
		clauses := 0
		r.clauses(func(from, to int) {
			sum := float32(0)
			for _, p := range points[from:to] {
				sum += p
			}
			z := bias + float64(sum)/math.Sqrt(float64(to-from+1))
			odds.Max, odds.Min, odds.Last = max(odds.Max, z), min(odds.Min, z), z
			if clauses++; clauses == 1 {
				odds.First = z
			}
		})
		if clauses == 0 {
			odds = ClauseOdds{Max: bias, Min: bias, First: bias, Last: bias}
		}
		dst = append(dst, odds)
	}
	return dst
}

// Evidence appends to dst, for each of outputs, the words of the text read last
// that speak most for it: of the clause that does so most, the run of characters
// with the largest sum. It is the zero Evidence when nothing in the text speaks
// for an output.
func (r *Reading) Evidence(dst []ccr.Evidence, outputs ...int) []ccr.Evidence {
	r.spread(outputs, false)
	n := len(r.scan.codes)
	for row := range outputs {
		points := r.points[row*n : (row+1)*n]
		var e ccr.Evidence
		best := float32(0)
		r.clauses(func(from, to int) {
			sum := float32(0)
			for _, p := range points[from:to] {
				sum += p
			}
			if run, start, end := largestRun(points, from, to); run > 0 && sum+run > best {
				best = sum + run
				e = ccr.Evidence{Start: int(r.scan.offsets[start]), End: int(r.scan.offsets[end])}
			}
		})
		dst = append(dst, e)
	}
	return dst
}

// largestRun returns the run of points[from:to] with the largest sum.
func largestRun(points []float32, from, to int) (best float32, start, end int) {
	sum, open := float32(0), from
	for k := from; k < to; k++ {
		if sum <= 0 {
			sum, open = 0, k
		}
		if sum += points[k]; sum > best {
			best, start, end = sum, open, k+1
		}
	}
	return best, start, end
}
