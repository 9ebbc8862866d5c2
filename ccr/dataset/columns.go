package dataset

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A column is a field and its place in the rows of a CSV file.
type column[T any] struct {
	*field[T]
	index int
}

// columns finds the fields in a header. A column that the caller has named
// comes first, then the field's own name, then the other headers in order.
func columns[T any](header []string, fields []field[T], custom map[string]string) ([]column[T], error) {
	keys := make([]string, len(header))
	for i, h := range header {
		keys[i] = headerKey(h)
	}
	mapped := make(map[string]string, len(custom)) // header key to field name
	for h, f := range custom {
		key := headerKey(h)
		if g, ok := mapped[key]; ok && g != f {
			return nil, fmt.Errorf("dataset: Columns maps %q to both %s and %s", h, min(f, g), max(f, g))
		}
		mapped[key] = f
	}

	var cols []column[T]
	var missing, labels []string
	labelled := false
	for i := range fields {
		f := &fields[i]
		at := -1
		for k, key := range keys {
			if mapped[key] != f.name || key == "" {
				continue
			}
			if at >= 0 {
				return nil, fmt.Errorf("%w: columns %q and %q are both %s", ErrHeader, header[at], header[k], f.name)
			}
			at = k
		}
		for _, h := range append([]string{f.name}, f.headers...) {
			if at >= 0 {
				break
			}
			h = headerKey(h)
			if _, taken := mapped[h]; taken {
				continue
			}
			at = slices.Index(keys, h)
			if at >= 0 && slices.Contains(keys[at+1:], h) {
				return nil, fmt.Errorf("%w: two columns %q", ErrHeader, header[at])
			}
		}
		names := f.name
		if f.headers != nil {
			names += " (or " + strings.Join(f.headers, ", ") + ")"
		}
		switch {
		case at >= 0:
			cols = append(cols, column[T]{f, at})
			labelled = labelled || f.label
		case f.label:
			labels = append(labels, names)
		case f.required:
			missing = append(missing, names)
		}
	}
	if labels != nil && !labelled {
		missing = append(missing, strings.Join(labels, " or "))
	}
	if missing != nil {
		return nil, fmt.Errorf("%w: missing column %s", ErrHeader, strings.Join(missing, "; "))
	}
	return cols, nil
}

// headerKey returns what two headers that mean the same have in common:
// letter case, spaces, underscores, hyphens and a unit of money do not count.
func headerKey(s string) string {
	s = string(cell([]byte(s)))
	s = strings.TrimSuffix(strings.TrimSuffix(s, "(元)"), "（元）")
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '\ufeff' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
