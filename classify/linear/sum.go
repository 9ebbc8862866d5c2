package linear

import (
	"math"
	"slices"
)

// sum adds up the weights of the hits, of the text and of its clauses.
func (r *Reading) sum() {
	m := r.m
	r.sums = slices.Grow(r.sums[:0], len(m.outputs))[:len(m.outputs)]
	clear(r.sums)
	r.fetch()
	r.sumClauses()
	r.more = r.more[:0]
	if m.rowsEnd > 0 {
		r.sumRows()
	}
	if len(m.tails) > 0 {
		r.sumTails()
	}
	if len(m.long) > 0 {
		r.sumPieces()
	}
}

// fetch looks at a word of every hit and at one of every row's part for clauses, so that
// the processor asks for all of them at once, which it cannot where they are added up.
func (r *Reading) fetch() {
	words := r.m.words
	var fetched word
	for _, h := range r.hits {
		fetched |= words[h.first]
	}
	for _, h := range r.long {
		fetched |= words[h.first+r.m.stride]
	}
	r.fetched = fetched
}

// sumClauses adds the dense weights of the text and of each clause, and finds the hits
// that have a row.
func (r *Reading) sumClauses() {
	r.rows = slices.Grow(r.rows[:0], len(r.hits)+1)
	r.between = slices.Grow(r.between[:0], len(r.hits)+1)
	var all [wordLen]int64
	left := [2][]hit{r.hits[:r.single], r.hits[r.single:]}
	for k := range r.clauses {
		c := &r.clauses[k]
		r.between = r.take(r.between, &left, span(c.from)<<lenBits, &all)
		c.dense = [wordLen]int64{}
		r.rows = r.take(r.rows, &left, span(c.to)<<lenBits, &c.dense)
		for d := range all {
			all[d] += c.dense[d]
		}
	}
	r.between = r.take(r.between, &left, math.MaxUint32, &all)
	r.rows = append(r.rows, r.between...)
	for d, o := range r.m.dense {
		r.sums[o] = all[d]
	}
}

// take takes the hits that stand before a span from the left ones. It adds their dense
// weights to sums, and those that have a row to rows, which has room for them.
func (r *Reading) take(rows []hit, left *[2][]hit, to span, sums *[wordLen]int64) []hit {
	words, end := r.m.words, r.m.rowsEnd
	dst, n := rows[:cap(rows)], len(rows)
	var t total
	added := 0
	for k, hits := range left {
		i := 0
		for ; i < len(hits) && hits[i].span < to; i++ {
			if added == maxAdded {
				t.addTo(sums, added)
				t, added = total{}, 0
			}
			t = t.plus(words[hits[i].first])
			added++
			dst[n] = hits[i]
			if hits[i].first < end { // without a branch
				n++
			}
		}
		left[k] = hits[i:]
	}
	if added > 0 {
		t.addTo(sums, added)
	}
	return dst[:n]
}

// sumRows adds the weights that are in rows.
func (r *Reading) sumRows() {
	m := r.m
	var sums [wordLen + maxInRows]int64 // by lane
	m.addRows(sums[:], r.rows, 0, int(m.stride))
	for i, o := range m.inRows {
		r.sums[o] = sums[wordLen+i]
	}
}

// addRows adds up so many words of the rows of hits, from one on, in lanes.
func (t *table) addRows(sums []int64, hits []hit, from, words int) {
	for len(hits) > 0 {
		some := hits[:min(maxAdded, len(hits))]
		hits = hits[len(some):]
		for k := 0; k < words; k += rowStep {
			var a, b, c, d total
			words := t.words[from+k:]
			for _, h := range some {
				w := (*[rowStep]word)(words[h.first:])
				a, b, c, d = a.plus(w[0]), b.plus(w[1]), c.plus(w[2]), d.plus(w[3])
			}
			for i, t := range [rowStep]total{a, b, c, d} {
				t.addTo((*[wordLen]int64)(sums[(k+i)*wordLen:]), len(some))
			}
		}
	}
}

// bestScale is what the sums of pieces are multiplied by, to be compared as integers.
const bestScale = 1 << 30

// sumPieces finds the sums of the piece that has most.
func (r *Reading) sumPieces() {
	m := r.m
	best := r.best[:len(m.long)]
	for i := range best {
		best[i] = math.MinInt64
	}
	left := r.long
	for _, p := range r.pieces {
		n := 0
		for n < len(left) && left[n].from() < int(p.to) {
			n++
		}
		var sums [maxLong]int64
		m.addRows(sums[:], left[:n], int(m.stride), m.longWords())
		left = left[n:]
		norm := int64(math.Round(bestScale * p.norm()))
		for i := range best {
			best[i] = max(best[i], sums[i]*norm)
		}
	}
}

// sumTails adds the weights that are in tails.
func (r *Reading) sumTails() {
	m := r.m
	for _, h := range r.rows {
		k := m.tail[h.first]
		if k == 0 {
			continue
		}
		r.more = append(r.more, h)
		for ; ; k++ {
			t := &m.tails[k]
			for l, o := range t.output {
				r.sums[o] += int64(t.weight[l])
			}
			if t.last {
				break
			}
		}
	}
}
