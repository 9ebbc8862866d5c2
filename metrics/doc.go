// Package metrics turns verdicts into figures: the CCR, rates by product,
// region or any other key, quality-return rates, and service times.
//
// Every figure is a fold over [ccr.Verdict]: an accumulator with Add and
// Merge. The figure does not depend on the order of the verdicts, nor on how
// they were split among accumulators before these were merged, so one loop,
// many goroutines and a distributed engine give the same result. The package
// never runs a classifier and holds no mutable state.
//
// Accumulators remember counts, not orders: a verdict that is added twice
// counts twice. They are not safe for concurrent use; give each goroutine its
// own and merge them. A nil argument of Merge is an empty accumulator. Verdicts
// are read during Add only and never kept.
//
// Proportions are a [Rate], two exact counts, with interval estimates as
// methods. What a classifier gets wrong is corrected by labels of a sample:
// [SampleStrata] chooses it, an [Audit] gives the CCR that reviewers would find.
//
// Times of day and calendar days are always those of a location that
// the caller names, and of UTC where he names none. Package dataset reads times
// into Asia/Shanghai if not told otherwise: name that here too.
//
// # Accuracy and agreement
//
// How good a classifier is, and how far people agree, is told by accumulators
// of the same kind over labels and scores, each text being added once:
//
//   - [Confusion] for tasks with one label a text: accuracy, precision, recall
//     and F by class and averaged, MCC, Cohen's kappa
//   - [LabelSets] for tasks with any number of labels, [Spans] for quotations
//   - [Scores] for probabilities: ROC and precision-recall curves, calibration,
//     and accuracy on the texts judged most surely
//   - [Agreement] for several raters: Fleiss' kappa, Krippendorff's alpha
//
// [Bootstrap] gives any figure an interval, [McNemar] and [PermutationTest] say
// whether two classifiers differ, and [Holm] and [BenjaminiHochberg] correct for
// several such tests.
// A figure that has no value, such as an AUC of one class, is NaN where it is a
// float64, and a Rate without value otherwise.
package metrics
