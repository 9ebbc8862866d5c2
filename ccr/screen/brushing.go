package screen

import "math"

// A sign is something about an order that no real parcel allows, or hardly.
type sign int

const (
	fast   sign = iota // delivered within Fast of payment
	early              // praised within Fast and AtOnce of payment
	atOnce             // praised within AtOnce of delivery
	signs
)

// The correlation of orders that go to one address or buyer, and of those that
// only share a product and a day. Who lives together orders together, meets one
// courier and is pleased at one time; strangers hardly are.
const (
	household = 0.1
	publicly  = 0.01
)

// brushing marks orders that show a sign, where many of one address, of one
// buyer, or of one product do within a day. A product is asked for early praise
// only, since a merchant may deliver a day's orders of it himself; an address and
// a buyer are asked for it within a month, too, since nobody is served and pleased
// within hours again and again.
func (v *view) brushing() []finding {
	b := v.baselines()
	household := []search{{fast, day, household}, {early, day, household}, {early, 30 * day, household}, {atOnce, day, household}}
	type suspect struct {
		orders []int32
		window
		search
		what int
	}
	var suspects []suspect
	var tests [3]int // by what was searched
	for what, k := range []struct {
		by       func(*order) uint64
		sorted   []int32
		searches []search
	}{
		{func(o *order) uint64 { return o.address }, v.addresses, household},
		{func(o *order) uint64 { return o.buyer }, v.buyers, household},
		{func(o *order) uint64 { return o.product }, v.products, []search{{early, day, publicly}}},
	} {
		for orders := range runs(k.sorted, func(i int32) uint64 { return k.by(v.orders[i]) }) {
			if len(orders) < v.MinGroup {
				continue
			}
			for _, s := range k.searches {
				ws, of := v.crowded(orders, s, b)
				tests[what] += of
				for _, w := range ws {
					suspects = append(suspects, suspect{orders, w, s, what})
				}
			}
		}
	}
	var fs []finding
	for _, s := range suspects {
		chance := s.p * float64(tests[s.what])
		if chance > v.MaxChance {
			continue
		}
		var members []int32
		for _, i := range s.orders[s.first : s.last+1] {
			if b.has[s.sign][i] {
				members = append(members, i)
			}
		}
		fs = append(fs, finding{
			reason: ReasonBrushing, orders: true, members: members, score: 1 - chance,
			explain: v.describe(s.what, s.sign, members, s.last-s.first+1),
		})
	}
	return fs
}

// A search is for a sign within so many seconds, where orders correlate.
type search struct {
	sign
	within      int64
	correlation float64
}

// describe explains a group of brushing orders of all that one address, buyer or
// product had from the first to the last of them.
func (v *view) describe(what int, s sign, members []int32, all int) string {
	f, a, both := v.span(secs(v.Fast)), v.span(secs(v.AtOnce)), v.span(secs(v.Fast+v.AtOnce))
	return v.say("%[1]s在%[2]s内付款的%[3]d笔订单中有%[4]d笔%[5]s；本店和这些商品平时很少如此。",
		"Of %[3]d orders of %[1]s paid within %[2]s, %[4]d were %[5]s; in this shop, and for these products, that is rare.",
		[]string{v.choose("同一收货地址", "one address"), v.choose("同一买家", "one buyer"), v.choose("同一商品", "one product")}[what],
		v.span(v.orders[members[len(members)-1]].paid-v.orders[members[0]].paid), all, len(members),
		[]string{
			v.say("在付款后%s内签收", "delivered within %s of payment", f),
			v.say("在付款后%s内好评", "praised within %s of payment", both),
			v.say("在签收后%s内好评", "praised within %s of delivery", a),
		}[s])
}

// crowded returns the windows in which a sign is crowded among orders of one
// address, buyer or product in order of payment, and of how many they were picked:
// those that do not overlap and have MinGroup payments. The cart of one payment
// counts once.
func (v *view) crowded(orders []int32, s search, b *baselines) (ws []window, of int) {
	has := b.has[s.sign]
	usual := 0.0 // of the product of which it is most usual
	for _, o := range orders {
		if has[o] {
			usual = max(usual, b.usual[s.sign][v.orders[o].product])
		}
	}
	n, k := 0, 0 // payments in the window, and those with the sign
	end, last := 0, 0
	free := int64(math.MinInt64) // from when on no window was counted
	for i, first := range orders {
		for ; end < len(orders) && v.orders[orders[end]].paid-v.orders[first].paid < s.within; end++ {
			o := orders[end]
			if has[o] {
				last = end
			}
			if !b.again[o] {
				n++
				k += one(has[o])
			}
		}
		if paid := v.orders[first].paid; n >= v.MinGroup && paid >= free {
			of++
			free = paid + s.within
		}
		if has[first] && k >= v.MinGroup {
			if p := tail(n, k, usual, s.correlation); p <= v.MaxChance {
				ws = append(ws, window{first: i, last: last, p: p})
			}
		}
		if !b.again[first] {
			n--
			k -= one(has[first])
		}
	}
	return pick(ws, len(orders)), of
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// baselines are the signs of all orders and how usual they are.
type baselines struct {
	has   [signs][]bool             // by order: it shows the sign
	again []bool                    // by order: it is of one payment with another
	usual [signs]map[uint64]float64 // by product: the share of orders with the sign
}

func (v *view) baselines() *baselines {
	b := &baselines{again: make([]bool, len(v.orders))}
	for s := range b.has {
		b.has[s] = make([]bool, len(v.orders))
		b.usual[s] = make(map[uint64]float64)
	}
	for i, o := range v.orders {
		took := o.delivered - o.paid
		b.has[fast][i] = o.paid != noTime && o.delivered != noTime && 0 <= took && took <= secs(v.Fast)
	}
	for i, m := range v.messages[:len(v.times)] {
		if v.link[i] != bought || !m.praise {
			continue
		}
		o := v.orders[v.of[i]]
		if after := m.created - o.paid; 0 <= after && after <= secs(v.Fast+v.AtOnce) {
			b.has[early][v.of[i]] = true
		}
		if after := m.created - o.delivered; o.delivered != noTime && 0 <= after && after <= secs(v.AtOnce) {
			b.has[atOnce][v.of[i]] = true
		}
	}

	// The orders of a cart are of different products and paid within a minute.
	start := 0
	for i, at := range v.buyers {
		o, s := v.orders[at], v.orders[v.buyers[start]]
		if i > 0 && o.buyer == s.buyer && o.paid-s.paid <= 60 && o.product != v.orders[v.buyers[i-1]].product {
			b.again[at] = true
		} else {
			start = i
		}
	}

	// What is usual of a product is so on most of its days and for most of its
	// orders: a day of brushing is neither. A product of few days is
	// thought to be as ten days of the whole shop are.
	const prior = 10
	for s := range b.has {
		all := v.prevalence(v.products, b.has[s], 1, 0.5)
		for orders := range runs(v.products, func(i int32) uint64 { return v.orders[i].product }) {
			b.usual[s][v.orders[orders[0]].product] = max(all, v.prevalence(orders, b.has[s], prior, all))
		}
	}
	return b
}

// prevalence returns how common a sign is: the share of orders that show it, or
// that of the days on which one does where that is less. To both are added as
// many as weight, of which share show it.
func (v *view) prevalence(orders []int32, has []bool, weight, share float64) float64 {
	days, n := make(map[int64]bool), 0
	for _, i := range orders {
		d := floor(v.orders[i].paid, day)
		if has[i] {
			n++
			days[d] = true
		} else if !days[d] {
			days[d] = false
		}
	}
	signed := 0
	for _, s := range days {
		if s {
			signed++
		}
	}
	return min((float64(n)+weight*share)/(float64(len(orders))+weight), (float64(signed)+weight*share)/(float64(len(days))+weight))
}
