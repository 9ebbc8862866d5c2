package names

import (
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/screen"
)

var chinese = Names{
	aspects: map[ccr.Aspect]string{
		ccr.GoodsQuality:      "质量做工",
		ccr.GoodsDescription:  "描述相符",
		ccr.GoodsSize:         "尺码大小",
		ccr.GoodsAppearance:   "外观颜色",
		ccr.GoodsTaste:        "口味口感",
		ccr.GoodsFreshness:    "新鲜程度",
		ccr.GoodsSmell:        "气味",
		ccr.GoodsEffect:       "使用效果",
		ccr.GoodsAuthenticity: "正品真伪",
		ccr.GoodsQuantity:     "数量分量",
		ccr.GoodsWrongItem:    "发货正误",
		ccr.GoodsDamage:       "到货破损",
		ccr.GoodsPackaging:    "商品包装",
		ccr.GoodsPrice:        "价格与性价比",
		ccr.GoodsSafety:       "安全卫生",
		ccr.GoodsLabel:        "标签与说明书",

		ccr.ServiceAttitude:   "服务态度",
		ccr.ServiceResponse:   "回复速度",
		ccr.ServiceAfterSales: "售后处理",
		ccr.ServicePromise:    "承诺与赠品",

		ccr.LogisticsDispatch: "发货速度",
		ccr.LogisticsSpeed:    "配送速度",
		ccr.LogisticsLoss:     "丢件与虚假签收",
		ccr.LogisticsCourier:  "快递员服务",

		ccr.Overall: "整体评价",
	},
	dimensions: map[string]string{
		"goods":     "商品品质",
		"service":   "商家服务",
		"logistics": "物流服务",
		"overall":   "整体评价",
	},
	channels: map[ccr.Channel]string{
		ccr.ChannelUnknown:   "未知渠道",
		ccr.ChannelReview:    "评价",
		ccr.ChannelAfterSale: "售后",
		ccr.ChannelComplaint: "投诉",
		ccr.ChannelInquiry:   "咨询",
	},
	polarities: map[ccr.Polarity]string{
		ccr.Unknown:  "未知",
		ccr.Negative: "负面",
		ccr.Neutral:  "中性",
		ccr.Positive: "正面",
		ccr.Mixed:    "褒贬兼有",
	},
	reasons: map[ccr.Reason]string{
		ccr.ReasonNoOrder:          "找不到对应订单",
		ccr.ReasonUnpaid:           "订单未支付",
		ccr.ReasonAbnormalOrder:    "异常订单",
		ccr.ReasonOutsideWindow:    "支付时间不在统计期内",
		ccr.ReasonAbnormalFeedback: "异常反馈",
		ccr.ReasonNotBuyer:         "反馈人不是下单人",
		ccr.ReasonDuplicate:        "重复反馈",
		ccr.ReasonEdited:           "非首次反馈",
		ccr.ReasonTooLate:          "超过反馈期限",
		ccr.ReasonNotRead:          "未能识别",
		ccr.ReasonComplaint:        "消费者投诉成立",
		ccr.ReasonNegativeOpinion:  "含有负面意见",
		ccr.ReasonAfterSale:        "售后原因属商家责任",
		ccr.ReasonReviewer:         "人工审核结论",
		ccr.ReasonNoComplaint:      "不构成负反馈",
		ccr.ReasonBuyerCause:       "买家自身原因",

		screen.ReasonNoPurchase:   "无购买记录",
		screen.ReasonCopiedText:   "文本雷同",
		screen.ReasonBuyerBurst:   "同一账号集中评价",
		screen.ReasonProductBurst: "同一商品集中评价",
		screen.ReasonBrushing:     "疑似刷单",
	},
	grounds: map[ccr.Ground]string{
		ccr.GroundDefect:      "确有问题",
		ccr.GroundMild:        "满意之余略有保留",
		ccr.GroundPraise:      "实为好评",
		ccr.GroundAdvertised:  "与宣传一致",
		ccr.GroundBuyer:       "买家自身原因",
		ccr.GroundResolved:    "事后已解决",
		ccr.GroundQuestion:    "提问或请求",
		ccr.GroundHypothesis:  "假设或担心",
		ccr.GroundReversed:    "担心并未成真",
		ccr.GroundElsewhere:   "与本订单无关",
		ccr.GroundNoStatement: "未作评价",
		ccr.GroundRating:      "仅凭星级",
		ccr.GroundUndecided:   "机器未决，需人工判断",
		ccr.GroundNotRead:     "未能识别",
	},
}
