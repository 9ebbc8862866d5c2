// Package dataset reads and writes orders, feedback and labelled examples, and
// joins orders and feedback into cases.
//
// The formats are CSV with a header, whose columns are found by name in any
// order, and JSON Lines, one object a line. Readers are streams: what they hold
// does not grow with the input. What cannot be used is reported with its file
// and line, and everything else is still read:
//
//	for o, err := range dataset.ReadOrdersCSV(f, &dataset.Options{Name: "orders.csv"}) {
//		if err != nil {
//			log.Print(err) // orders.csv:17: paid_at: "soon" is not a time such as …
//			continue
//		}
//		…
//	}
//
// # Iterators
//
// Every reader is a single-use iterator for one goroutine at a time; a second
// range yields nothing. A record stays valid after its step. A record that
// cannot be used is yielded as a zero value and a [*RecordError], and reading
// goes on if the loop does. The errors that end a reading come last: one
// matching [ErrHeader], text in UTF-16, a workbook of Excel, options that cannot be used, and the
// error of the underlying reader.
//
// # Corpora
//
// Labelled examples come from [ReadLabeledJSON] and [ReadLabeledCSV], which
// serve a shop's own as well as several public collections, and from the
// readers of collections in forms of their own, [ReadASAP] and [ReadZhijiang].
// They keep the names that a collection gives to its aspects: which of ours one
// of them is, is for the caller to say. What is not labelled is unknown
// ([ccr.Labeled].ComplaintUnknown, [ccr.Unknown]), never guessed from the rest.
//
// Any other corpus is a function of the type that a reader returns, an
// iter.Seq2[ccr.Labeled, error]: an example without an error, or an error
// without an example, for each record in turn.
//
// # Cells
//
// A cell that is empty, "-", "--" or "~" holds no data, which is never 0. White
// space around a cell and the guards against spreadsheets (a leading tab,
// ="123") are not part of it. Identifiers are text and kept as written. All of
// this holds for JSON strings too, and none of it for the text of a feedback,
// which is kept byte for byte. A NUL byte is an error anywhere.
//
// Times are RFC 3339, or a date such as 2006-01-02 or 2006/1/2, alone or with
// 15:04 or 15:04:05 and a fraction; without a zone they are in
// [Options.Location], to which all are converted. 0000-00-00 is no data.
// Amounts may have a yuan sign and separators of thousands. Ratings are whole
// numbers from 1 to 5, also as 5星 or 五星; 0 means "not given", as in [ccr.Feedback].
package dataset

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// ErrHeader is matched by the error of a CSV file without a usable header: an
// empty file, a missing or doubled column.
var ErrHeader = errors.New("no usable header")

// ErrTooLong is matched by the error of a line longer than [Options.MaxLine].
var ErrTooLong = errors.New("too long")

// A RecordError reports a record that cannot be used. Where one field is to
// blame, Err is, or wraps, a [*ccr.FieldError].
type RecordError struct {
	Name string // file name from [Options.Name]; may be empty
	Line int    // 1-indexed line at which the record starts; 0 when not known
	Err  error
}

// Error returns "name:line: cause", such as
// "feedback.csv:17: rating: 9 is not between 1 and 5".
func (e *RecordError) Error() string {
	switch {
	case e.Line == 0 && e.Name == "":
		return e.Err.Error()
	case e.Line == 0:
		return e.Name + ": " + e.Err.Error()
	case e.Name == "":
		return "line " + strconv.Itoa(e.Line) + ": " + e.Err.Error()
	}
	return e.Name + ":" + strconv.Itoa(e.Line) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *RecordError) Unwrap() error { return e.Err }

// Options say how an input is to be read. Nil and the zero Options mean the
// defaults. Options are not changed and may be shared by readers.
type Options struct {
	_ [0]func()

	// Name is the file name for messages and for the Source of records.
	Name string

	// Encoding is the character encoding. The default, Auto, finds out
	// whether a CSV file is UTF-8 or GB18030, and takes JSON for UTF-8.
	Encoding Encoding

	// Location is where times without a zone were written down, and the
	// location of all times read. Nil means Asia/Shanghai.
	Location *time.Location

	// Columns names columns, or JSON members, that the package does not know
	// by themselves: it maps a header of the file to a name such as "paid_at".
	// An entry wins over the names that are known.
	Columns map[string]string

	// Comma separates the fields of CSV. 0 means ',', or a tab when the
	// header has tabs and no comma.
	Comma byte

	// MaxLine is the largest size of a line, and of a CSV record of several
	// lines, in bytes; a longer one is an error matching [ErrTooLong] and is
	// skipped without being held in memory. 0 means 4 MiB, far beyond what a
	// buyer writes.
	MaxLine int
}

// withDefaults returns a copy of o with its zero fields filled in, or what is
// wrong with o.
func (o *Options) withDefaults() (Options, error) {
	var d Options
	if o != nil {
		d = *o
	}
	if d.Location == nil {
		d.Location = shanghai()
	}
	if d.MaxLine == 0 {
		d.MaxLine = 4 << 20
	}
	switch {
	case d.MaxLine < 0:
		return d, fmt.Errorf("dataset: MaxLine %d is negative", d.MaxLine)
	case d.Encoding < Auto || d.Encoding > GB18030:
		return d, fmt.Errorf("dataset: undefined %v", d.Encoding)
	case d.Comma == '"' || d.Comma == '\r' || d.Comma == '\n' || d.Comma >= 0x80:
		return d, fmt.Errorf("dataset: Comma %q cannot separate fields", d.Comma)
	}
	for header, name := range d.Columns {
		if !isField(name) {
			return d, fmt.Errorf("dataset: Columns maps %q to %q, which is no field", header, name)
		}
	}
	return d, nil
}

// source returns where the record that starts at the line is.
func (o *Options) source(line int) ccr.Source { return ccr.Source{Name: o.Name, Line: line} }

// errorAt returns the error of the record at the line.
func (o *Options) errorAt(line int, err error) error {
	return &RecordError{Name: o.Name, Line: line, Err: err}
}

// shanghai is the default location. China has had one zone without daylight
// saving since 1991, so a fixed one serves where the zone database is missing.
var shanghai = sync.OnceValue(func() *time.Location {
	if loc, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return loc
	}
	return time.FixedZone("CST", 8*60*60)
})

// Encoding is a character encoding. The zero Encoding is Auto. It encodes as
// text in lower case.
type Encoding int8

// The encodings. A byte order mark at the start is not part of the data.
const (
	Auto    Encoding = iota // UTF-8, or GB18030 where a CSV file is rather that
	UTF8                    // UTF-8
	GB18030                 // GB18030, and its subsets GBK and GB2312
)

var encodingNames = [...]string{"auto", "utf-8", "gb18030"}

// String returns the name in lower case; "Encoding(9)" for an undefined value.
func (e Encoding) String() string {
	if e < 0 || int(e) >= len(encodingNames) {
		return fmt.Sprintf("Encoding(%d)", int8(e))
	}
	return encodingNames[e]
}

// MarshalText returns the name; it fails for an undefined value.
func (e Encoding) MarshalText() ([]byte, error) {
	if e < 0 || int(e) >= len(encodingNames) {
		return nil, fmt.Errorf("undefined %v", e)
	}
	return []byte(encodingNames[e]), nil
}

// UnmarshalText accepts any string made by MarshalText, and utf8, gbk and
// gb2312, ignoring case; the empty string is Auto.
func (e *Encoding) UnmarshalText(b []byte) error {
	switch strings.ToLower(string(b)) {
	case "", "auto":
		*e = Auto
	case "utf-8", "utf8":
		*e = UTF8
	case "gb18030", "gbk", "gb2312":
		*e = GB18030
	default:
		return fmt.Errorf("unknown encoding %q, want auto, utf-8 or gb18030", b)
	}
	return nil
}
