package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
)

// Four texts, by hand: three are right, and two of the surest three; the gaps
// of the bins are 0.1, 0.05, 0.4 and 0.95 (of 4).
func TestResult(t *testing.T) {
	about := func(a ccr.Aspect) []ccr.Opinion { return []ccr.Opinion{{Aspect: a, Polarity: ccr.Negative}} }
	var r result
	for _, x := range []struct{ gold, said float64 }{{1, 0.9}, {0, 0.05}, {1, 0.6}, {0, 0.95}} {
		said := ccr.GoodsTaste
		if x.said == 0.9 {
			said = ccr.GoodsSize
		}
		r.add(&ccr.Assessment{Complaint: x.gold, Polarity: ccr.Negative, Opinions: about(ccr.GoodsTaste)},
			&ccr.Assessment{Complaint: x.said, Polarity: ccr.Negative, Opinions: about(said)})
	}
	tab := &table{}
	r.row(tab, "set", "who")
	if want := "| set | 4 | who | 75.0 (30.1-95.4) | 66.7 | 66.7 / 100.0 / 80.0 | 100.0 | 75.0 | 0.375 |\n"; tab.String() != want {
		t.Errorf("row %q, want %q", tab.String(), want)
	}
}

// The parts of the corpus are read with their group: a writer, or a pair.
func TestReadCorpus(t *testing.T) {
	s := sources{root: filepath.Join("..", "..")}
	items, err := s.readCorpus("test.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	writers := 0
	for i := range items {
		if items[i].Gold == nil || items[i].Real {
			t.Fatalf("%+v", items[i])
		}
		if items[i].writer != "" {
			writers++
			if items[i].Group != items[i].writer {
				t.Errorf("group %q of writer %q", items[i].Group, items[i].writer)
			}
		}
	}
	if writers < 1000 || writers > len(items)-800 {
		t.Errorf("%d of %d have a writer", writers, len(items))
	}
	if _, err := s.readCorpus("none*"); err == nil {
		t.Error("no files are no error")
	}
	bad := t.TempDir()
	if err := os.MkdirAll(filepath.Join(bad, "testdata", "corpus"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bad, "testdata", "corpus", "x.jsonl"), []byte("{\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := (sources{root: bad}).readCorpus("x.jsonl"); err == nil || !strings.Contains(err.Error(), "x.jsonl:1") {
		t.Errorf("a bad line: %v", err)
	}
}
