package paper

import "github.com/ccrkit/ccrkit/action"

// texts are what this package says in one language.
type texts struct {
	lang   string
	header [numColumns]string

	title, appeals, hidden, none, all, read,
	order, feedback, counted, ground, sure, about, rules, complaint,
	yes, no, reviewer, note string
	screen string            // %s is the mark
	marks  map[string]string // those of package ccr/screen, for people

	consequences                            string
	consequence                             string // what, status
	status                                  map[action.Status]string
	peers                                   string // CCR, limit, multiple
	uncertain                               string
	points                                  string // class, points, limit
	score                                   string // score, limit
	orders, violations, cost, source, space string
}

var chinese = texts{
	lang: "zh",
	header: [numColumns]string{
		orderID: "订单编号", feedbackID: "反馈ID", negative: "是否负反馈", reviewer: "复核人", note: "备注",
		sure: "把握", ground: "理由", counted: "计入原因", channel: "渠道", rating: "星级", reason: "售后原因", createdAt: "反馈时间", product: "商品",
		about: "涉及方面", quotes: "判为负面的词句", text: "原文", ruled: "规则", complaint: "投诉成立概率",
	},
	title: "申诉清单", appeals: "可申诉的订单：机器计为负反馈，公允判断不计", hidden: "高星级背后的投诉：星级看不出的负反馈", none: "无",
	all: "共 %d 单", read: "标出的词句被判为负面",
	order: "订单", feedback: "反馈", counted: "计入原因", ground: "理由", sure: "把握", about: "涉及", rules: "规则", complaint: "投诉成立概率",
	yes: "是负反馈", no: "不是负反馈", reviewer: "复核人", note: "备注", screen: "自有筛查标记：%s",
	marks: map[string]string{
		"no_purchase": "没有对应的购买", "copied_text": "多账号雷同文字", "buyer_burst": "同一账号集中评价",
		"product_burst": "同时购买又同时发布", "brushing": "疑似刷单",
	},

	consequences: "可能的后果（均非平台官方说法）", consequence: "%s：%s。",
	status: map[action.Status]string{
		action.StatusUnknown: "数据不足，无法判断", action.StatusFar: "尚远", action.StatusNear: "接近", action.StatusReached: "已达到",
	},
	peers: "CCR %s，上限 %s（主营类目均值的 %s 倍）。", uncertain: "误差区间跨过上限，尚不能断定。",
	points: "%s 类 %s 分，达到 %s 分即触发。", score: "体验分 %s，下限 %s。",
	orders: "现有订单中再有 %d 单成为负反馈即超过。", violations: "再有 %d 次此类违规即达到。", cost: "涉及金额至多 %v 元。", source: "来源：%s。",
}

var english = texts{
	lang: "en",
	header: [numColumns]string{
		orderID: "order_id", feedbackID: "feedback_id", negative: "negative", reviewer: "reviewer", note: "note",
		sure: "sure", ground: "ground", counted: "counted_because", channel: "channel", rating: "rating", reason: "reason", createdAt: "created_at", product: "product",
		about: "about", quotes: "read_as_negative", text: "text", ruled: "rules", complaint: "complaint",
	},
	title: "Appeals", appeals: "To appeal: counted by the machine and not by a fair reviewer", hidden: "Complaints behind good stars", none: "None",
	all: "Orders: %d", read: "marked words were read as negative",
	order: "Order", feedback: "feedback", counted: "Counted because", ground: "Ground", sure: "Sure", about: "About", rules: "Rules", complaint: "Probability of a complaint",
	yes: "negative", no: "not negative", reviewer: "Reviewer", note: "Note", screen: "Marked by our own screen: %s",
	marks: map[string]string{
		"no_purchase": "no purchase to show for it", "copied_text": "a text that several accounts posted", "buyer_burst": "many judged at once by one account",
		"product_burst": "bought together and posted together", "brushing": "suspected brushing",
	},

	consequences: "What may follow (none of it official)", consequence: "%s: %s.",
	status: map[action.Status]string{
		action.StatusUnknown: "a figure is missing", action.StatusFar: "far", action.StatusNear: "near", action.StatusReached: "reached",
	},
	peers: "CCR %s, limit %s (%s times the mean of the main category).", uncertain: "The interval reaches across the limit, so this is not certain.",
	points: "Class %s: %s points, the limit is %s.", score: "Score %s, the floor is %s.",
	orders: "%d more of these orders turning negative would pass it.", violations: "Such violations until it is reached: %d.", cost: "At stake: at most %v yuan.", source: "Source: %s.", space: " ",
}
