package paper_test

import (
	"bytes"
	"fmt"
	"log"
	"strings"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/action/paper"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/ccrkit/ccrkit/metrics"
	"golang.org/x/text/language"
)

// A reviewer fills in the table, and the decisions are read back.
func ExampleWriteCSV() {
	findings := []action.Finding{{OrderID: "0012", Statements: []action.Statement{{
		Feedback: ccr.Feedback{ID: "r1", Text: "=挺好的，就是有点黑"}, Ground: ccr.GroundAdvertised, Counted: ccr.ReasonNegativeOpinion,
	}}}}
	var file bytes.Buffer
	if err := paper.WriteCSV(&file, findings, &paper.Options{Language: language.Chinese}); err != nil {
		log.Fatal(err)
	}
	filled := strings.Replace(file.String(), "r1\",,,", "r1\",否,韩梅梅,黑色款", 1)
	for d, err := range dataset.ReadOverrides(strings.NewReader(filled), nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(d.Key, d.Override.Negative, d.Override.Reviewer, d.Override.Note)
	}
	// Output:
	// {0012 r1} false 韩梅梅 黑色款
}

func ExampleSentence() {
	mean := 0.02
	cs := action.DefaultRules().Consequences(action.Figures{CCR: metrics.Rate{Num: 60, Den: 1000}, PeerMean: &mean})
	fmt.Println(paper.Sentence(&cs[0], &paper.Options{Language: language.Chinese}))
	// Output:
	// 混发（一品多仓）权限被关闭，须重新申请：已达到。CCR 6.0%，上限 2.6%（主营类目均值的 1.3 倍）。来源：某 TikTok Shop 服务商的常见问题（文件 61030790329），无日期，非官方。
}
