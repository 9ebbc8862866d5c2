package classifytest

import (
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
)

// opinionated are texts in which most classifiers find something.
var opinionated = []string{
	"质量很差，穿了一次就开线了，客服还不理人",
	"物流很快，包装完好，东西也不错",
	"虾太好了，太大个头了！",
	"好看，但洗一次就破了",
	"物流很快，可是质量差，包装也差",
	"这件衣服挺好的，就是有点黑",
	"本来以为质量不好，没想到很不错",
	"都三天了怎么还不发货",
	"会掉色吗？",
	"這個包裝破損嚴重，客服態度很差，再也不買了",
	"Terrible quality, broke after one day. 退货！",
}

// nasty are texts that offsets, tables and loops tend to trip over.
var nasty = []string{
	"👍👍👍好评👨‍👩‍👧‍👦质量差👎🏿🇨🇳",                          // joined emoji, skin tone, flag
	"质\u0301量\u0308很\u20dd差，cafe\u0301 不好",         // combining marks
	"質量很差，發貨慢，與描述不符",                               // traditional
	"质量\x00很差\x00",                                 // NUL
	"质量差\r\n物流慢\r\n\r\n客服好\r\n",                    // CRLF
	"ＱＵＡＬＩＴＹ很差，ｳﾙﾄﾗ！1２３分，￥９９",                      // full and half width
	"الجودة سيئة 质量差 \u202eevil\u202c איכות גרועה", // right to left, with override
	"！！！？？？……。，、；：“”",                              // only punctuation
	"…",                          // one character of three bytes
	"差",                          // one word
	"a",                          // one byte
	"\ufeff质量差",                  // byte order mark
	"质\u200b量\u200d很\u2060差",     // zero-width characters inside words
	"质量\ufffd很差\ufffe\uffff",     // replacement character and non-characters
	"𠮷野家的𪚥很难吃，𠀀",                 // beyond the basic plane
	"\ue000\U000f0000\U0010ffff", // private use, the last character
	"　质量差　",                      // ideographic spaces around
	" \t质量\u00a0差\u2028客服\u2029好\u0085 ",             // Unicode's other spaces
	"不不不不不不不没没没没无无无别别别",                              // only negators
	"不是不好吃不是没有不喜欢",                                   // negators in a row
	"666 111 0 -1 1e999 0x1F ٣٤٥ ①②③ ⅷ 五星",           // numbers
	"<b>差</b> &lt;差&gt; \"差\" '差' \\u5dee %E5%B7%AE", // markup and escapes
	"İıſßŒǅΣςﬁ K Å",                                  // letters that change length with their case
	"\x01\x02\x1b[31m差\x7f",                          // control characters
}

// long is too long for anything quadratic: over a megabyte, with opinions all
// along it and no line end.
func long() string { return strings.Repeat("质量很差，但是物流不错；", 30_000) }

// blank are texts of white space only, as [unicode.IsSpace] has it.
var blank = []string{"", " ", "\t", "\r\n", "\n\n\n", "　", "\u00a0", " \t\v\f\r\n\u0085\u2003\u2028\u2029\u202f　"}

// invalid are texts that are not UTF-8.
var invalid = []string{
	"\xff",
	"质量很差\xe5\xa5",             // cut inside a character
	"\x80质量很差",                 // continuation byte first
	"质量\xc0\xaf差",              // overlong
	"质量\xed\xa0\xbd差",          // half of a surrogate pair
	"质量\xf4\x90\x80\x80差",      // beyond U+10FFFF
	"\xd6\xca\xc1\xbf\xb2\xee", // 质量差 in GB18030
	" \xff ",
	strings.Repeat("物流很快。", 10_000) + "\xe5",
}

var (
	kitProducts = []string{"", "黑色衬衫", "特辣牛肉酱"}
	kitReasons  = []string{"", "质量问题", "7天无理由", "", "没有这个原因"}
)

// kitFeedback returns the texts in turn with every channel, and with products,
// ratings and reasons.
func kitFeedback() []ccr.Feedback {
	var fbs []ccr.Feedback
	for _, texts := range [][]string{opinionated, nasty} {
		for _, text := range texts {
			i := len(fbs)
			fbs = append(fbs,
				ccr.Feedback{Text: text, Channel: ccr.ChannelReview},
				ccr.Feedback{
					Text:    text,
					Channel: ccr.ChannelUnknown + ccr.Channel(i/2%5),
					Rating:  (i/2 + 1) % 6,
					Product: kitProducts[i/2%len(kitProducts)],
					Reason:  kitReasons[i/2%len(kitReasons)],
				})
		}
	}
	return fbs
}
