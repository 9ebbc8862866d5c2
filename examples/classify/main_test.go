package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/classify/linear"
)

func filter(stdin string, args ...string) (stdout, stderr string, status int) {
	var out, errs bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), status
}

// TestFilter feeds good and bad lines: the good ones come out in order, the bad
// ones are named with their line, and the status says that there were some.
func TestFilter(t *testing.T) {
	in := `{"id":"1","text":"虾太好了,太大个头了!","channel":"review","rating":5}
not JSON
{"id":"2","text":"洗一次就开线了"}
{"id":"3","channel":"review"}

{"id":"4","text":"好","rating":9}
{"id":"5","text":"好","channel":"letter"}
` + "{\"id\":\"6\",\"text\":\"\xff\"}\n" + `{"id":7,"text":"   "}`
	out, errs, status := filter(in)
	if status != 1 {
		t.Errorf("status %d, want 1", status)
	}
	type line struct {
		ID        string
		Complaint bool
	}
	var got []line
	for l := range strings.Lines(out) {
		var x line
		if err := json.Unmarshal([]byte(l), &x); err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		got = append(got, x)
	}
	if diff := cmp.Diff([]line{{"1", false}, {"2", true}, {"7", false}}, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	var places []string
	for l := range strings.Lines(errs) {
		places = append(places, strings.Join(strings.SplitN(l, ":", 3)[:2], ":"))
	}
	if diff := cmp.Diff([]string{"stdin:2", "stdin:4", "stdin:6", "stdin:7", "stdin:8"}, places); diff != "" {
		t.Errorf("places of errors (-want +got):\n%s\n%s", diff, errs)
	}
}

// TestAnswersAtOnce asks line by line, and reads the answer before it goes on.
func TestAnswersAtOnce(t *testing.T) {
	in, questions := io.Pipe()
	answers, out := io.Pipe()
	go func() {
		run(context.Background(), nil, in, out, io.Discard)
		out.Close()
	}()
	r := bufio.NewReader(answers)
	for _, id := range []string{"1", "2"} {
		if _, err := io.WriteString(questions, `{"id":"`+id+`","text":"好"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(line, `{"id":"`+id+`"`) {
			t.Fatalf("%q, %v", line, err)
		}
	}
	questions.Close()
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestFormat(t *testing.T) {
	out, _, status := filter(`{"id":"1","text":"质量很好"}`)
	want := `{"id":"1","complaint":false,"complaint_probability":`
	if status != 0 || !strings.HasPrefix(out, want) ||
		!strings.HasSuffix(out, `"polarity":"positive","opinions":[{"aspect":"goods.quality","polarity":"positive","evidence":[{"start":6,"end":12,"text":"很好"}]}]}`+"\n") {
		t.Errorf("status %d: %s", status, out)
	}
	out, _, _ = filter(`{"id":"1","text":"质量很好"}`, "-explain")
	if !strings.Contains(out, `"ground":"praise"`) || !strings.Contains(out, `"rules":["hybrid-both","opinion-word"`) {
		t.Errorf("-explain: %s", out)
	}
	for _, name := range []string{"rules", "linear"} {
		out, _, status = filter(`{"id":"1","text":"质量很差，垃圾"}`, "-classifier", name)
		if status != 0 || !strings.Contains(out, `"complaint":true`) {
			t.Errorf("-classifier %s: status %d: %s", name, status, out)
		}
	}
	out, _, _ = filter(`{"id":"1","text":"质量很好"}`, "-give-up", "0.5", "-explain")
	if !strings.Contains(out, `"polarity":"unknown"`) || !strings.Contains(out, `"ground":"undecided"`) {
		t.Errorf("-give-up: %s", out)
	}
	out, _, _ = filter(`{"id":"1","text":"Conforme anunciado","rating":1}`, "-classifier", "rating")
	if !strings.Contains(out, `"complaint":true`) || !strings.Contains(out, `"opinions":[]`) {
		t.Errorf("-classifier rating: %s", out)
	}
}

// TestFiles reads with a model and weights from files.
func TestFiles(t *testing.T) {
	const in = `{"id":"1","text":"质量很差，垃圾"}`
	model, weights := filepath.Join("..", "..", "classify", "linear", "model.bin"), filepath.Join("..", "..", "classify", "hybrid", "weights.json")
	want, _, _ := filter(in)
	if out, errs, status := filter(in, "-model", model, "-weights", weights); status != 0 || out != want {
		t.Errorf("hybrid: status %d: %s%s, want %s", status, out, errs, want)
	}
	want, _, _ = filter(in, "-classifier", "linear")
	if out, errs, status := filter(in, "-classifier", "linear", "-model", model); status != 0 || out != want {
		t.Errorf("linear: status %d: %s%s, want %s", status, out, errs, want)
	}
	tr, err := linear.NewTrainer(&linear.Options{MinCount: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []linear.Example{{Text: "好", Known: []string{"bad"}}, {Text: "坏", Labels: []string{"bad"}}} {
		if err := tr.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	m, err := tr.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var other bytes.Buffer
	if _, err := m.WriteTo(&other); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "other.bin")
	if err := os.WriteFile(name, other.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, errs, status := filter(in, "-model", name, "-weights", weights); status != 2 || !strings.Contains(errs, "other.bin: has no outputs dispute and review") {
		t.Errorf("a model made without weights: status %d: %s", status, errs)
	}
	if _, errs, status := filter(in, "-model", weights, "-weights", weights); status != 2 || !strings.Contains(errs, "weights.json: ") {
		t.Errorf("weights for a model: status %d: %s", status, errs)
	}
}

// TestExec has a program that cannot be started: every line is an error.
func TestExec(t *testing.T) {
	out, errs, status := filter(`{"id":"1","text":"质量很好"}`+"\n"+`{"id":"2","text":"好"}`, "-classifier", "exec:/no/such/program -x")
	if status != 1 || out != "" || strings.Count(errs, "/no/such/program") < 2 {
		t.Errorf("status %d: %q, %s", status, out, errs)
	}
}

// TestNoRoom checks that a full disk ends the reading and is told once.
func TestNoRoom(t *testing.T) {
	stdin, _ := io.Pipe() // would wait for ever
	in := io.MultiReader(strings.NewReader(strings.Repeat(`{"text":"洗一次就开线了"}`+"\n", 1000)), stdin)
	var errs bytes.Buffer
	if status := run(t.Context(), nil, in, full{}, &errs); status != 1 || errs.String() != "classify: full\n" {
		t.Errorf("status %d, %q", status, errs.String())
	}
}

// A full writer takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-x"}, {"file.jsonl"}, {"-classifier", "oracle"}, {"-classifier", "exec: "}, {"-threshold", "0"}, {"-threshold", "2"}, {"-give-up", "0.6"}, {"-timeout", "0s", "-classifier", "exec:cat"}, {"-give-up", "0.1", "-classifier", "rules"}, {"-model", "x"}, {"-weights", "x"}, {"-classifier", "linear", "-weights", "x"}, {"-classifier", "rules", "-model", "x"}, {"-model", "main.go", "-weights", "main.go"}, {"-classifier", "linear", "-model", "main.go"}, {"-classifier", "linear", "-model", "none"}} {
		if _, errs, status := filter("", args...); status != 2 || errs == "" {
			t.Errorf("%q: status %d, %q", args, status, errs)
		}
	}
	if out, errs, status := filter(""); out != "" || errs != "" || status != 0 {
		t.Errorf("empty input: status %d, %q, %q", status, out, errs)
	}
}
