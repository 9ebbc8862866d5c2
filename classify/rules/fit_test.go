package rules

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

var fit = flag.Bool("fit", false, "fit the scorecard and rewrite weights.go")

// A case is one text for the fit: what was read of it, what is right, and how
// much it weighs.
type fitCase struct {
	features
	right  float64
	weight float64
}

// The share that a text has in the fit: a sentence of the corpus counts once,
// a real review with a label twice, since there are fewer, and one with stars
// for a label little, since stars are complaint labels on nine in ten only.
const (
	labelWeight = 2.0
	starWeight  = 0.05
)

// TestWeights fits the scorecard again when asked:
//
//	go test ./classify/rules -run TestWeights -fit
//
// It is a logistic regression with a ridge on the features of the train part of
// the project's corpus and, where a copy of the reviews lies beside the project,
// of the real reviews with labels in testdata/reviews (the part not held out)
// and of every eighth review with stars. Stars and structured reasons are in none
// of these: their points are set by hand.
func TestWeights(t *testing.T) {
	if !*fit {
		t.Skip("without -fit")
	}
	c := New(nil)
	r := c.newReading()
	var cases []fitCase
	add := func(fb ccr.Feedback, complaint bool, weight float64) {
		r.read(&fb)
		x := fitCase{features: r.features, weight: weight}
		if complaint {
			x.right = 1
		}
		cases = append(cases, x)
	}
	f, err := os.Open(filepath.Join("..", "..", "testdata", "corpus", "train.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for l, err := range dataset.ReadLabeledJSON(f, nil) {
		if err != nil {
			t.Fatal(err)
		}
		add(l.Feedback, l.Assessment.Complaint >= 0.5, 1)
	}
	sentences := len(cases)
	labels := reviewLabels(t)
	forEachReview(t, func(text, category string, negative bool) {
		fb := ccr.Feedback{Text: text, Channel: ccr.ChannelReview, Product: category}
		h := fnv.New32a()
		h.Write([]byte(text))
		if complaint, ok := labels[hashText(text)]; ok {
			if !heldOut(text) {
				add(fb, complaint, labelWeight)
			}
		} else if h.Sum32()%8 == 0 {
			add(fb, negative, starWeight)
		}
	})
	t.Logf("%d sentences, %d reviews", sentences, len(cases)-sentences)
	w := regress(cases)
	w[lowRating], w[highRating], w[ownReason], w[faultReason] = 0.5, -0.3, -1, 0.5
	w[unread] = 0
	if err := writeWeights(w); err != nil {
		t.Fatal(err)
	}
}

// regress returns the weights that maximise the penalised likelihood, by
// gradient descent with a step for each weight (RMSProp), from 0.
func regress(cases []fitCase) (w features) {
	var square features
	for step := range 400 {
		var g features
		for i := range cases {
			x := &cases[i]
			z := 0.0
			for j, v := range x.features {
				z += v * w[j]
			}
			d := (1/(1+math.Exp(-z)) - x.right) * x.weight
			for j, v := range x.features {
				g[j] += d * v
			}
		}
		rate := 0.05 / (1 + 0.01*float64(step))
		for j := range w {
			ridge := 1.0
			if feature(j) >= reviewEmpty && feature(j) <= isInquiry {
				ridge = 5 // a channel should colour a judgement, not make it
			}
			g[j] += ridge * w[j]
			square[j] = 0.9*square[j] + 0.1*g[j]*g[j]
			w[j] -= rate * g[j] / (math.Sqrt(square[j]) + 1e-9)
		}
	}
	return w
}

func writeWeights(w features) error {
	var b bytes.Buffer
	b.WriteString("package rules\n\n// weights is the scorecard: what each feature adds to the log-odds of a\n// complaint. TestWeights writes it.\nvar weights = [numFeatures]float64{\n")
	width := 0
	for _, name := range featureNames {
		width = max(width, len(goName(name)))
	}
	for j, name := range featureNames {
		fmt.Fprintf(&b, "\t%-*s %.3f,\n", width+1, goName(name)+":", w[j]+0) // +0: no -0
	}
	b.WriteString("}\n")
	return os.WriteFile("weights.go", b.Bytes(), 0o644)
}

// goName returns the constant of a feature's name: neg-plain is negPlain.
func goName(name string) string {
	parts := strings.Split(name, "-")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
	}
	return strings.Join(parts, "")
}

// reviewLabels returns the complaint labels of real reviews by the hash of the
// text.
func reviewLabels(tb testing.TB) map[string]bool {
	f, err := os.Open(filepath.Join("..", "..", "testdata", "reviews", "labels.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	labels := map[string]bool{}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var l struct {
			Hash      string
			Complaint bool
		}
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			tb.Fatal(err)
		}
		labels[l.Hash] = l.Complaint
	}
	return labels
}

func hashText(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// heldOut reports whether a real review is kept from the fit: three in ten are.
func heldOut(text string) bool {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32()%10 < 3
}

// forEachReview calls f with every review of the train parts in the copy beside
// the project, and with none where there is no copy.
func forEachReview(tb testing.TB, f func(text, category string, negative bool)) (n int) {
	tb.Helper()
	for _, name := range []string{"shopping", "waimai", "hotel"} {
		file, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "reviews", name+".train.jsonl"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			tb.Fatal(err)
		}
		defer file.Close()
		sc := bufio.NewScanner(file)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var r struct{ Text, Label, Category string }
			if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
				tb.Fatal(err)
			}
			f(r.Text, r.Category, r.Label == "negative")
			n++
		}
	}
	return n
}

// TestRealReviews measures the classifier on the real reviews that were held
// out, where a copy of them lies beside the project.
func TestRealReviews(t *testing.T) {
	c := New(nil)
	labels := reviewLabels(t)
	right, n, starsRight := 0, 0, 0
	forEachReview(t, func(text, category string, negative bool) {
		complaint, ok := labels[hashText(text)]
		if !ok || !heldOut(text) {
			return
		}
		r := c.newReading()
		r.read(&ccr.Feedback{Text: text, Channel: ccr.ChannelReview, Product: category})
		n++
		if (r.score() >= 0) == complaint {
			right++
		}
		if negative == complaint {
			starsRight++
		}
	})
	if n == 0 {
		t.Skip("no copy of the reviews beside the project")
	}
	t.Logf("%d of %d real reviews right: %.1f%%; by the stars alone %.1f%%", right, n, 100*float64(right)/float64(n), 100*float64(starsRight)/float64(n))
	if float64(right) < 0.84*float64(n) {
		t.Errorf("%d of %d real reviews are judged right, want 84%%", right, n)
	}
}
