// Package reviews checks the labels of real reviews in this folder, and shows
// how stars and complaints differ. Run it with go test ./testdata/reviews -v.
package reviews

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

func labels(t *testing.T, name string) func(yield func(ccr.Labeled, error) bool) {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return dataset.ReadLabeledJSON(f, &dataset.Options{Name: name})
}

func TestLabels(t *testing.T) {
	hash := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := map[string]bool{}
	settled := 0
	all := func(yield func(ccr.Labeled, error) bool) {
		for _, name := range []string{"labels.jsonl", "labels-2.jsonl", "labels-3.jsonl", "labels-4.jsonl", "labels-dev.jsonl"} {
			for l, err := range labels(t, name) {
				if !yield(l, err) {
					return
				}
			}
		}
	}
	for l, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		h := l.Tags[dataset.HashTag]
		if !hash.MatchString(h) || seen[h] {
			t.Errorf("%v: hash %q", l.Feedback.Source, h)
		}
		seen[h] = true
		if l.Feedback.Text != "" {
			t.Errorf("%v holds a text", l.Feedback.Source)
		}
		if l.ComplaintUnknown {
			t.Errorf("%v has no complaint", l.Feedback.Source)
		}
		if l.Tags["settled"] != "" {
			settled++
		}
		for _, o := range l.Assessment.Opinions {
			if !o.Aspect.Known() {
				t.Errorf("%v: aspect %s", l.Feedback.Source, o.Aspect)
			}
		}
	}
	t.Logf("%d labels, %d settled", len(seen), settled)
	if len(seen) < 1500+1200+3800+8600+14500 {
		t.Errorf("%d labels, want 2700 drawn at random and 26900 to learn from", len(seen))
	}
}

// TestStars joins the labels with a copy of the reviews beside the project and
// prints how stars and complaints differ.
func TestStars(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "reviews", "*.train.jsonl"))
	if len(files) == 0 {
		t.Skip("no copy of the reviews beside the project")
	}
	stars := map[string]bool{} // by text: negative
	texts := func(yield func(ccr.Feedback, error) bool) {
		for _, name := range files {
			f, err := os.Open(name)
			if err != nil {
				yield(ccr.Feedback{}, err)
				return
			}
			defer f.Close()
			names := map[string]string{"label": "polarity", "category": "product"}
			for l, err := range dataset.ReadLabeledJSON(f, &dataset.Options{Name: name, Columns: names}) {
				stars[l.Feedback.Text] = l.Assessment.Polarity == ccr.Negative
				if !yield(l.Feedback, err) {
					return
				}
			}
		}
	}
	type count struct{ n, lowComplaint, lowNot, highComplaint, highNot int }
	by := map[string]*count{"all": {}}
	for l, err := range dataset.WithTexts(labels(t, "labels.jsonl"), texts) {
		if err != nil {
			t.Fatal(err)
		}
		kind := l.Feedback.Product
		if by[kind] == nil {
			by[kind] = &count{}
		}
		for _, c := range []*count{by[kind], by["all"]} {
			c.n++
			switch low, complaint := stars[l.Feedback.Text], l.Assessment.Complaint == 1; {
			case low && complaint:
				c.lowComplaint++
			case low:
				c.lowNot++
			case complaint:
				c.highComplaint++
			default:
				c.highNot++
			}
		}
	}
	var kinds []string
	for k := range by {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b string) int {
		if by[a].n != by[b].n {
			return by[b].n - by[a].n
		}
		return strings.Compare(a, b)
	})
	t.Logf("%-10s %5s  %s", "goods", "n", "low stars: complaint, not | high stars: complaint, not | agree")
	for _, k := range kinds {
		c := by[k]
		t.Logf("%-10s %5d  %4d %4d | %4d %4d | %.1f%%", k, c.n, c.lowComplaint, c.lowNot, c.highComplaint, c.highNot,
			100*float64(c.lowComplaint+c.highNot)/float64(c.n))
	}
	if by["all"].n < 1450 {
		t.Errorf("%d labels found a review, want 1500: is the copy another one?", by["all"].n)
	}
}
