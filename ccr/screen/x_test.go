package screen_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

func load(f string) []string {
	h, _ := os.Open(f)
	var out []string
	sc := bufio.NewScanner(h)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var l struct{ Text string }
		json.Unmarshal(sc.Bytes(), &l)
		out = append(out, l.Text)
	}
	return out
}

func TestX(t *testing.T) {
	hour, day := time.Hour, 24*time.Hour
	_ = hour
	_ = day
	waimai := load("/work/shared/data/reviews/waimai.train.jsonl")
	meals := func(s *shop, n int) { // take-away: delivered and judged within hours
		for range n {
			at := s.first.AddDate(0, 0, s.r.IntN(s.days)).Add(time.Duration([]int{12, 18}[s.r.IntN(2)])*time.Hour + s.minutes(90))
			o := s.order(fmt.Sprintf("M%03d", s.r.IntN(n/8)), fmt.Sprintf("M%03d", s.r.IntN(n/16)), fmt.Sprintf("m%d", s.r.IntN(10)), at, at.Add(20*time.Minute+s.minutes(40)))
			if s.r.IntN(3) == 0 {
				s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(waimai), 1+s.r.IntN(5), o.DeliveredAt.Add(s.minutes(120)))
			}
		}
	}
	for _, tt := range []struct {
		name  string
		o     shopOptions
		seeds int
		plant func(s *shop)
	}{
		{"nothing many seeds", shopOptions{orders: 3000, days: 90}, 30, func(*shop) {}},
		{"nothing many seeds small", shopOptions{orders: 300, days: 30}, 60, func(*shop) {}},
		{"pool 15", shopOptions{orders: 3000, days: 90, pool: 15}, 10, func(*shop) {}},
		{"pool 400", shopOptions{orders: 3000, days: 90, pool: 400}, 10, func(*shop) {}},
		{"waimai texts", shopOptions{orders: 20000, days: 90}, 3, func(s *shop) { meals(s, 20000) }},
		{"meals only", shopOptions{orders: 50, days: 90, noBatch: true}, 5, func(s *shop) { meals(s, 8000) }},
		{"meals + real attack", shopOptions{orders: 50, days: 90, noBatch: true}, 5, func(s *shop) {
			meals(s, 8000)
			s.plant(attack{n: 12, within: 6 * hour, change: .7, purchase: "real", paid: 12 * hour})
		}},
		{"wholesale 15 orders, 15 complaints", shopOptions{orders: 3000, days: 90}, 5, func(s *shop) {
			at := s.hour(40)
			for range 15 {
				o := s.order("W1", "W1", "p01", at, time.Time{})
				s.say(o, "W1", ccr.ChannelReview, s.pick(s.texts), 1, at.Add(100*hour+s.minutes(50)))
			}
		}},
		{"dorm: 60 buyers an address", shopOptions{orders: 3000, days: 90}, 5, func(s *shop) {
			for i := range 400 {
				s.honest(fmt.Sprintf("D%02d", i%60), "dorm", fmt.Sprintf("p%02d", s.r.IntN(25)), s.hour(s.r.IntN(s.days)), "")
			}
		}},
		{"new default text late, midnight", shopOptions{orders: 3000, days: 90}, 5, func(s *shop) {
			for range 300 {
				at := s.hour(60 + s.r.IntN(20))
				o := s.order(s.id("B"), s.id("A"), fmt.Sprintf("p%02d", s.r.IntN(25)), at, time.Time{})
				s.say(o, o.BuyerID, ccr.ChannelReview, "亲的满意就是对我们最大的支持与鼓励感谢您的光临祝您生活愉快", 5, o.DeliveredAt.Truncate(24*hour).Add(7*day+s.minutes(10)))
			}
		}},
		{"batch pool exact 3 days", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			t0 := s.first.AddDate(0, 0, 50)
			for range 50 {
				at := t0.Add(time.Duration(s.r.Float64() * float64(8*day)))
				o := s.order(s.id("B"), s.id("A"), "p03", at, time.Time{})
				s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(badBatch), 1, o.DeliveredAt.Add(s.minutes(72*60)))
			}
		}},
		{"batch pool exact, burst in 1 day", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			t0 := s.first.AddDate(0, 0, 50)
			for range 50 {
				at := t0.Add(time.Duration(s.r.Float64() * float64(8*day)))
				o := s.order(s.id("B"), s.id("A"), "p03", at, time.Time{})
				s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(badBatch), 1, t0.Add(12*day+s.minutes(24*60)))
			}
		}},
		{"batch pool exact, paid 3 d, burst in 1 day", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			t0 := s.first.AddDate(0, 0, 50)
			for range 50 {
				at := t0.Add(time.Duration(s.r.Float64() * float64(3*day)))
				o := s.order(s.id("B"), s.id("A"), "p03", at, time.Time{})
				s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(badBatch), 1, t0.Add(7*day+s.minutes(24*60)))
			}
		}},
		{"real 12 changed, paid 7 d", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.plant(attack{n: 12, within: day, change: .7, purchase: "real", paid: 7 * day})
		}},
		{"real 30 over a week", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.plant(attack{n: 30, within: 7 * day, change: .7, purchase: "real", paid: 3 * day})
		}},
		{"real 200", shopOptions{orders: 3000, days: 90}, 5, func(s *shop) {
			s.plant(attack{n: 200, within: 2 * day, change: .7, purchase: "real", paid: 3 * day})
		}},
		{"real 5 in 24h paid 24 h", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.plant(attack{n: 5, within: day, change: .7, purchase: "real", paid: day})
		}},
		{"real 3 in 3h paid 3 h", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.plant(attack{n: 3, within: 3 * hour, change: .5, purchase: "real", paid: 3 * hour})
		}},
		{"own words 10, 24h/24h", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.plant(attack{n: 10, within: day, own: true, purchase: "real", paid: day})
		}},
		{"own words 10, 3h/24h 3 products", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.plant(attack{n: 10, within: 3 * hour, own: true, purchase: "real", paid: day, products: 3})
		}},
		{"brush 6", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.brush(brush{n: 6, buyers: 2, addresses: 1, within: hour, evenings: 1})
		}},
		{"brush 6 spread", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.brush(brush{n: 6, buyers: 6, addresses: 6, within: hour, evenings: 1})
		}},
		{"brush 300 of 800", shopOptions{orders: 500, days: 40}, 10, func(s *shop) {
			s.brush(brush{n: 300, buyers: 60, addresses: 20, within: 4 * hour, evenings: 3})
		}},
		{"brush 120 over 30 evenings 4 each", shopOptions{orders: 3000, days: 90}, 10, func(s *shop) {
			s.brush(brush{n: 120, buyers: 12, addresses: 4, within: 4 * hour, evenings: 30})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var hit, wrong, missed, bad int
			for seed := range uint64(tt.seeds) {
				s := newShop(t, seed+100, tt.o)
				tt.plant(s)
				h, w, m, why := s.score(s.screen().Marks(nil))
				hit, wrong, missed = hit+h, wrong+w, missed+m
				if w > 0 {
					fmt.Println("   ", seed, why)
					bad++
				}
			}
			fmt.Printf("%-32s found %d of %d, wrong %d in %d of %d\n", tt.name, hit, hit+missed, wrong, bad, tt.seeds)
		})
	}
}
