// Package screen looks at many records at once, before judging, for what no
// single case can show: feedback without a purchase, texts copied from account
// to account, buyers who act in concert, brushing orders (刷单).
//
// A [Screen] accumulates orders and feedback; [Screen.Marks] says what stands
// out; [Marks.Apply] writes it into a copy of a case as an Abnormal value that
// begins with [ccr.ScreenPrefix]. Screens mark and never drop: the policy decides
// by its field Screened whether what only a screen has marked counts.
//
// # What is no attack
//
// One principle runs through all screens. A group is marked when the shop's own
// history makes it very unlikely, never because it is large:
//
//   - A text that is common is no attack. Copies must be crowded in time compared
//     with all other feedback, so a default text, a stock phrase or a lazy
//     template that is used all year, or on a busy day by as many as the
//     day is busy, is left alone.
//   - A buyer is believed. Somebody who bought on his own and says so in his own
//     words is not marked, however many others say the same in the same hour:
//     that is a bad batch. Nor is a company that bought forty pieces at once and
//     complains of each at once. Buyers are marked only when several made their
//     purchases, too, in concert, when they repeat each other word for word at
//     length, or when one account judges within an hour many orders more than it bought.
//   - What is usual in a shop or of a product is no sign. Where meals or
//     vouchers arrive within the hour, a fast delivery says nothing.
//
// Every group is held against [Options.MaxChance]: the number of such groups
// that chance would make in this set of records, which is the tail probability
// under the baseline times the number of groups that were looked at.
//
// # What is not found
//
// Buyers who bought at different times and write each in his own words; one account
// that really paid for every order that it judges; copies shorter than nine
// characters, by buyers; paraphrases that keep less than half of the wording; a wave
// in a time for which there is no other feedback to compare with; anything where ids
// or times are missing. An account or address with many orders is nothing in itself.
//
// # Properties
//
// Marks depend neither on the order of the records nor on how they were spread
// over shards, and a record that was added again changes nothing. Ids and texts
// are compared by 64-bit hashes.
package screen

import (
	"cmp"
	"slices"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// Reasons of marks. The vocabulary is open, as that of [ccr.Reason] is.
const (
	ReasonNoPurchase   ccr.Reason = "no_purchase"   // feedback: no order id and no customer, an unknown order, another buyer's, one never paid
	ReasonCopiedText   ccr.Reason = "copied_text"   // feedback: the text of several accounts at one time
	ReasonBuyerBurst   ccr.Reason = "buyer_burst"   // feedback: one account, many more orders judged in an hour than it bought
	ReasonProductBurst ccr.Reason = "product_burst" // feedback: buyers of one product who bought together and wrote together
	ReasonBrushing     ccr.Reason = "brushing"      // orders: delivered or praised before a parcel could arrive, in groups
)

// Options are the thresholds. Nil and the zero Options are the defaults; a field
// that is zero or less has its default. None was chosen to fit one data set: each
// says what it stands for. What the baselines assume (how much alike the orders
// of a household are, for instance) stands in the code, with its reasons.
type Options struct {
	_ [0]func()

	// MaxChance is the number of groups like the one found that chance may be
	// expected to make in the whole set of records. Default 0.01: of a hundred
	// shops without an attack about one has a group marked by a screen. Raise it to
	// see weaker groups, with a lower Score, for people to look at.
	MaxChance float64

	// Lift is how many times denser than its baseline a group must be, however
	// unlikely it is. Default 4: in a large shop a season, or a batch that sold in
	// half the time, is unlikely too, but only two or three times as dense.
	Lift float64

	// MinGroup is the least number of accounts that copy a text, or of payments
	// in a group of brushing orders. Default 3: two may be a couple.
	MinGroup int

	// MinBurst is the least number of accounts, or messages, in a burst. Default
	// 5: nothing but the times speaks there, and four friends may buy and write
	// together.
	MinBurst int

	// Similarity is the Jaccard similarity of the sets of character pairs
	// from which two texts are copies, in (0, 1]. Default 0.4: copies that are
	// rewritten reach it (other words in three places of thirty characters, clauses
	// moved, signs put in), and of 55,567 different reviews of eleven kinds of goods
	// 3.7% have such a neighbour among their kind, most of them stock phrases.
	Similarity float64

	// MinText is how many character pairs that are not Common a text must share with
	// its copies. Default 8, of nine characters: below are phrases at which
	// people arrive on their own.
	MinText int

	// Common is the share of the other messages above which a character pair is
	// common. Default 0.01: what one message in a hundred says is a phrase of this
	// shop.
	Common float64

	// Verbatim is the number of such pairs from which buyers are taken to copy
	// even though they bought independently. Default 24, of a long sentence: among
	// 55,567 different reviews of eleven kinds of goods are 26 groups of three or more that share
	// as many, nearly all of them pasted templates and quotations.
	Verbatim int

	// Window is the longest time that one wave of copies, or of the payments behind
	// them, may take. Default 72 hours; a longer campaign is found wave by wave.
	Window time.Duration

	// Wave is the share of all accounts with a text that a wave must hold if buyers
	// are to be marked. Default 1/3: what a platform or a merchant provides comes
	// in waves, too, but night after night.
	Wave float64

	// Fast is the time from payment to delivery within which no parcel can travel.
	// Default 1 hour. Where that is usual it is not held against anybody.
	Fast time.Duration

	// AtOnce is the time after delivery within which praise comes at once, and
	// Fast and AtOnce together the time after payment. Default 1 hour.
	AtOnce time.Duration

	// Defaults are further texts that a platform writes where a buyer wrote
	// nothing. The usual ones (此用户没有填写评价, 系统默认好评) are known. Such texts
	// are never copies and take no part in bursts.
	Defaults []string

	// English has explanations in English, not in Chinese, the language of appeals.
	English bool
}

// withDefaults returns a copy of o with every field set.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	or := func(v *float64, value float64) {
		if !(*v > 0) {
			*v = value
		}
	}
	or(&d.MaxChance, 0.01)
	or(&d.Lift, 4)
	or(&d.Similarity, 0.4)
	or(&d.Common, 0.01)
	or(&d.Wave, 1.0/3)
	orDefault(&d.MinGroup, 3)
	orDefault(&d.MinBurst, 5)
	orDefault(&d.MinText, 8)
	orDefault(&d.Verbatim, 24)
	orDefault(&d.Window, 72*time.Hour)
	orDefault(&d.Fast, time.Hour)
	orDefault(&d.AtOnce, time.Hour)
	return d
}

func orDefault[T int | time.Duration](v *T, value T) {
	if *v <= 0 {
		*v = value
	}
}

// A Mark says that a record stands out, and why.
type Mark struct {
	_ [0]func()

	ccr.Key            // the order, or the feedback; an id that is not known is ""
	Reason  ccr.Reason // one of the Reasons

	// Score is in [0, 1]: 1 less the number of such groups that chance would be
	// expected to make, at least 0, and 1 where the record itself shows the fact.
	Score float64

	// Group are the records that stand out together, this one among them, sorted:
	// orders, without a FeedbackID, or feedback. Nil where the record speaks for
	// itself. The marks of a group share it: do not modify it.
	Group []ccr.Key

	// Explanation says in a sentence what was seen and what would be usual, fit for
	// an appeal. The wording may change in any release.
	Explanation string
}

// Marks are what [Screen.Marks] found. They may be shared by goroutines.
type Marks struct {
	_ [0]func()

	// Orders and Feedback are the marks of orders and of feedback, sorted by order
	// id, feedback id and reason. A record has at most one mark for a reason; of
	// several groups it is in, that with the highest score.
	Orders, Feedback []Mark

	orders, feedback map[uint64]ccr.Reason // by the identity of the record, what Apply writes
}

// Apply returns c with marks as Abnormal values: [ccr.ScreenPrefix] and the
// reason, of several the one with the highest score, then the first by name. It
// writes into copies of what it changes and never to c, its order or its
// feedback. An Abnormal value that a record already has stays.
func (m *Marks) Apply(c ccr.Case) ccr.Case {
	if c.Order != nil && c.Order.Abnormal == "" {
		if reason, ok := m.orders[hash(c.Order.ID)]; ok {
			o := *c.Order
			o.Abnormal = ccr.ScreenPrefix + string(reason)
			c.Order = &o
		}
	}
	cloned := false
	for i := range c.Feedback {
		fb := &c.Feedback[i]
		reason, ok := m.feedback[feedbackKey(orderID(&c, fb), fb)]
		if !ok || fb.Abnormal != "" {
			continue
		}
		if !cloned {
			c.Feedback, cloned = slices.Clone(c.Feedback), true
		}
		c.Feedback[i].Abnormal = ccr.ScreenPrefix + string(reason)
	}
	return c
}

// orderID returns the id of the order that fb is about.
func orderID(c *ccr.Case, fb *ccr.Feedback) string {
	id := cmp.Or(fb.OrderID, c.OrderID)
	if id == "" && c.Order != nil {
		id = c.Order.ID
	}
	return id
}

// A finding is a group of records before it is written out. Its members are
// numbers of orders or of messages in the view.
type finding struct {
	reason  ccr.Reason
	orders  bool // members are orders
	members []int32
	score   float64
	explain string
	alone   bool // the members are no group: each speaks for itself
}

// Marks returns the marks of all records added so far. It does not change s. Nil
// opts are the defaults.
//
// Time grows with the number of records, and its logarithm for sorting: a million
// orders and 200,000 feedback of fifty characters, some 125 MB in s, took nine
// seconds on one core of a busy virtual machine, with a peak of 220 to 330 MB as
// the garbage collector is set (BenchmarkMarks).
func (s *Screen) Marks(opts *Options) *Marks {
	v := s.view(opts.withDefaults())
	var fs []finding
	fs = append(fs, v.noPurchase()...)
	fs = append(fs, v.copied()...)
	fs = append(fs, v.buyerBursts()...)
	fs = append(fs, v.productBursts()...)
	fs = append(fs, v.brushing()...)

	m := &Marks{orders: make(map[uint64]ccr.Reason), feedback: make(map[uint64]ccr.Reason)}
	m.Orders = v.write(fs, true, m.orders)
	m.Feedback = v.write(fs, false, m.feedback)
	return m
}

// write makes the marks of orders, or of feedback, and notes in applied what
// Apply is to write.
func (v *view) write(fs []finding, orders bool, applied map[uint64]ccr.Reason) []Mark {
	type place struct {
		member int32
		f      int
	}
	var places []place
	for i := range fs {
		if fs[i].orders == orders {
			for _, member := range fs[i].members {
				places = append(places, place{member, i})
			}
		}
	}
	// The best finding of each reason comes first; equal scores go to the larger
	// group, then to the one found first, which is the same in every run.
	slices.SortFunc(places, func(a, b place) int {
		fa, fb := &fs[a.f], &fs[b.f]
		return cmp.Or(cmp.Compare(a.member, b.member), cmp.Compare(fa.reason, fb.reason), cmp.Compare(fb.score, fa.score),
			cmp.Compare(len(fb.members), len(fa.members)), cmp.Compare(a.f, b.f))
	})
	places = slices.CompactFunc(places, func(a, b place) bool { return a.member == b.member && fs[a.f].reason == fs[b.f].reason })

	groups := make(map[int][]ccr.Key)
	best := make(map[uint64]float64)
	marks := make([]Mark, 0, len(places))
	for _, p := range places {
		f := &fs[p.f]
		if _, ok := groups[p.f]; !ok && !f.alone {
			keys := make([]ccr.Key, len(f.members))
			for i, member := range f.members {
				keys[i], _ = v.key(member, orders)
			}
			slices.SortFunc(keys, compareKeys)
			groups[p.f] = keys
		}
		key, id := v.key(p.member, orders)
		marks = append(marks, Mark{Key: key, Reason: f.reason, Score: max(0, f.score), Group: groups[p.f], Explanation: f.explain})
		if was, ok := best[id]; !ok || f.score > was {
			best[id], applied[id] = f.score, f.reason
		}
	}
	slices.SortStableFunc(marks, func(a, b Mark) int {
		return cmp.Or(compareKeys(a.Key, b.Key), cmp.Compare(a.Reason, b.Reason))
	})
	return marks
}

// key returns how a record is called and its identity.
func (v *view) key(member int32, order bool) (ccr.Key, uint64) {
	if order {
		o := v.orders[member]
		return ccr.Key{OrderID: v.ids.get(o.id)}, o.key
	}
	m := v.messages[member]
	return ccr.Key{OrderID: v.ids.get(m.orderID), FeedbackID: v.ids.get(m.id)}, m.key
}

func compareKeys(a, b ccr.Key) int {
	return cmp.Or(cmp.Compare(a.OrderID, b.OrderID), cmp.Compare(a.FeedbackID, b.FeedbackID))
}
