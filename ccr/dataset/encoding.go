package dataset

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// ascii reports whether b has only ASCII.
func ascii(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// guess returns UTF8 or GB18030 for a text that starts with the lines of a
// sample. It must not be misled by a single broken line, so it weighs bytes:
// of the bytes of Chinese in GB18030 a quarter at most look like UTF-8 by
// accident. What is neither is UTF8, whose errors are then reported by line.
func guess(line, ahead []byte) Encoding {
	if i := bytes.LastIndexByte(ahead, '\n'); i >= 0 {
		ahead = ahead[:i+1]
	}
	sample := append(line[:min(len(line), bufferSize):min(len(line), bufferSize)], ahead...)

	var good, bad int
	for b := sample; len(b) > 0; {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n <= 1:
			bad++
		case n > 1:
			good += n
		}
		b = b[n:]
	}
	if good > bad {
		return UTF8
	}

	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(sample)
	if err != nil {
		return UTF8
	}
	good, bad = 0, 0
	for _, r := range string(text) {
		switch {
		case r == utf8.RuneError, r == '€': // the decoder takes a lone 0x80 for the euro sign
			bad++
		case r >= utf8.RuneSelf:
			good++
		}
	}
	if good > 9*bad {
		return GB18030
	}
	return UTF8
}
