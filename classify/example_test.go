package classify_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
)

// keyword is a classifier in six lines: one word is a complaint.
var keyword = classify.Func(func(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	i := strings.Index(fb.Text, "开线")
	if i < 0 {
		return ccr.Assessment{}, nil
	}
	torn := ccr.Opinion{
		Aspect: ccr.GoodsQuality, Polarity: ccr.Negative,
		Evidence: []ccr.Evidence{{Start: i, End: i + len("开线")}},
	}
	return ccr.Assessment{Complaint: 0.9, Polarity: ccr.Negative, Opinions: []ccr.Opinion{torn}}, nil
})

func Example() {
	fb := ccr.Feedback{Text: "穿两次就开线了"}
	a, err := keyword.Classify(context.Background(), fb)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range a.Opinions {
		e := o.Evidence[0]
		fmt.Println(o.Aspect, o.Polarity, fb.Text[e.Start:e.End])
	}
	// Output: goods.quality negative 开线
}

func ExampleAll() {
	in := func(yield func(ccr.Feedback, error) bool) {
		_ = yield(ccr.Feedback{ID: "1", Rating: 5}, nil) &&
			yield(ccr.Feedback{ID: "2", Rating: 9}, nil) &&
			yield(ccr.Feedback{ID: "3", Rating: 1}, nil)
	}
	for l, err := range classify.All(context.Background(), classify.Rating{}, in) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(l.Feedback.ID, l.Assessment.Polarity)
	}
	// Output:
	// 1 positive
	// feedback "2": rating: 9 is not between 1 and 5
	// 3 negative
}

func ExampleVerdicts() {
	var cases []ccr.Case
	for _, text := range []string{"物流很快", "穿两次就开线了", "不错"} {
		id := fmt.Sprint("o", len(cases)+1)
		cases = append(cases, ccr.Case{
			OrderID:  id,
			Order:    &ccr.Order{ID: id, PaidAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
			Feedback: []ccr.Feedback{{ID: "1", OrderID: id, Channel: ccr.ChannelReview, Text: text}},
		})
	}
	source := func(yield func(ccr.Case, error) bool) {
		for _, c := range cases {
			if !yield(c, nil) {
				return
			}
		}
	}
	num, den := 0, 0
	for v, err := range classify.Verdicts(context.Background(), keyword, ccr.Fair(), source, 0) {
		if err != nil {
			fmt.Println(err)
		}
		if v.Policy == "" {
			continue // no verdict; there is one where only some feedback could not be read
		}
		if v.Counted {
			den++
		}
		if v.Negative {
			num++
			fmt.Println(v.OrderID, v.Problems)
		}
	}
	fmt.Printf("%d of %d orders\n", num, den)
	// Output:
	// o2 [goods.quality]
	// 1 of 3 orders
}

// A remote model gets a second, a local one stands in for it, and no text is
// asked for twice.
func ExampleFallback() {
	remote, release := classifytest.Hang() // it is not answering today
	defer release()
	c := classify.Cache(classify.Fallback(classify.WithTimeout(remote, time.Millisecond), keyword), 10_000)
	a, err := c.Classify(context.Background(), ccr.Feedback{Text: "穿两次就开线了"})
	fmt.Println(a.Polarity, err)
	// Output: negative <nil>
}

// Where a cheap classifier is not sure, a dear one is asked: a person, say, whose
// answer is always the same here.
func ExampleCascade() {
	cheap := classify.Func(func(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
		if strings.Contains(fb.Text, "满意") {
			return ccr.Assessment{Complaint: 0.02, Polarity: ccr.Positive, Ground: ccr.GroundPraise}, nil
		}
		return ccr.Assessment{Complaint: 0.45}, nil
	})
	person := classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		return ccr.Assessment{Complaint: 1, Polarity: ccr.Negative, Ground: ccr.GroundDefect}, nil
	})
	c := classify.Cascade(0.2, cheap, person)
	for _, text := range []string{"很满意", "吊牌写着羊绒，一烧全是塑料味"} {
		a, err := c.Classify(context.Background(), ccr.Feedback{Text: text})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(text, a.Ground)
	}
	// Output:
	// 很满意 praise
	// 吊牌写着羊绒，一烧全是塑料味 defect
}
