package rules_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/ccrkit/ccrkit/lexicon"
)

func Example() {
	c := rules.New(nil)
	fb := ccr.Feedback{Text: "物流很快，但是坐垫第二天就开裂，客服态度恶劣"}
	a, err := c.Classify(context.Background(), fb)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Complaint >= 0.5, a.Polarity)
	for _, o := range a.Opinions {
		e := o.Evidence[0]
		fmt.Println(o.Aspect, o.Polarity, fb.Text[e.Start:e.End])
	}
	// Output:
	// true negative
	// logistics.speed positive 物流很快
	// goods.quality negative 开裂
	// service.attitude negative 态度恶劣
}

// A black shirt may be black: the product's title says what was sold.
func ExampleClassifier_Explain() {
	e, err := rules.New(nil).Explain(ccr.Feedback{Text: "这件衣服挺好的,就是有点黑", Product: "黑色衬衫"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Assessment.Complaint < 0.5, e.Assessment.Ground)
	for _, s := range e.SetAside {
		fmt.Println(s.Aspect, e.Text[s.Evidence.Start:s.Evidence.End], s.Why)
	}
	// Output:
	// true as_advertised
	// goods.appearance 黑 as-advertised
}

// A shop adds the words of its trade.
func ExampleOptions() {
	lex, err := lexicon.Default().Extend(strings.NewReader("回甘|生津 merit goods.taste + 2\n"), "tea.txt")
	if err != nil {
		log.Fatal(err)
	}
	a, err := rules.New(&rules.Options{Lexicon: lex}).Classify(context.Background(), ccr.Feedback{Text: "回甘不错"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Opinions[0].Aspect, a.Opinions[0].Polarity)
	// Output: goods.taste positive
}
