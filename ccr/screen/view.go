package screen

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// A view is the records of a Screen, each once, in an order that does not depend
// on that of input, with what ties them together.
type view struct {
	Options
	defaults map[uint64]bool // letters of Options.Defaults
	ids      *ids
	orders   []*order   // by key
	messages []*message // by time, then key
	of       []int32    // by message: its order, -1 if there is none
	link     []link     // by message: what ties it to a purchase
	times    []int64    // of the messages that have one, which are the first

	// Paid orders by product, buyer or address, then time; without those that have none,
	// but orders without a product are taken to be of one.
	products, buyers, addresses []int32

	deeds map[uint64][]deed // by product, in order of payment
}

// A deed is a statement by the buyer of an order: when he paid and when he wrote.
type deed struct {
	paid, wrote int64
	message     int32
}

// A link says what ties a message to a purchase.
type link uint8

const (
	bought   link = iota // it is by the buyer of a paid order
	customer             // no order id, but the account has a paid order
	noOrder              // no order id
	unknown              // an order id that no order has
	another              // another buyer's order
	unpaid               // an order that was never paid
)

func (s *Screen) view(opts Options) *view {
	v := &view{Options: opts, defaults: make(map[uint64]bool), ids: &s.ids, orders: s.orders.all(), messages: s.messages.all()}
	for _, d := range opts.Defaults {
		v.defaults[hash(string(appendLetters(nil, d)))] = true
	}

	// Whatever is used of a record breaks ties, so that of those that differ under
	// one id the same one stands in any order of input.
	slices.SortFunc(v.orders, func(a, b *order) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(a.paid, b.paid), cmp.Compare(a.delivered, b.delivered),
			cmp.Compare(a.buyer, b.buyer), cmp.Compare(a.address, b.address), cmp.Compare(a.product, b.product))
	})
	v.orders = slices.CompactFunc(v.orders, func(a, b *order) bool { return a.key == b.key })

	slices.SortFunc(v.messages, func(a, b *message) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.buyer, b.buyer), cmp.Compare(a.letters, b.letters),
			cmp.Compare(a.channel, b.channel), cmp.Compare(one(a.praise), one(b.praise)))
	})
	v.messages = slices.CompactFunc(v.messages, func(a, b *message) bool { return a.key == b.key })
	slices.SortFunc(v.messages, func(a, b *message) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.key, b.key))
	})
	for _, m := range v.messages {
		if m.created != noTime {
			v.times = append(v.times, m.created)
		}
	}

	v.tie()
	v.deeds = make(map[uint64][]deed)
	for i, m := range v.messages[:len(v.times)] {
		if v.link[i] != bought || v.silent(m) || m.channel == ccr.ChannelInquiry {
			continue
		}
		if o := v.orders[v.of[i]]; m.created >= o.paid {
			v.deeds[o.product] = append(v.deeds[o.product], deed{o.paid, m.created, int32(i)})
		}
	}
	for _, deeds := range v.deeds {
		slices.SortFunc(deeds, func(a, b deed) int {
			return cmp.Or(cmp.Compare(a.paid, b.paid), cmp.Compare(a.message, b.message))
		})
	}
	places := make([]place, 0, len(v.orders))
	v.products = v.sorted(places, func(o *order) uint64 { return max(1, o.product) })
	v.buyers = v.sorted(places, func(o *order) uint64 { return o.buyer })
	v.addresses = v.sorted(places, func(o *order) uint64 { return o.address })
	return v
}

// silent reports whether m states nothing.
func (v *view) silent(m *message) bool { return m.silent || v.defaults[m.letters] }

// tie finds the order of each message and what ties it to a purchase.
func (v *view) tie() {
	keys := make([]uint64, len(v.orders))
	for i, o := range v.orders {
		keys[i] = o.key
	}
	customers := make(map[uint64]bool) // accounts that wrote without an order id: have they bought?
	for _, m := range v.messages {
		if m.order == 0 && m.buyer != 0 {
			customers[m.buyer] = false
		}
	}
	for _, o := range v.orders {
		if _, ok := customers[o.buyer]; ok && o.paid != noTime {
			customers[o.buyer] = true
		}
	}
	v.of, v.link = make([]int32, len(v.messages)), make([]link, len(v.messages))
	for i, m := range v.messages {
		v.of[i] = -1
		if at, ok := slices.BinarySearch(keys, m.order); ok {
			v.of[i] = int32(at)
		}
		switch o := v.of[i]; {
		case m.order == 0 && customers[m.buyer]:
			v.link[i] = customer
		case m.order == 0:
			v.link[i] = noOrder
		case o < 0:
			v.link[i] = unknown
		case m.buyer != 0 && v.orders[o].buyer != 0 && m.buyer != v.orders[o].buyer:
			v.link[i] = another
		case v.orders[o].paid == noTime:
			v.link[i] = unpaid
		}
	}
}

// account returns who wrote message i: the buyer, else whoever ordered, else the
// one account of all that are not known.
func (v *view) account(i int32) uint64 {
	m := v.messages[i]
	if m.buyer == 0 && v.of[i] >= 0 {
		o := v.orders[v.of[i]]
		return cmp.Or(o.buyer, mix(o.key))
	}
	return m.buyer
}

// accounts returns the number of different accounts that wrote messages.
func (v *view) accounts(messages []int32) int {
	seen := make(map[uint64]bool, len(messages))
	for _, i := range messages {
		seen[v.account(i)] = true
	}
	return len(seen)
}

// A place is an order with what it is sorted by.
type place struct {
	by   uint64
	paid int64
	at   int32
}

// sorted returns the paid orders by what by returns, then by time; without those
// for which it is 0. It works in the memory of places.
func (v *view) sorted(places []place, by func(*order) uint64) []int32 {
	for i, o := range v.orders {
		if b := by(o); b != 0 && o.paid != noTime {
			places = append(places, place{b, o.paid, int32(i)})
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.by != b.by {
			return cmp.Compare(a.by, b.by)
		}
		return cmp.Or(cmp.Compare(a.paid, b.paid), cmp.Compare(a.at, b.at))
	})
	at := make([]int32, len(places))
	for i, p := range places {
		at[i] = p.at
	}
	return at
}

// say formats an explanation in Chinese or English.
func (v *view) say(chinese, english string, args ...any) string {
	if v.English {
		return fmt.Sprintf(english, args...)
	}
	return fmt.Sprintf(chinese, args...)
}

// choose returns a text that needs no formatting.
func (v *view) choose(chinese, english string) string {
	if v.English {
		return english
	}
	return chinese
}

// span names a time in seconds for people, rounded up to minutes.
func (v *view) span(seconds int64) string {
	minutes := max(1, (seconds+59)/60)
	days, hours := minutes/(24*60), minutes/60%24
	minutes %= 60
	s := ""
	for _, part := range []struct {
		n                int64
		chinese, english string
	}{{days, "%d天", "%d d "}, {hours, "%d小时", "%d h "}, {minutes, "%d分钟", "%d min "}} {
		if part.n > 0 {
			s += v.say(part.chinese, part.english, part.n)
		}
	}
	if v.English {
		return s[:len(s)-1]
	}
	return s
}

// runs yields the longest runs of elements with one key.
func runs[T any, K comparable](s []T, key func(T) K) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for i, j := 0, 0; i < len(s); i = j {
			for j = i + 1; j < len(s) && key(s[j]) == key(s[i]); j++ {
			}
			if !yield(s[i:j]) {
				return
			}
		}
	}
}

func secs(d time.Duration) int64 { return int64(d / time.Second) }

const (
	day  = 24 * 60 * 60
	week = 7 * day
)

// A window is a run of a sorted list, from first to last inclusive, how likely
// chance makes one like it, and of copies the share of other feedback in it.
type window struct {
	first, last int
	p, share    float64
}

// pick returns the windows from the least likely on, without those whose ends are
// both in one before. n is the length of the list.
func pick(ws []window, n int) []window {
	slices.SortFunc(ws, func(a, b window) int {
		return cmp.Or(cmp.Compare(a.p, b.p), cmp.Compare(b.last-b.first, a.last-a.first), cmp.Compare(a.first, b.first))
	})
	used := make([]bool, n)
	var picked []window
	for _, w := range ws {
		if used[w.first] && used[w.last] {
			continue
		}
		for i := w.first; i <= w.last; i++ {
			used[i] = true
		}
		picked = append(picked, w)
	}
	return picked
}

// noPurchase marks feedback without a purchase. A question needs none, and an
// account that bought here may write without saying which order it was.
func (v *view) noPurchase() []finding {
	var by [unpaid + 1][]int32
	for i, l := range v.link {
		question := v.messages[i].channel == ccr.ChannelInquiry && (l == noOrder || l == unpaid)
		if !question && (l != unknown || len(v.orders) > 0) {
			by[l] = append(by[l], int32(i))
		}
	}
	var fs []finding
	for _, f := range []struct {
		link             link
		chinese, english string
	}{
		{noOrder, "该反馈没有订单号，该账号在本店也没有已支付的订单。", "The feedback names no order, and the account has no paid order in this shop."},
		{unknown, "该反馈所填的订单号在本店订单中不存在。", "The feedback names an order that this shop does not have."},
		{another, "该反馈所填的订单由另一买家下单，反馈账号并非该订单的买家。", "The feedback names an order that another account placed."},
		{unpaid, "该反馈所填的订单从未支付。", "The feedback names an order that was never paid."},
	} {
		if members := by[f.link]; len(members) > 0 {
			fs = append(fs, finding{reason: ReasonNoPurchase, members: members, score: 1, explain: v.choose(f.chinese, f.english), alone: true})
		}
	}
	return fs
}
