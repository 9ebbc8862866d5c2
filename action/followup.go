package action

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// FollowUp accumulates orders and what was heard of them, and lists those that
// are most likely to complain: see [FollowUp.List]. Only counted verdicts of
// paid orders enter. The zero FollowUp is empty and ready to use.
//
// An order is remembered by its id, so a verdict that is added twice counts
// once. Orders are kept, not copied: they must not be written to. Memory is some
// 100 bytes an order beside them, and as much again during List. A FollowUp is not
// safe for concurrent use; give each goroutine its own and merge them.
type FollowUp struct {
	_ [0]func()

	orders map[string]record // by id
}

// A record is an order and when it was first heard of, and complained of.
type record struct {
	order           *ccr.Order
	heard, negative int64 // in seconds of Unix time; never when it was not
}

const never = math.MaxInt64

// Add remembers the order of one verdict. An order is heard of when its buyer
// has said anything but inquiries that are not negative. Feedback without a
// time counts as given on payment.
func (f *FollowUp) Add(v *ccr.Verdict) {
	if !v.Counted || v.Order == nil || v.Order.PaidAt.IsZero() {
		return
	}
	r := record{v.Order, never, never}
	for i := range v.Rulings {
		u := &v.Rulings[i]
		if u.Excluded == ccr.ReasonNotBuyer || !u.Negative && u.Feedback.Channel == ccr.ChannelInquiry {
			continue
		}
		at := v.Order.PaidAt.Unix()
		if t := u.Feedback.CreatedAt; !t.IsZero() {
			at = max(at, t.Unix())
		}
		r.heard = min(r.heard, at)
		if u.Negative {
			r.negative = min(r.negative, at)
		}
	}
	f.put(r)
}

// put remembers r; of an order that is known already, what was heard first.
func (f *FollowUp) put(r record) {
	if f.orders == nil {
		f.orders = map[string]record{}
	}
	if old, ok := f.orders[r.order.ID]; ok {
		r = record{old.order, min(old.heard, r.heard), min(old.negative, r.negative)}
	}
	f.orders[r.order.ID] = r
}

// Merge adds what o has accumulated. A nil o is empty.
func (f *FollowUp) Merge(o *FollowUp) {
	if o == nil {
		return
	}
	for _, r := range o.orders {
		f.put(r)
	}
}

// FollowUpOptions choose what a list considers. Nil and the zero
// FollowUpOptions are the defaults.
type FollowUpOptions struct {
	_ [0]func()

	// Limit is the length of the list at most. 0 lists all.
	Limit int

	// Alerts are the ids of products with an open alert.
	Alerts map[string]bool

	// Promised returns until when the delivery of an order was promised; nil,
	// or the zero time, is no promise. A promise stands in for the usual time.
	Promised func(*ccr.Order) time.Time
}

// A Contact is a buyer to speak to before he complains.
type Contact struct {
	_ [0]func()

	Order *ccr.Order `json:"order"`

	// Score is the product of the ratios of all factors, > 0: the odds that this
	// order complains, as a multiple of those of the shop's average order.
	Score float64 `json:"score"`

	// Reasons are the factors with a ratio above 1, the greatest first; empty
	// when there are none.
	Reasons []Reason `json:"reasons"`
}

// A Reason is one factor of a score.
type Reason struct {
	_ [0]func()

	Factor Factor  `json:"factor"`
	Key    string  `json:"key,omitempty"` // the product, region and so on; the amount; "" of a time
	Ratio  float64 `json:"ratio"`         // odds that such an order complains, by those of the shop

	// Of FactorDispatch and FactorDelivery, in days, with fractions: the time
	// since payment, or from payment to delivery, and the usual or promised one.
	Taken float64 `json:"taken_days,omitempty"`
	Usual float64 `json:"usual_days,omitempty"`
}

// A Factor names what a score is made of. It is an open vocabulary.
type Factor string

// The factors.
const (
	FactorDispatch     Factor = "dispatch"      // how long it has not been shipped
	FactorDelivery     Factor = "delivery"      // how late the delivery is, or was, and the silence since
	FactorAmount       Factor = "amount"        // how high the amount is among the shop's
	FactorProduct      Factor = "product"       // the product
	FactorRegion       Factor = "region"        // the region of delivery
	FactorCarrier      Factor = "carrier"       // the carrier
	FactorServiceGroup Factor = "service_group" // the team that serves the buyer
	FactorAlert        Factor = "alert"         // an open alert for the product
)

const (
	day        = 24 * 60 * 60
	settling   = 30 * day // after which what was heard stands for the whole
	leastUsual = 30       // deliveries from which a carrier and region have a usual time of their own
	leastTime  = day      // least usual time
	pseudo     = 10       // orders at the shop's rate that every class starts with
	alertRatio = 2
)

// The upper bounds of the classes of orders: by delivery time as a multiple of
// the usual, by days of silence after delivery, by the share of orders with a
// lower amount.
var (
	lateBounds   = [...]float64{0.5, 1, 1.25, 1.5, 2, 3}
	silentBounds = [...]float64{1, 3, 7, 14, 30}
	amountShares = [...]float64{0.5, 0.75, 0.9}
)

// List returns the silent orders that were delivered or are overdue at asOf, the
// highest score first. Nothing that happened at asOf or later is used, neither
// of these orders nor of those that the rates are learned from; verdicts are
// taken as they stand.
//
// An order is overdue when it has not been shipped, or delivered, after the
// usual time: that within which nineteen in twenty orders were that were so at
// all, for delivery with the same carrier to the same region, or of all orders
// where these are fewer than 30. The score is a naive Bayes one, a product of
// ratios of odds. They compare the rate of negative orders of a class with that
// of the shop:
//
//   - dispatch, delivery: orders that once stood the same, as long not shipped,
//     shipped and as long not delivered, or delivered as late and silent for as
//     long since, and how many complained later;
//   - amount: orders in the same class of amount, up to the median, the third
//     quartile, the ninth decile, and above;
//   - product, region, carrier, service group, by [metrics.Row.Shrunken]: only
//     the highest ratio of the four, since one trouble shows in all of them;
//   - alert: 2 for a product with an open alert.
//
// Rates of the first two start from ten orders at the shop's rate. All are of
// orders that had 30 days to speak. The factors are taken as though they acted
// each by itself, so a score ranks and is no forecast. What is not known has the
// ratio 1. Equal scores are in order of lateness, then of id.
//
// Cost is that of a few passes over all orders, some 3 s for a million.
func (f *FollowUp) List(asOf time.Time, opts *FollowUpOptions) []Contact {
	var o FollowUpOptions
	if opts != nil {
		o = *opts
	}
	known := f.known(asOf.Unix(), &o)
	k := learn(known, o.Alerts)
	type candidate struct {
		*standing
		score float64
	}
	var found []candidate
	for i := range known {
		if s := &known[i]; s.heard == never && (s.delivered != never || s.late() > 1) {
			found = append(found, candidate{s, k.score(s)})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score),
			cmp.Compare(b.late(), a.late()),
			strings.Compare(a.order.ID, b.order.ID),
		)
	})
	if o.Limit > 0 && o.Limit < len(found) {
		found = found[:o.Limit]
	}
	list := make([]Contact, len(found))
	for i, c := range found {
		list[i] = Contact{Order: f.orders[c.order.ID].order, Score: c.score, Reasons: k.reasons(c.standing)}
	}
	return list
}

// A standing is an order as it was known at a time. Times are in seconds.
type standing struct {
	order *ccr.Order // without a carrier until it is shipped
	now   int64

	paid, shipped, delivered, heard, negative int64 // never when it has not happened

	// The usual times from payment to shipping and to delivery; 0 when not known.
	dispatch, delivery int64
}

// A stage is what an order waits for.
type stage int

const (
	toShip stage = iota
	toDeliver
	delivered
	stages
)

// stage returns the stage of s, the time from payment until it ended or until
// now, and the usual time.
func (s *standing) stage() (at stage, taken, usual int64) {
	switch {
	case s.delivered != never:
		return delivered, s.delivered - s.paid, s.delivery
	case s.shipped == never && s.dispatch > 0:
		return toShip, s.now - s.paid, s.dispatch
	}
	return toDeliver, s.now - s.paid, s.delivery
}

// late returns the time taken as a multiple of the usual; 0 when that is not
// known.
func (s *standing) late() float64 {
	_, taken, usual := s.stage()
	if usual == 0 {
		return 0
	}
	return float64(taken) / float64(usual)
}

// settled reports whether what was heard since a time stands for the whole.
func (s *standing) settled(since int64) bool { return since+settling <= s.now }

// known returns the orders that were paid before now, as they were known, in no
// order.
func (f *FollowUp) known(now int64, o *FollowUpOptions) []standing {
	known := make([]standing, 0, len(f.orders))
	for _, r := range f.orders {
		s := standing{
			order: r.order, now: now, paid: r.order.PaidAt.Unix(),
			shipped: never, delivered: never, heard: before(r.heard, now), negative: before(r.negative, now),
		}
		if s.paid >= now {
			continue
		}
		if t := r.order.DeliveredAt; !t.IsZero() {
			s.delivered = before(max(t.Unix(), s.paid), now)
		}
		s.shipped = s.delivered
		if t := r.order.ShippedAt; !t.IsZero() {
			s.shipped = min(s.shipped, before(t.Unix(), now))
			if s.shipped == never {
				o := *s.order
				o.Carrier = "" // not chosen yet
				s.order = &o
			}
		}
		known = append(known, s)
	}
	usual := usualTimes(known)
	for i := range known {
		s := &known[i]
		s.dispatch = usual[lane{stage: toShip}]
		s.delivery = cmp.Or(usual[lane{delivered, s.order.Carrier, s.order.Region}], usual[lane{stage: delivered}])
		if o.Promised != nil {
			if t := o.Promised(s.order); !t.IsZero() {
				s.delivery = max(t.Unix()-s.paid, leastTime)
				s.dispatch = min(s.dispatch, s.delivery)
			}
		}
	}
	return known
}

// before returns t, or never when it is not before now.
func before(t, now int64) int64 {
	if t < now {
		return t
	}
	return never
}

// A lane is where times are alike: toShip of the shop, and delivered by carrier
// and region; both names are empty for all orders together.
type lane struct {
	stage           stage
	carrier, region string
}

// usualTimes returns for each lane with enough orders the time from payment
// within which nineteen in twenty were shipped, or arrived.
func usualTimes(known []standing) map[lane]int64 {
	times := map[lane][]int64{}
	add := func(l lane, t int64) { times[l] = append(times[l], max(t, 0)) }
	for i := range known {
		s := &known[i]
		if !s.settled(s.paid) {
			continue
		}
		if !s.order.ShippedAt.IsZero() && s.shipped != never {
			add(lane{stage: toShip}, s.shipped-s.paid)
		}
		if s.delivered != never {
			all, own := lane{stage: delivered}, lane{delivered, s.order.Carrier, s.order.Region}
			add(all, s.delivered-s.paid)
			if own != all {
				add(own, s.delivered-s.paid)
			}
		}
	}
	usual := map[lane]int64{}
	for l, ts := range times {
		if len(ts) >= leastUsual {
			slices.Sort(ts)
			usual[l] = max(ts[(19*len(ts)-1)/20], leastTime)
		}
	}
	return usual
}

// A rate counts orders, and how many of them complained.
type rate struct{ negative, orders int }

func (r *rate) add(negative bool) {
	r.orders++
	if negative {
		r.negative++
	}
}

// drawn returns the rate of r and ten more orders at the rate p.
func (r rate) drawn(p float64) float64 {
	return (float64(r.negative) + pseudo*p) / (float64(r.orders) + pseudo)
}

// knowledge is what the orders of a shop say.
type knowledge struct {
	shop   float64                                                  // rate of negative orders; 0 when it tells nothing
	late   [stages][len(lateBounds) + 1][len(silentBounds) + 1]rate // by lateness, and silence since delivery
	bounds []ccr.Amount                                             // of the classes of amount
	amount [len(amountShares) + 1]rate
	groups []group
	alerts map[string]bool
}

// A group is a factor that orders have by name.
type group struct {
	factor Factor
	key    func(*ccr.Verdict) string
	ratio  map[string]float64
}

func learn(known []standing, alerts map[string]bool) *knowledge {
	k := &knowledge{alerts: alerts, groups: []group{
		{factor: FactorProduct, key: metrics.ByProduct},
		{factor: FactorRegion, key: metrics.ByRegion},
		{factor: FactorCarrier, key: metrics.ByCarrier},
		{factor: FactorServiceGroup, key: metrics.ByServiceGroup},
	}}
	var amounts []ccr.Amount
	for i := range known {
		if s := &known[i]; s.settled(s.paid) && s.order.Amount > 0 {
			amounts = append(amounts, s.order.Amount)
		}
	}
	slices.Sort(amounts)
	for _, share := range amountShares {
		if len(amounts) > 0 {
			k.bounds = append(k.bounds, amounts[int(share*float64(len(amounts)))])
		}
	}

	by := make([]*metrics.Breakdown[string], len(k.groups))
	for i := range by {
		by[i] = metrics.NewBreakdown(k.groups[i].key)
	}
	var all rate
	v := ccr.Verdict{Counted: true}
	for i := range known {
		s := &known[i]
		k.learnDelays(s)
		if !s.settled(s.paid) {
			continue
		}
		negative := s.negative != never
		all.add(negative)
		if s.order.Amount > 0 {
			k.amount[class(s.order.Amount, k.bounds)].add(negative)
		}
		v.Negative, v.Order = negative, s.order
		for _, b := range by {
			b.Add(&v)
		}
	}
	if all.negative == 0 || all.negative == all.orders {
		return k // nothing to tell orders apart by
	}
	k.shop = float64(all.negative) / float64(all.orders)
	for i, b := range by {
		k.groups[i].ratio = map[string]float64{}
		for _, row := range b.Rows(nil) {
			k.groups[i].ratio[row.Key] = k.ratio(row.Shrunken)
		}
	}
	return k
}

// learnDelays counts s in each class of lateness that it entered silent, long
// enough ago.
func (k *knowledge) learnDelays(s *standing) {
	enter := func(at stage, late, silent int, since, until int64) {
		if since < min(until, s.heard) && s.settled(since) {
			k.late[at][late][silent].add(s.negative != never)
		}
	}
	for i, bound := range lateBounds {
		if s.dispatch > 0 {
			enter(toShip, i+1, 0, s.paid+int64(bound*float64(s.dispatch)), s.shipped)
		}
		since := s.paid + int64(bound*float64(s.delivery))
		if s.delivery > 0 && (s.shipped <= since || s.dispatch == 0) {
			enter(toDeliver, i+1, 0, since, s.delivered)
		}
	}
	if s.delivered != never && s.delivery > 0 {
		late := class(s.late(), lateBounds[:])
		for i, days := range append([]float64{0}, silentBounds[:]...) {
			enter(delivered, late, i, s.delivered+int64(days*day), never)
		}
	}
}

// ratio returns the odds of a complaint at rate p by those at the shop's.
func (k *knowledge) ratio(p float64) float64 { return p / (1 - p) * (1 - k.shop) / k.shop }

// class returns the number of bounds that x exceeds.
func class[T cmp.Ordered](x T, bounds []T) int {
	i := 0
	for i < len(bounds) && x > bounds[i] {
		i++
	}
	return i
}

// factors yields each factor of s that something is known of, its key and ratio.
func (k *knowledge) factors(s *standing, yield func(f Factor, key string, ratio float64)) {
	if k.shop > 0 {
		if at, _, usual := s.stage(); usual > 0 {
			factor, silent := FactorDelivery, 0
			switch at {
			case toShip:
				factor = FactorDispatch
			case delivered:
				silent = class(float64(s.now-s.delivered)/day, silentBounds[:])
			}
			yield(factor, "", k.ratio(k.late[at][class(s.late(), lateBounds[:])][silent].drawn(k.shop)))
		}
		if s.order.Amount > 0 {
			yield(FactorAmount, s.order.Amount.String(), k.ratio(k.amount[class(s.order.Amount, k.bounds)].drawn(k.shop)))
		}
		v := ccr.Verdict{Order: s.order}
		var worst Reason
		for _, g := range k.groups {
			if key := g.key(&v); key != "" && g.ratio[key] > worst.Ratio {
				worst = Reason{Factor: g.factor, Key: key, Ratio: g.ratio[key]}
			}
		}
		if worst.Ratio > 0 {
			yield(worst.Factor, worst.Key, worst.Ratio)
		}
	}
	if k.alerts[s.order.ProductID] {
		yield(FactorAlert, s.order.ProductID, alertRatio)
	}
}

func (k *knowledge) score(s *standing) float64 {
	score := 1.0
	k.factors(s, func(_ Factor, _ string, ratio float64) { score *= ratio })
	return score
}

// reasons returns the factors of s that raise its score, the greatest first.
func (k *knowledge) reasons(s *standing) []Reason {
	reasons := []Reason{}
	k.factors(s, func(f Factor, key string, ratio float64) {
		if ratio <= 1 {
			return
		}
		r := Reason{Factor: f, Key: key, Ratio: ratio}
		if f == FactorDelivery || f == FactorDispatch {
			_, taken, usual := s.stage()
			r.Taken, r.Usual = float64(taken)/day, float64(usual)/day
		}
		reasons = append(reasons, r)
	})
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(b.Ratio, a.Ratio) })
	return reasons
}
