package linear

import (
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// terms returns an output as a weighted sum of outputs that are none.
func (m *Model) terms(i int) []term {
	if t := m.outputs[i].terms; len(t) > 0 {
		return t
	}
	return []term{{i, 1}}
}

// factor is what a term of a sum multiplies the weights of its features by, bounded
// so that no sum of them overflows.
func (m *Model) factor(t term) float32 {
	return float32(max(-1e27, min(1e27, t.weight*m.outputs[t.output].scale)))
}

// ClauseOdds are the log-odds of an output for the clauses of a text, by the
// features that start in them. A feature counts for the clause alone in which it
// stands first, but for outputs of clauses, whose features count wherever they stand.
type ClauseOdds struct {
	_ [0]func()

	Max, Min    float64 // of any clause
	First, Last float64 // of the first clause and the last
}

// Clauses appends to dst the log-odds of outputs for the clauses of the text read
// last: where opposite things are said, they lie far apart while the whole text
// is undecided. A text without a clause has what nothing has.
func (r *Reading) Clauses(dst []ClauseOdds, outputs ...int) []ClauseOdds {
	for _, i := range outputs {
		r.points = slices.Grow(r.points[:0], len(r.clauses))[:len(r.clauses)]
		clear(r.points)
		bias := r.m.outputs[i].bias[r.channel]
		for _, t := range r.m.terms(i) {
			if t.output != i {
				bias += t.weight * r.m.outputs[t.output].bias[r.channel]
			}
			r.addClauses(t.output, r.m.factor(t))
		}
		odds := ClauseOdds{Max: bias, Min: bias, First: bias, Last: bias}
		for k := range r.clauses {
			c := &r.clauses[k]
			z := bias + float64(r.points[k])*c.norm()
			if k == 0 {
				odds = ClauseOdds{Max: z, Min: z, First: z}
			}
			odds.Max, odds.Min, odds.Last = max(odds.Max, z), min(odds.Min, z), z
		}
		dst = append(dst, odds)
	}
	return dst
}

// addClauses adds to the points of each clause what starts in it.
func (r *Reading) addClauses(output int, scale float32) {
	if d := r.m.where[output]; d >= 0 && d < wordLen {
		for k := range r.clauses {
			r.points[k] += float32(r.clauses[k].dense[d]) * scale
		}
		return
	}
	k := 0
	for _, w := range r.weights(output) {
		at := w.from()
		for k > 0 && at < int(r.clauses[k-1].to) { // single characters come before others
			k--
		}
		for k < len(r.clauses) && at >= int(r.clauses[k].to) {
			k++
		}
		if k < len(r.clauses) && at >= int(r.clauses[k].from) {
			r.points[k] += float32(w.weight) * scale
		}
	}
}

// A weight is that of what stands at a span for an output.
type weight struct {
	span
	weight int32
}

// weights returns the weights that are not 0 of the hits for an output that is no sum.
// The slice is good until the next call.
func (r *Reading) weights(output int) []weight {
	m, at := r.m, int(r.m.where[output])
	switch {
	case at < 0:
		r.weighed = slices.Grow(r.weighed[:0], len(r.more)+1)
		all, n := r.weighed[:len(r.more)+1], 0
		for _, h := range r.more {
			all[n] = weight{h.span, m.further(h.first, output)}
			if all[n].weight != 0 {
				n++
			}
		}
		return all[:n]
	case at < wordLen:
		return r.weightsIn(r.hits, 0, at)
	case m.outputs[output].clause:
		return r.weightsIn(r.long, at/wordLen, at%wordLen)
	}
	return r.weightsIn(r.rows, at/wordLen, at%wordLen)
}

// weightsIn returns those in a lane of a word of hits.
func (r *Reading) weightsIn(hits []hit, word, lane int) []weight {
	r.weighed = slices.Grow(r.weighed[:0], len(hits)+1)
	all, n := r.weighed[:len(hits)+1], 0
	words := r.m.words
	for _, h := range hits {
		w := words[int(h.first)+word].weight(lane)
		all[n] = weight{h.span, w}
		if w != 0 { // without a branch
			n++
		}
	}
	return all[:n]
}

// Evidence appends to dst, for each of outputs, the words of the text read last
// that speak most for it: of the clause that does so most, the run of characters
// with the largest sum. It is the zero Evidence when nothing in the text speaks
// for an output.
func (r *Reading) Evidence(dst []ccr.Evidence, outputs ...int) []ccr.Evidence {
	for _, i := range outputs {
		from, to := r.spread(i)
		var e ccr.Evidence
		best := float32(0)
		for k := range r.clauses {
			c := &r.clauses[k]
			run, sum, start, end := largestRun(r.points, max(from, int(c.from)), min(to, int(c.to)))
			if run > 0 && sum+run > best {
				best = sum + run
				e = ccr.Evidence{Start: int(r.scan.offsets[start]), End: int(r.scan.offsets[end])}
			}
		}
		dst = append(dst, e)
	}
	return dst
}

// spread fills points with what each character adds to the log-odds of output i, and
// returns between which characters that is anything. Every n-gram gives its characters
// equal shares.
func (r *Reading) spread(i int) (from, to int) {
	n := len(r.scan.codes) + MaxOrder
	r.points = slices.Grow(r.points[:0], n)[:n]
	points := r.points
	clear(points)
	from = n
	for _, t := range r.m.terms(i) {
		scale := r.m.factor(t)
		norm, end, k := float32(r.norm), n, 0 // up to which character norm is right
		if r.m.outputs[t.output].clause {
			end = 0
		}
		for _, w := range r.weights(t.output) {
			for ; w.from() >= end; k++ {
				norm, end = float32(r.pieces[k].norm()), int(r.pieces[k].to)
			}
			add(points, w.span, float32(w.weight)*scale*norm)
			from, to = min(from, w.from()), max(to, w.from()+MaxOrder)
		}
	}
	return from, to
}

// shares are those of the characters of an n-gram, by its length less 1.
var shares = [MaxOrder][MaxOrder]float32{{1}, {1. / 2, 1. / 2}, {1. / 3, 1. / 3, 1. / 3}, {1. / 4, 1. / 4, 1. / 4, 1. / 4}}

// add gives p to the characters of an n-gram: nothing to those behind it, without
// a branch.
func add(points []float32, s span, p float32) {
	share := &shares[s&(1<<lenBits-1)]
	points = points[s.from():][:MaxOrder]
	points[0] += p * share[0]
	points[1] += p * share[1]
	points[2] += p * share[2]
	points[3] += p * share[3]
}

// largestRun returns the run of points[from:to] with the largest sum, and the sum
// of all of them.
func largestRun(points []float32, from, to int) (best, total float32, start, end int) {
	sum, open := float32(0), from
	for k := from; k < to; k++ {
		total += points[k]
		if sum <= 0 {
			sum, open = 0, k
		}
		if sum += points[k]; sum > best {
			best, start, end = sum, open, k+1
		}
	}
	return best, total, start, end
}
