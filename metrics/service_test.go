package metrics_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func TestServiceFold(t *testing.T) {
	t.Run("response", func(t *testing.T) {
		checkFold(t, func() *metrics.Response { return new(metrics.Response) }, func(s *metrics.Response) any {
			return []any{s.Rate(), s.Unanswered(), s.Excluded()}
		})
	})
	t.Run("shipping", func(t *testing.T) {
		checkFold(t, func() *metrics.Shipping { return new(metrics.Shipping) }, func(s *metrics.Shipping) any {
			show := []any{s.Excluded()}
			for _, d := range []*metrics.Durations{&s.Pickup, &s.Transit} {
				show = append(show, d.Len(), d.Negative())
				for _, p := range []float64{0, 0.1, 0.5, 0.9, 1} {
					q, ok := d.Quantile(p)
					show = append(show, q, ok)
				}
			}
			return show
		})
	})
}

func TestResponse(t *testing.T) {
	asked := day0.Add(time.Hour)
	inquiry := func(wait time.Duration) ccr.Feedback {
		return ccr.Feedback{ID: "f", BuyerID: "b", Channel: ccr.ChannelInquiry, Text: "在吗", CreatedAt: asked, RepliedAt: asked.Add(wait)}
	}
	with := func(fb ccr.Feedback, change func(*ccr.Feedback)) ccr.Feedback {
		change(&fb)
		return fb
	}
	order := &ccr.Order{ID: "o", BuyerID: "b", PaidAt: day0}
	soon := ccr.Fair()
	soon.FeedbackWithin = time.Minute
	early := ccr.Fair()
	early.To = day0
	first := ccr.Fair()
	first.FirstDecides = []ccr.Channel{ccr.ChannelInquiry}
	yes, no := metrics.Rate{Num: 1, Den: 1}, metrics.Rate{Den: 1}

	for _, c := range []struct {
		name     string
		policy   *ccr.Policy // nil: fair
		within   time.Duration
		order    *ccr.Order
		feedback []ccr.Feedback
		as       []ccr.Assessment
		want     metrics.Rate
		silent   int // inquiries without an answer
		excluded reasons
	}{
		{name: "at once", order: order, feedback: []ccr.Feedback{inquiry(0)}, want: yes},
		{name: "at three minutes", order: order, feedback: []ccr.Feedback{inquiry(3 * time.Minute)}, want: yes},
		{name: "just after", order: order, feedback: []ccr.Feedback{inquiry(3*time.Minute + 1)}, want: no},
		{name: "an hour", within: time.Hour, order: order, feedback: []ccr.Feedback{inquiry(time.Hour)}, want: yes},
		{name: "a second", within: time.Second, order: order, feedback: []ccr.Feedback{inquiry(time.Minute)}, want: no},
		{name: "negative threshold", within: -1, order: order, feedback: []ccr.Feedback{inquiry(time.Minute)}, want: yes},
		{name: "never", order: order, feedback: []ccr.Feedback{with(inquiry(0), func(f *ccr.Feedback) { f.RepliedAt = time.Time{} })}, want: no, silent: 1},
		{name: "a review", order: order, feedback: []ccr.Feedback{with(inquiry(0), func(f *ccr.Feedback) { f.Channel = ccr.ChannelReview })}},
		{name: "before buying", order: &ccr.Order{ID: "o"}, feedback: []ccr.Feedback{inquiry(0)}, want: yes},
		{name: "without an order", feedback: []ccr.Feedback{inquiry(0)}, want: yes},
		{name: "another person", order: order, feedback: []ccr.Feedback{with(inquiry(0), func(f *ccr.Feedback) { f.BuyerID = "c" })}, want: yes},
		{name: "too late for the CCR", policy: soon, order: order, feedback: []ccr.Feedback{inquiry(0)}, want: yes},
		{name: "not read", order: order, feedback: []ccr.Feedback{inquiry(0)}, as: []ccr.Assessment{{Ground: ccr.GroundNotRead}}, want: yes},
		{
			name: "a second question", policy: first, order: order,
			feedback: []ccr.Feedback{inquiry(0), with(inquiry(0), func(f *ccr.Feedback) { f.ID, f.CreatedAt = "g", asked.Add(-time.Hour) })},
			want:     metrics.Rate{Num: 1, Den: 2},
		},
		{
			name: "outside the window", policy: early, order: order, feedback: []ccr.Feedback{inquiry(0)},
			excluded: reasons{{Key: ccr.ReasonOutsideWindow, N: 1}},
		},
		{
			name: "abnormal order", order: &ccr.Order{ID: "o", PaidAt: day0, Abnormal: "test"}, feedback: []ccr.Feedback{inquiry(0)},
			excluded: reasons{{Key: ccr.ReasonAbnormalOrder, N: 1}},
		},
		{
			name: "abnormal", order: order, feedback: []ccr.Feedback{with(inquiry(0), func(f *ccr.Feedback) { f.Abnormal = "spam" })},
			excluded: reasons{{Key: ccr.ReasonAbnormalFeedback, N: 1}},
		},
		{
			name: "abnormal without an order", feedback: []ccr.Feedback{with(inquiry(0), func(f *ccr.Feedback) { f.Abnormal = "spam" })},
			excluded: reasons{{Key: ccr.ReasonAbnormalFeedback, N: 1}},
		},
		{
			name: "duplicate", order: order, feedback: []ccr.Feedback{inquiry(0), inquiry(0)}, want: yes,
			excluded: reasons{{Key: ccr.ReasonDuplicate, N: 1}},
		},
		{
			name: "duplicate without an order", feedback: []ccr.Feedback{inquiry(0), inquiry(0)}, want: yes,
			excluded: reasons{{Key: ccr.ReasonDuplicate, N: 1}},
		},
		{
			name: "no time", order: order, feedback: []ccr.Feedback{with(inquiry(0), func(f *ccr.Feedback) { f.CreatedAt = time.Time{} })},
			excluded: reasons{{Key: metrics.ReasonNoTime, N: 1}},
		},
		{
			name: "answered before it was asked", order: order, feedback: []ccr.Feedback{inquiry(-time.Second)},
			excluded: reasons{{Key: metrics.ReasonClock, N: 1}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := metrics.Response{Within: c.within}
			v := judge(t, c.policy, ccr.Case{OrderID: "o", Order: c.order, Feedback: c.feedback}, c.as)
			s.Add(&v)
			if s.Rate() != c.want {
				t.Errorf("Rate = %v, want %v", s.Rate(), c.want)
			}
			if s.Unanswered() != c.silent {
				t.Errorf("Unanswered = %d, want %d", s.Unanswered(), c.silent)
			}
			if diff := cmp.Diff(append(reasons{}, c.excluded...), s.Excluded()); diff != "" {
				t.Errorf("excluded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestShipping(t *testing.T) {
	var s metrics.Shipping
	for _, o := range []*ccr.Order{
		{PaidAt: day0, ShippedAt: day0.Add(10 * time.Hour), DeliveredAt: day0.Add(60 * time.Hour)},
		{PaidAt: day0, ShippedAt: day0.Add(20 * time.Hour)},
		{PaidAt: day0, ShippedAt: day0.Add(-time.Hour), DeliveredAt: day0},
		{PaidAt: day0, DeliveredAt: day0}, // when it was sent is not known
		{PaidAt: day0},
		{},
		{PaidAt: day0, ShippedAt: day0, Abnormal: "test"},
		nil,
	} {
		v := judge(t, nil, ccr.Case{Order: o}, nil)
		s.Add(&v)
	}
	s.Add(&ccr.Verdict{Counted: true, Negative: true}) // a complaint without an order
	if s.Pickup.Len() != 2 || s.Pickup.Negative() != 1 || s.Transit.Len() != 2 || s.Transit.Negative() != 0 {
		t.Errorf("pickup %d and %d negative, transit %d and %d negative; want 2, 1, 2, 0",
			s.Pickup.Len(), s.Pickup.Negative(), s.Transit.Len(), s.Transit.Negative())
	}
	if got, ok := s.Pickup.Quantile(1); !ok || got != 20*time.Hour {
		t.Errorf("longest pickup %v, %v, want 20h", got, ok)
	}
	if got, ok := s.Transit.Quantile(0); !ok || got != time.Hour {
		t.Errorf("shortest transit %v, %v, want 1h", got, ok)
	}
	want := reasons{{Key: ccr.ReasonNoOrder, N: 2}, {Key: ccr.ReasonAbnormalOrder, N: 1}, {Key: ccr.ReasonUnpaid, N: 1}}
	if diff := cmp.Diff(want, s.Excluded()); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
}

// TestQuantile uses the worked examples of nearest rank in Wikipedia's
// "Percentile": the lists 15 20 35 40 50 and 3 6 7 8 8 9 10 13 15 16 20.
func TestQuantile(t *testing.T) {
	five := []int{15, 20, 35, 40, 50}
	eleven := []int{3, 6, 7, 8, 8, 9, 10, 13, 15, 16, 20}
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = i + 1
	}
	for _, c := range []struct {
		seconds []int
		p       float64
		want    int
	}{
		{five, 0.05, 15},
		{five, 0.30, 20},
		{five, 0.40, 20},
		{five, 0.50, 35},
		{five, 1, 50},
		{eleven, 0.25, 7},
		{eleven, 0.50, 9},
		{eleven, 0.75, 15},
		{eleven, 1, 20},
		{five, 0, 15},
		{five, -1, 15},
		{five, 2, 50},
		{five, math.Inf(-1), 15},
		{hundred, 0.07, 7}, // 0.07·100 is above 7 in floating point
		{hundred, 0.29, 29},
		{hundred, 0.291, 30},
	} {
		var d metrics.Durations
		for _, s := range c.seconds {
			d.Add(time.Duration(s) * time.Second)
		}
		if got, ok := d.Quantile(c.p); !ok || got != time.Duration(c.want)*time.Second {
			t.Errorf("Quantile(%v) of %v = %v, %v, want %ds", c.p, c.seconds, got, ok, c.want)
		}
	}
}

// TestQuantileBySorting compares with the rank counted out in the sorted list.
func TestQuantileBySorting(t *testing.T) {
	r := newRand(41)
	for range 200 {
		var d metrics.Durations
		all := make([]time.Duration, 1+r.IntN(500))
		for i := range all {
			all[i] = time.Duration(r.IntN(pick(r, 10, 10_000, 1_000_000))) * time.Second
			d.Add(all[i] + time.Duration(r.IntN(1e9))) // what is below a second is cut off
		}
		slices.Sort(all)
		k := 1 + r.IntN(len(all))
		if got, _ := d.Quantile(float64(k) / float64(len(all))); got != all[k-1] {
			t.Fatalf("rank %d of %d: %v, want %v", k, len(all), got, all[k-1])
		}
	}
}

func TestDurationsEdges(t *testing.T) {
	var d metrics.Durations
	if got, ok := d.Quantile(0.5); ok || got != 0 {
		t.Errorf("median of nothing: %v, %v", got, ok)
	}
	d.Add(-1)
	if got, ok := d.Quantile(0.5); ok || d.Len() != 0 || d.Negative() != 1 {
		t.Errorf("a negative duration: %v, %v, %d in the distribution and %d apart", got, ok, d.Len(), d.Negative())
	}
	d.Add(math.MaxInt64)
	if got, ok := d.Quantile(0.5); !ok || got != time.Duration(math.MaxInt64).Truncate(time.Second) {
		t.Errorf("the longest duration: %v, %v", got, ok)
	}
	if got, ok := d.Quantile(math.NaN()); ok {
		t.Errorf("Quantile(NaN) = %v, true", got)
	}
	d.Merge(nil)
	if d.Len() != 1 || d.Negative() != 1 {
		t.Errorf("merged with nil: %d and %d, want 1 and 1", d.Len(), d.Negative())
	}
}
