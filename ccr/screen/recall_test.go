package screen_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

func (s *shop) screen() *screen.Screen {
	var sc screen.Screen
	for i := range s.orders {
		sc.AddOrder(&s.orders[i])
	}
	for i := range s.feedback {
		sc.AddFeedback(&s.feedback[i])
	}
	return &sc
}

// score counts the planted records that are marked for a reason, or any if it is
// "", and names honest ones that are marked. The praise of a brushing order is
// neither.
func (s *shop) score(m *screen.Marks, reason ccr.Reason) (found int, wrong []string) {
	seen := map[ccr.Key]bool{}
	for _, marks := range [][]screen.Mark{m.Orders, m.Feedback} {
		for _, k := range marks {
			switch {
			case !s.planted[k.Key] && !s.planted[ccr.Key{OrderID: k.OrderID}]:
				wrong = append(wrong, fmt.Sprintf("%v %s %.4f %s", k.Key, k.Reason, k.Score, k.Explanation))
			case s.planted[k.Key] && !seen[k.Key] && (reason == "" || reason == k.Reason):
				seen[k.Key] = true
				found++
			}
		}
	}
	return found, wrong
}

// TestHonest: in shops without an attack nobody is marked.
func TestHonest(t *testing.T) {
	big, small := shopOptions{orders: 3000, days: 90}, shopOptions{orders: 300, days: 30}
	for _, tt := range []struct {
		name string
		o    shopOptions
		more func(*shop)
	}{
		{"large shop", big, func(*shop) {}},
		{"small shop", small, func(*shop) {}},
		{"fifteen texts for everybody", shopOptions{orders: 3000, days: 90, pool: 15}, func(*shop) {}},
		{"four hundred texts for everybody", shopOptions{orders: 3000, days: 90, pool: 400}, func(*shop) {}},
		{"bad batch, news in an evening", big, func(s *shop) { s.batch(120, 12, 0) }},
		{"bad batch, news, bought in 3 days", big, func(s *shop) { s.batch(120, 3, 0) }},
		{"bad batch of 4 days", big, func(s *shop) { s.batch(120, 4, 2) }},
		{"bad batch, eight sentences, 3 days", big, func(s *shop) { s.pooled(50, 8, 3) }},
		{"bad batch, eight sentences, 1 day", big, func(s *shop) { s.pooled(50, 8, 1) }},
		{"take-away", small, func(s *shop) { s.meals(5000) }},
		{"dormitory of 60 buyers", big, func(s *shop) {
			for i := range 400 {
				s.honest(fmt.Sprintf("D%02d", i%60), "dormitory", fmt.Sprintf("p%02d", s.r.IntN(25)), s.hour(s.r.IntN(s.days)))
			}
		}},
		{"families whose gifts come in one parcel", big, func(s *shop) { s.gifts(6) }},
		{"companies that complain", big, func(s *shop) { s.companies(1) }},
		{"companies that praise", big, func(s *shop) { s.companies(5) }},
		{"a company in a small shop", small, func(s *shop) { s.company(40, time.Minute, 1) }},
		{"a new text that a form provides", big, func(s *shop) { s.provided(300) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range seeds() {
				s := newShop(t, 100+seed, tt.o)
				tt.more(s)
				if _, wrong := s.score(s.screen().Marks(nil), ""); len(wrong) > 0 {
					t.Errorf("seed %d: %d marks of honest records, such as %s", seed, len(wrong), wrong[0])
				}
			}
		})
	}
}

func seeds() uint64 {
	if testing.Short() {
		return 1
	}
	return 3
}

// TestPlanted plants attacks and brushing of many sizes and shapes in honest shops
// and holds recall and precision against floors. The floors are below what was
// measured on these seeds by some records; with -v it prints the table.
func TestPlanted(t *testing.T) {
	big, small := shopOptions{orders: 3000, days: 90}, shopOptions{orders: 400, days: 40}
	pool := shopOptions{orders: 3000, days: 90, pool: 60}
	const hour, day = time.Hour, 24 * time.Hour
	const copied, burst, brushing = screen.ReasonCopiedText, screen.ReasonProductBurst, screen.ReasonBrushing
	var table strings.Builder
	for _, tt := range []struct {
		name   string
		o      shopOptions
		attack attack
		brush  brush
		reason ccr.Reason // by which it is to be found
		floor  float64    // of recall
	}{
		// Accounts without a purchase; all are found as such, these as copies too.
		{"strangers, 3 exact copies in 2 h", big, attack{n: 3, within: 2 * hour}, brush{}, copied, 1},
		{"strangers, 5 changed in 2 h", big, attack{n: 5, within: 2 * hour, change: 0.5}, brush{}, copied, 0.8},
		{"unknown orders, 12 changed in a day", big, attack{n: 12, within: day, change: 0.7, purchase: "unknown"}, brush{}, copied, 0.9},
		{"others' orders, 24 changed in 6 h", small, attack{n: 24, within: 6 * hour, change: 1, purchase: "other"}, brush{}, copied, 0.9},
		{"strangers, 60 changed in a week", big, attack{n: 60, within: 7 * day, change: 0.7}, brush{}, copied, 0.9},
		{"strangers in their own words", big, attack{n: 20, within: hour, own: true}, brush{}, screen.ReasonNoPurchase, 1},

		// Accounts with real, cheap orders.
		{"buyers, 4 exact in 1 h", big, attack{n: 4, within: hour, purchase: "real", paid: 3 * hour}, brush{}, copied, 0.9},
		{"buyers, 6 changed in 3 h", big, attack{n: 6, within: 3 * hour, change: 0.4, purchase: "real", paid: 6 * hour}, brush{}, copied, 0.9},
		{"buyers, 12 changed in 6 h", big, attack{n: 12, within: 6 * hour, change: 0.7, purchase: "real", paid: 12 * hour}, brush{}, copied, 0.9},
		{"buyers, 12 changed in a day", big, attack{n: 12, within: day, change: 0.7, purchase: "real", paid: day}, brush{}, copied, 0.9},
		{"buyers of a week, 12 changed in a day", big, attack{n: 12, within: day, change: 0.7, purchase: "real", paid: 7 * day}, brush{}, copied, 0.9},
		{"buyers, 30 changed in a week", big, attack{n: 30, within: 7 * day, change: 0.7, purchase: "real", paid: 3 * day}, brush{}, copied, 0.8},
		{"buyers of 5 products, 60 much changed", big, attack{n: 60, within: day, change: 1, purchase: "real", paid: day, products: 5}, brush{}, copied, 0.9},
		{"buyers, 24 in a small shop", small, attack{n: 24, within: 12 * hour, change: 0.7, purchase: "real", paid: day}, brush{}, copied, 0.9},
		{"buyers, 200 changed in 2 days", big, attack{n: 200, within: 2 * day, change: 0.7, purchase: "real", paid: 3 * day}, brush{}, copied, 0.9},
		{"buyers, 12 among 60 texts for everybody", pool, attack{n: 12, within: 6 * hour, change: 0.7, purchase: "real", paid: 12 * hour}, brush{}, copied, 0.9},
		{"buyers, own words, 8 in 1 h", big, attack{n: 8, own: true, within: hour, purchase: "real", paid: 3 * hour}, brush{}, burst, 0.9},
		{"buyers, own words, 30 in 6 h", big, attack{n: 30, own: true, within: 6 * hour, purchase: "real", paid: 12 * hour}, brush{}, burst, 0.5},

		{"brushing, 48 of 6 buyers, 1 address", big, attack{}, brush{n: 48, buyers: 6, addresses: 1, within: 2 * hour, evenings: 3}, brushing, 0.95},
		{"brushing, 6 of 2 buyers, 1 address", big, attack{}, brush{n: 6, buyers: 2, addresses: 1, within: hour, evenings: 1}, brushing, 0.9},
		{"brushing, 12 of 3 addresses", big, attack{}, brush{n: 12, buyers: 3, addresses: 3, within: 2 * hour, evenings: 1}, brushing, 0.9},
		{"brushing, 30 of 10 addresses", big, attack{}, brush{n: 30, buyers: 10, addresses: 10, within: 4 * hour, evenings: 2}, brushing, 0.9},
		{"brushing, 30 of 30 buyers and addresses", big, attack{}, brush{n: 30, buyers: 30, addresses: 30, within: 4 * hour, evenings: 2}, brushing, 0.9},
		{"brushing, 40 that nobody praises", big, attack{}, brush{n: 40, buyers: 8, addresses: 4, within: 4 * hour, evenings: 2, silent: true}, brushing, 0.9},
		{"brushing, 40 delivered after days", big, attack{}, brush{n: 40, buyers: 8, addresses: 4, within: 4 * hour, evenings: 2, slow: true}, brushing, 0.9},
		{"brushing, 4 on each of 30 evenings", big, attack{}, brush{n: 120, buyers: 12, addresses: 4, within: 4 * hour, evenings: 30}, brushing, 0.9},
		{"brushing, 300 in a small shop", small, attack{}, brush{n: 300, buyers: 60, addresses: 20, within: 4 * hour, evenings: 3}, brushing, 0.9},
	} {
		found, planted, wrong := 0, 0, 0
		for seed := range seeds() {
			s := newShop(t, seed, tt.o)
			if tt.attack.n > 0 {
				s.plant(tt.attack)
			}
			if tt.brush.n > 0 {
				s.brush(tt.brush)
			}
			f, w := s.score(s.screen().Marks(nil), tt.reason)
			found, planted, wrong = found+f, planted+len(s.planted), wrong+len(w)
			if len(w) > 0 {
				t.Logf("%s: %s", tt.name, w[0])
			}
		}
		recall := float64(found) / float64(planted)
		precision := float64(found) / float64(max(1, found+wrong))
		fmt.Fprintf(&table, "\n%-14s %-42s %4d of %4d  recall %.3f  precision %.3f", tt.reason, tt.name, found, planted, recall, precision)
		if recall < tt.floor || precision < 0.99 {
			t.Errorf("%s: recall %.3f, want %.2f; precision %.3f, want 0.99", tt.name, recall, tt.floor, precision)
		}
	}
	t.Log(table.String())
}

// TestRealReviews has the honest people of a shop say what real people said,
// stock phrases, pasted templates and all.
func TestRealReviews(t *testing.T) {
	for _, name := range []string{"waimai", "shopping"} {
		f, err := os.Open("../../../shared/data/reviews/" + name + ".dev.jsonl")
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("the collections of real reviews are not beside the checkout")
		} else if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var texts []string
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var l struct{ Text string }
			if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
				t.Fatal(err)
			}
			texts = append(texts, l.Text)
		}
		s := newShop(t, 5, shopOptions{orders: 5000, days: 90, texts: texts})
		s.meals(3000)
		s.plant(attack{n: 12, within: 6 * time.Hour, change: 0.7, purchase: "real", paid: 12 * time.Hour})
		found, wrong := s.score(s.screen().Marks(nil), "")
		if found < 11 || len(wrong) > 0 {
			t.Errorf("%s: found %d of 12, and %d honest ones such as %v", name, found, len(wrong), wrong)
		}
	}
}
