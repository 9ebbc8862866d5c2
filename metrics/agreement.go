package metrics

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// An Agreement accumulates how well raters agree, two or more of them, who need
// not have rated every item. The zero Agreement is ready to use. For two raters
// of the same items [Confusion.Kappa] is Cohen's kappa.
//
// Memory is for each pair of labels that an item has, and number of ratings of
// an item. Fleiss' kappa costs a sort of these; alpha costs a call of the
// difference for each two labels, too.
type Agreement[L cmp.Ordered] struct {
	_ [0]func()

	pairs counts[ratingPair[L]]
}

// A ratingPair is two ratings of one item by two raters, one way round, of an
// item with so many ratings.
type ratingPair[L cmp.Ordered] struct {
	a, b    L
	ratings int
}

// Add counts one item with the labels that its raters gave it, in any order.
// Leave out a rating that is missing, or make it NaN. An item with fewer than
// two ratings says nothing of agreement and is left out.
func (g *Agreement[L]) Add(ratings ...L) {
	var n counts[L]
	m := 0
	for _, l := range ratings {
		if l == l { // not NaN
			n.add(l, 1)
			m++
		}
	}
	if m < 2 {
		return
	}
	for a, x := range n {
		for b, y := range n {
			if a == b {
				y--
			}
			if y > 0 {
				g.pairs.add(ratingPair[L]{a, b, m}, x*y)
			}
		}
	}
}

// Merge adds what o has accumulated.
func (g *Agreement[L]) Merge(o *Agreement[L]) {
	if o != nil {
		g.pairs.merge(o.pairs)
	}
}

// Fleiss returns Fleiss' kappa, the agreement beyond chance of raters of one
// nominal scale, at most 1 and 0 where it is that of chance; see Fleiss,
// "Measuring nominal scale agreement among many raters", Psychological Bulletin
// 76 (1971), 378-382. It is NaN without items, when all ratings are one label,
// and when items differ in their number of ratings, for which [Agreement.Alpha]
// is made.
func (g *Agreement[L]) Fleiss() float64 {
	ratings := 0
	for p := range g.pairs {
		if ratings != 0 && p.ratings != ratings {
			return math.NaN()
		}
		ratings = p.ratings
	}
	o := g.coincidences()
	n, same, chance := 0.0, o.sum(func(i, j int) float64 { return float64(number(i == j)) }), 0.0
	for _, x := range o.margins {
		n += x
		chance += x * x
	}
	return (n*same - chance) / (n*n - chance)
}

// Alpha returns Krippendorff's alpha, at most 1 and 0 where raters agree as by
// chance; see Krippendorff, "Computing Krippendorff's alpha-reliability"
// (2011). Difference is the squared difference of two labels, 0 for equal ones
// and symmetric: nil makes the scale a nominal one, and (a-b)² an interval
// scale. It is NaN without items and when all ratings are one label.
func (g *Agreement[L]) Alpha(difference func(a, b L) float64) float64 {
	if difference == nil {
		difference = func(a, b L) float64 { return float64(number(a != b)) }
	}
	o := g.coincidences()
	return o.alpha(func(i, j int) float64 { return difference(o.labels[i], o.labels[j]) })
}

// OrdinalAlpha is [Agreement.Alpha] of an ordinal scale, whose order is that of
// the labels.
func (g *Agreement[L]) OrdinalAlpha() float64 {
	o := g.coincidences()
	below := make([]float64, len(o.labels)) // ratings below the middle of each label's
	sum := 0.0
	for i, n := range o.margins {
		below[i] = sum + n/2
		sum += n
	}
	return o.alpha(func(i, j int) float64 { return (below[i] - below[j]) * (below[i] - below[j]) })
}

// Coincidences are the pairs of ratings of an item, each item having as much
// weight as it has ratings.
type coincidences[L cmp.Ordered] struct {
	labels  []L       // in order
	margins []float64 // the pairs of each label
	cells   []coincidence
}

// A coincidence is the weight of the pairs of two labels, by their indexes.
type coincidence struct {
	i, j int
	n    float64
}

func (g *Agreement[L]) coincidences() (o coincidences[L]) {
	// By label and number of ratings, so that sums do not depend on the order.
	keys := slices.SortedFunc(maps.Keys(g.pairs), func(p, q ratingPair[L]) int {
		return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b), cmp.Compare(p.ratings, q.ratings))
	})
	for _, p := range keys {
		if n := len(o.labels); n == 0 || o.labels[n-1] != p.a {
			o.labels = append(o.labels, p.a)
		}
	}
	o.margins = make([]float64, len(o.labels))
	for _, p := range keys {
		i, _ := slices.BinarySearch(o.labels, p.a)
		j, _ := slices.BinarySearch(o.labels, p.b)
		n := float64(g.pairs[p]) / float64(p.ratings-1)
		o.margins[i] += n
		o.cells = append(o.cells, coincidence{i, j, n})
	}
	return o
}

// sum returns the sum of what of gives for all pairs.
func (o *coincidences[L]) sum(of func(i, j int) float64) float64 {
	sum := 0.0
	for _, c := range o.cells {
		sum += c.n * of(c.i, c.j)
	}
	return sum
}

func (o *coincidences[L]) alpha(difference func(i, j int) float64) float64 {
	n, expected := 0.0, 0.0
	for i, x := range o.margins {
		n += x
		for j, y := range o.margins {
			expected += x * y * difference(i, j)
		}
	}
	return 1 - (n-1)*o.sum(difference)/expected
}
