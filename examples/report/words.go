package main

import (
	"fmt"

	"github.com/ccrkit/ccrkit/ccr/names"
	"golang.org/x/text/language"
)

// words are the language of a report.
type words struct {
	tag     language.Tag
	names   *names.Names
	chinese bool
}

func newWords(tag language.Tag) words {
	base, _ := tag.Base()
	return words{tag, names.For(tag), base.String() == "zh"}
}

// lang is the language of the page, by which a browser chooses its characters.
func (w words) lang() string {
	if w.chinese {
		return "zh-CN"
	}
	return "en"
}

// text returns the words of a key; the error is for one that there is not.
func (w words) text(key string) (string, error) {
	pair, ok := texts[key]
	if !ok {
		return "", fmt.Errorf("no words for %q", key)
	}
	if w.chinese {
		return pair[0], nil
	}
	return pair[1], nil
}

// t is text for keys of this program, which a test looks up.
func (w words) t(key string) string {
	s, err := w.text(key)
	if err != nil {
		return key
	}
	return s
}

// texts are the words of the report, in Chinese and in English.
var texts = map[string][2]string{
	"title":      {"消费者负反馈率 CCR", "Consumer negative feedback rate (CCR)"},
	"as_of":      {"截至（不含当日）", "as of the beginning of"},
	"policy":     {"口径", "policy"},
	"classifier": {"判读", "classifier"},
	"feedback":   {"条反馈", "feedback"},
	"interval":   {"95% 区间", "95% interval"},
	"surveyed":   {"已通读", "records surveyed"},
	"judged":     {"已判读订单", "orders judged"},
	"seconds":    {"秒", "s"},
	"none":       {"无", "none"},
	"colon":      {"：", ": "},
	"comma":      {"，", ", "},
	"semicolon":  {"；", "; "},
	"orders":     {"订单", "orders"},
	"order":      {"订单", "Order"},

	"corrected":      {"按复核校正的 CCR", "CCR corrected by reviewers' labels"},
	"corrected_note": {"即由人读完这些订单会得出的 CCR；同样抽样一百次，约有 95 次区间会包含它。", "What reviewers would find if they read all of these orders; of a hundred such samples, about 95 give an interval that holds it."},
	"corrected_by":   {"按复核校正：商品（各凭自己的标注，标注少则区间宽）", "Corrected, by product (each by its own labels: few labels, wide interval)"},
	"found":          {"机器判读（单）", "found by the classifier (orders)"},
	"labels":         {"已标注单数", "orders labelled"},
	"labelled":       {"已标注 %d 单", "%d orders labelled"},
	"to_halve":       {"再标注约 %d 单可使区间减半", "about %d more halve the interval"},
	"not_read":       {"注意：有 %d 条反馈分类器没能读出，都没有计为投诉；实际的 CCR 可能更高。", "Warning: the classifier failed on %d feedback, none of which is counted as a complaint; the true CCR may be higher."},
	"pending":        {"注意：抽样中有 %d 单被跳过，样本不再随机，校正值可能有偏。请补齐这些订单（-sample 会列出），或核对记录、-seed 和设置是否与抽样时相同。", "Warning: %d orders of the sample were skipped, so it is no longer random and the corrected CCR may be wrong. Decide them (-sample lists them), or see whether records, -seed and settings are those of the draw."},

	"nowcast":      {"待全部反馈到齐，预计", "Once all buyers have spoken"},
	"completeness": {"已到反馈约", "of all feedback, heard so far:"},
	"trend":        {"每周走势", "Week by week"},
	"trend_x":      {"付款周（周一）", "week of payment (its Monday)"},
	"trend_y":      {"CCR", "CCR"},
	"trend_raw":    {"已收到的反馈（竖线为 95% 区间）", "what has been heard (the line is the 95% interval)"},
	"trend_now":    {"反馈尚未到齐的周：预计的最终值", "young weeks: what they are expected to become"},

	"policies":  {"公允口径与机器口径", "Fair against strict"},
	"other":     {"另一口径", "other policy"},
	"only":      {"只有 strict 计入的订单，按 fair 不计入的理由", "Counted by strict only, by the ground on which fair does not"},
	"fair_only": {"只有 fair 计入的订单", "Counted by fair only"},
	"rate_head": {"比例 [95% 区间]（单）", "rate [95% interval] (orders)"},
	"bars_key":  {"点为比例，横线为 95% 区间，虚线为全店比例。", "The dot is the rate, the line its 95% interval, the dashed line the rate of the shop."},

	"alerts":         {"预警", "Alerts"},
	"alerts_tile":    {"条预警", "alerts"},
	"level_watch":    {"关注", "watch"},
	"level_warning":  {"预警", "warning"},
	"level_critical": {"严重", "critical"},
	"ended":          {"已解除", "over since"},
	"news":           {"新", "new"},
	"since":          {"约自", "since about"},
	"seen":           {"%d 单，平常约 %.1f 单（%s）", "%d orders, usually some %.1f (%s)"},
	"raised":         {"首次发出", "raised"},
	"ccr":            {"CCR", "CCR"},
	"quality_return": {"品质退货率", "Quality-return rate"},
	"returns":        {"售后与投诉", "Returns and complaints"},

	"consequences": {"可能的后果（均非平台官方说法）", "What may follow (none of it official)"},

	"shift":      {"两期之间的变化", "What changed between two periods"},
	"difference": {"相差（百分点）", "Difference, in percentage points:"},
	"by_rate":    {"因各商品自身比例", "of the products' own rates"},
	"by_mix":     {"因销售结构", "of what was sold"},
	"effect":     {"影响（左降右升）", "effect (left: lower, right: higher)"},
	"points":     {"百分点", "points"},
	"before":     {"前期（单）", "before (orders)"},
	"after":      {"后期（单）", "after (orders)"},

	"worst":   {"最需处理的问题", "What to mend first"},
	"rest":    {"其余", "the rest"},
	"excess":  {"比其余多出的负反馈订单", "negative orders more than at the rate of the rest:"},
	"changed": {"自", "changed on"},
	"check":   {"先查", "Check"},
	"change":  {"再改", "Change"},
	"tell":    {"告知", "Tell"},
	"verify":  {"验证", "Verify"},
	"solved":  {"解决后全店 CCR 将为", "The CCR of the shop without these orders"},

	"breakdowns":        {"分布", "Where and what"},
	"problems":          {"问题（单）", "Problems (orders)"},
	"channels":          {"负反馈渠道（单）", "Channels (negative orders)"},
	"matrix":            {"商品 × 地区", "Products by region"},
	"matrix_key":        {"颜色：相当于全店比例的倍数；· 为订单太少", "Colour: against the rate of the shop; · has too few orders"},
	"by":                {"按", "By "},
	"by_product":        {"商品", "product"},
	"by_category":       {"类目", "category"},
	"by_region":         {"地区", "region"},
	"by_carrier":        {"物流公司", "carrier"},
	"by_service_group":  {"客服组", "service group"},
	"by_carrier_region": {"物流公司×地区", "carrier × region"},
	"by_product_batch":  {"商品×批次", "product × batch"},
	"by_week":           {"周", "week"},
	"by_product_week":   {"商品×周", "product × week"},

	"service":    {"服务与物流", "Service and logistics"},
	"quality":    {"品质退货率", "Quality-return rate"},
	"all_time":   {"全部已支付订单，不限时间", "all paid orders, all time"},
	"response":   {"三分钟内回复", "Answered within 3 minutes"},
	"unanswered": {"未回复", "Unanswered"},
	"pickup":     {"付款到发货", "Paid to pickup"},
	"transit":    {"发货到签收", "Pickup to delivery"},
	"quantiles":  {"中位数 %.1f 小时，九成不超过 %.1f 小时", "median %.1f h, 90%% within %.1f h"},
	"slow":       {"最慢的线路（中位数）", "Slowest routes (median)"},
	"hours":      {"%.0f 小时", "%.0f h"},
	"instant":    {"付款后一小时内即签收的订单（疑似刷单）", "Orders signed for within an hour of payment (brushing?)"},
	"overrides":  {"人工复核", "Reviewers' decisions"},

	"appeals":      {"可申诉的订单", "To appeal"},
	"appeals_tile": {"单可申诉", "orders to appeal"},
	"sure":         {"其中把握在九成以上的", "of them sure by 90% or more:"},
	"sure_of":      {"把握", "sure"},
	"not_measured": {"未测", "not measured"},
	"written":      {"全部写入", "all of them in"},
	"ground":       {"理由", "ground"},
	"screen":       {"自有筛查标记", "marked by our own screen"},
	"hidden":       {"高星级背后的投诉", "Complaints behind good stars"},
	"hidden_tile":  {"单高星投诉", "complaints behind good stars"},
	"hidden_note":  {"供人从上往下读，不是计数", "a list to read from its top, no count"},

	"follow_up":            {"建议主动联系的买家", "Whom to follow up"},
	"follow_up_note":       {"尚未发声、最可能投诉的订单；倍数相对于全店平均，只用于排序。", "Silent orders that are likeliest to complain; the multiple of the shop's average ranks and is no probability."},
	"paid":                 {"付款日", "paid"},
	"score":                {"倍数", "score"},
	"why":                  {"原因", "why"},
	"days":                 {"已 %.1f 天（通常不超过 %.1f 天）", "%.1f days (usually within %.1f)"},
	"factor_dispatch":      {"迟迟未发货", "not sent yet"},
	"factor_delivery":      {"配送", "delivery"},
	"factor_amount":        {"金额", "amount"},
	"factor_product":       {"商品", "product"},
	"factor_region":        {"地区", "region"},
	"factor_carrier":       {"物流公司", "carrier"},
	"factor_service_group": {"客服组", "service group"},
	"factor_alert":         {"商品预警", "alert for"},

	"data":              {"数据质量", "Quality of the data"},
	"excluded":          {"未计入的订单", "Orders left out"},
	"excluded_feedback": {"未计入的反馈", "Feedback left out"},
	"expected_shares":   {"按本店反馈估计的投诉占比", "Share of complaints among the feedback, as estimated for this shop"},
	"screens":           {"筛查标记", "Marks of the screens"},
	"screens_note":      {"标记只是提示：fair 不计入只有筛查标记的记录，strict 计入。", "Marks are hints: fair leaves out what only a screen has marked, strict counts it."},
	"marked":            {"标记的记录", "Records marked"},
	"errors":            {"无法使用的行", "Lines that could not be used"},
	"errors_note":       {"这些行里若有订单，买家对它的反馈会显示为“找不到对应订单”：申诉之前请先改好这些行。", "Where such a line is an order, feedback on it is shown as without an order: mend the lines before you appeal."},
	"negatives":         {"计入的负反馈", "Negative feedback"},
}
