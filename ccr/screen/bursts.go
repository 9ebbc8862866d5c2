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
	byAccount := make([]int32, 0, v.timed)
	for i, m := range v.messages[:v.timed] {
		question := m.channel == ccr.ChannelInquiry && v.link[i] != bought // of a chat of many lines
		if !m.silent && !question && v.account(int32(i)) != 0 {
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
// are held against the larger of two shares: of all messages of the shop as many
// come after such a time; of the product's other buyers of these weeks so many
// wrote in that very hour.
func (v *view) productBursts() []finding {
	var lags []int64
	for _, deeds := range v.deeds {
		for _, d := range deeds {
			lags = append(lags, d.wrote-d.paid)
		}
	}
	slices.Sort(lags)
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
		for _, hours := range [][2]int64{{6, 1}, {24, 6}} { // to pay in, and to write in
			for _, c := range v.cells(v.deeds[p], hours[0]*day/24, hours[1]*day/24) {
				tests++
				k, all, q := v.crowd(v.deeds[p], lags, c)
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

// A cell is the deeds of those who paid within some hours and wrote within some
// hours: from so many seconds, for so many.
type cell struct {
	paid, pay, wrote, write int64
	least, most             int64 // from payment to writing
	messages                []int32
}

// cells returns the cells of some length with MinBurst accounts. They lie in grids,
// each shifted by half a cell, so that what is half as long is whole in one.
func (v *view) cells(deeds []deed, pay, write int64) []cell {
	type place struct {
		paid, wrote int64
		deed        int
	}
	places := make([]place, len(deeds))
	var cs []cell
	for _, shift := range [][2]int64{{0, 0}, {0, write / 2}, {pay / 2, 0}, {pay / 2, write / 2}} {
		for i, d := range deeds {
			places[i] = place{floor(d.paid+shift[0], pay) - shift[0], floor(d.wrote+shift[1], write) - shift[1], i}
		}
		slices.SortFunc(places, func(a, b place) int {
			return cmp.Or(cmp.Compare(a.paid, b.paid), cmp.Compare(a.wrote, b.wrote), cmp.Compare(a.deed, b.deed))
		})
		for i, j := 0, 0; i < len(places); i = j {
			for j = i; j < len(places) && places[j].paid == places[i].paid && places[j].wrote == places[i].wrote; j++ {
			}
			if j-i < v.MinBurst {
				continue
			}
			c := cell{paid: places[i].paid, pay: pay, wrote: places[i].wrote, write: write, least: math.MaxInt64}
			for _, p := range places[i:j] {
				d := deeds[p.deed]
				c.least, c.most = min(c.least, d.wrote-d.paid), max(c.most, d.wrote-d.paid)
				c.messages = append(c.messages, d.message)
			}
			if v.accounts(c.messages) >= v.MinBurst {
				cs = append(cs, c)
			}
		}
	}
	return cs
}

// floor returns the largest multiple of unit up to t.
func floor(t, unit int64) int64 {
	return t - (t%unit+unit)%unit
}

// crowd returns the accounts of a cell, those that paid when they did, and the
// share of these that would be usual in the cell. Deeds are in order of
// payment.
func (v *view) crowd(deeds []deed, lags []int64, c cell) (k, all int, usual float64) {
	from := func(t int64) int { return sort.Search(len(deeds), func(i int) bool { return deeds[i].paid >= t }) }
	first, end := from(c.paid), from(c.paid+c.pay)
	var payers []int32
	soon := within(lags, c.least, c.most)
	for _, d := range deeds[first:end] {
		payers = append(payers, d.message)
		if l := d.wrote - d.paid; c.least <= l && l <= c.most {
			soon--
		}
	}
	// How many of the shop's messages come after such a time; of those who bought
	// the product two weeks before or after, how many wrote in the same hour;
	// and of those of three days, who may share a batch, where these are enough.
	usual = (float64(soon) + 1) / (float64(len(lags)-(end-first)) + 2)
	const weight = 5
	prior, n := 0.5, 2.0
	for _, around := range []int64{14 * day, 3 * day} {
		then, near := 0, 0
		for i := from(c.paid - around); i < len(deeds) && deeds[i].paid < c.paid+c.pay+around; i++ {
			if i == first {
				i = end - 1 // those in the cell's own hours are in question
				continue
			}
			near++
			if c.wrote <= deeds[i].wrote && deeds[i].wrote < c.wrote+c.write {
				then++
			}
		}
		prior, n = (float64(then)+prior*n)/(float64(near)+n), weight
		usual = max(usual, prior)
	}
	return v.accounts(c.messages), v.accounts(payers), usual
}
