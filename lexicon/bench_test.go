package lexicon_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/lexicon"
	"github.com/go-ego/gse"
)

// texts returns real reviews where a copy of the corpus lies beside the
// project, and otherwise sentences made from the lexicon's own words.
func texts(tb testing.TB) (all []string, size int64) {
	f, err := os.Open("../../shared/data/reviews/shopping.dev.jsonl")
	if err != nil {
		var b strings.Builder
		for e := range lexicon.Default().All() {
			if b.WriteString(e.Word); b.Len() > 150 {
				all = append(all, b.String())
				size += int64(b.Len())
				b.Reset()
			}
		}
		return all, size
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var r struct{ Text string }
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			tb.Fatal(err)
		}
		all = append(all, r.Text)
		size += int64(len(r.Text))
	}
	return all, size
}

func BenchmarkTokens(b *testing.B) {
	all, size := texts(b)
	l := lexicon.Default()
	var toks []lexicon.Token
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range all {
			toks = l.Tokens(toks[:0], t)
		}
	}
}

// BenchmarkGSE segments the same texts with the peer, its dictionary made of
// 5,000 of our words.
func BenchmarkGSE(b *testing.B) {
	all, size := texts(b)
	seg := peer(b, 5000)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range all {
			seg.Segment([]byte(t))
		}
	}
}

// peer returns a gse segmenter that knows n words of the default lexicon.
func peer(tb testing.TB, n int) *gse.Segmenter {
	var dict strings.Builder
	for e := range lexicon.Default().All() {
		if n == 0 {
			break
		}
		if strings.ContainsAny(e.Word, " \t\n,") {
			continue
		}
		dict.WriteString(e.Word + " 100 n\n")
		n--
	}
	seg := &gse.Segmenter{NotLoadHMM: true, SkipLog: true}
	if err := seg.LoadDictStr(dict.String()); err != nil {
		tb.Fatal(err)
	}
	return seg
}

func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	for e := range lexicon.Default().All() {
		if !strings.ContainsAny(e.Word, " \t\n|#\\!") {
			text.WriteString(e.Word + " neutral\n")
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lexicon.Parse(strings.NewReader(text.String()), "bench"); err != nil {
			b.Fatal(err)
		}
	}
}
