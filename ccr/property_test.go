package ccr_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
)

// pick returns one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// randomCase returns a case with few different values in each field, so that
// every rule and every tie comes up. Feedback that is alike in all that a
// classifier sees has the same assessment, as the contract of classifiers has
// it.
func randomCase(r *rand.Rand) (*ccr.Policy, ccr.Case, []ccr.Assessment) {
	p := pick(r, ccr.Fair, ccr.Strict)()
	if r.IntN(3) == 0 {
		p.From = paid
	}
	if r.IntN(3) == 0 {
		p.FeedbackWithin = time.Hour
	}
	if r.IntN(2) == 0 {
		p.FirstDecides = []ccr.Channel{ccr.ChannelReview, ccr.ChannelInquiry}
	}
	if r.IntN(2) == 0 {
		p.Overrides = map[ccr.Key]ccr.Override{
			{OrderID: "o1", FeedbackID: "1"}: {Negative: true, Aspects: []ccr.Aspect{ccr.Overall, ccr.GoodsSize}},
			{OrderID: "o1", FeedbackID: "2"}: {},
		}
	}
	c := ccr.Case{OrderID: "o1"}
	if r.IntN(5) > 0 {
		c.Order = &ccr.Order{
			ID: "o1", BuyerID: pick(r, "", "b1"), Abnormal: pick(r, "", "", "", "x", ccr.ScreenPrefix+"x"),
			PaidAt: pick(r, paid, paid, paid.Add(time.Hour), paid.Add(-time.Hour), time.Time{}),
		}
	}
	var as []ccr.Assessment
	seen := map[string]ccr.Assessment{}
	for range r.IntN(12) {
		fb := ccr.Feedback{
			ID: pick(r, "", "1", "2", "3"), OrderID: "o1", BuyerID: pick(r, "", "b1", "b1", "b2"),
			Channel: ccr.Channel(r.IntN(5)), Text: pick(r, "", "差", "好"), Product: pick(r, "", "p"),
			Rating: r.IntN(3), Reason: pick(r, "", "", "质量问题", "7天无理由"), Abnormal: pick(r, "", "", "", "x", ccr.ScreenPrefix+"x"),
			CreatedAt: pick(r, time.Time{}, paid, paid.Add(time.Minute), paid.Add(2*time.Hour)),
			RepliedAt: pick(r, time.Time{}, paid.Add(3*time.Hour)),
			Source:    ccr.Source{Name: pick(r, "a", "b"), Line: 1 + r.IntN(3)},
		}
		key := fmt.Sprint(fb.Text, "\x00", fb.Channel, fb.Product, "\x00", fb.Rating, fb.Reason)
		if _, ok := seen[key]; !ok {
			seen[key] = pick(r, bad, good, mild, silent, notRead, ccr.Assessment{}, ccr.Assessment{Ground: ccr.GroundBuyer})
		}
		c.Feedback, as = append(c.Feedback, fb), append(as, seen[key])
	}
	return p, c, as
}

// TestOrderOfFeedbackDecidesNothing: any permutation gives the same verdict.
func TestOrderOfFeedbackDecidesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	negative, counted := 0, 0
	for range 3000 {
		p, c, as := randomCase(r)
		want, err := p.Judge(c, as)
		if err != nil {
			t.Fatal(err)
		}
		if want.Negative {
			negative++
		}
		if want.Counted {
			counted++
		}
		for range 3 {
			shuffled, sas := c, slices.Clone(as)
			shuffled.Feedback = slices.Clone(c.Feedback)
			r.Shuffle(len(sas), func(i, j int) {
				sas[i], sas[j] = sas[j], sas[i]
				shuffled.Feedback[i], shuffled.Feedback[j] = shuffled.Feedback[j], shuffled.Feedback[i]
			})
			got, err := p.Judge(shuffled, sas)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(want, got) {
				t.Fatalf("(-given order +shuffled):\n%s", cmp.Diff(want, got))
			}
		}
	}
	if negative < 300 || counted-negative < 300 {
		t.Errorf("%d of %d counted cases were negative: the property was hardly tried", negative, counted)
	}
}

// TestEveryFieldBreaksTies: feedback that differs in one field only comes out
// in the same order either way, whatever the field, also one added later.
func TestEveryFieldBreaksTies(t *testing.T) {
	typ := reflect.TypeFor[ccr.Feedback]()
	for i := range typ.NumField() {
		field := typ.Field(i)
		if field.Name == "_" {
			continue
		}
		a, b := say("1", 1, good), say("1", 1, good)
		v := reflect.ValueOf(&b.fb).Elem().Field(i)
		switch x := v.Addr().Interface().(type) {
		case *string:
			*x += "x"
		case *int:
			*x++
		case *ccr.Channel:
			*x++
		case *time.Time:
			*x = x.Add(1)
		case *ccr.Source:
			x.Line++
		default:
			t.Fatalf("no way to change a %v", field.Type)
		}
		p := ccr.Fair()
		v1, err1 := p.Judge(input(order(), []said{a, b}))
		v2, err2 := p.Judge(input(order(), []said{b, a}))
		if err1 != nil || err2 != nil || !reflect.DeepEqual(v1, v2) {
			t.Errorf("%s does not break ties: %v, %v\n%s", field.Name, err1, err2, cmp.Diff(v1, v2))
		}
	}
}

// TestVerdictsAreConsistent: what a verdict says of itself follows from its
// rulings.
func TestVerdictsAreConsistent(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		p, c, as := randomCase(r)
		v, err := p.Judge(c, as)
		if err != nil {
			t.Fatal(err)
		}
		negative := slices.ContainsFunc(v.Rulings, func(r ccr.Ruling) bool { return r.Negative })
		var problems []ccr.Aspect
		for _, r := range v.Rulings {
			problems = append(problems, r.Aspects...)
		}
		slices.Sort(problems)
		switch {
		case len(v.Rulings) != len(c.Feedback):
			t.Errorf("%d rulings for %d feedback", len(v.Rulings), len(c.Feedback))
		case v.Counted != (v.Excluded == ""):
			t.Errorf("counted %v, excluded %q", v.Counted, v.Excluded)
		case v.Negative != negative, v.Negative && !v.Counted:
			t.Errorf("negative %v, counted %v, with a negative ruling %v", v.Negative, v.Counted, negative)
		case !slices.Equal(v.Problems, slices.Compact(problems)):
			t.Errorf("problems %v, of the rulings %v", v.Problems, problems)
		case v.Negative != (len(v.Problems) > 0), v.Negative != (len(v.Channels()) > 0):
			t.Errorf("negative %v with problems %v in channels %v", v.Negative, v.Problems, v.Channels())
		}
		if t.Failed() {
			t.Fatalf("%s", outline(v))
		}
	}
}

// TestJudgeOnlyReads: the arguments, and the slices behind them, are as before.
func TestJudgeOnlyReads(t *testing.T) {
	r, again := rand.New(rand.NewPCG(5, 6)), rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		p, c, as := randomCase(r)
		p2, c2, as2 := randomCase(again)
		v, err := p.Judge(c, as)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Rulings {
			v.Rulings[i].Feedback.Text, v.Rulings[i].Assessment.Complaint = "scribble", 7
			for j := range v.Rulings[i].Aspects {
				v.Rulings[i].Aspects[j] = "scribble"
			}
		}
		if !reflect.DeepEqual(p2, p) || !reflect.DeepEqual(c2, c) || !reflect.DeepEqual(as2, as) {
			t.Fatalf("Judge wrote to its arguments (-before +after):\n%s", cmp.Diff(p2, p)+cmp.Diff(c2, c)+cmp.Diff(as2, as))
		}
	}
}

// manyFeedback is a case with n feedback of different ids.
func manyFeedback(n int) (ccr.Case, []ccr.Assessment) {
	var all []said
	for i := range n {
		all = append(all, say(fmt.Sprintf("%06d", i*7919%n), i%1000, good, channel(ccr.ChannelInquiry)))
	}
	return input(order(), all)
}

func BenchmarkJudge(b *testing.B) {
	p := ccr.Fair()
	for _, n := range []int{0, 1, 3, 10_000} {
		c, as := manyFeedback(n)
		b.Run(fmt.Sprintf("feedback=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Judge(c, as); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCauseOf(b *testing.B) {
	for _, reason := range []string{"", "10000021", "7天无理由", "没有这个原因"} {
		b.Run(fmt.Sprintf("%q", reason), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ccr.CauseOf(reason)
			}
		})
	}
}
