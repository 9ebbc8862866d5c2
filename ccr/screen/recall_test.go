package screen_test

import (
	"fmt"
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

// score counts planted records that are marked, honest ones that are, and planted
// ones that are not.
func (s *shop) score(m *screen.Marks) (hit, wrong, missed int, why map[ccr.Reason]int) {
	marked := map[ccr.Key]bool{}
	why = map[ccr.Reason]int{}
	for _, marks := range [][]screen.Mark{m.Orders, m.Feedback} {
		for _, mark := range marks {
			if !s.planted[mark.Key] && s.planted[ccr.Key{OrderID: mark.OrderID}] {
				continue
			}
			marked[mark.Key] = true
			if !s.planted[mark.Key] {
				why[mark.Reason]++
				if testing.Verbose() && why[mark.Reason] < 4 {
					fmt.Println("     ", mark.Key, mark.Reason, mark.Score, len(mark.Group), mark.Explanation)
				}
			}
		}
	}
	for k := range marked {
		if s.planted[k] {
			hit++
		} else {
			wrong++
		}
	}
	return hit, wrong, len(s.planted) - hit, why
}

func TestRecall(t *testing.T) {
	big := shopOptions{orders: 4000, days: 120}
	small := shopOptions{orders: 500, days: 40}
	pool := shopOptions{orders: 4000, days: 120, pool: 60}
	hour, day := time.Hour, 24*time.Hour
	for _, tt := range []struct {
		name  string
		o     shopOptions
		plant func(s *shop)
	}{
		{"nothing, large", big, func(*shop) {}},
		{"nothing, small", small, func(*shop) {}},
		{"nothing, 60 texts for everybody", pool, func(*shop) {}},
		{"bad batch, news in an evening", big, func(s *shop) { s.batch(120, 12, 0) }},
		{"bad batch, one day", big, func(s *shop) { s.batch(120, 12, 1) }},
		{"bad batch, 4 days of orders", big, func(s *shop) { s.batch(120, 4, 2) }},
		{"strangers 5 copies 2 h", big, func(s *shop) { s.plant(attack{n: 5, within: 2 * hour, change: 0.5}) }},
		{"unknown orders 12 a day", big, func(s *shop) { s.plant(attack{n: 12, within: day, change: 0.7, purchase: "unknown"}) }},
		{"others' orders 24", small, func(s *shop) { s.plant(attack{n: 24, within: 6 * hour, change: 0.7, purchase: "other"}) }},
		{"real 4 exact 1 h", big, func(s *shop) { s.plant(attack{n: 4, within: hour, purchase: "real", paid: 3 * hour}) }},
		{"real 6 light 3 h", big, func(s *shop) { s.plant(attack{n: 6, within: 3 * hour, change: 0.3, purchase: "real", paid: 6 * hour}) }},
		{"real 12 changed 6 h", big, func(s *shop) {
			s.plant(attack{n: 12, within: 6 * hour, change: 0.7, purchase: "real", paid: 12 * hour})
		}},
		{"real 12 changed 24 h", big, func(s *shop) { s.plant(attack{n: 12, within: day, change: 0.7, purchase: "real", paid: day}) }},
		{"real 12 changed 24 h, paid 3d", big, func(s *shop) { s.plant(attack{n: 12, within: day, change: 0.7, purchase: "real", paid: 3 * day}) }},
		{"real 12 exact 24 h, paid 7d", big, func(s *shop) { s.plant(attack{n: 12, within: day, purchase: "real", paid: 7 * day}) }},
		{"real 24 much 24 h", big, func(s *shop) { s.plant(attack{n: 24, within: day, change: 1, purchase: "real", paid: day}) }},
		{"real 60 much 24 h, 5 products", big, func(s *shop) {
			s.plant(attack{n: 60, within: day, change: 1, purchase: "real", paid: day, products: 5})
		}},
		{"real 24 small shop", small, func(s *shop) { s.plant(attack{n: 24, within: 12 * hour, change: 0.7, purchase: "real", paid: day}) }},
		{"real own words 8, 1 h", big, func(s *shop) { s.plant(attack{n: 8, own: true, within: hour, purchase: "real", paid: 3 * hour}) }},
		{"real own words 30, 6 h", big, func(s *shop) { s.plant(attack{n: 30, own: true, within: 6 * hour, purchase: "real", paid: 12 * hour}) }},
		{"real 12, among pool", pool, func(s *shop) {
			s.plant(attack{n: 12, within: 6 * hour, change: 0.7, purchase: "real", paid: 12 * hour})
		}},
		{"brush 48 6b 1a", big, func(s *shop) { s.brush(brush{n: 48, buyers: 6, addresses: 1, within: 2 * hour, evenings: 3}) }},
		{"brush 12 3b 3a", big, func(s *shop) { s.brush(brush{n: 12, buyers: 3, addresses: 3, within: 2 * hour, evenings: 1}) }},
		{"brush 30 10b 10a", big, func(s *shop) { s.brush(brush{n: 30, buyers: 10, addresses: 10, within: 4 * hour, evenings: 2}) }},
		{"brush 30 30b 30a", big, func(s *shop) { s.brush(brush{n: 30, buyers: 30, addresses: 30, within: 4 * hour, evenings: 2}) }},
		{"brush 40 8b 4a silent", big, func(s *shop) {
			s.brush(brush{n: 40, buyers: 8, addresses: 4, within: 4 * hour, evenings: 2, silent: true})
		}},
		{"brush 40 8b 4a slow", big, func(s *shop) {
			s.brush(brush{n: 40, buyers: 8, addresses: 4, within: 4 * hour, evenings: 2, slow: true})
		}},
		{"brush 200 small shop", small, func(s *shop) { s.brush(brush{n: 100, buyers: 20, addresses: 8, within: 4 * hour, evenings: 4}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var hit, wrong, missed int
			for seed := range uint64(5) {
				s := newShop(t, seed, tt.o)
				tt.plant(s)
				h, w, m, why := s.score(s.screen().Marks(nil))
				hit, wrong, missed = hit+h, wrong+w, missed+m
				if w > 0 {
					fmt.Println("   ", seed, why)
				}
			}
			fmt.Printf("%-32s found %d of %d, wrong %d\n", tt.name, hit, hit+missed, wrong)
		})
	}
}
