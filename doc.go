// Package ccrkit is the map of a library that turns orders, and what their
// buyers said, into a defensible CCR: the consumer negative feedback rate
// (消费者负反馈率), which is the share of effective paid orders with effective
// negative feedback. The package itself is empty.
//
// Data flows one way:
//
//	records ──► cases ──────► assessments ──► verdicts ──────► figures
//	dataset     dataset.Join  classify        ccr.Policy       metrics
//
// The packages are these:
//
//   - [github.com/ccrkit/ccrkit/ccr]: orders, feedback, assessments, and the
//     policy that decides how a case counts.
//   - [github.com/ccrkit/ccrkit/ccr/dataset]: reads and writes JSON Lines and
//     CSV, joins orders and feedback into cases.
//   - [github.com/ccrkit/ccrkit/ccr/names]: names for people, Chinese and English.
//   - [github.com/ccrkit/ccrkit/ccr/screen]: marks feedback without a purchase,
//     copied texts, bursts and brushing, before cases are judged.
//   - [github.com/ccrkit/ccrkit/lexicon]: what words mean, and where they stand.
//   - [github.com/ccrkit/ccrkit/classify]: the Classifier interface and wrappers.
//   - [github.com/ccrkit/ccrkit/classify/rules]: the classifier by lexicon and rules.
//   - [github.com/ccrkit/ccrkit/classify/linear]: models of character n-grams, their
//     training, and one that is embedded.
//   - [github.com/ccrkit/ccrkit/classify/hybrid]: rules and model together, what
//     most programs should call.
//   - [github.com/ccrkit/ccrkit/classify/external]: a program in any language as
//     a classifier.
//   - [github.com/ccrkit/ccrkit/classify/classifytest]: a conformance kit for
//     anyone's classifier.
//   - [github.com/ccrkit/ccrkit/classify/eval]: runs classifiers over labelled
//     corpora, scores and compares them.
//   - [github.com/ccrkit/ccrkit/metrics]: rates with intervals, breakdowns,
//     quality returns, service figures, nowcast; accuracy and agreement.
//   - [github.com/ccrkit/ccrkit/metrics/alert]: control charts, values in, alerts
//     out.
//   - [github.com/ccrkit/ccrkit/action]: what to appeal, which product to mend,
//     whom to follow up, which consequences are near.
//   - [github.com/ccrkit/ccrkit/action/paper]: appeals as CSV and as a page.
//
// The programs under examples show the whole flow: report computes a shop's
// figures, classify judges feedback line by line, train makes a model of anyone's
// labelled texts, fit the embedded one.
package ccrkit
