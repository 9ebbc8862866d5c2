package ccr_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
)

// enum is what the enumerations have in common.
type enum[E any] interface {
	*E
	encoding.TextUnmarshaler
}

func testEnum[E interface {
	~int8
	String() string
	MarshalText() ([]byte, error)
}, P enum[E]](t *testing.T, typeName string, names []string,
) {
	t.Helper()
	for i, name := range names {
		e := E(i)
		if e.String() != name {
			t.Errorf("%d is %q, want %q", i, e, name)
		}
		if b, err := e.MarshalText(); string(b) != name || err != nil {
			t.Errorf("%v marshals as %q, %v", e, b, err)
		}
		for _, s := range []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
			got := E(99)
			if err := P(&got).UnmarshalText([]byte(s)); err != nil || got != e {
				t.Errorf("%q unmarshals as %v, %v", s, got, err)
			}
		}
		b, err := json.Marshal(map[string]E{"k": e})
		if err != nil || string(b) != `{"k":"`+name+`"}` {
			t.Errorf("%v in JSON is %s, %v", e, b, err)
		}
	}
	got := E(99)
	if err := P(&got).UnmarshalText(nil); err != nil || got != 0 {
		t.Errorf("the empty string unmarshals as %v, %v", got, err)
	}
	for _, s := range []string{"x", names[1] + " ", "1", "unknown2"} {
		got := E(1)
		err := P(&got).UnmarshalText([]byte(s))
		if err == nil || got != 1 {
			t.Errorf("%q unmarshals as %v, %v", s, got, err)
		} else if !strings.Contains(err.Error(), names[1]+", "+names[2]) {
			t.Errorf("%q: the error does not say what is known: %v", s, err)
		}
	}
	for _, undefined := range []E{-1, E(len(names)), 127} {
		if b, err := undefined.MarshalText(); err == nil {
			t.Errorf("undefined %d marshals as %q", undefined, b)
		}
		if s := undefined.String(); !strings.HasPrefix(s, typeName+"(") {
			t.Errorf("undefined %d is %q", int8(undefined), s)
		}
	}
}

func TestPolarity(t *testing.T) {
	testEnum[ccr.Polarity](t, "Polarity", []string{"unknown", "negative", "neutral", "positive", "mixed"})
	if s := ccr.Polarity(9).String(); s != "Polarity(9)" {
		t.Errorf("got %q", s)
	}
}

func TestChannel(t *testing.T) {
	testEnum[ccr.Channel](t, "Channel", []string{"unknown", "review", "aftersale", "complaint", "inquiry"})
}

func TestAspects(t *testing.T) {
	all := ccr.Aspects()
	seen := map[ccr.Aspect]bool{}
	dims := map[string]int{}
	for _, a := range all {
		if seen[a] || !a.Known() {
			t.Errorf("%s: seen before %v, known %v", a, seen[a], a.Known())
		}
		seen[a] = true
		dims[a.Dimension()]++
	}
	if diff := cmp.Diff(map[string]int{"goods": 16, "service": 4, "logistics": 4, "overall": 1}, dims); diff != "" {
		t.Errorf("dimensions (-want +got):\n%s", diff)
	}
	all[0] = "scribble"
	if ccr.Aspects()[0] != ccr.GoodsQuality {
		t.Error("the slice is not the caller's")
	}
	for a, dim := range map[ccr.Aspect]string{"": "", "goods": "goods", "goods.a.b": "goods", ".x": ""} {
		if a.Dimension() != dim || a.Known() {
			t.Errorf("%q: dimension %q, known %v", a, a.Dimension(), a.Known())
		}
	}
}

func TestParseAmount(t *testing.T) {
	for s, want := range map[string]ccr.Amount{
		"0":                              0,
		"-0":                             0,
		"248.23":                         24823,
		"-248.23":                        -24823,
		"7":                              700,
		"7.":                             700,
		"7.5":                            750,
		".5":                             50,
		"-.05":                           -5,
		"007.10":                         710,
		"0.004":                          0,
		"0.005":                          1,
		"-0.005":                         -1,
		"0.0149999":                      1,
		"1.995":                          200,
		"99.999":                         10000,
		"90000000000000":                 9e15,
		"90000000000000.00":              9e15,
		"-90000000000000":                -9e15,
		"0." + strings.Repeat("1", 1000): 11,
		strings.Repeat("0", 1000) + "3":  300,
	} {
		if got, err := ccr.ParseAmount(s); err != nil || got != want {
			t.Errorf("ParseAmount(%.40q) = %d, %v, want %d", s, int64(got), err, int64(want))
		}
	}
	for _, s := range []string{
		"", "-", ".", "-.", "--1", "+1", "1-", "1.2.3", "1e3", "1,000", " 1", "1 ", "0x1", "NaN", "Inf", "¥5", "１", "1_0",
		"90000000000000.01", "90000000000000.005", "-90000000000000.01", "99999999999999999999999", "-9223372036854775808",
	} {
		if got, err := ccr.ParseAmount(s); err == nil || got != 0 || !strings.Contains(err.Error(), "amount") {
			t.Errorf("ParseAmount(%q) = %d, %v, want an error", s, int64(got), err)
		}
	}
}

func TestAmountText(t *testing.T) {
	for a, want := range map[ccr.Amount]string{
		0: "0.00", 5: "0.05", -5: "-0.05", 24823: "248.23", -24823: "-248.23", 100: "1.00",
		math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08",
	} {
		if got := a.String(); got != want {
			t.Errorf("%d is %q, want %q", int64(a), got, want)
		}
	}
	type order struct {
		Amount ccr.Amount `json:"amount,omitzero"`
	}
	for in, want := range map[string]string{
		`{"amount":248.23}`:   `{"amount":248.23}`,
		`{"amount":"248.23"}`: `{"amount":248.23}`,
		`{"amount":-1}`:       `{"amount":-1.00}`,
		`{"amount":0}`:        `{}`,
		`{"amount":null}`:     `{}`,
		`{}`:                  `{}`,
	} {
		var o order
		if err := json.Unmarshal([]byte(in), &o); err != nil {
			t.Errorf("%s: %v", in, err)
		} else if got, err := json.Marshal(o); err != nil || string(got) != want {
			t.Errorf("%s becomes %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{`{"amount":""}`, `{"amount":"x"}`, `{"amount":true}`, `{"amount":1e3}`, `{"amount":[1]}`} {
		o := order{Amount: 7}
		if err := json.Unmarshal([]byte(in), &o); err == nil || o.Amount != 7 {
			t.Errorf("%s becomes %v, %v, want an error", in, o.Amount, err)
		}
	}
}

// FuzzParseAmount holds ParseAmount against exact rational numbers.
// TestLongValues: an error quotes no more of a value than helps to find it.
func TestLongValues(t *testing.T) {
	long := strings.Repeat("九", 1_000_000)
	var c ccr.Channel
	_, amount := ccr.ParseAmount(long)
	_, digits := ccr.ParseAmount(strings.Repeat("9", 1_000_000))
	for _, err := range []error{amount, digits, c.UnmarshalText([]byte(long))} {
		if err == nil || len(err.Error()) > 300 {
			t.Errorf("an error of %d bytes", len(fmt.Sprint(err)))
		}
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"0", "-248.23", ".5", "7.", "0.005", "90000000000000.004", "1e3", "9999999999999999", "-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ccr.ParseAmount(s)
		if err != nil {
			if a != 0 {
				t.Fatalf("%q: %d with error %v", s, int64(a), err)
			}
			return
		}
		exact, ok := new(big.Rat).SetString(strings.TrimSuffix(s, "."))
		if !ok {
			t.Fatalf("%q is no number, yet parsed as %v", s, a)
		}
		// |100 exact - a| <= 1/2, and half goes away from zero.
		diff := exact.Mul(exact, big.NewRat(100, 1)).Sub(exact, big.NewRat(int64(a), 1))
		half := big.NewRat(1, 2)
		if c := new(big.Rat).Abs(diff).Cmp(half); c > 0 || c == 0 && diff.Sign() == big.NewInt(int64(a)).Sign() {
			t.Fatalf("%q parsed as %v, off by %v hundredths", s, a, diff)
		}
		if again, err := ccr.ParseAmount(a.String()); err != nil || again != a {
			t.Fatalf("%q parsed as %v, which parses as %v, %v", s, a, again, err)
		}
	})
}

func FuzzUnmarshalText(f *testing.F) {
	for _, s := range []string{"", "review", "Mixed", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var c ccr.Channel
		if c.UnmarshalText([]byte(s)) == nil && s != "" && !strings.EqualFold(c.String(), s) {
			t.Errorf("%q is channel %v", s, c)
		}
		var p ccr.Polarity
		if p.UnmarshalText([]byte(s)) == nil && s != "" && !strings.EqualFold(p.String(), s) {
			t.Errorf("%q is polarity %v", s, p)
		}
	})
}
