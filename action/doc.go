// Package action answers from verdicts what a shop can do next: whom to follow
// up, what to appeal, which product to mend.
package action
