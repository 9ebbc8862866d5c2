// Package action answers from verdicts what a shop can do next:
//
//   - [Appeals]: which orders to appeal about, by [Rejudge] under two policies
//   - [Hidden]: which complaints hide behind good stars
//   - [Dossiers]: which product, or whatever else, to mend, in what, and how
//   - [FollowUp]: whom to speak to before he complains
//   - [RuleSet]: which consequences are near
//
// Days are those of UTC where no location is named; package dataset reads times
// into Asia/Shanghai if not told otherwise.
package action
