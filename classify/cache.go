package classify

import (
	"container/list"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
)

// maxCached is the longest feedback that Cache remembers, in bytes. Few
// reviews are longer, and those that are do not come twice.
const maxCached = 4 << 10

// Cache returns a Classifier that remembers the answers of c to the last n
// different feedbacks, by all that an answer may depend on: Text, Channel,
// Product, Rating and Reason. n of 0 or less remembers nothing: the result is
// c. It pays for classifiers that are slow or paid for, and where many buyers
// leave the same words.
//
// Errors are not remembered, nor are answers to feedbacks whose text, product
// and reason exceed 4 KiB together. The memory held is thus at most n times
// 4 KiB and the answer to it. Every caller gets a copy of its own. Callers who
// ask for the same new feedback at the same time each ask c.
func Cache(c Classifier, n int) Classifier {
	if n <= 0 {
		return c
	}
	return &cache{c: c, n: n, entries: make(map[cacheKey]*list.Element)}
}

// A cacheKey is all that an answer may depend on.
type cacheKey struct {
	text, product, reason string
	channel               ccr.Channel
	rating                int
}

type cacheEntry struct {
	key cacheKey
	a   ccr.Assessment
}

type cache struct {
	c Classifier
	n int

	mu      sync.Mutex
	entries map[cacheKey]*list.Element
	recent  list.List // of *cacheEntry, the most recently asked for first
}

func (c *cache) Unwrap() Classifier { return c.c }

func (c *cache) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if len(fb.Text)+len(fb.Product)+len(fb.Reason) > maxCached {
		return c.c.Classify(ctx, fb)
	}
	k := cacheKey{fb.Text, fb.Product, fb.Reason, fb.Channel, fb.Rating}
	if a, ok := c.get(k); ok {
		return cloneAssessment(a), nil
	}
	a, err := c.c.Classify(ctx, fb)
	if err != nil {
		return ccr.Assessment{}, err
	}
	// The strings may be slices of a file that should not stay in memory.
	k.text, k.product, k.reason = strings.Clone(k.text), strings.Clone(k.product), strings.Clone(k.reason)
	c.put(k, cloneAssessment(a))
	return a, nil
}

func (c *cache) get(k cacheKey) (ccr.Assessment, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[k]
	if !ok {
		return ccr.Assessment{}, false
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cacheEntry).a, true
}

func (c *cache) put(k cacheKey, a ccr.Assessment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[k]; ok {
		return // somebody else was faster
	}
	c.entries[k] = c.recent.PushFront(&cacheEntry{k, a})
	if c.recent.Len() > c.n {
		last := c.recent.Remove(c.recent.Back()).(*cacheEntry)
		delete(c.entries, last.key)
	}
}

// cloneAssessment returns a copy of a that shares no memory with it but its
// strings, which nobody can change.
func cloneAssessment(a ccr.Assessment) ccr.Assessment {
	a.Opinions = slices.Clone(a.Opinions)
	for i := range a.Opinions {
		o := &a.Opinions[i]
		o.Evidence, o.Rules = slices.Clone(o.Evidence), slices.Clone(o.Rules)
	}
	return a
}
