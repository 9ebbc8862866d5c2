package main

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/google/go-cmp/cmp"
)

// A parsed page: its elements with their attributes, the values of these, the
// text, and the charts.
type parsed struct {
	elements map[string]bool // name and names of attributes
	values   []string
	text     string
	charts   int
}

// parse reads a page as XML, strictly: an element or attribute that is not closed
// where the template closes it is an error.
func parse(t *testing.T, page string) parsed {
	t.Helper()
	p := parsed{elements: map[string]bool{}}
	d := xml.NewDecoder(strings.NewReader(page))
	var text strings.Builder
	for {
		token, err := d.Token()
		if err == io.EOF {
			p.text = text.String()
			return p
		}
		if err != nil {
			line, column := d.InputPos()
			t.Fatalf("%d:%d: %v", line, column, err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			names := []string{x.Name.Local}
			for _, a := range x.Attr {
				names = append(names, a.Name.Local)
				p.values = append(p.values, a.Value)
			}
			p.elements[strings.Join(names, " ")] = true
			if x.Name.Local == "svg" {
				p.charts++
			}
		case xml.CharData:
			text.Write(x)
		}
	}
}

const hostile = "\"'><script>alert(1)</script><svg onload=alert(1)>{{.}}&amp;\x01\u202e=1+1"

// hostileShop is the sample shop with hostile text in every field of every record
// that can hold one.
func hostileShop(t *testing.T) (orders, feedback string) {
	t.Helper()
	mutate := func(name string, fields ...string) string {
		f, err := os.Open(filepath.Join("..", "..", "testdata", "shop", name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, field := range rows[0] {
			if !slices.Contains(fields, field) {
				continue
			}
			for _, row := range rows[1:] {
				if row[i] != "" {
					row[i] += hostile
				}
			}
		}
		rows = append(rows, slices.Clone(rows[1])) // the same again: an error that names it
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		return write(t, name, b.String())
	}
	orders = mutate("orders.csv", "order_id", "buyer_id", "product_id", "product", "category", "region", "carrier", "service_group", "status", "abnormal", "batch", "address")
	feedback = mutate("feedback.csv", "feedback_id", "order_id", "buyer_id", "text", "reason", "abnormal")
	return orders, feedback
}

// TestHostile checks by parsing that nothing of a page's structure comes from
// data: the page of a shop with hostile text in every field has no elements and
// no attributes that the page of the sample shop has not, and shows the text.
func TestHostile(t *testing.T) {
	args := []string{"-format", "html", "-explain", "-top", "12", "-asof", "2026-06-20"}
	benign, errs, status := runReport(t, args...)
	if status != 0 {
		t.Fatal(errs)
	}
	want := parse(t, benign)
	orders, feedback := hostileShop(t)
	page, _, status := runReport(t, append(args, "-orders", orders, "-feedback", feedback)...)
	if status != 0 {
		t.Fatal("no report of the hostile shop")
	}
	got := parse(t, page)
	for e := range got.elements {
		if !want.elements[e] {
			t.Errorf("element %q comes from data", e)
		}
	}
	if got.elements["script"] || got.charts < 50 {
		t.Errorf("%d charts; elements %q", got.charts, slices.Sorted(maps.Keys(got.elements)))
	}
	for _, v := range got.values {
		if strings.Contains(v, "alert") || strings.Contains(v, "{{") {
			t.Errorf("attribute %q comes from data", v)
		}
	}
	shown := strings.ReplaceAll(hostile, "\x01", "\ufffd")
	for _, of := range []string{"kettle", "四川", "云梭速递", "青松组", "K2605", "小家电", "反映问题时客服直接挂断电话两次，第三次接通后说“你没完了是吧”"} {
		if !strings.Contains(got.text, of+shown) {
			t.Errorf("the page does not show %s and what follows it", of)
		}
	}
	if regexp.MustCompile(`(?i)(\ssrc=|href=|url\(|@import|https?:)`).MatchString(benign) {
		t.Error("the page refers to something else")
	}

	text, _, _ := runReport(t, "-orders", orders, "-feedback", feedback, "-explain")
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }); i >= 0 {
		t.Errorf("control character %q in the text", text[i])
	}
}

// TestCharts checks that every chart has a title and a description, and stands in
// no other.
func TestCharts(t *testing.T) {
	page, errs, status := runReport(t, "-format", "html", "-asof", "2026-06-20")
	if status != 0 {
		t.Fatal(errs)
	}
	charts := regexp.MustCompile(`(?s)<svg [^>]*role="img">.*?</svg>`).FindAllString(page, -1)
	if len(charts) < 50 {
		t.Fatalf("%d charts", len(charts))
	}
	for _, c := range charts {
		var x struct {
			Title string `xml:"title"`
			Desc  string `xml:"desc"`
		}
		if err := xml.Unmarshal([]byte(c), &x); err != nil || x.Title == "" || x.Desc == "" || strings.Contains(c, "NaN") || strings.Contains(c, "Inf") {
			t.Errorf("%v in %s", err, c)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, tt := range []struct {
		evidence []ccr.Evidence
		want     []segment
	}{
		{nil, []segment{{"坏了，差", false}}},
		{[]ccr.Evidence{{Start: 9, End: 12}, {Start: 0, End: 6}}, []segment{{"", false}, {"坏了", true}, {"，", false}, {"差", true}, {"", false}}},
		{[]ccr.Evidence{{Start: 0, End: 6}, {Start: 3, End: 9}, {Start: 1, End: 2}, {Start: 9, End: 99}}, []segment{{"", false}, {"坏了", true}, {"，差", false}}},
	} {
		if diff := cmp.Diff(tt.want, quote("坏了，差", tt.evidence)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.evidence, diff)
		}
	}
}

// TestWords checks that every key that is asked for has words in both languages,
// and that none is left over.
func TestWords(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("page/*.html")
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`\bt\(?[ (]"([a-z_]+)"`)
	used := map[string]bool{"ccr": true, "quality_return": true, "returns": true} // figures of alerts
	prefixes := map[string]bool{}
	for _, file := range slices.Concat(sources, pages) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(b), -1) {
			if strings.HasSuffix(m[1], "_") {
				prefixes[m[1]] = true
			} else {
				used[m[1]] = true
			}
		}
	}
	for _, name := range breakdownNames {
		used["by_"+name] = true
	}
	for _, q := range []string{"pickup", "transit"} {
		used[q] = true
	}
	for key := range used {
		if w, ok := texts[key]; !ok || w[0] == "" || w[1] == "" {
			t.Errorf("%q has no words", key)
		}
	}
	for key := range texts {
		prefix := key[:strings.Index(key+"_", "_")] + "_"
		if !used[key] && !prefixes[prefix] {
			t.Errorf("nobody asks for %q", key)
		}
	}
}
