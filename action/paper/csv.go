package paper

import (
	"cmp"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
)

// The columns of the table.
const (
	orderID = iota
	feedbackID
	negative
	reviewer
	note
	sure
	ground
	counted
	channel
	rating
	reason
	createdAt
	product
	about
	quotes
	text
	ruled
	complaint
	numColumns
)

// byMachine has the columns that are left out for blind readers.
var byMachine = [numColumns]bool{
	sure: true, ground: true, counted: true, about: true, quotes: true, ruled: true, complaint: true,
}

// WriteCSV writes findings as a table for a reviewer, one row for each
// statement, those of one order together. The columns negative (yes or no, 是
// or 否), reviewer and note are empty: whoever decides fills them in, and
// dataset.ReadOverrides reads the file back, in Chinese or in English, rows
// without a decision being passed over.
//
// The file is UTF-8 with a byte order mark, without which spreadsheets take
// Chinese for something else; fields are separated by commas. Numbers are in
// [0, 1], times in RFC 3339.
//
// A spreadsheet runs a cell that begins with =, +, - or @, in ASCII or full
// width. Such a cell, with white space before it or without, one that begins
// with white space that is no space (a tab, a new line), and one that begins
// with an apostrophe get one apostrophe in front. To undo it, take one
// apostrophe away where a cell has one in front; nothing else is changed. Ids
// have a tab before that, so that a spreadsheet does not make a number or a
// date of them. dataset.ReadOverrides undoes both.
func WriteCSV(w io.Writer, findings []action.Finding, opts *Options) error {
	words := wordsOf(opts)
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	cw := csv.NewWriter(w)
	write := func(row [numColumns]string) error {
		shown := row[:0]
		for i, cell := range row {
			if opts == nil || !opts.Blind || !byMachine[i] {
				shown = append(shown, cell)
			}
		}
		return cw.Write(shown)
	}
	if err := write(words.header); err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		for j := range f.Statements {
			if err := write(words.row(f, &f.Statements[j])); err != nil {
				return err
			}
		}
	}
	cw.Flush()
	return cw.Error()
}

func (w words) row(f *action.Finding, s *action.Statement) (row [numColumns]string) {
	fb := &s.Feedback
	row = [numColumns]string{
		sure: share(s.Sure), ground: w.ground(s.Ground), counted: w.names.Reason(s.Counted),
		channel: w.names.Channel(fb.Channel), reason: fb.Reason, product: productOf(f, fb),
		about: w.aspects(s.Aspects), text: fb.Text,
		quotes: quotations(fb.Text, s.Evidence),
		ruled:  strings.Join(s.Rules, "; "), complaint: share(s.Complaint),
	}
	if fb.Rating > 0 {
		row[rating] = strconv.Itoa(fb.Rating)
	}
	if !fb.CreatedAt.IsZero() {
		row[createdAt] = fb.CreatedAt.Format(time.RFC3339)
	}
	for i, s := range row {
		row[i] = guard(s)
	}
	// The key by which ccr.Policy finds a reviewer's decision.
	row[orderID], row[feedbackID] = id(cmp.Or(fb.OrderID, f.OrderID)), id(fb.ID)
	return row
}

func quotations(text string, evidence []ccr.Evidence) string {
	var quoted []string
	for _, s := range spans(text, evidence) {
		if s.Mark {
			quoted = append(quoted, s.Text)
		}
	}
	return strings.Join(quoted, "; ")
}

func productOf(f *action.Finding, fb *ccr.Feedback) string {
	if fb.Product == "" && f.Order != nil {
		return f.Order.Product
	}
	return fb.Product
}

func share(p *float64) string {
	if p == nil {
		return ""
	}
	return strconv.FormatFloat(*p, 'f', 4, 64)
}

// guard makes a cell safe in a spreadsheet, as [WriteCSV] documents.
func guard(s string) string {
	start := strings.TrimLeftFunc(s, unicode.IsSpace)
	if strings.IndexAny(start, "=+-@＝＋－＠") == 0 || strings.HasPrefix(s, "'") || len(s) > len(start) && s[0] != ' ' {
		return "'" + s
	}
	return s
}

// id returns an identifier as a cell that is read as text.
func id(s string) string {
	if s == "" {
		return ""
	}
	return "\t" + guard(s)
}
