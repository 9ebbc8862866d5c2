package lexicon

import (
	"io/fs"
	"testing"
)

// BenchmarkLoad measures what the first call of Default does.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if l := loadEmbedded(); l.Len() == 0 {
			b.Fatal("empty")
		}
	}
	names, _ := fs.Glob(embedded, "zh/*.txt")
	b.ReportMetric(float64(len(names)), "files")
}

// TestFiles parses each embedded file by itself, so that a bad line is named
// with its file.
func TestFiles(t *testing.T) {
	names, err := fs.Glob(embedded, "zh/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(embedded, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parse(nil, string(text), name); err != nil {
			t.Error(err)
		}
		if len(text) == 0 || text[len(text)-1] != '\n' {
			t.Errorf("%s does not end with a line break: the files are read as one", name)
		}
	}
}
