package names_test

import (
	"fmt"

	"golang.org/x/text/language"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/names"
)

func ExampleFor() {
	for _, tag := range []language.Tag{language.English, language.MustParse("zh-TW")} {
		n := names.For(tag)
		fmt.Println(n.Channel(ccr.ChannelReview), n.Aspect(ccr.GoodsFreshness), n.Reason(ccr.ReasonUnpaid))
	}
	// Output:
	// Review Freshness Order not paid
	// 评价 新鲜程度 订单未支付
}
