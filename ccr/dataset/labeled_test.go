package dataset_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

func TestReadLabeledJSON(t *testing.T) {
	in := `{"id":"1","text":"质量很好，就是慢","channel":"review","product":"衬衫","rating":4,"order_id":"o","created_at":"2024-05-06",` +
		`"complaint":false,"polarity":"mixed","opinions":[{"aspect":"goods.quality","polarity":"positive","intensity":2,"rules":["r1"],` +
		`"evidence":[{"text":"很好"},{"start":0,"end":6,"text":"质量"}]},{"aspect":"logistics.speed","polarity":"negative","evidence":[{"start":21,"end":24}]}],` +
		`"ground":"mild_reservation","phenomenon":"contrast","pair":"7","weight":3,"aspects":[["goods.quality","+"]]}` + "\n" +
		`{"text":"x","complaint":true}` + "\n" +
		`{"text":"x","complaint":0.25,"polarity":"","opinions":null}` + "\n" +
		`{"text":"x","complaint":true,"complaint_probability":0.75}` + "\n" +
		`{"text":"x","complaint_probability":0.75,"complaint":true}`
	want := []ccr.Labeled{
		{
			Feedback: ccr.Feedback{
				ID: "1", OrderID: "o", Text: "质量很好，就是慢", Channel: ccr.ChannelReview, Product: "衬衫", Rating: 4,
				CreatedAt: time.Date(2024, 5, 6, 0, 0, 0, 0, cst), Source: ccr.Source{Name: "gold.jsonl", Line: 1},
			},
			Assessment: ccr.Assessment{
				Polarity: ccr.Mixed, Ground: ccr.GroundMild,
				Opinions: []ccr.Opinion{
					{Aspect: ccr.GoodsQuality, Polarity: ccr.Positive, Intensity: 2, Rules: []string{"r1"}, Evidence: []ccr.Evidence{{Start: 0, End: 6}, {Start: 6, End: 12}}},
					{Aspect: ccr.LogisticsSpeed, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 21, End: 24}}},
				},
			},
			Tags: map[string]string{"phenomenon": "contrast", "pair": "7"},
		},
	}
	for i, p := range []float64{1, 0.25, 0.75, 0.75} {
		want = append(want, ccr.Labeled{
			Feedback:   ccr.Feedback{Text: "x", Source: ccr.Source{Name: "gold.jsonl", Line: i + 2}},
			Assessment: ccr.Assessment{Complaint: p},
		})
	}
	diff(t, want, noErrors(t, dataset.ReadLabeledJSON(strings.NewReader(in), &dataset.Options{Name: "gold.jsonl"})))
}

func TestBadLabels(t *testing.T) {
	opinion := func(o string) string { return `{"text":"质量好","complaint":true,"opinions":[` + o + `]}` }
	evidence := func(e string) string {
		return opinion(`{"aspect":"goods.quality","polarity":"positive","evidence":[` + e + `]}`)
	}
	for _, tt := range []struct{ line, want string }{
		{`{"text":"a"}`, "complaint: missing, and so are other labels"},
		{`{"text":"a","complaint":null,"ground":"defect"}`, "complaint: missing, and so are other labels"},
		{`{"complaint":true}`, "text: missing"},
		{`{"text":"a","complaint":"yes"}`, `complaint: "\"yes\"" is neither true nor false nor a probability`},
		{`{"text":"a","complaint":1.5}`, `complaint: "1.5" is neither true nor false nor a probability`},
		{`{"text":"a","complaint":-0.5}`, `complaint: "-0.5" is neither true nor false nor a probability`},
		{`{"text":"a","complaint_probability":1e999,"complaint":7}`, `complaint_probability: "1e999" is neither true nor false nor a probability`},
		{`{"text":"a","complaint_probability":1,"complaint":7}`, `complaint: "7" is neither true nor false nor a probability`},
		{`{"text":"a","complaint":true,"complaint":false}`, "complaint: given twice"},
		{`{"text":"a","complaint":true,"polarity":"angry"}`, `polarity: unknown polarity "angry", want one of negative, neutral, positive, mixed`},
		{`{"text":"a","complaint":true,"polarity":1}`, "polarity: want a string, not a number"},
		{`{"text":"a","complaint":true,"ground":{}}`, "ground: want a string, not an object"},
		{`{"text":"a","complaint":true,"ground":"\ud800"}`, `ground: text is not valid UTF-8: half of a surrogate pair, \ud800`},
		{`{"text":"a","complaint":true,"pair":"1","pair":"2"}`, "pair: given twice"},
		{`{"text":"a","complaint":true,"pair":"\ud800"}`, `pair: text is not valid UTF-8: half of a surrogate pair, \ud800`},
		{`{"text":"a","complaint":true,"opinions":{}}`, "opinions: value: want slice, not object"},
		{opinion(`{"aspect":1}`), "opinions: aspect: want string, not number"},
		{opinion(`{"polarity":"positive"}`), "opinions: number 1: aspect: missing"},
		{opinion(`{"aspect":"overall","intensity":4}`), "opinions: number 1: intensity: 4 is not between 1 and 3"},
		{opinion(`{"aspect":"overall","polarity":"odd"}`), `opinions: unknown polarity "odd", want one of negative, neutral, positive, mixed`},
		{evidence(`{}`), "opinions: number 1: evidence: number 1: needs start and end, or text"},
		{evidence(`{"start":1,"text":"好"}`), "opinions: number 1: evidence: number 1: needs start and end, or text"},
		{evidence(`{"start":1,"end":3}`), "opinions: number 1: evidence: number 1: bytes 1 to 3 are not a span of characters of the text, which has 9 bytes"},
		{evidence(`{"start":6,"end":10}`), "opinions: number 1: evidence: number 1: bytes 6 to 10 are not a span of characters of the text, which has 9 bytes"},
		{evidence(`{"start":6,"end":9,"text":"坏"}`), `opinions: number 1: evidence: number 1: bytes 6 to 9 are "好", not "坏"`},
		{evidence(`{"text":"好"},{"text":"坏"}`), `opinions: number 1: evidence: number 2: "坏" is not in the text`},
	} {
		labeled, messages := collect(dataset.ReadLabeledJSON(strings.NewReader(tt.line+"\n"+`{"text":"last","complaint":true}`), &dataset.Options{Name: "gold"}))
		diff(t, []string{"gold:1: " + tt.want}, messages)
		if len(labeled) != 1 || labeled[0].Feedback.Text != "last" {
			t.Errorf("%s: then %v", tt.line, labeled)
		}
	}
}

// TestReadPredictionsJSON reads what a PredictionEncoder wrote, with texts and
// without.
func TestReadPredictionsJSON(t *testing.T) {
	want := ccr.Labeled{
		Feedback: ccr.Feedback{ID: "1", Text: "质量好"},
		Assessment: ccr.Assessment{Complaint: 0.125, Polarity: ccr.Positive, Ground: ccr.GroundPraise, Opinions: []ccr.Opinion{
			{Aspect: ccr.GoodsQuality, Polarity: ccr.Positive, Intensity: 2, Rules: []string{"r"}, Evidence: []ccr.Evidence{{Start: 0, End: 6}, {Start: 6, End: 9}}},
		}},
	}
	for _, text := range []bool{true, false} {
		var b bytes.Buffer
		e := dataset.NewPredictionEncoder(&b, &dataset.PredictionOptions{Explain: true, Text: text})
		if err := e.Encode(want); err != nil {
			t.Fatal(err)
		}
		l := want
		l.Feedback.Source = ccr.Source{Name: "said.jsonl", Line: 1}
		if !text {
			l.Feedback.Text = ""
		}
		diff(t, []ccr.Labeled{l}, noErrors(t, dataset.ReadPredictionsJSON(&b, &dataset.Options{Name: "said.jsonl"})))
	}
	if err := dataset.NewPredictionEncoder(io.Discard, &dataset.PredictionOptions{Text: true}).Encode(ccr.Labeled{Feedback: ccr.Feedback{Text: "\xff"}}); fieldOf(err) != "text" {
		t.Errorf("error %v", err)
	}
	evidence := func(id, e string) string {
		return `{` + id + `,"complaint":1,"opinions":[{"aspect":"overall","polarity":"positive","evidence":[` + e + `]}]}`
	}
	for _, tt := range []struct{ line, want string }{
		{`{"complaint":true}`, "id: missing"},
		{`{"id":"","text":null,"complaint":true}`, "id: missing"},
		{`{"id":7,"polarity":"negative"}`, "complaint: missing"},
		{`{"id":7,"complaint":2}`, `complaint: "2" is neither true nor false nor a probability`},
		{evidence(`"text":"质量好"`, `{"start":6,"end":9,"text":"坏"}`), `opinions: number 1: evidence: number 1: bytes 6 to 9 are "好", not "坏"`},
		{evidence(`"id":"1"`, `{"start":2,"end":3,"text":"好"}`), `opinions: number 1: evidence: number 1: "好" cannot be bytes 2 to 3 of any text`},
		{evidence(`"id":"1"`, `{"start":-3,"end":0}`), `opinions: number 1: evidence: number 1: "" cannot be bytes -3 to 0 of any text`},
		{evidence(`"id":"1"`, `{"text":"好"}`), `opinions: number 1: evidence: number 1: needs start and end, or text`},
	} {
		labeled, messages := collect(dataset.ReadPredictionsJSON(strings.NewReader(tt.line+"\n"+evidence(`"text":"好"`, `{"text":"好"}`)), &dataset.Options{Name: "said"}))
		diff(t, []string{"said:1: " + tt.want}, messages)
		if len(labeled) != 1 {
			t.Errorf("%s: %d lines after it", tt.line, len(labeled))
		}
	}
}
