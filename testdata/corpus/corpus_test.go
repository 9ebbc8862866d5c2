// Package corpus checks the corpus in this folder: its schema, its counts, and
// the rules that keep it varied. Run it with go test ./testdata/corpus -v.
package corpus

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// parts are the files of the corpus and the part that each belongs to.
var parts = []struct{ file, split string }{
	{"train.jsonl", "train"},
	{"train-2.jsonl", "train"},
	{"train-3.jsonl", "train"},
	{"train-4.jsonl", "train"},
	{"train-5.jsonl", "train"},
	{"train-6.jsonl", "train"},
	{"train-7.jsonl", "train"},
	{"train-8.jsonl", "train"},
	{"train-9.jsonl", "train"},
	{"train-10.jsonl", "train"},
	{"dev.jsonl", "dev"},
	{"test.jsonl", "test"},
}

// oneSided are the phenomena of one outcome, by the guide.
var oneSided = map[string]bool{"plain_praise": true, "plain_complaint": true, "mild_contrast": true}

// unpraised are the aspects that nobody praises: their merit is that nothing
// went wrong.
var unpraised = map[ccr.Aspect]bool{ccr.GoodsWrongItem: true, ccr.LogisticsLoss: true}

// example is a gold example with the part it belongs to.
type example struct {
	ccr.Labeled
	split string
}

func (e *example) text() string { return e.Feedback.Text }

func read(t *testing.T) []example {
	t.Helper()
	var all []example
	for _, part := range parts {
		f, err := os.Open(part.file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for l, err := range dataset.ReadLabeledJSON(f, &dataset.Options{Name: part.file}) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, example{l, part.split})
		}
	}
	return all
}

func TestSchema(t *testing.T) {
	ids := map[string]bool{}
	for _, e := range read(t) {
		fb, a := &e.Feedback, &e.Assessment
		bad := func(format string, args ...any) {
			t.Errorf("%v: "+format, append([]any{fb.Source}, args...)...)
		}
		if fb.ID == "" || ids[fb.ID] {
			bad("id %q is missing or used twice", fb.ID)
		}
		ids[fb.ID] = true
		if e.ComplaintUnknown {
			bad("no complaint")
		}
		if n := utf8.RuneCountInString(fb.Text); n < 3 || n > 200 {
			bad("%d characters", n)
		}
		if fb.Channel == ccr.ChannelUnknown {
			bad("no channel")
		}
		if a.Polarity == ccr.Unknown || a.Complaint != 0 && a.Complaint != 1 {
			bad("polarity %v, complaint %v", a.Polarity, a.Complaint)
		}
		for _, o := range a.Opinions {
			if !o.Aspect.Known() || o.Polarity != ccr.Negative && o.Polarity != ccr.Positive || len(o.Evidence) == 0 {
				bad("opinion %+v", o)
			}
		}
		if a.Complaint == 1 && !slices.ContainsFunc(a.Opinions, func(o ccr.Opinion) bool { return o.Polarity == ccr.Negative }) {
			bad("a complaint without a shortcoming")
		}
		if a.Polarity == ccr.Neutral && a.Complaint == 1 {
			bad("a neutral complaint")
		}
	}
}

func TestCounts(t *testing.T) {
	all := read(t)
	size, complaints := map[string]int{}, 0
	phenomena := map[string][2]int{}
	type mention struct {
		aspect   ccr.Aspect
		polarity ccr.Polarity
	}
	mentions := map[mention]int{}
	products := map[string]bool{}
	for _, e := range all {
		size[e.split]++
		k := int(e.Assessment.Complaint)
		complaints += k
		n := phenomena[e.Tags["phenomenon"]]
		n[k]++
		phenomena[e.Tags["phenomenon"]] = n
		products[e.Feedback.Product] = true
		if e.split == "train" {
			for _, o := range e.Assessment.Opinions {
				mentions[mention{o.Aspect, o.Polarity}]++
			}
		}
	}
	t.Logf("%d examples %v, %d complaints, %d products", len(all), size, complaints, len(products))
	if len(all) < 19500 || size["train"] < 15800 || size["dev"] < 1400 || size["test"] < 2100 {
		t.Errorf("sizes %v", size)
	}
	if share := float64(complaints) / float64(len(all)); share < 0.42 || share > 0.5 {
		t.Errorf("%.3f are complaints, want about 0.45", share)
	}
	if len(phenomena) != 29 {
		t.Errorf("%d phenomena, want 29", len(phenomena))
	}
	for p, n := range phenomena {
		t.Logf("  %-22s %3d complaints, %3d not", p, n[1], n[0])
		if n[0]+n[1] < 120 || !oneSided[p] && min(n[0], n[1]) < 20 {
			t.Errorf("%s: %v", p, n)
		}
	}
	for _, a := range ccr.Aspects() {
		neg, pos := mentions[mention{a, ccr.Negative}], mentions[mention{a, ccr.Positive}]
		t.Logf("  %-22s %3d negative, %3d positive in train", a, neg, pos)
		if neg < 60 || pos < 30 && !unpraised[a] {
			t.Errorf("%s: %d negative and %d positive mentions in train", a, neg, pos)
		}
	}
}

func TestPairs(t *testing.T) {
	pairs := map[string][]example{}
	for _, e := range read(t) {
		if p := e.Tags["pair"]; p != "" {
			pairs[p] = append(pairs[p], e)
		}
	}
	for p, es := range pairs {
		if len(es) != 2 || es[0].split != es[1].split || es[0].Assessment.Complaint == es[1].Assessment.Complaint {
			t.Errorf("pair %s: %d texts, or in two parts, or of one outcome", p, len(es))
		}
	}
	t.Logf("%d pairs", len(pairs))
	if len(pairs) < 600 {
		t.Errorf("%d pairs, want 600", len(pairs))
	}
}

// grams returns the different runs of n characters in s.
func grams(s string, n int) map[string]bool {
	rs := []rune(s)
	set := map[string]bool{}
	for i := 0; i+n <= len(rs); i++ {
		set[string(rs[i:i+n])] = true
	}
	return set
}

// TestVariety shows that no text was made from another: trigrams shared, long
// strings that come again and again.
func TestVariety(t *testing.T) {
	all := read(t)
	sets := make([]map[string]bool, len(all))
	index := map[string][]int{}
	eights := map[string]int{}
	for i := range all {
		e := &all[i]
		sets[i] = grams(e.text(), 3)
		if len(sets[i]) == 0 {
			sets[i] = map[string]bool{e.text(): true}
		}
		shared := map[int]int{}
		for g := range sets[i] {
			for _, j := range index[g] {
				shared[j]++
			}
			index[g] = append(index[g], i)
		}
		for j, n := range shared {
			o := &all[j]
			if e.Tags["pair"] != "" && e.Tags["pair"] == o.Tags["pair"] {
				continue
			}
			if like := float64(n) / float64(len(sets[i])+len(sets[j])-n); like > 0.5 {
				t.Errorf("%v and %v share %.2f of their trigrams: %q, %q", e.Feedback.Source, o.Feedback.Source, like, e.text(), o.text())
			}
		}
		for g := range grams(e.text(), 8) {
			eights[g]++
		}
	}
	for g, n := range eights {
		if n > 5 {
			t.Errorf("%q stands in %d texts", g, n)
		}
	}
}

// TestOrigin shows that no text shares twelve characters in a row with public
// corpora, where a copy of these lies beside the project.
func TestOrigin(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "*", "*.jsonl"))
	if len(files) == 0 {
		t.Skip("no public corpora beside the project")
	}
	ours := map[string]string{}
	for _, e := range read(t) {
		for g := range grams(e.text(), 12) {
			ours[g] = e.Feedback.Source.String()
		}
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var r struct{ Text string }
			if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			for g := range grams(r.Text, 12) {
				if at := ours[g]; at != "" {
					t.Errorf("%s shares %q with %s", at, g, filepath.Base(name))
				}
			}
		}
		f.Close()
	}
}

// TestAgreement compares the gold labels with those of the second reader, who
// saw text, channel and product only, before anything was settled: second.jsonl, and
// second-2.jsonl for the seventh to tenth collections.
func TestAgreement(t *testing.T) {
	gold := map[string]example{}
	for _, e := range read(t) {
		gold[e.Feedback.ID] = e
	}
	first := map[string]string{} // polarity before it was settled
	lines(t, "settled.jsonl", func(line []byte) {
		var s struct{ ID, Field, First, Second, Final, Reason string }
		if err := json.Unmarshal(line, &s); err != nil || s.Field != "polarity" || s.Reason == "" {
			t.Errorf("settled.jsonl: %s: %v", line, err)
		}
		if e, ok := gold[s.ID]; !ok || e.Assessment.Polarity.String() != s.Final {
			t.Errorf("settled.jsonl: %s is not in the corpus as %s", s.ID, s.Final)
		}
		first[s.ID] = s.First
	})
	var complaint, polarity [][2]string
	var both, onlyGold, onlySecond int
	compare := func(line []byte) {
		var s struct {
			ID, Polarity string
			Complaint    bool
			Aspects      [][2]string
		}
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		e, ok := gold[s.ID]
		if !ok {
			t.Errorf("the second reading's %s is not in the corpus", s.ID)
			return
		}
		delete(gold, s.ID)
		g := "false"
		if e.Assessment.Complaint == 1 {
			g = "true"
		}
		second := "false"
		if s.Complaint {
			second = "true"
		}
		complaint = append(complaint, [2]string{g, second})
		polarity = append(polarity, [2]string{cmp.Or(first[s.ID], e.Assessment.Polarity.String()), s.Polarity})
		theirs := map[string]bool{}
		for _, a := range s.Aspects {
			theirs[strings.Join(a[:], " ")] = true
		}
		for _, o := range e.Assessment.Opinions {
			key := string(o.Aspect) + " +"
			if o.Polarity == ccr.Negative {
				key = string(o.Aspect) + " -"
			}
			if theirs[key] {
				both++
				delete(theirs, key)
			} else {
				onlyGold++
			}
		}
		onlySecond += len(theirs)
	}
	lines(t, "second.jsonl", compare)
	lines(t, "second-2.jsonl", compare)
	if len(gold) > 0 {
		t.Errorf("%d examples have no second label", len(gold))
	}
	f1 := 2 * float64(both) / float64(2*both+onlyGold+onlySecond)
	kc, kp := kappa(complaint), kappa(polarity)
	t.Logf("%d examples: kappa %.3f for complaint, %.3f for polarity; F1 %.3f for aspects with sign", len(complaint), kc, kp, f1)
	if kc < 0.85 || kp < 0.85 || f1 < 0.8 {
		t.Error("the readers do not agree enough")
	}
}

// lines calls f with each line of a file.
func lines(t *testing.T, name string, f func([]byte)) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	sc := bufio.NewScanner(file)
	for sc.Scan() {
		f(sc.Bytes())
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

// kappa is Cohen's, "A coefficient of agreement for nominal scales" (1960).
func kappa(pairs [][2]string) float64 {
	n := float64(len(pairs))
	agree := 0.0
	var counts [2]map[string]float64
	counts[0], counts[1] = map[string]float64{}, map[string]float64{}
	for _, p := range pairs {
		if p[0] == p[1] {
			agree++
		}
		counts[0][p[0]]++
		counts[1][p[1]]++
	}
	chance := 0.0
	for k, c := range counts[0] {
		chance += c / n * counts[1][k] / n
	}
	return (agree/n - chance) / (1 - chance)
}
