package ccr

import "strings"

// A Cause is what a structured after-sale reason says about who answers for
// the return. The zero Cause means that the reason decides nothing.
type Cause struct {
	Aspect Aspect // what the merchant or carrier answers for; "" when nothing
	Buyer  bool   // the buyer's own reason: changed mind, ordered wrongly
}

// CauseOf returns the cause that a structured after-sale reason names, and the
// zero Cause for a reason it does not know, which then decides nothing.
//
// It knows the wording of the usual Chinese platforms ("质量问题",
// "少件/漏发", "7天无理由退货") and the numeric reason codes of the WeChat shop,
// both as published on developers.weixin.qq.com (community answer
// 000288b676c5e0a51b2097d8666000). A reason is matched by the words in it,
// the most specific first, so longer variants are understood too.
func CauseOf(reason string) Cause {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return Cause{}
	}
	if name, ok := reasonCodes[reason]; ok {
		reason = name
	}
	reason = strings.ToLower(reason)
	for _, c := range causes {
		for _, w := range c.words {
			if strings.Contains(reason, w) {
				return c.cause
			}
		}
	}
	return Cause{}
}

// reasonCodes are the WeChat shop's after-sale reason codes.
var reasonCodes = map[string]string{
	"10000000": "不想要了", "10000001": "缺货", "10000002": "拍错/多拍", "10000003": "没用/少用优惠",
	"10000004": "地址/电话等信息填写错误", "10000005": "少件/漏发", "10000006": "卖家发错货", "10000007": "未收到商品",
	"10000008": "其他", "10000010": "商家未按约定时间发货", "10000011": "与商品描述不符", "10000014": "双方协商一致退款",
	"10000015": "快递长时间未送达", "10000016": "包裹为空", "10000017": "物流无跟踪记录", "10000018": "已拒签包裹",
	"10000019": "7天无理由", "10000021": "质量问题", "10000023": "课程/服务与描述不符", "10000028": "肤质不匹配",
	"10000029": "宠物食用不适", "10000031": "开线/走丝", "10000033": "假冒产品", "10000039": "大小/尺寸与商品描述不符",
	"10000040": "包装/商品破损/污渍/裂痕/变形", "10000041": "功能/效果与商品描述不符",
	"10000042": "材质/面料与商品描述不符", "10000043": "颜色/图案/款式与商品描述不符",
}

// causes is searched in order: what is specific stands before what is general,
// and the buyer's own reasons before the merchant's, since "尺码拍错" names both.
var causes = []struct {
	cause Cause
	words []string
}{
	{Cause{Buyer: true}, []string{
		"无理由", "不想要", "不要了", "不喜欢", "拍错", "错拍", "多拍", "买错", "买多", "买大", "买小", "重复下单", "重复购买",
		"填写错误", "填错", "少用优惠", "没用优惠", "用错优惠", "不需要", "个人原因", "买家原因", "改变主意",
		"no longer", "no_longer", "changed mind", "change of mind", "ordered by mistake", "incorrect_selection",
	}},
	{Cause{Aspect: GoodsQuantity}, []string{"少件", "漏发", "少发", "缺件", "包裹为空", "空包", "数量不", "重量不", "缺斤", "missing part", "missing item", "empty_package"}},
	{Cause{Aspect: GoodsWrongItem}, []string{"发错", "错发", "wrong item", "wrong_goods"}},
	{Cause{Aspect: GoodsAuthenticity}, []string{"假冒", "假货", "正品", "仿品", "三无", "counterfeit", "fake_product", "three_no"}},
	{Cause{Aspect: GoodsSafety}, []string{"过敏", "异物", "食用不适", "身体不适", "安全", "allerg"}},
	{Cause{Aspect: GoodsLabel}, []string{"生产日期", "标签"}},
	{Cause{Aspect: GoodsFreshness}, []string{"变质", "发霉", "过期", "临期", "临近保质期", "过保质期", "保质期", "腐烂", "不新鲜", "坏果", "expired"}},
	{Cause{Aspect: GoodsEffect}, []string{"功能", "效果", "无法溶解"}},
	{Cause{Aspect: GoodsSize}, []string{"大小", "尺寸", "尺码", "偏大", "偏小"}},
	{Cause{Aspect: GoodsDescription}, []string{"不符", "不一致", "色差", "与描述", "虚假", "not as described", "not_match"}},
	{Cause{Aspect: GoodsDamage}, []string{"破损", "损坏", "漏液", "压坏", "摔坏", "碎", "变形", "裂", "damaged", "broken"}},
	{Cause{Aspect: GoodsQuality}, []string{"质量", "做工", "开线", "走丝", "掉色", "起球", "瑕疵", "故障", "品质", "污渍", "结块", "quality", "defect"}},
	{Cause{Aspect: GoodsPackaging}, []string{"包装"}},
	{Cause{Aspect: GoodsPrice}, []string{"降价", "价格", "差价"}},
	{Cause{Aspect: LogisticsDispatch}, []string{"未按约定时间发货", "未发货", "不发货", "发货慢", "延迟发货", "发货超时", "虚假发货", "缺货", "late dispatch"}},
	{Cause{Aspect: LogisticsLoss}, []string{"未收到", "没收到", "丢件", "丢失", "无跟踪", "虚假签收", "无快递信息", "not received", "no_express"}},
	{Cause{Aspect: LogisticsCourier}, []string{"送货上门", "送上门", "快递员"}},
	{Cause{Aspect: LogisticsSpeed}, []string{"未送达", "配送超时", "物流慢", "快递慢", "送达超时", "not_delivered"}},
	{Cause{Aspect: ServiceAttitude}, []string{"态度"}},
	{Cause{Aspect: ServicePromise}, []string{"承诺", "赠品", "返现"}},
}
