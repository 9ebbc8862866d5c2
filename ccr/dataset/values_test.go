package dataset_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// readTime reads one time from a CSV cell.
func readTime(cell string, loc *time.Location) (time.Time, error) {
	in := "order_id,paid_at\n1,\"" + cell + "\"\n"
	for o, err := range dataset.ReadOrdersCSV(strings.NewReader(in), &dataset.Options{Location: loc}) {
		return o.PaidAt, err
	}
	return time.Time{}, nil
}

func TestTimes(t *testing.T) {
	for cell, want := range map[string]time.Time{
		"2024-02-29 15:04:05":                 time.Date(2024, 2, 29, 15, 4, 5, 0, cst),
		"2024-02-29T15:04:05":                 time.Date(2024, 2, 29, 15, 4, 5, 0, cst),
		"2024-02-29 15:04:05.123":             time.Date(2024, 2, 29, 15, 4, 5, 123e6, cst),
		"2024-02-29 15:04":                    time.Date(2024, 2, 29, 15, 4, 0, 0, cst),
		"2024-02-29":                          time.Date(2024, 2, 29, 0, 0, 0, 0, cst),
		"2024/2/29 5:04:05":                   time.Date(2024, 2, 29, 5, 4, 5, 0, cst),
		"2024/2/29 5:04":                      time.Date(2024, 2, 29, 5, 4, 0, 0, cst),
		"2024/02/29":                          time.Date(2024, 2, 29, 0, 0, 0, 0, cst),
		"2024-2-9":                            time.Date(2024, 2, 9, 0, 0, 0, 0, cst),
		"2024-02-29T15:04:05Z":                time.Date(2024, 2, 29, 15, 4, 5, 0, time.UTC),
		"2024-02-29t15:04:05z":                time.Date(2024, 2, 29, 15, 4, 5, 0, time.UTC),
		"2024-02-29T15:04:05.000000001-03:30": time.Date(2024, 2, 29, 18, 34, 5, 1, time.UTC),
		"2024-02-29 15:04:05 +0100":           time.Date(2024, 2, 29, 14, 4, 5, 0, time.UTC),
		"\t2024-02-29 15:04:05 ":              time.Date(2024, 2, 29, 15, 4, 5, 0, cst),
		"0000-00-00 00:00:00":                 {},
		"-":                                   {},
		"":                                    {},
	} {
		if got, err := readTime(cell, nil); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v, want %v", cell, got, err, want)
		}
	}
	for _, cell := range []string{
		"2023-02-29", "2024-04-31", "2024-00-01", "2024-13-01", "2024-01-00", "24-01-01", "2024-01", "2024-1-1/", "2024-01/01",
		"2024-01-01 24:00:00", "2024-01-01 10:60:00", "2024-01-01 10:00:60", "2024-01-01 10", "2024-01-01 10:00:", "2024-01-01 10:30.5",
		"2024-01-01 10:00:00.", "2024-01-01T10:00:00+", "2024-01-01T10:00:00+24:00", "2024-01-01T10:00:00+08:60", "2024-01-01Z",
		"2024-01-01 1a:00:00", "2024-01-01 10:00:0/", "2024-01-01 10:00:0:", "2024-01-01 10:00:00 x", "45123.5", "0001-01-01 00:00:00",
		"9999-12-31T23:59:59-01:00", "0000-01-01",
	} {
		if got, err := readTime(cell, nil); err == nil || fieldOf(err) != "paid_at" {
			t.Errorf("%q: %v, %v, want an error", cell, got, err)
		}
	}
}

// TestTimesOfLocations compares with time.ParseInLocation where clocks were
// changed: every quarter of an hour around the changes of three zones.
func TestTimesOfLocations(t *testing.T) {
	for name, days := range map[string][]string{
		"Asia/Shanghai":     {"1986-05-03", "1986-05-04", "1986-09-14", "1991-09-15", "2024-06-01"},
		"America/Sao_Paulo": {"2018-11-03", "2018-11-04", "2019-02-16", "2019-02-17"}, // at midnight
		"Europe/Berlin":     {"2024-03-31", "2024-10-27"},
		"UTC":               {"1969-12-31", "2024-06-01"},
	} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Skip(err)
		}
		const layout = "2006-01-02 15:04:05"
		for _, day := range days {
			start, err := time.Parse("2006-01-02", day)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 4 * 24 {
				cell := start.Add(time.Duration(i) * 15 * time.Minute).Format(layout)
				want, err := time.ParseInLocation(layout, cell, loc)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := readTime(cell, loc); err != nil || !got.Equal(want) || got.Location() != loc {
					t.Fatalf("%s in %s: %v, %v, want %v", cell, name, got, err, want)
				}
			}
		}
	}
}

func TestAmounts(t *testing.T) {
	for cell, want := range map[string]ccr.Amount{
		"": 0, "-": 0, "--": 0, "~": 0, "0": 0, "0.00": 0, "12": 1200, "12.5": 1250, "12.34": 1234, "12.345": 1235, ".5": 50, "5.": 500,
		"¥12.00": 1200, "￥ 12": 1200, "12元": 1200, "¥1,234.50": 123450, "1,234,567": 123456700, "=\"\"7.00\"\"": 700,
		"123456789012.34": 12345678901234, "1234567890123.45": 123456789012345,
	} {
		in := "order_id,paid_at,amount\n1,,\"" + cell + "\"\n"
		got := noErrors(t, dataset.ReadOrdersCSV(strings.NewReader(in), nil))
		diff(t, []ccr.Order{{ID: "1", Amount: want}}, got, content)
	}
}

func TestCells(t *testing.T) {
	for cell, want := range map[string]string{
		"a": "a", " a ": "a", "\ta": "a", "\u3000a b\u00a0": "a b", "-": "", "--": "", "~": "", "---": "---", "~~": "~~", " - ": "",
		`=""a""`: "a", `=""-""`: "", `="" a ""`: "a", `=a`: "=a", `=""""`: "", "0": "0", "1e5": "1e5", "007": "007",
		"浙江": "浙江", "\u2003浙江\u2003": "浙江", "§": "§", "ツ": "ツ",
	} {
		in := "order_id,paid_at,region\n1,,\"" + cell + "\"\n"
		got := noErrors(t, dataset.ReadOrdersCSV(strings.NewReader(in), nil))
		diff(t, []ccr.Order{{ID: "1", Region: want}}, got, content)
	}
	// The guard as spreadsheets write it, without quotes around it.
	got := noErrors(t, dataset.ReadOrdersCSV(strings.NewReader("order_id,paid_at\n=\"0012\",\n"), nil))
	diff(t, []ccr.Order{{ID: "0012"}}, got, content)
}

func TestWords(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "0": "", "False": "", "否": "", "NO": "", "正常": "", "无": "", "-": "", "1": "1", "是": "是", "刷单": "刷单",
	} {
		in := "order_id,paid_at,abnormal\n1,," + cell + "\n"
		diff(t, []ccr.Order{{ID: "1", Abnormal: want}}, noErrors(t, dataset.ReadOrdersCSV(strings.NewReader(in), nil)), content)
	}
	for cell, want := range map[string]int{"": 0, "-": 0, "0": 0, "1": 1, "5": 5, "5.0": 5, "3.": 3} {
		in := "feedback_id,order_id,text,rating\n1,,," + cell + "\n"
		diff(t, []ccr.Feedback{{ID: "1", Channel: ccr.ChannelReview, Rating: want}}, noErrors(t, dataset.ReadFeedbackCSV(strings.NewReader(in), nil)), content)
	}
	for cell, want := range map[string]ccr.Channel{
		"": ccr.ChannelReview, "-": ccr.ChannelReview, "Review": ccr.ChannelReview, "评价": ccr.ChannelReview, "after-sales": ccr.ChannelAfterSale,
		"After Sale": ccr.ChannelAfterSale, "售后": ccr.ChannelAfterSale, "complaint": ccr.ChannelComplaint, "投诉": ccr.ChannelComplaint,
		"inquiry": ccr.ChannelInquiry, "chat": ccr.ChannelInquiry, "客服": ccr.ChannelInquiry, "聊天": ccr.ChannelInquiry, "unknown": ccr.ChannelUnknown,
	} {
		in := "feedback_id,order_id,text,channel\n1,,," + cell + "\n"
		diff(t, []ccr.Feedback{{ID: "1", Channel: want}}, noErrors(t, dataset.ReadFeedbackCSV(strings.NewReader(in), nil)), content)
	}
}

func TestLongValuesAreShortInMessages(t *testing.T) {
	in := "feedback_id,order_id,text,channel\n1,,," + strings.Repeat("很", 1000) + "\n"
	err := firstError(t, dataset.ReadFeedbackCSV(strings.NewReader(in), nil))
	if n := len(err.Error()); n > 200 || !strings.Contains(err.Error(), "很\"…") {
		t.Error(err)
	}
}

// TestStars reads ratings as exports write them.
func TestStars(t *testing.T) {
	for cell, want := range map[string]int{"5": 5, "5.0": 5, "5星": 5, "1分": 1, "四颗星": 4, "五星": 5, "-": 0} {
		in := "feedback_id,order_id,text,rating\n1,o,好," + cell + "\n"
		for fb, err := range dataset.ReadFeedbackCSV(strings.NewReader(in), nil) {
			if err != nil || fb.Rating != want {
				t.Errorf("%q is read as %d, want %d: %v", cell, fb.Rating, want, err)
			}
		}
	}
	for _, cell := range []string{"6星", "星", "十星", "一二星"} {
		in := "feedback_id,order_id,text,rating\n1,o,好," + cell + "\n"
		for fb, err := range dataset.ReadFeedbackCSV(strings.NewReader(in), nil) {
			if err == nil {
				t.Errorf("%q is read as %d", cell, fb.Rating)
			}
		}
	}
}
