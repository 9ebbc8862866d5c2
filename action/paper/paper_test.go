package paper_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/action/paper"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
)

var update = flag.Bool("update", false, "write the golden files")

func float(x float64) *float64 { return &x }

var zh = &paper.Options{Language: language.MustParse("zh-Hant-TW")}

// samples are findings of every kind, with texts by someone who means harm.
func samples() (appeals, hidden []action.Finding) {
	order := &ccr.Order{ID: "26030300056", Product: `黑色衬衫 "经典款"`}
	return []action.Finding{
			{OrderID: order.ID, Order: order, Sure: float(0.97), Statements: []action.Statement{{
				Feedback: ccr.Feedback{ID: "F1", OrderID: order.ID, Channel: ccr.ChannelReview, Rating: 4, Text: "挺好的，就是有点黑</blockquote><script>alert(1)</script>", CreatedAt: day},
				Ground:   ccr.GroundAdvertised, Counted: ccr.ReasonNegativeOpinion, Aspects: []ccr.Aspect{ccr.GoodsAppearance, ccr.GoodsDescription},
				Evidence: []ccr.Evidence{{Start: 18, End: 27}}, Rules: []string{"degree", "opinion-word"}, Complaint: float(0.03), Sure: float(0.97),
			}}},
			{OrderID: "=cmd|' /C calc'!A0", Statements: []action.Statement{
				{
					Feedback: ccr.Feedback{ID: "007", Text: "=HYPERLINK(\"http://x/\",\"退款\")", Product: "<img src=x onerror=alert(1)>", Abnormal: "screen:copied_text"},
					Ground:   "screen:copied_text", Counted: ccr.ReasonComplaint, Complaint: float(0.99996),
				},
				{
					Feedback: ccr.Feedback{ID: "008", Channel: ccr.ChannelAfterSale, Text: "第一行\n\u202e第二行", Reason: "质量问题"},
					Ground:   "not_the_buyer", Counted: ccr.ReasonAfterSale, Complaint: float(0), Sure: float(1), Evidence: []ccr.Evidence{{Start: 3, End: 99}},
				},
			}},
		}, []action.Finding{{OrderID: "", Statements: []action.Statement{{
			Feedback: ccr.Feedback{Text: "", Rating: 5}, Ground: "my.own", Counted: ccr.ReasonReviewer, Sure: float(0.0001),
		}}}}
}

func consequences() []action.Consequence {
	return action.DefaultRules().Consequences(action.Figures{
		CCR: metrics.Rate{Num: 20, Den: 1000}, PeerMean: float(0.02), Points: map[string]float64{"A": 6, "B": 12}, Score: float(3.3),
	})
}

func TestGolden(t *testing.T) {
	appeals, hidden := samples()
	page := &paper.Page{Appeals: appeals, Hidden: hidden, Consequences: consequences()}
	for _, tt := range []struct {
		file  string
		write func(*bytes.Buffer) error
	}{
		{"zh.csv", func(b *bytes.Buffer) error { return paper.WriteCSV(b, appeals, zh) }},
		{"en.csv", func(b *bytes.Buffer) error { return paper.WriteCSV(b, appeals, nil) }},
		{"blind.csv", func(b *bytes.Buffer) error {
			return paper.WriteCSV(b, appeals, &paper.Options{Language: zh.Language, Blind: true})
		}},
		{"zh.html", func(b *bytes.Buffer) error { return paper.WriteHTML(b, page, zh) }},
		{"en.html", func(b *bytes.Buffer) error { return paper.WriteHTML(b, page, nil) }},
	} {
		t.Run(tt.file, func(t *testing.T) {
			var b bytes.Buffer
			if err := tt.write(&b); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", tt.file)
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("after a deliberate change run with -update (-want +got):\n%s", diff)
			}
		})
	}
}

// What people wrote is on the page as text and nowhere as markup: no text makes
// more of it than an "x" does.
func TestHostileText(t *testing.T) {
	markup := func(text string) int {
		s := action.Statement{
			Feedback: ccr.Feedback{ID: text, Text: text, Product: text, Reason: text}, Ground: ccr.Ground(text), Counted: ccr.Reason(text),
			Aspects: []ccr.Aspect{ccr.Aspect(text)}, Rules: []string{text}, Evidence: []ccr.Evidence{{Start: 0, End: len(text)}},
		}
		set := action.RuleSet{Rules: []action.Rule{{English: text, Source: text}}}
		var b bytes.Buffer
		if err := paper.WriteHTML(&b, &paper.Page{
			Title: text, Appeals: []action.Finding{{OrderID: text, Statements: []action.Statement{s}}}, Consequences: set.Consequences(action.Figures{}),
		}, nil); err != nil {
			t.Fatal(err)
		}
		return strings.Count(b.String(), "<")
	}
	for _, text := range []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</title><script>", "{{.}}", "<!--", "\x00<b>", "&lt;b&gt;",
	} {
		if got, want := markup(text), markup("x"); got != want {
			t.Errorf("%q makes %d pieces of markup, want %d", text, got, want)
		}
	}
}

// The guard of cells is undone by taking one apostrophe away, and leaves no
// cell that a spreadsheet runs.
func FuzzWriteCSV(f *testing.F) {
	for _, s := range []string{"好", "=1+1", "'", "''x", "\t=1", " @x", "\r\n-", "＝x", "a\"b,c\n", "", "\u3000+1", "\ufeff=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		fs := []action.Finding{{Statements: []action.Statement{{Feedback: ccr.Feedback{Text: s}, Evidence: []ccr.Evidence{{End: len(s)}}}}}}
		if err := paper.WriteCSV(&b, fs, nil); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var cell string
		for i, name := range rows[0] {
			for _, row := range rows[1:] {
				if strings.HasPrefix(row[i], "\t") || strings.HasPrefix(row[i], "\n") {
					t.Errorf("column %s begins with a control: %q", name, row[i])
				}
				if strings.ContainsAny(strings.TrimSpace(row[i])[:min(1, len(strings.TrimSpace(row[i])))], "=+-@") {
					t.Errorf("column %s is run: %q", name, row[i])
				}
			}
			if name == "text" {
				cell = rows[1][i]
			}
		}
		// The reader of the standard library turns \r\n into \n.
		if got, want := strings.TrimPrefix(cell, "'"), strings.ReplaceAll(s, "\r\n", "\n"); got != want {
			t.Errorf("%q is written as %q and read as %q", s, cell, got)
		}
	})
}

func TestSentence(t *testing.T) {
	cs := consequences()
	for i, want := range []string{
		"混发（一品多仓）权限被关闭，须重新申请：接近。CCR 2.0%，上限 2.6%（主营类目均值的 1.3 倍）。误差区间跨过上限，尚不能断定。现有订单中再有 7 单成为负反馈即超过。来源：某 TikTok Shop 服务商",
		"罚款 2,000 元：接近。A 类 6 分，达到 12 分即触发。再有 1 次此类违规即达到。涉及金额至多 2000.00 元。来源：",
		"扣除保证金：已达到。B 类 12 分，达到 12 分即触发。来源：",
		"店铺体验分低于下限：接近。体验分 3.3，下限 3.2。来源：",
	} {
		if got := paper.Sentence(&cs[i], zh); !strings.HasPrefix(got, want) {
			t.Errorf("%s, want %s…", got, want)
		}
	}
	for i, want := range []string{
		"The permission to ship from several warehouses is withdrawn and has to be applied for again: near. CCR 2.0%, limit 2.6% (1.3 times the mean of the main category). The interval reaches across the limit, so this is not certain. 7 more of these orders turning negative would pass it. Source: ",
		"A fine of 2,000 yuan: near. Class A: 6 points, the limit is 12. Such violations until it is reached: 1. At stake: at most 2000.00 yuan. Source: ",
		"The deposit is taken: reached. Class B: 12 points, the limit is 12. Source: ",
		"The experience score is below its floor: near. Score 3.3, the floor is 3.2. Source: ",
	} {
		if got := paper.Sentence(&cs[i], nil); !strings.HasPrefix(got, want) {
			t.Errorf("%s, want %s…", got, want)
		}
	}
	unknown := action.DefaultRules().Consequences(action.Figures{})
	if got := paper.Sentence(&unknown[3], nil); !strings.HasPrefix(got, "The experience score is below its floor: a figure is missing. Source: ") {
		t.Error(got)
	}
	byHand := action.Consequence{Status: action.StatusFar, Rule: action.Rule{Measure: action.MeasureScore}}
	if got := paper.Sentence(&byHand, nil); !strings.Contains(got, "Score –") {
		t.Error(got)
	}
}

// A full disk is reported, wherever it fills.
func TestWriteErrors(t *testing.T) {
	appeals, hidden := samples()
	for i := range appeals {
		appeals[i].Statements[0].Feedback.Text += strings.Repeat("长", 3000) // more than buffers hold
	}
	for _, room := range []int{0, 3, 5000, 12000} {
		if err := paper.WriteCSV(&disk{room}, appeals, nil); !errors.Is(err, errFull) {
			t.Errorf("CSV with room for %d bytes: %v", room, err)
		}
	}
	if err := paper.WriteHTML(&disk{100}, &paper.Page{Appeals: appeals, Hidden: hidden}, nil); !errors.Is(err, errFull) {
		t.Errorf("HTML: %v", err)
	}
}

var errFull = errors.New("disk full")

type disk struct{ room int }

func (d *disk) Write(b []byte) (int, error) {
	if d.room -= len(b); d.room < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// TestMarks: every mark that package ccr/screen makes has a name in both languages.
func TestMarks(t *testing.T) {
	source, err := os.ReadFile("../../ccr/screen/screen.go")
	if err != nil {
		t.Fatal(err)
	}
	reasons := regexp.MustCompile(`ccr\.Reason = "(\w+)"`).FindAllSubmatch(source, -1)
	if len(reasons) < 5 {
		t.Fatalf("reasons found: %q", reasons)
	}
	for _, r := range reasons {
		for _, opts := range []*paper.Options{zh, nil} {
			var b bytes.Buffer
			f := action.Finding{Statements: []action.Statement{{Ground: ccr.Ground(ccr.ScreenPrefix + string(r[1]))}}}
			if err := paper.WriteCSV(&b, []action.Finding{f}, opts); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), ": "+string(r[1])) || strings.Contains(b.String(), "："+string(r[1])) {
				t.Errorf("%s has no name: %s", r[1], &b)
			}
		}
	}
}
