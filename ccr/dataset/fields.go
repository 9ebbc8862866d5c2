package dataset

import (
	"slices"

	"github.com/ccrkit/ccrkit/ccr"
)

// A kind says how the string of a field is read.
type kind int8

const (
	plain    kind = iota // a cell
	repeated             // a cell with few distinct values
	flag                 // a cell that is empty for false, and else says why
	verbatim             // kept as it is
)

// A field is one column of CSV and one member of JSON.
type field[T any] struct {
	name     string
	at       func(*T) any // points to where its value goes
	kind     kind         // for strings
	required bool         // the column must be there, in JSON a value
	label    bool         // one of the columns that are labels must be there
	headers  []string     // further names of the column, the preferred first
	alias    string       // a further name in JSON
}

// Where a table of a marketplace has several columns for one field, the first
// one in the list is taken: a row of an order export is a sub-order.

var orderFields = []field[ccr.Order]{
	{
		name: "order_id", required: true, at: func(o *ccr.Order) any { return &o.ID },
		headers: []string{"子订单编号", "子订单号", "订单编号", "订单号", "订单ID", "主订单编号", "主订单号"},
	},
	{
		name: "buyer_id", at: func(o *ccr.Order) any { return &o.BuyerID },
		headers: []string{"买家ID", "买家会员名", "买家昵称", "买家", "用户ID"},
	},
	{
		name: "product_id", kind: repeated, at: func(o *ccr.Order) any { return &o.ProductID },
		headers: []string{"商品ID", "商品编号", "宝贝ID", "货号"},
	},
	{
		name: "product", kind: repeated, at: func(o *ccr.Order) any { return &o.Product },
		headers: productHeaders,
	},
	{
		name: "category", kind: repeated, at: func(o *ccr.Order) any { return &o.Category },
		headers: []string{"商品类目", "类目", "品类"},
	},
	{
		name: "region", kind: repeated, at: func(o *ccr.Order) any { return &o.Region },
		headers: []string{"收货省份", "收货省", "省份", "省", "地区"},
	},
	{
		name: "carrier", kind: repeated, at: func(o *ccr.Order) any { return &o.Carrier },
		headers: []string{"物流公司", "快递公司"},
	},
	{
		name: "service_group", kind: repeated, at: func(o *ccr.Order) any { return &o.ServiceGroup },
		headers: []string{"客服组", "客服"},
	},
	{
		name: "paid_at", required: true, at: func(o *ccr.Order) any { return &o.PaidAt },
		headers: []string{"支付时间", "付款时间", "订单付款时间", "订单支付时间"},
	},
	{
		name: "shipped_at", at: func(o *ccr.Order) any { return &o.ShippedAt },
		headers: []string{"发货时间", "揽收时间"},
	},
	{
		name: "delivered_at", at: func(o *ccr.Order) any { return &o.DeliveredAt },
		headers: []string{"签收时间", "送达时间", "确认收货时间"},
	},
	{
		name: "amount", at: func(o *ccr.Order) any { return &o.Amount },
		headers: []string{"实付金额", "买家实际支付金额", "订单金额"},
	},
	{
		name: "status", kind: repeated, at: func(o *ccr.Order) any { return &o.Status },
		headers: []string{"订单状态"},
	},
	{
		name: "abnormal", kind: flag, at: func(o *ccr.Order) any { return &o.Abnormal },
		headers: abnormalHeaders,
	},
	{
		name: "batch", kind: repeated, at: func(o *ccr.Order) any { return &o.Batch },
		headers: []string{"批次", "批次号", "生产批次"},
	},
	{
		name: "address", at: func(o *ccr.Order) any { return &o.Address },
		headers: []string{"收货地址"},
	},
}

var feedbackFields = []field[ccr.Feedback]{
	{
		name: "feedback_id", required: true, at: func(f *ccr.Feedback) any { return &f.ID },
		headers: []string{"评价ID", "反馈ID", "评价编号", "反馈编号", "售后编号", "投诉编号", "ID"}, alias: "id",
	},
	{
		name: "order_id", required: true, at: func(f *ccr.Feedback) any { return &f.OrderID },
		headers: []string{"子订单编号", "子订单号", "订单编号", "订单号", "订单ID", "主订单编号", "主订单号"},
	},
	{
		name: "buyer_id", at: func(f *ccr.Feedback) any { return &f.BuyerID },
		headers: []string{"买家ID", "买家会员名", "买家昵称", "买家", "用户ID"},
	},
	{
		name: "channel", at: func(f *ccr.Feedback) any { return &f.Channel },
		headers: []string{"渠道", "来源", "反馈渠道"},
	},
	{
		name: "text", kind: verbatim, required: true, at: func(f *ccr.Feedback) any { return &f.Text },
		headers: []string{"评价内容", "反馈内容", "投诉内容", "售后说明", "内容"},
	},
	{
		name: "product", kind: repeated, at: func(f *ccr.Feedback) any { return &f.Product },
		headers: productHeaders,
	},
	{
		name: "rating", at: func(f *ccr.Feedback) any { return &f.Rating },
		headers: []string{"评分", "星级", "评价星级"},
	},
	{
		name: "reason", kind: repeated, at: func(f *ccr.Feedback) any { return &f.Reason },
		headers: []string{"售后原因", "退款原因", "投诉原因", "原因"},
	},
	{
		name: "created_at", at: func(f *ccr.Feedback) any { return &f.CreatedAt },
		headers: []string{"评价时间", "反馈时间", "申请时间", "投诉时间", "创建时间"},
	},
	{
		name: "replied_at", at: func(f *ccr.Feedback) any { return &f.RepliedAt },
		headers: []string{"首次回复时间", "回复时间"},
	},
	{
		name: "abnormal", kind: flag, at: func(f *ccr.Feedback) any { return &f.Abnormal },
		headers: abnormalHeaders,
	},
}

var decisionFields = []field[decision]{
	{
		name: "order_id", required: true, at: func(d *decision) any { return &d.Key.OrderID },
		headers: []string{"子订单编号", "子订单号", "订单编号", "订单号", "订单ID", "主订单编号", "主订单号"},
	},
	{
		name: "feedback_id", required: true, at: func(d *decision) any { return &d.Key.FeedbackID },
		headers: []string{"评价ID", "反馈ID", "评价编号", "反馈编号", "售后编号", "投诉编号", "ID"},
	},
	{
		name: "negative", required: true, at: func(d *decision) any { return &d.negative },
		headers: []string{"负反馈", "是否负反馈", "复核结果", "审核结果"},
	},
	{
		name: "reviewer", kind: repeated, at: func(d *decision) any { return &d.Override.Reviewer },
		headers: []string{"复核人", "审核人"},
	},
	{
		name: "note", at: func(d *decision) any { return &d.Override.Note },
		headers: []string{"备注", "说明"},
	},
	{
		name: "at", at: func(d *decision) any { return &d.Override.At },
		headers: []string{"复核时间", "审核时间"},
	},
	{
		name: "aspects", at: func(d *decision) any { return &d.Override.Aspects },
		headers: []string{"问题", "问题类型"},
	},
}

var (
	productHeaders  = []string{"商品名称", "商品标题", "宝贝标题", "商品"}
	abnormalHeaders = []string{"异常原因", "异常", "是否异常"}
)

// isField reports whether a record of any type has a field of that name, so
// that one map of columns serves all files of a shop.
func isField(s string) bool {
	return slices.ContainsFunc(orderFields, func(f field[ccr.Order]) bool { return f.name == s }) ||
		slices.ContainsFunc(feedbackFields, func(f field[ccr.Feedback]) bool { return f.name == s }) ||
		slices.ContainsFunc(decisionFields, func(f field[decision]) bool { return f.name == s }) ||
		isLabel(s)
}
