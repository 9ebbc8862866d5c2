package dataset

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// readJSON returns the iterator over records that check completes.
func readJSON[T any](r io.Reader, opts *Options, fields []field[T], check func(*T, ccr.Source) error) iter.Seq2[T, error] {
	return readLines(r, opts, func(o *Options) func([]byte, ccr.Source, *T) error {
		p := newMembers(fields, o)
		return func(line []byte, at ccr.Source, v *T) error {
			if err := p.decode(line, v, nil); err != nil {
				return err
			}
			return check(v, at)
		}
	})
}

// readLines returns the iterator over the lines that the function made by
// newDecode decodes. It is given lines that are text and not blank.
func readLines[T any](r io.Reader, opts *Options, newDecode func(*Options) func([]byte, ccr.Source, *T) error) iter.Seq2[T, error] {
	return once(func(yield func(T, error) bool) {
		var zero T
		o, err := opts.withDefaults()
		if err != nil {
			yield(zero, err)
			return
		}
		if o.Encoding == Auto {
			o.Encoding = UTF8 // RFC 8259 allows nothing else
		}
		lines := newLineReader(r, &o)
		decode := newDecode(&o)
		v := new(T)
		for {
			line, err := lines.next()
			switch {
			case err == io.EOF:
				return
			case err != nil && !errors.Is(err, ErrTooLong):
				yield(zero, final(&o, lines, err))
				return
			}
			if err == nil {
				err = lines.bad
			}
			if err == nil {
				if line = bytes.TrimSpace(line); len(line) == 0 {
					continue
				}
				*v = zero
				err = decode(line, o.source(lines.no), v)
			}
			if err != nil {
				if !yield(zero, o.errorAt(lines.no, err)) {
					return
				}
			} else if !yield(*v, nil) {
				return
			}
		}
	})
}

// members decodes the members of JSON objects.
type members[T any] struct {
	fields []field[T]
	byName map[string]int // index in fields
	d      *decoder

	optional bool // no field must be there
}

func newMembers[T any](fields []field[T], o *Options) *members[T] {
	m := &members[T]{fields: fields, byName: make(map[string]int), d: newDecoder(o)}
	for i := range fields {
		m.byName[fields[i].name] = i
		if fields[i].alias != "" {
			m.byName[fields[i].alias] = i
		}
	}
	for member, name := range o.Columns {
		if i := slices.IndexFunc(fields, func(f field[T]) bool { return f.name == name }); i >= 0 {
			m.byName[member] = i
		}
	}
	return m
}

// decode fills v from a line. It gives the members that are not fields to
// other, which may be nil.
func (m *members[T]) decode(line []byte, v *T, other func(name string, raw []byte) error) error {
	if !json.Valid(line) {
		var syntax *json.SyntaxError
		if err := json.Unmarshal(line, new(any)); errors.As(err, &syntax) {
			return fmt.Errorf("not JSON: %w at byte %d", err, syntax.Offset)
		}
		return errors.New("not JSON")
	}
	if line[0] != '{' {
		return fmt.Errorf("not a JSON object but %s", jsonType(line))
	}
	var seen, given uint64 // bits of fields; no record has 64
	for key, raw := range object(line) {
		name, err := unquote(key)
		if err != nil {
			return fmt.Errorf("name of a member: %w", err)
		}
		i, ok := m.byName[string(name)]
		if !ok {
			if other != nil {
				if err := other(string(name), raw); err != nil {
					return err
				}
			}
			continue
		}
		f := &m.fields[i]
		if seen&(1<<i) != 0 {
			return &ccr.FieldError{Field: f.name, Err: errTwice}
		}
		seen |= 1 << i
		if raw[0] == 'n' {
			continue
		}
		given |= 1 << i
		dst := f.at(v)
		b, err := scalar(dst, f.kind, raw)
		if err == nil {
			err = m.d.set(dst, f.kind, b)
		}
		if err != nil {
			return &ccr.FieldError{Field: f.name, Err: err}
		}
	}
	for i := range m.fields {
		if f := &m.fields[i]; f.kind == verbatim && given&(1<<i) == 0 && !m.optional {
			return &ccr.FieldError{Field: f.name, Err: errMissing}
		}
	}
	return nil
}

var errTwice = errors.New("given twice")

// scalar returns a JSON value as a cell, or an error where a field cannot have
// a value of that type.
func scalar(dst any, k kind, raw []byte) ([]byte, error) {
	want := "a string or a number"
	switch raw[0] {
	case '"':
		return unquote(raw)
	case 't', 'f':
		if k == flag {
			return raw, nil
		}
	case '{', '[':
	default:
		if !stringOnly(dst, k) {
			return raw, nil
		}
	}
	if stringOnly(dst, k) {
		want = "a string"
	}
	return nil, fmt.Errorf("want %s, not %s", want, jsonType(raw))
}

// stringOnly reports whether a number or a boolean cannot be meant.
func stringOnly(dst any, k kind) bool {
	switch dst.(type) {
	case *time.Time, *ccr.Channel:
		return true
	}
	return k == verbatim
}

// jsonType names the type of a JSON value.
func jsonType(raw []byte) string {
	switch raw[0] {
	case '"':
		return "a string"
	case '{':
		return "an object"
	case '[':
		return "an array"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// object returns an iterator over the names and values, as written, of a JSON
// object, which must be valid.
func object(b []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		b := skipSpace(b[1:])
		for b[0] != '}' {
			n := valueLen(b)
			name := b[:n]
			b = skipSpace(b[n:])
			b = skipSpace(b[1:]) // the colon
			n = valueLen(b)
			if !yield(name, b[:n]) {
				return
			}
			b = skipSpace(b[n:])
			if b[0] == ',' {
				b = skipSpace(b[1:])
			}
		}
	}
}

func skipSpace(b []byte) []byte { return bytes.TrimLeft(b, " \t\r\n") }

// valueLen returns the length of the JSON value at the start of b.
func valueLen(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}

// unquote returns the value of a valid JSON string. Unlike encoding/json it
// does not replace half of a surrogate pair, which is not text.
func unquote(raw []byte) ([]byte, error) {
	raw = raw[1 : len(raw)-1]
	i := bytes.IndexByte(raw, '\\')
	if i < 0 {
		return raw, nil
	}
	b := append(make([]byte, 0, len(raw)), raw[:i]...)
	for raw = raw[i:]; len(raw) > 0; {
		if raw[0] != '\\' {
			b = append(b, raw[0])
			raw = raw[1:]
			continue
		}
		if raw[1] != 'u' {
			b = append(b, unescape(raw[1]))
			raw = raw[2:]
			continue
		}
		r := hex4(raw[2:])
		n := 6
		if utf16.IsSurrogate(r) {
			var low rune
			if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
				low = hex4(raw[8:])
			}
			full := utf16.DecodeRune(r, low)
			if full == utf8.RuneError {
				return nil, fmt.Errorf("%w: half of a surrogate pair, %s", ccr.ErrText, raw[:6])
			}
			r, n = full, 12
		}
		b = utf8.AppendRune(b, r)
		raw = raw[n:]
	}
	return b, nil
}

// unescape returns what a backslash and c stand for in JSON.
func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// hex4 returns the value of four hexadecimal digits.
func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		r = r<<4 | rune(c)
	}
	return r
}
