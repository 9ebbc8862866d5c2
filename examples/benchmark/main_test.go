package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
)

var update = flag.Bool("update", false, "write the golden files")

// program is what makes this test binary a classifier for exec:; its value is the
// file to which the process adds its id.
const program = "BENCHMARK_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if file := os.Getenv(program); file != "" {
		answer(file)
		return
	}
	os.Exit(m.Run())
}

// answer calls 差 a complaint, dies of 死 and hangs on 等.
func answer(file string) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(f, os.Getpid())
	f.Close()
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var fb struct{ ID, Text string }
		if err := json.Unmarshal(in.Bytes(), &fb); err != nil {
			os.Exit(2)
		}
		switch {
		case strings.Contains(fb.Text, "死"):
			fmt.Fprintln(os.Stderr, "out of memory")
			os.Exit(3)
		case strings.Contains(fb.Text, "等"):
			time.Sleep(time.Hour)
		}
		time.Sleep(time.Millisecond)
		fmt.Printf("{\"id\":%q,\"complaint\":%v}\n", fb.ID, strings.Contains(fb.Text, "差"))
	}
}

// self is the spec of this test binary as a classifier, whose processes add their
// ids to the file.
func self(t *testing.T) (spec, file string) {
	t.Helper()
	name, err := os.Executable()
	if err != nil || strings.Contains(name, " ") {
		t.Skip("this test binary cannot be run as a program: ", name, err)
	}
	file = filepath.Join(t.TempDir(), "pids")
	t.Setenv(program, file)
	return "self=exec:" + name, file
}

// bench runs the program.
func bench(t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, &out, &errs)
	return out.String(), errs.String(), status
}

// decoded is bench with a report in JSON.
func decoded(t *testing.T, args ...string) (r report, stderr string, status int) {
	t.Helper()
	out, stderr, status := bench(t, append([]string{"-format", "json", "-rounds", "20"}, args...)...)
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s%s", err, out, stderr)
	}
	return r, stderr, status
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

var tiny = []string{
	"-classifier", "mine=predictions:testdata/tiny.said.jsonl", "-classifier", "keyword", "-classifier", "rating", "-classifier", "majority",
	"-rounds", "50", "testdata/tiny.jsonl",
}

// TestGolden holds all formats but the page against files. Speeds are made up.
func TestGolden(t *testing.T) {
	for _, format := range []string{"text", "markdown", "csv", "json"} {
		var errs bytes.Buffer
		say := &notices{w: &errs}
		s, err := parseFlags(append([]string{"-format", format}, tiny...), say)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.measure(t.Context(), say)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range r.Corpora[0].Classifiers[0].result.Figures(nil) {
			names = append(names, f.Name)
		}
		if d := cmp.Diff(names, figureNames); d != "" {
			t.Errorf("figures of eval -, known here +:\n%s", d)
		}
		for i := range r.Corpora[0].Classifiers {
			if v := r.Corpora[0].Classifiers[i].Speed; v != nil {
				*v = speed{TextsPerSecond: 12345.678, MBPerSecond: 1.25, AllocationsPerText: 2.5, Workers: 1}
			}
		}
		var out bytes.Buffer
		if err := s.write(r, &out); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "golden", "tiny."+format)
		if *update {
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), out.String()); d != "" {
			t.Errorf("%s (-update after a deliberate change): want -, got +:\n%s", format, d)
		}
		if say.status != 1 || !strings.Contains(errs.String(), "tiny.jsonl:5: ") || !strings.Contains(errs.String(), "tiny.said.jsonl:11: ") {
			t.Errorf("status %d: %s", say.status, errs.String())
		}
	}
}

// TestFigures compares with scikit-learn 1.2.1 on the same two files:
// accuracy_score, precision_score, recall_score, f1_score (average="macro" for
// polarity over the labels of the gold data, "micro" over the indicators of
// aspect and sign), roc_auc_score, average_precision_score, brier_score_loss.
func TestFigures(t *testing.T) {
	r, _, _ := decoded(t, "-classifier", "mine=predictions:testdata/tiny.said.jsonl", "testdata/tiny.jsonl")
	want := map[string]float64{
		"complaint_accuracy": 0.8, "complaint_precision": 0.8, "complaint_recall": 0.8, "complaint_f1": 0.8,
		"auc": 0.92, "average_precision": 0.925, "brier": 0.11475, "polarity_accuracy": 0.8, "polarity_macro_f1": 0.8125,
		"aspect_precision": 0.7777777777777778, "aspect_recall": 0.6363636363636364, "aspect_f1": 0.7,
	}
	for _, f := range r.Corpora[0].Classifiers[0].Figures {
		if v, ok := want[f.Name]; ok && math.Abs(v-f.Value) > 1e-12 {
			t.Errorf("%s is %v, want %v", f.Name, f.Value, v)
		}
		delete(want, f.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing %v", want)
	}
}

// TestKilled kills a program in the middle, which costs no text, and has it die of
// one text and hang on another, which cost these two.
func TestKilled(t *testing.T) {
	spec, pids := self(t)
	var b strings.Builder
	for i := range 300 {
		word := []string{"差", "好"}[i%2]
		switch i {
		case 200:
			word = "死"
		case 250:
			word = "等"
		}
		fmt.Fprintf(&b, `{"text":"%s %d","complaint":%v}`+"\n", word, i, word != "好")
	}
	corpus := write(t, "many.jsonl", b.String())
	done := make(chan struct{})
	killed := make(chan error, 1)
	go func() {
		defer close(killed)
		for {
			b, _ := os.ReadFile(pids)
			if pid, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
				time.Sleep(50 * time.Millisecond)
				p, err := os.FindProcess(pid)
				if err == nil {
					err = p.Kill()
				}
				killed <- err
				return
			}
			select {
			case <-done:
				killed <- errors.New("it was never started")
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	r, stderr, status := decoded(t, "-classifier", spec, "-timeout", "300ms", corpus)
	close(done)
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	en := r.Corpora[0].Classifiers[0]
	if en.Failed != 2 || status != 1 || !strings.Contains(en.FirstFailure, "out of memory") {
		t.Errorf("status %d, failed on %d, the first: %s", status, en.Failed, en.FirstFailure)
	}
	if want := "many: self: failed on 2 of 300 texts"; !strings.Contains(stderr, want) {
		t.Errorf("%q is not in %s", want, stderr)
	}
	for _, f := range en.Figures {
		if want := 298. / 300; f.Name == "complaint_accuracy" && f.Value != want {
			t.Errorf("accuracy %v, want %v", f.Value, want)
		}
	}
	// The first, one after it was killed, two for the text it dies of, and one after
	// each of the two failures.
	if b, _ := os.ReadFile(pids); strings.Count(string(b), "\n") != 5 {
		t.Errorf("processes %q", b)
	}
}

// TestInterrupt ends a run that hangs.
func TestInterrupt(t *testing.T) {
	spec, _ := self(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var out, errs bytes.Buffer
	start := time.Now()
	status := run(ctx, []string{"-classifier", "keyword", "-classifier", spec, "-timeout", "1m", write(t, "hangs.jsonl", `{"text":"等","complaint":true}`)}, &out, &errs)
	if d := time.Since(start); status != 1 || out.Len() > 0 || !strings.Contains(errs.String(), "interrupted") || d > 10*time.Second {
		t.Errorf("status %d after %v: %s%s", status, d, out.String(), errs.String())
	}
}

// TestNoProgram counts every text of a program that cannot be started, and of a file
// that is not there, and measures the others.
func TestNoProgram(t *testing.T) {
	r, stderr, status := decoded(t, "-classifier", "none=exec:/no/such/program", "-classifier", "predictions:/no/such/{corpus}", "-classifier", "keyword", "testdata/tiny.jsonl")
	cs := r.Corpora[0].Classifiers
	if status != 1 || len(cs) != 2 || cs[0].Failed != 10 || cs[1].Name != "keyword" || len(r.Comparisons) != 3 {
		t.Errorf("status %d, %d classifiers: %s", status, len(cs), stderr)
	}
	for _, want := range []string{"none: failed on 10 of 10 texts", "/no/such/tiny", "tiny.jsonl:5:"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in %s", want, stderr)
		}
	}
}

// TestSave wants from what was saved the figures that it was saved with, of texts
// without an id and of texts with the same one too.
func TestSave(t *testing.T) {
	dir := t.TempDir()
	more := write(t, "more.jsonl", `{"id":"1","text":"差","complaint":true}
{"id":"1","text":"好","complaint":false}
{"text":"破","complaint":false}
`)
	errorsFile := filepath.Join(dir, "errors.jsonl")
	ran, _, _ := decoded(t, "-save", dir, "-errors", errorsFile, "-classifier", "key word=keyword", "a b="+more, "a b=testdata/tiny.jsonl")
	read, stderr, _ := decoded(t, "-classifier", "key word=predictions:"+filepath.Join(dir, "{corpus}", "key-word.jsonl"), "a b="+more, "a b=testdata/tiny.jsonl")
	a, b := ran.Corpora[0].Classifiers[0], read.Corpora[0].Classifiers[0]
	if d := cmp.Diff(a.Figures, b.Figures); d != "" || b.Failed != 0 || ran.Corpora[0].Texts != 13 || ran.Corpora[0].BrokenLines != 1 {
		t.Errorf("run -, read +: %s%s", d, stderr)
	}
	f, err := os.Open(errorsFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var got []string
	for d := json.NewDecoder(f); d.More(); {
		var l errorLine
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(l.Text, l.Wrong, l.Said.Complaint))
	}
	if d := cmp.Diff([]string{
		"破[complaint] 1", "不错，就是客服态度差[polarity] 1", "会掉色吗[complaint polarity] 1", "一点都不难吃，挑不出毛病[complaint polarity] 1",
		"三天了还没到[complaint polarity] 0", "我买错了想退[polarity] 0",
	}, got); d != "" {
		t.Errorf("errors: want -, got +:\n%s", d)
	}
}

// TestCorpora reads every format.
func TestCorpora(t *testing.T) {
	zhijiang := write(t, "reviews.csv", "id,Reviews\n1,物流很快\n") + "," +
		write(t, "labels.csv", "id,AspectTerms,A_start,A_end,OpinionTerms,O_start,O_end,Categories,Polarities\n1,物流,0,2,很快,2,4,物流,正面\n")
	for _, tt := range []struct {
		args   []string
		texts  string // texts, broken lines
		figure string // the first after read
	}{
		{[]string{"stars:" + write(t, "a.csv", "cat,label,review\n书籍,1,好看\n书籍,0,难看\n书籍,2,？\n水果,0,烂的\n")}, "3 1", "polarity_accuracy"},
		{[]string{"stars:" + write(t, "a.jsonl", `{"text":"好吃","label":"positive","category":"水果"}`+"\n"+`{"text":"难吃","label":"negative","category":"水果"}`)}, "2 0", "polarity_accuracy"},
		{[]string{write(t, "b.csv", "text,complaint,channel\n好,否,投诉\n差,是,评价\n")}, "2 0", "complaint_accuracy"},
		{[]string{"x=" + write(t, "b.csv", "text,complaint\n好,否\n"), "x=stars:" + write(t, "c.csv", "label,review\n1,好看\n")}, "2 0", "complaint_accuracy"},
		{[]string{"zhijiang:" + zhijiang}, "1 0", "aspect_recall"},
		{[]string{"asap:" + write(t, "asap.csv", "id,review,star,Location#Transportation,Location#Downtown,Location#Easy_to_find,Service#Queue,Service#Hospitality,Service#Parking,Service#Timely,"+
			"Price#Level,Price#Cost_effective,Price#Discount,Ambience#Decoration,Ambience#Noise,Ambience#Space,Ambience#Sanitary,Food#Portion,Food#Taste,Food#Appearance,Food#Recommend\n"+
			"1,难吃,1.0,-2,-2,-2,-2,-2,-2,-2,-2,-2,-2,-2,-2,-2,-2,-2,-1,-2,-2\n")}, "1 0", "polarity_accuracy"},
		{[]string{"hashed:" + write(t, "labels.jsonl", `{"text":"","hash":"`+dataset.TextHash("难吃")+`","complaint":true}`+"\n"+`{"text":"","hash":"`+dataset.TextHash("不在")+`","complaint":true}`) + "," +
			write(t, "texts.jsonl", `{"text":"好吃","category":"水果"}`+"\n"+`{"text":"难吃","category":"水果"}`) + "," + write(t, "texts.csv", "label,review\n0,难闻\n")}, "1 0", "complaint_accuracy"},
		{[]string{write(t, "empty.jsonl", "{}\n")}, "0 1", ""},
	} {
		r, stderr, _ := decoded(t, append([]string{"-classifier", "keyword"}, tt.args...)...)
		c := r.Corpora[0]
		if got := fmt.Sprint(c.Texts, c.BrokenLines); got != tt.texts {
			t.Errorf("%v: %s, want %s: %s", tt.args, got, tt.texts, stderr)
		}
		if got := ""; tt.figure != "" {
			if got = c.Classifiers[0].Figures[1].Name; got != tt.figure {
				t.Errorf("%v: %s, want %s", tt.args, got, tt.figure)
			}
		}
	}
	r, _, _ := decoded(t, "-classifier", "keyword", "stars:"+write(t, "a.csv", "cat,label,review\n书籍,1,好看\n水果,0,烂的\n"))
	if ps := r.Corpora[0].Classifiers[0].Parts; len(ps) != 2 || ps[0].By != "category" || ps[0].Key != "书籍" || ps[0].Figure != "polarity_accuracy" {
		t.Errorf("parts %+v", ps)
	}
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *part) UnmarshalJSON(b []byte) error {
	var v struct {
		By, Key, Figure string
		Num, Den        int
	}
	err := json.Unmarshal(b, &v)
	p.By, p.Key, p.Figure, p.Rate.Num, p.Rate.Den = v.By, v.Key, v.Figure, v.Num, v.Den
	return err
}

// TestChoices tries the flags that choose.
func TestChoices(t *testing.T) {
	out, stderr, status := bench(t, append([]string{"-repeat", "3", "-figures", "auc,complaint_f1", "-by", "", "-against", "best"}, tiny...)...)
	if status != 1 || !strings.Contains(out, "auc ") || strings.Contains(out, "brier  ") || strings.Contains(out, "phenomenon") || !strings.Contains(out, "the best of its row") {
		t.Errorf("status %d: %s%s", status, out, stderr)
	}
	file := filepath.Join(t.TempDir(), "out.csv")
	if out, _, _ := bench(t, append([]string{"-format", "csv", "-o", file}, tiny...)...); out != "" {
		t.Errorf("written: %s", out)
	}
	if b, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(b, []byte("corpus,by,part,")) {
		t.Errorf("%s, %v", b, err)
	}
}

// TestLost loses nothing where there is nothing to measure, or no place to write to.
func TestLost(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "no", "such")
	file := write(t, "file", "")
	for _, format := range []string{"text", "markdown", "csv", "json", "html"} {
		out, stderr, status := bench(t, "-format", format, "-rounds", "20", "-o", nowhere, "-errors", nowhere, "-save", file,
			"-classifier", "keyword", "empty="+write(t, "e.jsonl", "{}\n"), "testdata/tiny.jsonl")
		if status != 1 || !strings.Contains(out, "empty") || !strings.Contains(out, "complaint_accuracy") {
			t.Errorf("%s: status %d: %s", format, status, out)
		}
		for _, want := range []string{"e.jsonl:1:", "empty: eval: no example", "no/such", "mkdir " + file} {
			if !strings.Contains(filepath.ToSlash(stderr), want) {
				t.Errorf("%s: %q is not in %s", format, want, stderr)
			}
		}
	}
}

// TestForeign warns of aspects that go by other names.
func TestForeign(t *testing.T) {
	out, _, _ := bench(t, "-classifier", "keyword", "-rounds", "20", "x="+write(t, "x.jsonl", `{"text":"好","opinions":[{"aspect":"物流","polarity":"positive"}]}`))
	if !strings.Contains(out, "x has aspects of its own") {
		t.Error(out)
	}
}

func TestUsage(t *testing.T) {
	const corpus = "testdata/tiny.jsonl"
	for _, args := range [][]string{
		{},
		{"-x", corpus},
		{"-format", "pdf", corpus},
		{"-against", "all", corpus},
		{"-rounds", "19", corpus},
		{"-repeat", "0", corpus},
		{"-figures", "acc", corpus},
		{"-timeout", "0s", corpus},
		{"-classifier", "oracle", corpus},
		{"-classifier", "hybrid:x", corpus},
		{"-classifier", "exec: ", corpus},
		{"-classifier", "predictions:", corpus},
		{"-classifier", "linear:testdata/tiny.jsonl", corpus},
		{"-classifier", "linear:none", corpus},
		{"-classifier", "rules", "-classifier", "rules", corpus},
		{"none.jsonl"},
		{"zhijiang:" + corpus},
		{corpus, "./" + corpus},
	} {
		if out, errs, status := bench(t, args...); status != 2 || errs == "" || out != "" {
			t.Errorf("%q: status %d: %s%s", args, status, out, errs)
		}
	}
	if _, errs, status := bench(t, "-h"); status != 0 || !strings.Contains(errs, "-classifier") {
		t.Errorf("-h: status %d: %s", status, errs)
	}
	if got, want := quoteArgs([]string{"a", "b c", "d'e", ""}), `a 'b c' 'd'\''e' ''`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestKeyword(t *testing.T) {
	classifytest.Run(t, func(testing.TB) classify.Classifier { return classify.Func(keyword) }, &classifytest.Options{
		Feedback: []ccr.Feedback{{Text: "质量太差，物流太慢"}, {Text: "很好"}},
	})
}
