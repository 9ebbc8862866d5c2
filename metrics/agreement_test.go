package metrics_test

import (
	"math"
	"runtime"
	"testing"

	"github.com/ccrkit/ccrkit/metrics"
)

// Diagnoses of 30 patients by 6 psychiatrists, Fleiss (1971), as in the data set
// diagnoses of R's package irr, whose kappam.fleiss(diagnoses) prints 0.430 and holds
// 0.4302445.
var diagnoses = [][]int{
	{4, 4, 4, 4, 4, 4},
	{2, 2, 2, 5, 5, 5},
	{2, 3, 3, 3, 3, 5},
	{5, 5, 5, 5, 5, 5},
	{2, 2, 2, 4, 4, 4},
	{1, 1, 3, 3, 3, 3},
	{3, 3, 3, 3, 5, 5},
	{1, 1, 3, 3, 3, 4},
	{1, 1, 4, 4, 4, 4},
	{5, 5, 5, 5, 5, 5},
	{1, 4, 4, 4, 4, 4},
	{1, 2, 4, 4, 4, 4},
	{2, 2, 2, 3, 3, 3},
	{1, 4, 4, 4, 4, 4},
	{2, 2, 4, 4, 4, 5},
	{3, 3, 3, 3, 3, 5},
	{1, 1, 1, 4, 5, 5},
	{1, 1, 1, 1, 1, 2},
	{2, 2, 4, 4, 4, 4},
	{1, 3, 3, 5, 5, 5},
	{5, 5, 5, 5, 5, 5},
	{2, 4, 4, 4, 4, 4},
	{2, 2, 4, 5, 5, 5},
	{1, 1, 4, 4, 4, 4},
	{1, 4, 4, 4, 4, 5},
	{2, 2, 2, 2, 2, 4},
	{1, 1, 1, 1, 5, 5},
	{2, 2, 4, 4, 4, 4},
	{1, 3, 3, 3, 3, 3},
	{5, 5, 5, 5, 5, 5},
}

func squared(a, b float64) float64 { return (a - b) * (a - b) }

func TestFleiss(t *testing.T) {
	var g metrics.Agreement[int]
	for _, ratings := range diagnoses {
		g.Add(ratings...)
	}
	checkNear(t, "kappa", g.Fleiss(), 0.4302445, 5e-8)
	g.Add(1) // says nothing
	checkNear(t, "kappa", g.Fleiss(), 0.4302445, 5e-8)
	g.Add(1, 2)
	checkFloat(t, "kappa of unequal items", g.Fleiss(), nan)
	if math.IsNaN(g.Alpha(nil)) {
		t.Error("alpha of unequal items is NaN")
	}
}

// The reliability data of 12 units by 4 observers with missing values of
// Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), parts C
// and D, which gives alpha 0.743 nominal, 0.815 ordinal, 0.849 interval and
// 0.797 ratio. Missing values are NaN or left out.
func TestAlpha(t *testing.T) {
	var g metrics.Agreement[float64]
	for _, unit := range [][]float64{
		{1, 1, nan, 1},
		{2, 2, 3, 2},
		{3, 3, 3, 3},
		{3, 3, 3, 3},
		{2, 2, 2, 2},
		{1, 2, 3, 4},
		{4, 4, 4, 4},
		{1, 1, 2, 1},
		{2, 2, 2, 2},
		{5, 5, 5},
		{1, 1},
		{3},
	} {
		g.Add(unit...)
	}
	checkNear(t, "nominal", g.Alpha(nil), 0.743, 5e-4)
	checkNear(t, "ordinal", g.OrdinalAlpha(), 0.815, 5e-4)
	checkNear(t, "interval", g.Alpha(squared), 0.849, 5e-4)
	checkNear(t, "ratio", g.Alpha(func(a, b float64) float64 { return squared(a, b) / ((a + b) * (a + b)) }), 0.797, 5e-4)
	checkFloat(t, "kappa", g.Fleiss(), nan)
}

// Two observers of ten units, binary data without missing values: part A of
// Krippendorff (2011) gives 0.095. Part B, nominal: 0.692.
func TestAlphaTwo(t *testing.T) {
	var g metrics.Agreement[string]
	for i := range 10 {
		g.Add("0100000000"[i:i+1], "1110010010"[i:i+1])
	}
	checkNear(t, "binary", g.Alpha(nil), 0.095, 5e-4)
	var h metrics.Agreement[string]
	for i := range 12 {
		h.Add("aabbdcccedda"[i:i+1], "babbbccceddd"[i:i+1])
	}
	checkNear(t, "nominal", h.Alpha(nil), 0.692, 5e-4)
}

func TestAgreementDegenerate(t *testing.T) {
	for _, tt := range []struct {
		name         string
		items        [][]float64
		fleiss, alph float64
	}{
		{"nothing", nil, nan, nan},
		{"single ratings", [][]float64{{1}, {nan, 2}, {}}, nan, nan},
		{"one label", [][]float64{{1, 1}, {1, 1}}, nan, nan},
		{"full agreement", [][]float64{{1, 1}, {2, 2}}, 1, 1},
		{"full disagreement", [][]float64{{1, 2}, {2, 1}}, -1, -0.5},
	} {
		var g metrics.Agreement[float64]
		for _, item := range tt.items {
			g.Add(item...)
		}
		checkFloat(t, tt.name+": kappa", g.Fleiss(), tt.fleiss)
		checkFloat(t, tt.name+": nominal alpha", g.Alpha(nil), tt.alph)
		// With two labels all scales agree.
		checkFloat(t, tt.name+": ordinal alpha", g.OrdinalAlpha(), tt.alph)
		checkFloat(t, tt.name+": interval alpha", g.Alpha(squared), tt.alph)
	}
}

// Of ratings that are all different, as measurements are, a figure needs no more
// memory than the ratings do.
func TestAgreementMemory(t *testing.T) {
	const items = 2000
	var g metrics.Agreement[float64]
	for i := range items {
		g.Add(float64(i), float64(i)+0.5)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	checkNear(t, "alpha", g.Alpha(squared), 1, 1e-6)
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / items; each > 1000 {
		t.Errorf("%d bytes an item, want no more than 1000", each)
	}
}

func TestAgreementMerge(t *testing.T) {
	for seed := range uint64(8) {
		r := newRand(seed)
		fixed := seed%2 == 0 // as Fleiss wants it
		var items []func(*metrics.Agreement[float64])
		for range 200 {
			ratings := make([]float64, 5)
			for i := range ratings {
				ratings[i] = float64(r.IntN(4))
				if !fixed && r.IntN(4) == 0 {
					ratings[i] = nan
				}
			}
			items = append(items, func(g *metrics.Agreement[float64]) {
				r.Shuffle(len(ratings), func(i, j int) { ratings[i], ratings[j] = ratings[j], ratings[i] })
				g.Add(ratings...)
			})
		}
		checkMerge(t, r, func() *metrics.Agreement[float64] { return new(metrics.Agreement[float64]) }, items, func(g *metrics.Agreement[float64]) any {
			out := []float64{g.Alpha(nil), g.Alpha(squared), g.OrdinalAlpha()}
			if fixed {
				out = append(out, g.Fleiss())
			}
			return out
		})
	}
}
