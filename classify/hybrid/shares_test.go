package hybrid_test

import (
	"context"
	"math"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/metrics"
)

// TestSharesOfReviews thins public reviews, of which nearly half have low stars,
// until these are as rare as complaints are in shops: the share found without a
// label must be near theirs, and a classifier that is told so must count nearer to
// it, and judge more texts as the stars do, than one that is not.
func TestSharesOfReviews(t *testing.T) {
	var stars [2][]ccr.Feedback // good, bad
	for _, name := range []string{"shopping.dev", "waimai.dev"} {
		starReviews(t, name, func(fb ccr.Feedback, low bool) {
			bad := 0
			if low {
				bad = 1
			}
			stars[bad] = append(stars[bad], fb)
		})
	}
	plain := hybrid.New(nil)
	for _, share := range []float64{0.02, 0.05, 0.1, 0.2} {
		n := int(share / (1 - share) * float64(len(stars[0])))
		texts := [2][]ccr.Feedback{stars[0], stars[1][:n]}
		var seen metrics.Prevalence
		read := func(c *hybrid.Classifier) (counted, right float64) {
			all := float64(len(texts[0]) + n)
			for bad, fbs := range texts {
				for i := range fbs {
					a, err := c.Classify(context.Background(), fbs[i])
					if err != nil {
						t.Fatal(err)
					}
					if c == plain {
						seen.Add(a.Complaint)
					}
					said := a.Complaint >= 0.5
					if said {
						counted += 1 / all
					}
					if said == (bad == 1) {
						right += 1 / all
					}
				}
			}
			return counted, right
		}
		counted, right := read(plain)
		found, _ := seen.Share(plain.Share(ccr.ChannelReview))
		told, toldRight := read(hybrid.New(&hybrid.Options{Shares: map[ccr.Channel]float64{ccr.ChannelReview: found}}))
		t.Logf("low stars %.3f: found %.3f; counted %.3f, when told %.3f; as the stars say %.3f, when told %.3f", share, found, counted, told, right, toldRight)
		if math.Abs(found-share) > 0.02 || math.Abs(told-share) > math.Abs(counted-share) || toldRight < right {
			t.Errorf("low stars %.3f: found %.3f; counted %.3f, when told %.3f; as the stars say %.3f, when told %.3f", share, found, counted, told, right, toldRight)
		}
	}
}
