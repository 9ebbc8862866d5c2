package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// A decoder turns cells into values.
type decoder struct {
	nul   bool // cells may have NUL bytes
	loc   *time.Location
	days  [512]day     // by day modulo
	seed  maphash.Seed // of names
	names [4096]string // values seen lately, by hash
}

// A day caches the offset of loc from UTC on one day.
type day struct {
	number  int64 // days since 1970-01-01
	offset  int64 // seconds east of UTC
	known   bool
	regular bool // the offset holds all day
}

func newDecoder(o *Options) *decoder {
	return &decoder{nul: true, loc: o.Location, seed: maphash.MakeSeed()}
}

// set stores the value of a cell where dst points. A cell without data leaves
// dst as it is.
func (d *decoder) set(dst any, k kind, b []byte) error {
	if k != verbatim {
		if b = cell(b); len(b) == 0 {
			return nil
		}
	}
	if d.nul {
		if i := bytes.IndexByte(b, 0); i >= 0 {
			return fmt.Errorf("NUL byte at byte %d of %s", i+1, quote(b))
		}
	}
	var err error
	switch dst := dst.(type) {
	case *string:
		switch k {
		case verbatim:
			*dst = string(b)
		case repeated:
			*dst = d.intern(b)
		case flag:
			*dst = abnormal(b)
		default:
			*dst = string(b)
		}
	case *time.Time:
		*dst, err = d.time(b)
	case *ccr.Amount:
		*dst, err = amount(b)
	case *int:
		*dst, err = rating(b)
	case *ccr.Channel:
		*dst, err = channel(b)
	case *choice:
		*dst, err = yesNo(b)
	case setter:
		err = dst.set(b)
	case *[]ccr.Aspect:
		for s := range strings.FieldsFuncSeq(string(b), func(r rune) bool { return r == ';' || r == ',' || r == '|' || r == ' ' }) {
			*dst = append(*dst, ccr.Aspect(s))
		}
	}
	return err
}

// A setter is a value of a corpus, which knows how its cells are written. It is
// not given cells without data.
type setter interface{ set(cell []byte) error }

// cell returns the data of a cell: nothing for a sign that there is none, and not the
// white space around it nor the form ="…".
func cell(b []byte) []byte {
	if tidy(b) {
		return b
	}
	for {
		b = bytes.TrimSpace(b)
		if len(b) < 3 || b[0] != '=' || b[1] != '"' || b[len(b)-1] != '"' {
			break
		}
		b = b[2 : len(b)-1]
	}
	if len(b) <= 2 {
		switch string(b) {
		case "-", "--", "~":
			return nil
		}
	}
	return b
}

// tidy reports, for most cells that cell would return as they are, that it
// would: they have three bytes or more and neither start with '=' nor have
// white space, or what could be part of some, at an end.
func tidy(b []byte) bool {
	n := len(b)
	if n < 3 {
		return false
	}
	first, last := b[0], b[n-1]
	if first <= ' ' || first == '=' || first >= 0xc2 && first <= 0xe3 || last <= ' ' {
		return false
	}
	return last < utf8.RuneSelf || b[n-2] != 0xc2 && (b[n-3] < 0xe1 || b[n-3] > 0xe3)
}

// intern returns b as a string, the same one for a value seen lately, so that
// a million orders do not hold a million copies of a region.
func (d *decoder) intern(b []byte) string {
	p := &d.names[maphash.Bytes(d.seed, b)%uint64(len(d.names))]
	if *p != string(b) {
		*p = string(b)
	}
	return *p
}

// abnormal returns why a record is abnormal, "" for a word that says it is not.
func abnormal(b []byte) string {
	s := string(b)
	switch strings.ToLower(s) {
	case "0", "false", "no", "否", "无", "正常":
		return ""
	}
	return s
}

// rating parses a number of stars.
func rating(b []byte) (int, error) {
	for _, unit := range []string{"颗星", "星", "分"} {
		if stars, ok := bytes.CutSuffix(b, []byte(unit)); ok {
			if i := strings.Index("一二三四五", string(stars)); i >= 0 && len(stars) == 3 {
				return i/3 + 1, nil
			}
			b = stars
			break
		}
	}
	whole, frac, _ := bytes.Cut(b, []byte("."))
	digits := bytes.TrimPrefix(whole, []byte("-"))
	switch {
	case len(digits) == 0 || !numeric(digits) || !numeric(frac):
		return 0, fmt.Errorf("%s is not a number from 1 to 5", quote(b))
	case len(bytes.Trim(frac, "0")) > 0:
		return 0, fmt.Errorf("%s is not a whole number", b)
	case len(whole) != 1 || whole[0] > '5':
		return 0, fmt.Errorf("%s is not between 1 and 5", b)
	}
	return int(whole[0] - '0'), nil
}

// numeric reports whether b has only digits.
func numeric(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// amount parses a sum of money, with a yuan sign and separators of thousands
// or without. A comma anywhere else is an error: 41,90 is not 4190.
func amount(b []byte) (ccr.Amount, error) {
	if a, ok := plainAmount(b); ok {
		return a, nil
	}
	s := string(b)
	for _, sign := range []string{"¥", "￥"} {
		s = strings.TrimSpace(strings.TrimPrefix(s, sign))
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "元"))
	if strings.Contains(s, ",") {
		whole, frac, _ := strings.Cut(s, ".")
		groups := strings.Split(whole, ",")
		if n := len(strings.TrimPrefix(groups[0], "-")); n < 1 || n > 3 || strings.Contains(frac, ",") {
			return 0, fmt.Errorf("bad amount %s", quote(b))
		}
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return 0, fmt.Errorf("bad amount %s", quote(b))
			}
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	a, err := ccr.ParseAmount(s)
	if err == nil && a < 0 {
		err = errors.New("is negative")
	}
	return a, err
}

// plainAmount parses the usual form of an amount, digits with two decimals.
func plainAmount(b []byte) (a ccr.Amount, ok bool) {
	n := len(b) - 3
	if n < 1 || n > 12 || b[n] != '.' {
		return 0, false
	}
	for i, c := range b {
		if i == n {
			continue
		}
		if c < '0' || c > '9' {
			return 0, false
		}
		a = 10*a + ccr.Amount(c-'0')
	}
	return a, true
}

// channel parses the name of a channel in English or Chinese.
func channel(b []byte) (ccr.Channel, error) {
	switch headerKey(string(b)) {
	case "review", "reviews", "评价", "评论", "商品评价", "追评":
		return ccr.ChannelReview, nil
	case "aftersale", "aftersales", "售后", "售后单":
		return ccr.ChannelAfterSale, nil
	case "complaint", "complaints", "投诉", "平台投诉":
		return ccr.ChannelComplaint, nil
	case "inquiry", "enquiry", "chat", "咨询", "客服", "聊天", "客服咨询", "在线咨询":
		return ccr.ChannelInquiry, nil
	case "unknown", "未知":
		return ccr.ChannelUnknown, nil
	}
	return 0, fmt.Errorf("unknown channel %s, want review, aftersale, complaint or inquiry", quote(b))
}

// A choice is yes, no, or not made.
type choice int8

const (
	choiceNone choice = iota
	choiceNo
	choiceYes
)

func yesNo(b []byte) (choice, error) {
	switch strings.ToLower(string(b)) {
	case "true", "1", "yes", "y", "是":
		return choiceYes, nil
	case "false", "0", "no", "n", "否":
		return choiceNo, nil
	}
	return choiceNone, fmt.Errorf("%s is neither true nor false", quote(b))
}

// quote returns a value for a message, shortened where it is long.
func quote(b []byte) string {
	const most = 60
	if len(b) <= most {
		return fmt.Sprintf("%q", b)
	}
	n := most
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return fmt.Sprintf("%q…", b[:n])
}
