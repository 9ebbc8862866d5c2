package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify/hybrid"
)

// A sample is where an example comes from.
type sample string

const (
	corpusText  sample = "corpus"  // of the project's corpus
	realReview  sample = "reviews" // a real review with a label, drawn at random
	realChosen  sample = "chosen"  // a real review with a label, drawn to learn from
	starsReview sample = "stars"   // a real review with stars alone
)

// chosenWeight is what a review that was drawn to learn from counts: there are so
// many, and so many of them unclear, that they would decide for all others.
const chosenWeight = 0.8

// An item is an example with what else is known of it.
type item struct {
	hybrid.Example
	sample     sample
	file       string // of the corpus
	phenomenon string
	writer     string
	stars      bool // the stars are low; for real reviews
}

// sources says where the data lies.
type sources struct {
	root string // of the module
	data string // folder of the collections of others; may be missing
}

// readCorpus reads the files of one part of the project's corpus.
func (s sources) readCorpus(pattern string) (items []item, err error) {
	files, err := filepath.Glob(filepath.Join(s.root, "testdata", "corpus", pattern))
	if err != nil || len(files) == 0 {
		return nil, cmp.Or(err, fmt.Errorf("no %s in testdata/corpus", pattern))
	}
	for _, name := range files {
		err := each(name, func(l ccr.Labeled) {
			it := item{sample: corpusText, file: filepath.Base(name), phenomenon: l.Tags["phenomenon"], writer: l.Tags["writer"]}
			it.Feedback, it.Gold = l.Feedback, &l.Assessment
			it.Group = cmp.Or(it.writer, l.Tags["pair"])
			items = append(items, it)
		})
		if err != nil {
			return nil, err
		}
	}
	return items, nil
}

// readReviews reads the collections of real reviews of one part, each text once,
// and joins them with the labels in testdata/reviews.
func (s sources) readReviews(part string) (items []item, err error) {
	labels := map[string]item{}
	for file, from := range map[string]sample{
		"labels.jsonl": realReview, "labels-dev.jsonl": realReview,
		"labels-2.jsonl": realChosen, "labels-3.jsonl": realChosen, "labels-4.jsonl": realChosen,
	} {
		err := each(filepath.Join(s.root, "testdata", "reviews", file), func(l ccr.Labeled) {
			it := item{sample: from}
			it.Gold, it.Real = &l.Assessment, true
			labels[l.Tags[dataset.HashTag]] = it
		})
		if err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for _, name := range []string{"shopping", "waimai", "hotel"} {
		got, err := s.readStars(name + "." + part)
		if err != nil {
			return nil, err
		}
		for _, it := range got {
			if seen[it.Feedback.Text] {
				continue
			}
			seen[it.Feedback.Text] = true
			if l, ok := labels[dataset.TextHash(it.Feedback.Text)]; ok {
				it.sample, it.Gold, it.Real = l.sample, l.Gold, true
				if l.sample == realChosen {
					it.Weight = chosenWeight
				}
				it.Feedback.Rating = 0 // else the rules would read it
			}
			items = append(items, it)
		}
	}
	return items, nil
}

// readStars reads one file of the review collections; none where there is no
// copy of them.
func (s sources) readStars(name string) (items []item, err error) {
	err = each(filepath.Join(s.data, "reviews", name+".jsonl"), func(l ccr.Labeled) {
		it := item{sample: starsReview, stars: l.Assessment.Polarity == ccr.Negative}
		it.Real = true
		it.Feedback = l.Feedback
		it.Feedback.Channel, it.Feedback.Rating = ccr.ChannelReview, 5
		if it.stars {
			it.Feedback.Rating = 1
		}
		items = append(items, it)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return items, err
}

// ofReviews are the members of the review collections that have other names.
var ofReviews = map[string]string{"label": "polarity", "category": "product"}

// each calls f with every labelled example of a file.
func each(name string, f func(ccr.Labeled)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	for l, err := range dataset.ReadLabeledJSON(file, &dataset.Options{Name: name, Columns: ofReviews}) {
		if err != nil {
			return err
		}
		f(l)
	}
	return nil
}

// lines calls f with every line of a JSON Lines file.
func lines[T any](name string, f func(T)) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	d := json.NewDecoder(bufio.NewReaderSize(file, 1<<20))
	for n := 1; ; n++ {
		var v T
		switch err := d.Decode(&v); {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("%s: record %d: %w", name, n, err)
		}
		f(v)
	}
}
