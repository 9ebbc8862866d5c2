package ccrkit_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/ccrkit/ccrkit"

// rooms says which packages of this module, and which modules of others, the
// code of a package may import. Tests may also import what testsMay lists.
var rooms = map[string][]string{
	".":                     {},
	"ccr":                   {},
	"ccr/dataset":           {"ccr", "golang.org/x/text"},
	"ccr/names":             {"ccr", "ccr/screen", "golang.org/x/text"},
	"ccr/screen":            {"ccr"},
	"lexicon":               {"ccr", "golang.org/x/text"},
	"classify":              {"ccr"},
	"classify/rules":        {"ccr", "classify", "lexicon"},
	"classify/linear":       {"ccr", "lexicon"},
	"classify/hybrid":       {"ccr", "classify/linear", "classify/rules", "lexicon"},
	"examples/fit":          {"ccr", "ccr/dataset", "classify", "classify/hybrid", "classify/linear", "classify/rules", "metrics"},
	"classify/classifytest": {"ccr", "classify"},
	"classify/external":     {"ccr", "classify"},
	"metrics":               {"ccr"},
	"action":                {"ccr", "metrics"},
	"action/paper":          {"action", "ccr", "ccr/names", "golang.org/x/text"},
	"examples/benchmark":    {"ccr", "ccr/dataset", "classify", "classify/eval", "classify/external", "classify/hybrid", "classify/linear", "classify/rules", "metrics"},
	"examples/classify":     {"ccr", "ccr/dataset", "classify", "classify/external", "classify/hybrid", "classify/linear", "classify/rules"},
	"examples/report":       {"action", "action/paper", "ccr", "ccr/dataset", "ccr/names", "ccr/screen", "classify", "classify/external", "classify/hybrid", "classify/linear", "classify/rules", "metrics", "metrics/alert", "golang.org/x/text"},
	"metrics/alert":         {"ccr", "metrics"},
	"examples/train":        {"ccr", "classify/hybrid", "classify/linear", "metrics"},
	"classify/eval":         {"ccr", "classify", "metrics"},
}

var testsMay = map[string][]string{
	"lexicon":               {"github.com/go-ego/gse"},
	"classify":              {"classify/classifytest"},
	"classify/rules":        {"ccr/dataset", "classify/classifytest"},
	"classify/linear":       {"classify", "classify/classifytest"},
	"classify/hybrid":       {"ccr/dataset", "classify", "classify/classifytest", "metrics"},
	"classify/eval":         {"ccr/dataset", "classify/classifytest"},
	"classify/external":     {"classify/classifytest"},
	"examples/benchmark":    {"classify/classifytest"},
	"classify/classifytest": {"ccr/dataset", "classify/eval"},
	"action":                {"ccr/dataset", "classify", "classify/hybrid", "classify/rules"},
	"action/paper":          {"ccr/dataset", "classify", "classify/hybrid", "metrics"},
	"ccr/screen":            {"ccr/dataset"},
	"metrics/alert":         {"ccr/dataset", "classify", "classify/rules"},
}

const comparer = "github.com/google/go-cmp" // any test may use it

// TestImports holds every Go file of the module against the table of rooms.
func TestImports(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() && file != "." && nested(file):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go"):
			return nil
		}
		room := filepath.ToSlash(filepath.Dir(file))
		allowed, ok := rooms[room]
		if !ok {
			t.Errorf("%s: package %s is not in the table of rooms", file, room)
			return nil
		}
		seen[room] = true
		isTest := strings.HasSuffix(file, "_test.go")
		if isTest {
			allowed = slices.Concat(allowed, testsMay[room], []string{comparer, room})
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !strings.Contains(strings.SplitN(p, "/", 2)[0], ".") {
				continue // standard library
			}
			if !slices.ContainsFunc(allowed, func(a string) bool { return matches(a, p) }) {
				t.Errorf("%s imports %s, which %s may not", file, p, room)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range rooms {
		if !seen[room] {
			t.Errorf("the table has room %s, the tree has not", room)
		}
	}
}

// matches reports whether import path p is what the table calls a: a room of
// ours exactly, or any package of another module.
func matches(a, p string) bool {
	if strings.Contains(strings.SplitN(a, "/", 2)[0], ".") && a != "." {
		return p == a || strings.HasPrefix(p, a+"/")
	}
	return p == path.Join(module, a)
}

// TestRequirements holds go.mod against the modules that the project allows
// itself.
func TestRequirements(t *testing.T) {
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var direct []string
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) == 2 && strings.HasPrefix(f[1], "v") {
			direct = append(direct, f[0])
		}
	}
	want := []string{"github.com/go-ego/gse", "github.com/google/go-cmp", "golang.org/x/text"}
	if !slices.Equal(direct, want) {
		t.Errorf("direct requirements %q, want %q", direct, want)
	}
}

// nested reports whether dir has its own go.mod.
func nested(dir string) bool {
	m, err := filepath.Glob(filepath.Join(dir, "go.mod"))
	return err == nil && len(m) > 0
}
