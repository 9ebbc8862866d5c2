package screen

import (
	"cmp"
	"encoding/binary"
	"math"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Screen accumulates orders and feedback. The zero Screen is empty and ready
// to use. It keeps ids, hashes and times, and of a text the hashes of its
// character pairs, at most 256 of them: some 80 bytes for an order and 300 for a
// feedback. It is not safe for concurrent use; give each goroutine its own and
// Merge them.
type Screen struct {
	_ [0]func()

	ids      ids
	orders   chunks[order]
	messages chunks[message]
	pairs    []uint32 // free end of the current block of character pairs
}

// An order is what is kept of a ccr.Order. Hashes of empty ids are 0; unknown
// times are noTime.
type order struct {
	key, buyer, address, product uint64
	paid, delivered              int64 // seconds
	id                           idRef
}

// A message is what is kept of a ccr.Feedback.
type message struct {
	key, order, buyer, letters uint64
	created                    int64
	pairs                      []uint32
	orderID, id                idRef
	channel                    ccr.Channel
	praise                     bool // a review of four stars or more, or without stars
	silent                     bool // it states nothing: no letters, or a default text
}

const noTime = math.MaxInt64

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.Unix()
}

// Add adds a case: its order and its feedback. Feedback that does not name its
// order belongs to that of the case.
func (s *Screen) Add(c *ccr.Case) {
	if c.Order != nil {
		s.AddOrder(c.Order)
	}
	for i := range c.Feedback {
		s.addFeedback(orderID(c, &c.Feedback[i]), &c.Feedback[i])
	}
}

// AddOrder adds an order. Of several with one id the earliest paid stands. An
// order without an id is ignored.
func (s *Screen) AddOrder(o *ccr.Order) {
	if o.ID == "" {
		return
	}
	s.orders.add(order{
		key: hash(o.ID), buyer: hash(o.BuyerID), address: hash(o.Address), product: hash(cmp.Or(o.ProductID, o.Product)),
		paid: seconds(o.PaidAt), delivered: seconds(o.DeliveredAt), id: s.ids.put(o.ID),
	})
}

// AddFeedback adds a feedback. Of several with one order id and one id of their
// own the earliest stands. Feedback without an id of its own is the same when
// order, buyer, channel, time and text are.
//
// Orders should reach back as far as feedback does: feedback on an order that was
// never added is feedback on an unknown order, unless no order was added at all.
func (s *Screen) AddFeedback(fb *ccr.Feedback) { s.addFeedback(fb.OrderID, fb) }

func (s *Screen) addFeedback(orderID string, fb *ccr.Feedback) {
	letters := appendLetters(nil, fb.Text)
	s.messages.add(message{
		key: feedbackKey(orderID, fb), order: hash(orderID), buyer: hash(fb.BuyerID), letters: hash(string(letters)),
		created: seconds(fb.CreatedAt), pairs: s.keepPairs(letters),
		orderID: s.ids.put(orderID), id: s.ids.put(fb.ID), channel: fb.Channel,
		praise: (fb.Channel == ccr.ChannelReview || fb.Channel == ccr.ChannelUnknown) && (fb.Rating == 0 || fb.Rating >= 4),
		silent: isDefault(letters),
	})
}

// keepPairs returns the character pairs of letters in memory of s.
func (s *Screen) keepPairs(letters []rune) []uint32 {
	pairs := appendPairs(nil, letters)
	if len(pairs) > cap(s.pairs)-len(s.pairs) {
		s.pairs = make([]uint32, 0, 1<<16)
	}
	start := len(s.pairs)
	s.pairs = append(s.pairs, pairs...)
	return s.pairs[start:len(s.pairs):len(s.pairs)]
}

// Merge adds what o has accumulated. It leaves o as it is.
func (s *Screen) Merge(o *Screen) {
	if o == nil {
		return
	}
	// A Screen merged with itself must not chase its own end.
	orders, messages := o.orders.all(), o.messages.all()
	for _, r := range orders {
		c := *r
		c.id = s.ids.put(o.ids.get(r.id))
		s.orders.add(c)
	}
	for _, r := range messages {
		c := *r
		c.orderID, c.id = s.ids.put(o.ids.get(r.orderID)), s.ids.put(o.ids.get(r.id))
		s.messages.add(c)
	}
}

// feedbackKey returns the identity of a feedback.
func feedbackKey(orderID string, fb *ccr.Feedback) uint64 {
	if fb.ID != "" {
		return mix(hash(orderID)) ^ hash(fb.ID)
	}
	h := mix(hash(orderID)+1) ^ hash(fb.BuyerID)
	h = mix(h) ^ hash(fb.Text)
	h = mix(h) ^ uint64(seconds(fb.CreatedAt))
	return mix(h) ^ uint64(fb.Channel)
}

// hash returns a 64-bit hash of s: FNV-1a, mixed so that short ids differ in
// every bit. Only "" has 0.
func hash(s string) uint64 {
	if s == "" {
		return 0
	}
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return max(1, mix(h))
}

// mix is the finalizer of MurmurHash3: a bijection that mixes all bits.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// ids holds strings end to end, since a million headers and allocations would
// take more memory than the ids.
type ids struct{ blocks [][]byte }

// An idRef is where a string is: block and offset, one more so that 0 is "".
type idRef uint64

func (t *ids) put(s string) idRef {
	if s == "" {
		return 0
	}
	last := len(t.blocks) - 1
	need := binary.MaxVarintLen64 + len(s)
	if last < 0 || need > cap(t.blocks[last])-len(t.blocks[last]) {
		t.blocks = append(t.blocks, make([]byte, 0, max(need, 1<<16)))
		last++
	}
	at := len(t.blocks[last])
	t.blocks[last] = append(binary.AppendUvarint(t.blocks[last], uint64(len(s))), s...)
	return idRef(last)<<32 | idRef(at+1)
}

func (t *ids) get(r idRef) string {
	if r == 0 {
		return ""
	}
	b := t.blocks[r>>32][uint32(r)-1:]
	size, n := binary.Uvarint(b)
	return string(b[n : n+int(size)])
}

// chunks is a list that grows without copying, so that its peak is its size.
type chunks[T any] struct{ blocks [][]T }

func (c *chunks[T]) add(v T) {
	last := len(c.blocks) - 1
	if last < 0 || len(c.blocks[last]) == cap(c.blocks[last]) {
		size := 16
		if last >= 0 {
			size = min(2*cap(c.blocks[last]), 1<<12)
		}
		c.blocks = append(c.blocks, make([]T, 0, size))
		last++
	}
	c.blocks[last] = append(c.blocks[last], v)
}

// all returns pointers to all elements.
func (c *chunks[T]) all() []*T {
	n := 0
	for _, b := range c.blocks {
		n += len(b)
	}
	ps := make([]*T, 0, n)
	for _, b := range c.blocks {
		for i := range b {
			ps = append(ps, &b[i])
		}
	}
	return ps
}
