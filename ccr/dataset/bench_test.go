package dataset_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

const benchRows = 10_000

// benchOrders returns an order export of the usual width.
func benchOrders() []byte {
	var b bytes.Buffer
	b.WriteString("order_id,buyer_id,product_id,product,category,region,carrier,service_group,paid_at,shipped_at,delivered_at,amount,status,abnormal\n")
	for i := range benchRows {
		fmt.Fprintf(&b, "%019d,b%08d,p%04d,纯棉T恤 白色 %d,服装,%s,顺丰,客服%d组,2024-%02d-%02d 12:%02d:07,2024/%d/%d 9:30,2024-12-31T08:00:00+08:00,%d.90,已完成,\n",
			6900000000000000000+int64(i), i*7, i%500, i%500, []string{"浙江", "广东", "北京"}[i%3], i%5,
			i%12+1, i%28+1, i%60, i%12+1, i%28+1, i%900)
	}
	return b.Bytes()
}

func BenchmarkReadOrdersCSV(b *testing.B) {
	in := benchOrders()
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range dataset.ReadOrdersCSV(bytes.NewReader(in), nil) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != benchRows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadFeedbackCSV(b *testing.B) {
	var in bytes.Buffer
	in.WriteString("feedback_id,order_id,buyer_id,channel,text,rating,created_at\n")
	for i := range benchRows {
		fmt.Fprintf(&in, "f%d,%019d,b%d,review,\"质量很好，穿着舒服，\"\"五星\"\"\n下次再来\",5,2024-05-06 07:08:09\n", i, i, i)
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range dataset.ReadFeedbackCSV(bytes.NewReader(in.Bytes()), nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkReadFeedbackJSON(b *testing.B) {
	in := strings.Repeat(`{"id":"1","text":"质量很好，穿着舒服，\"五星\"，下次再来","channel":"review","product":"黑色衬衫","rating":5}`+"\n", benchRows)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range dataset.ReadFeedbackJSON(strings.NewReader(in), nil) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkJoin(b *testing.B) {
	orders, feedback := makeOrders(benchRows), makeFeedback(benchRows)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range dataset.Join(records(orders), records(feedback)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkJoinSorted(b *testing.B) {
	orders, feedback := makeOrders(benchRows), makeFeedback(benchRows)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range dataset.JoinSorted(records(orders), records(feedback)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func makeOrders(n int) []ccr.Order {
	orders := make([]ccr.Order, n)
	for i := range orders {
		orders[i] = ccr.Order{ID: fmt.Sprintf("o%08d", i), Product: "衬衫"}
	}
	return orders
}

func makeFeedback(n int) []ccr.Feedback {
	feedback := make([]ccr.Feedback, n)
	for i := range feedback {
		feedback[i] = ccr.Feedback{ID: "1", OrderID: fmt.Sprintf("o%08d", i), Text: "好"}
	}
	return feedback
}
