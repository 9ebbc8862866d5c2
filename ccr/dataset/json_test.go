package dataset_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

func TestReadFeedbackJSON(t *testing.T) {
	in := "\ufeff" + `{"id":"1","text":"…","channel":"review","product":"黑色衬衫","rating":5}` + "\r\n\n   \n" +
		` { "feedback_id" : 12345678901234567890 , "order_id":7,"text" : "a\"\\\/\b\f\n\r\t\u0041\u597d\ud83d\ude42<" ,"x":{"text":[1,"}",{"a":"\""}]},` +
		`"created_at":"2024-05-06 07:08:09","abnormal":true,"rating":"4","reason":null,"buyer_id":"-"}`
	want := []ccr.Feedback{
		{ID: "1", Text: "…", Channel: ccr.ChannelReview, Product: "黑色衬衫", Rating: 5, Source: ccr.Source{Name: "stdin", Line: 1}},
		{
			ID: "12345678901234567890", OrderID: "7", Text: "a\"\\/\b\f\n\r\tA好🙂<", Rating: 4, Abnormal: "true",
			CreatedAt: time.Date(2024, 5, 6, 7, 8, 9, 0, cst), Source: ccr.Source{Name: "stdin", Line: 4},
		},
	}
	diff(t, want, noErrors(t, dataset.ReadFeedbackJSON(strings.NewReader(in), &dataset.Options{Name: "stdin"})))
}

func TestReadOrdersJSON(t *testing.T) {
	in := `{"order_id":"1","paid_at":"2024-05-06T07:08:09+08:00","amount":12.5,"batch":20240101,"abnormal":false}` + "\n" +
		`{"order_id":"2","amount":"¥1,000","nr":3}`
	want := []ccr.Order{
		{ID: "1", PaidAt: time.Date(2024, 5, 6, 7, 8, 9, 0, cst), Amount: 1250, Batch: "20240101"},
		{ID: "2", Amount: 100000, Batch: "3"},
	}
	opts := &dataset.Options{Columns: map[string]string{"nr": "batch"}}
	diff(t, want, noErrors(t, dataset.ReadOrdersJSON(strings.NewReader(in), opts)), content)
	for _, empty := range []string{"", "\n", "\ufeff"} {
		if got := noErrors(t, dataset.ReadOrdersJSON(strings.NewReader(empty), nil)); got != nil {
			t.Errorf("%q: %v", empty, got)
		}
	}
}

func TestBadLines(t *testing.T) {
	for _, tt := range []struct{ bad, want, field string }{
		{`nonsense`, "in:2: not JSON: invalid character 'o' in literal null (expecting 'u') at byte 2", ""},
		{`{"text":"a"`, "in:2: not JSON: unexpected end of JSON input at byte 11", ""},
		{`{"text":"a"}{"text":"b"}`, "in:2: not JSON: invalid character '{' after top-level value at byte 13", ""},
		{`{"text":"a` + "\x00" + `"}`, `in:2: not JSON: invalid character '\x00' in string literal at byte 11`, ""},
		{`[{"text":"a"}]`, "in:2: not a JSON object but an array", ""},
		{`"text"`, "in:2: not a JSON object but a string", ""},
		{`12`, "in:2: not a JSON object but a number", ""},
		{`true`, "in:2: not a JSON object but a boolean", ""},
		{`null`, "in:2: not a JSON object but null", ""},
		{`{}`, "in:2: text: missing", "text"},
		{`{"Text":"a"}`, "in:2: text: missing", "text"},
		{`{"text":null}`, "in:2: text: missing", "text"},
		{`{"text":5}`, "in:2: text: want a string, not a number", "text"},
		{`{"text":"a","text":"b"}`, "in:2: text: given twice", "text"},
		{`{"text":"a","id":null,"feedback_id":"b"}`, "in:2: feedback_id: given twice", "feedback_id"},
		{`{"text":"a","id":{}}`, "in:2: feedback_id: want a string or a number, not an object", "feedback_id"},
		{`{"text":"a","id":true}`, "in:2: feedback_id: want a string or a number, not a boolean", "feedback_id"},
		{`{"text":"a","id":"\u0000"}`, `in:2: feedback_id: NUL byte at byte 1 of "\x00"`, "feedback_id"},
		{`{"text":"a","channel":1}`, "in:2: channel: want a string, not a number", "channel"},
		{`{"text":"a","channel":"fax"}`, `in:2: channel: unknown channel "fax", want review, aftersale, complaint or inquiry`, "channel"},
		{`{"text":"a","rating":9}`, "in:2: rating: 9 is not between 1 and 5", "rating"},
		{`{"text":"a","rating":[5]}`, "in:2: rating: want a string or a number, not an array", "rating"},
		{`{"text":"a","created_at":1714950489}`, "in:2: created_at: want a string, not a number", "created_at"},
		{`{"text":"a","created_at":"now"}`, `in:2: created_at: "now" is not a time such as 2006-01-02 15:04:05`, "created_at"},
		{`{"text":"\ud800"}`, `in:2: text: text is not valid UTF-8: half of a surrogate pair, \ud800`, "text"},
		{`{"text":"\ud83d\u0041"}`, `in:2: text: text is not valid UTF-8: half of a surrogate pair, \ud83d`, "text"},
		{`{"\udc00":1}`, `in:2: name of a member: text is not valid UTF-8: half of a surrogate pair, \udc00`, ""},
		{`{"text":"` + "\xff" + `"}`, "in:2: text is not valid UTF-8: byte 0xff at byte 10 of the line", ""},
		{`{"text":"` + strings.Repeat("x", 300) + `"}`, "in:2: line is too long: more than 200 bytes", ""},
		{strings.Repeat("[", 199), "in:2: not JSON: unexpected end of JSON input at byte 199", ""},
	} {
		in := `{"text":"first"}` + "\n" + tt.bad + "\n" + `{"text":"last"}`
		opts := &dataset.Options{Name: "in", MaxLine: 200}
		feedback, messages := collect(dataset.ReadFeedbackJSON(strings.NewReader(in), opts))
		diff(t, []string{tt.want}, messages)
		diff(t, []ccr.Feedback{{Text: "first"}, {Text: "last"}}, feedback, content)
		err := firstError(t, dataset.ReadFeedbackJSON(strings.NewReader(in), opts))
		if fieldOf(err) != tt.field || lineOf(err) != 2 {
			t.Errorf("%s: field %q, line %d", tt.bad, fieldOf(err), lineOf(err))
		}
		if strings.Contains(tt.want, "not valid UTF-8") && !errors.Is(err, ccr.ErrText) {
			t.Errorf("%s: %v does not match ErrText", tt.bad, err)
		}
	}
	err := firstError(t, dataset.ReadOrdersJSON(strings.NewReader(`{"amount":1}`), nil))
	if err.Error() != "line 1: order_id: missing" {
		t.Error(err)
	}
}

// TestAgreesWithEncodingJSON compares the unescaping of every character.
func TestAgreesWithEncodingJSON(t *testing.T) {
	var in strings.Builder
	var want []string
	for r := rune(1); r <= 0x11000; r++ { // NUL is refused
		if 0xd800 <= r && r < 0xe000 {
			continue
		}
		escaped := fmt.Sprintf(`"\u%04x"`, r)
		if r > 0xffff {
			escaped = fmt.Sprintf(`"\u%04X\u%04x"`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		}
		var s string
		if err := json.Unmarshal([]byte(escaped), &s); err != nil {
			t.Fatal(escaped, err)
		}
		want = append(want, s)
		fmt.Fprintf(&in, "{\"text\":%s}\n", escaped)
	}
	for i, f := range noErrors(t, dataset.ReadFeedbackJSON(strings.NewReader(in.String()), nil)) {
		if f.Text != want[i] {
			t.Fatalf("line %d: %q, want %q", i+1, f.Text, want[i])
		}
	}
}

func TestRecordError(t *testing.T) {
	cause := errors.New("bad")
	for want, e := range map[string]*dataset.RecordError{
		"bad":         {Err: cause},
		"a.csv: bad":  {Name: "a.csv", Err: cause},
		"line 3: bad": {Line: 3, Err: cause},
		"a.csv:3: bad": {
			Name: "a.csv", Line: 3, Err: cause,
		},
	} {
		if e.Error() != want || !errors.Is(e, cause) {
			t.Errorf("%q, want %q", e.Error(), want)
		}
	}
}
