package dataset

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"github.com/ccrkit/ccrkit/ccr"
)

// bufferSize is also how much text a guess of the encoding is based on.
const bufferSize = 64 << 10

// A lineReader reads lines of bounded length and decodes them to UTF-8.
//
// A caller that may have to read lines again calls hold before reading them,
// and then unread or release.
type lineReader struct {
	r   *bufio.Reader
	max int
	enc Encoding

	no   int   // number of the last line returned
	bad  error // why the last line is not text, matching ccr.ErrText
	err  error // ended the input; returned for ever
	gb   transform.Transformer
	long []byte // holds a line that does not fit the buffer of r
	dec  []byte // holds a decoded line

	again    []byte // raw lines that have been held
	pos      int    // what of again has been read
	holding  bool
	mark     int // pos and no when hold was called
	markNo   int
	heldLong int // number of a line that was too long to be held, or 0
}

// newLineReader returns a reader of r. Its first next fails where skipMark does.
func newLineReader(r io.Reader, o *Options) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(&stickyReader{r: r}, bufferSize), max: o.MaxLine, enc: o.Encoding}
}

// A stickyReader keeps the error of r, which a bufio.Reader forgets after Peek.
type stickyReader struct {
	r   io.Reader
	err error
}

func (s *stickyReader) Read(p []byte) (n int, err error) {
	if s.err == nil {
		n, s.err = s.r.Read(p)
	}
	return n, s.err
}

// next returns the next line with its end, valid until the next call. l.bad
// says whether it is text. An error matching ErrTooLong is about one line; any
// other one, io.EOF among them, is final.
func (l *lineReader) next() ([]byte, error) {
	raw, err := l.raw()
	if err != nil {
		return nil, err
	}
	l.bad = nil
	if ascii(raw) {
		return raw, nil
	}
	if l.enc == Auto {
		raw = bytes.Clone(raw) // peeking moves the buffer
		ahead, _ := l.r.Peek(bufferSize)
		l.enc = guess(raw, ahead)
	}
	if l.enc == GB18030 {
		return l.decode(raw), nil
	}
	if !utf8.Valid(raw) {
		i := 0
		for r, n := utf8.DecodeRune(raw); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(raw[i:]) {
			i += n
		}
		l.bad = fmt.Errorf("%w: byte %#x at byte %d of the line", ccr.ErrText, raw[i], i+1)
	}
	return raw, nil
}

// raw returns the next line as it was read, and counts it.
func (l *lineReader) raw() ([]byte, error) {
	if l.pos < len(l.again) {
		line := l.again[l.pos:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		l.pos += len(line)
		l.no++
		return line, nil
	}
	if l.heldLong > l.no {
		l.no++
		return nil, l.tooLong()
	}
	if l.err != nil {
		return nil, l.err
	}
	if l.no == 0 {
		if l.err = l.skipMark(); l.err != nil {
			return nil, l.err
		}
	}
	line, err := l.readLine()
	if err != nil {
		if l.holding && errors.Is(err, ErrTooLong) {
			l.heldLong = l.no
		}
		return nil, err
	}
	if l.holding {
		l.again = append(l.again, line...)
		l.pos = len(l.again)
	}
	return line, nil
}

// readLine reads a line from l.r.
func (l *lineReader) readLine() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		l.long = l.long[:0]
		for err == bufio.ErrBufferFull && len(l.long) <= l.max {
			l.long = append(l.long, line...)
			line, err = l.r.ReadSlice('\n')
		}
		if len(l.long) <= l.max {
			l.long = append(l.long, line...)
		}
		for err == bufio.ErrBufferFull {
			_, err = l.r.ReadSlice('\n')
		}
		line = l.long
	}
	if err != nil {
		l.err = err
		// What comes before an I/O error may be half a line.
		if err != io.EOF || len(line) == 0 {
			return nil, err
		}
	}
	l.no++
	if len(trimEnd(line)) > l.max {
		return nil, l.tooLong()
	}
	return line, nil
}

func (l *lineReader) tooLong() error {
	return fmt.Errorf("line is %w: more than %d bytes", ErrTooLong, l.max)
}

// skipMark skips a byte order mark. It fails for UTF-16 and for the workbooks of
// Excel (.xlsx and .xls), in which the lines would be nonsense.
func (l *lineReader) skipMark() error {
	b, _ := l.r.Peek(2)
	if string(b) == "\xff\xfe" || string(b) == "\xfe\xff" {
		l.no = 1
		return fmt.Errorf("%w: it is UTF-16, save it as UTF-8", ccr.ErrText)
	}
	if b, _ := l.r.Peek(4); string(b) == "PK\x03\x04" || string(b) == "\xd0\xcf\x11\xe0" {
		l.no = 1
		return fmt.Errorf("%w: it is an Excel workbook, save it as CSV in UTF-8", ccr.ErrText)
	}
	for _, m := range []struct {
		mark string
		enc  Encoding
	}{{"\xef\xbb\xbf", UTF8}, {"\x84\x31\x95\x33", GB18030}} {
		if len(b) < 2 || string(b) != m.mark[:2] || l.enc != Auto && l.enc != m.enc {
			continue
		}
		if b, _ := l.r.Peek(len(m.mark)); string(b) == m.mark {
			l.enc = m.enc
			_, _ = l.r.Discard(len(m.mark)) // cannot fail after Peek
		}
		break
	}
	return nil
}

// decode returns a line of GB18030 as UTF-8.
func (l *lineReader) decode(raw []byte) []byte {
	if l.gb == nil {
		l.gb = simplifiedchinese.GB18030.NewDecoder()
	}
	l.dec, _, _ = transform.Append(l.gb, l.dec[:0], raw) // replaces what it cannot decode
	if bytes.Count(l.dec, []byte("\ufffd")) > bytes.Count(raw, []byte("\x84\x31\xa4\x37")) {
		l.bad = fmt.Errorf("%w and not valid GB18030", ccr.ErrText)
	}
	return l.dec
}

// hold keeps the lines that follow, so that unread can go back to here.
func (l *lineReader) hold() {
	if l.pos == len(l.again) {
		l.again, l.pos = l.again[:0], 0
	}
	l.holding, l.mark, l.markNo = true, l.pos, l.no
}

// held returns the size of the lines read since hold.
func (l *lineReader) held() int { return l.pos - l.mark }

// unread goes back to where hold was called.
func (l *lineReader) unread() { l.holding, l.pos, l.no = false, l.mark, l.markNo }

// release forgets the lines read since hold.
func (l *lineReader) release() { l.holding = false }

// trimEnd returns line without its end, "\n" or "\r\n".
func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}
