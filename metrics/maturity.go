package metrics

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// Maturity accumulates when orders were paid, delivered and first complained
// of, and says from it what the CCR of recent orders, most of which have not
// spoken yet, will become: see [Maturity.Nowcast]. Orders that are not counted,
// or have no time of payment, are left out. The zero Maturity is ready to use.
//
// Memory is some 60 bytes for each different combination of three days: of
// payment, delivery and first negative feedback.
type Maturity struct {
	_ [0]func()

	// Location is where days begin; nil means UTC. It must not change after
	// the first Add.
	Location *time.Location

	orders counts[course]
}

// A course is what became of an order, in days: that of payment since
// 1970-01-01, the others since payment.
type course struct{ paid, delivered, spoke int32 }

const (
	notYet  = math.MaxInt32 // of delivered and spoke: it has not happened
	unknown = -1            // of spoke: it has happened, and no time is known
)

// Add counts one verdict. Negative feedback is dated by the earliest negative
// ruling with a time. A delivery or feedback before the day of payment is put
// on that day.
func (m *Maturity) Add(v *ccr.Verdict) {
	if !v.Counted || v.Order == nil || v.Order.PaidAt.IsZero() {
		return
	}
	c := course{paid: int32(m.day(v.Order.PaidAt)), delivered: notYet, spoke: notYet}
	if t := v.Order.DeliveredAt; !t.IsZero() {
		c.delivered = max(0, int32(m.day(t))-c.paid)
	}
	if v.Negative {
		c.spoke = unknown
		if t := firstNegative(v); !t.IsZero() {
			c.spoke = max(0, int32(m.day(t))-c.paid)
		}
	}
	m.orders.add(c, 1)
}

// firstNegative returns the earliest known time of a negative ruling.
func firstNegative(v *ccr.Verdict) (first time.Time) {
	for i := range v.Rulings {
		r := &v.Rulings[i]
		if t := r.Feedback.CreatedAt; r.Negative && !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// day returns the number of the day of t.
func (m *Maturity) day(t time.Time) int64 {
	loc := m.Location
	if loc == nil {
		loc = time.UTC
	}
	t = t.In(loc)
	_, offset := t.Zone()
	return dayNumber(t.Unix() + int64(offset))
}

// Merge adds what o has accumulated. Both must have the same Location.
func (m *Maturity) Merge(o *Maturity) {
	if o != nil {
		m.orders.merge(o.orders)
	}
}

// A Nowcast is the CCR of a window as it stands and as it will be.
type Nowcast struct {
	_ [0]func()

	Observed Rate      `json:"observed"` // what has been heard so far
	Final    *Forecast `json:"final"`    // nil when nothing can be said
}

// A Forecast is what the CCR of a window will be once all its feedback has
// arrived.
type Forecast struct {
	_ [0]func()

	// Rate is the expected value, never below the observed one. That of two
	// windows together is the mean of theirs, weighted by orders.
	Rate float64 `json:"rate"`

	// Interval holds the final rate with the confidence that was asked for. Its
	// low end is not below the observed rate.
	Interval Interval `json:"interval"`

	// Completeness is the share, in [0, 1], of all negative feedback that
	// orders as long paid as these have usually given.
	Completeness float64 `json:"completeness"`
}

// Nowcast returns the CCR of the orders paid in w by what was known when the
// day of asOf began, and forecasts what it will become. It uses nothing that
// happened later, so past days can be asked again. A day belongs to w when it
// begins in it. Final is nil where there is no order, no dated negative
// feedback to learn from, or where feedback has been watched for too short a
// time to see it peter out.
//
// The forecast adds to the negative orders those silent ones that are expected
// to turn negative: a silent order as often as did those that stood at the same
// point, so many days paid and not delivered, or so many days delivered.
// Among silent orders these are told apart since late ones complain far more
// often. An order informs a delay once it is old enough to have had it, whether
// it complained or not, which corrects for truncation at whatever growth of
// sales. In detail:
//
//   - The hazard of a complaint is negative orders by order-days at risk, for
//     delays in steps of a sixth (piecewise constant: Friedman, "Piecewise
//     exponential models for survival data with covariates", Annals of
//     Statistics 10 (1982), 101-113).
//   - For an order not delivered it is that of all orders not delivered after as
//     many days, delivered later or not: a landmark estimate (van Houwelingen,
//     "Dynamic prediction by landmarking in event history analysis",
//     Scandinavian Journal of Statistics 34 (2007), 70-85).
//   - Hazards are those of the last 30 days, or of the last 50 negative orders
//     where these take longer: a period life table, which follows a shop whose
//     rate or carrier changes.
//   - Delays are watched up to the age that a tenth of all orders has reached, at
//     most two years. If the negative orders of the second half of it are no
//     more than half of those in the first, the rest is taken to go on falling
//     by the same ratio; else nothing is said.
//   - The interval is that of a negative binomial number of complaints to come:
//     its relative variance is 1/n of the n negative orders behind the hazards and
//     the variance between the shop's past months.
//
// Cost is proportional to the different courses of orders, some 10 ms for a year.
func (m *Maturity) Nowcast(w Window, asOf time.Time, confidence float64) Nowcast {
	today := int32(m.day(asOf))
	from, to := int32(math.MinInt32), today
	if !w.From.IsZero() {
		from = m.firstDay(w.From)
	}
	if !w.To.IsZero() {
		to = min(to, m.firstDay(w.To))
	}

	// Whole numbers first: no sum may depend on the order of a map.
	var now Nowcast
	var ages, waiting, delivered [maxAge + 1]int // orders, and the silent ones, by days
	known := m.known(today)
	for _, c := range known {
		if c.paid < from || to <= c.paid {
			continue
		}
		now.Observed.Den += c.n
		age := today - c.paid
		ages[min(age, maxAge)] += c.n
		switch {
		case c.spoke != notYet:
			now.Observed.Num += c.n
		case c.delivered != notYet:
			delivered[min(age-c.delivered, maxAge)] += c.n
		default:
			waiting[min(age, maxAge)] += c.n
		}
	}
	o := newOutlook(known, today)
	if now.Observed.Den == 0 || o == nil {
		return now
	}

	toCome, complete := 0.0, 0.0
	for age := range min(len(ages), len(o.waiting)) {
		toCome += float64(waiting[age])*o.waiting[age] + float64(delivered[age])*o.delivered[age]
	}
	for age, n := range ages {
		complete += float64(n) * o.complete[min(age, len(o.complete)-1)]
	}
	low, high := negativeBinomial(toCome, o.spread, confidence, now.Observed.Den-now.Observed.Num)
	// The median of a gamma mean (Wilson and Hilferty, PNAS 17 (1931), 684-688).
	median := toCome * math.Pow(max(1-o.spread/9, 0), 3)
	final := func(more float64) float64 {
		return (float64(now.Observed.Num) + more) / float64(now.Observed.Den)
	}
	now.Final = &Forecast{
		Rate:         final(median),
		Interval:     Interval{final(low), final(high)},
		Completeness: complete / float64(now.Observed.Den),
	}
	return now
}

// firstDay returns the number of the first day that begins at t or later.
func (m *Maturity) firstDay(t time.Time) int32 {
	d := m.day(t)
	if m.day(t.Add(-1)) == d {
		d++
	}
	return int32(d)
}

// A seen course is one as it was known on some day, and its orders.
type seen struct {
	course
	n int
}

// known returns the courses as they were known before the day today, in no
// order.
func (m *Maturity) known(today int32) []seen {
	known := make([]seen, 0, len(m.orders))
	for c, n := range m.orders {
		if c.paid >= today {
			continue
		}
		if c.delivered >= today-c.paid {
			c.delivered = notYet
		}
		if c.spoke >= today-c.paid {
			c.spoke = notYet
		}
		known = append(known, seen{c, n})
	}
	return known
}

const (
	maxAge     = 2 * 365 // days after payment that delays are watched at most
	periodDays = 30      // the hazards are those of so many last days,
	periodNeg  = 50      // or of so many negative orders where these take longer
	leastRisk  = 30      // order-days at a landmark below which it has no estimate of its own
	leastDrift = 0.08    // least variance of the rate between months, as a share of its square
)

// An outlook says of a silent order how likely it is to turn negative yet.
type outlook struct {
	waiting   []float64 // by days since payment, of an order not delivered
	delivered []float64 // by days since delivery
	complete  []float64 // by days since payment, the share of feedback given by then
	spread    float64   // variance of what is to come, as a share of its square, beyond chance
}

// newOutlook learns from all orders that are known; nil when there is too little.
func newOutlook(known []seen, today int32) *outlook {
	horizon := watched(known, today)
	ever := newHazard(horizon)
	daysAgo := counts[int32]{} // negative orders
	for _, c := range known {
		ever.add(0, c.last(today), c.spoke != notYet, c.n)
		if c.spoke != notYet && c.spoke != unknown {
			daysAgo.add(today-c.paid-c.spoke, c.n)
		}
	}
	survival := ever.survival()

	// Beyond the horizon: Aitken's extrapolation of a geometric tail.
	first := 1 - survival[(horizon+1)/2]
	second := 1 - survival[horizon] - first
	if first == 0 || second > first/2 {
		return nil
	}
	tail := second * second / (first - second)
	// hence is the probability of a complaint from an age on.
	hence := func(survival []float64, age int32) float64 {
		if survival[age] == 0 {
			return 1
		}
		return 1 - max(survival[horizon]-tail, 0)/survival[age]
	}

	o := &outlook{complete: make([]float64, horizon+1)}
	for age, s := range survival {
		o.complete[age] = (1 - s) / (first + second + tail)
	}
	start, n := period(daysAgo, today)
	o.spread = 1/float64(n) + drift(known, today, o.complete)

	after := newHazard(horizon)
	for _, c := range known {
		if c.delivered <= c.spoke && c.delivered != notYet {
			after.add(max(0, start-c.paid-c.delivered), c.last(today)-c.delivered, c.spoke != notYet, c.n)
		}
	}
	survival = after.survival()
	for age := range horizon {
		o.delivered = append(o.delivered, hence(survival, age))
	}

	// An order waits at the landmarks from, ..., to-1 for as long as it is neither
	// delivered nor heard; there it is followed to its last day.
	for from, to := int32(0), int32(0); from < horizon; from = to {
		to = min(step(from), horizon)
		h := newHazard(horizon)
		for _, c := range known {
			last := c.last(today)
			for age := from; age < to && age <= min(c.delivered, last); age++ {
				h.add(max(0, start-c.paid-age), last-age, c.spoke != notYet, c.n)
			}
		}
		p := 0.0
		if h.risk[0] >= leastRisk || from == 0 {
			p = hence(h.survival(), 0)
		} else {
			p = o.waiting[from-1]
		}
		for range to - from {
			o.waiting = append(o.waiting, p)
		}
	}
	return o
}

// last returns the last day after payment that an order was at risk of a first
// complaint, which is the day of it or yesterday; -1 when it is not known.
func (c course) last(today int32) int32 { return min(c.spoke, today-c.paid-1) }

// watched returns the age, in days, up to which delays can be learned: that
// which a tenth of the orders has reached.
func watched(known []seen, today int32) int32 {
	var reached [maxAge + 1]int
	all := 0
	for _, c := range known {
		reached[min(today-c.paid, maxAge)] += c.n
		all += c.n
	}
	age := int32(maxAge)
	for n := reached[age]; age > 1 && 10*n < all; n += reached[age] {
		age--
	}
	return age
}

// period returns the first day of the period of the hazards, and the number of
// negative orders in it.
func period(daysAgo counts[int32], today int32) (start int32, n int) {
	for _, d := range slices.Sorted(maps.Keys(daysAgo)) {
		if d > periodDays && n >= periodNeg {
			return start, n
		}
		start, n = today-max(d, periodDays), n+daysAgo[d]
	}
	if n < periodNeg {
		start = math.MinInt32 / 2
	}
	return start, n
}

// drift returns the variance of the rate between the months of payment that are
// nearly complete, counted back from today, as a share of its square.
func drift(known []seen, today int32, complete []float64) float64 {
	var months [maxAge / 30]Rate
	for _, c := range known {
		i := int(today-c.paid-1) / 30
		if i < len(months) && complete[min(30*i+1, len(complete)-1)] >= 0.9 {
			months[i].Den += c.n
			if c.spoke != notYet {
				months[i].Num += c.n
			}
		}
	}
	rates := slices.DeleteFunc(months[:], func(r Rate) bool { return r.Den == 0 })
	p := fitPrior(rates)
	if p.Mean == 0 {
		return leastDrift
	}
	return max(leastDrift, (1-p.Mean)/(p.Mean*(p.Strength+1)))
}

// A hazard counts, by age in days, orders at risk of an event and events. That at
// risk is kept as differences from the day before.
type hazard struct{ risk, events []float64 }

func newHazard(horizon int32) hazard {
	return hazard{make([]float64, horizon+1), make([]float64, horizon)}
}

// add counts n orders that are at risk on the days from, ..., to, on the last of
// which the event happens if it does.
func (h hazard) add(from, to int32, event bool, n int) {
	if horizon := int32(len(h.events)); to >= horizon {
		to, event = horizon-1, false
	}
	if from > to {
		return
	}
	h.risk[from] += float64(n)
	h.risk[to+1] -= float64(n)
	if event {
		h.events[to] += float64(n)
	}
}

// step returns the first age after those that share the hazard of age.
func step(age int32) int32 { return age + max(1, age/6) }

// survival returns the probability that there was no event before an age.
func (h hazard) survival() []float64 {
	s := []float64{1}
	now := 0.0
	for from, to := 0, 0; from < len(h.events); from = to {
		to = min(int(step(int32(from))), len(h.events))
		risk, events := 0.0, 0.0
		for age := from; age < to; age++ {
			now += h.risk[age]
			risk += now
			events += h.events[age]
		}
		for range to - from {
			s = append(s, s[len(s)-1]*(1-events/max(risk, 1)))
		}
	}
	return s
}

// negativeBinomial returns the range that holds a count of the given mean with
// the given confidence, mean included, up to most. Spread is the variance
// beyond that of a Poisson count, as a share of the mean's square.
func negativeBinomial(mean, spread, confidence float64, most int) (low, high float64) {
	if !(confidence < 1) {
		return 0, float64(most)
	}
	tail := (1 - max(confidence, 0)) / 2
	shape := 1 / spread
	k := 0.0
	p := math.Exp(-shape * math.Log1p(mean/shape))
	for sum := p; k < float64(most); sum += p {
		if sum < tail {
			low = k + 1
		}
		if sum >= 1-tail {
			break
		}
		p *= (k + shape) / (k + 1) * mean / (shape + mean)
		k++
	}
	return min(low, mean), max(k, mean)
}
