package linear

import "slices"

// A hit is a feature found in a text, where it stands first.
type hit struct {
	first uint32 // index of the first word of the feature
	span
}

// A candidate is an n-gram that the filter lets pass. Its id is its key, and when that
// is found its number.
type candidate struct {
	id uint32
	span
}

// A span is where an n-gram stands: the index of its first character in the scan,
// above its length less 1.
type span uint32

const lenBits = 2

func (s span) from() int { return int(s >> lenBits) }

// A zone is the characters that a negator marks, as indexes into the scan.
type zone struct{ from, to int }

// split finds the clauses of the text, its pieces and what its negators mark.
func (r *Reading) split() {
	r.clauses, r.zones, r.pieces = r.clauses[:0], r.zones[:0], r.pieces[:0]
	from, last := 1, &zone{}
	var p piece
	kind := &readsAs().kind
	for _, m := range r.scan.marks {
		at := int(m)
		switch {
		case kind[r.scan.codes[at]]&ends != 0:
			if at > from {
				r.clauses = append(r.clauses, clause{piece: piece{int32(from), int32(at)}})
			}
			from = at + 1
			last.to = min(last.to, at)
			if p.to = int32(at); p.to-p.from >= minPiece {
				r.pieces = append(r.pieces, p)
				p.from = p.to
			}
		case at+1 < last.to:
			last.to = at + 1 + negationReach
		default:
			r.zones = append(r.zones, zone{at + 1, at + 1 + negationReach})
			last = &r.zones[len(r.zones)-1]
		}
	}
	last.to = min(last.to, len(r.scan.codes))
	if end := len(r.scan.codes) - 1; end > from {
		r.clauses = append(r.clauses, clause{piece: piece{int32(from), int32(end)}})
	}
	if p.to = int32(len(r.scan.codes)); p.to-p.from >= minPiece || len(r.pieces) == 0 {
		r.pieces = append(r.pieces, p)
	} else {
		r.pieces[len(r.pieces)-1].to = p.to
	}
}

// block is the number of characters that are looked up at a time.
const block = 512

// find collects the features of the text: its characters first, then longer n-grams. It
// does so block by block, in loops that know few branches, so that the processor can
// wait for many places of memory at once and what lies between the loops stays near it.
func (r *Reading) find() {
	if need := int(r.m.none/64) + 1; len(r.seen) < need {
		r.seen = make([]uint64, need)
	}
	if r.found == nil {
		r.found = make([]candidate, (MaxOrder+1)*block+1)
	}
	r.split()
	codes, zones := r.scan.codes, r.zones
	r.hits = r.hits[:0]
	for from := 0; from < len(codes); from += block {
		to := min(from+block, len(codes))
		r.found = r.found[:to-from]
		for i, code := range codes[from:to] {
			r.found[i] = candidate{r.m.single[code], span(from+i) << lenBits}
		}
		r.add()
	}
	r.single = len(r.hits)
	r.long = r.long[:0]
	for from := 0; from < len(codes); from += block {
		zones = r.pass(from, min(from+block, len(codes)), zones)
		for i := range r.found {
			r.found[i].id = r.m.find(r.found[i].id)
		}
		r.add()
		if r.m.longs > 0 {
			r.addLong()
		}
	}
	for _, h := range r.hits {
		r.seen[r.m.number(h.first)/64] = 0
	}
}

// pass fills r.found with the n-grams that start in codes[from:to], of more than one
// character or behind a negator, and that the filter lets pass. It returns the zones that
// reach beyond.
func (r *Reading) pass(from, to int, zones []zone) []zone {
	codes := r.scan.codes
	r.found = r.found[:0]
	for ; len(zones) > 0 && zones[0].from < to; zones = zones[1:] {
		z := zones[0]
		r.grams(from, z.from)
		for from = max(from, z.from); from < min(to, z.to); from++ {
			r.grams(from, from+1)
			h := next(seedNegated, codes[from])
			r.gram(h, from, 1)
			if from+1 < min(z.to, len(codes)-1) {
				r.gram(next(h, codes[from+1]), from, 2)
			}
		}
		if to < z.to {
			return zones
		}
	}
	r.grams(from, to)
	return zones
}

// grams adds to r.found the n-grams of more than one character, but for those behind
// negators, that start in codes[from:to].
func (r *Reading) grams(from, to int) {
	codes := r.scan.codes
	order := r.m.order
	if whole := min(to, len(codes)-order+1); from < whole && order >= 3 {
		n := len(r.found)
		n += longest(r.found[n:cap(r.found)], codes[from:whole+order-1], order, span(from)<<lenBits, r.m.filter)
		r.found = r.found[:n]
		from = whole
	}
	for ; from < to; from++ {
		h := next(seedPlain, codes[from])
		for k, code := range codes[from+1 : max(from+1, min(from+order, len(codes)))] {
			h = next(h, code)
			r.gram(h, from, k+2)
		}
	}
}

// gram adds an n-gram to r.found.
func (r *Reading) gram(hash uint64, from, length int) {
	n := put(r.found[:cap(r.found)], len(r.found), hash, span(from<<lenBits|(length-1)), r.m.filter)
	r.found = r.found[:n]
}

// put makes an n-gram found[n] and returns n+1 when the filter lets it pass, else n,
// without a branch.
func put(found []candidate, n int, hash uint64, at span, filter []uint64) int {
	k := uint32(hash >> 33)
	found[n].id, found[n].span = k, at
	return n + passes(k, filter)
}

// longest puts into found the n-grams of codes, of more than one character, that start
// where one of the given length does, 3 or 4, the first of them at the given span, and
// returns their number.
func longest(found []candidate, codes []uint16, length int, at span, filter []uint64) int {
	n := 0
	for ; len(codes) >= length && len(codes) >= 3; codes = codes[1:] { // which the compiler does not know of length
		h := next(next(seedPlain, codes[0]), codes[1])
		n = put(found, n, h, at|1, filter)
		h = next(h, codes[2])
		n = put(found, n, h, at|2, filter)
		if length > 3 && len(codes) > 3 {
			n = put(found, n, next(h, codes[3]), at|3, filter)
		}
		at += 1 << lenBits
	}
	return n
}

// add adds those of r.found that are features, by their numbers now, to the hits, each
// once.
func (r *Reading) add() {
	t, seen, none := r.m.table, r.seen, r.m.none
	seen[none/64] |= 1 << (none % 64)
	r.hits = slices.Grow(r.hits, len(r.found)+1)
	hits, n := r.hits[:cap(r.hits)], len(r.hits)
	for _, c := range r.found {
		number := c.id
		hits[n] = hit{t.first(number), c.span}
		w := &seen[number/64]
		n += int(^*w >> (number % 64) & 1) // without a branch
		*w |= 1 << (number % 64)
	}
	r.hits = hits[:n]
	seen[none/64] &^= 1 << (none % 64)
}

// addLong adds those of r.found that have weights for clauses to r.long.
func (r *Reading) addLong() {
	longs, stride := r.m.longs, r.m.longStride
	r.long = slices.Grow(r.long, len(r.found)+1)
	long, n := r.long[:cap(r.long)], len(r.long)
	for _, c := range r.found {
		long[n] = hit{c.id * stride, c.span}
		if c.id < longs { // without a branch
			n++
		}
	}
	r.long = long[:n]
}
