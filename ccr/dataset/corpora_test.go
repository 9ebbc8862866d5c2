package dataset_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// review returns an example as the readers of corpora make them.
func review(line int, fb ccr.Feedback, p ccr.Polarity) ccr.Labeled {
	fb.Channel, fb.Source = ccr.ChannelReview, ccr.Source{Name: "f.csv", Line: line}
	return ccr.Labeled{Feedback: fb, Assessment: ccr.Assessment{Polarity: p}, ComplaintUnknown: true}
}

func TestReadLabeledCSV(t *testing.T) {
	complaint := review(3, ccr.Feedback{ID: "2", Text: "差", Rating: 1}, ccr.Unknown)
	complaint.ComplaintUnknown = false
	complaint.Assessment.Complaint = 1
	praise := complaint
	praise.Feedback.ID, praise.Feedback.Source.Line = "3", 4
	praise.Assessment.Complaint = 0
	likely := praise
	likely.Feedback.ID, likely.Feedback.Source.Line = "4", 5
	likely.Assessment.Complaint = 0.75
	for _, tt := range []struct {
		name, in string
		columns  map[string]string
		want     []ccr.Labeled
	}{
		{
			name: "ChnSentiCorp and waimai", in: "label,review\n1,很快\n0,\"差，\"\"差\"\"\r\n太差\"\n",
			want: []ccr.Labeled{
				review(2, ccr.Feedback{Text: "很快"}, ccr.Positive),
				review(3, ccr.Feedback{Text: "差，\"差\"\r\n太差"}, ccr.Negative),
			},
		},
		{
			name: "online_shopping", in: "\ufeffcat,label,review\r\n书籍,1, 好书 \r\n水果,0,烂了\r\n",
			want: []ccr.Labeled{
				review(2, ccr.Feedback{Text: " 好书 ", Product: "书籍"}, ccr.Positive),
				review(3, ccr.Feedback{Text: "烂了", Product: "水果"}, ccr.Negative),
			},
		},
		{
			name: "a shop's own", in: "id,text,rating,complaint,polarity\n1,好,5,-,mixed\n2,差,1,是,\n3,差,1,0,\n4,差,1,0.75,\n",
			want: []ccr.Labeled{review(2, ccr.Feedback{ID: "1", Text: "好", Rating: 5}, ccr.Mixed), complaint, praise, likely},
		},
		{
			name: "a label that is a complaint", in: "id,内容,rating,label\n\n2,差,1,true\n", columns: map[string]string{"label": "complaint"},
			want: []ccr.Labeled{complaint},
		},
		{
			name: "words", in: "text\tlabel\nx\t正面\nx\t中性\nx\t负面\nx\tNegative\n",
			want: []ccr.Labeled{
				review(2, ccr.Feedback{Text: "x"}, ccr.Positive), review(3, ccr.Feedback{Text: "x"}, ccr.Neutral),
				review(4, ccr.Feedback{Text: "x"}, ccr.Negative), review(5, ccr.Feedback{Text: "x"}, ccr.Negative),
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := &dataset.Options{Name: "f.csv", Columns: tt.columns}
			diff(t, tt.want, noErrors(t, dataset.ReadLabeledCSV(strings.NewReader(tt.in), opts)))
			diff(t, tt.want, noErrors(t, dataset.ReadLabeledCSV(strings.NewReader(gb(t, tt.in)), opts)))
		})
	}
	const missing = `f.csv:1: no usable header: missing column `
	for _, tt := range []struct{ in, want string }{
		{"cat,label,review\n书籍,2,x\n", `f.csv:2: polarity: "2" is neither 1 (positive) nor 0 (negative) nor a polarity`},
		{"cat,label,review\n书籍,-1,x\n", `f.csv:2: polarity: "-1" is neither 1 (positive) nor 0 (negative) nor a polarity`},
		{"cat,label,review\n书籍,,x\n", `f.csv:2: complaint: missing, and so are other labels`},
		{"cat,label,review\n书籍,unknown,x\n", `f.csv:2: complaint: missing, and so are other labels`},
		{"complaint,review\n1.5,x\n", `f.csv:2: complaint: "1.5" is neither true nor false nor a probability`},
		{"complaint,review\nNaN,x\n", `f.csv:2: complaint: "NaN" is neither true nor false nor a probability`},
		{"label,review\n1,x,y\n", `f.csv:2: wrong number of fields: 3, the header has 2`},
		{"label,review\n1,\xff\xff\n", `f.csv:2: text is not valid UTF-8: byte 0xff at byte 3 of the line`},
		{"text,id\nx,1\n", missing + `complaint (or 负反馈, 是否负反馈) or polarity (or label, 情感倾向)`},
		{"label\n1\n", missing + `text (or review, 评论, 评论内容, 评价内容, 反馈内容, 投诉内容, 售后说明, 内容)`},
	} {
		bad, rest := collect(dataset.ReadLabeledCSV(strings.NewReader(tt.in), &dataset.Options{Name: "f.csv"}))
		if bad != nil {
			t.Errorf("%q: %+v", tt.in, bad)
		}
		diff(t, []string{tt.want}, rest)
	}
}

// TestNoComplaintLabel has lines of JSON without a complaint.
func TestNoComplaintLabel(t *testing.T) {
	in := `{"text":"x","label":"negative","category":"书籍"}` + "\n" +
		`{"text":"x","polarity":"mixed","complaint":null}` + "\n" +
		`{"text":"x","opinions":[]}` + "\n" +
		`{"text":"x","label":"bad"}` + "\n" +
		`{"text":"x","label":"negative","polarity":"negative"}` + "\n"
	opts := &dataset.Options{Name: "f", Columns: map[string]string{"label": "polarity", "category": "product"}}
	got, messages := collect(dataset.ReadLabeledJSON(strings.NewReader(in), opts))
	want := []ccr.Labeled{
		{Feedback: ccr.Feedback{Text: "x", Product: "书籍"}, Assessment: ccr.Assessment{Polarity: ccr.Negative}, ComplaintUnknown: true},
		{Feedback: ccr.Feedback{Text: "x"}, Assessment: ccr.Assessment{Polarity: ccr.Mixed}, ComplaintUnknown: true},
		{Feedback: ccr.Feedback{Text: "x"}, ComplaintUnknown: true},
	}
	diff(t, want, got, content)
	diff(t, []string{
		`f:4: polarity: unknown polarity "bad", want one of negative, neutral, positive, mixed`,
		`f:5: polarity: given twice`,
	}, messages)
	roundTrip(t, want, dataset.WriteLabeledJSON, dataset.ReadLabeledJSON)
	if err := dataset.NewPredictionEncoder(io.Discard, nil).Encode(want[0]); fieldOf(err) != "complaint" {
		t.Errorf("a prediction without a complaint: %v", err)
	}
}

const asapHeader = "id,review,star,Location#Transportation,Location#Downtown,Location#Easy_to_find,Service#Queue,Service#Hospitality," +
	"Service#Parking,Service#Timely,Price#Level,Price#Cost_effective,Price#Discount,Ambience#Decoration,Ambience#Noise," +
	"Ambience#Space,Ambience#Sanitary,Food#Portion,Food#Taste,Food#Appearance,Food#Recommend\n"

func TestReadASAP(t *testing.T) {
	row := func(id, text, star string, signs ...string) string {
		for len(signs) < 18 {
			signs = append(signs, "-2")
		}
		return id + "," + text + "," + star + "," + strings.Join(signs, ",") + "\n"
	}
	in := asapHeader +
		row("7", "\"很好找，\n但要排队\"", "4.0", "-2", "-2", "1", "-1", "0", "-2", "-2", "0") +
		row("8", "x", "4.5") +
		row("9", "x", "") +
		row("10", "x", "1.0", "2") +
		row("11", "x", "1.0", "-2", "") +
		row("12", "一般", "3.0") +
		row("13", "差", "1")
	first := review(2, ccr.Feedback{ID: "7", Text: "很好找，\n但要排队"}, ccr.Positive)
	first.Tags = map[string]string{dataset.StarTag: "4", dataset.NeutralTag: "Service#Hospitality Price#Level"}
	first.Assessment.Opinions = []ccr.Opinion{
		{Aspect: "Location#Easy_to_find", Polarity: ccr.Positive}, {Aspect: "Service#Queue", Polarity: ccr.Negative},
	}
	so := review(8, ccr.Feedback{ID: "12", Text: "一般"}, ccr.Unknown)
	so.Tags = map[string]string{dataset.StarTag: "3"}
	bad := review(9, ccr.Feedback{ID: "13", Text: "差"}, ccr.Negative)
	bad.Tags = map[string]string{dataset.StarTag: "1"}
	want := []ccr.Labeled{first, so, bad}
	wantErrors := []string{
		"f.csv:4: rating: 4.5 is not a whole number",
		"f.csv:5: rating: missing",
		`f.csv:6: Location#Transportation: "2" is none of 1, 0, -1, -2`,
		"f.csv:7: Location#Downtown: missing",
	}
	for _, in := range []string{in, "\ufeff" + in, gb(t, in)} {
		got, messages := collect(dataset.ReadASAP(strings.NewReader(in), &dataset.Options{Name: "f.csv"}))
		diff(t, want, got)
		diff(t, wantErrors, messages)
	}
	got, messages := collect(dataset.ReadASAP(strings.NewReader("id,review,star\n"), nil))
	if got != nil || len(messages) != 1 || !strings.HasPrefix(messages[0], "line 1: no usable header: missing column Location#Transportation; Location#Downtown;") {
		t.Errorf("%v, %q", got, messages)
	}
	roundTrip(t, want, dataset.WriteLabeledJSON, dataset.ReadLabeledJSON)
	for range dataset.ReadASAP(strings.NewReader(in), nil) {
		break // must be possible
	}
}

const zhijiangHeader = "id,AspectTerms,A_start,A_end,OpinionTerms,O_start,O_end,Categories,Polarities\n"

// readZhijiang reads reviews and labels without their headers.
func readZhijiang(reviews, labels string) iter.Seq2[ccr.Labeled, error] {
	return dataset.ReadZhijiang(strings.NewReader("id,Reviews\n"+reviews), strings.NewReader(zhijiangHeader+labels),
		&dataset.Options{Name: "f.csv"}, &dataset.Options{Name: "l.csv"})
}

func TestReadZhijiang(t *testing.T) {
	reviews := "1,很好，🙂遮暇功能差一些\n2,\"没有\n标签\"\n3,物流快，一般般\n"
	labels := "3,物流,0,2,快,2,3,物流,正面\n1,_, , ,很好,0,2,整体,正面\n3,_, , ,一般般,4,7,整体,中性\n" +
		"1,遮暇功能,4,8,差一些,8,11,功效,负面\n3,_, , ,一般,4,6,整体,中性\n3,一般般,4,7,_, , ,其他,中性\n"
	one := review(2, ccr.Feedback{ID: "1", Text: "很好，🙂遮暇功能差一些"}, ccr.Unknown)
	one.Assessment.Opinions = []ccr.Opinion{
		{Aspect: "整体", Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 0, End: 6}}},
		{Aspect: "功效", Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 13, End: 25}, {Start: 25, End: 34}}},
	}
	three := review(5, ccr.Feedback{ID: "3", Text: "物流快，一般般"}, ccr.Unknown)
	three.Assessment.Opinions = []ccr.Opinion{{Aspect: "物流", Polarity: ccr.Positive, Evidence: []ccr.Evidence{{Start: 0, End: 6}, {Start: 6, End: 9}}}}
	three.Tags = map[string]string{dataset.NeutralTag: "整体 其他"}
	want := []ccr.Labeled{one, review(3, ccr.Feedback{ID: "2", Text: "没有\n标签"}, ccr.Unknown), three}
	diff(t, want, noErrors(t, readZhijiang(reviews, labels)))
	diff(t, want, noErrors(t, dataset.ReadZhijiang(
		strings.NewReader(gb(t, "id,Reviews\n"+reviews)), strings.NewReader("\ufeff"+zhijiangHeader+labels), &dataset.Options{Name: "f.csv"}, nil)))
	roundTrip(t, want, dataset.WriteLabeledJSON, dataset.ReadLabeledJSON)

	seq := readZhijiang(reviews, labels)
	noErrors(t, seq)
	if again := noErrors(t, seq); again != nil {
		t.Errorf("a second range gives %v", again)
	}
}

func TestBadZhijiang(t *testing.T) {
	const good = "9,_, , ,好,0,1,整体,正面\n"
	for _, tt := range []struct {
		label, want string
		reviews     int // yielded; the one that the label belongs to is not
	}{
		{"1,_, , ,好,1,2,整体,正面", `OpinionTerms: characters 1 to 2 are "用", not "好"`, 1},
		{"1,_, , ,好,0,3,整体,正面", `OpinionTerms: characters 0 to 3 are not a span of the text, which has 2`, 1},
		{"1,_, , ,好,-1,1,整体,正面", `OpinionTerms: characters -1 to 1 are not a span of the text, which has 2`, 1},
		{"1,_, , ,,1,1,整体,正面", `OpinionTerms: characters 1 to 1 are not a span of the text, which has 2`, 1},
		{"1,好, ,1,用,1,2,整体,正面", `AspectTerms: the offsets "" and "1" are not numbers`, 1},
		{"1,_, , ,_, , ,整体,正面", `OpinionTerms: missing`, 1},
		{"1,_, , ,好,0,1,整体, ", `Polarities: "" is none of 正面, 负面, 中性`, 1},
		{"1,_, , ,好,0,1,整体,好", `Polarities: "好" is none of 正面, 负面, 中性`, 1},
		{"1,_, , ,好,0,1,,正面", `Categories: missing`, 1},
		{"-,_, , ,好,0,1,整体,正面", `feedback_id: missing`, 2},
		{"5,_, , ,好,0,1,整体,正面", `feedback_id: no review has it`, 2},
		{"1,_,好,整体,正面", `wrong number of fields: 5, the header has 9`, 2},
	} {
		got, messages := collect(readZhijiang("1,好用\n9,好\n", good+tt.label+"\n1,_, , ,好用,0,2,整体,正面\n"))
		diff(t, []string{"l.csv:3: " + tt.want}, messages)
		if len(got) != tt.reviews {
			t.Errorf("%s: then %d reviews, want %d", tt.label, len(got), tt.reviews)
		}
		if last := got[len(got)-1]; last.Feedback.ID != "9" || len(last.Assessment.Opinions) != 1 {
			t.Errorf("%s: then %+v", tt.label, last)
		}
	}

	got, messages := collect(readZhijiang("1,好\n1,再\n,x\n9,好\n", good))
	diff(t, []string{"f.csv:3: feedback_id: given twice", "f.csv:4: feedback_id: missing"}, messages)
	if len(got) != 2 {
		t.Errorf("%d reviews, want 2", len(got))
	}
}

// TestZhijiangUnread has a file that cannot be read to its end: reviews without
// their labels must not pass for reviews without opinions.
func TestZhijiangUnread(t *testing.T) {
	broken := errors.New("disk")
	half := io.MultiReader(strings.NewReader(zhijiangHeader+"1,_, , ,好,0,1,整体,正面\n"), readerOf(broken))
	for _, labels := range []io.Reader{half, strings.NewReader("id,Categories\n"), strings.NewReader("")} {
		got, messages := collect(dataset.ReadZhijiang(strings.NewReader("id,Reviews\n1,好\n"), labels, nil, nil))
		if got != nil || len(messages) != 1 {
			t.Errorf("%v, %q", got, messages)
		}
	}
	got, messages := collect(dataset.ReadZhijiang(io.MultiReader(strings.NewReader("id,Reviews\n1,好\n"), readerOf(broken)),
		strings.NewReader(zhijiangHeader+"2,_, , ,好,0,1,整体,正面\n"), nil, nil))
	if len(got) != 1 {
		t.Errorf("%v, want the review before the error", got)
	}
	diff(t, []string{"after line 2: disk"}, messages)
}

// readerOf returns a reader that fails.
func readerOf(err error) io.Reader { return readerFunc(func([]byte) (int, error) { return 0, err }) }

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestZhijiangOffsets labels random spans of random texts, and looks whether the
// bytes found are the characters meant.
func TestZhijiangOffsets(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("aé好🙂\u0301\n,\"_ ，𠮷")
	random := func(n int) []rune {
		text := make([]rune, n)
		for i := range text {
			text[i] = alphabet[rng.IntN(len(alphabet))]
		}
		return text
	}
	var reviews, labels strings.Builder
	rw, lw := csv.NewWriter(&reviews), csv.NewWriter(&labels)
	var want []string
	for id := range 300 {
		text := random(1 + rng.IntN(20))
		rw.Write([]string{strconv.Itoa(id), string(text)})
		start := rng.IntN(len(text))
		end := start + 1 + rng.IntN(len(text)-start)
		term := string(text[start:end])
		if term == "_" {
			continue
		}
		want = append(want, fmt.Sprint(id, term, start))
		lw.Write([]string{strconv.Itoa(id), "_", "", "", term, strconv.Itoa(start), strconv.Itoa(end), "整体", "负面"})
	}
	rw.Flush()
	lw.Flush()
	var got []string
	for _, l := range noErrors(t, readZhijiang(reviews.String(), labels.String())) {
		for _, o := range l.Assessment.Opinions {
			e := o.Evidence[0]
			if !e.Valid(l.Feedback.Text) {
				t.Fatalf("%v of %q", e, l.Feedback.Text)
			}
			got = append(got, fmt.Sprint(l.Feedback.ID, l.Feedback.Text[e.Start:e.End], utf8.RuneCountInString(l.Feedback.Text[:e.Start])))
		}
	}
	diff(t, want, got)
}

// outside opens a file of the collections beside the project.
func outside(t *testing.T, name string) *bufio.Reader {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if err != nil {
		t.Skip("no collections beside the project: ", err)
	}
	t.Cleanup(func() { f.Close() })
	return bufio.NewReaderSize(f, 1<<20)
}

// TestReviewCollections reads the collections of reviews that lie beside the
// project as JSON; their numbers are those of the README beside them.
func TestReviewCollections(t *testing.T) {
	opts := &dataset.Options{Columns: map[string]string{"label": "polarity", "category": "product"}}
	for name, want := range map[string]int{"shopping.dev": 6212, "waimai.dev": 1215, "hotel.dev": 796} {
		got := noErrors(t, dataset.ReadLabeledJSON(outside(t, "reviews/"+name+".jsonl"), opts))
		if len(got) != want {
			t.Errorf("%s: %d, want %d", name, len(got), want)
		}
		for _, l := range got {
			if p := l.Assessment.Polarity; !l.ComplaintUnknown || p != ccr.Negative && p != ccr.Positive || l.Feedback.Product == "" {
				t.Fatalf("%s: %+v", name, l)
			}
		}
	}
}

// TestZhijiangCollection writes the collection of opinions that lies beside the
// project in the form of the contest and reads it again. What the collection
// itself marks as misplaced (span_ok) is what must be refused.
func TestZhijiangCollection(t *testing.T) {
	r := outside(t, "opinions/dev.jsonl")
	var reviews, labels bytes.Buffer
	rw, lw := csv.NewWriter(&reviews), csv.NewWriter(&labels)
	want := map[string]int{} // opinions of reviews without misplaced ones
	misplaced := 0
	signs := map[string]string{"pos": "正面", "neg": "负面", "neu": "中性"}
	for {
		var v struct {
			ID, Text string
			Quads    []struct {
				Aspect, Opinion    *string
				A, O               []int
				Category, Polarity string
				OK                 bool `json:"span_ok"`
			}
		}
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err = errors.Join(err, json.Unmarshal(line, &v)); err != nil {
			t.Fatal(err)
		}
		rw.Write([]string{v.ID, v.Text})
		want[v.ID] = 0
		bad := false
		for _, q := range v.Quads {
			row := []string{v.ID}
			for _, term := range []struct {
				s  *string
				at []int
			}{{q.Aspect, q.A}, {q.Opinion, q.O}} {
				switch {
				case term.s == nil:
					row = append(row, "_", " ", " ")
				case term.at == nil:
					row = append(row, *term.s, " ", " ")
				default:
					row = append(row, *term.s, strconv.Itoa(term.at[0]), strconv.Itoa(term.at[1]))
				}
			}
			lw.Write(append(row, q.Category, signs[q.Polarity]))
			if !q.OK {
				misplaced++
				bad = true
			} else if q.Polarity != "neu" {
				want[v.ID]++
			}
		}
		if bad {
			delete(want, v.ID)
		}
	}
	rw.Flush()
	lw.Flush()
	got, messages := collect(readZhijiang(reviews.String(), labels.String()))
	if len(messages) != misplaced {
		t.Errorf("%d errors, want %d: %q", len(messages), misplaced, messages[:min(3, len(messages))])
	}
	opinions := map[string]int{}
	for _, l := range got {
		opinions[l.Feedback.ID] = len(l.Assessment.Opinions)
	}
	if !maps.Equal(opinions, want) {
		t.Errorf("%d reviews with other opinions than the %d written", len(opinions), len(want))
	}
	t.Logf("%d reviews, %d labels refused", len(got), misplaced)
}

// fuzzCorpus checks what holds of a reader of corpora on every input: what it
// yields is valid, has a place, and can be written as JSON and read again as it
// is.
func fuzzCorpus(t *testing.T, lines int, read iter.Seq2[ccr.Labeled, error]) {
	steps := 0
	var good []ccr.Labeled
	for l, err := range read {
		if steps++; steps > lines+4 {
			t.Fatalf("more than %d steps", lines+4)
		}
		if err != nil {
			if lineOf(err) < 1 {
				t.Fatalf("error without a place: %v", err)
			}
			continue
		}
		if err := l.Feedback.Validate(); err != nil || l.Feedback.Source.Line < 1 {
			t.Fatalf("%+v: %v", l, err)
		}
		good = append(good, l)
	}
	var b bytes.Buffer
	if err := dataset.WriteLabeledJSON(&b, slices.Values(good)); err != nil {
		t.Fatalf("an example that cannot be written: %v", err)
	}
	diff(t, good, noErrors(t, dataset.ReadLabeledJSON(&b, nil)), content)
}

func FuzzReadLabeledCSV(f *testing.F) {
	f.Add([]byte("cat,label,review\n书籍,1,\"好\n书\"\n水果,0,\"烂\n平板,2,x\n"))
	f.Add([]byte("id,text,complaint,polarity,rating\n1,x,0.5,mixed,5\n2,y,是,,\n3,z,,unknown,\n"))
	f.Add([]byte("label,review\n1,\xd6\xca\xc1\xbf\xba\xdc\xba\xc3\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		fuzzCorpus(t, bytes.Count(in, []byte("\n")), dataset.ReadLabeledCSV(bytes.NewReader(in), nil))
	})
}

func FuzzReadASAP(f *testing.F) {
	f.Add([]byte("7,\"a\nb\",4.0,-2,-2,1,-1,0,-2,-2,0,1,1,1,1,1,1,1,1,1,1\n8,x,3,-2,-2,1,-1,0,-2,-2,0,1,1,1,1,1,1,1,1,1,2\n,,,,\n"))
	f.Fuzz(func(t *testing.T, rows []byte) {
		fuzzCorpus(t, bytes.Count(rows, []byte("\n")), dataset.ReadASAP(io.MultiReader(strings.NewReader(asapHeader), bytes.NewReader(rows)), nil))
	})
}

func FuzzReadZhijiang(f *testing.F) {
	f.Add([]byte("1,很好，🙂差\n2,\"a\nb\"\n2,x\n"), []byte("1,_, , ,很好,0,2,整体,正面\n1,🙂,3,4,差,4,5,x,负面\n2,_, , ,a,0,1,y,中性\n3,_,,,_,,,z,1\n1,_,,,好,9,1,z,1\n"))
	f.Fuzz(func(t *testing.T, reviews, labels []byte) {
		lines := bytes.Count(reviews, []byte("\n")) + bytes.Count(labels, []byte("\n"))
		fuzzCorpus(t, lines, dataset.ReadZhijiang(
			io.MultiReader(strings.NewReader("id,Reviews\n"), bytes.NewReader(reviews)),
			io.MultiReader(strings.NewReader(zhijiangHeader), bytes.NewReader(labels)), nil, nil))
	})
}

// A corpus in a form of its own needs no reader of this package: whatever yields
// examples and errors is one.
func Example_ownCorpus() {
	lines := "5\t物流很快\n1\t穿两次就开线\n?\t好\n"
	var corpus iter.Seq2[ccr.Labeled, error] = func(yield func(ccr.Labeled, error) bool) {
		n := 0
		for line := range strings.Lines(lines) {
			n++
			stars, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			l := ccr.Labeled{Feedback: ccr.Feedback{Text: text, Channel: ccr.ChannelReview}, ComplaintUnknown: true}
			var err error
			switch stars {
			case "5":
				l.Assessment.Polarity = ccr.Positive
			case "1":
				l.Assessment.Polarity = ccr.Negative
			default:
				l, err = ccr.Labeled{}, &dataset.RecordError{Name: "own.tsv", Line: n, Err: errors.New("no stars")}
			}
			if !yield(l, err) {
				return
			}
		}
	}
	for l, err := range corpus {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(l.Assessment.Polarity, l.Feedback.Text)
	}
	// Output:
	// positive 物流很快
	// negative 穿两次就开线
	// own.tsv:3: no stars
}

func ExampleReadLabeledCSV() {
	const file = "cat,label,review\n书籍,1,很有价值\n水果,0,\"烂了一半，\n不会再买\"\n"
	for l, err := range dataset.ReadLabeledCSV(strings.NewReader(file), nil) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(l.Feedback.Product, l.Assessment.Polarity, l.ComplaintUnknown)
	}
	// Output:
	// 书籍 positive true
	// 水果 negative true
}

func ExampleReadZhijiang() {
	reviews := strings.NewReader("id,Reviews\n1,物流很快，香味淡\n")
	labels := strings.NewReader("id,AspectTerms,A_start,A_end,OpinionTerms,O_start,O_end,Categories,Polarities\n" +
		"1,物流,0,2,很快,2,4,物流,正面\n1,香味,5,7,淡,7,8,气味,负面\n")
	for l, err := range dataset.ReadZhijiang(reviews, labels, nil, nil) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		for _, o := range l.Assessment.Opinions {
			first, last := o.Evidence[0], o.Evidence[len(o.Evidence)-1]
			fmt.Println(o.Aspect, o.Polarity, l.Feedback.Text[first.Start:last.End])
		}
	}
	// Output:
	// 物流 positive 物流很快
	// 气味 negative 香味淡
}
