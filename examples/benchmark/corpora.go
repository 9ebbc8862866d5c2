package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// A corpus is labelled examples, in memory.
type corpus struct {
	name     string
	files    []string
	examples []ccr.Labeled
	broken   int // lines that could not be used
}

// all yields the examples.
func (c *corpus) all() iter.Seq2[ccr.Labeled, error] {
	return func(yield func(ccr.Labeled, error) bool) {
		for _, l := range c.examples {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// foreign reports whether the opinions are on aspects of the corpus's own.
func (c *corpus) foreign() bool {
	any, ours := false, ccr.Aspects()
	for i := range c.examples {
		for _, o := range c.examples[i].Assessment.Opinions {
			if any = true; slices.Contains(ours, o.Aspect) {
				return false
			}
		}
	}
	return any
}

// readCorpora reads the corpora that the arguments name.
func readCorpora(args []string, say *notices) ([]corpus, error) {
	var cs []corpus
	for _, arg := range args {
		name, spec := cutName(arg)
		format, files := "", spec
		if before, after, ok := strings.Cut(spec, ":"); ok && slices.Contains([]string{"stars", "asap", "zhijiang", "hashed"}, before) {
			format, files = before, after
		}
		s := source{format, strings.Split(files, ",")}
		given := name != ""
		if !given {
			name = strings.TrimSuffix(filepath.Base(s.files[0]), filepath.Ext(s.files[0]))
		}
		i := slices.IndexFunc(cs, func(c corpus) bool { return c.name == name })
		switch {
		case i < 0:
			i = len(cs)
			cs = append(cs, corpus{name: name})
		case !given:
			return nil, fmt.Errorf("two corpora are called %q: give them names, NAME=%s", name, spec)
		}
		if err := s.addTo(&cs[i], say); err != nil {
			return nil, err
		}
	}
	return cs, nil
}

// A source is files of one format.
type source struct {
	format string
	files  []string
}

func (s source) addTo(c *corpus, say *notices) error {
	var rs []io.Reader
	var opts []*dataset.Options
	for _, name := range s.files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		rs, opts = append(rs, f), append(opts, &dataset.Options{Name: name})
	}
	c.files = append(c.files, s.files...)
	bad := func(err error) {
		c.broken++
		say.bad(err)
	}
	read := func(in iter.Seq2[ccr.Labeled, error]) {
		for l := range good(in, bad) {
			if (s.format == "stars" || s.format == "hashed") && l.Feedback.Product != "" {
				l.Tags = maps.Clone(l.Tags)
				if l.Tags == nil {
					l.Tags = map[string]string{}
				}
				l.Tags["category"] = l.Feedback.Product
			}
			c.examples = append(c.examples, l)
		}
	}
	switch s.format {
	case "zhijiang":
		if len(rs)%2 != 0 {
			return errors.New("zhijiang: needs pairs of files, reviews and labels")
		}
		for i := 0; i < len(rs); i += 2 {
			read(dataset.ReadZhijiang(rs[i], rs[i+1], opts[i], opts[i+1]))
		}
		return nil
	case "hashed":
		texts := func(yield func(ccr.Feedback, error) bool) {
			for i := 1; i < len(rs); i++ {
				for fb, err := range readTexts(s.files[i], rs[i], opts[i]) {
					if !yield(fb, err) {
						return
					}
				}
			}
		}
		read(dataset.WithTexts(dataset.ReadLabeledJSON(rs[0], opts[0]), texts))
		return nil
	}
	for i, r := range rs {
		switch {
		case s.format == "asap":
			read(dataset.ReadASAP(r, opts[i]))
		case isCSV(s.files[i]):
			read(dataset.ReadLabeledCSV(r, opts[i]))
		default:
			if s.format == "stars" {
				opts[i].Columns = map[string]string{"label": "polarity", "category": "product"}
			}
			read(dataset.ReadLabeledJSON(r, opts[i]))
		}
	}
	return nil
}

// readTexts yields the texts of a file, whatever its labels.
func readTexts(name string, r io.Reader, opts *dataset.Options) iter.Seq2[ccr.Feedback, error] {
	if !isCSV(name) {
		opts.Columns = map[string]string{"category": "product"}
		return dataset.ReadFeedbackJSON(r, opts)
	}
	return func(yield func(ccr.Feedback, error) bool) {
		for l, err := range dataset.ReadLabeledCSV(r, opts) {
			if !yield(l.Feedback, err) {
				return
			}
		}
	}
}

func isCSV(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".csv" || ext == ".tsv"
}
