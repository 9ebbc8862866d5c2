//go:build ignore

// Command large makes a shop of any size to measure with: orders.csv and
// feedback.csv, a feedback for every fifth order, over 120 days. Run it at the
// root of the module:
//
//	go run examples/report/testdata/large.go -orders 1000000 -dir /tmp/large
//
// Texts and products are those of testdata/corpus; half of the texts are two of
// them together, so that few are equal. Everything else is invented. The same
// flags always give the same files.
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

var (
	regions  = []string{"广东", "浙江", "江苏", "山东", "河南", "四川", "湖北", "湖南", "安徽", "河北", "福建", "北京", "上海", "陕西", "辽宁", "江西", "重庆", "广西", "云南", "山西", "贵州", "黑龙江", "吉林", "天津", "内蒙古", "新疆", "甘肃", "海南", "宁夏", "青海", "西藏"}
	carriers = []string{"飞鹿快递", "云梭速递", "青鸟物流", "万里快运", "晨星速运"}
	groups   = []string{"晨光组", "青松组", "白露组", "远山组"}
	first    = time.Date(2026, 3, 1, 0, 0, 0, 0, time.FixedZone("", 8*60*60))
)

const days = 120

// lines are the texts about one product of the corpus, by whether they complain.
type lines struct {
	title string
	texts [2][]line
}

type line struct {
	Text, Channel, Product string
	Complaint              bool
}

func main() {
	n := flag.Int("orders", 100_000, "orders")
	variants := flag.Int("products", 2000, "products")
	dir := flag.String("dir", ".", "folder for the files")
	flag.Parse()
	kinds, err := corpus(filepath.Join("testdata", "corpus"))
	if err != nil {
		log.Fatal(err)
	}
	if err := generate(*dir, *n, *variants, kinds); err != nil {
		log.Fatal(err)
	}
}

// corpus returns the products that have texts of both sorts, sorted by title.
func corpus(dir string) ([]*lines, error) {
	byTitle := map[string]*lines{}
	for _, name := range []string{"train.jsonl", "train-2.jsonl"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		for sc := bufio.NewScanner(f); sc.Scan(); {
			var l line
			if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
				return nil, err
			}
			k := byTitle[l.Product]
			if k == nil {
				k = &lines{title: l.Product}
				byTitle[l.Product] = k
			}
			k.texts[index(l.Complaint)] = append(k.texts[index(l.Complaint)], l)
		}
		f.Close()
	}
	var kinds []*lines
	for _, k := range byTitle {
		if k.title != "" && len(k.texts[0]) > 1 && len(k.texts[1]) > 1 {
			kinds = append(kinds, k)
		}
	}
	slices.SortFunc(kinds, func(a, b *lines) int {
		if a.title < b.title {
			return -1
		}
		return 1
	})
	return kinds, nil
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

func generate(dir string, n, products int, kinds []*lines) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	orders, closeOrders, err := create(filepath.Join(dir, "orders.csv"), "order_id", "buyer_id", "product_id", "product", "category", "region", "carrier",
		"service_group", "paid_at", "shipped_at", "delivered_at", "amount", "status", "batch", "address")
	if err != nil {
		return err
	}
	feedback, closeFeedback, err := create(filepath.Join(dir, "feedback.csv"), "feedback_id", "order_id", "buyer_id", "channel", "text", "rating", "created_at", "replied_at")
	if err != nil {
		return err
	}
	rate := make([]float64, products) // share of complaints in what is said of a product
	for i := range rate {
		rate[i] = 0.05 + 0.3*r.Float64()*r.Float64()
	}
	last := first.AddDate(0, 0, days)
	at := func(t time.Time) string {
		if t.After(last) {
			return "" // it has not happened yet
		}
		return t.Format(time.DateTime)
	}
	for i := range n {
		paid := first.Add(time.Duration(float64(i) / float64(n) * days * 24 * float64(time.Hour)))
		p := int(float64(products) * r.Float64() * r.Float64()) // the first ones sell best
		k := kinds[p%len(kinds)]
		shipped := paid.Add(time.Duration(6+r.IntN(40)) * time.Hour)
		delivered := shipped.Add(time.Duration(24+r.IntN(96)) * time.Hour)
		id, buyer := fmt.Sprintf("2026%010d", i), "b"+strconv.Itoa(r.IntN(n))
		orders.Write([]string{
			id, buyer, "p" + strconv.Itoa(p), k.title + " " + strconv.Itoa(p), k.title, regions[int(float64(len(regions))*r.Float64()*r.Float64())],
			carriers[r.IntN(len(carriers))], groups[r.IntN(len(groups))], at(paid), at(shipped), at(delivered),
			fmt.Sprintf("%d.%02d", 10+r.IntN(300), r.IntN(100)), "已完成", "B" + paid.Format("0601"), strconv.FormatUint(r.Uint64()>>32, 16),
		})
		if i%5 != 0 {
			continue
		}
		complaint := r.Float64() < rate[p]
		texts := k.texts[index(complaint)]
		l := texts[r.IntN(len(texts))]
		if r.IntN(2) == 0 {
			l.Text += "。" + texts[r.IntN(len(texts))].Text
		}
		created := delivered.Add(time.Duration(r.ExpFloat64() * 72 * float64(time.Hour)))
		if created.After(last) {
			continue
		}
		stars := ""
		if l.Channel == "review" {
			stars = strconv.Itoa(4 + r.IntN(2) - 3*index(complaint))
		}
		feedback.Write([]string{"f" + strconv.Itoa(i), id, buyer, l.Channel, l.Text, stars, at(created), at(created.Add(time.Duration(r.IntN(300)) * time.Second))})
	}
	if err := closeOrders(); err != nil {
		return err
	}
	return closeFeedback()
}

// create begins a CSV file; the function ends it.
func create(path string, header ...string) (*csv.Writer, func() error, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, nil, err
	}
	w := csv.NewWriter(f)
	w.Write(header)
	return w, func() error {
		w.Flush()
		if err := w.Error(); err != nil {
			return err
		}
		return f.Close()
	}, nil
}
