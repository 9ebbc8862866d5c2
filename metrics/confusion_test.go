package metrics_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/metrics"
)

var nan = math.NaN()

func confusion(gold, said string) *metrics.Confusion[string] {
	var c metrics.Confusion[string]
	s := strings.Fields(said)
	for i, g := range strings.Fields(gold) {
		c.Add(g, s[i])
	}
	return &c
}

// Values are those of scikit-learn 1.2.1: precision_recall_fscore_support with
// zero_division=0, matthews_corrcoef, cohen_kappa_score. The label e is only
// said, d only in the gold data.
func TestConfusion(t *testing.T) {
	c := confusion("a a a a a b b b c c c c d d b a", "a a b c a b b a c c b a a e b a")
	if got, want := c.Accuracy(), (metrics.Rate{Num: 9, Den: 16}); got != want {
		t.Errorf("accuracy %v, want %v", got, want)
	}
	if got := [...]int{c.Count("a", "a"), c.Count("c", "b"), c.Count("b", "c"), c.Count("z", "a")}; got != [...]int{4, 1, 0, 0} {
		t.Errorf("counts %v", got)
	}
	checkFloat(t, "MCC", c.MCC(), 0.39348203161162687)
	checkFloat(t, "kappa", c.Kappa(), 0.3846153846153846)

	prf := func(both, said, gold int) metrics.PRF {
		return metrics.PRF{Precision: metrics.Rate{Num: both, Den: said}, Recall: metrics.Rate{Num: both, Den: gold}}
	}
	classes := c.Classes()
	want := metrics.Classes[string]{
		{"a", prf(4, 7, 6)}, {"b", prf(3, 5, 4)}, {"c", prf(2, 3, 4)}, {"d", prf(0, 0, 2)}, {"e", prf(0, 1, 0)},
	}
	if diff := cmp.Diff(want, classes); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	if classes.Of("c") != prf(2, 3, 4) || classes.Of("z") != (metrics.PRF{}) {
		t.Errorf("c %v, unseen %v", classes.Of("c"), classes.Of("z"))
	}
	for _, tt := range []struct {
		beta                   float64
		f                      [5]float64
		macro, weighted, micro float64
	}{
		{1, [5]float64{0.6153846153846153, 2.0 / 3, 0.5714285714285715, 0, 0}, 0.3706959706959707, 0.5402930402930403, 0.5625},
		{0.5, [5]float64{0.588235294117647, 0.625, 0.625, 0, 0}, 0.3676470588235294, 0.5330882352941176, 0.5625},
		{2, [5]float64{0.6451612903225806, 0.7142857142857143, 0.5263157894736842, 0, 0}, 0.3771525588163958, 0.5520858598108174, 0.5625},
	} {
		for i, k := range classes {
			checkFloat(t, "F "+k.Label, k.F(tt.beta), tt.f[i])
		}
		p, r, f := classes.Macro(tt.beta)
		checkFloat(t, "macro precision", p, 0.36761904761904757)
		checkFloat(t, "macro recall", r, 0.3833333333333333)
		checkFloat(t, "macro F", f, tt.macro)
		p, r, f = classes.Weighted(tt.beta)
		checkFloat(t, "weighted precision", p, 0.530952380952381)
		checkFloat(t, "weighted recall", r, 0.5625)
		checkFloat(t, "weighted F", f, tt.weighted)
		checkFloat(t, "micro F", classes.Micro().F(tt.beta), tt.micro)
	}
}

// Kappa 0.4842 and its table are the example of the SAS manual, PROC FREQ,
// that statsmodels tests its cohens_kappa with.
func TestKappaSAS(t *testing.T) {
	var c metrics.Confusion[int]
	for i, row := range [3][3]int{{0, 4, 1}, {0, 8, 0}, {0, 1, 5}} {
		for j, n := range row {
			for range n {
				c.Add(i, j)
			}
		}
	}
	if got := c.Kappa(); math.Abs(got-0.4842) > 5e-5 {
		t.Errorf("kappa %v, want 0.4842", got)
	}
}

func TestConfusionDegenerate(t *testing.T) {
	for _, tt := range []struct {
		gold, said        string
		acc               metrics.Rate
		mcc, kappa, macro float64
	}{
		{"", "", metrics.Rate{}, nan, nan, nan},
		{"a a", "a a", metrics.Rate{Num: 2, Den: 2}, nan, nan, 1},
		{"a a", "b b", metrics.Rate{Num: 0, Den: 2}, nan, 0, 0}, // chance never agrees
		{"a b", "a a", metrics.Rate{Num: 1, Den: 2}, nan, 0, 1.0 / 3},
		{"a b", "b a", metrics.Rate{Num: 0, Den: 2}, -1, -1, 0},
		{"a b", "a b", metrics.Rate{Num: 2, Den: 2}, 1, 1, 1},
	} {
		c := confusion(tt.gold, tt.said)
		if got := c.Accuracy(); got != tt.acc {
			t.Errorf("%q %q: accuracy %v, want %v", tt.gold, tt.said, got, tt.acc)
		}
		_, _, f := c.Classes().Macro(1)
		checkFloat(t, tt.gold+" / "+tt.said+": MCC", c.MCC(), tt.mcc)
		checkFloat(t, tt.gold+" / "+tt.said+": kappa", c.Kappa(), tt.kappa)
		checkFloat(t, tt.gold+" / "+tt.said+": macro F1", f, tt.macro)
	}
	// scikit-learn 1.2.1: fbeta_score([1,1,1,1,1,0], [1,1,1,0,0,1], beta=np.inf)
	checkFloat(t, "F of recall alone", metrics.PRF{Precision: metrics.Rate{Num: 3, Den: 4}, Recall: metrics.Rate{Num: 3, Den: 5}}.F(math.Inf(1)), 0.6)
	checkFloat(t, "F of nothing", metrics.PRF{}.F(1), nan)
	p, r, f := metrics.Classes[string]{{Label: "e", PRF: metrics.PRF{Precision: metrics.Rate{Den: 1}}}}.Weighted(1)
	if !math.IsNaN(p) || !math.IsNaN(r) || !math.IsNaN(f) {
		t.Errorf("weighted by no gold data: %v, %v, %v", p, r, f)
	}
}

// A class without a value has null, and the counts stay visible.
func TestClassJSON(t *testing.T) {
	got, err := json.Marshal(confusion("d", "e").Classes()[0])
	want := `{"label":"d","precision":{"num":0,"den":0,"rate":null,"low":null,"high":null},"recall":{"num":0,"den":1,"rate":0,"low":0,"high":0.79`
	if err != nil || !strings.HasPrefix(string(got), want) {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func TestConfusionMerge(t *testing.T) {
	type label struct {
		Aspect   string
		Negative bool
	}
	for seed := range uint64(8) {
		r := newRand(seed)
		var items []func(*metrics.Confusion[label])
		for range 300 {
			gold := label{pick(r, "size", "taste", "price"), r.IntN(2) == 0}
			said := gold
			if r.IntN(3) == 0 {
				said = label{pick(r, "size", "smell"), r.IntN(2) == 0}
			}
			items = append(items, func(c *metrics.Confusion[label]) { c.Add(gold, said) })
		}
		checkMerge(t, r, func() *metrics.Confusion[label] { return new(metrics.Confusion[label]) }, items, func(c *metrics.Confusion[label]) any {
			p, q, f := c.Classes().Macro(1)
			u, v, w := c.Classes().Weighted(2)
			return []any{c.Classes(), c.Accuracy(), c.MCC(), c.Kappa(), p, q, f, u, v, w}
		})
	}
}
