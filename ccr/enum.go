package ccr

import (
	"fmt"
	"strconv"
	"strings"
)

// Polarity is the direction of an opinion or of a whole text. The zero
// Polarity is Unknown, so that a missing label never counts as Neutral.
// It encodes as text in lower case.
type Polarity int8

// The polarities.
const (
	Unknown  Polarity = iota // not known, or not decided
	Negative                 // a shortcoming
	Neutral                  // no evaluation
	Positive                 // a merit
	Mixed                    // real praise and a real shortcoming, both meant
)

var polarityNames = [...]string{"unknown", "negative", "neutral", "positive", "mixed"}

// String returns the name in lower case; "Polarity(9)" for an undefined value.
func (p Polarity) String() string { return enumString(p, "Polarity", polarityNames[:]) }

// MarshalText returns the name; it fails for an undefined value.
func (p Polarity) MarshalText() ([]byte, error) {
	return enumMarshal(p, "polarity", polarityNames[:])
}

// UnmarshalText accepts any string made by MarshalText, ignoring case; the
// empty string is Unknown.
func (p *Polarity) UnmarshalText(b []byte) error {
	return enumUnmarshal(p, "polarity", polarityNames[:], b)
}

// Channel is the way by which a feedback came. The zero Channel is
// ChannelUnknown. It encodes as text in lower case.
type Channel int8

// The channels.
const (
	ChannelUnknown   Channel = iota
	ChannelReview            // a product review, 评价
	ChannelAfterSale         // an after-sales message, 售后
	ChannelComplaint         // a complaint to the platform, 投诉
	ChannelInquiry           // a chat with customer service, 咨询
)

var channelNames = [...]string{"unknown", "review", "aftersale", "complaint", "inquiry"}

// String returns the name in lower case; "Channel(9)" for an undefined value.
func (c Channel) String() string { return enumString(c, "Channel", channelNames[:]) }

// MarshalText returns the name; it fails for an undefined value.
func (c Channel) MarshalText() ([]byte, error) { return enumMarshal(c, "channel", channelNames[:]) }

// UnmarshalText accepts any string made by MarshalText, ignoring case; the
// empty string is ChannelUnknown.
func (c *Channel) UnmarshalText(b []byte) error {
	return enumUnmarshal(c, "channel", channelNames[:], b)
}

func enumString[E ~int8](e E, kind string, names []string) string {
	if int(e) < 0 || int(e) >= len(names) {
		return fmt.Sprintf("%s(%d)", kind, e)
	}
	return names[e]
}

func enumMarshal[E ~int8](e E, kind string, names []string) ([]byte, error) {
	if int(e) < 0 || int(e) >= len(names) {
		return nil, fmt.Errorf("undefined %s %d", kind, e)
	}
	return []byte(names[e]), nil
}

func enumUnmarshal[E ~int8](e *E, kind string, names []string, b []byte) error {
	s := string(b)
	if s == "" {
		*e = 0
		return nil
	}
	for i, name := range names {
		if strings.EqualFold(s, name) {
			*e = E(i)
			return nil
		}
	}
	return fmt.Errorf("unknown %s %s, want one of %s", kind, quote(s), strings.Join(names[1:], ", "))
}

// An Amount is a sum of money in hundredths of the currency's unit (分).
// It encodes as a decimal number of units: 24823 is 248.23.
type Amount int64

// String returns the amount in units with two decimals.
func (a Amount) String() string {
	sign, u := "", uint64(a)
	if a < 0 {
		sign, u = "-", -u
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// MarshalJSON returns the amount as a JSON number of units.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON accepts a JSON number or string that [ParseAmount] accepts.
func (a *Amount) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s == "null" {
		return nil
	}
	v, err := ParseAmount(strings.Trim(s, `"`))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// ParseAmount parses a decimal number of units, such as "248.23". Digits
// beyond the hundredths are rounded half away from zero. Exponents, signs
// other than a leading '-', and amounts beyond ±90 trillion are errors.
func ParseAmount(s string) (Amount, error) {
	digits, neg := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(digits, ".")
	if whole == "" && frac == "" {
		return 0, fmt.Errorf("bad amount %s", quote(s))
	}
	for _, r := range whole + frac {
		if r < '0' || r > '9' {
			return 0, fmt.Errorf("bad amount %s", quote(s))
		}
	}
	cents := (frac + "00")[:2]
	n, err := strconv.ParseInt("0"+whole+cents, 10, 64)
	if err == nil && len(frac) > 2 && frac[2] >= '5' {
		n++ // wraps to a negative number at worst
	}
	if err != nil || n < 0 || n > 9e15 {
		return 0, fmt.Errorf("amount %s is out of range", quote(s))
	}
	if neg {
		n = -n
	}
	return Amount(n), nil
}

// quote quotes a value that was not understood, the first characters of a long one.
func quote(s string) string {
	const most = 40
	n := 0
	for i := range s {
		if n++; n > most {
			return fmt.Sprintf("%q…", s[:i])
		}
	}
	return fmt.Sprintf("%q", s)
}
