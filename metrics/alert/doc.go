// Package alert watches rates of bad orders, by product, by shop or by any other
// key, and says when one has risen: quality returns, which come first, and the
// CCR, which follows. Values in, alerts out: it reads no clock and no network.
//
//	d, err := alert.New(nil)
//	for _, p := range series.Points(from, to) {
//		err = d.Add(p)
//	}
//	for _, a := range d.Advance(to) { … }
//
// One [Detector] watches one figure of things that are alike, such as the CCR of
// all products of a shop, since each is judged by its own history and by its
// peers.
//
// # Which day an order counts on
//
// A rate by day of payment has to wait until the last buyer has spoken. So a bad
// order counts on the day on which it became known to be bad, and it is held
// against the orders whose buyers could have spoken on that day: each paid order
// is spread over the days after its payment, see [Series]. A sale then does not
// look like a fall while the parcels travel and like a rise when they arrive. What
// is known of a day never changes by what comes later.
//
// # What is looked for
//
// For each key and each of four ratios (1.5, 3, 6 and 12 times the baseline) a
// CUSUM chart runs: the log likelihood ratio of "the rate has risen by this ratio"
// against "it has not", of the orders since that ratio last had nothing to say for
// itself. Small ratios find slow drift, large ones find a bad batch after a few
// orders. See Page, "Continuous inspection schemes", Biometrika 41 (1954), 100-115,
// and Lorden, "Procedures for reacting to a change in distribution", Annals of
// Mathematical Statistics 42 (1971), 1897-1908: while nothing happens, a chart
// reaches the value h once in e^h days or more, on average.
//
// The baseline is the key's own history, shrunken towards its peers by the
// beta-binomial model of [metrics.FitPrior], so that a new or small one is held to
// what is usual. It is not taken as known: the ratio of the likelihoods is a Bayes
// factor with the baseline's uncertainty integrated out, and where there are
// neither a history nor peers it proves nothing. Orders under suspicion are no part
// of a history, neither their own key's nor its peers': a rise cannot hide itself,
// and a seller who is bad from the start does not make bad the usual.
//
// Days of one key may vary more than chance allows: parcels of one lorry, buyers of
// one household. As in Laney's p' chart (see [PPrime]) the variation between
// successive groups of orders says how much, and the likelihood becomes that of a
// negative binomial count with this variance, for which a few clusters prove less.
//
// The highest of a key's charts becomes a p-value. Over all keys those of the day
// become warnings by the rule of Benjamini and Hochberg, so that of 10,000 products
// not hundreds are announced by chance ([Options.FDR]), and hints so that one is
// expected to be false ([Watch]).
//
// The use of CUSUM charts with p-values and false discovery rates on many units at
// a time follows Grigg, Spiegelhalter and Jones, "Local and marginal control charts
// applied to methicillin resistant Staphylococcus aureus bacteraemia reports in UK
// acute National Health Service trusts", JRSS A 172 (2009), 49-66.
//
// # Measured
//
// On 109 synthetic sellers with some six orders a month, of whom 11 turn from 3% to
// 47% bad reviews and 20 are bad from the start, warnings found all; half of those
// that turned within 46 days, 12 of which pass until a review is written. There were
// two false warnings in 1,253 months of healthy sellers. The defaults were chosen on
// these sellers; chosen on one half and used on the other, settings found 54 of 55,
// with 6 false warnings in 1,000 months. TestSellers prints the whole trade-off,
// TestShop what is found in the sample shop, TestFalseAlerts what goes wrong when
// nothing does.
//
// Of 60 products of 20 orders a day that stay at 6% where their peers have 3%, all
// were warned about in 13 months, 5 of them more than once; of 5 orders a day 59, and
// 13 more than once, see TestSteady.
//
// Alone, with no peers to be held to, a shop of 200 orders a day warns falsely about
// once a year where the rate varies by 30% from day to day, and once in six years
// where chance alone makes its days differ.
//
// # What does not matter
//
// The order in which points come, whether a day's counts come in one point or in
// many, whether days are closed one by one or all at once, and whether the state
// was saved and restored in between: the alerts are the same.
package alert
