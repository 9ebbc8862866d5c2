package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
	"github.com/ccrkit/ccrkit/classify/rules"
	"github.com/ccrkit/ccrkit/metrics"
)

// A table is the accuracy table in the making.
type table struct {
	strings.Builder
	s        sources
	progress func(string)
}

func (t *table) printf(format string, args ...any) { fmt.Fprintf(t, format, args...) }

// A result compares what a classifier said with what is right.
type result struct {
	complaints metrics.Confusion[bool]
	scores     metrics.Scores // of a complaint
	polarity   metrics.Confusion[ccr.Polarity]
	opinions   metrics.LabelSets[opinion]
}

// An opinion is what the table compares of one: its aspect with its sign.
type opinion struct {
	aspect   ccr.Aspect
	polarity ccr.Polarity
}

func opinions(a *ccr.Assessment) (out []opinion) {
	for _, o := range a.Opinions {
		out = append(out, opinion{o.Aspect, o.Polarity})
	}
	return out
}

func (r *result) add(gold, said *ccr.Assessment) {
	r.complaints.Add(bad(gold), bad(said))
	r.scores.Add(said.Complaint, bad(gold))
	if gold.Polarity != ccr.Unknown {
		r.polarity.Add(gold.Polarity, said.Polarity)
	}
	r.opinions.Add(opinions(gold), opinions(said))
}

func bad(a *ccr.Assessment) bool { return a.Complaint >= 0.5 }

// row prints the figures of r as a row of a Markdown table.
func (r *result) row(t *table, set, who string) {
	all, found := r.complaints.Accuracy(), r.complaints.Classes().Of(true)
	ci := all.Wilson(0.95)
	t.printf("| %s | %d | %s | %.1f (%.1f-%.1f) | %.1f | %.1f / %.1f / %.1f | %.1f | %.1f | %.3f |\n", set, all.Den, who,
		100*all.Value(), 100*ci.Low, 100*ci.High, 100*r.scores.SelectiveAccuracy(0.6),
		100*found.Precision.Value(), 100*found.Recall.Value(), 100*found.F(1),
		100*r.polarity.Accuracy().Value(), 100*r.opinions.Classes().Micro().F(1), r.scores.ECE(15))
}

// complaints prints how well complaints are judged.
func (t *table) complaints(ctx context.Context, items []item, tr *hybrid.Trained) error {
	t.printf("<!-- written by go run ./examples/fit -->\n\n# How well the classifiers read\n\n")
	t.printf("Shares in percent; accuracy with its 95%% Wilson interval; surest 60%%: accuracy on the texts whose\n")
	t.printf("probability is farthest from one half; P / R / F1 of complaints; aspects: F1 of aspect with sign; ECE:\n")
	t.printf("expected calibration error of the probability, 15 bins.\n\n")
	t.printf("| set | n | classifier | complaint accuracy | surest 60%% | P / R / F1 | polarity | aspects | ECE |\n|---|---|---|---|---|---|---|---|---|\n")
	byRules := rules.New(nil)
	for _, set := range []struct {
		name string
		in   func(*item) bool
	}{
		{"real reviews drawn at random, cross-validated", func(it *item) bool { return it.sample == realReview }},
		{"real reviews drawn to learn from, cross-validated", func(it *item) bool { return it.sample == realChosen }},
		{"corpus train, first collection, cross-validated", func(it *item) bool { return it.sample == corpusText && it.writer == "" }},
		{"corpus train, second collection, writers held out whole", func(it *item) bool { return it.file == "train-2.jsonl" }},
		{"corpus train, third collection, writers held out whole", func(it *item) bool { return it.file == "train-3.jsonl" }},
		{"corpus train, fourth collection, writers held out whole", func(it *item) bool { return it.file == "train-4.jsonl" }},
		{"corpus train, fifth collection, writers held out whole", func(it *item) bool { return it.file == "train-5.jsonl" }},
		{"corpus train, sixth collection, writers held out whole", func(it *item) bool { return it.file == "train-6.jsonl" }},
		{"corpus train, seventh collection, writers held out whole", func(it *item) bool { return it.file == "train-7.jsonl" }},
		{"corpus train, eighth collection, writers held out whole", func(it *item) bool { return it.file == "train-8.jsonl" }},
		{"corpus train, ninth collection, writers held out whole", func(it *item) bool { return it.file == "train-9.jsonl" }},
		{"corpus train, tenth collection, writers held out whole", func(it *item) bool { return it.file == "train-10.jsonl" }},
	} {
		var r, l, h result
		for i := range items {
			it := &items[i]
			if it.Gold == nil || !set.in(it) {
				continue
			}
			a, err := byRules.Classify(ctx, it.Feedback)
			if err != nil {
				return err
			}
			r.add(it.Gold, &a)
			l.add(it.Gold, &tr.HeldModel[i])
			h.add(it.Gold, &tr.Held[i])
		}
		if r.scores.Len() == 0 {
			continue
		}
		r.row(t, set.name, "rules")
		l.row(t, "", "linear")
		h.row(t, "", "hybrid")
	}
	both := hybrid.New(&hybrid.Options{Model: tr.Model, Weights: tr.Weights})
	classifiers := []named{{"rules", byRules}, {"linear", linear.New(tr.Model)}, {"hybrid", both}}
	reviews, err := t.s.readReviews("dev")
	if err != nil {
		return err
	}
	reviews = slices.DeleteFunc(reviews, func(it item) bool { return it.Gold == nil })
	if err := t.set(ctx, "real reviews drawn at random from the dev parts", reviews, classifiers, nil); err != nil {
		return err
	}
	phenomena := map[string]metrics.Rate{}
	for _, part := range []string{"dev", "test"} {
		texts, err := t.s.readCorpus(part + ".jsonl")
		if err != nil {
			return err
		}
		for _, first := range []bool{true, false} {
			name := "corpus " + part + ", second collection"
			if first {
				name = "corpus " + part + ", first collection"
			}
			in := slices.DeleteFunc(slices.Clone(texts), func(it item) bool { return (it.writer == "") != first })
			err := t.set(ctx, name, in, classifiers, func(it *item, who string, right bool) {
				if part == "test" && who == "hybrid" {
					one := metrics.Rate{Den: 1}
					if right {
						one.Num = 1
					}
					phenomena[it.phenomenon] = phenomena[it.phenomenon].Add(one)
				}
			})
			if err != nil {
				return err
			}
		}
	}
	t.printf("\nThe hybrid on the test part of the corpus, by phenomenon:\n\n| phenomenon | right |\n|---|---|\n")
	names := slices.Collect(maps.Keys(phenomena))
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(phenomena[a].Value(), phenomena[b].Value()), cmp.Compare(a, b))
	})
	for _, p := range names {
		r := phenomena[p]
		t.printf("| %s | %d / %d (%.0f) |\n", p, r.Num, r.Den, 100*r.Value())
	}
	return nil
}

// A named classifier is one with its name in the table.
type named struct {
	name string
	classify.Classifier
}

// set prints how each of the classifiers judges the complaints of items. When judged
// is not nil it is told of every judgement.
func (t *table) set(ctx context.Context, name string, items []item, by []named, judged func(it *item, who string, right bool)) error {
	for _, c := range by {
		var r result
		for i := range items {
			it := &items[i]
			a, err := c.Classify(ctx, it.Feedback)
			if err != nil {
				return err
			}
			r.add(it.Gold, &a)
			if judged != nil {
				judged(it, c.name, bad(&a) == bad(it.Gold))
			}
		}
		if r.scores.Len() > 0 {
			r.row(t, name, c.name)
			name = ""
		}
	}
	return nil
}

// tasks prints how well the Trainer does on tasks of others: stars, stars of a
// kind of goods that it has not seen, and opinions.
func (t *table) tasks(ctx context.Context) error {
	var train []item
	for _, name := range []string{"shopping", "waimai", "hotel"} {
		got, err := t.s.readStars(name + ".train")
		if err != nil {
			return err
		}
		train = append(train, got...)
	}
	if len(train) == 0 {
		return nil
	}
	t.progress("stars")
	t.printf("\nTrained on star labels instead, on dev: linear by linear.Trainer (Features 200000), hybrid by hybrid.Train,\nwhose rules have a lexicon that saw reviews of all kinds of goods:\n\n")
	t.printf("| set | n | linear | hybrid |\n|---|---|---|---|\n")
	by, err := trainOnStars(ctx, train, func(*item) bool { return true })
	if err != nil {
		return err
	}
	for _, name := range []string{"shopping", "waimai", "hotel"} {
		dev, err := t.s.readStars(name + ".dev")
		if err != nil {
			return err
		}
		right, err := starsRight(ctx, by, dev, func(*item) bool { return true })
		if err != nil {
			return err
		}
		t.rates(name, right)
	}
	dev, err := t.s.readStars("shopping.dev")
	if err != nil {
		return err
	}
	kinds := map[string]bool{}
	for i := range dev {
		kinds[dev[i].Feedback.Product] = true
	}
	shopping, err := t.s.readStars("shopping.train")
	if err != nil {
		return err
	}
	var micro [2]metrics.Rate
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.progress("stars without " + kind)
		by, err := trainOnStars(ctx, shopping, func(it *item) bool { return it.Feedback.Product != kind })
		if err != nil {
			return err
		}
		right, err := starsRight(ctx, by, dev, func(it *item) bool { return it.Feedback.Product == kind })
		if err != nil {
			return err
		}
		t.rates("shopping, trained without "+kind, right)
		for i := range micro {
			micro[i] = micro[i].Add(right[i])
		}
	}
	t.rates("each kind left out, all together", micro)
	t.progress("opinions")
	return t.opinions(ctx)
}

func (t *table) rates(name string, right [2]metrics.Rate) {
	t.printf("| %s | %d |", name, right[0].Den)
	for _, r := range right {
		ci := r.Wilson(0.95)
		t.printf(" %.1f (%.1f-%.1f) |", 100*r.Value(), 100*ci.Low, 100*ci.High)
	}
	t.printf("\n")
}

// trainOnStars trains the two classifiers on the star labels of the items that are in.
func trainOnStars(ctx context.Context, items []item, in func(*item) bool) (by [2]classify.Classifier, err error) {
	tr, err := linear.NewTrainer(&linear.Options{Features: 200_000})
	if err != nil {
		return by, err
	}
	var examples []hybrid.Example
	known := []string{linear.Negative}
	for i := range items {
		it := &items[i]
		if !in(it) {
			continue
		}
		fb := withoutStars(it)
		x := linear.Example{Text: fb.Text, Channel: fb.Channel, Known: known}
		gold := &ccr.Assessment{Polarity: ccr.Positive}
		if it.stars {
			x.Labels = known
			gold.Complaint, gold.Polarity = 1, ccr.Negative
		}
		if err := tr.Add(x); err != nil {
			return by, err
		}
		examples = append(examples, hybrid.Example{Feedback: fb, Gold: gold, Real: true})
	}
	m, err := tr.Train(ctx)
	if err != nil {
		return by, err
	}
	both, err := hybrid.Train(ctx, examples, &hybrid.TrainOptions{Folds: 3})
	if err != nil {
		return by, err
	}
	by[0], by[1] = linear.New(m), hybrid.New(&hybrid.Options{Model: both.Model, Weights: both.Weights})
	return by, nil
}

// withoutStars returns what the item's buyer wrote, without the stars.
func withoutStars(it *item) ccr.Feedback {
	fb := it.Feedback
	fb.Rating = 0
	return fb
}

func starsRight(ctx context.Context, by [2]classify.Classifier, items []item, in func(*item) bool) (right [2]metrics.Rate, err error) {
	for i := range items {
		it := &items[i]
		if !in(it) {
			continue
		}
		for k, c := range by {
			a, err := c.Classify(ctx, withoutStars(it))
			if err != nil {
				return right, err
			}
			right[k].Den++
			if bad(&a) == it.stars {
				right[k].Num++
			}
		}
	}
	return right, nil
}

// An opinionText is a text of the opinion collection, and its opinions: the words for the
// aspect and the opinion stand from the one character up to the other, or nowhere.
type opinionText struct {
	Text  string
	Quads []struct {
		Category, Polarity string
		A, O               []int
	}
}

// labels returns the categories with their signs, and where the text says them.
func (o *opinionText) labels() (names []string, spans []linear.Span) {
	offsets := make([]int, 0, len(o.Text)+1) // of characters
	for i := range o.Text {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(o.Text))
	for _, q := range o.Quads {
		name := q.Category + "/" + q.Polarity
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		for _, at := range [][]int{q.A, q.O} {
			if len(at) == 2 && at[0] < at[1] && at[1] < len(offsets) {
				spans = append(spans, linear.Span{Label: name, Start: offsets[at[0]], End: offsets[at[1]]})
			}
		}
	}
	return names, spans
}

// opinions trains on the opinion collection, and prints F1 of aspect with sign.
func (t *table) opinions(ctx context.Context) error {
	tr, err := linear.NewTrainer(&linear.Options{Plain: true, Cost: 16, MinCount: 1, Clauses: true, Thresholds: true})
	if err != nil {
		return err
	}
	dir := filepath.Join(t.s.data, "opinions")
	var known []string
	var failed error
	err = lines(filepath.Join(dir, "train.jsonl"), func(o opinionText) {
		labels, spans := o.labels()
		known = append(known, labels...)
		if err := tr.Add(linear.Example{Text: o.Text, Channel: ccr.ChannelReview, Labels: labels, Spans: spans}); err != nil {
			failed = err
		}
	})
	if err = cmp.Or(err, failed); err != nil {
		return err
	}
	m, err := tr.Train(ctx)
	if err != nil {
		return err
	}
	var r linear.Reading
	var found metrics.LabelSets[string]
	slices.Sort(known)
	known = slices.Compact(known)
	err = lines(filepath.Join(dir, "dev.jsonl"), func(o opinionText) {
		m.Read(&r, &ccr.Feedback{Text: o.Text, Channel: ccr.ChannelReview})
		var given []string
		for _, name := range known {
			if r.Given(m.Output(name)) {
				given = append(given, name)
			}
		}
		labels, _ := o.labels()
		found.Add(labels, given)
	})
	if err != nil {
		return err
	}
	all := found.Classes()
	negative := slices.DeleteFunc(slices.Clone(all), func(c metrics.Class[string]) bool { return !strings.HasSuffix(c.Label, "/neg") })
	t.printf("\nOpinions of cosmetics and laptops, category with sign (Plain, Cost 16, MinCount 1, Clauses), on dev:\nF1 %.3f, of the negative ones %.3f.\n",
		all.Micro().F(1), negative.Micro().F(1))
	return nil
}
