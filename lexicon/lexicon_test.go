package lexicon_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/lexicon"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/width"
)

// TestDefault checks the embedded lexicon: its size, its aspects, and that no
// word says two things that exclude each other.
func TestDefault(t *testing.T) {
	l := lexicon.Default()
	if l.Len() < 3000 {
		t.Errorf("%d entries, want at least 3000", l.Len())
	}
	type sense struct {
		word   string
		class  lexicon.Class
		aspect ccr.Aspect
	}
	seen := map[sense]bool{}
	signs := map[string]ccr.Polarity{}
	perClass := map[lexicon.Class]int{}
	for e := range l.All() {
		perClass[e.Class]++
		k := sense{e.Word, e.Class, e.Aspect}
		if seen[k] {
			t.Errorf("%v %s of %q stands twice", e.Class, e.Aspect, e.Word)
		}
		seen[k] = true
		if e.Class != lexicon.Attribute && e.Aspect != "" && !e.Aspect.Known() {
			t.Errorf("%q: unknown aspect %s", e.Word, e.Aspect)
		}
		switch e.Class {
		case lexicon.Opinion, lexicon.Merit, lexicon.Defect:
			if p := signs[e.Word]; p != ccr.Unknown && p != e.Polarity {
				t.Errorf("%q is good and bad", e.Word)
			}
			signs[e.Word] = e.Polarity
		}
	}
	for c := lexicon.Opinion; c <= lexicon.Filled; c++ {
		if perClass[c] == 0 {
			t.Errorf("no entry of class %v", c)
		}
	}
	t.Logf("%d entries of %d words: %v", l.Len(), l.Words(), perClass)
}

const small = "\ufeff# a comment\n" +
	"开线|脱线  defect goods.quality - 3 # serious\n" +
	"好\topinion\t*\t+\n" +
	"新鲜 merit goods.freshness\n" +
	"黑色|纯黑 attribute dark\n" +
	"不 negator\n" +
	"Wi-Fi target goods.quality\n" +
	"臺 target goods.quality\n" +
	`a\sb|\n|\p|\h|\\ neutral` + "\n"

func TestParse(t *testing.T) {
	l, err := lexicon.Parse(strings.NewReader(small), "small")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e := range l.All() {
		got = append(got, fmt.Sprintf("%q %v %s %v %d", e.Word, e.Class, e.Aspect, e.Polarity, e.Intensity))
	}
	want := []string{
		`"开线" defect goods.quality negative 3`,
		`"脱线" defect goods.quality negative 3`,
		`"好" opinion  positive 2`,
		`"新鲜" merit goods.freshness positive 2`,
		`"黑色" attribute dark unknown 2`,
		`"纯黑" attribute dark unknown 2`,
		`"不" negator  unknown 2`,
		`"Wi-Fi" target goods.quality unknown 2`,
		`"臺" target goods.quality unknown 2`,
		`"a b" neutral  unknown 2`, `"\n" neutral  unknown 2`, `"|" neutral  unknown 2`, `"#" neutral  unknown 2`, `"\\" neutral  unknown 2`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if l.Len() != 14 || l.Words() != 14 {
		t.Errorf("Len %d, Words %d", l.Len(), l.Words())
	}
	for _, w := range []string{"开线", "WI-FI", "ｗｉ－ｆｉ", "台", "纯黑"} {
		if len(l.Lookup(w)) != 1 {
			t.Errorf("Lookup(%q) finds nothing", w)
		}
	}
	for _, w := range []string{"", "开", "开线了", "没有的词", "😀"} {
		if s := l.Lookup(w); s != nil {
			t.Errorf("Lookup(%q) = %v", w, s)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ line, field, want string }{
		{"好", "class", `unknown class "*"`},
		{"好 good", "class", `unknown class "good"`},
		{"好 opinion * 0", "polarity", `"0" is none of + - *`},
		{"好 opinion", "polarity", "class opinion needs + or -"},
		{"好 opinion * + 4", "intensity", `"4" is none of 1 2 3 *`},
		{"好 opinion quality + 2", "aspect", `"quality" is not dimension.aspect`},
		{"质量 target", "aspect", "class target needs one"},
		{"黑 attribute", "aspect", "class attribute needs one"},
		{"好 opinion * + 2 x", "", `more than 5 fields, the last "x"`},
		{"好||很好 opinion * +", "words", "empty word"},
		{"好\x00 opinion * +", "words", "NUL in a word"},
		{strings.Repeat("好", 33) + " opinion * +", "words", "longer than 32 characters"},
		{"!好 opinion", "class", "a removal has words only"},
		{"!||坏", "words", "empty word"},
		{"!蓝|坏", "words", `"坏" is not there to be removed`},
		{"!蓝|蓝", "words", `"蓝" is not there to be removed`},
		{"!好", "words", `"好" is not there to be removed`},
		{`好\n吃 neutral`, "words", "has a line break between other characters"},
		{"好\xff opinion * +", "", "not valid UTF-8"},
	} {
		_, err := lexicon.Parse(strings.NewReader("蓝 neutral # first\n"+tt.line+"\n差 opinion * -\n"), "x.txt")
		var pe *lexicon.ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%q: error %v, want a ParseError", tt.line, err)
			continue
		}
		if pe.Name != "x.txt" || pe.Line != 2 || pe.Field != tt.field || !strings.Contains(pe.Error(), tt.want) {
			t.Errorf("%q: %v (field %q), want %q at x.txt:2, field %q", tt.line, pe, pe.Field, tt.want, tt.field)
		}
	}
	if _, err := lexicon.Parse(strings.NewReader("好\xff opinion * +"), ""); !errors.Is(err, ccr.ErrText) {
		t.Errorf("error %v, want one matching ErrText", err)
	}
	broken := errors.New("broken")
	if _, err := lexicon.Parse(iotest.ErrReader(broken), "x"); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the reader", err)
	}
	_, err := lexicon.Parse(strings.NewReader(strings.Repeat("好\n", 1000)), "x")
	if n := strings.Count(err.Error(), "\n") + 1; n != 20 {
		t.Errorf("%d errors are reported, want the first 20", n)
	}
}

func TestExtend(t *testing.T) {
	l, err := lexicon.Parse(strings.NewReader(small), "small")
	if err != nil {
		t.Fatal(err)
	}
	m, err := l.Extend(strings.NewReader("!好|WI-FI\n好 neutral\n"), "more")
	if err != nil {
		t.Fatal(err)
	}
	if s := m.Lookup("好"); len(s) != 1 || s[0].Class != lexicon.Neutral {
		t.Errorf("好 is %v after its replacement", s)
	}
	if m.Lookup("wi-fi") != nil {
		t.Error("wi-fi is still there")
	}
	if s := l.Lookup("好"); len(s) != 1 || s[0].Class != lexicon.Opinion {
		t.Errorf("the extended lexicon has changed: %v", s)
	}
	if _, err := l.Extend(strings.NewReader("好"), "more"); err == nil {
		t.Error("no error for a bad line")
	}
}

func words(l *lexicon.Lexicon, text string) []string {
	var ws []string
	for _, t := range l.Tokens(nil, text) {
		ws = append(ws, text[t.Start:t.End])
	}
	return ws
}

func TestTokens(t *testing.T) {
	l, err := lexicon.Parse(strings.NewReader(
		"不|不锈钢|钢|好看|不好|看|垃圾好 neutral\n垃圾|骗子 opinion * - 3\n好评 merit overall\n👍 merit overall\n台 target goods.quality\nabc neutral\n"), "t")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"没有", nil},
		{"不锈钢不好看", []string{"不锈钢", "不", "好看"}}, // 1+4 equals 4+1: what modifies stands first
		{"垃.圾", []string{"垃.圾"}},
		{"垃*圾，骗-子", []string{"垃*圾", "骗-子"}},
		{"垃 圾", []string{"垃 圾"}},
		{"垃。圾", []string{"垃。圾"}},
		{"垃..圾", nil}, // one sign only
		{"好 评", nil},  // a space hides no praise
		{"好.评", []string{"好.评"}},
		{"垃圾.", []string{"垃圾"}},
		{"臺 ＡＢＣ aBc", []string{"臺", "ＡＢＣ", "aBc"}},
		{"x👍👍", []string{"👍", "👍"}},
		{"\xff不\xe4\xb8好看", []string{"不", "好看"}},
		{"\xe4", nil},
	} {
		if diff := cmp.Diff(tt.want, words(l, tt.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
	var zero lexicon.Lexicon
	if zero.Tokens(nil, "好") != nil || zero.Words() != 0 || zero.Lookup("好") != nil {
		t.Error("the zero Lexicon is not empty")
	}
}

// TestDefinition holds Tokens against its definition, word by word and place by
// place, for lexicons whose words overlap and texts with gaps.
func TestDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string, n int) (s string) {
		for range n {
			s += from[rng.IntN(len(from))]
		}
		return s
	}
	for range 100 {
		var b strings.Builder
		for range 1 + rng.IntN(12) {
			b.WriteString(pick([]string{"不", "锈", "钢", "好"}, 1+rng.IntN(4)) + pick([]string{" neutral\n", " defect goods.quality - 3\n"}, 1))
		}
		l, err := lexicon.Parse(strings.NewReader(b.String()), "t")
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			text := pick([]string{"不", "锈", "钢", "好", "不锈钢", "呀", ".", "。", " "}, rng.IntN(16))
			if diff := cmp.Diff(defined(l, text), words(l, text)); diff != "" {
				t.Fatalf("%q with\n%s(-want +got):\n%s", text, b.String(), diff)
			}
		}
	}
}

// defined returns what Tokens is to find.
func defined(l *lexicon.Lexicon, text string) (found []string) {
	type choice struct {
		sum, end int
		word     bool
	}
	runes := []rune(text)
	best := make([]choice, len(runes)+1)
	for i := len(runes) - 1; i >= 0; i-- {
		best[i] = choice{best[i+1].sum, i + 1, false}
		for n := 1; n <= 4; n++ { // the shorter words first
			for e := range l.All() {
				w := []rune(e.Word)
				if end := match(w, runes[i:], e.Class == lexicon.Defect); len(w) == n && end > 0 && n*n+best[i+end].sum > best[i].sum {
					best[i] = choice{n*n + best[i+end].sum, i + end, true}
				}
			}
		}
	}
	for i := 0; i < len(runes); i = best[i].end {
		if best[i].word {
			found = append(found, string(runes[i:best[i].end]))
		}
	}
	return found
}

// match returns how many runes of text the word takes, 0 when it is not there.
func match(word, text []rune, blame bool) int {
	i := 0
	for k, r := range word {
		if k > 0 && i < len(text) && (text[i] == '.' || blame && (text[i] == '。' || text[i] == ' ')) {
			i++
		}
		if i == len(text) || text[i] != r {
			return 0
		}
		i++
	}
	return i
}

// TestCrowded finds the words of a lexicon whose second characters, numbered by
// the squares, can hardly share the trie's table, which must grow.
func TestCrowded(t *testing.T) {
	const firsts, span = 200, 1 << 10
	var b strings.Builder
	for c := range span { // gives the characters their numbers
		fmt.Fprintf(&b, "%c neutral\n", '가'+c)
	}
	var all []string
	for f := range firsts {
		for c := 0; c*c < span; c++ {
			all = append(all, string([]rune{rune('가' + f), rune('가' + c*c)}))
		}
	}
	b.WriteString(strings.Join(all, "|") + " neutral\n")
	l, err := lexicon.Parse(strings.NewReader(b.String()), "t")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		if diff := cmp.Diff([]string{w}, words(l, w)); diff != "" || len(l.Lookup(w)) != 1 {
			t.Fatalf("%q is not found: %s", w, diff)
		}
	}
}

func TestTooLarge(t *testing.T) {
	var b strings.Builder
	for c := range 1 << 14 {
		fmt.Fprintf(&b, "%c neutral\n", '一'+c)
	}
	l, err := lexicon.Parse(strings.NewReader(b.String()), "t") // some are forms of others
	if err != nil || l.Len() != 1<<14 {
		t.Fatal(err)
	}
	for c := range 1 << 11 {
		fmt.Fprintf(&b, "%c neutral\n", '가'+c)
	}
	if _, err := lexicon.Parse(strings.NewReader(b.String()), "t"); !errors.Is(err, lexicon.ErrTooLarge) {
		t.Errorf("error %v, want one matching ErrTooLarge", err)
	}
}

// TestInvalid finds no word in what only looks like the three bytes of a character:
// those of A in a form that is too long, and half of a surrogate pair.
func TestInvalid(t *testing.T) {
	l, err := lexicon.Parse(strings.NewReader("a neutral\n好 neutral\n"), "t")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"好", "a"}, words(l, "\xe0\x81\x81\xed\xa0\x80好\xe5\xa5\xffa\xe5\xa5")); diff != "" {
		t.Error(diff)
	}
}

// TestHostile refuses a lexicon whose words are made so that their places in the
// trie collide, and would be looked for forever.
func TestHostile(t *testing.T) {
	const firsts, span = 400, 16_000
	var b strings.Builder
	for c := range span { // gives the characters their numbers
		fmt.Fprintf(&b, "%c neutral\n", 0x20000+c)
	}
	for f := range firsts {
		for c := 0; c*c < span; c++ {
			fmt.Fprintf(&b, "%c%c neutral\n", 0x20000+f, 0x20000+c*c)
		}
	}
	if _, err := lexicon.Parse(strings.NewReader(b.String()), "t"); !errors.Is(err, lexicon.ErrTooLarge) {
		t.Errorf("error %v, want one matching ErrTooLarge", err)
	}
}

// TestManyRemovals takes every word back in a line of its own, which must not cost
// a look at all the others.
func TestManyRemovals(t *testing.T) {
	var b strings.Builder
	for _, line := range []string{"%c%c neutral\n", "!%c%c\n"} {
		for i := range 40_000 {
			fmt.Fprintf(&b, line, '가'+i/200, '가'+i%200)
		}
	}
	start := time.Now()
	l, err := lexicon.Parse(strings.NewReader(b.String()), "t")
	if err == nil && l.Len() > 0 {
		err = fmt.Errorf("%d entries are left", l.Len())
	}
	if d := time.Since(start); err != nil || d > 5*time.Second {
		t.Errorf("after %v: %v", d, err)
	}
}

// TestBlocks checks that a word is found wherever the blocks of a long text
// end: at a sign, or at the last rune that fits.
func TestBlocks(t *testing.T) {
	l, err := lexicon.Parse(strings.NewReader("开线 defect goods.quality\n"), "t")
	if err != nil {
		t.Fatal(err)
	}
	for n := 240; n < 300; n++ {
		for _, fill := range []string{"x", "哈", "，", "好，"} {
			text := strings.Repeat(fill, n) + "开线" + strings.Repeat(fill, n)
			if diff := cmp.Diff([]string{"开线"}, words(l, text)); diff != "" {
				t.Fatalf("%d of %q: %s", n, fill, diff)
			}
		}
	}
}

// TestFold holds the folding of width and case against x/text.
func TestFold(t *testing.T) {
	for r := rune(0); r < 0x10000; r++ {
		narrow := []rune(width.Narrow.String(string(r)))
		if len(narrow) != 1 || narrow[0] <= ' ' || narrow[0] > '~' {
			continue
		}
		want := strings.ToLower(string(narrow))
		if strings.ContainsAny(want, `\|#!`) {
			want = map[string]string{`\`: `\\`, "|": `\p`, "#": `\h`, "!": "x!"}[want]
		}
		l, err := lexicon.Parse(strings.NewReader(want+" neutral\n"), "t")
		if err != nil {
			t.Fatal(err)
		}
		text := string(r)
		if strings.HasPrefix(want, "x") && len(want) == 2 {
			text = "x" + text
		}
		if l.Lookup(strings.ToLower(string(narrow))) == nil && len(l.Tokens(nil, text)) != 1 {
			t.Errorf("%q is not read as %q", r, want)
		}
		if len(l.Tokens(nil, text)) != 1 {
			t.Errorf("%q is not found as %q", text, want)
		}
	}
}

// TestBoundaries compares with gse, an independent segmenter: on texts in
// which words do not overlap, both find the same ones.
func TestBoundaries(t *testing.T) {
	l := lexicon.Default()
	seg := peer(t, 1<<30)
	same, n := 0, 0
	for e := range l.All() {
		if e.Class != lexicon.Defect || strings.ContainsAny(e.Word, " \t\n,.") {
			continue
		}
		text := "哈" + e.Word + "呀"
		var want []string
		for _, s := range seg.Segment([]byte(text)) {
			if w := text[s.Start():s.End()]; l.Lookup(w) != nil {
				want = append(want, w)
			}
		}
		n++
		if slices.Equal(want, words(l, text)) {
			same++
		}
	}
	if share := float64(same) / float64(n); share < 0.97 {
		t.Errorf("boundaries agree with gse on %.3f of %d words, want 0.97", share, n)
	}
}

func TestClass(t *testing.T) {
	for c := lexicon.Opinion; c <= lexicon.Filled; c++ {
		b, err := c.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var d lexicon.Class
		if err := d.UnmarshalText([]byte(strings.ToUpper(string(b)))); err != nil || d != c || c.String() != string(b) {
			t.Errorf("%v becomes %v: %v", c, d, err)
		}
	}
	if _, err := lexicon.Class(0).MarshalText(); err == nil || lexicon.Class(200).String() != "Class(200)" {
		t.Error("an undefined class has a name")
	}
	var c lexicon.Class
	if c.UnmarshalText(nil) == nil {
		t.Error("the empty name is a class")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("!好\n好 opinion * + 3\n")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := lexicon.Parse(strings.NewReader(text), "fuzz")
		if err != nil {
			var pe *lexicon.ParseError
			if !errors.As(err, &pe) || pe.Line < 1 {
				t.Errorf("error %v without a place", err)
			}
			return
		}
		for e := range l.All() {
			if !slices.ContainsFunc(l.Lookup(e.Word), func(x lexicon.Entry) bool { return x.Word == e.Word && x.Class == e.Class }) {
				t.Errorf("%q is not found", e.Word)
			}
		}
	})
}

func FuzzTokens(f *testing.F) {
	f.Add("这件衣服质量不错,没有異味，垃.圾 👍")
	l := lexicon.Default()
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, tok := range l.Tokens(nil, text) {
			if tok.Start < last || tok.End <= tok.Start || tok.End > len(text) || len(l.Senses(tok.Word)) == 0 {
				t.Fatalf("token %+v in %q", tok, text)
			}
			last = tok.End
		}
	})
}
