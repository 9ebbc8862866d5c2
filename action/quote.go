package action

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Quote is a negative feedback about a problem, as it was written.
type Quote struct {
	_ [0]func()

	OrderID     string         `json:"order_id"`
	FeedbackID  string         `json:"feedback_id"`
	Channel     ccr.Channel    `json:"channel"`
	Text        string         `json:"text"`
	Evidence    []ccr.Evidence `json:"evidence"`    // what says the problem; nil when only a reason code or a reviewer names it
	Probability float64        `json:"probability"` // that it is a complaint, by the classifier
}

// A quote is a candidate. It is the only one of its buyer.
type quote struct {
	Quote
	buyer string
}

const (
	quotes     = 5  // shown for each key and problem
	candidates = 10 // kept for them, since some are near duplicates
)

// addQuotes keeps the negative feedback of v.
func (r *account) addQuotes(v *ccr.Verdict) {
	for i := range v.Rulings {
		ruling := &v.Rulings[i]
		fb := &ruling.Feedback
		if !ruling.Negative || strings.TrimSpace(fb.Text) == "" {
			continue
		}
		buyer := fb.BuyerID
		if v.Order != nil {
			buyer = cmp.Or(v.Order.BuyerID, buyer)
		}
		for _, a := range ruling.Aspects {
			q := quote{Quote{
				OrderID: v.OrderID, FeedbackID: fb.ID, Channel: fb.Channel, Text: fb.Text,
				Evidence: evidence(&ruling.Assessment, a), Probability: ruling.Assessment.Complaint,
			}, cmp.Or(buyer, "order "+v.OrderID)}
			r.keep(a, q)
		}
	}
}

// evidence returns the spans of the negative opinions about a, in order.
func evidence(as *ccr.Assessment, a ccr.Aspect) []ccr.Evidence {
	var spans []ccr.Evidence
	for i := range as.Opinions {
		if o := &as.Opinions[i]; o.Aspect == a && o.Polarity == ccr.Negative {
			spans = append(spans, o.Evidence...)
		}
	}
	slices.SortFunc(spans, compareEvidence)
	return slices.Compact(spans)
}

func compareEvidence(a, b ccr.Evidence) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// compareQuotes puts the surest first, then those whose words are known, and
// orders the rest by all that they hold.
func compareQuotes(a, b quote) int {
	return cmp.Or(
		cmp.Compare(b.Probability, a.Probability),
		cmp.Compare(min(len(b.Evidence), 1), min(len(a.Evidence), 1)),
		strings.Compare(a.OrderID, b.OrderID), strings.Compare(a.FeedbackID, b.FeedbackID),
		strings.Compare(a.Text, b.Text), cmp.Compare(a.Channel, b.Channel),
		slices.CompareFunc(a.Evidence, b.Evidence, compareEvidence), strings.Compare(a.buyer, b.buyer),
	)
}

// keep makes q a candidate for a, if it is the best of its buyer and among the
// best of all. The candidates are the first buyers by their best quotes, which
// no order of calls changes: a buyer's best one is never put out by fewer than
// so many better buyers.
func (r *account) keep(a ccr.Aspect, q quote) {
	qs := r.quotes[a]
	if i := slices.IndexFunc(qs, func(o quote) bool { return o.buyer == q.buyer }); i >= 0 {
		if compareQuotes(q, qs[i]) >= 0 {
			return
		}
		qs = slices.Delete(qs, i, i+1)
	}
	at, _ := slices.BinarySearchFunc(qs, q, compareQuotes)
	if at == candidates {
		return
	}
	// What is kept must not hold on to the file that it was read from.
	for _, s := range []*string{&q.OrderID, &q.FeedbackID, &q.Text, &q.buyer} {
		*s = strings.Clone(*s)
	}
	qs = slices.Insert(qs, at, q)
	r.quotes[ccr.Aspect(strings.Clone(string(a)))] = qs[:min(len(qs), candidates)]
}

// pick returns the first candidates that are not near duplicates of one before.
func pick(qs []quote) []Quote {
	out := []Quote{}
	var seen []map[[2]rune]bool
	for _, q := range qs {
		pairs := bigrams(q.Text)
		if slices.ContainsFunc(seen, func(s map[[2]rune]bool) bool { return resemblance(s, pairs) > 0.5 }) {
			continue
		}
		q.Quote.Evidence = slices.Clone(q.Evidence)
		out = append(out, q.Quote)
		if len(out) == quotes {
			break
		}
		seen = append(seen, pairs)
	}
	return out
}

// bigrams returns the pairs of neighbouring letters and digits of text, with
// one pair more for the first of them, so that every text of letters has some.
func bigrams(text string) map[[2]rune]bool {
	pairs := make(map[[2]rune]bool)
	last := rune(0)
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			r = unicode.ToLower(r)
			pairs[[2]rune{last, r}] = true
			last = r
		}
	}
	return pairs
}

// resemblance is the share of all that both have, in [0, 1]: Broder, "On the
// resemblance and containment of documents", Compression and Complexity of
// Sequences (1997), 21-29.
func resemblance(a, b map[[2]rune]bool) float64 {
	both := 0
	for p := range a {
		if b[p] {
			both++
		}
	}
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
