package metrics

// Presets returns definitions after the published rules of five platforms:
// Douyin, Taobao, Kuaishou, the WeChat shop (shipinhao) and Xiaohongshu. Each
// names its source; none is official. They differ from the platforms' figures
// where these see more than records hold: an application stands for the refund
// that followed it, and a platform's own list of quality reasons may differ
// from [QualityAspects].
//
// The rules of Taobao (by the name of its figure) and of the WeChat shop (by an
// official answer) say that the first application of an order decides; the
// others say nothing about it and have that rule too. Xiaohongshu speaks of
// orders, read here as paid orders. JD, 1688 and Pinduoduo show such a figure
// and do not state of which orders it is a share, so they have no preset.
//
// Their names begin with the platform's: "douyin 商品品质退款率", "taobao
// 首次品退率", "kuaishou 商品品质退款率", "shipinhao 品质退款率", "xiaohongshu
// 商品品质售后率". A source by file id is a summary of the platforms' rules that is
// not public: check the rule with your platform.
//
// The slice is the caller's.
func Presets() []Definition {
	const summary = "platform rule summary, file id 29274094535"
	return []Definition{
		{Name: "douyin 商品品质退款率", Base: BaseSigned, WindowDays: 30, Source: summary},
		{Name: "taobao 首次品退率", Base: BaseSigned, WindowDays: 30, Source: summary + "; platform rule summary, file id 52391092332"},
		{Name: "kuaishou 商品品质退款率", Base: BasePaid, WindowDays: 30, Source: summary},
		{
			Name: "shipinhao 品质退款率", Base: BaseShipped, WindowDays: 30,
			Source: summary + "; https://developers.weixin.qq.com/community/minihome/doc/000ecaccf342200c442f872765d000",
		},
		// 近15-104天: 90 days that end a fortnight ago.
		{Name: "xiaohongshu 商品品质售后率", Base: BasePaid, WindowDays: 90, LagDays: 14, Source: summary},
	}
}
