package screen

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/ccrkit/ccrkit/ccr"
)

// buyerBursts marks the feedback of an account that in one hour judged many more
// orders than it bought. Who bought much, at once or over months, may judge it at
// once.
//
// A sitting is what an account writes within an hour; its size is the number of
// messages that no purchase of its own explains. Sizes are taken to be geometric,
// with the ratio of this shop, or 0.3 where that is more: who writes without a
// purchase may have much to say, and most shops see this too rarely to know how
// rare it is.
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
	var large [][]int32
	sittings, total := 0, 0
	for messages := range runs(byAccount, v.account) {
		unexplained := v.unexplained(messages)
		for i, u := 0, 0; i < len(messages); sittings++ {
			end := v.messages[messages[i]].created + day/24
			first := u
			for ; i < len(messages) && v.messages[messages[i]].created <= end; i++ {
				if u < len(unexplained) && unexplained[u] == messages[i] {
					u++
				}
			}
			total += u - first
			if u-first >= v.MinBurst {
				large = append(large, unexplained[first:u])
			}
		}
	}
	var fs []finding
	for _, s := range large {
		// The mean of a geometric distribution with the ratio r is r/(1-r); the
		// sitting itself is left out, and a sitting of one put in.
		others, sum := float64(sittings), float64(total-len(s)+1)
		r := max(leastRatio, sum/(others+sum))
		if chance := others * math.Pow(r, float64(len(s))); chance <= v.MaxChance {
			fs = append(fs, finding{
				reason: ReasonBuyerBurst, members: s, score: 1 - chance,
				explain: v.say("同一账号在一小时内发表了%d条与其购买记录对应不上的反馈；本店账号平时每次平均%.2f条。",
					"One account wrote within an hour %d messages that no purchase of its own explains; the accounts of this shop write %.2f at a time.",
					len(s), (sum-1)/max(1, others-1)),
			})
		}
	}
	return fs
}

// unexplained returns those of an account's messages, in order of time, that are
// about no order of its own. Messages without an order id may be about its orders,
// but only as many as it had paid by then.
func (v *view) unexplained(messages []int32) []int32 {
	account := v.account(messages[0])
	from, _ := slices.BinarySearchFunc(v.buyers, account, func(i int32, a uint64) int { return cmp.Compare(v.orders[i].buyer, a) })
	var rest []int32
	for _, i := range messages {
		switch o := v.buyers[from:]; {
		case v.link[i] == bought:
		case v.link[i] == customer && len(o) > 0 && v.orders[o[0]].buyer == account && v.orders[o[0]].paid <= v.messages[i].created:
			from++
		default:
			rest = append(rest, i)
		}
	}
	return rest
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
		cell cell
		k    int
		q, p float64
	}
	var suspects []suspect
	tests := 0
	for _, p := range products {
		own := delays(v.deeds[p])
		writers := slices.SortedFunc(slices.Values(v.deeds[p]), func(a, b deed) int { return cmp.Compare(a.wrote, b.wrote) })
		for _, hours := range [][2]int64{{6, 1}, {24, 6}} { // to pay in, and to write in
			cells, n := v.cells(v.deeds[p], hours[0]*day/24, hours[1]*day/24)
			tests += n
			for _, c := range cells {
				k, q := v.accounts(c.messages), usual(v.deeds[p], writers, shop, own, &c)
				if float64(k) < v.Lift*q*float64(c.payers) {
					continue
				}
				if p := tail(c.payers, k, q, parcels); p <= v.MaxChance {
					suspects = append(suspects, suspect{c, k, q, p})
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
				v.span(s.cell.pay), s.cell.payers, s.k, v.span(s.cell.write), 100*s.q),
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
	payers                  int     // the accounts that paid in these hours
	lags                    []int64 // the times from payment to writing of all who did, sorted
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
			var lags []int64 // of payers, and their accounts, when there is a cell
			accounts := 0
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
				if v.accounts(c.messages) < v.MinBurst {
					continue
				}
				if lags == nil {
					all, messages := make([]deed, len(payers)), make([]int32, len(payers))
					for i, p := range payers {
						all[i], messages[i] = deeds[p.deed], deeds[p.deed].message
					}
					lags, accounts = delays(all), v.accounts(messages)
				}
				c.lags, c.payers = lags, accounts
				cells = append(cells, c)
			}
		}
	}
	return cells, of
}

// floor returns the largest multiple of unit up to t.
func floor(t, unit int64) int64 {
	return t - (t%unit+unit)%unit
}

// usual returns the share of those who paid in the hours of a cell that would
// usually be in it. Deeds are those of the product in order of payment, writers the
// same in order of writing; lags, sorted, those of the shop and of the product.
func usual(deeds, writers []deed, shop, product []int64, c *cell) float64 {
	paid := func(from, to int64) int {
		before := func(t int64) int { return sort.Search(len(deeds), func(i int) bool { return deeds[i].paid >= t }) }
		return before(to) - before(from)
	}
	soon := within(c.lags, c.least, c.most) // of the payers, who are in question
	most := share(within(shop, c.least, c.most)-soon, len(shop)-len(c.lags), 0.5)
	last := share(within(product, c.least, c.most)-soon, len(product)-len(c.lags), most)
	most = max(most, last)

	// Those of the next days may share a batch, but are few; those of the next
	// weeks are more, but few may share it.
	first := sort.Search(len(writers), func(i int) bool { return writers[i].wrote >= c.wrote })
	for _, around := range []int64{2 * week, 3 * day} {
		from, to := c.paid-around, c.paid+c.pay+around
		then := 0
		for _, d := range writers[first:] {
			if d.wrote >= c.wrote+c.write {
				break
			}
			then += one(from <= d.paid && d.paid < to && (d.paid < c.paid || c.paid+c.pay <= d.paid))
		}
		last = share(then, paid(from, to)-len(c.lags), last)
		most = max(most, last)
	}
	return most
}

// share returns k/n, but where n is small rather the share that was expected, as
// if five more had been seen of which so many were so.
func share(k, n int, expected float64) float64 {
	const weight = 5
	return (float64(k) + weight*expected) / (float64(n) + weight)
}
