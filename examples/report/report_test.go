package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
)

// report runs the program and returns what it wrote.
func runReport(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(context.Background(), args, &out, &errs)
	return out.String(), errs.String(), status
}

func reportJSON(t *testing.T, args ...string) document {
	t.Helper()
	out, errs, status := runReport(t, append(args, "-format", "json")...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	var r document
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPlantedFacts checks that the report finds each fact that the data card of
// the sample shop says is planted in it.
func TestPlantedFacts(t *testing.T) {
	for _, name := range []string{"hybrid", "rules"} {
		t.Run(name, func(t *testing.T) { plantedFacts(t, reportJSON(t, "-classifier", name, "-screens=false")) })
	}
}

func plantedFacts(t *testing.T, r document) {
	top := func(by string) string {
		for _, row := range r.By[by] {
			if row.Key != "" { // orders that do not say, such as those never sent
				return row.Key
			}
		}
		return ""
	}
	for _, f := range []struct {
		fact string
		got  any
		want any
	}{
		{"counted orders", r.CCR.Den, 3468},
		{"unpaid orders", r.Excluded[ccr.ReasonUnpaid], 96},
		{"abnormal orders, brushing that the platform marked among them", r.Excluded[ccr.ReasonAbnormalOrder], 36},
		{"brushing that nobody marked: signed for within an hour", r.Instant, 24},
		{"attack: feedback without an order", r.Excluded[ccr.ReasonNoOrder], 16},
		{"attack: feedback on another buyer's order", r.Excluded[ccr.ReasonNotBuyer], 8},
		{"abnormal feedback", r.Excluded[ccr.ReasonAbnormalFeedback], 7},
		{"edited reviews, but for first ones that seem to state nothing", r.Excluded[ccr.ReasonEdited] >= 15, true},
		{"bad batch", top("product_batch"), "kettle · K2605"},
		{"worst product", top("product"), "kettle"},
		{"slow carrier and region, by complaints", top("carrier_region"), "云梭速递 · 四川"},
		{"slow carrier and region, by time on the way", r.TransitBy[0].Key, "云梭速递 · 四川"},
		{"rude service group", top("service_group"), "青松组"},
	} {
		if diff := cmp.Diff(f.want, f.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.fact, diff)
		}
	}
	// Gold: 200 of 3,468. The machine's figure must be near it. The rules had
	// their lexicon extended here; the hybrid, whose model never saw the shop, is
	// told the shop's own share of complaints.
	if n := r.CCR.Num; n < 160 || n > 240 {
		t.Errorf("%d negative orders, want about 200", n)
	}
	if i := r.CCR.Wilson(0.95); !(i.Low < 200.0/3468 && 200.0/3468 < i.High) {
		t.Errorf("the interval %v does not hold the true rate", i)
	}
	if r.Problems[ccr.LogisticsSpeed] < 15 || r.Problems[ccr.ServiceAttitude] < 12 {
		t.Errorf("problems %v lack speed or attitude", r.Problems)
	}
}

// TestFacts judges every feedback of the shop and compares with the truth, fact
// by fact. The floors stand a little below what was measured, after the lexicon
// had been extended by what was misjudged here: they guard against a fall and
// estimate nothing. That of five_star_complaint is low for the rules because they
// hear only five of the fifteen.
func TestFacts(t *testing.T) {
	floors := map[string]float64{
		"bad_batch": 0.8, "slow_carrier": 0.7, "rude_group": 0.6, "five_star_complaint": 0.3, "edited": 0.7,
		"resolved": 0.6, "buyers_mistake": 0.8, "praise_like_complaint": 0.6, "as_advertised": 0.6, "mild": 0.8,
		"question": 0.85, "default": 0.9, "elsewhere": 0.6, "none": 0.75,
	}
	t.Run("rules", func(t *testing.T) { facts(t, "rules", false, floors) })
	better := maps.Clone(floors)
	maps.Copy(better, map[string]float64{"five_star_complaint": 0.5, "edited": 0.85, "mild": 0.9, "slow_carrier": 0.8, "rude_group": 0.8, "none": 0.85})
	t.Run("hybrid", func(t *testing.T) { facts(t, "hybrid", false, better) })
	told := maps.Clone(floors)
	maps.Copy(told, map[string]float64{"five_star_complaint": 0.4, "edited": 0.85, "mild": 0.9, "slow_carrier": 0.75, "rude_group": 0.7, "none": 0.92, "praise_like_complaint": 0.85})
	t.Run("hybrid, told", func(t *testing.T) { facts(t, "hybrid", true, told) })
}

// facts compares what a classifier judges with the truth; told is what the report does:
// the classifier is told the shop's own share of complaints.
func facts(t *testing.T, name string, told bool, floors map[string]float64) {
	dir := filepath.Join("..", "..", "testdata", "shop")
	f, err := os.Open(filepath.Join(dir, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	type truth struct {
		fact      string
		complaint bool
	}
	gold := map[ccr.Key]truth{}
	for _, row := range rows[1:] {
		gold[ccr.Key{OrderID: row[0], FeedbackID: row[1]}] = truth{row[2], row[3] == "true"}
	}
	s, err := parseFlags([]string{"-classifier", name}, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	reader := s.classifier
	if told {
		survey, err := s.survey(context.Background(), &progress{})
		if err != nil {
			t.Fatal(err)
		}
		reader = s.reader(survey.shares)
	}
	right, n := map[string]int{}, map[string]int{}
	for c, err := range in.cases(nil) {
		if err != nil {
			t.Fatal(err)
		}
		v, err := classify.Judge(context.Background(), reader, s.policy, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range v.Rulings {
			g := gold[ccr.Key{OrderID: x.Feedback.OrderID, FeedbackID: x.Feedback.ID}]
			if x.Excluded != "" {
				continue
			}
			n[g.fact]++
			if x.Negative == g.complaint {
				right[g.fact]++
			}
		}
	}
	for fact, least := range floors {
		got := float64(right[fact]) / float64(n[fact])
		t.Logf("%-22s %d of %d", fact, right[fact], n[fact])
		if !(got >= least) {
			t.Errorf("%s: %d of %d are judged right, want %.0f%%", fact, right[fact], n[fact], 100*least)
		}
	}
}

// TestIndependentQuery compares the counts with those of testdata/ccr.sql on
// the same files: another program, another language, none of our code.
func TestIndependentQuery(t *testing.T) {
	sqlite, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("sqlite3 is not installed")
	}
	for _, dir := range []string{filepath.Join("..", "..", "testdata", "shop"), filepath.Join("..", "..", "..", "shared", "data", "olist")} {
		orders, feedback := filepath.Join(dir, "orders.csv"), onlyReviews(t, filepath.Join(dir, "feedback.csv"))
		if _, err := os.Stat(orders); err != nil {
			t.Logf("%s is not here: skipped", dir)
			continue
		}
		query, err := os.Open(filepath.Join("testdata", "ccr.sql"))
		if err != nil {
			t.Fatal(err)
		}
		defer query.Close()
		cmd := exec.Command(sqlite, "-cmd", ".mode csv", "-cmd", ".import "+orders+" orders", "-cmd", ".import "+feedback+" feedback", ":memory:")
		cmd.Stdin = query
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		r := reportJSON(t, "-orders", orders, "-feedback", feedback, "-classifier", "rating", "-screens=false")
		got := map[string]bool{fmt.Sprintf("ccr  %d %d", r.CCR.Num, r.CCR.Den): true}
		for _, by := range []string{"product", "region", "service_group"} {
			for _, row := range r.By[by] {
				got[fmt.Sprintf("%s %s %d %d", by, row.Key, row.Num, row.Den)] = true
			}
		}
		want := map[string]bool{}
		for line := range strings.Lines(string(out)) {
			want[strings.TrimRight(line, "\r\n")] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-query +report):\n%s", dir, diff)
		}
	}
}

// onlyReviews copies the reviews of a feedback file: what the stars decide.
func onlyReviews(t *testing.T, file string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	channel := slices.Index(rows[0], "channel")
	for i, row := range rows {
		if i == 0 || row[channel] == "review" {
			w.Write(row)
		}
	}
	w.Flush()
	return write(t, "feedback.csv", b.String())
}

// write makes a file for a test.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	someOrders = "order_id,paid_at,product_id,product,region\n" +
		"o1,2026-01-01 10:00:00,p1,黑色衬衫,四川\n" +
		"o2,2026-01-02 10:00:00,p1,黑色衬衫,广东\n" +
		"o3,soon,p1,黑色衬衫,广东\n" +
		"o1,2026-01-03 10:00:00,p1,黑色衬衫,广东\n"
	someFeedback = "feedback_id,order_id,channel,text,rating,created_at\n" +
		"f1,o1,review,洗一次就开线了,1,2026-01-05 10:00:00\n" +
		"f2,o2,review,\"挺好的,就是有点黑\",5,2026-01-05 10:00:00\n" +
		"f3,o2,review,不错,9,2026-01-06 10:00:00\n" +
		"f4,o2,letter,不错,,2026-01-06 10:00:00\n" +
		"f1,o1,review,又来一次,1,2026-01-07 10:00:00\n" +
		"f5,o2,review,<script>alert(1)</script>太差了 垃圾,,2026-01-04 10:00:00\n"
)

// TestBadLines checks that every bad line is named with its place, and that
// everything else is counted.
func TestBadLines(t *testing.T) {
	orders, feedback := write(t, "orders.csv", someOrders), write(t, "feedback.csv", someFeedback)
	r := reportJSON(t, "-orders", orders, "-feedback", feedback)
	if r.CCR.Den != 2 || r.ErrorCount != 5 || len(r.Errors) != 5 {
		t.Errorf("ccr %v, errors %q", r.CCR, r.Errors)
	}
	for _, place := range []string{"orders.csv:4: paid_at", "orders.csv:5: ", "feedback.csv:4: rating", "feedback.csv:5: channel", "feedback.csv:6: "} {
		if !strings.Contains(strings.Join(r.Errors, "\n"), place) {
			t.Errorf("no error starts with %q: %q", place, r.Errors)
		}
	}
}

// TestBadOrder checks that feedback on an order whose line cannot be used is not
// taken for feedback without an order in silence.
func TestBadOrder(t *testing.T) {
	orders := write(t, "orders.csv", someOrders)
	feedback := write(t, "feedback.csv", someFeedback+"f6,o3,review,洗一次就开线了,1,2026-01-05 10:00:00\n")
	for _, format := range []string{"text", "html"} {
		out, errs, _ := runReport(t, "-orders", orders, "-feedback", feedback, "-lang", "en", "-format", format)
		if !strings.Contains(out, "mend the lines before you appeal") {
			t.Errorf("%s: no warning; %s", format, errs)
		}
	}
}

// TestNoFeedback checks that feedback of which nothing can be used is no shop
// without complaints.
func TestNoFeedback(t *testing.T) {
	orders := write(t, "orders.csv", someOrders)
	for name, in := range map[string]string{
		"UTF-16":         "\xff\xfef\x00e\x00",
		"Excel workbook": "PK\x03\x04\x14\x00",
		"bad lines":      "feedback_id,order_id,text,rating\nf1,o1,太差了,9\n",
	} {
		out, errs, status := runReport(t, "-orders", orders, "-feedback", write(t, "feedback.csv", in))
		if out != "" || status != 1 {
			t.Errorf("%s: status %d, %q, %q", name, status, errs, out)
		}
	}
	if _, errs, status := runReport(t, "-orders", orders, "-feedback", write(t, "feedback.csv", "feedback_id,order_id,text\n")); status != 0 {
		t.Errorf("header alone: status %d, %q", status, errs)
	}
}

// TestUnusableOverrides: decisions of which none can be read are not none.
func TestUnusableOverrides(t *testing.T) {
	for name, in := range map[string]string{"UTF-16": "\xff\xfe\x00", "no header": "1,2,3\n", "bad lines": "order_id,feedback_id,negative\no1,f1,perhaps\n"} {
		out, errs, status := runReport(t, "-overrides", write(t, "decisions.csv", in))
		if status != 1 || out != "" || !strings.Contains(errs, "decisions.csv:") {
			t.Errorf("%s: status %d, %d bytes: %s", name, status, len(out), errs)
		}
	}
}

// TestDeadClassifier: who reads nothing finds no complaint, and that is no rate of 0.
func TestDeadClassifier(t *testing.T) {
	out, errs, status := runReport(t, "-classifier", "exec:"+filepath.Join(t.TempDir(), "none"))
	if status != 1 || out != "" || !strings.Contains(errs, "the classifier read none of") {
		t.Errorf("status %d, out %q: %s", status, out, errs)
	}
}

// TestNotRead: what the classifier failed on is said beside the rate.
func TestNotRead(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		words := newWords(language.Make(lang))
		d := &document{ExcludedFeedback: map[ccr.Reason]int{ccr.ReasonNotRead: 17}}
		var text strings.Builder
		p := &textWriter{words: words, d: d, w: &text}
		if p.summary(); p.err != nil || !strings.Contains(text.String(), fmt.Sprintf(words.t("not_read"), 17)) {
			t.Errorf("%s: %v, %s", lang, p.err, text.String())
		}
	}
}

func TestHTML(t *testing.T) {
	orders, feedback := write(t, "orders.csv", someOrders), write(t, "feedback.csv", someFeedback)
	page := filepath.Join(t.TempDir(), "r.html")
	if _, errs, status := runReport(t, "-orders", orders, "-feedback", feedback, "-format", "html", "-explain", "-o", page, "-lang", "en", "-min", "1"); status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	if strings.Contains(text, "<script") || !strings.Contains(text, "&lt;script&gt;") {
		t.Error("a customer's <script> is not escaped")
	}
	if strings.Contains(text, "http://") || strings.Contains(text, "https://") {
		t.Error("the page refers to the network")
	}
	for _, want := range []string{"Consumer negative feedback rate", "黑色衬衫", "(2/2)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestPolicies(t *testing.T) {
	out, _, status := runReport(t, "-policy", "strict", "-explain", "-top", "3")
	if status != 0 {
		t.Fatal(out)
	}
	for _, want := range []string{"口径 strict", "另一口径 fair", "只有 strict 计入的订单", "「"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	fair, strict := reportJSON(t), reportJSON(t, "-policy", "strict")
	if fair.CCR != strict.Other || fair.Other != strict.CCR || strict.CCR.Num <= fair.CCR.Num {
		t.Errorf("fair %v (other %v), strict %v (other %v)", fair.CCR, fair.Other, strict.CCR, strict.Other)
	}
}

// TestOverrides reads reviewers' decisions back: they change the figure.
func TestOverrides(t *testing.T) {
	orders, feedback := write(t, "orders.csv", someOrders), write(t, "feedback.csv", someFeedback)
	decisions := write(t, "decisions.csv", "order_id,feedback_id,negative,reviewer,note\no1,f1,no,Li,worn for a year\n")
	before := reportJSON(t, "-orders", orders, "-feedback", feedback)
	after := reportJSON(t, "-orders", orders, "-feedback", feedback, "-overrides", decisions)
	if after.CCR.Num != before.CCR.Num-1 || after.Overrides != 1 {
		t.Errorf("before %v, after %v with %d overrides", before.CCR, after.CCR, after.Overrides)
	}
	lost := write(t, "decisions.csv", "order_id,feedback_id,negative\no1,f1,no\no1,f1,yes\no9,f9,no\n")
	errs := strings.Join(reportJSON(t, "-orders", orders, "-feedback", feedback, "-overrides", lost).Errors, "\n")
	for _, want := range []string{"decisions.csv:3: decided already", `decisions.csv:4: no feedback "f9"`} {
		if !strings.Contains(errs, want) {
			t.Errorf("no error %q in %s", want, errs)
		}
	}
}

// TestQuietGroup checks that a group without a complaint is shown too.
func TestQuietGroup(t *testing.T) {
	var o strings.Builder
	o.WriteString("order_id,paid_at,service_group\n")
	for i := range 40 {
		fmt.Fprintf(&o, "o%d,2026-01-01,g%d\n", i, i%2)
	}
	out, errs, status := runReport(t, "-orders", write(t, "o.csv", o.String()), "-feedback", write(t, "f.csv", "feedback_id,order_id,text\nf,o0,坏了\n"))
	if status != 0 || !strings.Contains(out, "g0") || !strings.Contains(out, "g1") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

func TestQuality(t *testing.T) {
	all := reportJSON(t)
	window := reportJSON(t, "-quality", "taobao", "-asof", "2026-06-20")
	if all.QualityReturn.Den != all.CCR.Den || all.QualityReturn.Num == 0 {
		t.Errorf("all time: %v", all.QualityReturn)
	}
	if window.QualityReturn.Den == 0 || window.QualityReturn.Den >= all.QualityReturn.Den {
		t.Errorf("30 days: %v of %v", window.QualityReturn, all.QualityReturn)
	}
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"-x"}, 2, "not defined"},
		{[]string{"extra"}, 2, `unexpected argument "extra"`},
		{[]string{"-orders", "x.csv"}, 2, "go together"},
		{[]string{"-classifier", "exec:cat", "-timeout", "0s"}, 2, "-timeout must be positive"},
		{[]string{"-classifier", "oracle"}, 2, `unknown classifier "oracle"`},
		{[]string{"-policy", "kind"}, 2, `unknown policy "kind"`},
		{[]string{"-format", "pdf"}, 2, `unknown format "pdf"`},
		{[]string{"-tz", "Mars/Base"}, 2, "-tz"},
		{[]string{"-lang", "!"}, 2, "-lang"},
		{[]string{"-encoding", "ebcdic"}, 2, "-encoding"},
		{[]string{"-from", "1.1.2026"}, 2, "is not a day"},
		{[]string{"-from", "2026-02-01", "-to", "2026-01-01"}, 2, "before it starts"},
		{[]string{"-quality", "taobao"}, 2, "go together"},
		{[]string{"-top", "-1"}, 2, "negative"},
		{[]string{"-sample-size", "0"}, 2, "positive"},
		{[]string{"-seed", "-1"}, 2, "-seed"},
		{[]string{"-sample", write(t, "labels.csv", "")}, 2, "labels.csv is there already"},
		{[]string{"-peer-mean", "3"}, 2, "-peer-mean"},
		{[]string{"-score", "good"}, 2, "-score"},
		{[]string{"-points", "A:6"}, 2, "A=6,B=0"},
		{[]string{"-deposit", "much"}, 2, "-deposit"},
		{[]string{"-rules", filepath.Join(dir, "none.json")}, 2, "none.json"},
		{[]string{"-appeals", "a.pdf"}, 2, "a.pdf"},
		{[]string{"-orders", write(t, "o.jsonl", ""), "-feedback", write(t, "f.jsonl", "")}, 1, "no order that can be used"},
		{[]string{"-orders", write(t, "o.csv", "\xff\xfeo\x00"), "-feedback", write(t, "f.csv", someFeedback)}, 1, "UTF-16"},
		{[]string{"-quality", "nowhere", "-asof", "2026-06-20"}, 2, `unknown platform "nowhere"`},
		{[]string{"-orders", filepath.Join(dir, "none.csv"), "-feedback", filepath.Join(dir, "none.csv")}, 1, "none.csv"},
		{[]string{"-orders", write(t, "empty.csv", ""), "-feedback", write(t, "f.csv", someFeedback)}, 1, "empty.csv"},
		{[]string{"-orders", write(t, "o.csv", "order_id,region\no1,x\n"), "-feedback", write(t, "f.csv", someFeedback)}, 1, "paid_at"},
		{[]string{"-o", filepath.Join(dir, "no", "where.html")}, 1, "no"},
	} {
		_, errs, status := runReport(t, tt.args...)
		if status != tt.status || !strings.Contains(errs, tt.want) {
			t.Errorf("%q: status %d, %q; want %d and %q", tt.args, status, errs, tt.status, tt.want)
		}
	}
}
