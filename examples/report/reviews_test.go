package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRealReviews makes a shop of real reviews where a copy of them lies beside
// the project: one order per review, its kind of goods the product. It prints
// the CCR by product as the rules read the texts, the stars hidden from them,
// beside the one by stars.
//
//	go test ./examples/report -run TestRealReviews -v
func TestRealReviews(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "reviews", "*.dev.jsonl"))
	if err != nil || len(files) == 0 {
		t.Skip("no copy of the reviews beside the project")
	}
	dir := t.TempDir()
	create := func(name string, header ...string) (*csv.Writer, string) {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		w := csv.NewWriter(f)
		w.Write(header)
		return w, path
	}
	orders, ordersPath := create("orders.csv", "order_id", "paid_at", "product")
	blind, blindPath := create("blind.csv", "feedback_id", "order_id", "channel", "text")
	stars, starsPath := create("stars.csv", "feedback_id", "order_id", "channel", "text", "rating")
	n, size := 0, 0
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var r struct{ Text, Label, Category string }
			if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			id, rating := strconv.Itoa(n), "5"
			if r.Label == "negative" {
				rating = "1"
			}
			product := strings.TrimSuffix(filepath.Base(file), ".dev.jsonl") + "/" + r.Category
			orders.Write([]string{id, "2026-01-01", product})
			blind.Write([]string{id, id, "review", r.Text})
			stars.Write([]string{id, id, "review", r.Text, rating})
			n++
			size += len(r.Text)
		}
		f.Close()
	}
	for _, w := range []*csv.Writer{orders, blind, stars} {
		w.Flush()
	}
	start := time.Now()
	read := reportJSON(t, "-orders", ordersPath, "-feedback", blindPath)
	took := time.Since(start)
	rated := reportJSON(t, "-orders", ordersPath, "-feedback", starsPath, "-classifier", "rating")
	if read.CCR.Den != n || rated.CCR.Den != n {
		t.Errorf("%d reviews, %d and %d orders counted", n, read.CCR.Den, rated.CCR.Den)
	}
	type pair struct{ read, rated string }
	by := map[string]pair{}
	for _, r := range read.By["product"] {
		by[r.Key] = pair{read: fmt.Sprintf("%5.1f%%", 100**r.Rate)}
	}
	for _, r := range rated.By["product"] {
		p := by[r.Key]
		p.rated = fmt.Sprintf("%5.1f%% of %d", 100**r.Rate, r.Den)
		by[r.Key] = p
	}
	var keys []string
	for k := range by {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	t.Logf("%d reviews, %.1f MB, in %v", n, float64(size)/1e6, took.Round(time.Millisecond))
	t.Logf("all: rules %.1f%%, stars %.1f%%", 100*read.CCR.Value(), 100*rated.CCR.Value())
	for _, k := range keys {
		t.Logf("%-20s rules %s  stars %s", k, by[k].read, by[k].rated)
	}
	if d := read.CCR.Value() - rated.CCR.Value(); d < -0.12 || d > 0.12 {
		t.Errorf("the rules find %.3f, the stars %.3f", read.CCR.Value(), rated.CCR.Value())
	}
}
