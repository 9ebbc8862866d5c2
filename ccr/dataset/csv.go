package dataset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A csvReader splits lines into records by the rules of encoding/csv, from
// which it differs where that would lose or change data:
//
//   - a quote that is never closed costs the record it is in, not the rest of
//     the file;
//   - the ends of lines inside a quoted field are kept as they are;
//   - ="123", which keeps a spreadsheet from reading a number, is a field.
type csvReader struct {
	lines *lineReader
	opts  *Options
	comma byte
	want  int // fields per record; 0 for any

	buf  []byte // the fields of a record with quotes, one after the other
	ends []int  // where in buf each of them ends
	row  [][]byte
	nul  bool // there is a NUL byte in row
}

// next returns the next record that has any data, valid until the next call,
// and the line at which it starts. A *RecordError is about one record; any
// other error, io.EOF among them, is final.
func (c *csvReader) next() (line int, row [][]byte, err error) {
	for {
		b, err := c.lines.next()
		if errors.Is(err, ErrTooLong) {
			return 0, nil, c.opts.errorAt(c.lines.no, err)
		}
		if err != nil {
			return 0, nil, err
		}
		if body := trimEnd(b); len(body) == 0 {
			continue
		} else if bytes.IndexByte(body, '"') < 0 {
			line, bad := c.lines.no, c.lines.bad
			c.split(body)
			if err := c.check(bad, len(c.row)); err != nil {
				return 0, nil, c.opts.errorAt(line, err)
			}
			if !blank(c.row) {
				c.nul = bytes.IndexByte(body, 0) >= 0
				return line, c.row, nil
			}
			continue
		}
		line, err := c.quoted(b)
		if err != nil {
			return 0, nil, err
		}
		start := 0
		c.row = c.row[:0]
		for _, end := range c.ends {
			c.row = append(c.row, c.buf[start:end])
			start = end
		}
		if !blank(c.row) {
			c.nul = bytes.IndexByte(c.buf, 0) >= 0
			return line, c.row, nil
		}
	}
}

// split sets c.row to the fields of a line without quotes.
func (c *csvReader) split(body []byte) {
	c.row = c.row[:0]
	for {
		i := bytes.IndexByte(body, c.comma)
		if i < 0 {
			c.row = append(c.row, body)
			return
		}
		c.row = append(c.row, body[:i])
		body = body[i+1:]
	}
}

// check reports what is wrong with a record that has been split.
func (c *csvReader) check(bad error, fields int) error {
	if bad != nil {
		return bad
	}
	if c.want > 0 && fields != c.want {
		return fmt.Errorf("%w: %d, the header has %d", csv.ErrFieldCount, fields, c.want)
	}
	return nil
}

// quoted sets c.buf and c.ends to the fields of the record that starts with
// the line b, which was read last, and returns its number.
//
// When a record of several lines turns out bad, the lines after its first may
// be good records that a stray quote has swallowed. They are read again, from
// the first one that looks like a record. Each of them leaves the state
// "inside quotes" as it was, so read on its own it ends where the line ends:
// no line is read more than a few times.
func (c *csvReader) quoted(b []byte) (line int, err error) {
	line, bad := c.lines.no, c.lines.bad
	open, err := c.scan(b, false)
	if err == nil && !open {
		err = c.check(bad, len(c.ends))
	}
	if err != nil {
		return 0, c.opts.errorAt(line, err)
	}
	if !open {
		return line, nil
	}

	size := len(b)
	c.lines.hold()
	for open && err == nil {
		b, err = c.lines.next()
		switch {
		case err == nil && size+c.lines.held() > c.lines.max:
			err = fmt.Errorf("record is %w: more than %d bytes", ErrTooLong, c.lines.max)
		case err == nil:
			if bad == nil {
				bad = c.lines.bad
			}
			open, err = c.scan(b, true)
		case !errors.Is(err, ErrTooLong):
			err = csv.ErrQuote // the input has ended; next says how
		}
	}
	if err == nil {
		err = c.check(nil, len(c.ends))
	}
	if err != nil {
		c.lines.unread()
		if c.want == 0 {
			return 0, c.opts.errorAt(line, err)
		}
		if last := c.resync(); last > line {
			err = fmt.Errorf("%w; lines %d to %d are skipped", err, line, last)
		}
		return 0, c.opts.errorAt(line, err)
	}
	c.lines.release()
	if bad != nil {
		return 0, c.opts.errorAt(line, bad)
	}
	return line, nil
}

// resync skips lines up to the next one that looks like a record, and returns
// the number of the last line skipped.
func (c *csvReader) resync() int {
	for {
		last := c.lines.no
		c.lines.hold()
		b, err := c.lines.next()
		if err != nil && !errors.Is(err, ErrTooLong) {
			return last
		}
		if err == nil && len(trimEnd(b)) > 0 {
			open, err := c.scan(b, false)
			if err == nil && (open && len(c.ends) < c.want || !open && len(c.ends) == c.want) {
				c.lines.unread()
				return last
			}
		}
		c.lines.release()
	}
}

// scan adds the fields of a line to c.buf and c.ends. Its argument says
// whether the line starts inside quotes, its result whether it ends there.
func (c *csvReader) scan(line []byte, open bool) (bool, error) {
	if !open {
		c.buf, c.ends = c.buf[:0], c.ends[:0]
	}
	body := trimEnd(line)
	end := len(body)
	for {
		if !open && len(body) > 0 && body[0] == '"' {
			open, body = true, body[1:]
		}
		if !open {
			field, rest, more := bytes.Cut(body, []byte{c.comma})
			if bytes.IndexByte(field, '"') >= 0 && !guarded(field) {
				return false, csv.ErrBareQuote
			}
			c.buf = append(c.buf, field...)
			c.ends = append(c.ends, len(c.buf))
			if !more {
				return false, nil
			}
			body = rest
			continue
		}
		i := bytes.IndexByte(body, '"')
		if i < 0 {
			c.buf = append(c.buf, line[end-len(body):]...)
			return true, nil
		}
		c.buf = append(c.buf, body[:i]...)
		body = body[i+1:]
		if len(body) > 0 && body[0] == '"' {
			c.buf = append(c.buf, '"')
			body = body[1:]
			continue
		}
		if len(body) > 0 && body[0] != c.comma {
			return false, csv.ErrQuote
		}
		open = false
		c.ends = append(c.ends, len(c.buf))
		if len(body) == 0 {
			return false, nil
		}
		body = body[1:]
	}
}

// guarded reports whether field is of the form ="…" without further quotes.
func guarded(field []byte) bool {
	inner, ok := bytes.CutPrefix(bytes.TrimSpace(field), []byte(`="`))
	return ok && bytes.IndexByte(inner, '"') == len(inner)-1
}

// blank reports whether all fields are empty, as in the rows that
// spreadsheets leave at the end.
func blank(row [][]byte) bool {
	return !slices.ContainsFunc(row, func(b []byte) bool { return len(b) > 0 })
}

// header reads the header and returns its line and names.
func (c *csvReader) header() (line int, names []string, err error) {
	c.lines.hold()
	for { // choose the separator by the first line with anything in it
		b, err := c.lines.next()
		if err != nil {
			break
		}
		if b = trimEnd(b); len(b) > 0 {
			if c.comma == 0 && bytes.IndexByte(b, ',') < 0 && bytes.IndexByte(b, '\t') >= 0 {
				c.comma = '\t'
			}
			break
		}
	}
	c.lines.unread()
	if c.comma == 0 {
		c.comma = ','
	}
	line, row, err := c.next()
	if err == io.EOF {
		return 0, nil, c.opts.errorAt(1, fmt.Errorf("empty file: %w", ErrHeader))
	}
	if bad, ok := err.(*RecordError); ok {
		bad.Err = fmt.Errorf("%w: %w", ErrHeader, bad.Err)
	}
	if err != nil {
		return 0, nil, err
	}
	for _, b := range row {
		names = append(names, string(b))
	}
	c.want = len(row)
	return line, names, nil
}
