package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
)

// readTable reads a CSV file: its header and the rest.
func readTable(t *testing.T, file string) (header []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err = csv.NewReader(f).ReadAll(); err != nil {
		t.Fatal(err)
	}
	return rows[0], rows[1:]
}

// table writes a CSV file.
func table(t *testing.T, header []string, rows [][]string) string {
	t.Helper()
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(append([][]string{header}, rows...)); err != nil {
		t.Fatal(err)
	}
	return write(t, "labels.csv", b.String())
}

// sample draws a sample and returns the table.
func sample(t *testing.T, args ...string) (header []string, rows [][]string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sample.csv")
	if out, errs, status := runReport(t, append(args, "-sample", file)...); status != 0 {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	return readTable(t, file)
}

// truth is what the sample shop's data card says of each feedback: a complaint or
// not.
func truth(t *testing.T) map[ccr.Key]bool {
	t.Helper()
	_, rows := readTable(t, filepath.Join("..", "..", "testdata", "shop", "truth.csv"))
	gold := map[ccr.Key]bool{}
	for _, row := range rows {
		gold[ccr.Key{OrderID: row[0], FeedbackID: row[1]}] = row[3] == "true"
	}
	return gold
}

// decide fills in the rows of the orders that have their place in the draw, from
// 0 on, in want, by the truth.
func decide(gold map[ccr.Key]bool, rows [][]string, want func(place int) bool) {
	place := -1
	for i, row := range rows {
		if i == 0 || rows[i-1][0] != row[0] {
			place++
		}
		if want(place) {
			row[2] = fmt.Sprint(gold[ccr.Key{OrderID: strings.TrimSpace(row[0]), FeedbackID: strings.TrimSpace(row[1])}])
		}
	}
}

func first(n int) func(int) bool { return func(place int) bool { return place < n } }

// TestAudit draws orders of the sample shop, decides them by the truth, and reads
// the decisions back: the corrected interval holds the true rate, 200 of 3,468 by
// the data card, where the classifier counts some 220; half of the sample will do. 723
// orders have effective feedback.
func TestAudit(t *testing.T) {
	const real = 200.0 / 3468
	gold := truth(t)
	plain := reportJSON(t, "-screens=false")
	for _, seed := range []string{"1", "2", "3", "4"} {
		args := []string{"-screens=false", "-seed", seed}
		header, rows := sample(t, args...)
		var width [2]float64
		for i, n := range []int{150, 300} {
			decide(gold, rows, first(n))
			r := reportJSON(t, append(args, "-audit", table(t, header, rows))...)
			c := r.Corrected
			if c.Labels != n || c.Orders != 3468 || c.Pending != 0 || r.ErrorCount != 0 {
				t.Errorf("seed %s: %d labels of %d orders, %d pending, %q; want %d labels", seed, c.Labels, c.Orders, c.Pending, r.Errors, n)
			}
			if c.Rate == nil || !(c.Low < real && real < c.High) || !(c.Low < *c.Rate && *c.Rate < c.High) {
				t.Errorf("seed %s: %v by %d labels, want %.4f inside", seed, c, n, real)
			}
			if c.LabelsToHalve == nil || *c.LabelsToHalve < 100 || *c.LabelsToHalve > 723-n {
				t.Errorf("seed %s: labels to halve: %v", seed, c.LabelsToHalve)
			}
			labels := 0
			for _, row := range c.By {
				labels += row.Labels
			}
			if r.CCR != plain.CCR || r.Other != plain.Other || r.Overrides != 0 || labels != n {
				t.Errorf("seed %s: counted %v, other %v, %d overrides, %d labels of products", seed, r.CCR, r.Other, r.Overrides, labels)
			}
			t.Logf("seed %s, %d labels: %.2f%% (%.2f-%.2f), counted %.2f%%", seed, n, 100**c.Rate, 100*c.Low, 100*c.High, 100*float64(r.CCR.Num)/float64(r.CCR.Den))
			width[i] = c.High - c.Low
		}
		if !(width[1] < width[0]) {
			t.Errorf("seed %s: widths %v", seed, width)
		}
	}
}

// TestAuditAll decides every order: the corrected rate is then the one that is
// counted with the same decisions, which no more labels can make surer.
func TestAuditAll(t *testing.T) {
	header, rows := sample(t, "-sample-size", "10000")
	decide(truth(t), rows, first(len(rows)))
	file := table(t, header, rows)
	r := reportJSON(t, "-audit", file, "-overrides", file)
	c := r.Corrected
	if c.Rate == nil || math.Abs(*c.Rate-r.CCR.Value()) > 1e-12 || c.Orders != r.CCR.Den || c.LabelsToHalve != nil || c.Pending != 0 {
		t.Errorf("corrected %+v, counted %v", c, r.CCR)
	}
	if c.Low != *c.Rate || c.High != *c.Rate {
		t.Errorf("%v, but every order is decided", c)
	}
	if alone := reportJSON(t); alone.CCR.Num == r.CCR.Num || alone.Corrected != nil {
		t.Errorf("without: %v, %v", alone.CCR, alone.Corrected)
	}
	by := map[string]jsonRow{}
	for _, row := range r.By["product"] {
		by[row.Key] = row
	}
	for _, row := range c.By {
		if want := by[row.Key]; row.Rate == nil || math.Abs(*row.Rate-*want.Rate) > 1e-12 || row.Orders != want.Den || row.Name != want.Name {
			t.Errorf("%+v, counted %v", row, want.rate())
		}
	}
	if len(c.By) != 25 {
		t.Errorf("%d products", len(c.By))
	}
}

// TestAuditSkips: what is no longer a random sample is said to be none.
func TestAuditSkips(t *testing.T) {
	gold := truth(t)
	header, rows := sample(t)
	decide(gold, rows, func(place int) bool { return place%2 == 1 && place < 200 })
	file := table(t, header, rows)
	c := reportJSON(t, "-audit", file).Corrected
	if c.Labels != 100 || c.Pending != 100 {
		t.Errorf("%d labels, %d pending, want 100 of both", c.Labels, c.Pending)
	}
	for _, lang := range []string{"zh", "en"} {
		for _, format := range []string{"text", "html"} {
			out, _, _ := runReport(t, "-audit", file, "-lang", lang, "-format", format)
			if warning := fmt.Sprintf(newWords(language.Make(lang)).t("pending"), 100); !strings.Contains(out, warning) {
				t.Errorf("%s %s does not say %q", lang, format, warning)
			}
		}
	}
	if c := reportJSON(t, "-audit", file, "-seed", "2").Corrected; c.Pending < 400 {
		t.Errorf("another seed: %d pending", c.Pending)
	}

	// Drawn again, the sample begins with what is left of it and goes on.
	_, left := sample(t, "-audit", file)
	rest := slices.DeleteFunc(slices.Clone(rows), func(row []string) bool { return row[2] != "" })
	if len(left) < 300 {
		t.Errorf("%d rows of 300 orders", len(left))
	}
	left = left[:len(rest)]
	if diff := cmp.Diff(rest, left); diff != "" {
		t.Errorf("(-left undecided +drawn again):\n%s", diff)
	}
	decide(gold, left, first(100))
	whole := slices.Concat(rows, left)
	if c := reportJSON(t, "-audit", table(t, header, whole)).Corrected; c.Labels != 200 || c.Pending != 0 {
		t.Errorf("%d labels, %d pending after the rest", c.Labels, c.Pending)
	}

	// An order of which one feedback is dismissed and another is not decided.
	half := write(t, "half.csv", "order_id,feedback_id,negative\n")
	for i := 1; i < len(rows); i++ {
		if a, b := rows[i-1], rows[i]; a[0] == b[0] {
			half = write(t, "half.csv", fmt.Sprintf("order_id,feedback_id,negative\n%s,%s,no\n", strings.TrimSpace(a[0]), strings.TrimSpace(a[1])))
			break
		}
	}
	if c := reportJSON(t, "-audit", half).Corrected; c.Labels != 0 || c.Pending == 0 || c.Rate != nil {
		t.Errorf("half an order: %+v", c)
	}
}

// TestAuditErrors names decisions on what is not there, in order of lines.
func TestAuditErrors(t *testing.T) {
	orders, feedback := write(t, "orders.csv", someOrders), write(t, "feedback.csv", someFeedback)
	lost := write(t, "lost.csv", "order_id,feedback_id,negative\no1,f1,no\no1,f1,yes\no9,f9,no\no1,f8,no\n")
	r := reportJSON(t, "-orders", orders, "-feedback", feedback, "-audit", lost)
	want := []string{"lost.csv:3: decided already at lost.csv:2", `lost.csv:4: no feedback "f9" of order "o9"`, `lost.csv:5: no feedback "f8" of order "o1"`}
	got := slices.DeleteFunc(r.Errors, func(e string) bool { return !strings.HasPrefix(e, "lost.csv") })
	if diff := cmp.Diff(want, got); diff != "" || r.Corrected.Labels != 1 {
		t.Errorf("%+v; errors (-want +got):\n%s", r.Corrected, diff)
	}
	for _, args := range [][]string{{"-audit", filepath.Join(t.TempDir(), "none.csv")}, {"-sample", filepath.Join(t.TempDir(), "no", "s.csv")}} {
		if _, errs, status := runReport(t, args...); status != 1 {
			t.Errorf("%q: status %d, %s", args, status, errs)
		}
	}
}

// TestAuditHostile: hostile text comes through the table as it was, is run by no
// spreadsheet, and makes no part of the page's structure.
func TestAuditHostile(t *testing.T) {
	orders, feedback := hostileShop(t)
	shop := []string{"-orders", orders, "-feedback", feedback}
	header, rows := sample(t, shop...)
	if slices.Contains(header, "投诉成立概率") || len(rows) < 300 {
		t.Errorf("%d rows of %q", len(rows), header)
	}
	for _, row := range rows {
		for i, cell := range row {
			if strings.ContainsAny(strings.TrimSpace(cell + " ")[:min(1, len(strings.TrimSpace(cell)))], "=+-@") {
				t.Errorf("column %s is run: %q", header[i], cell)
			}
		}
		row[2] = "否"
	}
	file := table(t, header, rows)
	r := reportJSON(t, append(shop, "-audit", file)...)
	if c := r.Corrected; c.Labels != 300 || c.Pending != 0 || *c.Rate != 0 || c.Low != 0 {
		t.Errorf("%+v; %q", c, r.Errors)
	}

	page := func(args ...string) parsed {
		out, errs, status := runReport(t, append(args, "-format", "html")...)
		if status != 0 {
			t.Fatal(errs)
		}
		return parse(t, out)
	}
	got := page(append(shop, "-audit", file)...)
	header, rows = sample(t)
	decide(truth(t), rows, first(300))
	want := page("-audit", table(t, header, rows))
	for e := range got.elements {
		if !want.elements[e] {
			t.Errorf("element %q comes from data", e)
		}
	}
	if !strings.Contains(got.text, "kettle"+strings.ReplaceAll(hostile, "\x01", "\ufffd")) {
		t.Error("the page does not show the hostile products")
	}
}
