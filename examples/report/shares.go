package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/metrics"
)

// A shopShares estimates which share of this shop's feedback are complaints, by
// channel, for a classifier that has to be told: they are rarer in a shop than
// among the examples that it learnt from.
type shopShares struct {
	c    *hybrid.Classifier
	seen map[ccr.Channel]*metrics.Prevalence
}

// fewest is the number of texts in a channel from which its share is estimated.
const fewest = 100

// newShopShares returns nil where nothing is to be estimated.
func (s *settings) newShopShares() *shopShares {
	c, ok := s.classifier.(*hybrid.Classifier)
	if !ok || s.shares != "auto" {
		return nil
	}
	return &shopShares{c: c, seen: map[ccr.Channel]*metrics.Prevalence{}}
}

// add reads one feedback. What cannot be read is left to the second reading.
func (h *shopShares) add(ctx context.Context, fb *ccr.Feedback) {
	if h == nil || fb.Abnormal != "" || fb.Text == "" {
		return
	}
	a, err := classify.Recover(h.c).Classify(ctx, *fb)
	if err != nil {
		return
	}
	p := h.seen[fb.Channel]
	if p == nil {
		p = new(metrics.Prevalence)
		h.seen[fb.Channel] = p
	}
	p.Add(a.Complaint)
}

// estimate returns the shares, nil when there are none.
func (h *shopShares) estimate() map[ccr.Channel]float64 {
	if h == nil {
		return nil
	}
	var shares map[ccr.Channel]float64
	for channel, p := range h.seen {
		share, ok := p.Share(h.c.Share(channel))
		if n := float64(p.Len()); ok && n >= fewest {
			if shares == nil {
				shares = map[ccr.Channel]float64{}
			}
			shares[channel] = min(max(share, 1/(n+2)), 1-1/(n+2)) // none seen is not none
		}
	}
	return shares
}

// reader returns who judges: the classifier, told the shares of the shop.
func (s *settings) reader(shares map[ccr.Channel]float64) classify.Classifier {
	if shares == nil {
		return s.classifier
	}
	return hybrid.New(&hybrid.Options{Shares: shares})
}

// shares names the channels with their shares, the greatest first.
func (w words) shares(shares map[ccr.Channel]float64) string {
	var parts []string
	for _, c := range most(shares) {
		parts = append(parts, w.names.Channel(c)+" "+share(shares[c], 0))
	}
	return strings.Join(parts, and)
}

func checkShares(v string) error {
	if v != "auto" && v != "trained" {
		return fmt.Errorf("-shares: unknown %q, want auto or trained", v)
	}
	return nil
}
