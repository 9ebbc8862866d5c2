package screen_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

// outline writes marks as order/feedback:reason.
func outline(m *screen.Marks) []string {
	var lines []string
	for _, marks := range [][]screen.Mark{m.Orders, m.Feedback} {
		for _, k := range marks {
			lines = append(lines, k.OrderID+"/"+k.FeedbackID+":"+string(k.Reason))
		}
	}
	return lines
}

func TestNoPurchase(t *testing.T) {
	paid := ccr.Order{ID: "paid", BuyerID: "ann", PaidAt: firstDay}
	unpaid := ccr.Order{ID: "unpaid", BuyerID: "bob"}
	nobodys := ccr.Order{ID: "nobodys", PaidAt: firstDay}
	say := func(order, id, buyer string, c ccr.Channel) ccr.Feedback {
		return ccr.Feedback{OrderID: order, ID: id, BuyerID: buyer, Channel: c, Text: "坏了", CreatedAt: firstDay}
	}
	review, inquiry := ccr.ChannelReview, ccr.ChannelInquiry
	feedback := []ccr.Feedback{
		say("paid", "1", "ann", review),           // her own
		say("paid", "2", "", review),              // nobody says who
		say("paid", "3", "eve", review),           // another's
		say("nobodys", "4", "eve", review),        // nobody says whose
		say("unpaid", "5", "bob", review),         // never paid
		say("unpaid", "6", "bob", inquiry),        // a question before paying
		say("", "7", "eve", ccr.ChannelComplaint), // no order
		say("", "8", "ann", review),               // no order, but she is a customer
		say("", "9", "bob", review),               // no paid order either
		say("", "10", "cat", inquiry),             // a question before buying
		say("", "11", "", review),                 // nothing is known
		say("gone", "12", "ann", review),          // unknown order
		say("gone", "13", "cat", inquiry),         // unknown order
		say("paid", "14", "eve", inquiry),         // another's
	}
	var s screen.Screen
	s.AddOrder(&paid)
	s.AddOrder(&unpaid)
	s.AddOrder(&nobodys)
	for i := range feedback {
		s.AddFeedback(&feedback[i])
	}
	m := s.Marks(nil)
	if diff := cmp.Diff([]string{
		"/11:no_purchase", "/7:no_purchase", "/9:no_purchase", "gone/12:no_purchase", "gone/13:no_purchase",
		"paid/14:no_purchase", "paid/3:no_purchase", "unpaid/5:no_purchase",
	}, outline(m)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, k := range m.Feedback {
		if k.Score != 1 || k.Group != nil || !strings.Contains(k.Explanation, "订单") {
			t.Errorf("%+v", k)
		}
	}
	if k := s.Marks(&screen.Options{English: true}).Feedback[0]; !strings.Contains(k.Explanation, "no order") {
		t.Error(k.Explanation)
	}

	// Without any order nothing is known of orders.
	var only screen.Screen
	for i := range feedback {
		only.AddFeedback(&feedback[i])
	}
	if diff := cmp.Diff([]string{"/11:no_purchase", "/7:no_purchase", "/8:no_purchase", "/9:no_purchase"}, outline(only.Marks(nil))); diff != "" {
		t.Errorf("without orders (-want +got):\n%s", diff)
	}
}

// TestBuyerBurst: an account that judges in an hour much that it did not buy is
// marked, be it a customer: what his orders do not explain. One that judges in an
// hour what it bought, in a minute or over months, is not, nor is a long chat, a
// cart, or a default text a thousand times.
func TestBuyerBurst(t *testing.T) {
	s := newShop(t, 1, shopOptions{orders: 1000, days: 60})
	at := s.hour(30)
	s.order("customer", "E", "p01", at.AddDate(0, 0, -3), time.Time{})
	s.order("customer", "E", "p01", at.AddDate(0, 0, -2), time.Time{})
	s.order("customer", "E", "p01", at.AddDate(0, 0, 2), time.Time{}) // not yet
	for i := range 20 {
		minute := time.Duration(i) * time.Minute
		o := s.order("months", "B", "p01", at.AddDate(0, 0, -i), time.Time{})
		s.say(o, "months", ccr.ChannelReview, s.pick(s.texts), 5, at.AddDate(0, 0, 6).Add(minute))
		s.order("nameless", "F", "p01", at, time.Time{})
		s.say(nil, "nameless", ccr.ChannelComplaint, s.pick(s.texts), 0, at.AddDate(0, 0, 6).Add(minute))
		s.planted[s.say(nil, "spam", ccr.ChannelReview, s.pick(s.texts), 1, at.Add(minute))] = true
		k := s.say(nil, "customer", ccr.ChannelReview, s.pick(s.texts), 1, at.Add(minute))
		if i >= 2 {
			s.planted[k] = true
		}
		s.say(nil, "chat", ccr.ChannelInquiry, s.pick(s.texts), 0, at.Add(minute))
	}
	for i := range 5 {
		o := s.order("cart", "C", fmt.Sprintf("p%02d", i), at, time.Time{})
		s.say(o, "cart", ccr.ChannelReview, s.pick(s.texts), 5, at.AddDate(0, 0, 7))
	}
	for range 1000 {
		o := s.order("default", "D", "p01", at, time.Time{})
		s.say(o, "default", ccr.ChannelReview, "此用户没有填写评价。", 5, at.AddDate(0, 0, 8))
	}
	found, wrong := s.score(s.screen().Marks(nil), screen.ReasonBuyerBurst)
	if found != 38 || len(wrong) > 0 {
		t.Errorf("found %d of 38, and wrong %v", found, wrong)
	}
}

// TestCommonTexts: what everybody says is no copy, however often, and what platforms
// say is none, however close together; a text that a caller declares a default is
// none either.
func TestCommonTexts(t *testing.T) {
	s := newShop(t, 2, shopOptions{orders: 1000, days: 60})
	const long = "收到货一股刺鼻的味道，孩子闻了头晕呕吐，商家拒绝处理还骂人"
	at := s.hour(30)
	for range 200 {
		for _, text := range stock {
			s.say(s.order(s.id("B"), s.id("A"), "p01", at, time.Time{}), "", ccr.ChannelReview, text, 5, s.hour(s.r.IntN(60)))
		}
		for _, text := range []string{"此用户没有填写评价。", "评价方未及时做出评价,系统默认好评!", "", "😡😡😡"} {
			s.say(s.order(s.id("B"), s.id("A"), "p01", at, time.Time{}), "", ccr.ChannelReview, text, 5, at.AddDate(0, 0, 7).Add(s.minutes(60)))
		}
		o := s.order(s.id("B"), s.id("A"), "p02", at.Add(s.minutes(60)), time.Time{})
		s.planted[s.say(o, "", ccr.ChannelReview, long, 5, at.AddDate(0, 0, 7).Add(s.minutes(60)))] = true
	}
	found, wrong := s.score(s.screen().Marks(nil), screen.ReasonCopiedText)
	if found != 200 || len(wrong) > 0 {
		t.Errorf("found %d of 200, and wrong %.200v", found, wrong)
	}
	if found, _ := s.score(s.screen().Marks(&screen.Options{Defaults: []string{long}}), screen.ReasonCopiedText); found != 0 {
		t.Errorf("%d copies of a default text", found)
	}
}

// TestHostile: no text, time or id brings it down, or takes long.
func TestHostile(t *testing.T) {
	s := newShop(t, 3, shopOptions{orders: 200, days: 30})
	at := s.hour(10)
	long := strings.Repeat("这家店的东西真的是太差太差了谁买谁后悔", 20_000)
	for i := range 1000 {
		for j, text := range []string{"", "\x00\x01\u202e", "\xff\xfe\xfd", strings.Repeat("差", 10_000), "千万别买这家店的东西用了三天就坏了客服还骂人"} {
			s.say(nil, fmt.Sprint("u", i), ccr.ChannelReview, text, 1, at.Add(time.Duration(i*j)*time.Second))
		}
	}
	for i := range 20 {
		s.say(nil, fmt.Sprint("long", i), ccr.ChannelReview, long+s.pick(s.texts), 1, at)
	}
	s.feedback = append(s.feedback, ccr.Feedback{}, ccr.Feedback{CreatedAt: time.Unix(1<<62, 0)}, ccr.Feedback{CreatedAt: time.Unix(-1<<62, 0), Text: "坏"})
	s.orders = append(s.orders, ccr.Order{}, ccr.Order{ID: "x", PaidAt: time.Unix(1<<62, 0), DeliveredAt: time.Unix(-1<<62, 0)})
	start := time.Now()
	m := s.screen().Marks(nil)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	copies := map[string]int{}
	for _, k := range m.Feedback {
		if k.Reason == screen.ReasonCopiedText {
			copies[k.Explanation]++
			if k.Score < 0 || k.Score > 1 || len(k.Group) < 3 {
				t.Fatalf("%v: score %v, group of %d", k.Key, k.Score, len(k.Group))
			}
		}
	}
	if len(copies) == 0 {
		t.Error("1000 copies were not found")
	}
}

// TestOptions: each threshold decides.
func TestOptions(t *testing.T) {
	attacked := newShop(t, 4, shopOptions{orders: 1000, days: 60})
	attacked.plant(attack{n: 8, within: time.Hour, change: 0.5, purchase: "real", paid: time.Hour})
	brushed := newShop(t, 4, shopOptions{orders: 1000, days: 60})
	brushed.brush(brush{n: 24, buyers: 3, addresses: 1, within: 2 * time.Hour, evenings: 2})
	for name, tt := range map[string]struct {
		s    *shop
		o    screen.Options
		want bool
	}{
		"defaults":            {attacked, screen.Options{}, true},
		"NaN is a default":    {attacked, screen.Options{MaxChance: math.NaN(), Lift: -2, MinGroup: -3}, true},
		"nothing is unlikely": {attacked, screen.Options{MaxChance: 1e-300}, false},
		"large groups":        {attacked, screen.Options{MinGroup: 9, MinBurst: 9}, false},
		"dense groups":        {attacked, screen.Options{Lift: 1e6}, false},
		"the same texts":      {attacked, screen.Options{Similarity: 1, MinBurst: 9}, false},
		"long texts":          {attacked, screen.Options{MinText: 200, MinBurst: 9}, false},
		"within seconds":      {attacked, screen.Options{Window: time.Second, MinBurst: 9}, false},
		"brushing":            {brushed, screen.Options{}, true},
		"nothing is fast":     {brushed, screen.Options{Fast: time.Second, AtOnce: time.Second}, false},
	} {
		m := tt.s.screen().Marks(&tt.o)
		if found, wrong := tt.s.score(m, ""); (found > 0) != tt.want || len(wrong) > 0 {
			t.Errorf("%s: found %d of %d, wrong %v", name, found, len(tt.s.planted), wrong)
		}
	}
	for _, k := range attacked.screen().Marks(&screen.Options{MaxChance: 1e9, Lift: 1e-9}).Feedback {
		if k.Score < 0 || k.Score > 1 {
			t.Fatalf("score %v", k.Score)
		}
	}
	// Verbatim: buyers of a month repeat each other word for word.
	pasted := newShop(t, 4, shopOptions{orders: 1000, days: 60})
	pasted.plant(attack{n: 8, within: time.Hour, purchase: "real", paid: 30 * 24 * time.Hour})
	for verbatim, want := range map[int]int{0: 8, 100: 0} {
		if found, _ := pasted.score(pasted.screen().Marks(&screen.Options{Verbatim: verbatim}), screen.ReasonCopiedText); found != want {
			t.Errorf("Verbatim %d: found %d, want %d", verbatim, found, want)
		}
	}
}

// TestOrderDecidesNothing: the order of records, records that come again, and how
// they are spread over screens change no mark.
func TestOrderDecidesNothing(t *testing.T) {
	s := newShop(t, 6, shopOptions{orders: 800, days: 40})
	s.plant(attack{n: 12, within: 6 * time.Hour, change: 0.7, purchase: "real", paid: 12 * time.Hour})
	s.plant(attack{n: 12, within: 6 * time.Hour, change: 0.7})
	s.brush(brush{n: 30, buyers: 6, addresses: 2, within: 2 * time.Hour, evenings: 2})
	for range 30 { // of feedback without an id, and records that contradict each other
		fb := s.feedback[s.r.IntN(len(s.feedback))]
		fb.ID = ""
		s.feedback = append(s.feedback, fb, fb)
		fb = s.feedback[s.r.IntN(len(s.feedback))]
		fb.Text, fb.CreatedAt = s.pick(s.texts), fb.CreatedAt.Add(time.Hour)
		s.feedback = append(s.feedback, fb)
		o := s.orders[s.r.IntN(len(s.orders))]
		o.PaidAt, o.Address = o.PaidAt.Add(time.Hour), "elsewhere"
		s.orders = append(s.orders, o)
	}
	want := s.screen().Marks(nil)
	if len(want.Orders) < 25 || len(want.Feedback) < 20 {
		t.Fatalf("%d and %d marks: the property is hardly tried", len(want.Orders), len(want.Feedback))
	}
	r := rand.New(rand.NewPCG(8, 9))
	for range 4 {
		shards := make([]screen.Screen, 3)
		for _, i := range r.Perm(len(s.orders)) {
			shards[r.IntN(3)].AddOrder(&s.orders[i])
			shards[r.IntN(3)].AddOrder(&s.orders[i])
		}
		for _, i := range r.Perm(len(s.feedback)) {
			shards[r.IntN(3)].AddFeedback(&s.feedback[i])
			if r.IntN(3) == 0 {
				shards[r.IntN(3)].AddFeedback(&s.feedback[i])
			}
		}
		var all screen.Screen
		all.Merge(nil)
		for i := range shards {
			all.Merge(&shards[i])
		}
		all.Merge(&all)
		if got := all.Marks(nil); !reflect.DeepEqual(got, want) {
			t.Fatalf("(-in one screen +in shards):\n%s", cmp.Diff(outline(want), outline(got)))
		}
	}
}

// TestApply: marks are written into copies, never over the platform's, and found
// again by cases in which feedback does not repeat its order.
func TestApply(t *testing.T) {
	s := newShop(t, 7, shopOptions{orders: 800, days: 40})
	s.plant(attack{n: 12, within: time.Hour, change: 0.5, purchase: "other"})
	s.brush(brush{n: 24, buyers: 3, addresses: 1, within: time.Hour, evenings: 2})
	s.orders[len(s.orders)-1].Abnormal = "刷单"

	cases := map[string]*ccr.Case{}
	var ids []string
	for i := range s.orders {
		cases[s.orders[i].ID] = &ccr.Case{OrderID: s.orders[i].ID, Order: &s.orders[i]}
		ids = append(ids, s.orders[i].ID)
	}
	for _, fb := range s.feedback {
		id := fb.OrderID
		if id == "" {
			id = "without " + fb.ID
		}
		if cases[id] == nil {
			cases[id] = &ccr.Case{}
			ids = append(ids, id)
		}
		fb.OrderID = ""
		cases[id].Feedback = append(cases[id].Feedback, fb)
	}
	var sc screen.Screen
	for _, id := range ids {
		sc.Add(cases[id])
	}
	m := sc.Marks(nil)
	if diff := cmp.Diff(outline(s.screen().Marks(nil)), outline(m)); diff != "" {
		t.Errorf("added one by one, and by cases (-+):\n%s", diff)
	}
	marked := map[string]int{}
	for _, id := range ids {
		c := cases[id]
		before := *c
		order := ccr.Order{}
		if c.Order != nil {
			order = *c.Order
		}
		feedback := append([]ccr.Feedback(nil), c.Feedback...)
		got := m.Apply(*c)
		if c.Order != nil && !reflect.DeepEqual(*c.Order, order) || !reflect.DeepEqual(c.Feedback, feedback) || c.Order != before.Order {
			t.Fatalf("%s: Apply wrote to its argument", id)
		}
		if got.Order != nil && got.Order.Abnormal != "" {
			marked[got.Order.Abnormal]++
		}
		for _, fb := range got.Feedback {
			if fb.Abnormal != "" {
				marked[fb.Abnormal]++
			}
		}
	}
	// Twelve exact facts and twelve copies of the same messages: the score of
	// both is 1, and the first by name is written.
	if diff := cmp.Diff(map[string]int{"screen:copied_text": 12, "screen:brushing": 23, "刷单": 1}, marked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := new(screen.Screen).Marks(nil).Apply(*cases[ids[0]]); got.Order != cases[ids[0]].Order {
		t.Error("a case without marks was copied")
	}
}

// TestOneMoment: time does not grow with the product of those who paid at one time
// and the hours in which they wrote, as it did: to some minutes for these.
func TestOneMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	var s screen.Screen
	for i := range 50_000 {
		o := ccr.Order{ID: fmt.Sprint(i), BuyerID: fmt.Sprint(i), ProductID: "p", PaidAt: firstDay}
		s.AddOrder(&o)
		s.AddFeedback(&ccr.Feedback{OrderID: o.ID, Text: "好", CreatedAt: firstDay.Add(time.Duration(i) * 150 * time.Second)})
	}
	start := time.Now()
	if m := s.Marks(nil); len(m.Feedback) > 0 {
		t.Errorf("%d marks", len(m.Feedback))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
