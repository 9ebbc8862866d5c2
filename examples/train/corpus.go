package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/classify/linear"
)

// columns say where in a record the text and its labels are.
type columns struct {
	text, label string
	of          []string // members that make a label of an object
	at          []string // its members that say where in the text it stands
	unlabelled  bool     // the labels do not matter
}

// A labelled is a text with its labels.
type labelled struct {
	place  string // file and line
	text   string
	labels []string
	spans  []linear.Span
	many   bool // the labels came as a list
}

// each calls use with every record of a file, and bad with what is wrong with a
// line that cannot be used.
func (c columns) each(name string, use func(labelled), bad func(error)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	if mark, _ := r.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		r.Discard(3)
	}
	if strings.HasSuffix(name, ".csv") {
		return c.csv(name, r, use, bad)
	}
	for n := 1; ; n++ {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			l, bare := c.object(line)
			l.place = fmt.Sprintf("%s:%d", name, n)
			if bare != nil {
				bad(fmt.Errorf("%s: %w", l.place, bare))
			} else {
				use(l)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// object reads one JSON object.
func (c columns) object(line []byte) (l labelled, err error) {
	if !utf8.Valid(line) {
		return l, errors.New("text is not valid UTF-8")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return l, err
	}
	raw, ok := members[c.text]
	if !ok {
		return l, fmt.Errorf("%s: missing", c.text)
	}
	if err := json.Unmarshal(raw, &l.text); err != nil {
		return l, fmt.Errorf("%s: %w", c.text, err)
	}
	raw, ok = members[c.label]
	if c.unlabelled {
		return l, nil
	}
	if !ok {
		return l, fmt.Errorf("%s: missing", c.label)
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return l, fmt.Errorf("%s: %w", c.label, err)
	}
	list, many := value.([]any)
	if !many {
		list = []any{value}
	}
	l.many = many
	seen := map[string]bool{}
	for _, v := range list {
		name, err := c.name(v)
		if err != nil {
			return l, fmt.Errorf("%s: %w", c.label, err)
		}
		if !seen[name] {
			seen[name] = true
			l.labels = append(l.labels, name)
		}
		spans, err := c.spans(v, l.text)
		if err != nil {
			return l, fmt.Errorf("%s: %w", c.label, err)
		}
		for _, s := range spans {
			s.Label = name
			l.spans = append(l.spans, s)
		}
	}
	return l, nil
}

// spans returns where an object says that it stands in the text: what its members say
// that are no null.
func (c columns) spans(v any, text string) (spans []linear.Span, err error) {
	object, _ := v.(map[string]any)
	for _, member := range c.at {
		if object[member] == nil {
			continue
		}
		pair, _ := object[member].([]any)
		var at [2]int // in bytes
		ok := len(pair) == len(at)
		for i := range at {
			if ok {
				var n float64
				n, ok = pair[i].(float64)
				at[i] = offset(text, n)
			}
		}
		if !ok || at[0] < 0 || at[0] >= at[1] {
			return nil, fmt.Errorf("%s: %v is not where characters of the text begin and end", member, object[member])
		}
		spans = append(spans, linear.Span{Start: at[0], End: at[1]})
	}
	return spans, nil
}

// offset returns where character n of a text begins, counted from 0, in bytes; -1 when
// there is none.
func offset(text string, n float64) int {
	left := n
	for i := range text {
		if left == 0 {
			return i
		}
		left--
	}
	if left == 0 {
		return len(text)
	}
	return -1
}

// name returns the label that a JSON value is.
func (c columns) name(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case float64, bool:
		return fmt.Sprint(v), nil
	case map[string]any:
		parts := make([]string, len(c.of))
		for i, member := range c.of {
			s, err := c.name(v[member])
			if err != nil {
				return "", fmt.Errorf("%s: %w", member, err)
			}
			parts[i] = s
		}
		if len(parts) > 0 {
			return strings.Join(parts, "/"), nil
		}
		return "", errors.New("is an object: -of says which of its members make the label")
	}
	return "", fmt.Errorf("%v is no label", v)
}

// csv reads CSV with a header.
func (c columns) csv(name string, r io.Reader, use func(labelled), bad func(error)) error {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err == io.EOF {
		return fmt.Errorf("%s: no header", name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	text, label := -1, -1
	for i, h := range header {
		switch strings.TrimSpace(h) {
		case c.text:
			text = i
		case c.label:
			if !c.unlabelled {
				label = i
			}
		}
	}
	if text < 0 || label < 0 && !c.unlabelled {
		return fmt.Errorf("%s:1: there are no columns %s and %s", name, c.text, c.label)
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if errors.Is(err, csv.ErrQuote) || errors.Is(err, csv.ErrBareQuote) {
			bad(fmt.Errorf("%s: %w", name, err)) // it tells the line
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, _ := in.FieldPos(0)
		l := labelled{place: fmt.Sprintf("%s:%d", name, line)}
		switch {
		case max(text, label) >= len(row):
			bad(fmt.Errorf("%s: %d fields, want %d", l.place, len(row), len(header)))
			continue
		case !utf8.ValidString(row[text]):
			bad(fmt.Errorf("%s: text is not valid UTF-8", l.place))
			continue
		}
		l.text = row[text]
		if label >= 0 {
			l.labels = []string{strings.TrimSpace(row[label])}
		}
		use(l)
	}
}
