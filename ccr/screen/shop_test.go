package screen_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

func TestTmpShop(t *testing.T) {
	of, _ := os.Open("../../testdata/shop/orders.csv")
	ff, _ := os.Open("../../testdata/shop/feedback.csv")
	tf, _ := os.Open("../../testdata/shop/truth.csv")
	rows, _ := csv.NewReader(tf).ReadAll()
	fact := map[ccr.Key]string{}
	for _, r := range rows[1:] {
		fact[ccr.Key{OrderID: r[0], FeedbackID: r[1]}] = r[2]
	}
	var s screen.Screen
	for o, err := range dataset.ReadOrdersCSV(of, nil) {
		if err != nil {
			t.Fatal(err)
		}
		s.AddOrder(&o)
	}
	for f, err := range dataset.ReadFeedbackCSV(ff, nil) {
		if err != nil {
			t.Fatal(err)
		}
		s.AddFeedback(&f)
	}
	m := s.Marks(nil)
	c := map[string]int{}
	ex := map[string]string{}
	for _, k := range m.Feedback {
		c[string(k.Reason)+" "+fact[k.Key]]++
		ex[string(k.Reason)+" "+k.Explanation] = fmt.Sprint(k.Score, len(k.Group))
	}
	for _, k := range m.Orders {
		c[string(k.Reason)]++
		ex[k.Explanation] = fmt.Sprint(k.Score, len(k.Group))
	}
	fmt.Println(c)
	for k, v := range ex {
		fmt.Println(k, v)
	}
}
