package alert_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/metrics"
	"github.com/ccrkit/ccrkit/metrics/alert"
)

var approx = cmpopts.EquateApprox(1e-9, 0)

func TestPPrime(t *testing.T) {
	// Attendances of emergency departments seen within 4 hours, the first six of the
	// weeks in Mohammed et al., "Statistical process control charts for attribute
	// data involving very large sample sizes", BMJ Quality and Safety 22 (2013),
	// 362-368, an example of Laney's chart. Values by the formula in R 4.2.2:
	// z <- (p-c)/sqrt(c*(1-c)/n); s <- mean(abs(diff(z)))/1.128379167.
	weeks := []metrics.Rate{
		{Num: 266501, Den: 280443},
		{Num: 264225, Den: 276823},
		{Num: 276532, Den: 291681},
		{},
		{Num: 281461, Den: 296155},
		{Num: 269071, Den: 282343},
		{Num: 261215, Den: 275888},
	}
	c, ok := alert.PPrime(weeks)
	if !ok || math.Abs(c.Center-0.950492358218) > 1e-12 || math.Abs(c.Sigma/9.42089947957-1) > 1e-9 {
		t.Errorf("PPrime = %v, %v", c, ok)
	}
	if diff := cmp.Diff(metrics.Interval{Low: 0.938915205633, High: 0.962069510802}, c.Limits(280443), approx); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}

	// Montgomery, "Introduction to statistical quality control", example 7.1: 347
	// bad cans in 30 samples of 50, limits 0.0524 and 0.4102.
	p := alert.Chart{Center: 0.2313, Sigma: 1}
	if diff := cmp.Diff(metrics.Interval{Low: 0.0524, High: 0.4102}, p.Limits(50), cmpopts.EquateApprox(0, 1e-4)); diff != "" {
		t.Errorf("limits of the p chart (-want +got):\n%s", diff)
	}
	if got, want := p.Limits(1), (metrics.Interval{Low: 0, High: 1}); got != want {
		t.Errorf("limits of one = %v, want %v", got, want)
	}
	if got, want := p.Limits(0), (metrics.Interval{Low: 0, High: 1}); got != want {
		t.Errorf("limits of none = %v, want %v", got, want)
	}

	for _, none := range [][]metrics.Rate{nil, {{Num: 1, Den: 2}}, {{Den: 2}, {Den: 3}}, {{Num: 2, Den: 2}, {Num: 3, Den: 3}}, {{Num: 1, Den: 2}, {}}} {
		if c, ok := alert.PPrime(none); ok {
			t.Errorf("PPrime(%v) = %v", none, c)
		}
	}
}
