// Package metrics turns verdicts into figures: the CCR, rates by product,
// region or any other key, quality-return rates, and service times.
//
// Every figure is a fold over [ccr.Verdict]: an accumulator with Add and
// Merge. The figure does not depend on the order of the verdicts, nor on how
// they were split among accumulators before these were merged, so one loop,
// many goroutines and a distributed engine give the same result. The package never runs a classifier and holds no mutable state.
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
// the caller names.
package metrics
