package dataset_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// gb encodes s as GB18030.
func gb(t *testing.T, s string) string {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEncodings(t *testing.T) {
	const file = "评价ID,订单编号,评价内容\n1,o1,\"质量很好，🙂\"\"镕\"\"\n下次再来\"\n2,o2,不好\n"
	want := []string{"质量很好，🙂\"镕\"\n下次再来", "不好"}
	for _, tt := range []struct {
		name, in string
		enc      dataset.Encoding
	}{
		{"UTF-8", file, dataset.Auto},
		{"UTF-8 with mark", "\ufeff" + file, dataset.Auto},
		{"UTF-8 said", file, dataset.UTF8},
		{"UTF-8 said, with mark", "\ufeff" + file, dataset.UTF8},
		{"GB18030", gb(t, file), dataset.Auto},
		{"GB18030 with mark", gb(t, "\ufeff"+file), dataset.Auto},
		{"GB18030 said", gb(t, file), dataset.GB18030},
		{"GB18030 said, with mark", gb(t, "\ufeff"+file), dataset.GB18030},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				var texts []string
				for _, f := range noErrors(t, dataset.ReadFeedbackCSV(r, &dataset.Options{Encoding: tt.enc})) {
					texts = append(texts, f.Text)
				}
				diff(t, want, texts)
			}
		})
	}
}

// TestLateChinese has its first Chinese far behind what a guess looks at.
func TestLateChinese(t *testing.T) {
	ascii := feedbackHeader + strings.Repeat("1,o,,fine,5,\n", 20_000)
	texts, messages := readTexts(ascii+gb(t, "2,o,投诉,质量很差,1,\n"), nil)
	if messages != nil || texts[len(texts)-1] != "质量很差" {
		t.Errorf("last text %q, errors %q", texts[len(texts)-1], messages)
	}
}

// TestBrokenLines checks that one broken line is one error and does not change
// how the others are read.
func TestBrokenLines(t *testing.T) {
	for _, tt := range []struct {
		name   string
		encode func(*testing.T, string) string
		broken string
		want   string
	}{
		{"UTF-8", func(_ *testing.T, s string) string { return s }, "质量\xe8\xb4,", "byte 0xe8 at byte 11 of the line"},
		{"GB18030", gb, "\xd6\xca\xc1,", "and not valid GB18030"},
	} {
		for _, first := range []bool{true, false} {
			good := tt.encode(t, "质量很好，下次再来\n")
			rows := []string{"1,,," + strings.TrimSuffix(good, "\n") + ",,\n", "2,," + "," + tt.broken + ",\n"}
			if first {
				rows[0], rows[1] = rows[1], rows[0]
			}
			texts, messages := readTexts(feedbackHeader+rows[0]+rows[1]+"3,,,"+good[:len(good)-1]+",,\n", nil)
			diff(t, []string{"质量很好，下次再来", "质量很好，下次再来"}, texts)
			if len(messages) != 1 || !strings.Contains(messages[0], "text is not valid UTF-8") || !strings.Contains(messages[0], tt.want) {
				t.Errorf("%s, first %v: errors %q", tt.name, first, messages)
			}
		}
	}
}

// TestNeitherEncoding has text in Latin-1, which is neither.
func TestNeitherEncoding(t *testing.T) {
	texts, messages := readTexts(feedbackHeader+"1,o,,ok,,\n2,o,,caf\xe9 \xff,,\n3,o,,\x80,,\n", nil)
	diff(t, []string{"ok"}, texts)
	if len(messages) != 2 {
		t.Errorf("errors %q", messages)
	}
}

func TestUTF16(t *testing.T) {
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		in, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(feedbackHeader + "1,o,,好,,\n")
		if err != nil {
			t.Fatal(err)
		}
		want := "f.csv:1: text is not valid UTF-8: it is UTF-16, save it as UTF-8"
		_, messages := readTexts(in, nil)
		diff(t, []string{want}, messages)
		_, messages = collect(dataset.ReadFeedbackJSON(strings.NewReader(in), &dataset.Options{Name: "f.csv"}))
		diff(t, []string{want}, messages)
	}
}

func TestExcel(t *testing.T) {
	for _, in := range []string{"PK\x03\x04\x14\x00\x06\x00\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\n"} {
		_, messages := readTexts(in, nil)
		diff(t, []string{"f.csv:1: text is not valid UTF-8: it is an Excel workbook, save it as CSV in UTF-8"}, messages)
	}
}

func TestJSONIsUTF8(t *testing.T) {
	in := gb(t, `{"text":"质量很好"}`)
	err := firstError(t, dataset.ReadFeedbackJSON(strings.NewReader(in), nil))
	if !errors.Is(err, ccr.ErrText) {
		t.Error(err)
	}
	got := noErrors(t, dataset.ReadFeedbackJSON(strings.NewReader(in), &dataset.Options{Encoding: dataset.GB18030}))
	diff(t, []ccr.Feedback{{Text: "质量很好"}}, got, content)
}

func TestEncodingText(t *testing.T) {
	for _, e := range []dataset.Encoding{dataset.Auto, dataset.UTF8, dataset.GB18030} {
		b, err := e.MarshalText()
		var back dataset.Encoding
		if err != nil || string(b) != e.String() || back.UnmarshalText(b) != nil || back != e {
			t.Errorf("%v: %s, %v, %v", e, b, err, back)
		}
	}
	for in, want := range map[string]dataset.Encoding{"": dataset.Auto, "UTF8": dataset.UTF8, "GBK": dataset.GB18030, "gb2312": dataset.GB18030} {
		var e dataset.Encoding
		if err := e.UnmarshalText([]byte(in)); err != nil || e != want {
			t.Errorf("%q: %v, %v", in, e, err)
		}
	}
	var e dataset.Encoding
	if err := e.UnmarshalText([]byte("big5")); err == nil {
		t.Error("big5 is accepted")
	}
	if s := fmt.Sprint(dataset.Encoding(9)); s != "Encoding(9)" {
		t.Error(s)
	}
	if _, err := dataset.Encoding(9).MarshalText(); err == nil {
		t.Error("an undefined encoding is marshalled")
	}
}
