package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/classify/linear"
)

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func call(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, &out, &err)
	return status, out.String(), err.String()
}

// corpus makes 40 texts, half of them bad by word, a line each.
func corpus(line func(i int, text string, bad bool) string) string {
	var b strings.Builder
	for i := range 40 {
		if i%2 == 0 {
			b.WriteString(line(i, fmt.Sprintf("第%d次买，好用", i), false))
		} else {
			b.WriteString(line(i, fmt.Sprintf("第%d次买，难用", i), true))
		}
	}
	return b.String()
}

func TestBinary(t *testing.T) {
	name := file(t, "a.jsonl", corpus(func(i int, text string, bad bool) string {
		return fmt.Sprintf(`{"text":%q,"label":%q}`+"\n", text, map[bool]string{true: "negative", false: "positive"}[bad])
	}))
	model := filepath.Join(t.TempDir(), "m.bin")
	status, out, errs := call(t, "-positive", "negative", "-eval", name, "-o", model, name)
	if status != 0 || !strings.HasPrefix(out, "40 texts, 40 right: 1.0000\n") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	first, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	if status, _, errs := call(t, "-positive", "negative", "-o", model, name); status != 0 {
		t.Errorf("status %d: %s", status, errs)
	}
	if again, err := os.ReadFile(model); err != nil || !bytes.Equal(first, again) {
		t.Errorf("trained twice, two models: %v", err)
	}
}

// TestWithRules learns a binary task by rules and a model, twice the same, into files
// that read as what was learnt.
func TestWithRules(t *testing.T) {
	name := file(t, "a.jsonl", corpus(func(i int, text string, bad bool) string {
		return fmt.Sprintf(`{"text":%q,"label":%d}`+"\n", text, map[bool]int{true: 1, false: 5}[bad])
	}))
	dir := t.TempDir()
	var made [2][2][]byte
	for i := range made {
		model, weights := filepath.Join(dir, "m.bin"), filepath.Join(dir, "w.json")
		status, out, errs := call(t, "-positive", "1", "-weights", weights, "-eval", name, "-o", model, name)
		if status != 0 || !strings.HasPrefix(out, "40 texts, 40 right: 1.0000\n") {
			t.Fatalf("status %d: %s%s", status, out, errs)
		}
		for k, path := range []string{model, weights} {
			var err error
			if made[i][k], err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(made[0][0], made[1][0]) || !bytes.Equal(made[0][1], made[1][1]) {
		t.Error("trained twice, two classifiers")
	}
	if m, err := linear.ReadModel(bytes.NewReader(made[0][0])); err != nil || m.Output(linear.Complaint) < 0 {
		t.Errorf("the model reads as %v: %v", m, err)
	}
	if _, err := hybrid.ReadWeights(bytes.NewReader(made[0][1])); err != nil {
		t.Error(err)
	}
	status, out, errs := call(t, "-positive", "1", "-weights", filepath.Join(dir, "w.json"), "-o", filepath.Join(dir, "m.bin"), "-predict", file(t, "p.jsonl", `{"text":"第9次买，难用"}`+"\n"), name)
	if status != 0 || !strings.Contains(out, `"labels":["1"]`) || !strings.Contains(out, `"probabilities":{"1":0.`) {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

func TestManyLabels(t *testing.T) {
	name := file(t, "a.jsonl", corpus(func(i int, text string, bad bool) string {
		label := `[{"category":"效果","polarity":"pos"}]`
		if bad {
			label = `[{"category":"效果","polarity":"neg"},{"category":"整体","polarity":"neg"}]`
		}
		return fmt.Sprintf(`{"text":%q,"quads":%s}`+"\n", text, label)
	}))
	status, out, errs := call(t, "-label", "quads", "-of", "category,polarity", "-eval", name, name)
	if status != 0 || !strings.HasPrefix(out, "40 texts, 40 right: 1.0000\nall labels  P 1.000  R 1.000") || !strings.Contains(out, "整体/neg  P 1.000") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	status, out, _ = call(t, "-label", "quads", "-of", "category,polarity", "-predict", file(t, "p.jsonl", `{"text":"难用","quads":null}`+"\n"), name)
	if status != 0 || !strings.Contains(out, `"labels":["效果/neg","整体/neg"]`) {
		t.Errorf("status %d: %s", status, out)
	}
}

// Labels that say where they stand in the text, in characters, are learnt from clauses,
// too; one whose place is none is named.
func TestSpans(t *testing.T) {
	name := file(t, "a.jsonl", corpus(func(i int, _ string, bad bool) string {
		speed, word, polarity := []string{"快", "慢", "好"}[i%3], "好用", "pos"
		if bad {
			word, polarity = "难用", "neg"
		}
		return fmt.Sprintf(`{"text":"物流%s，%s，第%d次","quads":[{"category":"效果","polarity":%q,"a":null,"o":[4,6]}]}`+"\n", speed, word, i, polarity)
	}))
	flags := []string{"-label", "quads", "-of", "category,polarity", "-at", "a,o"}
	status, out, errs := call(t, append(flags, "-eval", name, name)...)
	if status != 0 || !strings.HasPrefix(out, "40 texts, 40 right: 1.0000\nall labels  P 1.000  R 1.000") || strings.Contains(out, linear.OfClause) {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	for _, at := range []string{`[0,99]`, `[2,1]`, `[-1,2]`, `[0.5,2]`, `[1]`, `"1-2"`, `["1",2]`} {
		wrong := file(t, "c.jsonl", `{"text":"很好用","quads":[{"category":"效果","polarity":"pos","a":`+at+"}]}\n")
		if status, _, errs := call(t, append(flags, name, wrong)...); status != 1 || !strings.Contains(errs, "c.jsonl:1: quads: a: ") {
			t.Errorf("%s: status %d: %s", at, status, errs)
		}
	}
	if status, _, errs := call(t, "-at", "a", "-positive", "b", name); status != 2 || !strings.Contains(errs, "-at is of no use") {
		t.Errorf("status %d: %s", status, errs)
	}
	if status, _, errs := call(t, "-label", "quads", "-of", "category,polarity", "-at", "b", name); status != 1 || !strings.Contains(errs, "no label has such a member") {
		t.Errorf("status %d: %s", status, errs)
	}
}

// CSV, one label of three.
func TestCSV(t *testing.T) {
	rows := "label,review\n" + corpus(func(i int, text string, bad bool) string {
		if i%4 == 0 {
			return fmt.Sprintf("c,\"第%d次买,颜色好看\"\n", i)
		}
		return fmt.Sprintf("%t,\"%s\"\n", bad, text)
	})
	name := file(t, "a.csv", "\ufeff"+rows)
	status, out, errs := call(t, "-text", "review", "-eval", name, name)
	if status != 0 || !strings.HasPrefix(out, "40 texts, 40 right") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
}

func TestBadLines(t *testing.T) {
	good := corpus(func(i int, text string, bad bool) string {
		return fmt.Sprintf(`{"text":%q,"label":%t}`+"\n", text, bad)
	})
	name := file(t, "a.jsonl", good+"{\n"+`{"text":"x"}`+"\n"+`{"label":"x"}`+"\n"+`{"text":1,"label":"x"}`+"\n"+`{"text":"x","label":null}`+"\n"+`{"text":"x","label":[{"a":1}]}`+"\n{\"text\":\"\xff\",\"label\":\"x\"}\n")
	status, out, errs := call(t, "-positive", "true", "-eval", name, name)
	if status != 1 || !strings.HasPrefix(out, "40 texts, 40 right") {
		t.Errorf("status %d: %s", status, out)
	}
	for _, want := range []string{
		"a.jsonl:41: unexpected end of JSON input", "a.jsonl:42: label: missing", "a.jsonl:43: text: missing", "a.jsonl:44: text: ",
		"a.jsonl:45: label: ", "a.jsonl:46: label: is an object", "a.jsonl:47: text is not valid UTF-8",
	} {
		if !strings.Contains(errs, want) {
			t.Errorf("no %q in\n%s", want, errs)
		}
	}
	csv := file(t, "b.csv", "text,label\n好,0\n坏\n很好,0\n很坏,1\n\"\xff\",1\na\"b,1\n")
	if status, _, errs := call(t, csv); status != 1 || !strings.Contains(errs, "b.csv:3: 1 fields, want 2") || !strings.Contains(errs, "b.csv:6: text is not valid UTF-8") || !strings.Contains(errs, "line 7") {
		t.Errorf("status %d: %s", status, errs)
	}
}

func TestCalls(t *testing.T) {
	empty := file(t, "e.jsonl", "")
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{nil, 2, "no file to learn from"},
		{[]string{"-h"}, 0, "-positive"},
		{[]string{"-nonsense"}, 2, "not defined"},
		{[]string{"none.jsonl"}, 1, "none.jsonl"},
		{[]string{empty}, 1, "nothing to learn"},
		{[]string{"-order", "9", empty}, 1, "Order 9"},
		{[]string{"-weights", "w", empty}, 2, "-positive says which"},
		{[]string{"-weights", "w", "-positive", "x", empty}, 2, "-o says where"},
		{[]string{"-weights", "w", "-o", "m", "-positive", "x", "-order", "3", empty}, 2, "-order is for a model alone"},
		{[]string{"-weights", "w", "-o", "m", "-positive", "x", empty}, 1, "nothing to learn"},
		{[]string{file(t, "e.csv", "")}, 1, "e.csv: no header"},
		{[]string{file(t, "h.csv", "a,b\n")}, 1, "h.csv:1: there are no columns text and label"},
	} {
		if status, _, errs := call(t, tt.args...); status != tt.status || !strings.Contains(errs, tt.want) {
			t.Errorf("%q: status %d: %s", tt.args, status, errs)
		}
	}
}
