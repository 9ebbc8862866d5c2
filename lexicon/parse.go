package lexicon

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"golang.org/x/text/unicode/norm"
)

// A ParseError reports a line of a lexicon that cannot be used.
type ParseError struct {
	Name  string // name of the lexicon
	Line  int    // 1-indexed
	Field string // "words", "class", "aspect", "polarity" or "intensity"; "" for the whole line
	Err   error
}

func (e *ParseError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s:%d: %v", e.Name, e.Line, e.Err)
	}
	return fmt.Sprintf("%s:%d: %s: %v", e.Name, e.Line, e.Field, e.Err)
}

// Unwrap returns the cause.
func (e *ParseError) Unwrap() error { return e.Err }

const (
	maxErrors = 20 // a binary file should not yield a million errors
	maxRunes  = 32 // of a word; bounds the work per position of a text
)

// A parser collects entries. Those that are removed stay, without a word, until
// the end.
type parser struct {
	entries []Entry
	indexed int              // number of entries that at tells of
	at      map[string][]int // indexes of the entries of each folded word, for removals
}

// parse appends the entries of text to entries, which it may change.
func parse(entries []Entry, text, name string) ([]Entry, error) {
	var errs []error
	text = strings.TrimPrefix(text, "\ufeff")
	p := parser{entries: slices.Grow(entries, strings.Count(text, "|")+strings.Count(text, "\n")+1)}
	for n := 1; len(text) > 0 && len(errs) < maxErrors; n++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if err := p.line(line); err != nil {
			pe := &ParseError{Name: name, Line: n, Err: err}
			var fe *ccr.FieldError
			if errors.As(err, &fe) {
				pe.Field, pe.Err = fe.Field, fe.Err
			}
			errs = append(errs, pe)
		}
	}
	if p.at != nil {
		p.entries = slices.DeleteFunc(p.entries, func(e Entry) bool { return e.Word == "" })
	}
	return p.entries, errors.Join(errs...)
}

func (p *parser) line(line string) error {
	if !utf8.ValidString(line) {
		return ccr.ErrText
	}
	line, _, _ = strings.Cut(line, "#")
	var fields [6]string
	n := 0
	for f := range strings.FieldsSeq(line) {
		if n == len(fields) {
			break
		}
		fields[n] = f
		n++
	}
	switch {
	case n == 0:
		return nil
	case n > 5:
		return fmt.Errorf("more than 5 fields, the last %q", fields[5])
	}
	if removed, ok := strings.CutPrefix(fields[0], "!"); ok {
		if n > 1 {
			return &ccr.FieldError{Field: "class", Err: errors.New("a removal has words only")}
		}
		return p.remove(removed)
	}
	e, err := parseSense(fields[1:n])
	if err != nil {
		return err
	}
	for w := range strings.SplitSeq(fields[0], "|") {
		if e.Word, err = parseWord(w); err != nil {
			return err
		}
		p.entries = append(p.entries, e)
	}
	return nil
}

// parseSense parses what follows the words.
func parseSense(fields []string) (e Entry, err error) {
	field := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return "*"
	}
	if err := e.Class.UnmarshalText([]byte(field(0))); err != nil {
		return e, &ccr.FieldError{Field: "class", Err: err}
	}
	if a := field(1); a != "*" {
		e.Aspect = ccr.Aspect(a)
		if e.Class != Attribute && !strings.Contains(a, ".") && e.Aspect != ccr.Overall {
			return e, &ccr.FieldError{Field: "aspect", Err: fmt.Errorf("%q is not dimension.aspect", a)}
		}
	}
	switch p := field(2); p {
	case "+":
		e.Polarity = ccr.Positive
	case "-":
		e.Polarity = ccr.Negative
	case "*":
	default:
		return e, &ccr.FieldError{Field: "polarity", Err: fmt.Errorf("%q is none of + - *", p)}
	}
	switch s := field(3); s {
	case "1", "2", "3":
		e.Intensity = int(s[0] - '0')
	case "*":
		e.Intensity = 2
	default:
		return e, &ccr.FieldError{Field: "intensity", Err: fmt.Errorf("%q is none of 1 2 3 *", s)}
	}
	switch e.Class {
	case Merit:
		if e.Polarity == ccr.Unknown {
			e.Polarity = ccr.Positive
		}
	case Defect:
		if e.Polarity == ccr.Unknown {
			e.Polarity = ccr.Negative
		}
	case Opinion, Graded, Cue:
		if e.Polarity == ccr.Unknown {
			return e, &ccr.FieldError{Field: "polarity", Err: fmt.Errorf("class %v needs + or -", e.Class)}
		}
	case Target, Attribute:
		if e.Aspect == "" {
			return e, &ccr.FieldError{Field: "aspect", Err: fmt.Errorf("class %v needs one", e.Class)}
		}
	}
	return e, nil
}

var unescape = strings.NewReplacer(`\s`, " ", `\n`, "\n", `\t`, "\t", `\p`, "|", `\h`, "#", `\\`, `\`)

func parseWord(w string) (string, error) {
	if strings.Contains(w, `\`) {
		w = unescape.Replace(w)
	}
	if strings.ContainsFunc(w, mayCompose) {
		w = norm.NFC.String(w)
	}
	switch {
	case w == "":
		return "", &ccr.FieldError{Field: "words", Err: errors.New("empty word")}
	case strings.ContainsRune(w, 0):
		return "", &ccr.FieldError{Field: "words", Err: errors.New("NUL in a word")}
	case utf8.RuneCountInString(w) > 1 && strings.Contains(w, "\n"):
		return "", &ccr.FieldError{Field: "words", Err: fmt.Errorf("%q has a line break between other characters", w)}
	case utf8.RuneCountInString(w) > maxRunes:
		return "", &ccr.FieldError{Field: "words", Err: fmt.Errorf("%q is longer than %d characters", w, maxRunes)}
	}
	return w, nil
}

// mayCompose reports whether r may change in normalisation: few runes do, and
// Chinese characters of the basic block are not among them.
func mayCompose(r rune) bool {
	return r >= 0x300 && (r < 0x4E00 || r > 0x9FFF)
}

// remove removes all senses of the given words.
func (p *parser) remove(words string) error {
	if p.at == nil {
		p.at = map[string][]int{}
	}
	for ; p.indexed < len(p.entries); p.indexed++ {
		w := strings.Map(fold, p.entries[p.indexed].Word)
		p.at[w] = append(p.at[w], p.indexed)
	}
	for w := range strings.SplitSeq(words, "|") {
		w, err := parseWord(w)
		if err != nil {
			return err
		}
		folded := strings.Map(fold, w)
		if len(p.at[folded]) == 0 {
			return &ccr.FieldError{Field: "words", Err: fmt.Errorf("%q is not there to be removed", w)}
		}
		for _, i := range p.at[folded] {
			p.entries[i].Word = ""
		}
		delete(p.at, folded)
	}
	return nil
}
