package metrics_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// reasons counts by reason.
type reasons = []metrics.Count[ccr.Reason]

func TestCCRFold(t *testing.T) {
	checkFold(t, func() *metrics.CCR { return new(metrics.CCR) }, func(c *metrics.CCR) any {
		return []any{
			c.Rate(), c.Feedback(), c.Overrides(), c.ExcludedOrders(), c.ExcludedFeedback(), c.Channels(nil), c.Problems(nil),
		}
	})
}

// TestCCR counts a handful of orders whose figures are plain to see.
func TestCCR(t *testing.T) {
	order := func(id string) *ccr.Order { return &ccr.Order{ID: id, BuyerID: "b", PaidAt: day0} }
	says := func(id string, ch ccr.Channel) ccr.Feedback {
		return ccr.Feedback{ID: id, Channel: ch, BuyerID: "b", Text: "x", CreatedAt: day0.Add(time.Hour)}
	}
	bad := func(as ...ccr.Aspect) ccr.Assessment {
		a := ccr.Assessment{Complaint: 1}
		for _, x := range as {
			a.Opinions = append(a.Opinions, ccr.Opinion{Aspect: x, Polarity: ccr.Negative})
		}
		return a
	}
	p := ccr.Fair()
	p.Overrides = map[ccr.Key]ccr.Override{
		{OrderID: "5", FeedbackID: "upheld"}: {Negative: true, Reviewer: "r", Aspects: []ccr.Aspect{ccr.LogisticsLoss}},
		{OrderID: "6", FeedbackID: "copied"}: {Negative: true, Reviewer: "r"}, // has no effect
	}
	copied := says("copied", ccr.ChannelReview)
	copied.Abnormal = "copied"
	brushed := order("8")
	brushed.Abnormal = "brushing"

	var c metrics.CCR
	for _, x := range []struct {
		c  ccr.Case
		as []ccr.Assessment
	}{
		{ccr.Case{Order: order("1")}, nil},
		{ccr.Case{Order: order("2"), Feedback: []ccr.Feedback{says("f", ccr.ChannelReview)}}, []ccr.Assessment{{}}},
		// Three negative feedback by two channels about two aspects: one order.
		{
			ccr.Case{Order: order("3"), Feedback: []ccr.Feedback{says("f", ccr.ChannelReview), says("g", ccr.ChannelComplaint), says("h", ccr.ChannelComplaint)}},
			[]ccr.Assessment{bad(ccr.GoodsSize), bad(ccr.GoodsSize, ccr.GoodsDamage), bad(ccr.GoodsDamage)},
		},
		{ccr.Case{Order: order("4"), Feedback: []ccr.Feedback{says("f", ccr.ChannelReview), says("g", ccr.ChannelReview)}}, []ccr.Assessment{bad(ccr.GoodsSize), bad()}},
		{ccr.Case{Order: order("5"), Feedback: []ccr.Feedback{says("upheld", ccr.ChannelReview)}}, []ccr.Assessment{{}}},
		{ccr.Case{Order: order("6"), Feedback: []ccr.Feedback{copied}}, []ccr.Assessment{bad()}},
		{ccr.Case{Order: &ccr.Order{ID: "7"}, Feedback: []ccr.Feedback{says("f", ccr.ChannelReview)}}, []ccr.Assessment{bad()}},
		{ccr.Case{Order: brushed}, nil},
		{ccr.Case{OrderID: "9", Feedback: []ccr.Feedback{says("f", ccr.ChannelReview)}}, []ccr.Assessment{bad()}},
		{ccr.Case{OrderID: "10", Feedback: []ccr.Feedback{says("f", ccr.ChannelReview)}}, []ccr.Assessment{bad()}},
	} {
		v := judge(t, p, x.c, x.as)
		c.Add(&v)
	}

	rows := func(rs any) string {
		s := ""
		switch rs := rs.(type) {
		case []metrics.Row[ccr.Channel]:
			for _, r := range rs {
				s += r.Key.String() + " " + fraction(r.Rate) + "; "
			}
		case []metrics.Row[ccr.Aspect]:
			for _, r := range rs {
				s += string(r.Key) + " " + fraction(r.Rate) + "; "
			}
		}
		return s
	}
	got := []any{c.Rate(), c.Feedback(), c.Overrides(), c.ExcludedOrders(), c.ExcludedFeedback(), rows(c.Channels(nil)), rows(c.Problems(nil))}
	want := []any{
		metrics.Rate{Num: 3, Den: 6},
		11, 1,
		reasons{{Key: ccr.ReasonNoOrder, N: 2}, {Key: ccr.ReasonAbnormalOrder, N: 1}, {Key: ccr.ReasonUnpaid, N: 1}},
		reasons{{Key: ccr.ReasonNoOrder, N: 2}, {Key: ccr.ReasonAbnormalFeedback, N: 1}, {Key: ccr.ReasonEdited, N: 1}, {Key: ccr.ReasonUnpaid, N: 1}},
		"review 3/6; complaint 1/6; ",
		"goods.size 2/6; goods.damage 1/6; logistics.loss 1/6; ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestCCRNonBuyers: under the strict policy a complaint without an order is one
// order of the rate, so that it stays a proportion.
func TestCCRNonBuyers(t *testing.T) {
	cases := []ccr.Case{
		{OrderID: "x", Feedback: []ccr.Feedback{{ID: "f", Channel: ccr.ChannelComplaint}}},
		{OrderID: "y", Feedback: []ccr.Feedback{{ID: "f", Channel: ccr.ChannelComplaint}}},
	}
	assessments := [][]ccr.Assessment{{{Complaint: 1}}, {{}}}
	var c metrics.CCR
	region := metrics.NewBreakdown(metrics.ByRegion)
	for i := range cases {
		v := judge(t, ccr.Strict(), cases[i], assessments[i])
		c.Add(&v)
		region.Add(&v)
	}
	if got, want := c.Rate(), (metrics.Rate{Num: 1, Den: 1}); got != want {
		t.Errorf("Rate = %v, want %v", got, want)
	}
	if rows := region.Rows(nil); len(rows) != 1 || rows[0].Key != "" || rows[0].Rate != c.Rate() {
		t.Errorf("by region %v, want all under the empty key", rows)
	}
}
