package linear_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify/linear"
)

// BenchmarkRead reads texts of different lengths, and gives their words for every
// output: what a Classifier does of it is between the two.
func BenchmarkRead(b *testing.B) {
	const text = "鞋子穿了三天就开胶了，客服一直不回复，退货也不给退。面料倒是不错，就是物流太慢，等了一个星期才到！"
	m := linear.Default()
	all := make([]int, len(m.Outputs()))
	for i := range all {
		all[i] = i
	}
	for _, times := range []int{1, 20} {
		fb := ccr.Feedback{Text: strings.Repeat(text, times), Channel: ccr.ChannelReview}
		var r linear.Reading
		b.Run(fmt.Sprintf("%d characters", times*len([]rune(text))), func(b *testing.B) {
			b.SetBytes(int64(len(fb.Text)))
			b.ReportAllocs()
			for b.Loop() {
				m.Read(&r, &fb)
			}
		})
		b.Run(fmt.Sprintf("%d characters and evidence", times*len([]rune(text))), func(b *testing.B) {
			b.SetBytes(int64(len(fb.Text)))
			var words []ccr.Evidence
			for b.Loop() {
				m.Read(&r, &fb)
				words = r.Evidence(words[:0], all...)
			}
		})
	}
}

// BenchmarkReadModel is what the first use of the embedded model waits for.
func BenchmarkReadModel(b *testing.B) {
	var file bytes.Buffer
	if _, err := linear.Default().WriteTo(&file); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		if _, err := linear.ReadModel(bytes.NewReader(file.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
