package screen_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
)

// A shop is generated records with the truth about them. Honest records are
// made so as to tempt the screens: sale days, a flash sale, a bad batch, stock
// phrases and default texts, households, returning buyers, carts, a product that
// is delivered at once.
type shop struct {
	r        *rand.Rand
	texts    []string // what honest people say
	orders   []ccr.Order
	feedback []ccr.Feedback
	planted  map[ccr.Key]bool // attack feedback, and brushing orders without a feedback id
	n        int              // for ids
	first    time.Time
	days     int
}

var firstDay = time.Date(2026, 3, 1, 0, 0, 0, 0, time.FixedZone("", 8*3600))

// meals adds n orders of take-away, delivered and judged within hours.
func (s *shop) meals(n int) {
	for range n {
		at := s.first.AddDate(0, 0, s.r.IntN(s.days)).Add(time.Duration(12+6*s.r.IntN(2))*time.Hour + s.minutes(90))
		o := s.order(fmt.Sprintf("M%03d", s.r.IntN(n/8)), fmt.Sprintf("M%03d", s.r.IntN(n/16)), fmt.Sprintf("meal%d", s.r.IntN(10)), at, at.Add(20*time.Minute+s.minutes(40)))
		if s.r.IntN(3) == 0 {
			s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(s.texts), 1+s.r.IntN(5), o.DeliveredAt.Add(s.minutes(120)))
		}
	}
}

// gifts adds n families of three, who order eight things in an hour, to one address,
// and praise them within an hour of their arrival.
func (s *shop) gifts(n int) {
	for range n {
		home, paid := s.id("A"), s.hour(s.r.IntN(s.days))
		delivered := paid.Add(70 * time.Hour)
		for i := range 8 {
			o := s.order(fmt.Sprint(home, i%3), home, fmt.Sprintf("p%02d", s.r.IntN(25)), paid.Add(s.minutes(60)), delivered.Add(s.minutes(3)))
			s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(s.texts), 5, delivered.Add(10*time.Minute+s.minutes(45)))
		}
	}
}

// company is a buyer who orders n things within some time and judges them all
// within an hour, two days after they came.
func (s *shop) company(n int, within time.Duration, stars int) {
	buyer, home, paid := s.id("C"), s.id("A"), s.hour(s.r.IntN(s.days))
	wrote := paid.Add(within + 120*time.Hour)
	for range n {
		at := paid.Add(time.Duration(s.r.Int64N(int64(within)))).Truncate(time.Second)
		o := s.order(buyer, home, "p03", at, paid.Add(within+70*time.Hour+s.minutes(3)))
		s.say(o, buyer, ccr.ChannelReview, s.pick(s.texts), stars, wrote.Add(s.minutes(60)))
	}
}

// companies are small and large ones, of a minute and of a day.
func (s *shop) companies(stars int) {
	for _, n := range []int{10, 40} {
		s.company(n, time.Minute, stars)
		s.company(n, 24*time.Hour, stars)
	}
}

// pooled is a batch whose n complaining buyers choose from the same eight
// sentences: they paid within some days and all write within some more.
func (s *shop) pooled(n, days, within int) {
	from := s.first.AddDate(0, 0, s.days/2)
	for range n {
		at := from.Add(s.minutes(days * 24 * 60))
		o := s.order(s.id("B"), s.id("A"), "p03", at, time.Time{})
		s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(badBatch), 1, from.AddDate(0, 0, days+5).Add(s.minutes(within*24*60)))
	}
}

// provided adds n reviews in words that a new form provides from the middle of the
// history on, each posted a week after delivery, at midnight.
func (s *shop) provided(n int) {
	for range n {
		o := s.order(s.id("B"), s.id("A"), fmt.Sprintf("p%02d", s.r.IntN(25)), s.hour(s.days/2+s.r.IntN(s.days/3)), time.Time{})
		s.say(o, o.BuyerID, ccr.ChannelReview, "亲的满意就是对我们最大的支持与鼓励感谢您的光临祝您生活愉快", 5,
			o.DeliveredAt.Truncate(24*time.Hour).AddDate(0, 0, 7).Add(s.minutes(10)))
	}
}

// corpus returns texts that people of different minds wrote.
var corpus = sync.OnceValues(func() ([]string, error) {
	f, err := os.Open("../../testdata/corpus/train-2.jsonl")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var texts []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, err
		}
		texts = append(texts, l.Text)
	}
	return texts, lines.Err()
})

var stock = []string{
	"好评", "不错", "很好", "质量很好", "很满意", "物流很快", "质量很好，物流很快，服务态度也好", "宝贝收到了，很喜欢，下次还会来",
	"质量不错，大小合适，穿着很舒服", "好吃，送货快，客服态度好，会回购", "此用户没有填写评价。", "系统默认好评！", "评价方未及时做出评价,系统默认好评!",
	"从来不去评价，不知道浪费了多少积分，现在知道积分可以换钱，就要好好评价了，把这段话复制走，既能赚积分还省事，特别棒",
}

var badBatch = []string{
	"用了两天壶底就漏水，桌子都泡了", "烧水一股塑料味，根本没法喝", "壶盖关不上，蒸汽烫手，太危险了", "刚到手就漏电，吓死人",
	"内胆生锈了，这还是新的吗", "开关按不下去，第一次用就坏", "底座冒烟了，赶紧拔了插头", "漏水，跟别人评价说的一样",
}

type shopOptions struct {
	orders, days int
	pool         int      // texts that honest people choose from; 0: each says something else
	texts        []string // what they say; nil: texts of the corpus
}

func newShop(t testing.TB, seed uint64, o shopOptions) *shop {
	texts, err := corpus()
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{r: rand.New(rand.NewPCG(seed, 77)), planted: map[ccr.Key]bool{}, first: firstDay, days: o.days}
	s.texts = texts
	if o.texts != nil {
		s.texts = o.texts
	}
	if o.pool > 0 {
		at := s.r.IntN(len(texts) - o.pool)
		s.texts = texts[at : at+o.pool]
	}
	sale := s.r.IntN(o.days-10) + 5
	buyers, addresses := []string{}, map[string]string{}
	for len(s.orders) < o.orders {
		d := s.r.IntN(o.days)
		if s.r.IntN(8) == 0 {
			d = sale // an eighth of all orders in one day
		}
		at := s.hour(d)
		buyer := s.id("B")
		if len(buyers) > 20 && s.r.IntN(5) == 0 {
			buyer = buyers[s.r.IntN(len(buyers))]
		} else {
			buyers = append(buyers, buyer)
			addresses[buyer] = s.id("A")
			if s.r.IntN(6) == 0 && len(buyers) > 1 { // a household
				addresses[buyer] = addresses[buyers[s.r.IntN(len(buyers)-1)]]
			}
		}
		product := fmt.Sprintf("p%02d", int(s.r.ExpFloat64()*6)%25)
		for range 1 + s.r.IntN(8)/7*3 { // now and then a cart
			s.honest(buyer, addresses[buyer], product, at)
			product = fmt.Sprintf("p%02d", s.r.IntN(25))
		}
	}
	for range o.orders / 50 { // a flash sale: all in an hour
		s.honest(s.id("B"), s.id("A"), "flash", s.first.AddDate(0, 0, sale+2).Add(20*time.Hour+s.minutes(60)))
	}
	for range o.orders / 50 { // vouchers, delivered at once; some are praised at once
		at := s.hour(s.r.IntN(o.days))
		ord := s.order(s.id("B"), s.id("A"), "voucher", at, at.Add(s.minutes(2)))
		if s.r.IntN(3) == 0 {
			s.say(ord, ord.BuyerID, ccr.ChannelReview, s.pick(stock), 5, at.Add(s.minutes(50)))
		}
	}
	s.batch(o.orders/40, 10, 3)
	for range o.orders / 30 { // questions before buying
		s.say(nil, s.id("Q"), ccr.ChannelInquiry, s.pick(s.texts), 0, s.hour(s.r.IntN(o.days)))
	}
	return s
}

// batch has half of the n buyers of some days complain, each a while after
// delivery, or all in an evening if within is 0 (the news was on television).
func (s *shop) batch(n, days, within int) {
	from := s.r.IntN(max(1, s.days-days-12))
	news := s.first.AddDate(0, 0, from+days+6).Add(19 * time.Hour)
	for range n {
		o := s.order(s.id("B"), s.id("A"), "kettle", s.hour(from+s.r.IntN(days)), time.Time{})
		if s.r.IntN(2) == 0 {
			continue
		}
		at := o.DeliveredAt.Add(s.minutes(24 * 60 * max(1, within)))
		if within == 0 {
			at = news.Add(s.minutes(4 * 60))
		}
		text := s.pick(badBatch)
		if s.r.IntN(2) == 0 {
			text += "，" + s.pick(s.texts)
		}
		s.say(o, o.BuyerID, ccr.ChannelReview, text, 1, at)
	}
}

func (s *shop) id(prefix string) string { s.n++; return fmt.Sprintf("%s%06d", prefix, s.n) }

func (s *shop) minutes(below int) time.Duration {
	return time.Duration(s.r.IntN(below*60)) * time.Second
}

func (s *shop) pick(of []string) string { return of[s.r.IntN(len(of))] }

// hour returns a time of a day at which people are awake.
func (s *shop) hour(d int) time.Time {
	h := 8 + s.r.Float64()*16
	if s.r.IntN(2) == 0 {
		h = 21 + s.r.NormFloat64()*1.5
	}
	return s.first.AddDate(0, 0, d).Add(time.Duration(h * float64(time.Hour))).Truncate(time.Second)
}

func (s *shop) order(buyer, address, product string, paid, delivered time.Time) *ccr.Order {
	if delivered.IsZero() {
		delivered = paid.Add(36*time.Hour + s.minutes(72*60))
	}
	s.orders = append(s.orders, ccr.Order{
		ID: s.id("O"), BuyerID: buyer, ProductID: product, Address: address, PaidAt: paid, DeliveredAt: delivered,
	})
	return &s.orders[len(s.orders)-1]
}

// honest is an order, and now and then what its buyer says, in his own words or
// in those of everybody; one in thirty says it as the parcel comes.
func (s *shop) honest(buyer, address, product string, paid time.Time) {
	o := s.order(buyer, address, product, paid, time.Time{})
	if s.r.IntN(100) < 3 { // a question on the way
		s.say(o, buyer, ccr.ChannelInquiry, s.pick(s.texts), 0, paid.Add(s.minutes(1000)))
	}
	if s.r.IntN(100) >= 25 {
		return
	}
	at := o.DeliveredAt.Add(time.Duration(s.r.ExpFloat64() * 40 * float64(time.Hour)))
	if s.r.IntN(30) == 0 {
		at = o.DeliveredAt.Add(s.minutes(40))
	}
	text, stars := s.pick(s.texts), 1+s.r.IntN(5)
	if s.r.IntN(3) == 0 {
		text, stars = s.pick(stock), 5
	}
	s.say(o, buyer, ccr.ChannelReview, text, stars, at)
}

func (s *shop) say(o *ccr.Order, buyer string, c ccr.Channel, text string, stars int, at time.Time) ccr.Key {
	fb := ccr.Feedback{ID: s.id("F"), BuyerID: buyer, Channel: c, Text: text, Rating: stars, CreatedAt: at}
	if o != nil {
		fb.OrderID = o.ID
	}
	s.feedback = append(s.feedback, fb)
	return ccr.Key{OrderID: fb.OrderID, FeedbackID: fb.ID}
}

// An attack is planted feedback: n messages from so many accounts.
type attack struct {
	n        int
	within   time.Duration // the wave takes so long
	change   float64       // how much each copy is changed, 0 to 1
	own      bool          // each account says something of its own: no copies
	purchase string        // none, unknown, other, or real: an order of its own
	paid     time.Duration // real orders are paid within so long, ending a day before
	products int           // real orders are of so many products; 0 is one
}

var attackTexts = []string{
	"千万别买，用了三天就坏了，找客服一直推脱不给退款，这家店就是骗子，大家不要上当",
	"收到货一股刺鼻的味道，孩子闻了头晕呕吐，商家拒绝处理还骂人，强烈要求平台下架",
	"卖的全是假货，专柜验过了根本不是正品，让退货就拉黑我，已经向消协举报了",
	"质量差到离谱，线头到处都是，洗一次就掉色把别的衣服也染了，再也不会来这家店",
}

// plant adds an attack at some time and returns it.
func (s *shop) plant(a attack) {
	start := s.first.AddDate(0, 0, 5+s.r.IntN(s.days-7)).Add(time.Duration(8+s.r.IntN(12)) * time.Hour)
	base := s.pick(attackTexts)
	products := make([]string, max(1, a.products))
	for i := range products {
		products[i] = fmt.Sprintf("p%02d", s.r.IntN(25))
	}
	for range a.n {
		at := start.Add(time.Duration(s.r.Float64() * float64(a.within))).Truncate(time.Second)
		text := s.rewrite(base, a.change)
		if a.own {
			text = s.pick(s.texts)
		}
		buyer := s.id("U")
		switch a.purchase {
		case "real":
			paid := start.Add(-24 * time.Hour).Add(-time.Duration(s.r.Float64() * float64(a.paid))).Truncate(time.Second)
			o := s.order(buyer, s.id("A"), s.pick(products), paid, paid.Add(20*time.Hour))
			s.planted[s.say(o, buyer, ccr.ChannelReview, text, 1, at)] = true
		case "unknown":
			s.planted[s.say(&ccr.Order{ID: s.id("X")}, buyer, ccr.ChannelReview, text, 1, at)] = true
		case "other":
			s.planted[s.say(&s.orders[s.r.IntN(len(s.orders))], buyer, ccr.ChannelComplaint, text, 0, at)] = true
		default:
			s.planted[s.say(nil, buyer, ccr.ChannelComplaint, text, 0, at)] = true
		}
	}
}

var synonyms = strings.NewReplacer(
	"千万", "千万千万", "客服", "卖家", "推脱", "推诿", "大家", "各位", "孩子", "小孩", "味道", "气味", "商家", "店家", "强烈", "坚决", "假货", "冒牌货",
	"根本", "压根", "举报", "投诉", "离谱", "过分", "到处都是", "满身都是", "再也", "以后", "上当", "受骗", "拒绝", "拒不", "呕吐", "恶心", "拉黑", "屏蔽",
)

// rewrite changes a text as copiers do: signs and characters put in, words
// swapped for others, clauses moved.
func (s *shop) rewrite(text string, much float64) string {
	if much == 0 {
		return text
	}
	clauses := strings.Split(text, "，")
	if s.r.Float64() < much {
		s.r.Shuffle(len(clauses), func(i, j int) { clauses[i], clauses[j] = clauses[j], clauses[i] })
	}
	for i := range clauses {
		if s.r.Float64() < much {
			clauses[i] = synonyms.Replace(clauses[i])
		}
	}
	var out strings.Builder
	for _, r := range strings.Join(clauses, s.pick([]string{"，", "。", " ", "！"})) {
		out.WriteRune(r)
		switch x := s.r.Float64() * 12 / much; {
		case x < 0.5:
			out.WriteString(s.pick([]string{"😡", "\u200b", "～", "!", "🤮", "*"}))
		case x < 1:
			out.WriteString(s.pick([]string{"的", "啊", "了", "x", "真", "A7"}))
		}
	}
	return out.String()
}

// A brush is planted brushing orders.
type brush struct {
	n, buyers, addresses int
	within               time.Duration // of an evening
	evenings             int
	slow                 bool // delivered after days; praised as it comes
	silent               bool // nobody praises
}

func (s *shop) brush(b brush) {
	start := 5 + s.r.IntN(s.days-10)
	var buyers, addresses []string
	for range b.buyers {
		buyers = append(buyers, s.id("B"))
	}
	for range b.addresses {
		addresses = append(addresses, s.id("A"))
	}
	for i := range b.n {
		paid := s.first.AddDate(0, 0, start+i%max(1, b.evenings)).Add(22*time.Hour + time.Duration(s.r.Float64()*float64(b.within))).Truncate(time.Second)
		delivered := paid.Add(3*time.Minute + s.minutes(20))
		if b.slow {
			delivered = paid.Add(40*time.Hour + s.minutes(600))
		}
		o := s.order(buyers[i%len(buyers)], addresses[i%len(buyers)%len(addresses)], fmt.Sprintf("p%02d", s.r.IntN(3)), paid, delivered)
		s.planted[ccr.Key{OrderID: o.ID}] = true
		if !b.silent {
			s.say(o, o.BuyerID, ccr.ChannelReview, s.pick(s.texts), 5, delivered.Add(s.minutes(50)))
		}
	}
}
