package rules

// weights is the scorecard: what each feature adds to the log-odds of a complaint.
var weights = [numFeatures]float64{
	bias: -0.5, negMild: 0.7, negPlain: 1.5, negStrong: 2.5, posMild: -0.3, posPlain: -0.8, posStrong: -1.2,
}
