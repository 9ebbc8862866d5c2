package action_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// randomVerdicts returns verdicts with all that may be missing in one.
func randomVerdicts(r *rand.Rand, n int) []ccr.Verdict {
	vs := make([]ccr.Verdict, n)
	for i := range vs {
		v := &vs[i]
		v.OrderID = fmt.Sprint("o", i)
		v.Counted = r.IntN(10) > 0
		if r.IntN(20) > 0 {
			v.Order = &ccr.Order{ID: v.OrderID, ProductID: []string{"", "a", "b", "c", "d"}[r.IntN(5)], BuyerID: []string{"", "x", "y", "z"}[r.IntN(4)]}
			if r.IntN(10) > 0 {
				v.Order.PaidAt = simulatedStart.Add(time.Duration(r.IntN(30*24)) * time.Hour)
			}
		}
		for j := range r.IntN(3) {
			fb := ccr.Feedback{
				ID: fmt.Sprint(j), Text: strings.Repeat(string(rune('一'+r.IntN(50))), r.IntN(4)), BuyerID: "w",
				Channel: ccr.ChannelAfterSale, Reason: []string{"", "质量问题"}[r.IntN(2)],
			}
			ruling := ccr.Ruling{Feedback: fb, Assessment: ccr.Assessment{Complaint: float64(r.IntN(4)) / 3}}
			if r.IntN(2) == 0 {
				ruling.Negative, v.Negative = true, true
				ruling.Aspects = []ccr.Aspect{ccr.Aspects()[r.IntN(3)]}
				ruling.Assessment.Opinions = []ccr.Opinion{
					{Aspect: ruling.Aspects[0], Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 0, End: 3}}},
					{Aspect: ruling.Aspects[0], Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 3, End: 6}}},
				}
				v.Problems = append(v.Problems, ruling.Aspects...) // neither sorted nor each once
			}
			v.Rulings = append(v.Rulings, ruling)
		}
	}
	return vs
}

// everything returns all that dossiers say.
func everything(d *action.Dossiers) any {
	all := []any{d.Ranking()}
	for _, s := range d.Ranking() {
		dossier, ok := d.Dossier(s.Key)
		all = append(all, dossier, ok)
	}
	shift, ok := d.Shift(metrics.Window{To: simulatedStart.AddDate(0, 0, 10)}, metrics.Window{From: simulatedStart.AddDate(0, 0, 15)})
	return append(all, shift, ok)
}

// TestFold holds dossiers to the promise that neither the order of the verdicts
// nor sharding changes anything, and that all of it encodes as JSON.
func TestFold(t *testing.T) {
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 7))
		vs := randomVerdicts(r, 400)
		newD := func() *action.Dossiers { return action.NewDossiers(metrics.ByProduct, nil) }
		whole := newD()
		for i := range vs {
			whole.Add(&vs[i])
		}
		want := everything(whole)
		if _, err := json.Marshal(want); err != nil {
			t.Fatal(err)
		}
		r.Shuffle(len(vs), func(i, j int) { vs[i], vs[j] = vs[j], vs[i] })
		shards := []*action.Dossiers{newD(), newD(), newD(), newD(), newD()}
		for i := range vs {
			shards[r.IntN(len(shards)-1)].Add(&vs[i]) // the last stays empty
		}
		for len(shards) > 1 {
			r.Shuffle(len(shards), func(i, j int) { shards[i], shards[j] = shards[j], shards[i] })
			before := everything(shards[1])
			shards[0].Merge(shards[1])
			if diff := cmp.Diff(before, everything(shards[1])); diff != "" {
				t.Fatalf("seed %d: Merge changed its argument (-before +after):\n%s", seed, diff)
			}
			shards = append(shards[:1], shards[2:]...)
		}
		shards[0].Merge(nil)
		if diff := cmp.Diff(want, everything(shards[0])); diff != "" {
			t.Fatalf("seed %d: sharded (-whole +sharded):\n%s", seed, diff)
		}
	}
}

// order returns a counted verdict on an order of a product paid on a day.
func order(product string, day int, problems ...ccr.Aspect) *ccr.Verdict {
	return &ccr.Verdict{
		Counted: true, Negative: problems != nil, Problems: problems,
		Order: &ccr.Order{ProductID: product, PaidAt: simulatedStart.AddDate(0, 0, day)},
	}
}

// TestDossier counts by hand: a shop of 200 orders, 20 of them kettles.
func TestDossier(t *testing.T) {
	d := action.NewDossiers(metrics.ByProduct, &action.DossierOptions{
		QualityWindow: metrics.Window{From: simulatedStart.AddDate(0, 0, 1)}, // all but the first day
	})
	for i := range 180 {
		switch i {
		case 0:
			d.Add(order("", 0, ccr.GoodsQuality)) // in the rest
		case 1, 2:
			d.Add(order("cup", i, ccr.GoodsDamage))
		default:
			d.Add(order("cup", i%30))
		}
	}
	for i := range 20 {
		switch {
		case i < 4:
			v := order("kettle", i, ccr.GoodsQuality)
			v.Rulings = make([]ccr.Ruling, 1)
			v.Rulings[0].Feedback = ccr.Feedback{Channel: ccr.ChannelAfterSale, Reason: "质量问题"}
			d.Add(v)
		case i < 6:
			d.Add(order("kettle", i, ccr.GoodsSafety, ccr.GoodsQuality, ccr.GoodsSafety))
		case i == 6:
			d.Add(order("kettle", i, ccr.GoodsQuality, ccr.GoodsPrice)) // price does not stand out
		case i == 7:
			v := order("kettle", i)
			v.Negative = true // for reasons that nobody named
			d.Add(v)
		default:
			d.Add(order("kettle", i))
		}
	}
	d.Add(&ccr.Verdict{Excluded: ccr.ReasonUnpaid, Order: &ccr.Order{ProductID: "ghost"}})

	do, ok := d.Dossier("kettle")
	if !ok {
		t.Fatal("no dossier")
	}
	rate := func(num, den int) metrics.Rate { return metrics.Rate{Num: num, Den: den} }
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"rate", do.Negative.Rate, rate(8, 20)},
		{"rest", do.Negative.Rest, rate(3, 180)},
		{"excess", do.Excess, 8 - 20*3.0/180},
		{"worse", do.Worse, true},
		{"standing out", do.StandOut, []ccr.Aspect{ccr.GoodsQuality, ccr.GoodsSafety}},
		{"solved all", do.Solved, rate(11-6, 200)},
		{"returns", do.Returns.Rate, rate(3, 19)},
		{"returns of the rest", do.Returns.Rest, rate(0, 180-6)},
		{"problems", len(do.Problems), 3},
		{"first problem", do.Problems[0].Aspect, ccr.GoodsQuality},
		{"its orders", do.Problems[0].Orders.Rate, rate(7, 20)},
		{"its rest", do.Problems[0].Orders.Rest, rate(1, 180)},
		{"only it", do.Problems[0].Only, 4},
		{"solved", do.Problems[0].Solved, rate(11-4, 200)},
		{"what to do", do.Problems[0].Play.Remedy, action.RemedyQuality},
		{"only the second", do.Problems[1].Only, 0},
	} {
		if diff := cmp.Diff(c.want, c.got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
	for _, key := range []string{"", "ghost", "unheard of"} {
		if do, ok := d.Dossier(key); ok || do != nil {
			t.Errorf("there is a dossier of %q", key)
		}
	}
	keys := []string{}
	for _, s := range d.Ranking() {
		keys = append(keys, s.Key)
	}
	if diff := cmp.Diff([]string{"kettle", "cup"}, keys); diff != "" {
		t.Errorf("ranking (-want +got):\n%s", diff)
	}
}

// TestOneKey has no rest to compare with, and a problem that all orders have.
func TestOneKey(t *testing.T) {
	d := action.NewDossiers(metrics.ByProduct, nil)
	for day := range 5 {
		d.Add(order("cup", day, ccr.GoodsDamage))
	}
	do, _ := d.Dossier("cup")
	p := do.Problems[0]
	if do.Negative.Difference != nil || do.Excess != 0 || do.Worse || do.Q != 1 || p.StandsOut || p.LogOdds != nil || p.Z != 0 || p.Q != 1 {
		t.Errorf("%+v", do)
	}
	if _, err := json.Marshal(do); err != nil {
		t.Error(err)
	}
}

func TestZeroDossiers(t *testing.T) {
	var d action.Dossiers
	if r := d.Ranking(); len(r) > 0 {
		t.Errorf("ranking of nothing: %v", r)
	}
	if _, ok := d.Dossier(""); ok {
		t.Error("a dossier of nothing")
	}
	if s, ok := d.Shift(metrics.Window{}, metrics.Window{}); ok || s != nil {
		t.Error("a shift of nothing")
	}
	d.Add(order("cup", 0))
	if r := d.Ranking(); len(r) > 0 {
		t.Errorf("ranking without keys: %v", r)
	}
}

// TestLocation has one order late in the evening of Greenwich, which is the next
// morning in China.
func TestLocation(t *testing.T) {
	evening := time.Date(2026, 3, 31, 20, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		loc         *time.Location
		march, next bool
	}{{nil, true, false}, {china, false, true}} {
		d := action.NewDossiers(metrics.ByProduct, &action.DossierOptions{Location: c.loc})
		v := order("cup", 0)
		v.Order.PaidAt = evening
		d.Add(v)
		loc := c.loc
		if loc == nil {
			loc = time.UTC
		}
		april := time.Date(2026, 4, 1, 0, 0, 0, 0, loc)
		_, march := d.Shift(metrics.Window{To: april}, metrics.Window{})
		_, next := d.Shift(metrics.Window{From: april}, metrics.Window{})
		if march != c.march || next != c.next {
			t.Errorf("in %v: paid in March %v, in April %v", loc, march, next)
		}
	}
	d := action.NewDossiers(metrics.ByProduct, nil)
	v := order("cup", 0)
	v.Order.PaidAt = time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC)
	d.Add(v)
	if _, ok := d.Shift(metrics.Window{To: time.Unix(0, 0).UTC()}, metrics.Window{}); !ok {
		t.Error("an order of 1969 was not paid before 1970")
	}
}

// TestShift is a calculation by hand. Cups were half of the orders and are a
// quarter, at 5% and then 10%; pans stay at 20%.
func TestShift(t *testing.T) {
	d := action.NewDossiers(metrics.ByProduct, nil)
	add := func(product string, day, negative, n int) {
		for i := range n {
			if i < negative {
				d.Add(order(product, day, ccr.GoodsDamage))
			} else {
				d.Add(order(product, day))
			}
		}
	}
	add("cup", 0, 5, 100)
	add("pan", 0, 20, 100)
	add("cup", 9, 5, 50)
	add("pan", 9, 30, 150)
	day := func(n int) metrics.Window {
		return metrics.Window{From: simulatedStart.AddDate(0, 0, n), To: simulatedStart.AddDate(0, 0, n+1)}
	}
	rate := func(num, den int) metrics.Rate { return metrics.Rate{Num: num, Den: den} }
	got, ok := d.Shift(day(0), day(9))
	want := &action.Shift{
		Before: rate(25, 200), After: rate(35, 200), Difference: 0.05, Mix: 0.03125, Rate: 0.01875,
		Parts: []action.ShiftPart{
			{Key: "cup", Before: rate(5, 100), After: rate(5, 50), Mix: -0.25 * (0.075 - 0.15), Rate: 0.05 * 0.375},
			{Key: "pan", Before: rate(20, 100), After: rate(30, 150), Mix: 0.25 * (0.2 - 0.15)},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-12, 1e-15)); diff != "" || !ok {
		t.Errorf("ok = %v (-want +got):\n%s", ok, diff)
	}
	if s, ok := d.Shift(day(0), day(5)); ok || s != nil {
		t.Error("a shift to days without orders")
	}
}

// TestShiftAddsUp is exact for all shops, with keys that come and go.
func TestShiftAddsUp(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := action.NewDossiers(metrics.ByProduct, nil)
		for range 5 + r.IntN(60) {
			v := order([]string{"", "a", "b", "c", "d", "e"}[r.IntN(6)], r.IntN(2))
			v.Negative = r.IntN(3) == 0
			d.Add(v)
		}
		split := simulatedStart.AddDate(0, 0, 1)
		s, ok := d.Shift(metrics.Window{To: split}, metrics.Window{From: split})
		if !ok {
			continue
		}
		mix, rate := 0.0, 0.0
		for _, p := range s.Parts {
			mix, rate = mix+p.Mix, rate+p.Rate
			if (p.Before.Den == 0 || p.After.Den == 0) && p.Rate != 0 {
				t.Errorf("seed %d: the rate of %q, which came or went, changed", seed, p.Key)
			}
		}
		if math.Abs(s.Mix+s.Rate-s.Difference) > 1e-14 || mix != s.Mix || rate != s.Rate {
			t.Errorf("seed %d: %v + %v != %v, or the parts do not add up", seed, s.Mix, s.Rate, s.Difference)
		}
	}
}

func TestQuotes(t *testing.T) {
	d := action.NewDossiers(metrics.ByProduct, nil)
	say := func(id, buyer, text string, probability float64, aspects ...ccr.Aspect) {
		v := order("cup", 0, aspects...)
		v.OrderID, v.Order.BuyerID = id, buyer
		r := ccr.Ruling{Negative: len(aspects) > 0, Aspects: aspects}
		r.Feedback = ccr.Feedback{ID: "f", Text: text, Channel: ccr.ChannelReview}
		r.Assessment.Complaint = probability
		r.Assessment.Opinions = []ccr.Opinion{
			{Aspect: ccr.GoodsDamage, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 3, End: 6}, {Start: 0, End: 3}}},
			{Aspect: ccr.GoodsDamage, Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 6, End: 9}}},
			{Aspect: ccr.GoodsDamage, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 0, End: 3}}},
		}
		v.Rulings = []ccr.Ruling{r}
		d.Add(v)
	}
	say("1", "ann", "杯子到手就碎了", 0.7, ccr.GoodsDamage)
	say("2", "ann", "又碎一个", 0.9, ccr.GoodsDamage) // the surer one of her two
	say("3", "bob", "盖子裂了一道缝", 0.8, ccr.GoodsDamage, ccr.GoodsPrice)
	say("4", "", "盖子裂了一道缝！", 0.8, ccr.GoodsDamage) // a near duplicate
	say("5", "", "把手断成两截", 0.6, ccr.GoodsDamage)
	say("6", "", "杯口有豁", 0.6, ccr.GoodsDamage) // two unknown buyers are two
	say("7", "eve", " \n", 1, ccr.GoodsDamage) // no words
	say("8", "fay", "完好无损", 0.1)               // not negative
	say("9", "gus", "内壁掉瓷", 0.5, ccr.GoodsDamage)
	say("A", "hal", "底座磕扁", 0.4, ccr.GoodsDamage) // one too many

	do, _ := d.Dossier("cup")
	var got []string
	for _, p := range do.Problems {
		for _, q := range p.Quotes {
			got = append(got, fmt.Sprintf("%s %s %s %v %v", p.Aspect, q.OrderID, q.Text, q.Probability, q.Evidence))
		}
	}
	want := []string{
		"goods.damage 2 又碎一个 0.9 [{0 3} {3 6}]",
		"goods.damage 3 盖子裂了一道缝 0.8 [{0 3} {3 6}]",
		"goods.damage 5 把手断成两截 0.6 [{0 3} {3 6}]",
		"goods.damage 6 杯口有豁 0.6 [{0 3} {3 6}]",
		"goods.damage 9 内壁掉瓷 0.5 [{0 3} {3 6}]",
		"goods.price 3 盖子裂了一道缝 0.8 []",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("quotes (-want +got):\n%s", diff)
	}
}

// TestPlaybook holds every play to being complete, in its language, and its own.
func TestPlaybook(t *testing.T) {
	seen := map[string]ccr.Aspect{}
	for _, a := range ccr.Aspects() {
		play := action.PlayFor(a)
		if play.Remedy == "" {
			t.Errorf("%s has no remedy", a)
		}
		for lang, advice := range map[string]action.Advice{"zh": play.Chinese, "en": play.English} {
			for _, s := range []string{advice.Check, advice.Change, advice.Tell, advice.Verify} {
				chinese := strings.Contains(s, "，") || strings.Contains(s, "。")
				if len(s) < 40 || chinese != (lang == "zh") {
					t.Errorf("%s, %s: %q", a, lang, s)
				}
				if o, ok := seen[s]; ok {
					t.Errorf("%s repeats %s: %q", a, o, s)
				}
				seen[s] = a
			}
		}
	}
	for a, like := range map[ccr.Aspect]ccr.Aspect{
		"goods.noise": ccr.GoodsQuality, "service.invoice": ccr.ServiceAfterSales, "logistics.drone": ccr.LogisticsSpeed, "weather": ccr.Overall,
	} {
		if diff := cmp.Diff(action.PlayFor(like), action.PlayFor(a)); diff != "" {
			t.Errorf("%s is not played as %s:\n%s", a, like, diff)
		}
	}
}
