package metrics_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

func TestQualityReturnFold(t *testing.T) {
	definitions := append(metrics.Presets(), metrics.Definition{Name: "any", AnyApplication: true, Aspects: []ccr.Aspect{ccr.GoodsQuantity}})
	for _, d := range definitions {
		t.Run(d.Name, func(t *testing.T) {
			checkFold(t, func() *metrics.QualityReturn {
				return &metrics.QualityReturn{Definition: d, Window: d.At(day0.AddDate(0, 0, 70))}
			}, func(q *metrics.QualityReturn) any {
				return []any{q.Rate(), q.ExcludedOrders(), q.ExcludedFeedback()}
			})
		})
	}
}

// TestApplications says, case by case, whether an order has a quality return.
func TestApplications(t *testing.T) {
	// An application i hours after payment.
	says := func(i int, reason string) ccr.Feedback {
		return ccr.Feedback{
			ID: fmt.Sprint(i), BuyerID: "b", Channel: ccr.ChannelAfterSale, Reason: reason, Text: "x",
			CreatedAt: day0.Add(time.Duration(i) * time.Hour),
		}
	}
	with := func(fb ccr.Feedback, change func(*ccr.Feedback)) ccr.Feedback {
		change(&fb)
		return fb
	}
	const quality, mind = "质量问题", "7天无理由退货"
	late := ccr.Fair()
	late.FeedbackWithin = 24 * time.Hour
	upheld := ccr.Fair()
	upheld.Overrides = map[ccr.Key]ccr.Override{{OrderID: "o", FeedbackID: "1"}: {Negative: false, Reviewer: "r"}}

	for _, c := range []struct {
		name     string
		policy   *ccr.Policy // nil: fair
		def      metrics.Definition
		feedback []ccr.Feedback
		as       []ccr.Assessment
		want     int
		excluded reasons
	}{
		{name: "no feedback"},
		{name: "quality", feedback: []ccr.Feedback{says(1, quality)}, want: 1},
		{name: "quality twice", feedback: []ccr.Feedback{says(1, quality), says(2, quality)}, want: 1},
		{name: "change of mind", feedback: []ccr.Feedback{says(1, mind)}},
		{name: "unknown reason", feedback: []ccr.Feedback{says(1, "其他")}},
		{name: "missing piece", feedback: []ccr.Feedback{says(1, "少件/漏发")}, want: 1},
		{name: "price", feedback: []ccr.Feedback{says(1, "商品降价")}},
		{name: "packaging", feedback: []ccr.Feedback{says(1, "包装问题")}},
		{name: "logistics", feedback: []ccr.Feedback{says(1, "快递长时间未送达")}},
		{name: "first is not quality", feedback: []ccr.Feedback{says(2, quality), says(1, mind)}},
		{name: "first is quality", feedback: []ccr.Feedback{says(2, mind), says(1, quality)}, want: 1},
		{name: "any", def: metrics.Definition{AnyApplication: true}, feedback: []ccr.Feedback{says(2, quality), says(1, mind)}, want: 1},
		{name: "any, none", def: metrics.Definition{AnyApplication: true}, feedback: []ccr.Feedback{says(2, mind), says(1, mind)}},
		{name: "a message is no application", feedback: []ccr.Feedback{says(1, " "), says(2, quality)}, want: 1},
		{name: "own aspects", def: metrics.Definition{Aspects: []ccr.Aspect{ccr.GoodsPrice}}, feedback: []ccr.Feedback{says(1, "商品降价")}, want: 1},
		{name: "own aspects, other", def: metrics.Definition{Aspects: []ccr.Aspect{ccr.GoodsPrice}}, feedback: []ccr.Feedback{says(1, quality)}},
		{name: "no aspects", def: metrics.Definition{Aspects: []ccr.Aspect{}}, feedback: []ccr.Feedback{says(1, quality)}},
		{name: "unknown reason is no aspect", def: metrics.Definition{Aspects: []ccr.Aspect{""}}, feedback: []ccr.Feedback{says(1, "其他")}},
		{
			name:     "review with a reason",
			feedback: []ccr.Feedback{with(says(1, quality), func(f *ccr.Feedback) { f.Channel = ccr.ChannelReview })},
		},
		{
			name:     "abnormal",
			feedback: []ccr.Feedback{with(says(1, quality), func(f *ccr.Feedback) { f.Abnormal = "copied" })},
			excluded: reasons{{Key: ccr.ReasonAbnormalFeedback, N: 1}},
		},
		{
			name:     "first is abnormal",
			feedback: []ccr.Feedback{with(says(1, mind), func(f *ccr.Feedback) { f.Abnormal = "copied" }), says(2, quality)},
			want:     1, excluded: reasons{{Key: ccr.ReasonAbnormalFeedback, N: 1}},
		},
		{
			name:     "not the buyer",
			feedback: []ccr.Feedback{with(says(1, quality), func(f *ccr.Feedback) { f.BuyerID = "c" })},
			excluded: reasons{{Key: ccr.ReasonNotBuyer, N: 1}},
		},
		{
			name: "duplicate", feedback: []ccr.Feedback{says(1, quality), says(1, quality)},
			want: 1, excluded: reasons{{Key: ccr.ReasonDuplicate, N: 1}},
		},
		{
			name: "too late", policy: late, feedback: []ccr.Feedback{says(25, quality)},
			excluded: reasons{{Key: ccr.ReasonTooLate, N: 1}},
		},
		{
			name: "not read", feedback: []ccr.Feedback{says(1, quality)}, as: []ccr.Assessment{{Ground: ccr.GroundNotRead}},
			want: 1,
		},
		{name: "text says nothing of it", feedback: []ccr.Feedback{says(1, quality)}, as: []ccr.Assessment{{Ground: ccr.GroundPraise}}, want: 1},
		{name: "reviewer", policy: upheld, feedback: []ccr.Feedback{says(1, quality)}, want: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := metrics.QualityReturn{Definition: c.def}
			v := judge(t, c.policy, ccr.Case{Order: &ccr.Order{ID: "o", BuyerID: "b", PaidAt: day0}, Feedback: c.feedback}, c.as)
			q.Add(&v)
			if want := (metrics.Rate{Num: c.want, Den: 1}); q.Rate() != want {
				t.Errorf("Rate = %v, want %v", q.Rate(), want)
			}
			if diff := cmp.Diff(append(reasons{}, c.excluded...), q.ExcludedFeedback()); diff != "" {
				t.Errorf("excluded (-want +got):\n%s", diff)
			}
		})
	}
}

// TestQualityBase says which orders are in the base and the window.
func TestQualityBase(t *testing.T) {
	asOf := day0.AddDate(0, 0, 20)
	day := func(n int) time.Time { return asOf.AddDate(0, 0, -n) }
	sent := &ccr.Order{ID: "o", PaidAt: day(12), ShippedAt: day(9), DeliveredAt: day(4)}
	paid := &ccr.Order{ID: "o", PaidAt: day(12)}
	week := func(b metrics.Base, lag int) metrics.Definition {
		return metrics.Definition{Base: b, WindowDays: 7, LagDays: lag}
	}
	for _, c := range []struct {
		name  string
		def   metrics.Definition
		order *ccr.Order
		want  ccr.Reason // why it is left out; "" when it is in
	}{
		{"all time", metrics.Definition{}, paid, ""},
		{"all time has no lag", metrics.Definition{LagDays: 19}, paid, ""},
		{"never shipped", metrics.Definition{Base: metrics.BaseShipped}, paid, metrics.ReasonOutsideBase},
		{"never signed", metrics.Definition{Base: metrics.BaseSigned}, paid, metrics.ReasonOutsideBase},
		{"undefined base", metrics.Definition{Base: 9}, sent, metrics.ReasonOutsideBase},
		{"paid before", week(metrics.BasePaid, 0), sent, ccr.ReasonOutsideWindow},
		{"paid within", week(metrics.BasePaid, 5), sent, ""},
		{"shipped before", week(metrics.BaseShipped, 1), sent, ccr.ReasonOutsideWindow},
		{"shipped on the first day", week(metrics.BaseShipped, 2), sent, ""},
		{"signed within", week(metrics.BaseSigned, 3), sent, ""},
		{"signed after", week(metrics.BaseSigned, 4), sent, ccr.ReasonOutsideWindow},
		{"unpaid", metrics.Definition{}, &ccr.Order{ID: "o"}, ccr.ReasonUnpaid},
		{"abnormal", metrics.Definition{}, &ccr.Order{ID: "o", PaidAt: day(12), Abnormal: "test"}, ccr.ReasonAbnormalOrder},
		{"no order", metrics.Definition{}, nil, ccr.ReasonNoOrder},
	} {
		// The strict policy counts complaints without a paid order; this figure
		// does not.
		for _, p := range []*ccr.Policy{ccr.Fair(), ccr.Strict()} {
			q := metrics.QualityReturn{Definition: c.def, Window: c.def.At(asOf)}
			v := judge(t, p, ccr.Case{
				OrderID: "o", Order: c.order,
				Feedback: []ccr.Feedback{{ID: "f", Channel: ccr.ChannelAfterSale, Reason: "质量问题", Text: "坏了"}},
			}, []ccr.Assessment{{Complaint: 1}})
			q.Add(&v)
			want, excluded := metrics.Rate{Num: 1, Den: 1}, reasons{}
			if c.want != "" {
				want, excluded = metrics.Rate{}, reasons{{Key: c.want, N: 1}}
			}
			if q.Rate() != want {
				t.Errorf("%s, %s: Rate = %v, want %v", c.name, p.Name, q.Rate(), want)
			}
			if diff := cmp.Diff(excluded, q.ExcludedOrders()); diff != "" {
				t.Errorf("%s, %s: excluded (-want +got):\n%s", c.name, p.Name, diff)
			}
		}
	}
}

// TestClassifierDoesNotMatter: whatever is said of the texts, the
// quality-return rate is the same.
func TestClassifierDoesNotMatter(t *testing.T) {
	var rates []metrics.Rate
	for _, a := range []ccr.Assessment{{}, {Complaint: 1}, {Ground: ccr.GroundNotRead}} {
		r := newRand(21)
		var q metrics.QualityReturn
		for i := range 500 {
			c, as := randomCase(r, i)
			for j := range as {
				as[j] = a
			}
			v := judge(t, nil, c, as)
			q.Add(&v)
		}
		rates = append(rates, q.Rate())
	}
	if rates[0].Num == 0 || rates[0] != rates[1] || rates[0] != rates[2] {
		t.Errorf("rates %v, want three equal ones above 0", rates)
	}
}

// TestDuplicatesDoNotCount: the same feedback read twice changes no rate.
func TestDuplicatesDoNotCount(t *testing.T) {
	r := newRand(31)
	var once, twice struct {
		c metrics.CCR
		q metrics.QualityReturn
		s metrics.Response
	}
	for i := range 500 {
		c, as := randomCase(r, i)
		v := judge(t, nil, c, as)
		once.c.Add(&v)
		once.q.Add(&v)
		once.s.Add(&v)
		c.Feedback, as = append(c.Feedback, c.Feedback...), append(as, as...)
		v = judge(t, nil, c, as)
		twice.c.Add(&v)
		twice.q.Add(&v)
		twice.s.Add(&v)
	}
	got := []metrics.Rate{twice.c.Rate(), twice.q.Rate(), twice.s.Rate()}
	want := []metrics.Rate{once.c.Rate(), once.q.Rate(), once.s.Rate()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-once +twice:\n%s", diff)
	}
}

func TestQualityAspects(t *testing.T) {
	got := metrics.QualityAspects()
	for _, a := range ccr.Aspects() {
		want := strings.HasPrefix(string(a), "goods.") && a != ccr.GoodsPrice && a != ccr.GoodsPackaging
		if slices.Contains(got, a) != want {
			t.Errorf("%s: %v, want %v", a, !want, want)
		}
	}
	got[0] = "scribbled"
	if metrics.QualityAspects()[0] == "scribbled" {
		t.Error("the slice is shared")
	}
}

func TestPresets(t *testing.T) {
	asOf := day0
	for _, c := range []struct {
		name       string
		base       metrics.Base
		first, end int // days before asOf: the first day in the window, and the first after it
	}{
		{"douyin", metrics.BaseSigned, 30, 0},
		{"taobao", metrics.BaseSigned, 30, 0},
		{"kuaishou", metrics.BasePaid, 30, 0},
		{"shipinhao", metrics.BaseShipped, 30, 0},
		{"xiaohongshu", metrics.BasePaid, 104, 14},
	} {
		i := slices.IndexFunc(metrics.Presets(), func(d metrics.Definition) bool { return strings.HasPrefix(d.Name, c.name+" ") })
		if i < 0 {
			t.Errorf("no preset for %s", c.name)
			continue
		}
		d := metrics.Presets()[i]
		want := metrics.Window{From: asOf.AddDate(0, 0, -c.first), To: asOf.AddDate(0, 0, -c.end)}
		if d.Base != c.base || d.At(asOf) != want || d.AnyApplication || d.Source == "" {
			t.Errorf("%s: %+v with window %v, want base %v, window %v and a source", c.name, d, d.At(asOf), c.base, want)
		}
	}
	if n := len(metrics.Presets()); n != 5 {
		t.Errorf("%d presets, want 5", n)
	}
}

func TestDefinitionJSON(t *testing.T) {
	want := metrics.Definition{
		Name: "n", Source: "s", Base: metrics.BaseSigned, WindowDays: 30, LagDays: 5,
		Aspects: []ccr.Aspect{ccr.GoodsQuality}, AnyApplication: true,
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got metrics.Definition
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", text, diff)
	}
}

func TestBaseText(t *testing.T) {
	for b, name := range map[metrics.Base]string{metrics.BasePaid: "paid", metrics.BaseShipped: "shipped", metrics.BaseSigned: "signed"} {
		text, err := b.MarshalText()
		if err != nil || string(text) != name || b.String() != name {
			t.Errorf("%d encodes as %s, %v and prints as %v, want %s", b, text, err, b, name)
		}
		for _, s := range []string{name, strings.ToUpper(name)} {
			got := metrics.Base(7)
			if err := got.UnmarshalText([]byte(s)); err != nil || got != b {
				t.Errorf("%s decodes to %v, %v, want %v", s, got, err, b)
			}
		}
	}
	got := metrics.BaseSigned
	if err := got.UnmarshalText(nil); err != nil || got != metrics.BasePaid {
		t.Errorf("empty text decodes to %v, %v, want paid", got, err)
	}
	if err := got.UnmarshalText([]byte("sent")); err == nil || !strings.Contains(err.Error(), "paid, shipped, signed") {
		t.Errorf("an unknown name gave %v, want an error that lists the names", err)
	}
	for _, b := range []metrics.Base{-1, 3} {
		if text, err := b.MarshalText(); err == nil {
			t.Errorf("%d encodes as %s, want an error", b, text)
		}
		if want := fmt.Sprintf("Base(%d)", int8(b)); b.String() != want {
			t.Errorf("%d prints as %v, want %s", b, b, want)
		}
	}
}
