package screen

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/ccrkit/ccrkit/ccr"
)

// buyerBursts marks the feedback of an account that judged in one hour many
// purchases of one day, or many without a purchase.
//
// A sitting is what an account writes within an hour; its size is the number of
// orders, of those paid within one day, and of messages that belong to none of its
// own. Sizes are taken to be geometric, with the ratio of this shop, or 0.3 where
// that is more: who buys much in a day judges much in an hour, and most shops see
// this too rarely to know how rare it is.
func (v *view) buyerBursts() []finding {
	const leastRatio = 0.3
	byAccount := make([]int32, 0, len(v.times))
	for i, m := range v.messages[:len(v.times)] {
		question := m.channel == ccr.ChannelInquiry && v.link[i] != bought // of a chat of many lines
		if !v.silent(m) && !question && v.account(int32(i)) != 0 {
			byAccount = append(byAccount, int32(i))
		}
	}
	slices.SortFunc(byAccount, func(a, b int32) int {
		return cmp.Or(cmp.Compare(v.account(a), v.account(b)), cmp.Compare(a, b))
	})
	type sitting struct {
		members []int32
		size    int
	}
	var large []sitting
	sittings, total := 0, 0
	for i := 0; i < len(byAccount); {
		j := i + 1
		for j < len(byAccount) && v.account(byAccount[j]) == v.account(byAccount[i]) &&
			v.messages[byAccount[j]].created-v.messages[byAccount[i]].created <= day/24 {
			j++
		}
		s := sitting{size: 1}
		if j-i > 1 {
			s.members, s.size = v.ofOneDay(byAccount[i:j])
		}
		sittings++
		total += s.size
		if s.size >= v.MinBurst {
			large = append(large, s)
		}
		i = j
	}
	var fs []finding
	for _, s := range large {
		// The mean of a geometric distribution with the ratio r is 1/(1-r); the
		// sitting itself is left out, and a sitting of two put in.
		others, sum := float64(sittings), float64(total-s.size+2)
		r := max(leastRatio, 1-others/sum)
		if chance := float64(sittings) * math.Pow(r, float64(s.size-1)); chance <= v.MaxChance {
			fs = append(fs, finding{
				reason: ReasonBuyerBurst, members: s.members, score: 1 - chance,
				explain: v.say("同一账号在一小时内评价了%d笔一天之内付款或没有购买记录的订单；本店账号每次平均评价%.2f笔。",
					"One account judged within an hour %d orders, all paid within a day or none of its own; the accounts of this shop judge %.2f at a time.",
					s.size, (sum-2)/max(1, others-1)),
			})
		}
	}
	return fs
}

// ofOneDay returns those of an account's messages that are about no order of its
// own, or about the orders paid within the fullest day, and the number of
// such messages and orders.
func (v *view) ofOneDay(messages []int32) (members []int32, size int) {
	var paid []int32 // messages about own orders
	for _, m := range messages {
		if v.link[m] == bought {
			paid = append(paid, m)
		} else {
			members = append(members, m)
		}
	}
	size = len(members)
	when := func(m int32) int64 { return v.orders[v.of[m]].paid }
	slices.SortFunc(paid, func(a, b int32) int {
		return cmp.Or(cmp.Compare(when(a), when(b)), cmp.Compare(v.of[a], v.of[b]), cmp.Compare(a, b))
	})
	most, from, to := 0, 0, 0
	for i, j, orders := 0, 0, 0; i < len(paid); i++ {
		for ; j < len(paid) && when(paid[j])-when(paid[i]) <= day; j++ {
			if j == 0 || v.of[paid[j]] != v.of[paid[j-1]] {
				orders++
			}
		}
		if orders > most {
			most, from, to = orders, i, j
		}
		if i+1 < len(paid) && v.of[paid[i]] != v.of[paid[i+1]] {
			orders--
		}
	}
	return append(members, paid[from:to]...), size + most
}

// The correlation of what buyers do who paid at one time: what is sent on one day
// comes, and is opened, on one day.
const parcels = 0.05

// productBursts marks the feedback of buyers of one product who paid in the same
// hours and wrote in the same hours. Either alone is honest: a flash sale has
// everybody pay at once, and news of a bad batch has everybody write at once.
//
// Of the buyers of some hours who write at all, those who write in one later hour
// are held against the largest of these shares: of the messages of the shop, and
// of the product, that come so long after payment; of the product's other buyers
// of the days or weeks around, who wrote in that very hour.
func (v *view) productBursts() []finding {
	var all []deed
	for _, deeds := range v.deeds {
		all = append(all, deeds...)
	}
	shop := delays(all)
	products := make([]uint64, 0, len(v.deeds))
	for p := range v.deeds {
		products = append(products, p)
	}
	slices.Sort(products)

	type suspect struct {
		cell   cell
		k, all int
		q, p   float64
	}
	var suspects []suspect
	tests := 0
	for _, p := range products {
		own := delays(v.deeds[p])
		for _, hours := range [][2]int64{{6, 1}, {24, 6}} { // to pay in, and to write in
			cells, n := v.cells(v.deeds[p], hours[0]*day/24, hours[1]*day/24)
			tests += n
			for _, c := range cells {
				k, all, q := v.crowd(v.deeds[p], shop, own, c)
				if float64(k) < v.Lift*q*float64(all) {
					continue
				}
				if p := tail(all, k, q, parcels); p <= v.MaxChance {
					suspects = append(suspects, suspect{c, k, all, q, p})
				}
			}
		}
	}
	var fs []finding
	for _, s := range suspects {
		chance := s.p * float64(tests)
		if chance > v.MaxChance {
			continue
		}
		fs = append(fs, finding{
			reason: ReasonProductBurst, members: s.cell.messages, score: 1 - chance,
			explain: v.say("同一商品在%s内付款的买家中有%d个账号发布了反馈，其中%d个又集中在同一个%s内发布；按本店历史和该商品其他买家，通常只有%.1f%%。",
				"Of the buyers of one product who paid within %s, %d accounts gave feedback, and %d of them within the same %s; by the shop's history and the product's other buyers it would be %.1f%%.",
				v.span(s.cell.pay), s.all, s.k, v.span(s.cell.write), 100*s.q),
		})
	}
	return fs
}

// delays returns the times from payment to writing, sorted.
func delays(deeds []deed) []int64 {
	ds := make([]int64, len(deeds))
	for i, d := range deeds {
		ds[i] = d.wrote - d.paid
	}
	slices.Sort(ds)
	return ds
}

// A cell is the deeds of those who paid within some hours and wrote within some
// hours: from so many seconds, for so many.
type cell struct {
	paid, pay, wrote, write int64
	least, most             int64 // from payment to writing
	messages                []int32
}

// cells returns the cells of some length with MinBurst accounts, and of how many
// they were picked: those in which somebody wrote of the hours in which MinBurst
// paid. They lie in grids, each shifted by half a cell, so that what is half as long
// is whole in one.
func (v *view) cells(deeds []deed, pay, write int64) (cells []cell, of int) {
	type place struct {
		paid, wrote int64
		deed        int
	}
	places := make([]place, len(deeds))
	for _, shift := range [][2]int64{{0, 0}, {0, write / 2}, {pay / 2, 0}, {pay / 2, write / 2}} {
		for i, d := range deeds {
			places[i] = place{floor(d.paid+shift[0], pay) - shift[0], floor(d.wrote+shift[1], write) - shift[1], i}
		}
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(cmp.Compare(a.paid, b.paid), cmp.Compare(a.wrote, b.wrote), cmp.Compare(a.deed, b.deed))
		})
		for payers := range runs(places, func(p place) int64 { return p.paid }) {
			if len(payers) < v.MinBurst {
				continue
			}
			for writers := range runs(payers, func(p place) int64 { return p.wrote }) {
				of++
				if len(writers) < v.MinBurst {
					continue
				}
				c := cell{paid: writers[0].paid, pay: pay, wrote: writers[0].wrote, write: write, least: math.MaxInt64}
				for _, p := range writers {
					d := deeds[p.deed]
					c.least, c.most = min(c.least, d.wrote-d.paid), max(c.most, d.wrote-d.paid)
					c.messages = append(c.messages, d.message)
				}
				if v.accounts(c.messages) >= v.MinBurst {
					cells = append(cells, c)
				}
			}
		}
	}
	return cells, of
}

// floor returns the largest multiple of unit up to t.
func floor(t, unit int64) int64 {
	return t - (t%unit+unit)%unit
}

// crowd returns the accounts of a cell, those that paid when they did, and the
// share of these that would be usual in the cell. Deeds are those of the product,
// in order of payment; lags, sorted, those of the shop and of the product.
func (v *view) crowd(deeds []deed, shop, product []int64, c cell) (k, all int, usual float64) {
	from := func(t int64) int { return sort.Search(len(deeds), func(i int) bool { return deeds[i].paid >= t }) }
	first, end := from(c.paid), from(c.paid+c.pay)
	var payers []int32
	soon := 0 // of the payers, who are in question
	for _, d := range deeds[first:end] {
		payers = append(payers, d.message)
		if l := d.wrote - d.paid; c.least <= l && l <= c.most {
			soon++
		}
	}
	usual = share(within(shop, c.least, c.most)-soon, len(shop)-len(payers), 0.5)
	last := share(within(product, c.least, c.most)-soon, len(product)-len(payers), usual)
	usual = max(usual, last)

	// Those of the next days may share a batch, but are few; those of the next
	// weeks are more, but few may share it.
	for _, around := range []int64{2 * week, 3 * day} {
		near, then := 0, 0
		for _, ds := range [][]deed{deeds[from(c.paid-around):first], deeds[end:from(c.paid+c.pay+around)]} {
			near += len(ds)
			for _, d := range ds {
				then += one(c.wrote <= d.wrote && d.wrote < c.wrote+c.write)
			}
		}
		last = share(then, near, last)
		usual = max(usual, last)
	}
	return v.accounts(c.messages), v.accounts(payers), usual
}

// share returns k/n, but where n is small rather the share that was expected, as
// if five more had been seen of which so many were so.
func share(k, n int, expected float64) float64 {
	const weight = 5
	return (float64(k) + weight*expected) / (float64(n) + weight)
}
