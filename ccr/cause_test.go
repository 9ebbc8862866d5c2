package ccr_test

import (
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
)

var (
	buyer   = ccr.Cause{Buyer: true}
	nothing = ccr.Cause{}
)

func fault(a ccr.Aspect) ccr.Cause { return ccr.Cause{Aspect: a} }

// The after-sale reasons of the WeChat shop with their codes, from
// developers.weixin.qq.com/community/develop/doc/000288b676c5e0a51b2097d8666000,
// its older names from …/doc/00068c216cc1b0b25dbd4e8b65b400, and what further
// shops offer their buyers to choose from.
func TestCauseOf(t *testing.T) {
	for _, tt := range []struct {
		code, reason string
		want         ccr.Cause
	}{
		{"10000000", "不想要了", buyer},
		{"10000001", "缺货", fault(ccr.LogisticsDispatch)},
		{"10000002", "拍错/多拍", buyer},
		{"10000003", "没用/少用优惠", buyer},
		{"10000004", "地址/电话等信息填写错误", buyer},
		{"10000005", "少件/漏发", fault(ccr.GoodsQuantity)},
		{"10000006", "卖家发错货", fault(ccr.GoodsWrongItem)},
		{"10000007", "未收到商品", fault(ccr.LogisticsLoss)},
		{"10000008", "其他", nothing},
		{"10000010", "商家未按约定时间发货", fault(ccr.LogisticsDispatch)},
		{"10000011", "与商品描述不符", fault(ccr.GoodsDescription)},
		{"10000014", "双方协商一致退款", nothing},
		{"10000015", "快递长时间未送达", fault(ccr.LogisticsSpeed)},
		{"10000016", "包裹为空", fault(ccr.GoodsQuantity)},
		{"10000017", "物流无跟踪记录", fault(ccr.LogisticsLoss)},
		{"10000018", "已拒签包裹", nothing},
		{"10000019", "7天无理由", buyer},
		{"10000021", "质量问题", fault(ccr.GoodsQuality)},
		{"10000023", "课程/服务与描述不符", fault(ccr.GoodsDescription)},
		{"10000028", "肤质不匹配", nothing},
		{"10000029", "宠物食用不适", fault(ccr.GoodsSafety)},
		{"10000031", "开线/走丝", fault(ccr.GoodsQuality)},
		{"10000033", "假冒产品", fault(ccr.GoodsAuthenticity)},
		{"10000039", "大小/尺寸与商品描述不符", fault(ccr.GoodsSize)},
		{"10000040", "包装/商品破损/污渍/裂痕/变形", fault(ccr.GoodsDamage)},
		{"10000041", "功能/效果与商品描述不符", fault(ccr.GoodsEffect)},
		{"10000042", "材质/面料与商品描述不符", fault(ccr.GoodsDescription)},
		{"10000043", "颜色/图案/款式与商品描述不符", fault(ccr.GoodsDescription)},

		{"INCORRECT_SELECTION", "拍错/多拍", buyer},
		{"NO_LONGER_WANT", "不想要了", buyer},
		{"NO_EXPRESS_INFO", "无快递信息", fault(ccr.LogisticsLoss)},
		{"EMPTY_PACKAGE", "包裹为空", fault(ccr.GoodsQuantity)},
		{"REJECT_RECEIVE_PACKAGE", "已拒签包裹", nothing},
		{"NOT_DELIVERED_TOO_LONG", "快递长时间未送达", fault(ccr.LogisticsSpeed)},
		{"NOT_MATCH_PRODUCT_DESC", "与商品描述不符", fault(ccr.GoodsDescription)},
		{"QUALITY_ISSUE", "质量问题", fault(ccr.GoodsQuality)},
		{"SEND_WRONG_GOODS", "卖家发错货", fault(ccr.GoodsWrongItem)},
		{"THREE_NO_PRODUCT", "三无产品", fault(ccr.GoodsAuthenticity)},
		{"FAKE_PRODUCT", "假冒产品", fault(ccr.GoodsAuthenticity)},
		{"OTHERS", "其它", nothing},

		{"", "配送超时", fault(ccr.LogisticsSpeed)},
		{"", "未按约定时间发货", fault(ccr.LogisticsDispatch)},
		{"", "未送货上门", fault(ccr.LogisticsCourier)},
		{"", "包装/商品破损/污渍", fault(ccr.GoodsDamage)},
		{"", "商品信息描述不符", fault(ccr.GoodsDescription)},
		{"", "使用后过敏", fault(ccr.GoodsSafety)},
		{"", "已过/临近保质期", fault(ccr.GoodsFreshness)},
		{"", "无法溶解/结块/有异物", fault(ccr.GoodsSafety)},
		{"", "版本/批次/颜色/容量等与商品描述不符", fault(ccr.GoodsDescription)},
		{"", "做工问题", fault(ccr.GoodsQuality)},
		{"", "商品变质/发霉/有异物", fault(ccr.GoodsSafety)},
		{"", "假冒品牌", fault(ccr.GoodsAuthenticity)},
		{"", "生产日期/保质期与商品描述不符", fault(ccr.GoodsLabel)},

		{"", "7天无理由退货", buyer},
		{"", "尺码拍错了", buyer},
		{"", "尺码偏小", fault(ccr.GoodsSize)},
		{"", " 质量问题\n", fault(ccr.GoodsQuality)},
		{"", "Item Damaged", fault(ccr.GoodsDamage)},
		{"", "No longer needed", buyer},
		{"", "Not as described", fault(ccr.GoodsDescription)},
		{"", "包装太简陋", fault(ccr.GoodsPackaging)},
		{"", "收货后商品降价", fault(ccr.GoodsPrice)},
		{"", "客服态度", fault(ccr.ServiceAttitude)},
		{"", "承诺的赠品没有", fault(ccr.ServicePromise)},
		{"", "", nothing},
		{"", " ", nothing},
		{"10009999", "没有这个原因", nothing},
		{"1", "退款", nothing},
	} {
		if got := ccr.CauseOf(tt.reason); got != tt.want {
			t.Errorf("CauseOf(%q) = %+v, want %+v", tt.reason, got, tt.want)
		}
		if tt.code == "" {
			continue
		}
		if got := ccr.CauseOf(tt.code); got != tt.want {
			t.Errorf("CauseOf(%q) = %+v, want %+v", tt.code, got, tt.want)
		}
		if got := ccr.CauseOf(tt.code + " " + tt.reason); got != tt.want {
			t.Errorf("CauseOf(%q) = %+v, want %+v", tt.code+" "+tt.reason, got, tt.want)
		}
	}
}

func FuzzCauseOf(f *testing.F) {
	for _, s := range []string{"", "质量问题", "10000016", "7天无理由", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, reason string) {
		c := ccr.CauseOf(reason)
		if c.Buyer && c.Aspect != "" {
			t.Errorf("%q is both the buyer's and the merchant's: %+v", reason, c)
		}
		if c.Aspect != "" && !c.Aspect.Known() {
			t.Errorf("%q: unknown aspect %q", reason, c.Aspect)
		}
		if again := ccr.CauseOf("  " + reason + "\t"); again != c {
			t.Errorf("%q: %+v, with spaces around it %+v", reason, c, again)
		}
	})
}
