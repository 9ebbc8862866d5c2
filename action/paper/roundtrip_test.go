package paper_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/action/paper"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/hybrid"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/language"
)

// sampleShop judges the sample shop under ccr.Fair.
func sampleShop(t *testing.T) []ccr.Verdict {
	t.Helper()
	open := func(name string) *os.File {
		f, err := os.Open(filepath.Join("../../testdata/shop", name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	cases := dataset.Join(dataset.ReadOrdersCSV(open("orders.csv"), nil), dataset.ReadFeedbackCSV(open("feedback.csv"), nil))
	var vs []ccr.Verdict
	for v, err := range classify.Verdicts(context.Background(), hybrid.New(nil), nil, cases, 0) {
		if err != nil {
			t.Fatal(err)
		}
		vs = append(vs, v)
	}
	return vs
}

// figures judges the shop again with reviewers' decisions.
func figures(t *testing.T, vs []ccr.Verdict, decided map[ccr.Key]ccr.Override) (fair, strict metrics.Rate, appeals []action.Finding) {
	t.Helper()
	p, q := ccr.Fair(), ccr.Strict()
	p.Overrides, q.Overrides = decided, decided
	var ofFair, ofStrict metrics.CCR
	var a action.Appeals
	for i := range vs {
		f, s, err := action.Rejudge(&vs[i], p, q)
		if err != nil {
			t.Fatal(err)
		}
		ofFair.Add(&f)
		ofStrict.Add(&s)
		if err := a.Add(&f, &s); err != nil {
			t.Fatal(err)
		}
	}
	return ofFair.Rate(), ofStrict.Rate(), a.Findings()
}

// A reviewer opens the table of the sample shop in a spreadsheet, decides on
// some rows and saves it as spreadsheets do. The decisions come back, and
// change the figures by what was decided.
func TestRoundTrip(t *testing.T) {
	vs := sampleShop(t)
	fair, strict, appeals := figures(t, vs, nil)

	// Of the orders with one statement by their buyer: three are dismissed, as
	// the machine should have, and two upheld. The rest stays undecided.
	want := map[ccr.Key]ccr.Override{}
	for _, f := range appeals {
		if len(f.Statements) == 1 && *f.Sure < 1 && len(want) < 5 {
			key := ccr.Key{OrderID: f.OrderID, FeedbackID: f.Statements[0].Feedback.ID}
			want[key] = ccr.Override{Negative: len(want) >= 3, Reviewer: "李,雷", Note: "=看过“图”\n不算"}
		}
	}

	for _, lang := range []language.Tag{language.English, language.Chinese} {
		var file bytes.Buffer
		if err := paper.WriteCSV(&file, appeals, &paper.Options{Language: lang}); err != nil {
			t.Fatal(err)
		}
		columns := 1 + strings.Count(strings.SplitN(file.String(), "\n", 2)[0], ",")
		edited := fillIn(t, file.String(), want)
		for name, saved := range map[string]string{
			"as it is":         edited(",", "\n", nil),
			"BOM and CRLF":     "\ufeff" + edited(",", "\r\n", nil),
			"tabs":             edited("\t", "\r\n", nil),
			"columns reversed": edited(",", "\r\n", slices.Reverse[[]string]),
			"GB18030":          gb(t, simplifiedchinese.GB18030, edited(",", "\r\n", nil)),
			"GBK":              gb(t, simplifiedchinese.GBK, edited(",", "\r\n", slices.Reverse[[]string])),
			"empty rows":       edited(",", "\r\n", nil) + strings.Repeat(",", columns-1) + "\r\n\r\n",
		} {
			t.Run(lang.String()+"/"+name, func(t *testing.T) {
				got := map[ccr.Key]ccr.Override{}
				for d, err := range dataset.ReadOverrides(strings.NewReader(saved), nil) {
					if err != nil {
						t.Fatal(err)
					}
					got[d.Key] = d.Override
				}
				for k, o := range got { // line ends inside a cell are the spreadsheet's
					o.Note = strings.ReplaceAll(o.Note, "\r\n", "\n")
					got[k] = o
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("decisions (-want +got):\n%s", diff)
				}
				fairNow, strictNow, left := figures(t, vs, got)
				if want := (metrics.Rate{Num: fair.Num + 2, Den: fair.Den}); fairNow != want {
					t.Errorf("fair CCR %v, was %v, want %v: two were upheld", fairNow, fair, want)
				}
				if want := (metrics.Rate{Num: strict.Num - 3, Den: strict.Den}); strictNow != want {
					t.Errorf("strict CCR %v, was %v, want %v: three were dismissed", strictNow, strict, want)
				}
				if len(left) != len(appeals)-5 {
					t.Errorf("%d appeals are left of %d, want 5 fewer", len(left), len(appeals))
				}
			})
		}
	}
}

// fillIn writes decisions into a table and returns what saves it.
func fillIn(t *testing.T, file string, decided map[ccr.Key]ccr.Override) func(comma, end string, arrange func([]string)) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	todo := maps.Clone(decided)
	for _, row := range rows[1:] {
		key := ccr.Key{OrderID: strings.TrimSpace(row[0]), FeedbackID: strings.TrimSpace(row[1])}
		o, ok := todo[key]
		if !ok {
			continue
		}
		delete(todo, key)
		row[2], row[3], row[4] = "否", o.Reviewer, "'"+o.Note
		if o.Negative {
			row[2] = "Yes"
		}
	}
	if len(todo) > 0 {
		t.Fatalf("not in the table: %v", todo)
	}
	return func(comma, end string, arrange func([]string)) string {
		var b strings.Builder
		for _, row := range rows {
			row = slices.Clone(row)
			if arrange != nil {
				arrange(row)
			}
			for i, cell := range row {
				if i > 0 {
					b.WriteString(comma)
				}
				if strings.ContainsAny(cell, "\",\n\t") {
					cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				b.WriteString(cell)
			}
			b.WriteString(end)
		}
		return b.String()
	}
}

// gb encodes s as a spreadsheet does, with question marks for what the
// encoding lacks.
func gb(t *testing.T, e encoding.Encoding, s string) string {
	t.Helper()
	b, err := encoding.ReplaceUnsupported(e.NewEncoder()).String(strings.TrimPrefix(s, "\ufeff"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Ids that a spreadsheet would run, or take for numbers and dates, come back
// as they were.
func TestIDsRoundTrip(t *testing.T) {
	for _, id := range []string{"007", "123456789012345678", "1E5", "3-4", "MAR1", "=1+1", "+86", "-5", "@x", "'quoted", "''", "＝1", "a,b", `a"b`, "单号"} {
		f := action.Finding{OrderID: id, Statements: []action.Statement{{Feedback: ccr.Feedback{ID: id, Text: "x"}}}}
		var file bytes.Buffer
		if err := paper.WriteCSV(&file, []action.Finding{f}, nil); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rows[1][2] = "yes"
		var b strings.Builder
		if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		for d, err := range dataset.ReadOverrides(strings.NewReader(b.String()), nil) {
			if want := (ccr.Key{OrderID: id, FeedbackID: id}); err != nil || d.Key != want {
				t.Errorf("%q came back as %q, %v", id, d.Key, err)
			}
		}
	}
}

var day = time.Date(2026, 5, 1, 9, 30, 0, 0, time.FixedZone("CST", 8*60*60))
