package ccr_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
)

func TestEvidenceValid(t *testing.T) {
	const text = "a好👍" // 1, 3 and 4 bytes
	for start := -1; start <= len(text)+1; start++ {
		for end := -1; end <= len(text)+1; end++ {
			boundary := map[int]bool{0: true, 1: true, 4: true, 8: true}
			want := start < end && boundary[start] && boundary[end]
			if got := (ccr.Evidence{Start: start, End: end}).Valid(text); got != want {
				t.Errorf("[%d, %d): %v, want %v", start, end, got, want)
			}
		}
	}
	if (ccr.Evidence{}).Valid("") || (ccr.Evidence{Start: 0, End: 1}).Valid("") {
		t.Error("the empty text has a quotation")
	}
}

func FuzzEvidenceValid(f *testing.F) {
	f.Add("质量很差", 0, 6)
	f.Add("👍", 1, 4)
	f.Add("", 0, 0)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		if !utf8.ValidString(text) || !(ccr.Evidence{Start: start, End: end}).Valid(text) {
			return
		}
		if q := text[start:end]; q == "" || !utf8.ValidString(q) {
			t.Errorf("%q[%d:%d] is %q", text, start, end, q)
		}
	})
}

// spoil sets the string field of v with the JSON name to text that is not UTF-8.
func spoil(t *testing.T, v reflect.Value, name string) {
	t.Helper()
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name {
			v.Field(i).SetString("x\xff")
			return
		}
	}
	t.Fatalf("no field %q", name)
}

// stringFields returns the JSON names of the string fields of t.
func stringFields(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Type.Kind() == reflect.String {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

func checkField(t *testing.T, err error, field string, cause error) {
	t.Helper()
	var fe *ccr.FieldError
	if !errors.As(err, &fe) || fe.Field != field || cause != nil && !errors.Is(err, cause) || !strings.HasPrefix(err.Error(), field+": ") {
		t.Errorf("got error %v, want one of field %s", err, field)
	}
}

func TestOrderValidate(t *testing.T) {
	good := ccr.Order{ID: "o1", Product: "黑色衬衫", Amount: 100}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	checkField(t, new(ccr.Order).Validate(), "order_id", nil)
	checkField(t, (&ccr.Order{ID: "o", Amount: -1}).Validate(), "amount", nil)
	for _, name := range stringFields(reflect.TypeFor[ccr.Order]()) {
		o := good
		spoil(t, reflect.ValueOf(&o).Elem(), name)
		checkField(t, o.Validate(), name, ccr.ErrText)
	}
}

func TestFeedbackValidate(t *testing.T) {
	for _, fb := range []ccr.Feedback{
		{},
		{ID: "r1", OrderID: "o1", Text: "很好", Rating: 5, Channel: ccr.ChannelInquiry},
	} {
		if err := fb.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, rating := range []int{-1, 6, 9} {
		checkField(t, (&ccr.Feedback{Rating: rating}).Validate(), "rating", nil)
	}
	for _, channel := range []ccr.Channel{-1, 5, 127} {
		checkField(t, (&ccr.Feedback{Channel: channel}).Validate(), "channel", nil)
	}
	if err := (&ccr.Feedback{Rating: 9}).Validate(); err.Error() != "rating: 9 is not between 1 and 5" {
		t.Errorf("message %q", err)
	}
	for _, name := range stringFields(reflect.TypeFor[ccr.Feedback]()) {
		var fb ccr.Feedback
		spoil(t, reflect.ValueOf(&fb).Elem(), name)
		checkField(t, fb.Validate(), name, ccr.ErrText)
	}
}

func TestSource(t *testing.T) {
	for s, want := range map[ccr.Source]string{
		{}:                        "",
		{Name: "a.csv", Line: 17}: "a.csv:17",
		{Name: "stdin", Line: 1}:  "stdin:1",
	} {
		if got := s.String(); got != want {
			t.Errorf("%+v is %q, want %q", s, got, want)
		}
	}
}

// TestStructsGrow keeps the promise that adding a field breaks nobody.
func TestStructsGrow(t *testing.T) {
	for _, typ := range []reflect.Type{
		reflect.TypeFor[ccr.Order](), reflect.TypeFor[ccr.Feedback](), reflect.TypeFor[ccr.Case](),
		reflect.TypeFor[ccr.Opinion](), reflect.TypeFor[ccr.Assessment](), reflect.TypeFor[ccr.Labeled](),
		reflect.TypeFor[ccr.Override](), reflect.TypeFor[ccr.Policy](), reflect.TypeFor[ccr.Ruling](), reflect.TypeFor[ccr.Verdict](),
	} {
		if typ.Comparable() || typ.Field(0).Name != "_" {
			t.Errorf("%v is comparable, or can be written without field names", typ)
		}
	}
}

func TestAssessmentJSON(t *testing.T) {
	in := ccr.Assessment{
		Complaint: 1, Polarity: ccr.Mixed, Ground: ccr.GroundDefect,
		Opinions: []ccr.Opinion{{
			Aspect: ccr.GoodsSize, Polarity: ccr.Negative, Intensity: 2,
			Evidence: []ccr.Evidence{{Start: 0, End: 3}}, Rules: []string{"r"},
		}},
	}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"complaint":1,"polarity":"mixed","opinions":[{"aspect":"goods.size","polarity":"negative","intensity":2,"evidence":[{"start":0,"end":3}],"rules":["r"]}],"ground":"defect"}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var out ccr.Assessment
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("round trip (-in +out):\n%s", diff)
	}
}
