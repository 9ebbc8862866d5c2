package dataset

import (
	"bytes"
	"fmt"
	"time"
)

// time parses a time in any of the forms that the package knows. It does by
// hand what time.Parse does, since this is what reading spends most on.
func (d *decoder) time(b []byte) (time.Time, error) {
	c, ok := parseClock(b)
	switch {
	case !ok || c.hour > 23 || c.minute > 59 || c.second > 59:
		return time.Time{}, notTime(b)
	case c.year == 0 && c.month == 0 && c.day == 0:
		return time.Time{}, nil // how MySQL writes that there is none
	}
	midnight := time.Date(c.year, time.Month(c.month), c.day, 0, 0, 0, 0, time.UTC)
	if c.year < 1 || c.month < 1 || c.month > 12 || midnight.Day() != c.day {
		return time.Time{}, notTime(b)
	}
	offset, known := int64(c.offset), c.zoned
	if !known {
		day := d.day(midnight)
		offset, known = day.offset, day.regular
	}
	seconds := midnight.Unix() + int64(c.hour*3600+c.minute*60+c.second)
	t := time.Unix(seconds-offset, int64(c.nano)).In(d.loc)
	if !known {
		t = time.Date(c.year, time.Month(c.month), c.day, c.hour, c.minute, c.second, c.nano, d.loc)
	}
	if (c.year == 1 || c.year == 9999) && (t.UTC().Year() < 1 || t.UTC().Year() > 9999) {
		return time.Time{}, notTime(b) // it could not be written again
	}
	return t, nil
}

// A clock is what a calendar and a clock show.
type clock struct {
	year, month, day, hour, minute, second, nano int

	zoned  bool
	offset int // seconds east of UTC, if zoned
}

// parseClock parses a time.
func parseClock(b []byte) (c clock, ok bool) {
	p := timeParser{rest: b}
	hasClock := c.usual(b)
	if hasClock {
		p.rest = b[19:]
		c.nano = p.fraction()
	} else {
		hasClock = c.other(&p)
	}
	if hasClock {
		p.spaces()
		c.offset, c.zoned = p.zone()
	}
	return c, !p.bad && len(p.rest) == 0
}

// usual parses the most frequent form, 2006-01-02 15:04:05 or with a T, at the
// start of b.
func (c *clock) usual(b []byte) bool {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10] != ' ' && b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return false
	}
	var bad byte // 16 or more once there was a byte that is no digit
	two := func(i int) int {
		x, y := b[i]-'0', b[i+1]-'0'
		bad |= x | y | (x + 6) | (y + 6)
		return int(x)*10 + int(y)
	}
	c.year, c.month, c.day = two(0)*100+two(2), two(5), two(8)
	c.hour, c.minute, c.second = two(11), two(14), two(17)
	return bad < 16
}

// other parses the other forms, and reports whether there is a time of day.
func (c *clock) other(p *timeParser) bool {
	c.year = p.number(4, 4)
	sep := byte('-')
	if p.at('/') {
		sep = '/'
	}
	p.expect(sep)
	c.month = p.number(1, 2)
	p.expect(sep)
	c.day = p.number(1, 2)
	c.hour, c.minute, c.second = 0, 0, 0
	if len(p.rest) == 0 {
		return false
	}
	if !p.skip('T') && !p.skip('t') {
		p.expect(' ')
		p.spaces()
	}
	c.hour = p.number(1, 2)
	p.expect(':')
	c.minute = p.number(2, 2)
	if p.skip(':') {
		c.second = p.number(2, 2)
		c.nano = p.fraction()
	}
	return true
}

func notTime(b []byte) error {
	return fmt.Errorf("%s is not a time such as 2006-01-02 15:04:05", quote(b))
}

// day returns what is known of the day that starts at midnight, in UTC.
func (d *decoder) day(midnight time.Time) *day {
	n := midnight.Unix() / 86400
	p := &d.days[uint64(n)%uint64(len(d.days))]
	if p.known && p.number == n {
		return p
	}
	y, m, dd := midnight.Date()
	start, end := time.Date(y, m, dd, 0, 0, 0, 0, d.loc), time.Date(y, m, dd+1, 0, 0, 0, 0, d.loc)
	_, offset := start.Zone()
	*p = day{
		number: n, offset: int64(offset), known: true,
		regular: end.Unix()-start.Unix() == 86400 && start.Hour() == 0 && end.Hour() == 0,
	}
	return p
}

// A timeParser takes a time apart. Once bad it stays so.
type timeParser struct {
	rest []byte
	bad  bool
}

// number takes a number of least to most digits.
func (p *timeParser) number(least, most int) int {
	n, i := 0, 0
	for i < most && i < len(p.rest) && '0' <= p.rest[i] && p.rest[i] <= '9' {
		n = 10*n + int(p.rest[i]-'0')
		i++
	}
	p.bad = p.bad || i < least
	p.rest = p.rest[i:]
	return n
}

// fraction takes a point and digits, if there are any, and returns nanoseconds.
func (p *timeParser) fraction() int {
	if !p.skip('.') {
		return 0
	}
	n, unit, digits := 0, 100_000_000, 0
	for len(p.rest) > 0 && '0' <= p.rest[0] && p.rest[0] <= '9' {
		n += unit * int(p.rest[0]-'0')
		unit /= 10
		digits++
		p.rest = p.rest[1:]
	}
	p.bad = p.bad || digits == 0
	return n
}

// zone takes a zone, if there is one, and returns seconds east of UTC.
func (p *timeParser) zone() (offset int, ok bool) {
	switch {
	case p.skip('Z'), p.skip('z'):
		return 0, true
	case p.at('+'), p.at('-'):
		sign := 1
		if p.at('-') {
			sign = -1
		}
		p.rest = p.rest[1:]
		hours := p.number(2, 2)
		p.skip(':')
		minutes := p.number(2, 2)
		p.bad = p.bad || hours > 23 || minutes > 59
		return sign * (hours*3600 + minutes*60), true
	}
	return 0, false
}

func (p *timeParser) at(c byte) bool { return len(p.rest) > 0 && p.rest[0] == c }

func (p *timeParser) skip(c byte) bool {
	if !p.at(c) {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *timeParser) expect(c byte) { p.bad = !p.skip(c) || p.bad }

func (p *timeParser) spaces() { p.rest = bytes.TrimLeft(p.rest, " ") }
