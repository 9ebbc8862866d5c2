package ccr_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
)

var paid = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// bad and good are the assessments of a complaint and of praise.
var (
	bad = ccr.Assessment{
		Complaint: 0.9, Polarity: ccr.Negative, Ground: ccr.GroundDefect,
		Opinions: []ccr.Opinion{{Aspect: ccr.GoodsQuality, Polarity: ccr.Negative}},
	}
	good = ccr.Assessment{
		Polarity: ccr.Positive, Ground: ccr.GroundPraise,
		Opinions: []ccr.Opinion{{Aspect: ccr.GoodsQuality, Polarity: ccr.Positive}},
	}
	mild = ccr.Assessment{
		Complaint: 0.2, Polarity: ccr.Mixed, Ground: ccr.GroundMild,
		Opinions: []ccr.Opinion{
			{Aspect: ccr.GoodsTaste, Polarity: ccr.Positive},
			{Aspect: ccr.GoodsPrice, Polarity: ccr.Negative, Intensity: 1},
		},
	}
	silent  = ccr.Assessment{Polarity: ccr.Neutral, Ground: ccr.GroundNoStatement}
	notRead = ccr.Assessment{Ground: ccr.GroundNotRead}
)

// said is a feedback and its assessment.
type said struct {
	fb ccr.Feedback
	a  ccr.Assessment
}

// say returns a review of order o1 by its buyer, at the given hour after
// payment, with changes.
func say(id string, hour int, a ccr.Assessment, changes ...func(*ccr.Feedback)) said {
	fb := ccr.Feedback{
		ID: id, OrderID: "o1", BuyerID: "b1", Channel: ccr.ChannelReview, Text: "text of " + id,
		CreatedAt: paid.Add(time.Duration(hour) * time.Hour),
	}
	for _, change := range changes {
		change(&fb)
	}
	return said{fb, a}
}

func channel(c ccr.Channel) func(*ccr.Feedback) { return func(fb *ccr.Feedback) { fb.Channel = c } }

func reason(r string) func(*ccr.Feedback) {
	return func(fb *ccr.Feedback) { fb.Channel, fb.Reason = ccr.ChannelAfterSale, r }
}

func text(s string) func(*ccr.Feedback) { return func(fb *ccr.Feedback) { fb.Text = s } }

// order returns order o1 with changes.
func order(changes ...func(*ccr.Order)) *ccr.Order {
	o := &ccr.Order{ID: "o1", BuyerID: "b1", PaidAt: paid}
	for _, change := range changes {
		change(o)
	}
	return o
}

func unpaid(o *ccr.Order)   { o.PaidAt = time.Time{} }
func brushing(o *ccr.Order) { o.Abnormal = "brushing" }
func screened(o *ccr.Order) { o.Abnormal = ccr.ScreenPrefix + "brushing" }

// with returns p with changes.
func with(p *ccr.Policy, changes ...func(*ccr.Policy)) *ccr.Policy {
	for _, change := range changes {
		change(p)
	}
	return p
}

func overrides(os map[string]ccr.Override) func(*ccr.Policy) {
	return func(p *ccr.Policy) {
		p.Overrides = map[ccr.Key]ccr.Override{}
		for id, o := range os {
			p.Overrides[ccr.Key{OrderID: "o1", FeedbackID: id}] = o
		}
	}
}

// input makes the arguments of Judge.
func input(o *ccr.Order, all []said) (ccr.Case, []ccr.Assessment) {
	c, as := ccr.Case{OrderID: "o1", Order: o}, []ccr.Assessment(nil)
	for _, s := range all {
		c.Feedback, as = append(c.Feedback, s.fb), append(as, s.a)
	}
	return c, as
}

// outline writes a verdict in one line: how it counts, then each ruling as
// id:+negative or -not:reason, or id:excluded.
func outline(v ccr.Verdict) string {
	s := "not counted (" + string(v.Excluded) + ")"
	if v.Counted {
		s = "counted"
		if v.Excluded != "" {
			s += "?" + string(v.Excluded)
		}
	}
	if v.Negative {
		s += " negative"
	}
	for _, r := range v.Rulings {
		switch {
		case r.Excluded != "":
			s += fmt.Sprintf(" %s:%s%s", r.Feedback.ID, r.Excluded, r.Reason)
		case r.Negative:
			s += fmt.Sprintf(" %s:+%s", r.Feedback.ID, r.Reason)
		default:
			s += fmt.Sprintf(" %s:-%s", r.Feedback.ID, r.Reason)
		}
	}
	return s
}

func TestJudge(t *testing.T) {
	fair, strict := ccr.Fair(), ccr.Strict()
	march := with(ccr.Fair(), func(p *ccr.Policy) {
		p.From, p.To = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	})
	paidAt := func(at time.Time) func(*ccr.Order) { return func(o *ccr.Order) { o.PaidAt = at } }
	week := with(ccr.Fair(), func(p *ccr.Policy) { p.FeedbackWithin = 7 * 24 * time.Hour })
	stranger := func(fb *ccr.Feedback) { fb.BuyerID = "b2" }
	anonymous := func(fb *ccr.Feedback) { fb.BuyerID = "" }
	noTime := func(fb *ccr.Feedback) { fb.CreatedAt = time.Time{} }
	abnormal := func(fb *ccr.Feedback) { fb.Abnormal = "copied text" }
	copied := func(fb *ccr.Feedback) { fb.Abnormal = ccr.ScreenPrefix + "copied_text" }
	sameID := func(fb *ccr.Feedback) { fb.ID = "1" }

	for _, tt := range []struct {
		name string
		p    *ccr.Policy
		o    *ccr.Order
		said []said
		want string
	}{
		// The order.
		{"no feedback", fair, order(), nil, "counted"},
		{"praise", fair, order(), []said{say("1", 1, good)}, "counted 1:-no_complaint"},
		{"complaint", fair, order(), []said{say("1", 1, bad)}, "counted negative 1:+complaint"},
		{"no order", fair, nil, []said{say("1", 1, bad)}, "not counted (no_order) 1:no_order"},
		{"unpaid", fair, order(unpaid), []said{say("1", 1, bad)}, "not counted (unpaid) 1:unpaid"},
		{"abnormal order", fair, order(brushing), []said{say("1", 1, bad)}, "not counted (abnormal_order) 1:abnormal_order"},
		{"abnormal order, strict", strict, order(brushing), []said{say("1", 1, bad)}, "not counted (abnormal_order) 1:abnormal_order"},
		{"before the window", march, order(paidAt(march.From.Add(-1))), []said{say("1", 1, bad)}, "not counted (outside_window) 1:outside_window"},
		{"window starts", march, order(paidAt(march.From)), nil, "counted"},
		{"window's last moment", march, order(paidAt(march.To.Add(-1))), nil, "counted"},
		{"window ends", march, order(paidAt(march.To)), nil, "not counted (outside_window)"},
		{"window in another zone", march, order(paidAt(march.From.In(time.FixedZone("", 8*3600)))), nil, "counted"},

		// Records that only a screen has marked.
		{"screened order", fair, order(screened), []said{say("1", 1, bad)}, "not counted (abnormal_order) 1:abnormal_order"},
		{"screened order, strict", strict, order(screened), []said{say("1", 1, bad)}, "counted negative 1:+complaint"},
		{"screened feedback", fair, order(), []said{say("1", 1, bad, copied)}, "counted 1:abnormal_feedback"},
		{"screened feedback, strict", strict, order(), []said{say("1", 1, bad, copied)}, "counted negative 1:+complaint"},
		{"screened feedback decides, strict", strict, order(), []said{say("1", 1, good, copied), say("2", 2, bad)}, "counted 1:-no_complaint 2:edited_later"},
		{"screened and platform's, strict", strict, order(), []said{say("1", 1, good, copied), say("2", 2, bad, abnormal)}, "counted 1:-no_complaint 2:abnormal_feedback"},
		{"screened stranger, strict", strict, nil, []said{say("1", 1, bad, copied)}, "counted negative 1:+complaint"},
		{"screened stranger and order, strict", strict, order(unpaid, screened), []said{say("1", 1, bad, copied)}, "counted negative 1:+complaint"},
		{"screened, by a fair policy that counts it", with(ccr.Fair(), func(p *ccr.Policy) { p.Screened = true }), order(screened), []said{say("1", 1, bad, copied)}, "counted negative 1:+complaint"},
		{"screened, by a strict policy that does not", with(ccr.Strict(), func(p *ccr.Policy) { p.Screened = false }), order(), []said{say("1", 1, bad, copied)}, "counted 1:abnormal_feedback"},
		{"only a prefix is a screen's", strict, order(func(o *ccr.Order) { o.Abnormal = "no screen:" }), nil, "not counted (abnormal_order)"},

		// Feedback without a purchase.
		{"stranger's complaint, strict", strict, nil, []said{say("1", 1, bad)}, "counted negative 1:+complaint"},
		{"stranger's praise, strict", strict, nil, []said{say("1", 1, good)}, "not counted (no_order) 1:-no_complaint"},
		{"unpaid complaint, strict", strict, order(unpaid), []said{say("1", 1, bad), say("2", 2, good)}, "counted negative 1:+complaint 2:edited_later"},
		{"unpaid without feedback, strict", strict, order(unpaid), nil, "not counted (unpaid)"},
		{"unpaid and abnormal, strict", strict, order(unpaid, brushing), []said{say("1", 1, bad)}, "not counted (unpaid) 1:unpaid"},
		{"stranger outside the window, strict", with(ccr.Strict(), func(p *ccr.Policy) { p.From, p.To = march.From.AddDate(9, 0, 0), march.To.AddDate(9, 0, 0) }), nil, []said{say("1", 1, bad)}, "not counted (no_order) 1:outside_window"},
		{"not the buyer", fair, order(), []said{say("1", 1, bad, stranger)}, "counted 1:not_the_buyer"},
		{"not the buyer, strict", strict, order(), []said{say("1", 1, bad, stranger)}, "counted negative 1:+complaint"},
		{"writer not known", fair, order(), []said{say("1", 1, bad, anonymous)}, "counted negative 1:+complaint"},
		{"buyer not known", fair, order(func(o *ccr.Order) { o.BuyerID = "" }), []said{say("1", 1, bad)}, "counted negative 1:+complaint"},

		// Feedback that is not effective.
		{"abnormal feedback", fair, order(), []said{say("1", 1, bad, abnormal)}, "counted 1:abnormal_feedback"},
		{"abnormal feedback, strict", strict, order(), []said{say("1", 1, bad, abnormal)}, "counted 1:abnormal_feedback"},
		{"duplicate", fair, order(), []said{
			say("1", 1, good, channel(ccr.ChannelInquiry)), say("1", 2, bad, channel(ccr.ChannelInquiry)),
		}, "counted 1:-no_complaint 1:duplicate"},
		{"duplicate of an excluded one", fair, order(), []said{say("1", 1, bad, abnormal), say("1", 2, bad)}, "counted 1:abnormal_feedback 1:duplicate"},
		{"many duplicates", fair, order(), []said{
			say("1", 1, bad, channel(ccr.ChannelInquiry)), say("2", 2, bad, channel(ccr.ChannelInquiry)),
			say("2", 3, bad, channel(ccr.ChannelInquiry)), say("1", 4, bad, channel(ccr.ChannelInquiry)),
		}, "counted negative 1:+complaint 2:+complaint 2:duplicate 1:duplicate"},
		{"ids not known are no duplicates", fair, order(), []said{
			say("", 1, bad, channel(ccr.ChannelInquiry)), say("", 2, good, channel(ccr.ChannelInquiry)),
		}, "counted negative :+complaint :-no_complaint"},
		{"just in time", week, order(), []said{say("1", 7*24, bad)}, "counted negative 1:+complaint"},
		{"too late", week, order(), []said{say("1", 7*24, bad, func(fb *ccr.Feedback) { fb.CreatedAt = fb.CreatedAt.Add(1) })}, "counted 1:too_late"},
		{"time not known is in time", week, order(), []said{say("1", 0, bad, noTime)}, "counted negative 1:+complaint"},
		{"before payment", week, order(), []said{say("1", -5, bad)}, "counted negative 1:+complaint"},
		{
			"no payment to be late after", with(ccr.Strict(), func(p *ccr.Policy) { p.FeedbackWithin = time.Hour }), order(unpaid),
			[]said{say("1", 50, bad)},
			"counted negative 1:+complaint",
		},
		{"not read", fair, order(), []said{say("1", 1, notRead)}, "counted 1:not_read"},
		{"not read, then read", fair, order(), []said{say("1", 1, notRead), say("2", 2, bad)}, "counted negative 1:not_read 2:+complaint"},
		{
			"not read, but decided by a reviewer", with(ccr.Fair(), overrides(map[string]ccr.Override{"1": {Negative: true}})), order(),
			[]said{say("1", 1, notRead)},
			"counted negative 1:+reviewer",
		},

		// The first feedback decides.
		{"edited to praise", fair, order(), []said{say("1", 1, bad), say("2", 2, good)}, "counted negative 1:+complaint 2:edited_later"},
		{"edited to complaint", fair, order(), []said{say("1", 1, good), say("2", 2, bad)}, "counted 1:-no_complaint 2:edited_later"},
		{"given in any order", fair, order(), []said{say("2", 2, bad), say("1", 1, good)}, "counted 1:-no_complaint 2:edited_later"},
		{"in two zones", fair, order(), []said{
			say("2", 2, bad), say("1", 1, good, func(fb *ccr.Feedback) { fb.CreatedAt = fb.CreatedAt.In(time.FixedZone("", 8*3600)) }),
		}, "counted 1:-no_complaint 2:edited_later"},
		{"in times beyond 64 bits of nanoseconds", fair, order(), []said{
			say("1", 1, good, func(fb *ccr.Feedback) { fb.CreatedAt = time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) }), say("2", 2, bad),
		}, "counted negative 2:+complaint 1:edited_later"},
		{"time not known comes last", fair, order(), []said{say("1", 0, good, noTime), say("2", 2, bad)}, "counted negative 2:+complaint 1:edited_later"},
		{"at the same time, by id", fair, order(), []said{say("2", 1, bad), say("1", 1, good)}, "counted 1:-no_complaint 2:edited_later"},
		{"first states nothing", fair, order(), []said{say("1", 1, silent), say("2", 2, bad), say("3", 3, good)}, "counted negative 1:-no_complaint 2:+complaint 3:edited_later"},
		{"first is blank", fair, order(), []said{say("1", 1, ccr.Assessment{}, text(" \n　")), say("2", 2, bad)}, "counted negative 1:-no_complaint 2:+complaint"},
		{"first is stars alone", fair, order(), []said{
			say("1", 1, ccr.Assessment{Polarity: ccr.Positive, Ground: ccr.GroundRating}, func(fb *ccr.Feedback) { fb.Text, fb.Rating = "", 5 }), say("2", 2, bad),
		}, "counted 1:-no_complaint 2:edited_later"},
		{"first is stars that nobody read", fair, order(), []said{
			say("1", 1, ccr.Assessment{}, func(fb *ccr.Feedback) { fb.Text, fb.Rating = "", 5 }), say("2", 2, bad),
		}, "counted negative 1:-no_complaint 2:+complaint"},
		{"first is a reason alone", with(ccr.Fair(), func(p *ccr.Policy) { p.FirstDecides = []ccr.Channel{ccr.ChannelAfterSale} }), order(), []said{
			say("1", 1, ccr.Assessment{}, reason("7天无理由"), text("")), say("2", 2, bad, channel(ccr.ChannelAfterSale)),
		}, "counted 1:-buyers_cause 2:edited_later"},
		{"first is abnormal", fair, order(), []said{say("1", 1, good, abnormal), say("2", 2, bad)}, "counted negative 1:abnormal_feedback 2:+complaint"},
		{"only in channels where it does", fair, order(), []said{
			say("1", 1, good, channel(ccr.ChannelInquiry)), say("2", 2, bad, channel(ccr.ChannelInquiry)),
		}, "counted negative 1:-no_complaint 2:+complaint"},
		{"in no channel", with(ccr.Fair(), func(p *ccr.Policy) { p.FirstDecides = nil }), order(), []said{say("1", 1, good), say("2", 2, bad)}, "counted negative 1:-no_complaint 2:+complaint"},
		{"each channel for itself", with(ccr.Fair(), func(p *ccr.Policy) { p.FirstDecides = append(p.FirstDecides, ccr.ChannelComplaint) }), order(), []said{
			say("1", 1, good), say("2", 2, bad, channel(ccr.ChannelComplaint)), say("3", 3, bad), say("4", 4, good, channel(ccr.ChannelComplaint)),
		}, "counted negative 1:-no_complaint 2:+complaint 3:edited_later 4:edited_later"},
		{"duplicate of the first is no edit", fair, order(), []said{say("1", 1, bad), say("2", 2, bad, sameID)}, "counted negative 1:+complaint 1:duplicate"},

		// What is negative.
		{"several channels, one order", fair, order(), []said{
			say("1", 1, bad), say("2", 2, bad, channel(ccr.ChannelAfterSale)), say("3", 3, bad, channel(ccr.ChannelComplaint)), say("4", 4, bad, channel(ccr.ChannelInquiry)),
		}, "counted negative 1:+complaint 2:+complaint 3:+complaint 4:+complaint"},
		{"at the threshold", fair, order(), []said{say("1", 1, ccr.Assessment{Complaint: 0.5})}, "counted negative 1:+complaint"},
		{"below the threshold", fair, order(), []said{say("1", 1, ccr.Assessment{Complaint: math.Nextafter(0.5, 0)})}, "counted 1:-no_complaint"},
		{"not a number", fair, order(), []said{say("1", 1, ccr.Assessment{Complaint: math.NaN()})}, "counted 1:-no_complaint"},
		{"mild", fair, order(), []said{say("1", 1, mild)}, "counted 1:-no_complaint"},
		{"mild, strict", strict, order(), []said{say("1", 1, mild)}, "counted negative 1:+negative_opinion"},
		{"negative without opinions, strict", strict, order(), []said{say("1", 1, ccr.Assessment{Polarity: ccr.Negative})}, "counted negative 1:+negative_opinion"},
		{"praise, strict", strict, order(), []said{say("1", 1, good)}, "counted 1:-no_complaint"},
		{"the merchant's fault by reason", fair, order(), []said{say("1", 1, ccr.Assessment{}, reason("质量问题"))}, "counted negative 1:+aftersale_reason"},
		{"the buyer's own by reason", fair, order(), []said{say("1", 1, ccr.Assessment{}, reason("拍错/多拍"))}, "counted 1:-buyers_cause"},
		{"the buyer's own by text", fair, order(), []said{say("1", 1, ccr.Assessment{Ground: ccr.GroundBuyer})}, "counted 1:-buyers_cause"},
		{"text over the merchant's reason", fair, order(), []said{say("1", 1, ccr.Assessment{Ground: ccr.GroundBuyer}, reason("尺码偏小"))}, "counted 1:-buyers_cause"},
		{"complaint over the buyer's reason", fair, order(), []said{say("1", 1, bad, reason("7天无理由"))}, "counted negative 1:+complaint"},
		{"reason that decides nothing", fair, order(), []said{say("1", 1, ccr.Assessment{}, reason("其他"))}, "counted 1:-no_complaint"},

		// Reviewers.
		{"reviewer clears", with(ccr.Fair(), overrides(map[string]ccr.Override{"1": {}})), order(), []said{say("1", 1, bad)}, "counted 1:-reviewer"},
		{"reviewer upholds", with(ccr.Fair(), overrides(map[string]ccr.Override{"1": {Negative: true}})), order(), []said{say("1", 1, good)}, "counted negative 1:+reviewer"},
		{"reviewer clears a reason", with(ccr.Strict(), overrides(map[string]ccr.Override{"1": {}})), order(), []said{say("1", 1, mild, reason("质量问题"))}, "counted 1:-reviewer"},
		{"reviewer of another", with(ccr.Fair(), overrides(map[string]ccr.Override{"2": {}})), order(), []said{say("1", 1, bad)}, "counted negative 1:+complaint"},
		{"reviewer of an excluded one", with(ccr.Fair(), overrides(map[string]ccr.Override{"1": {Negative: true}})), order(), []said{say("1", 1, bad, abnormal)}, "counted 1:abnormal_feedback"},
		{
			"feedback that does not repeat its order", with(ccr.Fair(), overrides(map[string]ccr.Override{"1": {}})), order(),
			[]said{say("1", 1, bad, func(fb *ccr.Feedback) { fb.OrderID = "" })},
			"counted 1:-reviewer",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := tt.p.Judge(input(tt.o, tt.said))
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(v); got != tt.want {
				t.Errorf("\ngot  %s\nwant %s", got, tt.want)
			}
			if v.OrderID != "o1" || v.Order != tt.o || v.Policy != tt.p.Name || len(v.Rulings) != len(tt.said) {
				t.Errorf("verdict %+v", v)
			}
			for _, r := range v.Rulings {
				if r.Excluded != "" && (r.Negative || r.Reason != "" || r.Aspects != nil) {
					t.Errorf("excluded and yet judged: %+v", r)
				}
				if r.Negative != (r.Aspects != nil) {
					t.Errorf("aspects %v of a ruling that is negative: %v", r.Aspects, r.Negative)
				}
			}
		})
	}
}

// TestJudgeTrail looks at what an appeal needs.
func TestJudgeTrail(t *testing.T) {
	at := paid.Add(48 * time.Hour)
	p := with(ccr.Fair(), overrides(map[string]ccr.Override{
		"2": {Negative: true, Reviewer: "amy", Note: "photo", At: at, Aspects: []ccr.Aspect{ccr.ServicePromise, ccr.GoodsLabel, ccr.ServicePromise}},
		"4": {Negative: false, Reviewer: "bob"},
		"5": {Negative: true, Reviewer: "bob"},
		"6": {Negative: true, Reviewer: "bob"},
	}))
	v, err := p.Judge(input(order(), []said{
		say("1", 1, bad, channel(ccr.ChannelComplaint)),
		say("2", 2, mild, channel(ccr.ChannelInquiry)),
		say("3", 3, ccr.Assessment{}, reason("少件/漏发")),
		say("4", 4, bad, channel(ccr.ChannelInquiry)),
		say("5", 5, bad, channel(ccr.ChannelInquiry), func(fb *ccr.Feedback) { fb.Abnormal = "x" }),
		say("6", 6, mild, channel(ccr.ChannelInquiry)),
		say("7", 7, ccr.Assessment{Complaint: 1}, channel(ccr.ChannelInquiry)),
		say("8", 8, bad, reason("质量问题")),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := "counted negative 1:+complaint 2:+reviewer 3:+aftersale_reason 4:-reviewer 5:abnormal_feedback 6:+reviewer 7:+complaint 8:+complaint"; outline(v) != want {
		t.Errorf("\ngot  %s\nwant %s", outline(v), want)
	}
	aspects, reviewers := [][]ccr.Aspect{}, []string{}
	for _, r := range v.Rulings {
		aspects = append(aspects, r.Aspects)
		who := ""
		if r.Override != nil {
			who = r.Override.Reviewer
		}
		reviewers = append(reviewers, who)
	}
	if diff := cmp.Diff([][]ccr.Aspect{
		{ccr.GoodsQuality},
		{ccr.GoodsLabel, ccr.ServicePromise}, // the reviewer's, sorted, each once
		{ccr.GoodsQuantity},                  // the reason's
		nil,
		nil,
		{ccr.GoodsPrice}, // the classifier's, negative ones only
		{ccr.Overall},    // it is negative, nobody said of what
		{ccr.GoodsQuality},
	}, aspects); diff != "" {
		t.Errorf("aspects (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"", "amy", "", "bob", "bob", "bob", "", ""}, reviewers); diff != "" {
		t.Errorf("reviewers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ccr.Aspect{ccr.GoodsLabel, ccr.GoodsPrice, ccr.GoodsQuality, ccr.GoodsQuantity, ccr.Overall, ccr.ServicePromise}, v.Problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ccr.Channel{ccr.ChannelAfterSale, ccr.ChannelComplaint, ccr.ChannelInquiry}, v.Channels()); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	want := ccr.Override{Negative: true, Reviewer: "amy", Note: "photo", At: at, Aspects: []ccr.Aspect{ccr.ServicePromise, ccr.GoodsLabel, ccr.ServicePromise}}
	if diff := cmp.Diff(&want, v.Rulings[1].Override); diff != "" {
		t.Errorf("override (-want +got):\n%s", diff)
	}
	v.Rulings[1].Override.Aspects[0] = "scribble"
	if diff := cmp.Diff(want, p.Overrides[ccr.Key{OrderID: "o1", FeedbackID: "2"}]); diff != "" {
		t.Errorf("the verdict shares the policy's override (-want +got):\n%s", diff)
	}
	if v, _ := p.Judge(input(order(), []said{say("9", 1, good)})); v.Channels() != nil || v.Problems != nil {
		t.Errorf("no complaint, and yet channels %v and problems %v", v.Channels(), v.Problems)
	}
}

func TestJudgeOrderID(t *testing.T) {
	v, err := ccr.Fair().Judge(ccr.Case{Order: order()}, nil)
	if err != nil || v.OrderID != "o1" {
		t.Errorf("got order id %q, %v", v.OrderID, err)
	}
}

func TestJudgeErrors(t *testing.T) {
	c, as := input(order(), []said{say("1", 1, bad)})
	for _, as := range [][]ccr.Assessment{nil, {}, append(slices.Clone(as), good)} {
		v, err := ccr.Fair().Judge(c, as)
		if !errors.Is(err, ccr.ErrAssessments) || !strings.Contains(err.Error(), `"o1"`) || !cmp.Equal(v, ccr.Verdict{}) {
			t.Errorf("%d assessments: got %+v, %v", len(as), v, err)
		}
	}
	if v, err := new(ccr.Policy).Judge(c, as); !errors.Is(err, ccr.ErrPolicy) || !cmp.Equal(v, ccr.Verdict{}) {
		t.Errorf("zero policy: got %+v, %v", v, err)
	}
}

func TestPolicyValidate(t *testing.T) {
	day := paid.Add(24 * time.Hour)
	for name, tt := range map[string]struct {
		change func(*ccr.Policy)
		ok     bool
	}{
		"fair":               {func(*ccr.Policy) {}, true},
		"threshold 0":        {func(p *ccr.Policy) { p.Threshold = 0 }, false},
		"threshold 1":        {func(p *ccr.Policy) { p.Threshold = 1 }, true},
		"threshold over 1":   {func(p *ccr.Policy) { p.Threshold = math.Nextafter(1, 2) }, false},
		"threshold negative": {func(p *ccr.Policy) { p.Threshold = -0.5 }, false},
		"threshold NaN":      {func(p *ccr.Policy) { p.Threshold = math.NaN() }, false},
		"window":             {func(p *ccr.Policy) { p.From, p.To = paid, day }, true},
		"open start":         {func(p *ccr.Policy) { p.To = day }, true},
		"open end":           {func(p *ccr.Policy) { p.From = day }, true},
		"window of nothing":  {func(p *ccr.Policy) { p.From, p.To = paid, paid }, true},
		"window backwards":   {func(p *ccr.Policy) { p.From, p.To = day, paid }, false},
		"within":             {func(p *ccr.Policy) { p.FeedbackWithin = 1 }, true},
		"within less than 0": {func(p *ccr.Policy) { p.FeedbackWithin = -1 }, false},
	} {
		p := ccr.Fair()
		tt.change(p)
		if err := p.Validate(); (err == nil) != tt.ok || err != nil && !errors.Is(err, ccr.ErrPolicy) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := ccr.Strict().Validate(); err != nil {
		t.Error(err)
	}
	a, b := ccr.Fair(), ccr.Fair()
	a.FirstDecides[0] = ccr.ChannelInquiry
	if b.FirstDecides[0] != ccr.ChannelReview {
		t.Error("two policies share their channels")
	}
}

// TestUnnamed: a verdict of a policy without a name is still told from no verdict.
func TestUnnamed(t *testing.T) {
	p := ccr.Fair()
	p.Name = ""
	v, err := p.Judge(ccr.Case{OrderID: "o1", Order: &ccr.Order{ID: "o1"}}, nil)
	if err != nil || v.Policy != "unnamed" {
		t.Errorf("policy %q, %v", v.Policy, err)
	}
}
