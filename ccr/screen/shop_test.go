package screen_test

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

// TestSampleShop holds the marks against the data card of testdata/shop: the
// planted attack and brushing are found whole, and nobody else is marked. Judged by
// the gold labels, Fair leaves them out and Strict counts them.
func TestSampleShop(t *testing.T) {
	open := func(name string) *os.File {
		f, err := os.Open("../../testdata/shop/" + name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	rows, err := csv.NewReader(open("truth.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	fact, complaint := map[ccr.Key]string{}, map[ccr.Key]bool{}
	for _, r := range rows[1:] {
		k := ccr.Key{OrderID: r[0], FeedbackID: r[1]}
		fact[k], complaint[k] = r[2], r[3] == "true"
	}
	var s screen.Screen
	var cases []ccr.Case
	for c, err := range dataset.Join(dataset.ReadOrdersCSV(open("orders.csv"), nil), dataset.ReadFeedbackCSV(open("feedback.csv"), nil)) {
		if err != nil {
			t.Fatal(err)
		}
		s.Add(&c)
		cases = append(cases, c)
	}
	m := s.Marks(nil)

	got := map[string]int{}
	for _, k := range m.Feedback {
		got[string(k.Reason)+" of "+fact[k.Key]]++
	}
	brushing := map[string]bool{} // the address of all 48, by the data card
	for _, k := range m.Orders {
		for i := range cases {
			if o := cases[i].Order; o != nil && o.ID == k.OrderID {
				got[string(k.Reason)+" at "+o.Address]++
				brushing[o.Address] = true
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"no_purchase of attack": 24, "copied_text of attack": 24, "brushing at 55d8c554": 48}, got); diff != "" {
		t.Errorf("marks (-want +got):\n%s", diff)
	}

	// The table of truth has 200 of 3,468 by Fair; 24 brushing orders are in it.
	// Strict counts what non-buyers say as well, marked or not.
	for _, tt := range []struct {
		policy              *ccr.Policy
		num, den            int
		screenNum, screened int
	}{
		{ccr.Fair(), 200, 3468, 200, 3444},
		{ccr.Strict(), 224, 3484, 224, 3484},
	} {
		for i, want := range [][2]int{{tt.num, tt.den}, {tt.screenNum, tt.screened}} {
			var rate [2]int
			for _, c := range cases {
				if i == 1 {
					c = m.Apply(c)
				}
				as := make([]ccr.Assessment, len(c.Feedback))
				for j := range c.Feedback {
					k := ccr.Key{OrderID: c.Feedback[j].OrderID, FeedbackID: c.Feedback[j].ID}
					if complaint[k] {
						as[j].Complaint = 1
					}
					if fact[k] == "default" {
						as[j].Ground = ccr.GroundNoStatement
					}
				}
				v, err := tt.policy.Judge(c, as)
				if err != nil {
					t.Fatal(err)
				}
				if v.Counted {
					rate[1]++
				}
				if v.Negative {
					rate[0]++
				}
			}
			if rate != want {
				t.Errorf("%s, screened %v: %v, want %v", tt.policy.Name, i == 1, rate, want)
			}
		}
	}
}
