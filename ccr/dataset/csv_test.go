package dataset_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

var cst = time.FixedZone("CST", 8*60*60)

const feedbackHeader = "feedback_id,order_id,channel,text,rating,created_at\n"

// readTexts returns the texts and the error messages of a feedback file.
func readTexts(in string, opts *dataset.Options) (texts, messages []string) {
	if opts == nil {
		opts = &dataset.Options{Name: "f.csv"}
	}
	feedback, messages := collect(dataset.ReadFeedbackCSV(strings.NewReader(in), opts))
	for _, f := range feedback {
		texts = append(texts, f.Text)
	}
	return texts, messages
}

func TestReadOrdersCSV(t *testing.T) {
	in := "\ufefforder_id,buyer_id,product_id,product,category,region,carrier,service_group,paid_at,shipped_at,delivered_at,amount,status,abnormal,batch,address\r\n" +
		"6900000000000000001,b1,p1,黑色衬衫,服装,浙江,顺丰,一组,2024-05-06 07:08:09,2024-05-07T01:02:03Z,2024/5/8 9:10,\"¥1,234.50\",已完成,否,B7,杭州市\r\n" +
		"\r\n" +
		"=\"0002\",-,--,~,,,,,2024-05-06,,,-,,刷单,,\r\n" +
		",,,,,,,,,,,,,,,\r\n"
	want := []ccr.Order{
		{
			ID: "6900000000000000001", BuyerID: "b1", ProductID: "p1", Product: "黑色衬衫", Category: "服装", Region: "浙江",
			Carrier: "顺丰", ServiceGroup: "一组", PaidAt: time.Date(2024, 5, 6, 7, 8, 9, 0, cst),
			ShippedAt: time.Date(2024, 5, 7, 1, 2, 3, 0, time.UTC), DeliveredAt: time.Date(2024, 5, 8, 9, 10, 0, 0, cst),
			Amount: 123450, Status: "已完成", Batch: "B7", Address: "杭州市", Source: ccr.Source{Name: "orders.csv", Line: 2},
		},
		{
			ID: "0002", PaidAt: time.Date(2024, 5, 6, 0, 0, 0, 0, cst), Abnormal: "刷单",
			Source: ccr.Source{Name: "orders.csv", Line: 4},
		},
	}
	got := noErrors(t, dataset.ReadOrdersCSV(strings.NewReader(in), &dataset.Options{Name: "orders.csv"}))
	diff(t, want, got)
	if zone := got[0].ShippedAt.Location().String(); zone != "Asia/Shanghai" && zone != "CST" {
		t.Errorf("location %s, want the one of the options", zone)
	}
}

func TestReadFeedbackCSV(t *testing.T) {
	in := "TEXT,Feedback ID,Order-Id,buyer_id,channel,product,rating,reason,created_at,replied_at,abnormal,unknown\n" +
		"\"好\r\n看，\"\"很\"\"好\",1,o1,b1,售后,衬衫,5.0,质量问题,2024-05-06 07:08:09,2024-05-06 07:09,0,x\n" +
		" - ,2,\t0123,,,,-,,,,,\n"
	want := []ccr.Feedback{
		{
			Text: "好\r\n看，\"很\"好", ID: "1", OrderID: "o1", BuyerID: "b1", Channel: ccr.ChannelAfterSale, Product: "衬衫",
			Rating: 5, Reason: "质量问题", CreatedAt: time.Date(2024, 5, 6, 7, 8, 9, 0, cst),
			RepliedAt: time.Date(2024, 5, 6, 7, 9, 0, 0, cst), Source: ccr.Source{Line: 2},
		},
		{Text: " - ", ID: "2", OrderID: "0123", Channel: ccr.ChannelReview, Source: ccr.Source{Line: 4}},
	}
	diff(t, want, noErrors(t, dataset.ReadFeedbackCSV(strings.NewReader(in), nil)))
}

// TestBadRecords has one bad record between two good ones, which must be read.
func TestBadRecords(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, tt := range []struct {
		name, bad, want string
		field           string
		is              error
	}{
		{"rating", "2,o,,b,9,", "f.csv:3: rating: 9 is not between 1 and 5", "rating", nil},
		{"negative rating", "2,o,,b,-1,", "f.csv:3: rating: -1 is not between 1 and 5", "rating", nil},
		{"half rating", "2,o,,b,4.5,", "f.csv:3: rating: 4.5 is not a whole number", "rating", nil},
		{"no rating", "2,o,,b,good,", `f.csv:3: rating: "good" is not a number from 1 to 5`, "rating", nil},
		{"channel", "2,o,fax,b,,", `f.csv:3: channel: unknown channel "fax", want review, aftersale, complaint or inquiry`, "channel", nil},
		{"time", "2,o,,b,,yesterday", `f.csv:3: created_at: "yesterday" is not a time such as 2006-01-02 15:04:05`, "created_at", nil},
		{"NUL", "2,o\x00o,,b,,", `f.csv:3: order_id: NUL byte at byte 2 of "o\x00o"`, "order_id", nil},
		{"not UTF-8", "2,o,,好\xff,,", "f.csv:3: text is not valid UTF-8: byte 0xff at byte 9 of the line", "", ccr.ErrText},
		{"not UTF-8 in several lines", "2,o,,\"a\n\xff\nb\",,", "f.csv:3: text is not valid UTF-8: byte 0xff at byte 1 of the line", "", ccr.ErrText},
		{"few fields", "2,o,,b", "f.csv:3: wrong number of fields: 4, the header has 6", "", csv.ErrFieldCount},
		{"many fields", "2,o,,b,5,,7", "f.csv:3: wrong number of fields: 7, the header has 6", "", csv.ErrFieldCount},
		{"bare quote", `2,o,,5" wide,,`, `f.csv:3: bare " in non-quoted-field`, "", csv.ErrBareQuote},
		{"text after quote", `2,o,,"a"b,,`, `f.csv:3: extraneous or missing " in quoted-field`, "", csv.ErrQuote},
		{"too long", "2,o,," + long + ",,", "f.csv:3: line is too long: more than 200 bytes", "", dataset.ErrTooLong},
		{
			"too long in quotes", "2,o,,\"a\n" + long + "\nz\",,",
			"f.csv:3: line is too long: more than 200 bytes; lines 3 to 5 are skipped", "", dataset.ErrTooLong,
		},
		{
			"record too long", "2,o,,\"" + strings.Repeat("a b c d\n", 40) + "z\",,",
			"f.csv:3: record is too long: more than 200 bytes; lines 3 to 43 are skipped", "", dataset.ErrTooLong,
		},
		{
			"few fields in several lines", "2,o,,\"a\nb\nc\",",
			"f.csv:3: wrong number of fields: 5, the header has 6; lines 3 to 5 are skipped", "", csv.ErrFieldCount,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := feedbackHeader + "1,o,,first,5,\n" + tt.bad + "\n3,o,,last,4,\n"
			opts := &dataset.Options{Name: "f.csv", MaxLine: 200}
			texts, messages := readTexts(in, opts)
			diff(t, []string{"first", "last"}, texts)
			diff(t, []string{tt.want}, messages)
			err := firstError(t, dataset.ReadFeedbackCSV(strings.NewReader(in), opts))
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v does not match %v", err, tt.is)
			}
			if got := fieldOf(err); got != tt.field {
				t.Errorf("field %q, want %q", got, tt.field)
			}
			if got := lineOf(err); got != 3 {
				t.Errorf("line %d, want 3", got)
			}
		})
	}
}

func TestBadOrders(t *testing.T) {
	for _, tt := range []struct{ cells, want string }{
		{",2024-01-01,1", "order_id: missing"},
		{"-,2024-01-01,1", "order_id: missing"},
		{"1,2024-13-01,1", `paid_at: "2024-13-01" is not a time such as 2006-01-02 15:04:05`},
		{"1,2024-01-01,-5", "amount: is negative"},
		{`1,2024-01-01,"41,90"`, `amount: bad amount "41,90"`},
		{`1,2024-01-01,"1,234,5.00"`, `amount: bad amount "1,234,5.00"`},
		{`1,2024-01-01,"1.234,567"`, `amount: bad amount "1.234,567"`},
		{"1,2024-01-01,1e5", `amount: bad amount "1e5"`},
		{"1,2024-01-01,ten", `amount: bad amount "ten"`},
	} {
		err := firstError(t, dataset.ReadOrdersCSV(strings.NewReader("order_id,paid_at,amount\n"+tt.cells+"\n"), nil))
		if got := err.Error(); got != "line 2: "+tt.want {
			t.Errorf("%s: %s, want line 2: %s", tt.cells, got, tt.want)
		}
	}
}

func TestTextNUL(t *testing.T) {
	texts, messages := readTexts(feedbackHeader+"1,o,,a\x00b,,\n2,o,,\"c\x00d\",,\n3,o,,e,,\n", nil)
	diff(t, []string{"e"}, texts)
	diff(t, []string{`f.csv:2: text: NUL byte at byte 2 of "a\x00b"`, `f.csv:3: text: NUL byte at byte 2 of "c\x00d"`}, messages)
}

// TestUnclosedQuote checks that one stray quote costs its own record only.
func TestUnclosedQuote(t *testing.T) {
	good := func(from, to int, quoted bool) (lines string, texts []string) {
		for i := from; i <= to; i++ {
			text := fmt.Sprintf("text %d", i)
			texts = append(texts, text)
			if quoted {
				lines += fmt.Sprintf("%d,o,,\"%s\",5,\n", i, text)
			} else {
				lines += fmt.Sprintf("%d,o,,%s,5,\n", i, text)
			}
		}
		return lines, texts
	}
	for _, quoted := range []bool{false, true} {
		before, textsBefore := good(1, 3, quoted)
		after, textsAfter := good(5, 2000, quoted)
		for _, bad := range []string{"4,o,,\"never closed,5,\n", "\"\n", "4,o,,\"a\nb\nc,,,\n", "4,o,,x,5,\"\n"} {
			texts, messages := readTexts(feedbackHeader+before+bad+after, nil)
			diff(t, slices.Concat(textsBefore, textsAfter), texts)
			if len(messages) != 1 || !strings.HasPrefix(messages[0], `f.csv:5: extraneous or missing " in quoted-field`) {
				t.Errorf("quoted %v, %q: errors %q", quoted, bad, messages)
			}
		}
	}

	// A quote that a later record seems to close gives one field too few.
	texts, messages := readTexts(feedbackHeader+"1,o,,\"stray,5,\n2,o,,good,5,\n3,o,,x\",5,\n4,o,,last,5,\n", nil)
	diff(t, []string{"stray,5,\n2,o,,good,5,\n3,o,,x", "last"}, texts) // a valid record, no way to tell
	diff(t, []string(nil), messages)
	texts, messages = readTexts(feedbackHeader+"1,o,\"stray,5,\n2,o,,good,5,\n3,o,,x\",5,\n4,o,,last,5,\n", nil)
	diff(t, []string{"good", "last"}, texts)
	diff(t, []string{
		"f.csv:2: wrong number of fields: 5, the header has 6",
		"f.csv:4: bare \" in non-quoted-field",
	}, messages)

	// A record of several lines after the bad one is whole again.
	texts, messages = readTexts(feedbackHeader+"1,o,,\"stray,5,\n2,o,,\"two\nlines\",5,\n3,o,,last,5,\n", nil)
	diff(t, []string{"two\nlines", "last"}, texts)
	diff(t, []string{"f.csv:2: extraneous or missing \" in quoted-field"}, messages)
}

// TestUnclosedQuoteCost reads a file in which every line is hard to place; it
// takes minutes if lines are read again and again.
func TestUnclosedQuoteCost(t *testing.T) {
	for _, line := range []string{"1,o,,\"a,5,\n", "\"\n", "\"\"\n", ",\"\"\"\n", "a,\"\"\",b\"\"\n", "\"\",\"\"\",\n"} {
		in := feedbackHeader + "0,o,,\"\n" + strings.Repeat(line, 1<<18/len(line))
		start := time.Now()
		readTexts(in, nil)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%q: %v", line, d)
		}
	}
}

func TestHeader(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
	}{
		{"empty", "", "orders.csv:1: empty file: no usable header"},
		{"mark only", "\ufeff", "orders.csv:1: empty file: no usable header"},
		{"blank lines", "\n\r\n", "orders.csv:1: empty file: no usable header"},
		{
			"no time", "\norder_id,amount\n1,2\n",
			"orders.csv:2: no usable header: missing column paid_at (or 支付时间, 付款时间, 订单付款时间, 订单支付时间)",
		},
		{
			"nothing", "a,b\n1,2\n",
			"orders.csv:1: no usable header: missing column order_id (or 子订单编号, 子订单号, 订单编号, 订单号, 订单ID, 主订单编号, 主订单号); " +
				"paid_at (or 支付时间, 付款时间, 订单付款时间, 订单支付时间)",
		},
		{"doubled", "order_id,Order ID,paid_at\n1,2,\n", `orders.csv:1: no usable header: two columns "order_id"`},
		{"open quote", "order_id,\"paid_at\n1,2\n", `orders.csv:1: no usable header: extraneous or missing " in quoted-field`},
		{"too long", strings.Repeat("x", 99) + "\n1,2\n", "orders.csv:1: no usable header: line is too long: more than 90 bytes"},
		{"not UTF-8", "order_id,paid_at,\xff\n1,2\n", "orders.csv:1: no usable header: text is not valid UTF-8: byte 0xff at byte 18 of the line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			seq := dataset.ReadOrdersCSV(strings.NewReader(tt.in), &dataset.Options{Name: "orders.csv", MaxLine: 90})
			n := 0
			for o, err := range seq {
				n++
				if err == nil {
					t.Fatalf("order %v", o)
				}
				if err.Error() != tt.want {
					t.Errorf("%v, want %s", err, tt.want)
				}
				if !errors.Is(err, dataset.ErrHeader) {
					t.Errorf("%v does not match ErrHeader", err)
				}
			}
			if n != 1 {
				t.Errorf("%d steps, want 1", n)
			}
		})
	}
}

func TestChineseHeaders(t *testing.T) {
	orders := "主订单编号\t子订单编号\t买家会员名\t商品编号\t宝贝标题\t类目\t收货省份\t物流公司\t客服\t订单付款时间\t发货时间\t确认收货时间\t买家实际支付金额(元)\t订单状态\t异常原因\t批次\t收货地址\n" +
		"M1\tS1\t张三\tp1\t衬衫, 黑\t服装\t浙江省\t顺丰\t一组\t2024/5/6 7:08:09\t2024-05-07\t\t88.00\t交易成功\t\tB1\t杭州\n"
	got := noErrors(t, dataset.ReadOrdersCSV(strings.NewReader(orders), nil))
	diff(t, []ccr.Order{{
		ID: "S1", BuyerID: "张三", ProductID: "p1", Product: "衬衫, 黑", Category: "服装", Region: "浙江省", Carrier: "顺丰",
		ServiceGroup: "一组", PaidAt: time.Date(2024, 5, 6, 7, 8, 9, 0, cst), ShippedAt: time.Date(2024, 5, 7, 0, 0, 0, 0, cst),
		Amount: 8800, Status: "交易成功", Batch: "B1", Address: "杭州",
	}}, got, content)

	feedback := "评价ID,订单号,买家昵称,来源,评价内容,星级,退款原因,评价时间,首次回复时间,异常,商品名称\n" +
		"1,M1,张三,评论,好,5,,2024-05-06,,正常,衬衫\n2,M1,,投诉,坏,,假货,,,,\n3,M1,,在线咨询,?,,,,,,\n4,M1,,未知,?,,,,,,\n"
	diff(t, []ccr.Feedback{
		{ID: "1", OrderID: "M1", BuyerID: "张三", Channel: ccr.ChannelReview, Text: "好", Rating: 5, CreatedAt: time.Date(2024, 5, 6, 0, 0, 0, 0, cst), Product: "衬衫"},
		{ID: "2", OrderID: "M1", Channel: ccr.ChannelComplaint, Text: "坏", Reason: "假货"},
		{ID: "3", OrderID: "M1", Channel: ccr.ChannelInquiry, Text: "?"},
		{ID: "4", OrderID: "M1", Text: "?"},
	}, noErrors(t, dataset.ReadFeedbackCSV(strings.NewReader(feedback), nil)), content)
}

func TestColumns(t *testing.T) {
	in := "nr;order_id;when;paid_at\n1;o1;2024-05-06;x\n"
	opts := &dataset.Options{Comma: ';', Columns: map[string]string{"NR": "order_id", "When": "paid_at", "内容": "text"}}
	got := noErrors(t, dataset.ReadOrdersCSV(strings.NewReader(in), opts))
	diff(t, []ccr.Order{{ID: "1", PaidAt: time.Date(2024, 5, 6, 0, 0, 0, 0, cst)}}, got, content)

	for _, tt := range []struct {
		columns map[string]string
		want    string
	}{
		{map[string]string{"nr": "number"}, `dataset: Columns maps "nr" to "number", which is no field`},
		{map[string]string{"nr": "order_id", "when": "order_id"}, `line 1: no usable header: columns "nr" and "when" are both order_id`},
		{map[string]string{"nr": "order_id", "paid_at": "amount"}, "line 1: no usable header: missing column paid_at (or 支付时间, 付款时间, 订单付款时间, 订单支付时间)"},
	} {
		err := firstError(t, dataset.ReadOrdersCSV(strings.NewReader(in), &dataset.Options{Comma: ';', Columns: tt.columns}))
		if err.Error() != tt.want {
			t.Errorf("%v: %v, want %s", tt.columns, err, tt.want)
		}
	}
	err := firstError(t, dataset.ReadOrdersCSV(strings.NewReader(in), &dataset.Options{Columns: map[string]string{"n r": "text", "nr": "reason"}}))
	if !strings.Contains(err.Error(), "to both reason and text") {
		t.Error(err)
	}
}

func TestBadOptions(t *testing.T) {
	for _, opts := range []*dataset.Options{
		{MaxLine: -1},
		{Encoding: 9},
		{Encoding: -1},
		{Comma: '"'},
		{Comma: '\n'},
		{Comma: 0x80},
		{Columns: map[string]string{"a": "b"}},
	} {
		n := 0
		for _, err := range dataset.ReadOrdersCSV(strings.NewReader("order_id,paid_at\n1,\n"), opts) {
			if n++; err == nil || !strings.HasPrefix(err.Error(), "dataset: ") {
				t.Errorf("%+v: %v", opts, err)
			}
		}
		for _, err := range dataset.ReadOrdersJSON(strings.NewReader(`{"order_id":"1"}`), opts) {
			if n++; err == nil || !strings.HasPrefix(err.Error(), "dataset: ") {
				t.Errorf("%+v: %v", opts, err)
			}
		}
		if n != 2 {
			t.Errorf("%+v: %d steps", opts, n)
		}
	}
}

func TestReadError(t *testing.T) {
	broken := errors.New("disk on fire")
	const header = "order_id,paid_at\n"
	for _, tt := range []struct {
		in, want string
		orders   int
		errs     int
	}{
		{"", "o.csv: after line 0: disk on fire", 0, 1},
		{"order_", "o.csv: after line 0: disk on fire", 0, 1},
		{header + "1,\n2,\n3,20", "o.csv: after line 3: disk on fire", 2, 1},
		{header + "1,\"\n2,\n3,20", "o.csv: after line 3: disk on fire", 1, 2}, // 1 is bad, 2 is not lost
	} {
		for _, wrap := range []func(io.Reader) io.Reader{iotest.DataErrReader, iotest.OneByteReader, func(r io.Reader) io.Reader { return r }} {
			r := wrap(io.MultiReader(strings.NewReader(tt.in), iotest.ErrReader(broken)))
			var last error
			orders, errs := 0, 0
			for _, err := range dataset.ReadOrdersCSV(r, &dataset.Options{Name: "o.csv"}) {
				if last = err; err != nil {
					errs++
				} else {
					orders++
				}
			}
			if orders != tt.orders || errs != tt.errs || !errors.Is(last, broken) || last.Error() != tt.want {
				t.Errorf("%q: %d orders, %d errors, last %v; want %d, %d, %s", tt.in, orders, errs, last, tt.orders, tt.errs, tt.want)
			}
		}
	}
	err := firstError(t, dataset.ReadOrdersJSON(iotest.ErrReader(broken), nil))
	if !errors.Is(err, broken) || err.Error() != "after line 0: disk on fire" {
		t.Error(err)
	}
}

func TestSingleUse(t *testing.T) {
	const in = "order_id,paid_at\n1,\n2,\n3,x\n"
	for _, seq := range []func() int{
		count(dataset.ReadOrdersCSV(strings.NewReader(in), nil)),
		count(dataset.ReadOrdersJSON(strings.NewReader("{\"order_id\":1}\n{}\n"), nil)),
	} {
		if first, second := seq(), seq(); first == 0 || second != 0 {
			t.Errorf("%d steps, then %d", first, second)
		}
	}
}

func count[T any](seq func(func(T, error) bool)) func() int {
	return func() (n int) {
		for range seq {
			n++
		}
		return n
	}
}

// TestBreak leaves the loop at every step of inputs that yield all kinds of
// things; an iterator that yields on would panic.
func TestBreak(t *testing.T) {
	csvIn := feedbackHeader + "1,o,,a,,\n2,o,,b,9,\n3,o\n4,o,,\"\n5,o,,c,,\n"
	jsonIn := "{\"text\":\"a\"}\nbad\n\xff\n{\"text\":\"b\"}\n"
	for stop := 1; stop <= 6; stop++ {
		n := 0
		for range dataset.ReadFeedbackCSV(strings.NewReader(csvIn), nil) {
			if n++; n == stop {
				break
			}
		}
		n = 0
		for range dataset.ReadFeedbackJSON(strings.NewReader(jsonIn), nil) {
			if n++; n == stop {
				break
			}
		}
	}
}

func TestLongText(t *testing.T) {
	text := strings.Repeat("质量很好\n", 10<<20/13)
	large := &dataset.Options{MaxLine: 64 << 20}
	texts, messages := readTexts(feedbackHeader+"1,o,,\""+text+"\",,\n2,o,,short,,\n", large)
	if messages != nil || !cmp.Equal(texts, []string{text, "short"}) {
		t.Errorf("CSV: %d texts, errors %q", len(texts), messages)
	}
	long := strings.Repeat("好", 10<<20/3)
	in := `{"text":"` + long + `"}` + "\n" + `{"text":"short"}`
	feedback := noErrors(t, dataset.ReadFeedbackJSON(strings.NewReader(in), large))
	if len(feedback) != 2 || feedback[0].Text != long || feedback[1].Text != "short" {
		t.Error("JSON: another text")
	}
}

// TestTooLongText checks that ten megabytes in one text are named and cost
// nothing else.
func TestTooLongText(t *testing.T) {
	texts, messages := readTexts(feedbackHeader+"1,o,,"+strings.Repeat("好", 10<<20/3)+",,\n2,o,,short,,\n", nil)
	diff(t, []string{"short"}, texts)
	diff(t, []string{"f.csv:2: line is too long: more than 4194304 bytes"}, messages)
}

// TestEndlessLine reads a line of 256 MB, which must not be held in memory.
func TestEndlessLine(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 256 MB")
	}
	endless := func() io.Reader {
		return io.MultiReader(strings.NewReader(feedbackHeader+"1,o,,"), io.LimitReader(ones{}, 1<<28), strings.NewReader("\n2,o,,b,,\n"))
	}
	opts := &dataset.Options{Name: "f.csv", MaxLine: 1 << 20}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	feedback, messages := collect(dataset.ReadFeedbackCSV(endless(), opts))
	runtime.ReadMemStats(&after)
	diff(t, []string{"f.csv:2: line is too long: more than 1048576 bytes"}, messages)
	if len(feedback) != 1 || feedback[0].Text != "b" {
		t.Errorf("%v", feedback)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// ones is an endless reader.
type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '1'
	}
	return len(p), nil
}

// TestAgreesWithEncodingCSV compares records with those of the standard
// library where both accept the input.
func TestAgreesWithEncodingCSV(t *testing.T) {
	in := "a,b,text\n" + `1,"x, ""y""",plain` + "\n" + `2,,"two` + "\n" + `lines"` + "\n\n" + `3,"",""` + "\r\n" + `"4","""","a""b"`
	r := csv.NewReader(strings.NewReader(in))
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	opts := &dataset.Options{Columns: map[string]string{"a": "feedback_id", "b": "order_id"}}
	for i, f := range noErrors(t, dataset.ReadFeedbackCSV(strings.NewReader(in), opts)) {
		diff(t, rows[i+1], []string{f.ID, f.OrderID, f.Text})
	}
}

func TestMemoryOfNames(t *testing.T) {
	var in bytes.Buffer
	in.WriteString("order_id,paid_at,region\n")
	for i := range 100 {
		fmt.Fprintf(&in, "%d,,浙江\n", i)
	}
	var regions []string
	for o, err := range dataset.ReadOrdersCSV(&in, nil) {
		if err != nil {
			t.Fatal(err)
		}
		regions = append(regions, o.Region)
	}
	for _, s := range regions {
		if unsafeData(s) != unsafeData(regions[0]) {
			t.Fatal("the same region is held twice")
		}
	}
}

// TestLongLineAfterStrayQuote has a line that is too long among those that are
// read again.
func TestLongLineAfterStrayQuote(t *testing.T) {
	in := feedbackHeader + "1,o,,\"stray,5,\n2,o,,good,,\n3,o,," + strings.Repeat("x", 300) + ",,\n4,o,,last,,\n"
	texts, messages := readTexts(in, &dataset.Options{Name: "f.csv", MaxLine: 200})
	diff(t, []string{"good", "last"}, texts)
	diff(t, []string{
		"f.csv:2: line is too long: more than 200 bytes",
		"f.csv:4: line is too long: more than 200 bytes",
	}, messages)
}
