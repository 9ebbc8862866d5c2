package alert

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/metrics"
)

// A Point is what became known of one key on one day. Points of the same key and
// day add up. [Series] makes them of verdicts.
type Point struct {
	Key string `json:"key"`
	Day Day    `json:"day"`
	Num int    `json:"num"` // orders that became known to be bad on this day
	Den int    `json:"den"` // orders of which it could have become known on this day
}

// Errors of a point that cannot be used; see [PointError].
var (
	ErrLate  = errors.New("the day is closed")
	ErrPoint = errors.New("bad point")
)

// ErrOptions is matched by the error of New and Restore for options that cannot be
// used.
var ErrOptions = errors.New("alert: bad options")

// A PointError reports a point that was not added. Unwrap gives the cause.
type PointError struct {
	Point Point
	Err   error
}

func (e *PointError) Error() string {
	return fmt.Sprintf("alert: %q on %v: %v", e.Point.Key, e.Point.Day, e.Err)
}

// Unwrap returns the cause.
func (e *PointError) Unwrap() error { return e.Err }

// Options say how cautious a [Detector] is. Nil and the zero Options are the
// defaults, which were chosen by the measurement in the package's tests.
type Options struct {
	_ [0]func()

	// PValue is the p-value of a [Warning], in (0, 0.1]. 0 means 0.005: of the
	// keys with nothing wrong, some five in a thousand at most look this bad on a
	// given day. The smaller it is, the fewer false alerts and the later true
	// ones. A [Watch] takes ten times as much, [Critical] a tenth.
	PValue float64

	// FDR is the highest expected share of false ones among open warnings, in
	// (0, 1]. 0 means 0.1. 1 leaves the decision to PValue, key by key.
	FDR float64

	// Cooldown is for how many days after its end an alert is continued, under
	// the same ID, when its key rises again. 0 means 14; below 0 it never is.
	Cooldown int
}

func (o *Options) resolve() (Options, error) {
	var r Options
	if o != nil {
		r = *o
	}
	if r.PValue == 0 {
		r.PValue = 0.005
	}
	if r.FDR == 0 {
		r.FDR = 0.1
	}
	if r.Cooldown == 0 {
		r.Cooldown = 14
	}
	switch {
	case !(r.PValue > 0 && r.PValue <= 0.1):
		return r, fmt.Errorf("%w: PValue %v is not in (0, 0.1]", ErrOptions, r.PValue)
	case !(r.FDR > 0 && r.FDR <= 1):
		return r, fmt.Errorf("%w: FDR %v is not in (0, 1]", ErrOptions, r.FDR)
	}
	return r, nil
}

// level returns that of a p-value and its adjusted value among so many keys.
func (o *Options) level(p, adjusted float64, keys int) Level {
	switch {
	case p <= o.PValue/10 && adjusted <= o.FDR:
		return Critical
	case p <= o.PValue && adjusted <= o.FDR:
		return Warning
	case p <= o.PValue*10 && p*float64(keys) <= falseWatches:
		return Watch
	}
	return None
}

const (
	// falseWatches is how many keys with nothing wrong may be on watch at a time,
	// on average and whatever the number of keys: the per-family error rate.
	falseWatches = 1

	// suspicion is the p-value up to which the orders of a key's highest chart
	// are no part of what its peers learn. Without it many bad ones among the new
	// make bad the usual.
	suspicion = 0.2

	// peers is the least that the peers are worth to a key, in orders. Where some
	// keys are bad and most are not, what is fitted comes near 1, and no key
	// without a history of its own could then be told from its peers.
	peers = 60

	// memory is the number of days within which a chart must have proved a rise.
	// After it what it has seen is history: the rate was always so.
	memory = 365

	// idle is the number of days without orders after which a key is no longer
	// among those that are compared, and its alert is over.
	idle = 28

	// recovered is the log likelihood ratio, 365 to 1, of "the rate is back at the
	// baseline" that ends an alert. It is a chart, too: where the rate is not back,
	// a good stretch reaches it by chance once in a year or more, on average, and
	// then enters the history without the bad ones around it.
	recovered = 5.8998973535824915

	// maxCount bounds the counts of a point, so that sums are exact.
	maxCount = 1 << 30
)

// A run is what a chart has seen since it last started.
type run struct {
	counts
	since Day
}

// A key is what is remembered of one key.
type key struct {
	name  string
	total counts // all orders, less those of alerts that ended
	runs  [len(ratios)]run
	disp  dispersion
	last  Day     // the last day with counts
	p     float64 // of the highest chart on that day
	high  int     // which chart that is

	alert    *Alert // the last one, nil when there was none or its cooldown is over
	chart    int    // the chart that raised it
	earlier  counts // of its Observed, before it was continued
	recovery counts // of runs[chart], what speaks for its end
}

func (k *key) open() bool { return k.alert != nil && k.alert.Ended == nil }

// A Detector turns points into alerts. Make one with [New] or [Restore]. It is not
// safe for concurrent use. Memory is some 400 bytes for each key, however many
// orders it has; closing a day costs time for all keys, some 5 ms for 10,000.
type Detector struct {
	_ [0]func()

	o     Options
	keys  map[string]*key
	order []*key // by name
	began bool
	day   Day // the last closed one; without meaning until began
	ahead map[Day]map[string]counts
}

// New returns a Detector that has seen nothing. Nil opts are the defaults. The
// error matches [ErrOptions].
func New(opts *Options) (*Detector, error) {
	o, err := opts.resolve()
	if err != nil {
		return nil, err
	}
	return &Detector{o: o, keys: map[string]*key{}, ahead: map[Day]map[string]counts{}}, nil
}

// Add adds a point of a day that is not closed. The error is a [*PointError]: of
// [ErrLate] when the day is closed, of [ErrPoint] when a count is negative or above
// 2^30, the day is outside the years 0 to 9999, or the key is not UTF-8. Nothing has
// changed then.
//
// A closed day stays as it was, since alerts rest on it. Feedback that arrives late
// belongs to the day on which it became known. After a correction of the past, make
// a new Detector of the corrected points: a year of 10,000 products takes seconds.
func (d *Detector) Add(p Point) error {
	if p.Num < 0 || p.Num > maxCount || p.Den < 0 || p.Den > maxCount {
		return &PointError{p, fmt.Errorf("%w: num %d, den %d", ErrPoint, p.Num, p.Den)}
	}
	if p.Day < firstDay || p.Day > lastDay {
		return &PointError{p, fmt.Errorf("%w: the day is outside the years 0 to 9999", ErrPoint)}
	}
	if !utf8.ValidString(p.Key) {
		return &PointError{p, fmt.Errorf("%w: the key is not valid UTF-8", ErrPoint)}
	}
	if d.began && p.Day <= d.day {
		return &PointError{p, fmt.Errorf("%w: days to %v are", ErrLate, d.day)}
	}
	if p.Num > 0 || p.Den > 0 {
		d.put(p.Key, p.Day, counts{int64(p.Num), int64(p.Den)})
	}
	return nil
}

func (d *Detector) put(key string, day Day, c counts) {
	of := d.ahead[day]
	if of == nil {
		of = map[string]counts{}
		d.ahead[day] = of
	}
	of[key] = of[key].plus(c)
}

// Advance closes all days up to and including through, one after the other, and
// returns the alerts that were raised, continued after an end, rose in level or
// ended, as they were on that day: in order of days, and of keys within a day. It
// returns nil when nothing of the kind happened or the days were closed before.
func (d *Detector) Advance(through Day) []Alert {
	through = min(through, lastDay)
	if !d.began {
		if len(d.ahead) == 0 || d.next() > through {
			return nil
		}
		d.began, d.day = true, d.next()-1
	}
	var changed []Alert
	for d.day < through {
		d.day++
		if d.ahead[d.day] == nil && !slices.ContainsFunc(d.order, func(k *key) bool { return k.alert != nil }) {
			d.day = min(through, d.next()) // nothing happens until then
		}
		changed = append(changed, d.closeDay()...)
	}
	return changed
}

// next returns the first day with points that is not closed, or lastDay.
func (d *Detector) next() Day {
	next := lastDay
	for day := range d.ahead {
		next = min(next, day)
	}
	return next
}

// Open returns the alerts that are open, as of the last closed day, sorted by key.
func (d *Detector) Open() []Alert {
	var alerts []Alert
	for _, k := range d.order {
		if k.open() {
			alerts = append(alerts, *k.alert)
		}
	}
	return alerts
}

// closeDay judges d.day. What is usual among the keys is as of the day before, so
// their order does not matter.
func (d *Detector) closeDay() (changed []Alert) {
	today := d.ahead[d.day]
	delete(d.ahead, d.day)
	if len(today) > 0 {
		u := d.usual()
		for name := range today {
			if d.keys[name] == nil {
				k := &key{name: name, p: 1}
				d.keys[name], d.order = k, append(d.order, k)
			}
		}
		slices.SortFunc(d.order, func(a, b *key) int { return cmp.Compare(a.name, b.name) })

		var family []*key
		var ps []float64
		for _, k := range d.order {
			if c, ok := today[k.name]; ok {
				k.add(d.day, c, &u)
			}
			if d.day-k.last < idle {
				family, ps = append(family, k), append(ps, k.p)
			}
		}
		for i, q := range metrics.BenjaminiHochberg(ps, len(ps)) {
			k := family[i]
			if c, ok := today[k.name]; ok && k.judge(c, d.o.level(k.p, q, len(ps)), &u) {
				changed = append(changed, *k.alert)
			}
		}
	}
	for _, k := range d.order {
		switch {
		case k.alert == nil:
		case k.alert.Ended != nil:
			if int(d.day-*k.alert.Ended) >= d.o.Cooldown {
				k.alert = nil
			}
		case d.day-k.last >= idle:
			k.end(d.day)
			changed = append(changed, *k.alert)
		}
	}
	slices.SortStableFunc(changed, func(a, b Alert) int { return cmp.Compare(a.Key, b.Key) })
	return changed
}

// usual is what is known of all keys together.
type usual struct {
	metrics.Prior
	orders int64   // behind the prior
	factor float64 // the mean dispersion
}

// usual leaves out the orders that are under suspicion.
func (d *Detector) usual() usual {
	var u usual
	rates := make([]metrics.Rate, 0, len(d.order))
	groups := 0
	for _, k := range d.order {
		c := k.total
		switch {
		case k.open():
			c = c.minus(k.runs[k.chart].counts)
		case k.p <= suspicion:
			c = c.minus(k.runs[k.high].counts)
		}
		rates = append(rates, c.rate())
		u.orders += c.n
		u.factor += k.disp.squares
		groups += max(k.disp.groups-1, 0)
	}
	u.Prior = metrics.FitPrior(rates)
	if groups > 0 {
		u.factor /= float64(groups)
	} else {
		u.factor = 1
	}
	return u
}

// baseline returns what is known of the key without the orders of a run: its own
// history, what its peers say, and the half of a bad order of Jeffreys' prior.
// Peers say no more than their own orders are worth.
func (k *key) baseline(r counts, u *usual) baseline {
	own := k.total.minus(r)
	s := min(max(u.Strength, peers), float64(max(u.orders-own.n, 0)))
	return baseline{0.5 + float64(own.x) + s*u.Mean, float64(own.n) + s}
}

// add brings the charts of the key up to date.
func (k *key) add(day Day, c counts, u *usual) {
	k.last = day
	k.total = k.total.plus(c)
	factor := k.disp.factor(u.factor)
	best := math.Inf(-1)
	for i := range k.runs {
		r := &k.runs[i]
		if r.counts == (counts{}) {
			r.since = day
		}
		r.counts = r.plus(c)
		h := k.baseline(r.counts, u).rise(ratios[i], factor, r.counts)
		if !k.open() && (h <= 0 || day-r.since >= memory) {
			*r, h = run{}, 0
		}
		if h > best {
			best, k.high = h, i
		}
	}
	k.p = min(1, tail*math.Exp(-best))
	if k.open() {
		return
	}
	k.disp.group = k.disp.group.plus(c)
	if b := k.baseline(k.disp.group, u); b.b > 0 {
		k.disp.add(b.a/b.b, u.factor)
	}
}

// judge brings the alert of the key up to date with the counts of its day, after
// add, and reports whether it changed in more than numbers.
func (k *key) judge(c counts, level Level, u *usual) bool {
	if !k.open() {
		if level > None {
			k.raise(level, u)
		}
		return level > None
	}

	a, r := k.alert, k.runs[k.chart].counts
	k.recovery = k.recovery.plus(c)
	bad := r.minus(k.recovery)
	back := k.baseline(r, u).likelihood(k.recovery) - baseline{0.5 + float64(bad.x), float64(bad.n)}.likelihood(k.recovery)
	back /= k.disp.factor(u.factor)
	if !(back > 0) {
		k.recovery, bad = counts{}, r
		a.Last = k.last
	}
	a.Observed = k.earlier.plus(bad).rate()
	if back >= recovered || k.p > suspicion {
		k.end(k.last)
		return true
	}
	if level > a.Level {
		a.Level, a.PValue = level, k.p
		return true
	}
	return false
}

func id(key string, first Day) string { return fmt.Sprintf("%s@%v", key, first) }

// raise opens an alert, or continues the one whose cooldown is not over.
func (k *key) raise(level Level, u *usual) {
	r := k.runs[k.high]
	b := k.baseline(r.counts, u)
	k.chart, k.earlier, k.recovery, k.disp.group = k.high, counts{}, counts{}, counts{}
	if k.alert != nil {
		k.earlier = counts{int64(k.alert.Observed.Num), int64(k.alert.Observed.Den)}
		k.alert.Ended = nil
	} else {
		k.alert = &Alert{
			ID: id(k.name, k.last), Key: k.name, Since: r.since, First: k.last,
			Baseline: k.total.minus(r.counts).rate(), Expected: b.a / b.b,
		}
	}
	a := k.alert
	a.Level, a.Last, a.PValue = max(a.Level, level), k.last, k.p
	a.Observed = k.earlier.plus(r.counts).rate()
}

// end closes the alert. Its orders are no part of the key's history, except those
// that spoke for its end.
func (k *key) end(day Day) {
	k.total = k.total.minus(k.runs[k.chart].minus(k.recovery))
	k.runs, k.recovery, k.p = [len(ratios)]run{}, counts{}, 1
	k.alert.Ended = &day
}
