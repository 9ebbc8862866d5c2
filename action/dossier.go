package action

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// Dossiers accumulates, by key, what is needed to say which products (or
// regions, carriers, service groups, or combinations of these) are worse than
// the rest of the shop, in what, since when, and what mending it would bring.
// Make one with [NewDossiers]; in the zero Dossiers no order has a key.
//
// Only counted verdicts enter. Orders with the key "", those that do not say,
// belong to the rest of the shop and have no dossier. Orders too young to have
// been talked about look better than they are and may pass for a change; leave
// them out by the window of the policy.
//
// As in package metrics, results depend neither on the order of the verdicts
// nor on how they were split among accumulators before these were merged; a
// verdict that is added twice counts twice. Add and Merge are for one goroutine
// at a time; the other methods may run concurrently with each other.
//
// It holds some 30 bytes for each different key, day and set of problems, and
// copies of at most 10 feedback for each key and problem: 42 MB for a million
// orders of 10,000 products in 120 days, 6% of them negative. For these Ranking
// and Dossier take some 0.2 s each; Dossier takes longer, up to some seconds,
// for a key with tens of thousands of negative orders.
type Dossiers struct {
	_ [0]func()

	key     func(*ccr.Verdict) string
	options DossierOptions
	records map[string]*account

	// The sets of problems that orders had, by number; set 0 is that of an
	// order that was not negative.
	sets map[string]int32
	of   [][]ccr.Aspect
}

// DossierOptions are the options of [NewDossiers]. Nil and the zero
// DossierOptions are the defaults.
type DossierOptions struct {
	_ [0]func()

	// Location is where days begin and end. Nil means UTC.
	Location *time.Location

	// Quality is the quality-return rate to compare, and QualityWindow the
	// window of it. The zero values are quality returns of all paid orders.
	Quality       metrics.Definition
	QualityWindow metrics.Window
}

// An account is what was counted of one key.
type account struct {
	cells   map[cell]int
	quality metrics.QualityReturn
	quotes  map[ccr.Aspect][]quote
}

// A cell is the orders of a day with one set of problems. An order is in one.
type cell struct {
	day int32 // since 1970-01-01; noDay when it is not known
	set int32
}

const noDay = -1 << 31

// NewDossiers returns Dossiers by key, such as [metrics.ByProduct]. For a
// combination key joins the parts. It must be a pure function of the verdict.
// Nil opts are the defaults.
func NewDossiers(key func(*ccr.Verdict) string, opts *DossierOptions) *Dossiers {
	d := &Dossiers{key: key}
	if opts != nil {
		d.options = *opts
	}
	return d
}

// Add counts one verdict. It keeps no part of it.
func (d *Dossiers) Add(v *ccr.Verdict) {
	if !v.Counted {
		return
	}
	d.start()
	key := ""
	if d.key != nil {
		key = d.key(v)
	}
	r := d.at(key)
	c := cell{day: noDay}
	if v.Order != nil && !v.Order.PaidAt.IsZero() {
		c.day = dayOf(v.Order.PaidAt, d.location())
	}
	if v.Negative {
		c.set = d.intern(v.Problems)
	}
	r.cells[c]++
	r.quality.Add(v)
	if v.Negative && key != "" {
		r.addQuotes(v)
	}
}

// Merge adds what o has accumulated, which may be nil. Both must have the same
// key and options.
func (d *Dossiers) Merge(o *Dossiers) {
	if o == nil {
		return
	}
	d.start()
	sets := make([]int32, len(o.of))
	for i := range o.of {
		if i > 0 {
			sets[i] = d.intern(o.of[i])
		}
	}
	for key, theirs := range o.records {
		r := d.at(key)
		for c, n := range theirs.cells {
			r.cells[cell{c.day, sets[c.set]}] += n
		}
		r.quality.Merge(&theirs.quality)
		for a, qs := range theirs.quotes {
			for _, q := range qs {
				r.keep(a, q)
			}
		}
	}
}

// start makes the zero Dossiers ready.
func (d *Dossiers) start() {
	if d.records == nil {
		d.records = make(map[string]*account)
		d.sets = make(map[string]int32)
		d.of = make([][]ccr.Aspect, 1)
	}
}

// at returns the account of key, which it makes when there is none.
func (d *Dossiers) at(key string) *account {
	r := d.records[key]
	if r == nil {
		r = &account{
			cells:   make(map[cell]int),
			quality: metrics.QualityReturn{Definition: d.options.Quality, Window: d.options.QualityWindow},
			quotes:  make(map[ccr.Aspect][]quote),
		}
		d.records[strings.Clone(key)] = r
	}
	return r
}

// intern returns the number of a set of problems.
func (d *Dossiers) intern(problems []ccr.Aspect) int32 {
	set := slices.Clone(problems)
	slices.Sort(set)
	set = slices.Compact(set)
	var name strings.Builder
	for _, a := range set {
		name.WriteString(string(a))
		name.WriteByte(0)
	}
	n, ok := d.sets[name.String()]
	if !ok {
		for i, a := range set {
			set[i] = ccr.Aspect(strings.Clone(string(a)))
		}
		n = int32(len(d.of))
		d.of = append(d.of, set)
		d.sets[name.String()] = n
	}
	return n
}

func (d *Dossiers) location() *time.Location {
	if d.options.Location == nil {
		return time.UTC
	}
	return d.options.Location
}

// dayOf returns the number of the day of t in loc.
func dayOf(t time.Time, loc *time.Location) int32 {
	const day = 24 * 60 * 60
	_, offset := t.In(loc).Zone()
	s := t.Unix() + int64(offset)
	n := s / day
	if s%day < 0 {
		n--
	}
	return int32(n)
}

// dawn returns when a day begins.
func (d *Dossiers) dawn(day int32) time.Time {
	return time.Date(1970, 1, 1+int(day), 0, 0, 0, 0, d.location())
}

// A Standing says how a key stands in its shop.
type Standing struct {
	_ [0]func()

	Key      string   `json:"key"`
	Negative Contrast `json:"negative"` // the CCR

	// Excess is the orders by which the negative orders of the key exceed those
	// it would have at the rate of the rest; below 0 when it is better, and 0
	// where there is no rest. Were they avoided, the CCR of the shop would be
	// that of the rest.
	Excess float64 `json:"excess"`

	// Worse says that the CCR is above that of the rest: Q is at most 5%, so
	// that among all keys called worse 5% or less are expected to be wrong. Q
	// is the one-sided p-value of Fisher's exact test, adjusted for the number
	// of keys after Benjamini and Hochberg (1995).
	Worse bool    `json:"worse"`
	Q     float64 `json:"q"`

	// StandOut are the problems that stand out, see [Problem]; nil when none does.
	StandOut []ccr.Aspect `json:"stand_out,omitempty"`
}

// A Dossier is what is known of one key.
type Dossier struct {
	Standing

	Returns Contrast `json:"returns"` // the quality-return rate

	// Changed says since when the CCR is what it is, nil when it was the same
	// all the time, or went with that of the rest, as far as can be seen.
	Changed *Change `json:"changed"`

	// Problems are all problems of the key, the greatest Z first and then by
	// aspect.
	Problems []Problem `json:"problems"`

	// Solved is the CCR of the shop without the orders that have no other
	// problems than those that stand out.
	Solved metrics.Rate `json:"solved"`
}

// A Problem is one aspect of one key.
type Problem struct {
	_ [0]func()

	Aspect ccr.Aspect `json:"aspect"`
	Orders Contrast   `json:"orders"` // orders with the problem, of all orders
	Only   int        `json:"only"`   // orders of the key that have this problem and no other

	// LogOdds is the natural logarithm of the odds of the problem for an order
	// of the key, divided by the odds for one of the rest, and Z the same in
	// standard errors. Both are drawn towards 0, the more the fewer orders the
	// key has, by an informative Dirichlet prior after Monroe, Colaresi and
	// Quinn, "Fightin' words", Political Analysis 16 (2008), 372-403: orders
	// with the shop's own rate of the problem, as many as a key has on average.
	// LogOdds is nil, and Z 0, where all orders of the shop have the problem.
	LogOdds *Estimate `json:"log_odds"`
	Z       float64   `json:"z"`

	// StandsOut says that the problem is more frequent than in the rest: Q is at
	// most 5%, so that among all problems of all keys that stand out 5% or less
	// are expected to be wrong. Q is made as [Standing.Q] is, from all pairs of
	// key and problem, and not from Z, whose normal p-value is far too small for
	// rare problems.
	StandsOut bool    `json:"stands_out"`
	Q         float64 `json:"q"`

	// Changed is that of the share of orders with this problem, nil when it did
	// not change or the problem does not stand out.
	Changed *Change `json:"changed"`

	// Solved is the CCR of the shop without the orders that have only this
	// problem.
	Solved metrics.Rate `json:"solved"`

	Quotes []Quote `json:"quotes"` // what buyers say of it; at most 5
	Play   Play    `json:"play"`   // what to do about it
}

// Ranking returns the standing of each key: those that are worse, or in which a
// problem stands out, before the others, the greatest excess first, and then by
// key. Ranked by excess and not by rate, what would help the shop most leads,
// not what is small and odd.
func (d *Dossiers) Ranking() []Standing {
	f := d.find()
	ranking := make([]Standing, len(f.keys))
	for i := range f.keys {
		ranking[i] = f.standing(i)
	}
	slices.SortFunc(ranking, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.Excess, a.Excess), strings.Compare(a.Key, b.Key))
	})
	return ranking
}

// rank is 0 for a key of which something was found, and 1 for others.
func (s *Standing) rank() int {
	if s.Worse || len(s.StandOut) > 0 {
		return 0
	}
	return 1
}

// Dossier returns the dossier of key; ok is false when no counted order has it,
// and for "".
func (d *Dossiers) Dossier(key string) (dossier *Dossier, ok bool) {
	f := d.find()
	k, ok := slices.BinarySearch(f.keys, key)
	if !ok {
		return nil, false
	}
	r, t := d.records[key], &f.tallies[k]
	var returns metrics.Rate
	shop := make(map[cell]int)
	for _, r := range d.records {
		returns = returns.Add(r.quality.Rate())
		for c, n := range r.cells {
			shop[c] += n
		}
	}
	dossier = &Dossier{Standing: f.standing(k), Returns: contrast(r.quality.Rate(), returns), Problems: []Problem{}}
	dossier.Changed = d.changed(r, shop, func([]ccr.Aspect) bool { return true })
	for i, a := range f.aspects {
		if t.with[i] == 0 {
			continue
		}
		rate := metrics.Rate{Num: t.with[i], Den: t.all.Den}
		whole := metrics.Rate{Num: f.whole.with[i], Den: f.whole.all.Den}
		p := Problem{
			Aspect: a, Orders: contrast(rate, whole), Only: t.only[i], Q: f.pairQ[pair{k, i}],
			Solved: metrics.Rate{Num: f.whole.all.Num - t.only[i], Den: f.whole.all.Den},
			Quotes: pick(r.quotes[a]), Play: PlayFor(a),
		}
		p.LogOdds, p.Z = logOdds(rate, whole, float64(f.whole.all.Den)/float64(len(f.keys)))
		if p.StandsOut = p.Q <= discovery; p.StandsOut {
			p.Changed = d.changed(r, shop, func(set []ccr.Aspect) bool { return slices.Contains(set, a) })
		}
		dossier.Problems = append(dossier.Problems, p)
	}
	slices.SortFunc(dossier.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(a.Aspect, b.Aspect))
	})
	dossier.Solved = f.whole.all
	remains := func(a ccr.Aspect) bool { return !slices.Contains(dossier.StandOut, a) }
	for c, n := range r.cells {
		if set := d.of[c.set]; len(set) > 0 && !slices.ContainsFunc(set, remains) {
			dossier.Solved.Num -= n
		}
	}
	return dossier, true
}

// changed returns the change of the rate of the negative orders whose problems
// are chosen, or nil; shop are the cells of the whole shop. The rate must have
// changed by itself too: a key does not change because another one did.
func (d *Dossiers) changed(r *account, shop map[cell]int, chosen func([]ccr.Aspect) bool) *Change {
	counts := d.daily(r.cells, chosen)
	days := make([]dayCount, 0, len(counts))
	for _, c := range counts {
		days = append(days, c)
	}
	slices.SortFunc(days, func(a, b dayCount) int { return cmp.Compare(a.day, b.day) })
	at, low, high, p, ok := changePoint(days, 1)
	if !ok {
		return nil
	}
	rest := d.daily(shop, chosen)
	for day, c := range counts {
		rest[day] = dayCount{day, rest[day].n - c.n, rest[day].x - c.x}
	}
	if weighted, spread, seasons := inSeason(days, rest); seasons {
		own := p
		if at, low, high, p, ok = changePoint(weighted, spread); !ok {
			return nil
		}
		p = max(p, own)
	}
	c := &Change{
		// A day without orders may have been the first one.
		Day: d.dawn(days[at].day), Low: d.dawn(days[low-1].day + 1), High: d.dawn(days[high].day), P: p,
	}
	for i, day := range days {
		side := &c.Before
		if i >= at {
			side = &c.After
		}
		*side = side.Add(metrics.Rate{Num: day.x, Den: day.n})
	}
	return c
}

// daily returns the orders of each day, and the negative ones whose problems are chosen.
func (d *Dossiers) daily(cells map[cell]int, chosen func([]ccr.Aspect) bool) map[int32]dayCount {
	days := make(map[int32]dayCount)
	for c, n := range cells {
		if c.day == noDay {
			continue
		}
		day := days[c.day]
		day.day, day.n = c.day, day.n+n
		if c.set > 0 && chosen(d.of[c.set]) {
			day.x += n
		}
		days[c.day] = day
	}
	return days
}
