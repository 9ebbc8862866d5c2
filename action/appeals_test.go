package action_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/google/go-cmp/cmp"
)

const shopDir = "../testdata/shop"

// shopVerdicts judges the sample shop with c under ccr.Fair.
func shopVerdicts(t *testing.T, c classify.Classifier) []ccr.Verdict {
	t.Helper()
	open := func(name string) *os.File {
		f, err := os.Open(filepath.Join(shopDir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	cases := dataset.Join(dataset.ReadOrdersCSV(open("orders.csv"), nil), dataset.ReadFeedbackCSV(open("feedback.csv"), nil))
	var vs []ccr.Verdict
	for v, err := range classify.Verdicts(context.Background(), c, nil, cases, 0) {
		if err != nil {
			t.Fatal(err)
		}
		vs = append(vs, v)
	}
	return vs
}

var (
	byHybrid     []ccr.Verdict
	byHybridOnce sync.Once
)

func hybridVerdicts(t *testing.T) []ccr.Verdict {
	t.Helper()
	byHybridOnce.Do(func() { byHybrid = shopVerdicts(t, hybrid.New(nil)) })
	return byHybrid
}

// shopTruth returns whether each feedback of the sample shop is a complaint, by
// its text: texts are distinct.
func shopTruth(t *testing.T) map[string]bool {
	t.Helper()
	read := func(name string) [][]string {
		b, err := os.ReadFile(filepath.Join(shopDir, name))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	labels := map[[2]string]bool{}
	for _, row := range read("truth.csv") {
		labels[[2]string{row[0], row[1]}] = row[3] == "true"
	}
	m := map[string]bool{}
	for _, row := range read("feedback.csv") {
		m[row[4]] = labels[[2]string{row[1], row[0]}]
	}
	return m
}

func appealsOf(t *testing.T, vs []ccr.Verdict) *action.Appeals {
	t.Helper()
	var a action.Appeals
	for i := range vs {
		fair, strict, err := action.Rejudge(&vs[i], nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Add(&fair, &strict); err != nil {
			t.Fatal(err)
		}
	}
	return &a
}

// The shop's data card says that 24 accounts without a purchase attacked it: 8
// without an order id, 8 with an unknown one, 8 with another buyer's; and that
// 16 complaints have five stars. With the labels as the classifier, by a query
// in Python over the CSV files: 16 orders with four stars or more, 24 with
// three or more.
func TestSampleShop(t *testing.T) {
	labels := shopTruth(t)
	gold := shopVerdicts(t, classify.Func(func(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		if labels[fb.Text] {
			return ccr.Assessment{Complaint: 1, Ground: ccr.GroundDefect}, nil
		}
		return ccr.Assessment{Ground: ccr.GroundPraise}, nil
	}))
	for stars, want := range map[int]int{0: 16, 5: 16, 4: 16, 3: 24} {
		h := action.Hidden{MinStars: stars}
		for i := range gold {
			h.Add(&gold[i])
		}
		if got := len(h.Findings()); got != want {
			t.Errorf("%d stars or more hide %d complaints, want %d", stars, got, want)
		}
	}
	got := map[ccr.Ground]int{}
	for _, f := range appealsOf(t, gold).Findings() {
		got[f.Statements[0].Ground]++
		if f.Sure == nil || *f.Sure != 1 {
			t.Errorf("order %q: sure %v, want 1: the records say who bought", f.OrderID, f.Sure)
		}
	}
	if want := map[ccr.Ground]int{"no_order": 16, "not_the_buyer": 8}; !cmp.Equal(got, want) {
		t.Errorf("appeals by ground %v, want %v", got, want)
	}
}

// What a classifier is sure of should be right: of the appeals by reading, as
// labelled, the surer ones must hold no less often than the others, and nearly
// always: 32 of 33, the other one of an insult (态度恶劣！…聊天截图我留着了: 让我留着 stands
// mostly where a shop has made good).
func TestSureHolds(t *testing.T) {
	labels := shopTruth(t)
	type band struct{ right, all int }
	var sure, less band
	for _, f := range appealsOf(t, hybridVerdicts(t)).Findings() {
		if *f.Sure == 1 {
			continue // by the records
		}
		right := !slices.ContainsFunc(f.Statements, func(s action.Statement) bool { return labels[s.Feedback.Text] })
		b := &less
		if *f.Sure >= 0.9 {
			b = &sure
		}
		b.all++
		if right {
			b.right++
		}
	}
	t.Logf("sure >= 0.9: %d of %d right; below: %d of %d", sure.right, sure.all, less.right, less.all)
	if sure.all < 30 || sure.right*100 < 95*sure.all || sure.right*less.all < less.right*sure.all {
		t.Errorf("sure >= 0.9: %d of %d right; below: %d of %d", sure.right, sure.all, less.right, less.all)
	}
}

// Of the 16 complaints with five stars half at least are found, and rather at the top
// of the list.
func TestHiddenByHybrid(t *testing.T) {
	labels := shopTruth(t)
	vs := hybridVerdicts(t)
	var h action.Hidden
	for i := range vs {
		h.Add(&vs[i])
	}
	fs := h.Findings()
	var right [2]int // in the first half, and in the second
	for i, f := range fs {
		if slices.ContainsFunc(f.Statements, func(s action.Statement) bool { return labels[s.Feedback.Text] }) {
			right[2*i/len(fs)]++
		}
	}
	t.Logf("%d findings; complaints in the first half %d, in the second %d", len(fs), right[0], right[1])
	if right[0]+right[1] < 8 || right[0] <= right[1] {
		t.Errorf("%d findings; complaints in the first half %d, in the second %d", len(fs), right[0], right[1])
	}
}

// paidOrder is an order of one buyer.
func paidOrder(id string) *ccr.Order {
	return &ccr.Order{ID: id, BuyerID: "b", PaidAt: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
}

func negativeOpinion(aspect ccr.Aspect, rule string, spans ...ccr.Evidence) ccr.Opinion {
	return ccr.Opinion{Aspect: aspect, Polarity: ccr.Negative, Evidence: spans, Rules: []string{rule}}
}

func judgeCase(t *testing.T, p *ccr.Policy, o *ccr.Order, fbs []ccr.Feedback, as []ccr.Assessment) *ccr.Verdict {
	t.Helper()
	c := ccr.Case{Order: o, Feedback: fbs}
	if o != nil {
		c.OrderID = o.ID
	}
	v, err := p.Judge(c, as)
	if err != nil {
		t.Fatal(err)
	}
	return &v
}

func floatPtr(x float64) *float64 { return &x }

func TestAppealGrounds(t *testing.T) {
	const text = "虾太好了,太大个头了!"
	read := func(p float64, g ccr.Ground) ccr.Assessment {
		return ccr.Assessment{Complaint: p, Ground: g, Opinions: []ccr.Opinion{negativeOpinion(ccr.GoodsQuantity, "excess", ccr.Evidence{Start: 13, End: 25})}}
	}
	for _, tt := range []struct {
		name   string
		order  *ccr.Order
		fb     ccr.Feedback
		a      ccr.Assessment
		fair   func(*ccr.Policy)
		ground ccr.Ground // "" when there is nothing to appeal
		sure   *float64
	}{
		{name: "praise", order: paidOrder("o"), a: read(0.125, ccr.GroundPraise), ground: ccr.GroundPraise, sure: floatPtr(0.875)},
		{name: "as advertised", order: paidOrder("o"), a: read(0.25, ccr.GroundAdvertised), ground: ccr.GroundAdvertised, sure: floatPtr(0.75)},
		{name: "complaint", order: paidOrder("o"), a: read(0.5, ccr.GroundDefect)},
		{name: "buyer's reason in the form", order: paidOrder("o"), fb: ccr.Feedback{Reason: "不想要了"}, a: read(0.25, ccr.GroundMild), ground: ccr.GroundBuyer, sure: floatPtr(0.75)},
		{name: "no order", a: read(0.75, ccr.GroundDefect), ground: "no_order", sure: floatPtr(1)},
		{name: "unpaid", order: &ccr.Order{ID: "o"}, a: read(0.75, ccr.GroundDefect), ground: "unpaid", sure: floatPtr(1)},
		{name: "not the buyer", order: paidOrder("o"), fb: ccr.Feedback{BuyerID: "x"}, a: read(0.75, ccr.GroundDefect), ground: "not_the_buyer", sure: floatPtr(1)},
		{name: "screen", order: paidOrder("o"), fb: ccr.Feedback{Abnormal: "screen:copied_text"}, a: read(0.75, ccr.GroundDefect), ground: "screen:copied_text"},
		{name: "screened order", order: &ccr.Order{ID: "o", PaidAt: paidOrder("").PaidAt, Abnormal: "screen:brushing"}, a: read(0.75, ccr.GroundDefect), ground: "screen:brushing"},
		{name: "platform's mark", order: paidOrder("o"), fb: ccr.Feedback{Abnormal: "恶意"}, a: read(0.75, ccr.GroundDefect)},
		{
			name: "reviewer", order: paidOrder("o"), a: read(0.75, ccr.GroundDefect), ground: "reviewer", sure: floatPtr(1),
			fair: func(p *ccr.Policy) { p.Overrides = map[ccr.Key]ccr.Override{{OrderID: "o", FeedbackID: "f"}: {}} },
		},
		{
			name: "outside the window of the fair", order: paidOrder("o"), a: read(0.75, ccr.GroundDefect), ground: "outside_window", sure: floatPtr(1),
			fair: func(p *ccr.Policy) { p.From = paidOrder("").PaidAt.Add(1) },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.fb.ID, tt.fb.Text = "f", text
			v := judgeCase(t, ccr.Fair(), tt.order, []ccr.Feedback{tt.fb}, []ccr.Assessment{tt.a})
			p := ccr.Fair()
			if tt.fair != nil {
				tt.fair(p)
			}
			fair, strict, err := action.Rejudge(v, p, nil)
			if err != nil {
				t.Fatal(err)
			}
			var a action.Appeals
			if err := a.Add(&fair, &strict); err != nil {
				t.Fatal(err)
			}
			var want []action.Finding
			if tt.ground != "" {
				reason := ccr.ReasonNegativeOpinion
				if tt.a.Complaint >= 0.5 {
					reason = ccr.ReasonComplaint
				}
				want = append(want, action.Finding{OrderID: v.OrderID, Order: tt.order, Sure: tt.sure, Statements: []action.Statement{{
					Feedback: tt.fb, Ground: tt.ground, Counted: reason, Aspects: []ccr.Aspect{ccr.GoodsQuantity},
					Evidence: tt.a.Opinions[0].Evidence, Rules: []string{"excess"}, Complaint: &tt.a.Complaint, Sure: tt.sure,
				}}})
			}
			if diff := cmp.Diff(want, a.Findings(), cmpEmpty); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// cmpEmpty takes nil and empty lists of findings for equal.
var cmpEmpty = cmp.FilterValues(func(a, b []action.Finding) bool { return len(a)+len(b) == 0 },
	cmp.Comparer(func(_, _ []action.Finding) bool { return true }))

// Feedback that the classifier failed on has no probability, and neither is
// anybody sure of it.
func TestNotRead(t *testing.T) {
	fbs := []ccr.Feedback{{ID: "f", Text: "x", Rating: 5, Channel: ccr.ChannelReview}}
	as := []ccr.Assessment{{Ground: ccr.GroundNotRead}}
	fair := judgeCase(t, ccr.Fair(), paidOrder("o"), fbs, as)
	decided := ccr.Strict()
	decided.Overrides = map[ccr.Key]ccr.Override{{OrderID: "o", FeedbackID: "f"}: {Negative: true}}
	strict := judgeCase(t, decided, paidOrder("o"), fbs, as)
	var a action.Appeals
	if err := a.Add(fair, strict); err != nil {
		t.Fatal(err)
	}
	s := a.Findings()[0].Statements[0]
	if s.Ground != ccr.GroundNotRead || s.Complaint != nil || s.Sure != nil {
		t.Errorf("ground %q, complaint %v, sure %v", s.Ground, s.Complaint, s.Sure)
	}
	var h action.Hidden
	h.Add(strict)
	s = h.Findings()[0].Statements[0]
	if s.Ground != "reviewer" || s.Complaint != nil || *s.Sure != 1 {
		t.Errorf("hidden: ground %q, complaint %v, sure %v", s.Ground, s.Complaint, s.Sure)
	}
	// Not excluded and not read: a reviewer let it pass, the strict one not.
	let := ccr.Fair()
	let.Overrides = map[ccr.Key]ccr.Override{{OrderID: "o", FeedbackID: "f"}: {}}
	a = action.Appeals{}
	if err := a.Add(judgeCase(t, let, paidOrder("o"), fbs, as), strict); err != nil {
		t.Fatal(err)
	}
	if s := a.Findings()[0].Statements[0]; s.Ground != "reviewer" || *s.Sure != 1 {
		t.Errorf("ground %q, sure %v", s.Ground, *s.Sure)
	}
}

// An order is won only with all of its statements; those that count under both
// policies leave nothing to win.
func TestSeveralStatements(t *testing.T) {
	fbs := []ccr.Feedback{{ID: "1", Text: "有点小贵"}, {ID: "2", Text: "坏的坏的"}, {ID: "3", Text: "好", Rating: 5}}
	as := []ccr.Assessment{
		{Complaint: 0.25, Ground: ccr.GroundMild, Opinions: []ccr.Opinion{
			negativeOpinion(ccr.GoodsPrice, "word", ccr.Evidence{Start: 6, End: 12}, ccr.Evidence{Start: 9, End: 99}), // one out of range
			negativeOpinion(ccr.GoodsEffect, "degree", ccr.Evidence{Start: 0, End: 9}),
			{Aspect: ccr.GoodsTaste, Polarity: ccr.Positive, Rules: []string{"merit"}, Evidence: []ccr.Evidence{{Start: 0, End: 3}}},
		}},
		{Complaint: 0.125, Ground: ccr.GroundElsewhere, Opinions: []ccr.Opinion{negativeOpinion(ccr.Overall, "word", ccr.Evidence{Start: 6, End: 12}, ccr.Evidence{Start: 0, End: 3})}},
		{},
	}
	add := func() []action.Finding {
		var a action.Appeals
		if err := a.Add(judgeCase(t, ccr.Fair(), paidOrder("o"), fbs, as), judgeCase(t, ccr.Strict(), paidOrder("o"), fbs, as)); err != nil {
			t.Fatal(err)
		}
		return a.Findings()
	}
	got := add()
	if len(got) != 1 || len(got[0].Statements) != 2 || *got[0].Sure != 0.75 {
		t.Fatalf("got %+v", got)
	}
	first, second := got[0].Statements[0], got[0].Statements[1]
	if diff := cmp.Diff([]ccr.Evidence{{Start: 0, End: 12}}, first.Evidence); diff != "" {
		t.Errorf("overlapping evidence (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"degree", "word"}, first.Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ccr.Evidence{{Start: 0, End: 3}, {Start: 6, End: 12}}, second.Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
	as[1].Complaint = 0.75
	if got := add(); len(got) != 0 {
		t.Errorf("an order with an upheld complaint is to be appealed: %+v", got)
	}
}

// Nothing depends on the order of verdicts, on shards, or on duplicates; the
// surest come first and those without a measure last.
func TestFindingsAreAFold(t *testing.T) {
	vs := hybridVerdicts(t)
	marked := *judgeCase(t, ccr.Fair(), paidOrder("marked"), []ccr.Feedback{{ID: "f", Text: "差", Rating: 5, Abnormal: "screen:copied_text"}}, []ccr.Assessment{{Complaint: 1}})
	vs = append(slices.Clone(vs), marked)
	want := appealsOf(t, vs).Findings()
	hidden := func(vs []ccr.Verdict) *action.Hidden {
		h := action.Hidden{MinStars: 4}
		for i := range vs {
			h.Add(&vs[i])
		}
		return &h
	}
	wantHidden := hidden(vs).Findings()

	for i, f := range want {
		last := i == len(want)-1
		if (f.Sure == nil) != last || !last && i > 0 && *f.Sure > *want[i-1].Sure {
			t.Errorf("finding %d of %d is out of order: sure %v", i, len(want), f.Sure)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		r.Shuffle(len(vs), func(i, j int) { vs[i], vs[j] = vs[j], vs[i] })
		cut := r.IntN(len(vs))
		a, h := appealsOf(t, vs[:cut]), hidden(vs[:cut])
		a.Merge(appealsOf(t, vs[cut/2:])) // half of the first part again
		h.Merge(hidden(vs[cut/2:]))
		if diff := cmp.Diff(want, a.Findings()); diff != "" {
			t.Fatalf("appeals (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(wantHidden, h.Findings()); diff != "" {
			t.Fatalf("hidden (-want +got):\n%s", diff)
		}
	}
}

// Feedback without ids is told apart by what is known of it.
func TestFindingsWithoutIDs(t *testing.T) {
	var h action.Hidden
	for _, c := range []ccr.Channel{ccr.ChannelReview, ccr.ChannelComplaint, ccr.ChannelReview} {
		h.Add(judgeCase(t, ccr.Strict(), nil, []ccr.Feedback{{Text: "差", Rating: 5, Channel: c}}, []ccr.Assessment{{Complaint: 1}}))
	}
	if got := h.Findings(); len(got) != 2 {
		t.Errorf("%d findings of a review, a complaint and the review again", len(got))
	}
}

func TestErrors(t *testing.T) {
	v := judgeCase(t, ccr.Fair(), paidOrder("o"), []ccr.Feedback{{ID: "f", Text: "x"}}, []ccr.Assessment{{}})
	for _, other := range []*ccr.Verdict{
		judgeCase(t, ccr.Strict(), paidOrder("p"), []ccr.Feedback{{ID: "f", Text: "x"}}, []ccr.Assessment{{}}),
		judgeCase(t, ccr.Strict(), paidOrder("o"), []ccr.Feedback{{ID: "f", Text: "y"}}, []ccr.Assessment{{}}),
		judgeCase(t, ccr.Strict(), paidOrder("o"), nil, nil),
	} {
		var a action.Appeals
		if err := a.Add(v, other); !errors.Is(err, action.ErrCases) {
			t.Errorf("Add: %v, want ErrCases", err)
		}
	}
	for _, ps := range [][2]*ccr.Policy{{{}, nil}, {nil, {}}} {
		if f, s, err := action.Rejudge(v, ps[0], ps[1]); !errors.Is(err, ccr.ErrPolicy) || f.Policy != "" || s.Policy != "" {
			t.Errorf("Rejudge: %v, want ErrPolicy and no verdicts", err)
		}
	}
	// A verdict and its parts are not changed.
	marked := &ccr.Order{ID: "o", PaidAt: paidOrder("").PaidAt, Abnormal: "screen:x"}
	v = judgeCase(t, ccr.Fair(), marked, []ccr.Feedback{{ID: "f", Abnormal: "screen:y"}}, []ccr.Assessment{{}})
	if _, _, err := action.Rejudge(v, nil, nil); err != nil || marked.Abnormal == "" || v.Rulings[0].Feedback.Abnormal == "" {
		t.Errorf("Rejudge changed its argument; error %v", err)
	}
}

func TestFindingsJSON(t *testing.T) {
	var a action.Appeals
	b, err := json.Marshal(a.Findings())
	if err != nil || string(b) != "[]" {
		t.Errorf("no findings are %s, %v", b, err)
	}
	fs := appealsOf(t, hybridVerdicts(t)).Findings()
	if b, err = json.Marshal(fs); err != nil {
		t.Fatal(err)
	}
	var back []action.Finding
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	for i := range fs { // Source is not encoded
		for j := range fs[i].Statements {
			fs[i].Statements[j].Feedback.Source = ccr.Source{}
		}
		if o := fs[i].Order; o != nil {
			c := *o
			c.Source = ccr.Source{}
			fs[i].Order = &c
		}
	}
	if diff := cmp.Diff(fs, back); diff != "" {
		t.Errorf("after JSON (-want +got):\n%s", diff)
	}
}
