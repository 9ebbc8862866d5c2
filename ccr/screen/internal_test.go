package screen

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The values are of scipy 1.10.1: binom.sf(k-1, n, p), and for rho > 0
// betabinom.sf(k-1, n, p*(1/rho-1), (1-p)*(1/rho-1)).
func TestTail(t *testing.T) {
	for _, tt := range []struct {
		n, k         int
		p, rho, want float64
	}{
		{10, 3, 0.01, 0, 0.0001138491179},
		{10, 3, 0.1, 0, 0.0701908264},
		{10, 3, 0.01, 0.05, 0.003648667558},
		{10, 3, 0.1, 0.1, 0.1268292637},
		{20, 10, 0.01, 0, 1.686360547e-15},
		{20, 10, 0.01, 0.1, 0.0002976780054},
		{20, 10, 0.3, 0.05, 0.1195413929},
		{1000, 20, 0.01, 0, 0.003288359788},
		{1000, 20, 0.01, 0.05, 0.1521565906},
		{8, 8, 0.1, 0.01, 7.581598793e-08},
		{8, 8, 0.3, 0.1, 0.002245409968},
		// By definition, where there is nothing to sum or no excess.
		{8, 9, 0.3, 0, 0},
		{8, 1, 0, 0, 0},
		{8, 0, 0, 0, 1},
		{8, 8, 1, 0.1, 1},
		{1_000_000, 10, 0.5, 0, 1},
	} {
		if got := tail(tt.n, tt.k, tt.p, tt.rho); math.Abs(got-tt.want) > 1e-6*tt.want {
			t.Errorf("tail(%d, %d, %v, %v) = %v, want %v", tt.n, tt.k, tt.p, tt.rho, got, tt.want)
		}
	}
}

func TestLetters(t *testing.T) {
	for text, want := range map[string]string{
		"":          "",
		"　\t!？😡":    "",
		"质量太差了，别买！": "质量太差了别买",
		"质😡量\u200b太*差 了\ufe0f别 买":  "质量太差了别买",
		"质量太差差差差了A7别买x":            "质量太差了别买", // a run once, strange letters out
		"00000买":                   "买",       // runs are one letter before scripts are counted
		"ｉＰｈｏｎｅ Case 真的 GOOD":      "iphonecase真的god",
		"Very BAD, never buy 100%": "verybadneverbuy10",
		"𠮷野家不好":                    "𠮷野家不好",
		"\xff\xfe坏":                "坏",
	} {
		if got := string(appendLetters(nil, text)); got != want {
			t.Errorf("letters of %q are %q, want %q", text, got, want)
		}
	}
}

func TestJaccard(t *testing.T) {
	pairs := func(s string) []uint32 { return appendPairs(nil, []rune(s)) }
	for _, tt := range []struct {
		a, b string
		want float64
	}{
		{"", "", 0},
		{"好", "好", 0},
		{"水壶漏水了", "水壶漏水了", 1},
		{"水壶漏水了", "水壶漏电了", 1.0 / 3}, // 水壶 壶漏 of those and 漏水 水了 漏电 电了
		{"abcdef", "abcdeg", 0.5},   // abcd bcde of those and cdef cdeg
	} {
		if got := jaccard(pairs(tt.a), pairs(tt.b)); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%q and %q: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}

	// Of long texts it is an estimate with a standard error of some 0.03.
	var a, b []rune
	for i := range rune(3000) {
		a = append(a, 0x4e00+i)
		b = append(b, 0x4e00+i+1000)
	}
	if got := jaccard(appendPairs(nil, a), appendPairs(nil, b)); math.Abs(got-0.5) > 0.1 {
		t.Errorf("2000 of 4000 pairs in common, estimated as %v", got)
	}
}

func TestDefaultTexts(t *testing.T) {
	for text, want := range map[string]bool{
		"":           true,
		"。。。":        true,
		"此用户没有填写评价。": true,
		"该用户未填写评价内容": true,
		"系统默认好评!":    true,
		"评价方未及时做出评价,系统默认好评!": true,
		"买家没有写评价，系统自动好评":     true,
		"好评": false, // too short to be a copy, but somebody's
		"默认好评都是假的，千万别买":        false, // something hides behind it
		"用了两天就漏水，客服没有填写单号就发走了": false,
	} {
		if got := isDefault(appendLetters(nil, text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestIDs(t *testing.T) {
	var table ids
	words := []string{"", "a", "订单", "\xff\x00", strings.Repeat("x", 1<<17), "b"}
	var refs []idRef
	for _, w := range words {
		refs = append(refs, table.put(w))
	}
	for i, w := range words {
		if got := table.get(refs[i]); got != w {
			t.Errorf("%.9q came back as %.9q", w, got)
		}
	}
}

func TestSpan(t *testing.T) {
	for seconds, want := range map[int64][2]string{
		0:          {"1分钟", "1 min"},
		61:         {"2分钟", "2 min"},
		3600:       {"1小时", "1 h"},
		day + 3660: {"1天1小时1分钟", "1 d 1 h 1 min"},
	} {
		got := [2]string{(&view{}).span(seconds), (&view{Options: Options{English: true}}).span(seconds)}
		if got != want {
			t.Errorf("%d: %q", seconds, got)
		}
	}
}

func TestPick(t *testing.T) {
	got := pick([]window{{0, 9, 1e-3, 0}, {2, 4, 1e-9, 0}, {3, 4, 1e-5, 0}, {1, 3, 1e-4, 0}, {6, 7, 1e-5, 0}}, 10)
	want := []window{{2, 4, 1e-9, 0}, {6, 7, 1e-5, 0}, {1, 3, 1e-4, 0}, {0, 9, 1e-3, 0}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(window{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzText: whatever is written, the letters are letters and the pairs are few,
// sorted and different; a text is its own copy, also with signs in between.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "质量太差了，别买！", "never buy", "ＡＢＣ１２３好", "\xff\xfe", "😡\u200b", strings.Repeat("好坏", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		letters := appendLetters(nil, text)
		if again := appendLetters(nil, string(letters)); !slices.Equal(again, letters) {
			t.Fatalf("letters %q of letters %q", string(again), string(letters))
		}
		signed := appendLetters(nil, strings.Join(strings.Split(text, ""), "~"))
		if !slices.Equal(signed, letters) {
			t.Fatalf("with signs %q, without %q", string(signed), string(letters))
		}
		pairs := appendPairs(nil, letters)
		if len(pairs) > maxPairs || !slices.IsSorted(pairs) || len(slices.Compact(slices.Clone(pairs))) != len(pairs) {
			t.Fatalf("%d pairs: %v", len(pairs), pairs)
		}
		if len(pairs) > 0 && jaccard(pairs, pairs) != 1 {
			t.Fatal("a text is not like itself")
		}
	})
}
