package main

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// complaintWords are what a shop might search its feedback for: general words of
// dissatisfaction, the usual defects, and what is said when things are late, wrong
// or missing. The list was written down before anything was measured with it.
var complaintWords = []string{
	"差", "坏", "破", "烂", "裂", "脏", "臭", "假货", "假的", "垃圾", "失望", "后悔", "上当", "骗",
	"难用", "难吃", "难闻", "难看", "难受", "恶心", "糟糕", "恶劣", "敷衍", "不好", "不行", "不值", "不满", "不新鲜", "不能用",
	"掉色", "褪色", "起球", "开线", "脱线", "开胶", "漏水", "漏液", "变质", "发霉", "过期", "异味", "过敏", "死机", "卡顿",
	"少发", "漏发", "发错", "色差", "太慢", "不发货", "没收到", "没人理", "不理人", "不退", "拒绝", "投诉", "举报", "退货", "退款",
}

// keyword is a plain matcher of words: any of complaintWords makes a complaint, and
// all else is praise. Its one opinion quotes the words that it found.
func keyword(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if !utf8.ValidString(fb.Text) {
		return ccr.Assessment{}, ccr.ErrText
	}
	var found []ccr.Evidence
	for i := range fb.Text {
		for _, w := range complaintWords {
			if strings.HasPrefix(fb.Text[i:], w) {
				found = append(found, ccr.Evidence{Start: i, End: i + len(w)})
			}
		}
	}
	switch {
	case strings.TrimSpace(fb.Text) == "":
		return ccr.Assessment{}, nil
	case found == nil:
		return ccr.Assessment{Polarity: ccr.Positive}, nil
	}
	return ccr.Assessment{
		Complaint: 1, Polarity: ccr.Negative,
		Opinions: []ccr.Opinion{{Aspect: ccr.Overall, Polarity: ccr.Negative, Evidence: found, Rules: []string{"keyword"}}},
	}, nil
}

// majority says the same of every text: the share of complaints in the corpus, and
// the polarity that most of its texts have. It has seen the answers, and no answer
// that does not look at the text is better.
func majority(c *corpus) classify.Classifier {
	told, complaints := 0, 0
	var polarities [ccr.Mixed + 1]int
	for i := range c.examples {
		l := &c.examples[i]
		if !l.ComplaintUnknown {
			told++
			if l.Assessment.Complaint >= 0.5 {
				complaints++
			}
		}
		if l.Assessment.Polarity != ccr.Unknown {
			polarities[l.Assessment.Polarity]++
		}
	}
	var a ccr.Assessment
	if told > 0 {
		a.Complaint = float64(complaints) / float64(told)
	}
	for p, n := range polarities {
		if n > polarities[a.Polarity] {
			a.Polarity = ccr.Polarity(p)
		}
	}
	return classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) { return a, nil })
}
