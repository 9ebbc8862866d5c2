package main

import (
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/eval"
)

// hostile tries to be more than a text wherever a page shows what it is given.
const hostile = `"><script>alert(1)<!--]]>'&amp;{{.}}` + "\x01\u202e"

// TestPage wants one page without scripts and without a network, whose diagrams are
// XML with a text for those who do not see them, whatever is shown on it.
func TestPage(t *testing.T) {
	line := `{"text":"差 ` + strings.ReplaceAll(strings.ReplaceAll(hostile, `"`, `\"`), "\x01", `\u0001`) + `","product":"<script>","complaint":false,"phenomenon":` +
		`"<script>alert(2)</script>","polarity":"positive","opinions":[{"aspect":"<script>","polarity":"positive","evidence":[{"text":"差 \"><scr"}]}]}` + "\n"
	corpus := write(t, "hostile.jsonl", line+strings.Replace(line, "alert(2)", "alert(3)", 1)+`{"text":"","complaint":true}`)
	page, stderr, status := bench(t, slices.Concat([]string{"-format", "html", "-classifier", hostile + "=keyword"}, tiny, []string{hostile + "=" + corpus})...)
	if status != 1 || page == "" {
		t.Fatalf("status %d: %s", status, stderr)
	}
	for _, bad := range []string{"<script", "ZgotmplZ", "NaN", "Inf", "src=", "href=", "url(", "@import", "\x01", "\u202e", "%!"} {
		if i := strings.Index(page, bad); i >= 0 {
			t.Errorf("%q is in the page: %s", bad, page[max(0, i-100):min(len(page), i+100)])
		}
	}
	svgs := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1)
	diagrams, ids := 0, map[string]bool{}
	for _, svg := range svgs {
		d := xml.NewDecoder(strings.NewReader(svg))
		texts := map[string]string{}
		element := ""
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v: %s", err, svg)
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				element = tok.Name.Local
				for _, a := range tok.Attr {
					if a.Name.Local == "id" && ids[a.Value] {
						t.Errorf("id %s twice", a.Value)
					} else if a.Name.Local == "id" {
						ids[a.Value] = true
					}
				}
			case xml.CharData:
				texts[element] += string(tok)
			}
		}
		if strings.Contains(svg, "aria-hidden") {
			continue
		}
		if diagrams++; strings.TrimSpace(texts["title"]) == "" || strings.TrimSpace(texts["desc"]) == "" {
			t.Errorf("without a title or a description: %s", svg)
		}
	}
	// Of two corpora: four of probabilities; two tasks of five classifiers; parts by
	// phenomenon and length, and of tiny also by category and channel.
	if want := 2*(4+2*5) + 2 + 4; diagrams != want {
		t.Errorf("%d diagrams, want %d", diagrams, want)
	}
	for _, want := range []string{"viewport", "@media print", "class=\"legend\"", "McNemar", "gold-positive", "said-negative", "1 broken line"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

// TestLooks wants no two classifiers alike.
func TestLooks(t *testing.T) {
	seen := map[look]bool{}
	for _, l := range looks(make([]entry, 28)) {
		if seen[l] {
			t.Errorf("%+v twice", l)
		}
		seen[l] = true
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("质量很好，就是慢", 0, 12, 6, 24)
	f.Add("a\nb\x00", 1, 2, 0, 3)
	f.Add(strings.Repeat("长", 500), 0, 1500, 3, 1203)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		p := eval.Prediction{Gold: ccr.Labeled{Feedback: ccr.Feedback{Text: text}}}
		quote := func(start, end int) []ccr.Opinion {
			return []ccr.Opinion{{Aspect: ccr.Overall, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: start, End: end}}}}
		}
		p.Gold.Assessment.Opinions, p.Said.Opinions = quote(a, b), quote(c, d)
		segs, cut := segments(&p)
		all := ""
		for _, s := range segs {
			all += s.Text
			if (s.Class == "") != (s.Title == "") {
				t.Errorf("%+v", s)
			}
		}
		want := printable(text)
		if all != want && !(cut && strings.HasPrefix(want, all)) {
			t.Errorf("%q is shown as %q", text, all)
		}
	})
}
