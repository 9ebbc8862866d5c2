package screen

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Texts that are alike are found by MinHash (Broder 1997) in bands of rows
// (Indyk and Motwani 1998): two texts of similarity s share a band with
// probability 1-(1-s^rows)^bands, which is 0.88 for s = 0.4, 0.99 for 0.5 and 0.0003
// for 0.02, what two reviews of one kind of goods usually have. Texts that share a
// band are compared exactly.
const (
	rows  = 3
	bands = 32

	// Of the texts in one band each is compared with so many that follow it in
	// an order of their hashes, so that a bucket takes linear time. The copies of
	// one text are neighbours of neighbours.
	neighbours = 16
)

// A text is what several messages say in the same letters.
type text struct {
	pairs    []uint32
	messages []int32 // in order of time
	own      int     // pairs shared with other messages of its group and rare elsewhere
}

// copied marks the texts of several accounts at one time.
func (v *view) copied() []finding {
	var groups [][]*text
	for _, g := range v.alike(v.texts()) {
		if v.accounts(flat(g)) >= v.MinGroup {
			groups = append(groups, g)
		}
	}
	groups = v.distinctive(groups)

	lengths := v.lengths()
	tests := float64(len(groups) * len(lengths))
	var fs []finding
	for _, g := range groups {
		own := make(map[int32]int)
		for _, t := range g {
			for _, m := range t.messages {
				own[m] = t.own
			}
		}
		messages := flat(g)
		all := v.accounts(messages)
		for _, w := range v.waves(messages, lengths) {
			chance := w.p * tests
			if chance > v.MaxChance {
				continue
			}
			wave := messages[w.first : w.last+1]
			inUse := float64(v.accounts(wave)) < v.Wave*float64(all)
			fs = append(fs, v.wave(wave, own, w.share, inUse, chance, tests)...)
		}
	}
	return fs
}

// lengths are the lengths of time in which a wave is looked for, in seconds.
func (v *view) lengths() []int64 {
	ls := []int64{secs(v.Window)}
	for _, l := range []int64{day / 24, day / 4, day} {
		if l < ls[0] {
			ls = append(ls, l)
		}
	}
	return ls
}

// flat returns the messages of a group in order of time.
func flat(g []*text) []int32 {
	var ms []int32
	for _, t := range g {
		ms = append(ms, t.messages...)
	}
	slices.Sort(ms)
	return ms
}

// texts returns the different texts that say enough, in the order of their
// hashes.
func (v *view) texts() []*text {
	var at []int32
	for i, m := range v.messages[:len(v.times)] {
		if len(m.pairs) >= v.MinText && !v.silent(m) {
			at = append(at, int32(i))
		}
	}
	slices.SortFunc(at, func(a, b int32) int {
		return cmp.Or(cmp.Compare(v.messages[a].letters, v.messages[b].letters), cmp.Compare(a, b))
	})
	var ts []*text
	for i, m := range at {
		if i == 0 || v.messages[m].letters != v.messages[at[i-1]].letters {
			ts = append(ts, &text{pairs: v.messages[m].pairs})
		}
		t := ts[len(ts)-1]
		t.messages = append(t.messages, m)
	}
	return ts
}

// alike returns the groups of texts that are connected by similarity, with those
// of one text alone.
func (v *view) alike(ts []*text) [][]*text {
	parent := make([]int32, len(ts))
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(i int32) int32 {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	type bucket struct {
		band uint64
		text int32
	}
	buckets := make([]bucket, len(ts))
	for band := range uint64(bands) {
		var odd [rows]uint32
		for r := range odd {
			odd[r] = uint32(mix(band*rows+uint64(r)+1)>>32) | 1
		}
		for i, t := range ts {
			least := [rows]uint32{math.MaxUint32, math.MaxUint32, math.MaxUint32}
			for _, p := range t.pairs { // p is a hash: a product is mixed enough
				least[0] = min(least[0], p*odd[0])
				least[1] = min(least[1], p*odd[1])
				least[2] = min(least[2], p*odd[2])
			}
			buckets[i] = bucket{mix(uint64(least[0])<<32|uint64(least[1])) ^ uint64(least[2]), int32(i)}
		}
		slices.SortFunc(buckets, func(a, b bucket) int {
			return cmp.Or(cmp.Compare(a.band, b.band), cmp.Compare(a.text, b.text))
		})
		for i, a := range buckets {
			for _, b := range buckets[i+1 : min(i+1+neighbours, len(buckets))] {
				if a.band != b.band {
					break
				}
				ra, rb := find(a.text), find(b.text)
				if ra != rb && jaccard(ts[a.text].pairs, ts[b.text].pairs) >= v.Similarity {
					parent[max(ra, rb)] = min(ra, rb)
				}
			}
		}
	}
	var groups [][]*text
	at := make(map[int32]int)
	for i, t := range ts {
		root := find(int32(i))
		if _, ok := at[root]; !ok {
			at[root] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[root]] = append(groups[at[root]], t)
	}
	return groups
}

// distinctive returns groups with the texts that share enough that is their own:
// pairs that other messages of the group have, and few of the rest. What is common
// in the whole set, such as stock phrases, does not count.
func (v *view) distinctive(groups [][]*text) [][]*text {
	everywhere := make(map[uint32]int)
	for _, g := range groups {
		for _, t := range g {
			for _, p := range t.pairs {
				everywhere[p] = 0
			}
		}
	}
	for _, m := range v.messages {
		for _, p := range m.pairs {
			if n, ok := everywhere[p]; ok {
				everywhere[p] = n + 1
			}
		}
	}
	var kept [][]*text
	for _, g := range groups {
		here, size := make(map[uint32]int), 0
		for _, t := range g {
			size += len(t.messages)
			for _, p := range t.pairs {
				here[p] += len(t.messages)
			}
		}
		rest := len(v.messages) - size
		g = slices.DeleteFunc(g, func(t *text) bool {
			t.own = 0
			for _, p := range t.pairs {
				if n := here[p]; n > 1 && float64(everywhere[p]-n) <= 1+v.Common*float64(rest) {
					t.own++
				}
			}
			return t.own < v.MinText
		})
		if v.accounts(flat(g)) >= v.MinGroup {
			kept = append(kept, g)
		}
	}
	return kept
}

// waves returns the windows of messages, which are alike and in order of time, in
// which accounts are crowded.
//
// The null hypothesis is a text that is in use: then each of its m accounts wrote
// at a time when others wrote. In a window with the share f of all other
// feedback, the probability that some one of them is followed there by
// k-1 others is at most m P(Bin(m-1, f) >= k-1).
func (v *view) waves(messages []int32, lengths []int64) []window {
	seen := make(map[uint64]bool)
	var first []int // of messages: the first of each account
	for i, m := range messages {
		if a := v.account(m); !seen[a] {
			seen[a] = true
			first = append(first, i)
		}
	}
	times := make([]int64, len(messages))
	for i, m := range messages {
		times[i] = v.messages[m].created
	}
	n := len(first)
	others := len(v.times) - len(messages)
	var ws []window
	for _, length := range lengths {
		last := 0
		for i := range first {
			start := times[first[i]]
			for last < n-1 && times[first[last+1]]-start <= length {
				last++
			}
			k := last - i + 1
			if k < v.MinGroup {
				continue
			}
			a, b := first[i], first[last]
			between := within(v.times, start, times[b]) - within(times, start, times[b])
			f := float64(between+1) / float64(others+1)
			if float64(k) < v.Lift*f*float64(n) {
				continue
			}
			if p := float64(n) * tail(n-1, k-1, f, 0); p <= v.MaxChance {
				ws = append(ws, window{a, b, p, float64(between) / float64(max(1, others))})
			}
		}
	}
	return pick(ws, len(messages))
}

// wave makes findings of messages that are alike and crowded in a time in which the
// shop has a share of its other feedback. Strangers are marked. Buyers are marked
// as well when the text is not in use and what they have in common is more:
// their purchases were made in concert; or when it is so much text that buyers who
// do not know each other cannot have written it.
func (v *view) wave(wave []int32, own map[int32]int, share float64, inUse bool, chance, tests float64) []finding {
	var strangers, buyers, verbatim []int32
	for _, m := range wave {
		switch {
		case v.link[m] != bought && v.link[m] != customer:
			strangers = append(strangers, m)
		case own[m] >= v.Verbatim:
			verbatim = append(verbatim, m)
			buyers = append(buyers, m)
		default:
			buyers = append(buyers, m)
		}
	}
	took := v.messages[wave[len(wave)-1]].created - v.messages[wave[0]].created
	common := func(members []int32) string {
		shared := math.MaxInt
		for _, m := range members {
			shared = min(shared, own[m])
		}
		return v.say("%d个账号在%s内发布相同或改写的同一段文字（每条至少有%d处少见的相邻字与其他条相同），而本店其余反馈只有%.1f%%在此期间；",
			"%d accounts posted the same text, or versions of it, within %s (at least %d uncommon pairs of characters of each recur in the others), a time with %.1f%% of the shop's other feedback; ",
			v.accounts(wave), v.span(took), shared, 100*share)
	}

	var fs []finding
	if v.accounts(strangers) >= v.MinGroup {
		fs = append(fs, finding{
			reason: ReasonCopiedText, members: strangers, score: 1 - chance,
			explain: common(strangers) + v.say("其中%d个账号没有对应的购买。", "%d of them have no purchase to show for it.", v.accounts(strangers)),
		})
	}
	if inUse {
		return fs
	}
	if v.accounts(verbatim) >= v.MinGroup {
		fs = append(fs, finding{
			reason: ReasonCopiedText, members: verbatim, score: 1 - chance,
			explain: common(verbatim) + v.say("如此长的文字不会由互不相识的买家各自写出。", "buyers who do not know each other do not write so long a text alike."),
		})
	}
	if together, p, took := v.together(buyers, wave); together != nil {
		if c := max(chance, p*tests); c <= v.MaxChance {
			fs = append(fs, finding{
				reason: ReasonCopiedText, members: together, score: 1 - c,
				explain: common(together) + v.say("其中%d个账号的订单又集中在%s内付款，远密于这些商品前后一周的销售。",
					"the orders of %d of them were paid within %s, too, far denser than the sales of these products in the week before and after.",
					v.accounts(together), v.span(took)),
			})
		}
	}
	return fs
}

// together returns those of buyers, writers of messages in a wave, whose orders
// were paid in concert, how likely chance makes that, and how long it took; nil
// when nobody's were.
//
// The null hypothesis is that they bought as others bought the same products: at
// any time, in the week before and after, or of those the ones who wrote in the
// days of the wave, who share a bad batch if there was one; whichever makes it
// likeliest. The bound is that of waves.
func (v *view) together(buyers, wave []int32) (members []int32, p float64, took int64) {
	type payment struct {
		paid    int64
		message int32
	}
	var payments []payment
	seen := make(map[uint64]bool)
	products := make(map[uint64]bool)
	var flow, writers []int64 // when the products were paid, by anybody, and by who wrote
	from, to := v.messages[wave[0]].created-day, v.messages[wave[len(wave)-1]].created+day
	for _, m := range buyers {
		if v.link[m] != bought || seen[v.account(m)] {
			continue
		}
		seen[v.account(m)] = true
		o := v.orders[v.of[m]]
		payments = append(payments, payment{o.paid, m})
		if !products[o.product] {
			products[o.product] = true
			for _, i := range v.ofProduct(o.product) {
				flow = append(flow, v.orders[i].paid)
			}
			for _, d := range v.deeds[o.product] {
				if _, same := slices.BinarySearch(wave, d.message); !same && from <= d.wrote && d.wrote <= to {
					writers = append(writers, d.paid)
				}
			}
		}
	}
	if len(payments) < v.MinGroup {
		return nil, 1, 0
	}
	slices.Sort(flow)
	slices.Sort(writers)
	slices.SortFunc(payments, func(a, b payment) int {
		return cmp.Or(cmp.Compare(a.paid, b.paid), cmp.Compare(a.message, b.message))
	})
	best := window{p: math.Inf(1)}
	for _, length := range v.lengths() {
		last := 0
		for i, start := range payments {
			for last < len(payments)-1 && payments[last+1].paid-start.paid <= length {
				last++
			}
			k, from, to := last-i+1, start.paid, payments[last].paid
			near := sort.Search(len(payments), func(i int) bool { return payments[i].paid > to+week }) -
				sort.Search(len(payments), func(i int) bool { return payments[i].paid >= from-week })
			others := within(flow, from, to) - k
			f := float64(others+1) / float64(len(flow)-len(payments)+1)
			f = max(f, share(others, within(flow, from-week, to+week)-near, f))
			f = max(f, share(within(writers, from, to), len(writers), f))
			if k < v.MinGroup || float64(k) < v.Lift*f*float64(near) {
				continue
			}
			if p := float64(near) * tail(near-1, k-1, f, parcels); p < best.p {
				best = window{first: i, last: last, p: p}
			}
		}
	}
	if math.IsInf(best.p, 1) {
		return nil, 1, 0
	}
	for _, p := range payments[best.first : best.last+1] {
		members = append(members, p.message)
	}
	return members, best.p, payments[best.last].paid - payments[best.first].paid
}

// within returns how many of sorted times are from a to b, both included.
func within(sorted []int64, a, b int64) int {
	return sort.Search(len(sorted), func(i int) bool { return sorted[i] > b }) -
		sort.Search(len(sorted), func(i int) bool { return sorted[i] >= a })
}

// ofProduct returns the paid orders of a product by time.
func (v *view) ofProduct(product uint64) []int32 {
	from := sort.Search(len(v.products), func(i int) bool { return v.orders[v.products[i]].product >= product })
	to := sort.Search(len(v.products), func(i int) bool { return v.orders[v.products[i]].product > product })
	return v.products[from:to]
}
