package dataset_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

var (
	someOrders = []ccr.Order{
		{ID: "1"},
		{
			ID: "=1+2", BuyerID: "@b", ProductID: "p", Product: `衬衫, "黑"`, Category: "a\nb", Region: "浙江", Carrier: "顺丰", ServiceGroup: "一组",
			PaidAt: time.Date(2024, 5, 6, 7, 8, 9, 10, cst), ShippedAt: time.Date(1900, 1, 1, 0, 0, 0, 0, time.FixedZone("LMT", 8*3600+343)),
			DeliveredAt: time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC), Amount: 123456, Status: "<&>", Abnormal: "刷单", Batch: "B", Address: "x\u2028y",
		},
		{ID: "9007199254740993", Amount: 1},
	}
	someFeedback = []ccr.Feedback{
		{},
		{ID: "1", OrderID: "o", BuyerID: "b", Channel: ccr.ChannelInquiry, Text: " -\r\n\"x\",\r\ufeff ", Product: "p", Rating: 5, Reason: "r", Abnormal: "a"},
		{Text: "-", Channel: ccr.ChannelReview, CreatedAt: time.Date(1, 1, 2, 0, 0, 0, 0, cst), RepliedAt: time.Date(2024, 1, 1, 0, 0, 0, 1, time.UTC)},
		{Text: "=\"a\"", Channel: ccr.ChannelComplaint},
		{Text: `\.`, Channel: ccr.ChannelAfterSale},
		{Text: "<b>&amp;\u2028🙂"},
	}
	someLabeled = []ccr.Labeled{
		{},
		{
			Feedback: someFeedback[1], Tags: map[string]string{"pair": "7", "a\"": "<x>", "": ""},
			Assessment: ccr.Assessment{Complaint: 1, Polarity: ccr.Negative, Ground: ccr.GroundDefect},
		},
		{
			Feedback: ccr.Feedback{Text: "质量好"},
			Assessment: ccr.Assessment{Complaint: 1e-7, Polarity: ccr.Positive, Opinions: []ccr.Opinion{
				{Aspect: "my.own", Polarity: ccr.Positive, Intensity: 3, Rules: []string{"a", "b"}, Evidence: []ccr.Evidence{{Start: 0, End: 6}, {Start: 6, End: 9}}},
				{Aspect: ccr.Overall},
			}},
		},
	}
)

// roundTrip writes records and reads them again.
func roundTrip[T any](t testing.TB, records []T, write func(io.Writer, iter.Seq[T]) error, read func(io.Reader, *dataset.Options) iter.Seq2[T, error]) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, slices.Values(records)); err != nil {
		t.Fatal(err)
	}
	got := noErrors(t, read(bytes.NewReader(b.Bytes()), nil))
	diff(t, records, got, content)
	var again bytes.Buffer
	if err := write(&again, slices.Values(records)); err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
		t.Errorf("a second writing differs: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, someOrders, dataset.WriteOrdersCSV, dataset.ReadOrdersCSV)
	roundTrip(t, someOrders, dataset.WriteOrdersJSON, dataset.ReadOrdersJSON)
	roundTrip(t, someFeedback, dataset.WriteFeedbackCSV, dataset.ReadFeedbackCSV)
	roundTrip(t, someFeedback, dataset.WriteFeedbackJSON, dataset.ReadFeedbackJSON)
	roundTrip(t, someLabeled, dataset.WriteLabeledJSON, dataset.ReadLabeledJSON)
	roundTrip(t, nil, dataset.WriteOrdersCSV, dataset.ReadOrdersCSV)
	roundTrip(t, nil, dataset.WriteOrdersJSON, dataset.ReadOrdersJSON)
}

func TestWritten(t *testing.T) {
	var b bytes.Buffer
	if err := dataset.WriteFeedbackCSV(&b, slices.Values([]ccr.Feedback{{ID: "1", OrderID: "o", Text: "a,b", Rating: 5, CreatedAt: time.Date(2024, 1, 2, 3, 4, 5, 0, cst)}})); err != nil {
		t.Fatal(err)
	}
	diff(t, "feedback_id,order_id,buyer_id,channel,text,product,rating,reason,created_at,replied_at,abnormal\n"+
		"1,o,,unknown,\"a,b\",,5,,2024-01-02T03:04:05+08:00,,\n", b.String())

	b.Reset()
	if err := dataset.WriteLabeledJSON(&b, slices.Values(someLabeled[2:])); err != nil {
		t.Fatal(err)
	}
	diff(t, `{"text":"质量好","complaint":1e-7,"polarity":"positive","opinions":[{"aspect":"my.own","polarity":"positive","intensity":3,`+
		`"evidence":[{"start":0,"end":6,"text":"质量"},{"start":6,"end":9,"text":"好"}],"rules":["a","b"]},{"aspect":"overall","polarity":"unknown","evidence":[]}]}`+"\n", b.String())
}

// TestUnwritable has records that would be read as others.
func TestUnwritable(t *testing.T) {
	far := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	orders := []struct {
		order ccr.Order
		want  string
	}{
		{ccr.Order{}, "record 2: order_id: missing"},
		{ccr.Order{ID: "-"}, `record 2: order_id: "-" would be read as ""`},
		{ccr.Order{ID: " a"}, `record 2: order_id: " a" would be read as "a"`},
		{ccr.Order{ID: "a\x00"}, `record 2: order_id: NUL byte in "a\x00"`},
		{ccr.Order{ID: "a", Region: `="x"`}, `record 2: region: "=\"x\"" would be read as "x"`},
		{ccr.Order{ID: "a", Region: "\xff"}, "record 2: region: text is not valid UTF-8"},
		{ccr.Order{ID: "a", Abnormal: "否"}, `record 2: abnormal: "否" would be read as ""`},
		{ccr.Order{ID: "a", Amount: -1}, "record 2: amount: is negative"},
		{ccr.Order{ID: "a", Amount: math.MaxInt64}, `record 2: amount: amount "92233720368547758.07" is out of range`},
		{ccr.Order{ID: "a", PaidAt: far}, "record 2: paid_at: year 10000 cannot be written"},
	}
	for _, tt := range orders {
		for _, write := range []func(io.Writer, iter.Seq[ccr.Order]) error{dataset.WriteOrdersCSV, dataset.WriteOrdersJSON} {
			var b bytes.Buffer
			err := write(&b, slices.Values([]ccr.Order{{ID: "1"}, tt.order}))
			if err == nil || err.Error() != tt.want || fieldOf(err) == "" {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if !strings.Contains(b.String(), "1") {
				t.Errorf("the record before it was not written: %q", b.String())
			}
		}
	}
	for _, f := range []ccr.Feedback{{Text: "\xff"}, {Channel: 9}, {Rating: 6}, {Product: "~"}} {
		if err := dataset.WriteFeedbackCSV(io.Discard, slices.Values([]ccr.Feedback{f})); fieldOf(err) == "" {
			t.Errorf("%+v: %v", f, err)
		}
		if err := dataset.WriteFeedbackJSON(io.Discard, slices.Values([]ccr.Feedback{f})); fieldOf(err) == "" {
			t.Errorf("%+v: %v", f, err)
		}
		if err := dataset.WriteLabeledJSON(io.Discard, slices.Values([]ccr.Labeled{{Feedback: f}})); fieldOf(err) == "" {
			t.Errorf("%+v: %v", f, err)
		}
	}
	for _, l := range append(badPredictions,
		ccr.Labeled{Tags: map[string]string{"text": "x"}}, ccr.Labeled{Tags: map[string]string{"id": "x"}}, ccr.Labeled{Tags: map[string]string{"polarity": "x"}},
		ccr.Labeled{Tags: map[string]string{"a": "\xff"}}, ccr.Labeled{Tags: map[string]string{"\xff": "a"}},
	) {
		if err := dataset.WriteLabeledJSON(io.Discard, slices.Values([]ccr.Labeled{l})); fieldOf(err) == "" {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

// badPredictions have assessments that are not valid.
var badPredictions = []ccr.Labeled{
	{Assessment: ccr.Assessment{Complaint: math.NaN()}},
	{Assessment: ccr.Assessment{Complaint: 1.1}},
	{Assessment: ccr.Assessment{Polarity: 9}},
	{Assessment: ccr.Assessment{Ground: "\xff"}},
	{Assessment: ccr.Assessment{Opinions: []ccr.Opinion{{}}}},
	{Assessment: ccr.Assessment{Opinions: []ccr.Opinion{{Aspect: "\xff"}}}},
	{Assessment: ccr.Assessment{Opinions: []ccr.Opinion{{Aspect: "a", Polarity: 9}}}},
	{Assessment: ccr.Assessment{Opinions: []ccr.Opinion{{Aspect: "a", Rules: []string{"\xff"}}}}},
	{Assessment: ccr.Assessment{Opinions: []ccr.Opinion{{Aspect: "a", Evidence: []ccr.Evidence{{Start: 0, End: 1}}}}}},
}

func TestPredictionEncoder(t *testing.T) {
	l := ccr.Labeled{
		Feedback: ccr.Feedback{ID: "1<", Text: "质量好"},
		Assessment: ccr.Assessment{Complaint: 0.5, Polarity: ccr.Positive, Ground: ccr.GroundPraise, Opinions: []ccr.Opinion{
			{Aspect: ccr.GoodsQuality, Polarity: ccr.Positive, Intensity: 2, Rules: []string{"r"}, Evidence: []ccr.Evidence{{Start: 0, End: 9}}},
		}},
	}
	var b bytes.Buffer
	for _, opts := range []*dataset.PredictionOptions{nil, {}, {Threshold: 0.6}} {
		e := dataset.NewPredictionEncoder(&b, opts)
		for _, l := range []ccr.Labeled{l, {}} {
			if err := e.Encode(l); err != nil {
				t.Fatal(err)
			}
		}
	}
	const tail = `"complaint_probability":0.5,"polarity":"positive","opinions":[{"aspect":"goods.quality","polarity":"positive",` +
		`"evidence":[{"start":0,"end":9,"text":"质量好"}]}]}` + "\n" +
		`{"id":"","complaint":false,"complaint_probability":0,"polarity":"unknown","opinions":[]}` + "\n"
	diff(t, strings.Repeat(`{"id":"1<","complaint":true,`+tail, 2)+`{"id":"1<","complaint":false,`+tail, b.String())

	b.Reset()
	e := dataset.NewPredictionEncoder(&b, &dataset.PredictionOptions{Explain: true})
	if err := e.Encode(l); err != nil {
		t.Fatal(err)
	}
	diff(t, `{"id":"1<","complaint":true,"complaint_probability":0.5,"polarity":"positive","ground":"praise","opinions":[{"aspect":"goods.quality",`+
		`"polarity":"positive","intensity":2,"evidence":[{"start":0,"end":9,"text":"质量好"}],"rules":["r"]}]}`+"\n", b.String())

	b.Reset()
	e = dataset.NewPredictionEncoder(&b, nil)
	for _, l := range append(badPredictions, ccr.Labeled{Feedback: ccr.Feedback{ID: "\xff"}}) {
		if err := e.Encode(l); fieldOf(err) == "" {
			t.Errorf("%+v: %v", l, err)
		}
	}
	if b.Len() > 0 {
		t.Errorf("written: %q", b.String())
	}
}

// A fullDisk fails after some bytes.
type fullDisk struct{ room int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteError(t *testing.T) {
	many := slices.Repeat(someOrders, 1000)
	for _, room := range []int{0, 10_000} {
		if err := dataset.WriteOrdersCSV(&fullDisk{room}, slices.Values(many)); !errors.Is(err, errFull) {
			t.Error(err)
		}
		if err := dataset.WriteOrdersJSON(&fullDisk{room}, slices.Values(many)); !errors.Is(err, errFull) {
			t.Error(err)
		}
	}
	if err := dataset.WriteOrdersCSV(&fullDisk{}, slices.Values([]ccr.Order{{}})); !errors.Is(err, errFull) || fieldOf(err) != "order_id" {
		t.Error(err)
	}
	if err := dataset.NewPredictionEncoder(&fullDisk{}, nil).Encode(ccr.Labeled{}); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func TestReadOverrides(t *testing.T) {
	in := "order_id,feedback_id,negative,reviewer,note,at,aspects\n" +
		"o1,1,true,李,确有破损,2024-05-06,goods.damage;logistics.courier\n" +
		"o1,2,否,,,,\n" +
		"o1,3,,,,,\n" +
		"o1,4,perhaps,,,,\n" +
		",,1,,,,\n" +
		",5,0,,,,\n" +
		"\"\t'=6\",''6,0,'@李,'-,,\n" // guarded against spreadsheets
	got, messages := collect(dataset.ReadOverrides(strings.NewReader(in), &dataset.Options{Name: "r.csv"}))
	diff(t, []string{`r.csv:5: negative: "perhaps" is neither true nor false`, "r.csv:6: feedback_id: missing"}, messages)
	diff(t, []dataset.Decision{
		{
			Key: ccr.Key{OrderID: "o1", FeedbackID: "1"}, Source: ccr.Source{Name: "r.csv", Line: 2},
			Override: ccr.Override{
				Negative: true, Reviewer: "李", Note: "确有破损", At: time.Date(2024, 5, 6, 0, 0, 0, 0, cst),
				Aspects: []ccr.Aspect{ccr.GoodsDamage, ccr.LogisticsCourier},
			},
		},
		{Key: ccr.Key{OrderID: "o1", FeedbackID: "2"}, Source: ccr.Source{Name: "r.csv", Line: 3}},
		{Key: ccr.Key{FeedbackID: "5"}, Source: ccr.Source{Name: "r.csv", Line: 7}},
		{
			Key: ccr.Key{OrderID: "=6", FeedbackID: "'6"}, Source: ccr.Source{Name: "r.csv", Line: 8},
			Override: ccr.Override{Reviewer: "@李", Note: "-"},
		},
	}, got)
	for range dataset.ReadOverrides(strings.NewReader(in), nil) {
		break
	}
}
