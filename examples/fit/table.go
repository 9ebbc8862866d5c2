package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
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
	gold, said []*ccr.Assessment
}

func (r *result) add(gold, said *ccr.Assessment) {
	r.gold, r.said = append(r.gold, gold), append(r.said, said)
}

func bad(a *ccr.Assessment) bool { return a.Complaint >= 0.5 }

// right returns the share of the surest part of the texts, 1 for all, on which
// the complaint is judged right. Ties are broken by the order of the texts.
func (r *result) right(part float64) metrics.Rate {
	order := make([]int, len(r.gold))
	for i := range order {
		order[i] = i
	}
	sure := func(i int) float64 { return math.Abs(r.said[i].Complaint - 0.5) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(sure(b), sure(a)) })
	var rate metrics.Rate
	for _, i := range order[:int(part*float64(len(order)))] {
		rate.Den++
		if bad(r.gold[i]) == bad(r.said[i]) {
			rate.Num++
		}
	}
	return rate
}

// row prints the figures of r as a row of a Markdown table.
func (r *result) row(t *table, set, who string) {
	var both, said, gold, polarity, known int
	var opinionsBoth, opinionsSaid, opinionsGold int
	for i, g := range r.gold {
		a := r.said[i]
		if bad(a) {
			said++
		}
		if bad(g) {
			gold++
		}
		if bad(a) && bad(g) {
			both++
		}
		if g.Polarity != ccr.Unknown {
			known++
			if g.Polarity == a.Polarity {
				polarity++
			}
		}
		opinionsSaid, opinionsGold = opinionsSaid+len(a.Opinions), opinionsGold+len(g.Opinions)
		for _, o := range a.Opinions {
			if slices.ContainsFunc(g.Opinions, func(p ccr.Opinion) bool { return p.Aspect == o.Aspect && p.Polarity == o.Polarity }) {
				opinionsBoth++
			}
		}
	}
	all := r.right(1)
	ci := all.Wilson(0.95)
	share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
	t.printf("| %s | %d | %s | %.1f (%.1f-%.1f) | %.1f | %.1f / %.1f / %.1f | %.1f | %.1f | %.3f |\n", set, all.Den, who,
		100*all.Value(), 100*ci.Low, 100*ci.High, 100*r.right(0.6).Value(),
		100*share(both, said), 100*share(both, gold), 100*share(2*both, said+gold),
		100*share(polarity, known), 100*share(2*opinionsBoth, opinionsSaid+opinionsGold), r.calibration())
}

// calibration is the expected calibration error of the probability of a
// complaint, in 15 bins of equal width (Guo et al., 2017).
func (r *result) calibration() float64 {
	const bins = 15
	var gap [bins]float64
	for i, g := range r.gold {
		b := min(int(r.said[i].Complaint*bins), bins-1)
		gap[b] += r.said[i].Complaint
		if bad(g) {
			gap[b]--
		}
	}
	sum := 0.0
	for _, d := range gap {
		sum += math.Abs(d)
	}
	return sum / float64(len(r.gold))
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
		{"real reviews drawn for being unclear, cross-validated", func(it *item) bool { return it.sample == realChosen }},
		{"corpus train, first collection, cross-validated", func(it *item) bool { return it.sample == corpusText && it.writer == "" }},
		{"corpus train, second collection, writers held out whole", func(it *item) bool { return it.sample == corpusText && it.writer != "" }},
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
		if len(r.gold) == 0 {
			continue
		}
		r.row(t, set.name, "rules")
		l.row(t, "", "linear")
		h.row(t, "", "hybrid")
	}
	both := hybrid.New(&hybrid.Options{Model: tr.Model, Weights: tr.Weights})
	phenomena := map[string]*result{}
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
			for _, c := range []struct {
				name string
				c    classify.Classifier
			}{{"rules", byRules}, {"linear", linear.New(tr.Model)}, {"hybrid", both}} {
				var r result
				for i := range texts {
					it := &texts[i]
					if (it.writer == "") != first {
						continue
					}
					a, err := c.c.Classify(ctx, it.Feedback)
					if err != nil {
						return err
					}
					r.add(it.Gold, &a)
					if part == "test" && c.name == "hybrid" {
						if phenomena[it.phenomenon] == nil {
							phenomena[it.phenomenon] = new(result)
						}
						phenomena[it.phenomenon].add(it.Gold, &a)
					}
				}
				if len(r.gold) > 0 {
					r.row(t, name, c.name)
					name = ""
				}
			}
		}
	}
	t.printf("\nThe hybrid on the test part of the corpus, by phenomenon:\n\n| phenomenon | right |\n|---|---|\n")
	names := slices.Collect(maps.Keys(phenomena))
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(phenomena[a].right(1).Value(), phenomena[b].right(1).Value()), cmp.Compare(a, b))
	})
	for _, p := range names {
		r := phenomena[p].right(1)
		t.printf("| %s | %d / %d (%.0f) |\n", p, r.Num, r.Den, 100*r.Value())
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
	t.printf("\nModels trained on star labels by the same Trainer (Features 200000), on dev:\n\n| set | right |\n|---|---|\n")
	m, err := stars(ctx, train, func(*item) bool { return true })
	if err != nil {
		return err
	}
	for _, name := range []string{"shopping", "waimai", "hotel"} {
		dev, err := t.s.readStars(name + ".dev")
		if err != nil {
			return err
		}
		t.rate(name, starsRight(m, dev, func(*item) bool { return true }))
	}
	var micro metrics.Rate
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
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.progress("stars without " + kind)
		m, err := stars(ctx, shopping, func(it *item) bool { return it.Feedback.Product != kind })
		if err != nil {
			return err
		}
		r := starsRight(m, dev, func(it *item) bool { return it.Feedback.Product == kind })
		t.rate("shopping, trained without "+kind, r)
		micro = micro.Add(r)
	}
	t.rate("each kind left out, all together", micro)
	t.progress("opinions")
	return t.opinions(ctx)
}

func (t *table) rate(name string, r metrics.Rate) {
	ci := r.Wilson(0.95)
	t.printf("| %s | %d / %d: %.1f (%.1f-%.1f) |\n", name, r.Num, r.Den, 100*r.Value(), 100*ci.Low, 100*ci.High)
}

// stars trains on the star labels of the items that are in.
func stars(ctx context.Context, items []item, in func(*item) bool) (*linear.Model, error) {
	tr, err := linear.NewTrainer(&linear.Options{Features: 200_000})
	if err != nil {
		return nil, err
	}
	known := []string{linear.Negative}
	for i := range items {
		it := &items[i]
		if !in(it) {
			continue
		}
		x := linear.Example{Text: it.Feedback.Text, Channel: it.Feedback.Channel, Known: known}
		if it.stars {
			x.Labels = known
		}
		if err := tr.Add(x); err != nil {
			return nil, err
		}
	}
	return tr.Train(ctx)
}

func starsRight(m *linear.Model, items []item, in func(*item) bool) (rate metrics.Rate) {
	var r linear.Reading
	for i := range items {
		it := &items[i]
		if !in(it) {
			continue
		}
		m.Read(&r, &it.Feedback)
		rate.Den++
		if (r.LogOdds(0) >= 0) == it.stars {
			rate.Num++
		}
	}
	return rate
}

// An opinionText is a text of the opinion collection.
type opinionText struct {
	Text  string
	Quads []struct{ Category, Polarity string }
}

func (o *opinionText) labels() (names []string) {
	for _, q := range o.Quads {
		if name := q.Category + "/" + q.Polarity; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// opinions trains on the opinion collection, and prints F1 of aspect with sign.
func (t *table) opinions(ctx context.Context) error {
	tr, err := linear.NewTrainer(&linear.Options{Plain: true, Cost: 16, MinCount: 1, Thresholds: true})
	if err != nil {
		return err
	}
	dir := filepath.Join(t.s.data, "opinions")
	var failed error
	err = lines(filepath.Join(dir, "train.jsonl"), func(o opinionText) {
		if err := tr.Add(linear.Example{Text: o.Text, Channel: ccr.ChannelReview, Labels: o.labels()}); err != nil {
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
	var all, negative [3]int // both, given, right
	names := m.Outputs()
	err = lines(filepath.Join(dir, "dev.jsonl"), func(o opinionText) {
		m.Read(&r, &ccr.Feedback{Text: o.Text, Channel: ccr.ChannelReview})
		right := o.labels()
		for i, name := range names {
			given, is := r.Given(i), slices.Contains(right, name)
			for _, c := range []struct {
				to *[3]int
				of bool
			}{{&all, true}, {&negative, strings.HasSuffix(name, "/neg")}} {
				for k, yes := range []bool{given && is, given, is} {
					if c.of && yes {
						c.to[k]++
					}
				}
			}
		}
	})
	if err != nil {
		return err
	}
	f1 := func(c [3]int) float64 { return 2 * float64(c[0]) / float64(c[1]+c[2]) }
	t.printf("\nOpinions of cosmetics and laptops, category with sign (Plain, Cost 16, MinCount 1), on dev: F1 %.3f, of\nthe negative ones %.3f.\n", f1(all), f1(negative))
	return nil
}
