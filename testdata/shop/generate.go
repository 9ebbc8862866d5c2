//go:build ignore

// Command generate makes the sample shop's orders.csv, feedback.csv and
// truth.csv from messages.jsonl. Run it at the root of the module:
//
//	go run testdata/shop/generate.go
//
// Everything it invents is orders and times; a message is copied as it was
// written. The same messages always give the same files. README.md states
// the facts that it plants.
package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The planted facts. README.md quotes these.
const (
	totalOrders    = 3600
	unpaidOrders   = 96
	abnormalOrders = 12 // besides the brushing orders

	batchProduct = "kettle"
	kettleBefore = 140 // kettle orders paid before batchFrom
	kettleAfter  = 93  // and from then on

	slowRegion, slowCarrier = "四川", "云梭速递"
	slowFactor              = 3

	rudeGroup = "青松组"

	brushBuyers = 6
)

var (
	zone      = time.FixedZone("", 8*60*60)
	firstDay  = date(3, 1)
	lastDay   = date(6, 29) // exclusive
	seenUntil = date(7, 11) // no feedback later
	batchFrom = date(5, 10) // first day of the bad batch
	rudeFrom  = date(4, 15) // first day of the rude group
	brushDays = []time.Time{date(4, 18), date(4, 19), date(4, 20)}
	attackAt  = []time.Time{date(6, 6).Add(19 * time.Hour), date(6, 7).Add(9 * time.Hour)}
)

func date(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, zone) }

type product struct {
	key, title, category, code string
	price, weight              int // price in fen
	until                      time.Time
}

var products = []product{
	{"mango", "海南小台农芒果 5斤装（果子偏小）", "水果生鲜", "MG", 3990, 9, lastDay},
	{"ugli", "四川不知火丑橘 5斤", "水果生鲜", "UG", 3680, 6, date(5, 16)},
	{"shrimp", "单冻基围虾 净重2斤", "水果生鲜", "SP", 8900, 7, lastDay},
	{"egg", "高邮流油咸鸭蛋 20枚", "水果生鲜", "EG", 3580, 6, lastDay},
	{"jerky", "特辣风干牛肉干 250g", "零食", "JK", 4990, 6, lastDay},
	{"nuts", "原味每日坚果 30小袋", "零食", "NT", 7900, 8, lastDay},
	{"huamei", "特酸陈皮话梅 200g", "零食", "HM", 2280, 5, lastDay},
	{"mahua", "手工海苔麻花 500g（易碎，介意慎拍）", "零食", "MH", 2680, 4, lastDay},
	{"shirt", "黑色免烫长袖衬衫 男款", "服饰", "ST", 12900, 5, lastDay},
	{"tee", "纯棉宽松短袖T恤 女款", "服饰", "TE", 5900, 8, lastDay},
	{"socks", "中筒棉袜 10双装", "服饰", "SK", 3990, 6, lastDay},
	{"sandal", "厚底浴室凉拖（偏小，建议拍大一码）", "服饰", "SD", 4500, 6, lastDay},
	{"dress", "薄款碎花雪纺连衣裙（有内衬）", "服饰", "DR", 13900, 5, lastDay},
	{"kettle", "1.5L不锈钢电热水壶", "小家电", "KT", 7900, 0, lastDay},
	{"fan", "USB静音桌面小风扇", "小家电", "FN", 4900, 6, lastDay},
	{"juicer", "便携榨汁杯 300ml", "小家电", "JC", 9900, 4, lastDay},
	{"pot", "1.8L宿舍小电煮锅", "小家电", "PT", 8900, 5, lastDay},
	{"mattress", "硬款山棕床垫 1.5米", "家居", "MT", 39900, 2, lastDay},
	{"towel", "加厚纯棉毛巾 3条装", "家居", "TW", 3590, 6, lastDay},
	{"lamp", "暖黄光护眼台灯", "家居", "LM", 11900, 4, lastDay},
	{"box", "可折叠收纳箱 3只装", "家居", "BX", 6900, 4, lastDay},
	{"mask", "玻尿酸补水面膜 20片", "美妆", "MK", 5990, 7, lastDay},
	{"lip", "哑光正红口红", "美妆", "LP", 6900, 4, lastDay},
	{"shampoo", "无硅油洗发水 500ml（泡沫少）", "美妆", "SH", 4990, 5, lastDay},
	{"sun", "清爽防晒霜 SPF50 50g", "美妆", "SN", 7900, 6, lastDay},
}

// A region's hours are the usual time on the way from the warehouse in 浙江.
type region struct {
	name          string
	weight, hours int
}

var regions = []region{
	{"浙江", 12, 24},
	{"江苏", 11, 28},
	{"上海", 9, 28},
	{"广东", 11, 54},
	{"福建", 6, 44},
	{"湖南", 5, 52},
	{"湖北", 6, 50},
	{"四川", 9, 72},
	{"重庆", 4, 70},
	{"河南", 6, 50},
	{"山东", 7, 52},
	{"北京", 6, 58},
	{"陕西", 3, 68},
	{"辽宁", 3, 80},
	{"黑龙江", 2, 98},
	{"新疆", 2, 140},
}

const nearRegions = 3 // the first of regions, reached within two days

type choice struct {
	name   string
	weight int
}

var (
	carriers = []choice{{"青鹭快运", 32}, {slowCarrier, 27}, {"北驿物流", 23}, {"极橙达", 18}}
	groups   = []choice{{"晨光组", 38}, {rudeGroup, 32}, {"白露组", 30}}
)

// A message is a line of messages.jsonl; README.md describes the fields.
type message struct {
	Product   string  `json:"product"`
	Channel   string  `json:"channel"`
	Text      string  `json:"text"`
	Rating    int     `json:"rating"`
	Reason    string  `json:"reason"`
	Fact      string  `json:"fact"`
	Complaint bool    `json:"complaint"`
	Thread    string  `json:"thread"`
	Stage     string  `json:"stage"`
	At        float64 `json:"at"`
	After     float64 `json:"after"`
	Ship      float64 `json:"ship"`
	Days      float64 `json:"days"`
	Reply     float64 `json:"reply"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	Region    string  `json:"region"`
	Near      bool    `json:"near"`
	Link      string  `json:"link"`
	Abnormal  string  `json:"abnormal"`

	id, orderID, buyerID string
	created, replied     time.Time
}

type order struct {
	product                  *product
	id, buyer, address       string
	region                   region
	carrier, group           string
	paid, shipped, delivered time.Time
	unpaid, cancelled        bool
	filler                   bool
	abnormal                 string
	messages                 []*message
}

type shop struct {
	rng      *rand.Rand
	orders   []*order
	messages []*message
	buyers   map[string]bool
	regulars map[string][]*order // fillers by region, whose buyers may come back
}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "testdata/shop", "folder of messages.jsonl and of the files that are written")
	flag.Parse()
	if err := run(*dir); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	s := &shop{rng: rand.New(rand.NewPCG(2026, 301)), buyers: map[string]bool{}, regulars: map[string][]*order{}}
	if err := s.read(filepath.Join(dir, "messages.jsonl")); err != nil {
		return err
	}
	s.open()
	s.fill()
	slices.SortStableFunc(s.orders, func(a, b *order) int { return a.paid.Compare(b.paid) })
	for i, o := range s.orders {
		o.id = fmt.Sprintf("%s%05d", o.paid.Format("060102"), i+1)
	}
	for _, o := range s.orders {
		s.name(o)
		for _, m := range o.messages {
			m.orderID, m.buyerID = o.id, o.buyer
		}
	}
	s.attack()
	slices.SortStableFunc(s.messages, func(a, b *message) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.Text, b.Text))
	})
	for i, m := range s.messages {
		m.id = fmt.Sprintf("F%04d", i+1)
		s.reply(m)
	}
	return s.write(dir)
}

func (s *shop) read(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	dec.DisallowUnknownFields()
	for dec.More() {
		m := new(message)
		if err := dec.Decode(m); err != nil {
			return fmt.Errorf("%s: message %d: %w", name, len(s.messages)+1, err)
		}
		s.messages = append(s.messages, m)
	}
	return nil
}

// open makes one order for every message, or for every thread of messages.
func (s *shop) open() {
	threads := map[string]*order{}
	var asked, brushed int
	for _, m := range s.messages {
		switch {
		case m.Fact == "attack":
			continue
		case m.Fact == "brushing":
			s.orders = append(s.orders, s.brush(m, brushed))
			brushed++
			continue
		}
		o := threads[m.Thread]
		if o == nil || m.Thread == "" {
			o = &order{product: productOf(m.Product)}
			s.orders = append(s.orders, o)
			if m.Thread != "" {
				threads[m.Thread] = o
			}
		}
		o.messages = append(o.messages, m)
		if m.Stage == "ask" && m.Thread == "" {
			o.unpaid = asked%4 == 0
			asked++
		}
		o.cancelled = o.cancelled || m.Channel == "aftersale" && m.Stage == "pre"
	}
	for _, o := range s.orders {
		if o.paid.IsZero() {
			s.place(o)
			s.date(o)
		}
	}
}

// fill adds the orders that nobody wrote about.
func (s *shop) fill() {
	add := func(p *product, from, to time.Time, unpaid bool, abnormal string) {
		o := &order{product: p, unpaid: unpaid, abnormal: abnormal, filler: true}
		s.settle(o, from, to, s.region(regions))
		s.travel(o, 0, 0)
		s.orders = append(s.orders, o)
	}
	var before, after, unpaid int
	for _, o := range s.orders {
		switch {
		case o.unpaid:
			unpaid++
		case o.product.key != batchProduct:
		case o.paid.Before(batchFrom):
			before++
		default:
			after++
		}
	}
	kettle := productOf(batchProduct)
	for ; before < kettleBefore; before++ {
		add(kettle, firstDay, batchFrom, false, "")
	}
	for ; after < kettleAfter; after++ {
		add(kettle, batchFrom, lastDay, false, "")
	}
	for ; unpaid < unpaidOrders; unpaid++ {
		p := s.product()
		add(p, firstDay, p.until, true, "")
	}
	for i := range abnormalOrders {
		p := s.product()
		add(p, firstDay, p.until, false, []string{"风控拦截", "测试订单"}[i%2])
	}
	for len(s.orders) < totalOrders {
		p := s.product()
		add(p, firstDay, p.until, false, "")
	}
}

// place finds a day, a region and the times for an order with messages.
func (s *shop) place(o *order) {
	from, to := firstDay, o.product.until
	rs, slow, rude := regions, false, false
	var ship, days, after float64
	for _, m := range o.messages {
		switch m.Fact {
		case "bad_batch":
			from = later(from, batchFrom)
		case "slow_carrier":
			slow = true
		case "rude_group":
			from, rude = later(from, rudeFrom), true
		}
		if m.From != "" {
			from = later(from, day(m.From))
		}
		if m.To != "" {
			to = earlier(to, day(m.To))
		}
		ship, days, after = max(ship, m.Ship), max(days, m.Days), max(after, m.After)
		if m.Near || m.Days > 0 && m.Days <= 2 {
			rs = regions[:nearRegions]
		}
		if m.Region != "" {
			rs = regionsOf(m.Region)
		}
	}
	if slow {
		rs = regionsOf(slowRegion)
	}
	to = earlier(to, seenUntil.Add(-span(after+max(days, 8)+6)))
	s.settle(o, from, to, s.region(rs))
	if slow {
		o.carrier = slowCarrier
	}
	if rude {
		o.group = rudeGroup
	}
	if ship > 0 && ship < 0.5 { // ordered in the morning, sent in the afternoon
		o.paid = at(o.paid, 8+s.rng.IntN(3), s.rng)
	}
	s.travel(o, ship, days)
}

// settle draws when and where o was bought, and who carries and serves it.
func (s *shop) settle(o *order, from, to time.Time, r region) {
	n := int(to.Sub(from) / (24 * time.Hour))
	w := make([]int, n)
	for i := range w {
		d := from.AddDate(0, 0, i)
		w[i] = 10
		if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
			w[i] = 11
		}
		if !d.Before(date(6, 1)) && d.Before(date(6, 19)) { // the sale in June
			w[i] += 4
		}
	}
	d := from.AddDate(0, 0, pick(s.rng, w))
	hours := []int{2, 1, 0, 0, 0, 0, 1, 3, 5, 7, 9, 9, 10, 8, 7, 7, 7, 7, 7, 8, 11, 13, 12, 7}
	o.paid = at(d, pick(s.rng, hours), s.rng)
	o.region = r
	o.carrier, o.group = s.choose(carriers), s.choose(groups)
}

// travel draws when o was sent and delivered; ship and days, in days after
// payment, fix them where they are not 0.
func (s *shop) travel(o *order, ship, days float64) {
	if o.unpaid || o.cancelled {
		return
	}
	wait := 2 + 26*s.rng.Float64()*s.rng.Float64()
	switch {
	case ship > 0:
		wait = 24 * ship
	case days > 0:
		wait = min(wait, 24*days/4)
	}
	o.shipped = o.paid.Add(span(wait / 24))
	if h := o.shipped.Hour(); ship == 0 && h < 8 {
		o.shipped = at(o.shipped, 8+s.rng.IntN(2), s.rng)
	}
	hours := float64(o.region.hours) * (0.85 + 0.4*s.rng.Float64())
	if o.region.name == slowRegion && o.carrier == slowCarrier {
		hours *= slowFactor
	}
	o.delivered = o.shipped.Add(span(hours / 24))
	if days > 0 {
		o.delivered = o.paid.Add(span(days))
	}
	switch h := o.delivered.Hour(); {
	case h < 8:
		o.delivered = at(o.delivered, 8+s.rng.IntN(4), s.rng)
	case h > 20:
		o.delivered = at(o.delivered, 17+s.rng.IntN(4), s.rng)
	}
}

// date gives o's messages their times.
func (s *shop) date(o *order) {
	var last time.Time // the latest message after delivery
	for _, m := range o.messages {
		stage := m.Stage
		if stage == "" {
			stage = "post"
		}
		switch {
		case m.At > 0:
			m.created = o.paid.Add(span(m.At))
		case stage == "ask":
			m.created = o.paid.Add(-time.Duration(180+s.rng.IntN(5200)) * time.Second)
		case stage == "pre" && o.cancelled:
			m.created = o.paid.Add(span(0.01 + 0.3*s.rng.Float64()))
		case stage == "pre":
			m.created = s.between(o.paid, o.shipped)
		case stage == "way":
			m.created = s.between(o.shipped, o.delivered)
		case m.After > 0:
			m.created = o.delivered.Add(span(m.After))
		case m.Fact == "edited" && !last.IsZero():
			m.created = last.Add(span(3 + 6*s.rng.Float64()))
		case !last.IsZero():
			m.created = last.Add(span(0.2 + 2.8*s.rng.Float64()))
		default:
			lo, hi := 0.1, 8.0
			switch {
			case m.Fact == "default":
				lo, hi = 5, 10
			case m.Fact == "resolved":
				lo, hi = 3, 9
			case m.Channel == "aftersale":
				hi = 4
			case m.Channel == "inquiry":
				hi = 2.5
			case m.Channel == "complaint":
				lo = 0.5
			}
			m.created = o.delivered.Add(span(lo + (hi-lo)*s.rng.Float64()*s.rng.Float64()))
		}
		if stage == "post" && m.At == 0 {
			if h := m.created.Hour(); h >= 1 && h < 7 { // people sleep
				m.created = m.created.Add(7 * time.Hour)
			}
			last = later(last, m.created)
		}
	}
}

// brush makes the i-th brushing order: bought, confirmed and praised within
// an hour, at one address, half of them marked by the platform.
func (s *shop) brush(m *message, i int) *order {
	o := &order{product: productOf(m.Product), region: regionsOf("江苏")[0], carrier: "极橙达", group: "晨光组", messages: []*message{m}}
	n := len(brushDays)
	o.paid = brushDays[i%n].Add(22*time.Hour + time.Duration(i/n*210+s.rng.IntN(150))*time.Second)
	o.shipped = o.paid.Add(time.Duration(50+s.rng.IntN(70)) * time.Second)
	o.delivered = o.shipped.Add(time.Duration(200+s.rng.IntN(600)) * time.Second)
	m.created = o.delivered.Add(time.Duration(300+s.rng.IntN(2100)) * time.Second)
	o.buyer, o.address = "BS"+strconv.Itoa(100401+(i*5)%brushBuyers*7), hash("brushing")
	if i%2 == 1 {
		o.abnormal = "刷单"
	}
	return o
}

// name gives o its buyer and address. A quarter of the silent orders are by
// buyers who come back, and a few share an address with another household
// member, so that a screen for brushing has something to spare.
func (s *shop) name(o *order) {
	if o.buyer != "" {
		return
	}
	known := s.regulars[o.region.name]
	if o.filler && len(known) > 0 {
		k := known[s.rng.IntN(len(known))]
		switch u := s.rng.Float64(); {
		case u < 0.25:
			o.buyer, o.address = k.buyer, k.address
			return
		case u < 0.28:
			o.address = k.address
		}
	}
	for o.buyer == "" || s.buyers[o.buyer] {
		o.buyer = "B" + strconv.Itoa(100000+s.rng.IntN(900000))
	}
	s.buyers[o.buyer] = true
	if o.address == "" {
		o.address = hash(o.buyer)
	}
	if o.filler {
		s.regulars[o.region.name] = append(known, o)
	}
}

// attack places the copied complaints of accounts that bought nothing.
func (s *shop) attack() {
	var i int
	for _, m := range s.messages {
		if m.Fact != "attack" {
			continue
		}
		m.buyerID = "U" + strconv.Itoa(880013+i*37)
		m.created = attackAt[i%len(attackAt)].Add(time.Duration(s.rng.IntN(4*3600)) * time.Second)
		switch m.Link {
		case "ghost": // an order id that does not exist
			m.orderID = fmt.Sprintf("260603%05d", 90001+i*13)
		case "other": // somebody else's order
			m.orderID = s.silent(m.Product).id
		}
		i++
	}
}

// silent draws a delivered order of the product that nobody wrote about.
func (s *shop) silent(key string) *order {
	for {
		o := s.orders[s.rng.IntN(len(s.orders))]
		if o.product.key == key && o.filler && o.abnormal == "" && !o.delivered.IsZero() && o.delivered.Before(attackAt[0]) {
			return o
		}
	}
}

// reply draws when the merchant first answered m.
func (s *shop) reply(m *message) {
	if m.Fact == "brushing" || m.Channel == "review" || m.Fact == "attack" {
		return
	}
	u, v := s.rng.Float64(), s.rng.Float64()
	wait := time.Duration((1 + 5*v) * float64(time.Hour)).Truncate(time.Second)
	if m.Channel == "inquiry" {
		g, paid := s.served(m.orderID)
		rude := g == rudeGroup && !paid.Before(rudeFrom)
		switch {
		case m.Reply > 0:
			u, wait = 1, time.Duration(m.Reply*float64(time.Minute))
		case rude:
			wait = time.Duration(8*60+v*80*60) * time.Second
		case u < 0.9:
			wait = time.Duration(12+v*160) * time.Second
		default:
			wait = time.Duration(200+v*900) * time.Second
		}
		if u < 0.04 || rude && u < 0.15 {
			return
		}
	} else if u < 0.2 {
		return
	}
	m.replied = m.created.Add(wait)
}

func (s *shop) served(id string) (string, time.Time) {
	i := slices.IndexFunc(s.orders, func(o *order) bool { return o.id == id })
	if i < 0 {
		return "", time.Time{}
	}
	return s.orders[i].group, s.orders[i].paid
}

func (s *shop) write(dir string) error {
	orders := [][]string{{
		"order_id", "buyer_id", "product_id", "product", "category", "region", "carrier", "service_group",
		"paid_at", "shipped_at", "delivered_at", "amount", "status", "abnormal", "batch", "address",
	}}
	for _, o := range s.orders {
		paid, carrier := stamp(o.paid), o.carrier
		if o.unpaid {
			paid = ""
		}
		if o.shipped.IsZero() {
			carrier = ""
		}
		p := o.product
		fen := p.price
		switch u := s.rng.IntN(100); {
		case u < 2:
			fen *= 3
		case u < 12:
			fen *= 2
		}
		fen -= []int{0, 0, 0, 300, 500, 800}[s.rng.IntN(6)]
		orders = append(orders, []string{
			o.id, o.buyer, p.key, p.title, p.category, o.region.name, carrier, o.group,
			paid, stamp(o.shipped), stamp(o.delivered), fmt.Sprintf("%d.%02d", fen/100, fen%100), s.status(o), o.abnormal, batch(o), o.address,
		})
	}
	feedback := [][]string{{
		"feedback_id", "order_id", "buyer_id", "channel", "text", "rating", "reason", "created_at", "replied_at", "abnormal",
	}}
	truth := [][]string{{"order_id", "feedback_id", "fact", "complaint"}}
	for _, m := range s.messages {
		rating := ""
		if m.Rating > 0 {
			rating = strconv.Itoa(m.Rating)
		}
		feedback = append(feedback, []string{
			m.id, m.orderID, m.buyerID, m.Channel, m.Text, rating, m.Reason, stamp(m.created), stamp(m.replied), m.Abnormal,
		})
		truth = append(truth, []string{m.orderID, m.id, m.Fact, strconv.FormatBool(m.Complaint)})
	}
	for _, t := range []struct {
		name string
		rows [][]string
	}{{"orders.csv", orders}, {"feedback.csv", feedback}, {"truth.csv", truth}} {
		if err := writeCSV(filepath.Join(dir, t.name), t.rows); err != nil {
			return err
		}
	}
	return nil
}

func writeCSV(name string, rows [][]string) error {
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

func (s *shop) status(o *order) string {
	switch {
	case o.unpaid:
		return "已取消"
	case o.cancelled:
		return "已退款"
	}
	for _, m := range o.messages {
		if m.Channel == "aftersale" && m.Fact != "resolved" && s.rng.IntN(10) < 7 {
			return "已退款"
		}
	}
	return "已完成"
}

// batch names the production batch: half-monthly for food, monthly otherwise.
// The kettle's bad batch is K2605.
func batch(o *order) string {
	switch c := o.product.category; {
	case o.product.key == batchProduct && !o.paid.Before(batchFrom):
		return "K2605"
	case o.product.key == batchProduct && !o.paid.Before(date(4, 1)):
		return "K2604"
	case o.product.key == batchProduct:
		return "K2602"
	case c == "水果生鲜" || c == "零食":
		half := "01"
		if o.paid.Day() > 15 {
			half = "16"
		}
		return o.product.code + o.paid.Format("01") + half
	}
	return o.product.code + o.paid.Format("0601")
}

func (s *shop) product() *product {
	w := make([]int, len(products))
	for i, p := range products {
		w[i] = p.weight
	}
	return &products[pick(s.rng, w)]
}

func (s *shop) region(rs []region) region {
	w := make([]int, len(rs))
	for i, r := range rs {
		w[i] = r.weight
	}
	return rs[pick(s.rng, w)]
}

func (s *shop) choose(cs []choice) string {
	w := make([]int, len(cs))
	for i, c := range cs {
		w[i] = c.weight
	}
	return cs[pick(s.rng, w)].name
}

// between returns a time in the middle of the span from a to b.
func (s *shop) between(a, b time.Time) time.Time {
	return a.Add(time.Duration((0.1 + 0.8*s.rng.Float64()) * float64(b.Sub(a)))).Truncate(time.Second)
}

// pick returns an index with the probability of its weight.
func pick(rng *rand.Rand, weights []int) int {
	var sum int
	for _, w := range weights {
		sum += w
	}
	n := rng.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	panic("unreachable")
}

func productOf(key string) *product {
	i := slices.IndexFunc(products, func(p product) bool { return p.key == key })
	if i < 0 {
		log.Fatalf("unknown product %q", key)
	}
	return &products[i]
}

func regionsOf(name string) []region {
	i := slices.IndexFunc(regions, func(r region) bool { return r.name == name })
	if i < 0 {
		log.Fatalf("unknown region %q", name)
	}
	return regions[i : i+1]
}

func day(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		log.Fatal(err)
	}
	return t
}

func at(d time.Time, hour int, rng *rand.Rand) time.Time {
	return time.Date(d.Year(), d.Month(), d.Day(), hour, rng.IntN(60), rng.IntN(60), 0, zone)
}

func span(days float64) time.Duration {
	return time.Duration(days * 24 * float64(time.Hour)).Truncate(time.Second)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func hash(s string) string {
	h := fnv.New32a()
	h.Write([]byte("address of " + s))
	return fmt.Sprintf("%08x", h.Sum32())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
