package names

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"

	"github.com/ccrkit/ccrkit/ccr"
)

// constants returns the values of the string constants of package ccr by their
// type, as they stand in its source, and the number of constants of the
// enumerations, which have no values there.
func constants(t *testing.T) (words map[string][]string, enums map[string]int) {
	t.Helper()
	words, enums = map[string][]string{}, map[string]int{}
	var sources []string
	for _, dir := range []string{"..", "../screen"} {
		found, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, found...)
	}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			kind := "" // a spec without a type and a value repeats the one above
			for _, s := range group.Specs {
				spec := s.(*ast.ValueSpec)
				switch typ := spec.Type.(type) {
				case *ast.Ident:
					kind = typ.Name
				case *ast.SelectorExpr: // ccr.Reason, in package screen
					kind = typ.Sel.Name
				}
				if spec.Type == nil && spec.Values != nil {
					kind = ""
				}
				if len(spec.Values) == 1 {
					if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						word, err := strconv.Unquote(lit.Value)
						if err != nil {
							t.Fatal(err)
						}
						words[kind] = append(words[kind], word)
						continue
					}
				}
				enums[kind] += len(spec.Names)
			}
		}
	}
	return words, enums
}

// TestEveryConstantHasANameInBothLanguages fails for a constant of package ccr
// or ccr/screen that was added without names, and for a name whose constant is gone.
func TestEveryConstantHasANameInBothLanguages(t *testing.T) {
	words, enums := constants(t)
	// So that a change in how the source is written cannot empty the test.
	if len(words["Aspect"]) != len(ccr.Aspects()) || enums["Polarity"] != 5 || len(words["Reason"]) < 21 || len(words["Ground"]) < 13 {
		t.Fatalf("constants found: %v, %v", words, enums)
	}
	for lang, n := range map[string]*Names{"Chinese": &chinese, "English": &english} {
		same(t, lang+" aspects", words["Aspect"], n.aspects)
		same(t, lang+" reasons", words["Reason"], n.reasons)
		same(t, lang+" grounds", words["Ground"], n.grounds)

		var dims []string
		for _, a := range ccr.Aspects() {
			dims = append(dims, a.Dimension())
		}
		slices.Sort(dims)
		same(t, lang+" dimensions", slices.Compact(dims), n.dimensions)

		if len(n.channels) != enums["Channel"] {
			t.Errorf("%d constants and %d %s names of channels", enums["Channel"], len(n.channels), lang)
		}
		for c, name := range n.channels {
			if _, err := c.MarshalText(); err != nil || name == "" {
				t.Errorf("%s channel %d: name %q, %v", lang, c, name, err)
			}
		}
		if len(n.polarities) != enums["Polarity"] {
			t.Errorf("%d constants and %d %s names of polarities", enums["Polarity"], len(n.polarities), lang)
		}
		for p, name := range n.polarities {
			if _, err := p.MarshalText(); err != nil || name == "" {
				t.Errorf("%s polarity %d: name %q, %v", lang, p, name, err)
			}
		}
	}
}

func same[K ~string](t *testing.T, what string, words []string, names map[K]string) {
	t.Helper()
	var got []string
	for k, name := range names {
		got = append(got, string(k))
		if strings.TrimSpace(name) == "" || name != strings.TrimSpace(name) {
			t.Errorf("%s: %q has the name %q", what, k, name)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(slices.Sorted(slices.Values(words)), got); diff != "" {
		t.Errorf("%s (-constants +names):\n%s", what, diff)
	}
}

// TestNamesAreTellingApart: two aspects of one name could not be told apart in
// a table, nor a Chinese name in an English one.
func TestNamesAreTellingApart(t *testing.T) {
	for lang, n := range map[string]*Names{"Chinese": &chinese, "English": &english} {
		for what, names := range map[string][]string{
			"aspects":    slices.Collect(maps.Values(n.aspects)),
			"dimensions": slices.Collect(maps.Values(n.dimensions)),
			"channels":   slices.Collect(maps.Values(n.channels)),
			"polarities": slices.Collect(maps.Values(n.polarities)),
			"reasons":    slices.Collect(maps.Values(n.reasons)),
			"grounds":    slices.Collect(maps.Values(n.grounds)),
		} {
			slices.Sort(names)
			if len(slices.Compact(slices.Clone(names))) != len(names) {
				t.Errorf("%s %s: a name twice in %q", lang, what, names)
			}
			for _, name := range names {
				if han := strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }); han != (n == &chinese) {
					t.Errorf("%s %s: %q", lang, what, name)
				}
			}
		}
	}
}

func TestFor(t *testing.T) {
	for _, tt := range []struct {
		preferred string
		want      *Names
	}{
		{"", &english},
		{"en", &english},
		{"en-GB", &english},
		{"zh", &chinese},
		{"zh-CN", &chinese},
		{"zh-Hans-SG", &chinese},
		{"zh-TW", &chinese},
		{"zh-HK", &chinese},
		{"zh-Hant", &chinese},
		{"zh-Hant-MO", &chinese},
		{"fr", &english},
		{"ja", &english},
		{"fr, zh-TW", &chinese},
		{"en, zh", &english},
		{"zh;q=0.3, en;q=0.8", &english},
	} {
		preferred, _, err := language.ParseAcceptLanguage(tt.preferred)
		if err != nil {
			t.Fatal(err)
		}
		if got := For(preferred...); got != tt.want {
			t.Errorf("For(%v) names quality %q", preferred, got.Aspect(ccr.GoodsQuality))
		}
	}
	if For() != &english || For(language.Und) != &english {
		t.Error("no preference is not English")
	}
}

func TestNames(t *testing.T) {
	zh, en, none := For(language.Chinese), For(language.English), new(Names)
	for _, tt := range []struct{ got, want string }{
		{zh.Aspect(ccr.GoodsSize), "尺码大小"},
		{en.Aspect(ccr.GoodsSize), "Size and fit"},
		{zh.Aspect("goods.battery"), "goods.battery"},
		{none.Aspect(ccr.GoodsSize), "goods.size"},
		{zh.Dimension("service"), "商家服务"},
		{en.Dimension(ccr.LogisticsLoss.Dimension()), "Logistics"},
		{en.Dimension("x"), "x"},
		{zh.Channel(ccr.ChannelAfterSale), "售后"},
		{en.Channel(ccr.ChannelUnknown), "Unknown channel"},
		{en.Channel(9), "Channel(9)"},
		{zh.Polarity(ccr.Positive), "正面"},
		{none.Polarity(ccr.Positive), "positive"},
		{en.Polarity(-1), "Polarity(-1)"},
		{zh.Reason(ccr.ReasonUnpaid), "订单未支付"},
		{en.Reason(""), ""},
		{en.Reason("mine"), "mine"},
		{zh.Ground(ccr.GroundResolved), "事后已解决"},
		{en.Ground(""), ""},
		{en.Ground("irony"), "irony"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
