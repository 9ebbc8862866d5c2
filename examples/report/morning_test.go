package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
	"github.com/ccrkit/ccrkit/metrics/alert"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestMorning checks that the facts planted in the sample shop are what the
// report speaks of first; their dates and counts are those of its data card.
func TestMorning(t *testing.T) {
	r := reportJSON(t)
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if got := r.AsOf.String(); got != "2026-07-10" {
		t.Errorf("as of %s, want the day after the last record", got)
	}

	// The bad batch: kettles paid from 2026-05-10 on, quality first.
	kettle := r.Dossiers["product"][0]
	if c := kettle.Changed; kettle.Key != "kettle" || kettle.Problems[0].Aspect != ccr.GoodsQuality || c == nil ||
		c.Low.After(day("2026-05-10")) || c.High.Before(day("2026-05-09")) {
		t.Errorf("worst product %q, first problem %s, changed %v", kettle.Key, kettle.Problems[0].Aspect, c)
	}
	if !slices.ContainsFunc(r.Alerts, func(a openAlert) bool {
		return a.Figure == "ccr" && a.Key == "kettle" && a.Level == alert.Critical && a.Ended == nil
	}) {
		t.Errorf("no critical alert for kettle: %v", r.Alerts)
	}
	if !slices.Contains(r.Matrix.Products, "kettle") || !slices.Contains(r.Matrix.Regions, "四川") {
		t.Errorf("matrix of %q and %q", r.Matrix.Products, r.Matrix.Regions)
	}
	// The slow carrier and region, the rude service group.
	lane, group := r.Dossiers["carrier_region"][0], r.Dossiers["service_group"][0]
	if lane.Key != "云梭速递 · 四川" || lane.Problems[0].Aspect != ccr.LogisticsSpeed {
		t.Errorf("worst lane %q, first problem %s", lane.Key, lane.Problems[0].Aspect)
	}
	if group.Key != "青松组" || !slices.Contains(group.StandOut, ccr.ServiceAttitude) {
		t.Errorf("worst group %q, problems that stand out %v", group.Key, group.StandOut)
	}
	// The attack and the brushing, both whole and nobody else.
	want := &screens{
		Orders:   map[ccr.Reason]int{screen.ReasonBrushing: 48},
		Feedback: map[ccr.Reason]int{screen.ReasonNoPurchase: 24, screen.ReasonCopiedText: 24},
		Groups:   r.Screens.Groups,
	}
	if diff := cmp.Diff(want, r.Screens); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}
	if r.Screens.Groups[0].Records != 48 || r.CCR.Den != 3468-24 || r.ExcludedOrders[ccr.ReasonAbnormalOrder] != 36+24 {
		t.Errorf("%v, group of %d, abnormal orders %d: want the 24 brushing orders left out that nobody had marked",
			r.CCR, r.Screens.Groups[0].Records, r.ExcludedOrders[ccr.ReasonAbnormalOrder])
	}
	if n := r.ExcludedFeedback[ccr.ReasonEdited]; n < 15 {
		t.Errorf("%d edited reviews", n)
	}
	// Five-star complaints: 12 of the 16 are found, among others.
	if r.Hidden.Orders < 12 || r.Hidden.Top[0].Statements[0].Feedback.Rating != 5 {
		t.Errorf("%d hidden complaints", r.Hidden.Orders)
	}
	// The attack is appealed against with the records, which are sure.
	if top := r.Appeals.Top[0]; r.Appeals.Sure < 24-8 || *top.Sure != 1 || len(r.Appeals.Top) != 8 {
		t.Errorf("%d sure appeals, the first with %v", r.Appeals.Sure, *top.Sure)
	}
	if len(r.FollowUp) != 8 || r.Shift == nil || len(r.Consequences) != len(action.DefaultRules().Rules) {
		t.Errorf("%d follow-ups, shift %v, %d consequences", len(r.FollowUp), r.Shift, len(r.Consequences))
	}
}

// TestNowcast checks that young weeks are given with what they will become.
func TestNowcast(t *testing.T) {
	r := reportJSON(t, "-asof", "2026-06-20")
	last := r.Trend[len(r.Trend)-1]
	if last.From.String() != "2026-06-15" || last.Final == nil || last.Final.Completeness > 0.5 || !(last.Final.Rate > last.Observed.Value()) {
		t.Errorf("the last week is %v", last)
	}
	if len(r.Trend) != 17 || young(&r.Trend[0]) != nil {
		t.Errorf("%d weeks", len(r.Trend))
	}
}

// TestConsequences gives the shop's own figures.
func TestConsequences(t *testing.T) {
	r := reportJSON(t, "-peer-mean", "0.03", "-points", "A=6,B=0", "-score", "3", "-deposit", "5000")
	got := map[string]action.Status{}
	for _, c := range r.Consequences {
		got[c.Rule.Name] = c.Status
	}
	want := map[string]action.Status{
		"mixed_shipping": action.StatusReached, "fine": action.StatusNear, "deposit": action.StatusFar, "experience_score": action.StatusReached,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The machine's figure is held against the shop, whichever policy counts.
	strict := reportJSON(t, "-policy", "strict", "-peer-mean", "0.03")
	if diff := cmp.Diff(r.Consequences[0].Figure, strict.Consequences[0].Figure); diff != "" || *r.Consequences[0].Figure != r.Other.Value() {
		t.Errorf("figure %v of %v", *r.Consequences[0].Figure, r.Other)
	}
	own := write(t, "rules.json", `{"name":"own","as_of":"2026-01-01","rules":[{"name":"x","measure":"experience_score","limit":2,"zh":"甲","en":"a","source":"s"}]}`)
	if r := reportJSON(t, "-rules", own); len(r.Consequences) != 1 || r.Consequences[0].Rule.Name != "x" {
		t.Errorf("%v", r.Consequences)
	}
}

// TestAppeals writes the appeals, decides all of them as a reviewer would in the
// table, and reads them back: nothing is left to appeal against.
func TestAppeals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "appeals.csv")
	before := reportJSON(t, "-policy", "strict", "-appeals", file)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	negative := slices.Index(rows[0], "是否负反馈")
	for _, row := range rows[1:] {
		row[negative] = "否"
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	decided := write(t, "decided.csv", b.String())
	after := reportJSON(t, "-policy", "strict", "-overrides", decided)
	if got, want := after.CCR.Num, before.CCR.Num-before.Appeals.Orders; got != want || before.Appeals.Orders < 100 {
		t.Errorf("%d negative orders after %d appeals of %d, want %d; %q", got, before.Appeals.Orders, before.CCR.Num, want, after.Errors)
	}
	if before.Appeals.File != file || after.Appeals.Orders != 0 {
		t.Errorf("written to %q; %d left", before.Appeals.File, after.Appeals.Orders)
	}

	page, list := filepath.Join(t.TempDir(), "a.html"), filepath.Join(t.TempDir(), "a.json")
	reportJSON(t, "-appeals", page)
	reportJSON(t, "-appeals", list)
	if b, err := os.ReadFile(page); err != nil || !bytes.Contains(b, []byte("<mark>")) {
		t.Errorf("page: %v", err)
	}
	var all []action.Finding
	if b, err := os.ReadFile(list); err != nil || json.Unmarshal(b, &all) != nil || len(all) != before.Appeals.Orders {
		t.Errorf("list: %d, %v", len(all), err)
	}
}

// TestAlertState checks that reports from day to day, with the state in a file,
// come to the alerts of one report, and say what is new.
func TestAlertState(t *testing.T) {
	state := filepath.Join(t.TempDir(), "alerts.json")
	first := reportJSON(t, "-asof", "2026-05-20", "-alert-state", state)
	for _, a := range first.Alerts {
		if a.News {
			t.Errorf("%s is new against nothing", a.ID)
		}
	}
	next := reportJSON(t, "-asof", "2026-06-20", "-alert-state", state)
	fresh := reportJSON(t, "-asof", "2026-06-20")
	news := 0
	for i := range next.Alerts {
		if next.Alerts[i].News {
			news++
		}
		next.Alerts[i].News = false
	}
	if diff := cmp.Diff(fresh.Alerts, next.Alerts); diff != "" || news == 0 {
		t.Errorf("%d news; (-at once +day by day):\n%s", news, diff)
	}
	for _, a := range reportJSON(t, "-asof", "2026-06-20", "-alert-state", state).Alerts {
		if a.News {
			t.Errorf("%s is new again", a.ID)
		}
	}
	for _, bad := range []string{"{", `{"ccr":{"version":99}}`, `{"ccr":null}`, "null"} {
		_, errs, status := runReport(t, "-alert-state", write(t, "bad.json", bad))
		if status != 1 || !strings.Contains(errs, "bad.json") {
			t.Errorf("%s: status %d, %q", bad, status, errs)
		}
	}
}

// TestGolden compares the parts that a morning is made of with testdata: text
// whole, JSON without the breakdowns and lists that have their own tests. After a
// deliberate change: go test ./examples/report -run TestGolden -update.
func TestGolden(t *testing.T) {
	args := []string{
		"-classifier", "rules", "-asof", "2026-06-20", "-top", "2", "-lang", "en",
		"-peer-mean", "0.08", "-points", "A=6", "-score", "4.1", "-deposit", "5000",
	}
	header, rows := sample(t, args...)
	decide(truth(t), rows, first(300))
	args = append(args, "-audit", table(t, header, rows))
	text, errs, status := runReport(t, args...)
	if status != 0 {
		t.Fatal(errs)
	}
	lines := strings.SplitAfter(text, "\n")
	golden(t, "sample.txt", strings.Join(lines[:len(lines)-2], "")) // the last one is the time it took

	out, _, _ := runReport(t, append(args, "-format", "json")...)
	var all map[string]any
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"by", "disagreements", "transit_by_carrier_region"} {
		delete(all, name)
	}
	c := all["corrected"].(map[string]any)
	c["by_product"] = c["by_product"].([]any)[:2]
	for _, list := range all["dossiers"].(map[string]any) {
		for _, d := range list.([]any) {
			d := d.(map[string]any)
			d["problems"] = d["problems"].([]any)[:1]
		}
	}
	b, err := json.MarshalIndent(rounded(all), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.json", string(b)+"\n")
}

// rounded rounds numbers to six digits, in which processors agree.
func rounded(v any) any {
	switch v := v.(type) {
	case float64:
		x, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
		return x
	case []any:
		for i := range v {
			v[i] = rounded(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = rounded(v[k])
		}
	}
	return v
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestSmallShop checks that what cannot be said is null or an empty list.
func TestSmallShop(t *testing.T) {
	orders := write(t, "o.csv", "order_id,paid_at\no1,2026-01-01\n")
	feedback := write(t, "f.csv", "feedback_id,order_id,text\n")
	for _, screens := range []string{"-screens=true", "-screens=false"} {
		for _, format := range []string{"text", "html"} {
			if _, errs, status := runReport(t, "-orders", orders, "-feedback", feedback, "-format", format, screens); status != 0 {
				t.Errorf("%s: status %d: %s", format, status, errs)
			}
		}
	}
	out, _, _ := runReport(t, "-orders", orders, "-feedback", feedback, "-screens=false", "-format", "json", "-audit", write(t, "a.csv", "order_id,feedback_id,negative\n"))
	var got map[string]json.RawMessage
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"as_of": `"2026-01-02"`, "alerts": "[]", "shift": "null", "screens": "null", "follow_up": "[]", "errors": "[]", "disagreements": "[]",
		"transit_by_carrier_region": "[]", "paid_to_pickup_hours": "null",
		"corrected": "{\n    \"rate\": 0,\n    \"low\": 0,\n    \"high\": 0,\n    \"labels\": 0,\n    \"orders\": 1,\n    \"pending\": 0,\n    \"labels_to_halve\": null,\n    \"by_product\": []\n  }",
	} {
		if string(got[name]) != want {
			t.Errorf("%s is %s, want %s", name, got[name], want)
		}
	}
	for _, bad := range [][]string{{"-alert-state", t.TempDir()}, {"-appeals", filepath.Join(t.TempDir(), "no", "a.csv")}, {"-orders", os.DevNull, "-feedback", feedback}} {
		if _, errs, status := runReport(t, bad...); status != 1 {
			t.Errorf("%q: status %d, %s", bad, status, errs)
		}
	}
	undated := write(t, "u.csv", "order_id,paid_at\no1,\n")
	if r := reportJSON(t, "-orders", undated, "-feedback", feedback); r.AsOf != nil || r.Nowcast != nil || r.Alerts == nil {
		t.Errorf("no time is known, but as of %v", r.AsOf)
	}
}

func TestCeiling(t *testing.T) {
	for x, want := range map[float64]float64{0: 0.01, math.NaN(): 0.01, 0.011: 0.015, 0.2: 0.2, 0.31: 0.4, 0.85: 1, 1: 1} {
		if got := ceiling(x); math.Abs(got-want) > 1e-12 {
			t.Errorf("ceiling(%v) is %v, want %v", x, got, want)
		}
	}
}
