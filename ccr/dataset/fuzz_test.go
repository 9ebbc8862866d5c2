package dataset_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// fuzz checks what holds of every input: there is at most one step for a line
// and one for the end, errors have a place, records are valid, and can be
// written and read again as they are.
func fuzz[T any](t *testing.T, in []byte,
	read func(io.Reader, *dataset.Options) iter.Seq2[T, error],
	write func(io.Writer, iter.Seq[T]) error,
	validate func(*T) error,
) {
	for _, opts := range []*dataset.Options{{Name: "f"}, {Name: "f", MaxLine: 64, Encoding: dataset.GB18030, Comma: ';'}} {
		steps, most := 0, bytes.Count(in, []byte("\n"))+2
		var good []T
		for v, err := range read(bytes.NewReader(in), opts) {
			if steps++; steps > most {
				t.Fatalf("more than %d steps", most)
			}
			if err != nil {
				if re := (*dataset.RecordError)(nil); !errors.As(err, &re) || re.Line < 1 || re.Line > most || re.Name != "f" {
					t.Fatalf("error without a place: %v", err)
				}
				continue
			}
			if err := validate(&v); err != nil {
				t.Fatalf("a record that is not valid: %v", err)
			}
			good = append(good, v)
		}
		if write == nil {
			continue
		}
		var b bytes.Buffer
		if err := write(&b, slices.Values(good)); err != nil {
			t.Fatalf("a record that cannot be written: %v", err)
		}
		diff(t, good, noErrors(t, read(&b, nil)), content)
	}
}

func FuzzReadOrdersCSV(f *testing.F) {
	f.Add([]byte("order_id,paid_at,amount,abnormal,region\n1,2024-01-02 03:04:05,\"1,234.50\",否,\"a\nb\"\n=\"2\",2024/1/2,¥1,x,-\n3,\"\n4,,,,\n"))
	f.Add([]byte("订单编号;支付时间\r\n1;0001-01-01 08:06\r\n\r\n2;9999-12-31T23:59:59Z"))
	f.Add([]byte("\xff\xfeo\x00"))
	f.Add([]byte("order_id\tpaid_at\n1\t2024-01-01T00:00:00.5+23:59\n"))
	f.Add([]byte(gbHeader + "\n1,,\xd5\xe3\xbd\xad\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadOrdersCSV, dataset.WriteOrdersCSV, (*ccr.Order).Validate)
	})
}

// gbHeader is 订单编号,支付时间,省份 in GB18030.
const gbHeader = "\xb6\xa9\xb5\xa5\xb1\xe0\xba\xc5,\xd6\xa7\xb8\xb6\xca\xb1\xbc\xe4,\xca\xa1\xb7\xdd"

func FuzzReadFeedbackCSV(f *testing.F) {
	f.Add([]byte(feedbackHeader + "1,o,评价,\"a\r\nb\"\"\",5.0,2024-01-02\n2,o,,\"x,,\n3,o,,\"y\",,\n4,o,,\x00,9,\n,,,,,\n"))
	f.Add([]byte("评价ID,订单号,评价内容\n\"1\",\"\"\"\",\"\n\n\"\n"))
	f.Add([]byte("feedback_id;order_id;text\n1;2;\"\"\"\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadFeedbackCSV, dataset.WriteFeedbackCSV, (*ccr.Feedback).Validate)
	})
}

func FuzzReadOrdersJSON(f *testing.F) {
	f.Add([]byte(`{"order_id":1,"paid_at":"2024-01-02T03:04:05Z","amount":1.5,"abnormal":true,"x":[{}]}` + "\nbad\n{\"order_id\":\"\\u597d\"}"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadOrdersJSON, dataset.WriteOrdersJSON, (*ccr.Order).Validate)
	})
}

func FuzzReadFeedbackJSON(f *testing.F) {
	f.Add([]byte(`{"id":"1","text":"\ud83d\ude42\n","channel":"review","rating":5}` + "\n" + `{"text":"\ud800"}` + "\r\n\n{\"text\":\"\xff\"}\n[]"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadFeedbackJSON, dataset.WriteFeedbackJSON, (*ccr.Feedback).Validate)
	})
}

func FuzzReadLabeledJSON(f *testing.F) {
	f.Add([]byte(`{"id":"1","text":"好的","complaint":0.5,"polarity":"mixed","opinions":[{"aspect":"overall","evidence":[{"text":"的"},{"start":0,"end":3}]}],"pair":"1"}`))
	f.Add([]byte(`{"text":"a","complaint":true,"complaint_probability":1e-9,"ground":"x","":"y"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadLabeledJSON, dataset.WriteLabeledJSON, func(l *ccr.Labeled) error {
			for _, o := range l.Assessment.Opinions {
				for _, e := range o.Evidence {
					if !e.Valid(l.Feedback.Text) {
						t.Errorf("evidence %v of %q", e, l.Feedback.Text)
					}
				}
			}
			return l.Feedback.Validate()
		})
	})
}

func FuzzReadPredictionsJSON(f *testing.F) {
	f.Add([]byte(`{"id":1,"complaint":true,"opinions":[{"aspect":"overall","polarity":"negative","evidence":[{"start":0,"end":3,"text":"的"}]}]}`))
	f.Add([]byte(`{"text":"好的","complaint_probability":0.5,"opinions":[{"aspect":"overall","evidence":[{"text":"的"}]}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadPredictionsJSON, nil, func(l *ccr.Labeled) error {
			if l.ComplaintUnknown || l.Feedback.ID == "" && l.Feedback.Text == "" {
				t.Errorf("a line that says nothing of anything: %+v", l)
			}
			for _, o := range l.Assessment.Opinions {
				for _, e := range o.Evidence {
					if e.Start < 0 || e.End <= e.Start || l.Feedback.Text != "" && !e.Valid(l.Feedback.Text) {
						t.Errorf("evidence %v of %q", e, l.Feedback.Text)
					}
				}
			}
			return l.Feedback.Validate()
		})
	})
}

func FuzzReadOverrides(f *testing.F) {
	f.Add([]byte("order_id,feedback_id,negative,at,aspects\n1,2,是,2024-01-02,a;b\n1,2,,,\n,,0,,\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzz(t, in, dataset.ReadOverrides, nil, func(*dataset.Decision) error { return nil })
	})
}

// FuzzSwallow puts a record that may be anything, but has no newline, among
// good ones, most of which must come through.
func FuzzSwallow(f *testing.F) {
	for _, s := range []string{`"`, `2,o,,"open,5,`, `2,o,,5" wide,5,`, `,"""`, `"",`, "\xff", "2,o,,\x00,,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, bad string) {
		if strings.ContainsAny(bad, "\n") {
			return
		}
		const good = 40
		var in strings.Builder
		in.WriteString(feedbackHeader)
		for i := range good {
			if i == good/2 {
				in.WriteString(bad + "\n")
			}
			in.WriteString("1,o,,\"good, really\",5,\n")
		}
		texts, _ := readTexts(in.String(), nil)
		n := 0
		for _, s := range texts {
			if s == "good, really" {
				n++
			}
		}
		if n < good-1 {
			t.Errorf("%d of %d good records after %q", n, good, bad)
		}
	})
}
