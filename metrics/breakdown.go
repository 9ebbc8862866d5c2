package metrics

import "github.com/ccrkit/ccrkit/ccr"

// A Breakdown accumulates the CCR by key. Make one with [NewBreakdown] or
// [NewTagBreakdown]; the zero Breakdown puts all orders under the zero key.
// Only counted verdicts enter. Memory is some 50 bytes and the
// key itself for each key.
type Breakdown[K comparable] struct {
	_ [0]func()

	key  func(*ccr.Verdict) K
	rows index[K]

	// Of a breakdown by tags; total is the Den of all its rows.
	tags   func(*ccr.Verdict) []K
	tagged counts[K]
	total  Rate
}

// NewBreakdown returns a Breakdown by key: each row has the negative orders of
// the counted orders with that key. For a combination K is an array or struct.
// key must be a pure function of the verdict.
func NewBreakdown[K comparable](key func(*ccr.Verdict) K) *Breakdown[K] {
	return &Breakdown[K]{key: key}
}

// NewTagBreakdown returns a Breakdown by tags, of which a verdict may have
// several, such as its problems or [ccr.Verdict.Channels]: each row has the
// negative orders with that tag of all counted orders. tags is called for
// negative verdicts only and must be a pure function of the verdict; a tag
// that it repeats counts once, and its result is not kept.
func NewTagBreakdown[K comparable](tags func(*ccr.Verdict) []K) *Breakdown[K] {
	return &Breakdown[K]{tags: tags}
}

// Add counts one verdict.
func (b *Breakdown[K]) Add(v *ccr.Verdict) {
	if !v.Counted {
		return
	}
	if b.tags != nil {
		b.addTags(v)
		return
	}
	var k K
	if b.key != nil {
		k = b.key(v)
	}
	r := b.rows.at(k)
	r.Den++
	if v.Negative {
		r.Num++
	}
}

func (b *Breakdown[K]) addTags(v *ccr.Verdict) {
	b.total.Den++
	if !v.Negative {
		return
	}
	b.total.Num++
	tags := b.tags(v)
next:
	for i, k := range tags {
		for _, seen := range tags[:i] {
			if seen == k {
				continue next
			}
		}
		b.tagged.add(k, 1)
	}
}

// Merge adds what o has accumulated. Both must be by the same key or tags.
func (b *Breakdown[K]) Merge(o *Breakdown[K]) {
	if o == nil {
		return
	}
	for _, e := range o.rows.entries {
		r := b.rows.at(e.key)
		*r = r.Add(e.rate)
	}
	b.total = b.total.Add(o.total)
	b.tagged.merge(o.tagged)
}

// Total returns the rate of all counted orders together.
func (b *Breakdown[K]) Total() Rate {
	total := b.total
	for _, e := range b.rows.entries {
		total = total.Add(e.rate)
	}
	return total
}

// Rows returns a row for each key, the greatest [Row.Shrunken] first and then
// by key. Nil opts are the defaults. Cost is that of sorting the rows.
func (b *Breakdown[K]) Rows(opts *RowOptions) []Row[K] {
	if b.tags != nil {
		return b.tagged.rows(b.total.Den, opts)
	}
	rows := make([]Row[K], len(b.rows.entries))
	for i, e := range b.rows.entries {
		rows[i] = Row[K]{Key: e.key, Rate: e.rate}
	}
	return finish(rows, opts)
}
