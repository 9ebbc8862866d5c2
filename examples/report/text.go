package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
)

// texts are the words of the report in one language.
type texts struct {
	title, policy, classifier, interval, excluded, excludedFeedback, channels, problems, by,
	quality, response, unanswered, pickup, transit, median, p90, hours, slow, instant, other, only, fairOnly, errors, none,
	feedback, seconds, negatives, overrides, allTime string
	rows map[string]string
}

func (r *report) texts() texts {
	if base, _ := r.s.lang.Base(); base.String() == "zh" {
		return texts{
			title: "消费者负反馈率 CCR", policy: "口径", classifier: "判读", interval: "95% 区间",
			excluded: "未计入的订单", excludedFeedback: "未计入的反馈", channels: "负反馈渠道（单）", problems: "问题（单）",
			by: "按", quality: "品质退货率", response: "三分钟内回复", unanswered: "未回复", pickup: "付款到发货", transit: "发货到签收",
			median: "中位数", p90: "九成不超过", hours: "小时", slow: "最慢的线路（中位数）", instant: "付款后一小时内即签收的订单（疑似刷单）",
			other: "另一口径", only: "只有 strict 计入的订单，按 fair 不计入的理由", fairOnly: "只有 fair 计入的订单", errors: "无法使用的行", none: "无",
			feedback: "条反馈", seconds: "秒", negatives: "计入的负反馈", overrides: "人工复核", allTime: "全部已支付订单，不限时间",
			rows: map[string]string{
				"product": "商品", "category": "类目", "region": "地区", "carrier": "物流公司", "service_group": "客服组",
				"carrier_region": "物流公司×地区", "product_batch": "商品×批次", "week": "周", "product_week": "商品×周",
			},
		}
	}
	return texts{
		title: "Consumer negative feedback rate (CCR)", policy: "policy", classifier: "classifier", interval: "95% interval",
		excluded: "Orders left out", excludedFeedback: "Feedback left out", channels: "Channels (negative orders)", problems: "Problems (orders)",
		by: "By", quality: "Quality-return rate", response: "Answered within 3 minutes", unanswered: "unanswered", pickup: "Paid to pickup", transit: "Pickup to delivery",
		median: "median", p90: "90% within", hours: "h", slow: "Slowest routes (median)", instant: "Orders signed for within an hour of payment (brushing?)",
		other: "other policy", only: "Counted by strict only, by the ground on which fair does not", fairOnly: "Counted by fair only", errors: "Lines that could not be used", none: "none",
		feedback: "feedback", seconds: "s", negatives: "Negative feedback", overrides: "reviewers' decisions", allTime: "all paid orders, all time",
		rows: map[string]string{
			"product": "product", "category": "category", "region": "region", "carrier": "carrier", "service_group": "service group",
			"carrier_region": "carrier × region", "product_batch": "product × batch", "week": "week", "product_week": "product × week",
		},
	}
}

// percent formats a rate with its interval and counts.
func percent(r metrics.Rate) string {
	if r.Den == 0 {
		return "– (0/0)"
	}
	i := r.Wilson(0.95)
	return fmt.Sprintf("%.2f%% [%.2f%%, %.2f%%] (%d/%d)", 100*r.Value(), 100*i.Low, 100*i.High, r.Num, r.Den)
}

// errWriter keeps the first error, so that a report reads as one piece.
type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) printf(format string, args ...any) {
	if e.err == nil {
		_, e.err = fmt.Fprintf(e.w, format, args...)
	}
}

func (r *report) writeText(w io.Writer) error {
	t, f, p := r.texts(), &r.figures, &errWriter{w: w}
	p.printf("%s  %s\n", t.title, percent(f.ccr.Rate()))
	p.printf("  %s %s · %s %s · %d %s · %s\n", t.policy, r.s.policy.Name, t.classifier, r.s.classifierName, f.ccr.Feedback(), t.feedback, t.interval)
	if n := f.ccr.Overrides(); n > 0 {
		p.printf("  %s %d\n", t.overrides, n)
	}

	p.printf("\n%s: ", t.excluded)
	r.textCounts(p, f.ccr.ExcludedOrders())
	p.printf("%s: ", t.excludedFeedback)
	r.textCounts(p, f.ccr.ExcludedFeedback())

	p.printf("\n%s\n", t.channels)
	for _, c := range f.ccr.Channels(nil) {
		p.printf("  %s  %d\n", pad(r.names.Channel(c.Key), 18), c.Rate.Num)
	}
	p.printf("\n%s\n", t.problems)
	for i, c := range f.ccr.Problems(nil) {
		if i == 2*r.s.top {
			break
		}
		p.printf("  %s  %d\n", pad(r.names.Aspect(c.Key), 18), c.Rate.Num)
	}
	for i := range f.by {
		rows := r.rows(&f.by[i])
		if len(rows) == 0 {
			continue
		}
		p.printf("\n%s%s\n", t.by+space(t.by), t.rows[f.by[i].name])
		for _, row := range rows {
			p.printf("  %s  %s\n", pad(row.label, 34), percent(row.rate))
		}
	}

	p.printf("\n%s  %s\n  %s\n", t.quality, percent(f.quality.Rate()), r.qualityRule())
	p.printf("%s  %s, %s %d\n", t.response, percent(f.response.Rate()), t.unanswered, f.response.Unanswered())
	for _, d := range []struct {
		name string
		d    *metrics.Durations
	}{{t.pickup, &f.shipping.Pickup}, {t.transit, &f.shipping.Transit}} {
		if q := quantilesOf(d.d); q != nil {
			p.printf("%s  %s %.1f %s, %s %.1f %s\n", d.name, t.median, q.Median, t.hours, t.p90, q.P90, t.hours)
		}
	}
	if rows := f.slowest(r.s.minSupport); len(rows) > 1 {
		p.printf("%s: ", t.slow)
		for i, row := range rows[:min(3, len(rows))] {
			p.printf("%s%s %.0f %s", comma(i), row.Key, row.Hours, t.hours)
		}
		p.printf("\n")
	}
	if f.instant > 0 {
		p.printf("%s: %d\n", t.instant, f.instant)
	}

	p.printf("\n%s %s  %s\n", t.other, r.s.other.Name, percent(r.other.Rate()))
	grounds, fairOnly := r.grounds()
	p.printf("  %s: ", t.only)
	for i, g := range grounds {
		p.printf("%s%s %d", comma(i), r.groundName(g.ground), g.n)
	}
	if len(grounds) == 0 {
		p.printf("%s", t.none)
	}
	p.printf("\n")
	if fairOnly > 0 {
		p.printf("  %s: %d\n", t.fairOnly, fairOnly)
	}
	if r.errCount > 0 {
		p.printf("\n%s: %d\n", t.errors, r.errCount)
		for _, e := range r.errs[:min(5, len(r.errs))] {
			p.printf("  %s\n", e)
		}
		if more := r.errCount - 5; more > 0 {
			p.printf("  … +%d\n", more)
		}
	}
	if r.s.explain {
		r.textEvidence(p, t)
	}
	p.printf("\n%.2f %s\n", r.elapsed.Seconds(), t.seconds)
	return p.err
}

// groundName is the name of a ground, or of the reason that stands for one.
func (r *report) groundName(g ccr.Ground) string {
	if name := r.names.Reason(ccr.Reason(g)); name != string(g) {
		return name
	}
	if g == "" {
		return "–"
	}
	return r.names.Ground(g)
}

func (r *report) textCounts(p *errWriter, counts []metrics.Count[ccr.Reason]) {
	for i, c := range counts {
		p.printf("%s%s %d", comma(i), r.names.Reason(c.Key), c.N)
	}
	if len(counts) == 0 {
		p.printf("%s", r.texts().none)
	}
	p.printf("\n")
}

// textEvidence prints every negative ruling with its quotations and rules.
func (r *report) textEvidence(p *errWriter, t texts) {
	p.printf("\n%s\n", t.negatives)
	for i := range r.negatives {
		v := &r.negatives[i]
		for j := range v.Rulings {
			x := &v.Rulings[j]
			if !x.Negative {
				continue
			}
			p.printf("  %s/%s %s p=%.2f %s: %s\n", v.OrderID, x.Feedback.ID, r.names.Channel(x.Feedback.Channel),
				x.Assessment.Complaint, r.names.Reason(x.Reason), oneLine(x.Feedback.Text))
			for _, o := range x.Assessment.Opinions {
				for _, e := range o.Evidence {
					p.printf("    %s %s 「%s」 %s\n", r.names.Aspect(o.Aspect), sign(o.Polarity),
						oneLine(x.Feedback.Text[e.Start:e.End]), strings.Join(o.Rules, ", "))
				}
			}
		}
	}
}

func sign(p ccr.Polarity) string {
	if p == ccr.Negative {
		return "−"
	}
	return "+"
}

type labelled struct {
	label string
	rate  metrics.Rate
}

// rows returns what a breakdown shows: rows with enough orders and a known
// key, the worst first, weeks in order of time.
func (r *report) rows(b *breakdown) []labelled {
	opts := metrics.RowOptions{MinSupport: r.s.minSupport}
	var rows []labelled
	for _, row := range b.Rows(&opts) {
		if row.Key == "" && b.combined {
			continue
		}
		if len(rows) == r.s.top && b.name != "week" {
			break
		}
		if b.combined && row.Rate.Num == 0 {
			continue // combinations are many: those without a complaint say nothing
		}
		label := row.Key
		if label == "" {
			label = "–" // orders that do not say, and feedback without an order
		}
		if key, rest, cut := strings.Cut(row.Key, " · "); r.titles[key] != "" {
			label = r.titles[key] + " " + key
			if cut {
				label += " · " + rest
			}
		}
		rows = append(rows, labelled{label, row.Rate})
	}
	if b.name == "week" {
		sortByLabel(rows)
	}
	return rows
}

func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

// space separates words where the language does.
func space(s string) string {
	if s[len(s)-1] < 0x80 {
		return " "
	}
	return ""
}

// pad fills s to a width at which a Chinese character takes two columns.
func pad(s string, width int) string {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return s + strings.Repeat(" ", max(0, width-n))
}

// oneLine makes s fit on a line of a terminal: customers' control characters
// are not passed on.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}
