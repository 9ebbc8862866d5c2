package dataset_test

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

const (
	joinOrders   = "order_id,paid_at,product\na,2024-01-01,衬衫\nb,bad,\nb,2024-01-01,\na,2024-01-02,\nc,2024-01-01,裤子\n"
	joinFeedback = "feedback_id,order_id,text,product\n1,a,a1,\n1,,no order,\n1,z,z1,\n1,c,c1,鞋\n1,a,again,\n,a,a2,\n,a,a3,\n2,z,z2,\n1,,no order either,\n2,a\n"
)

func readJoin(join func(iter.Seq2[ccr.Order, error], iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Case, error], orders, feedback string) iter.Seq2[ccr.Case, error] {
	return join(
		dataset.ReadOrdersCSV(strings.NewReader(orders), &dataset.Options{Name: "o.csv"}),
		dataset.ReadFeedbackCSV(strings.NewReader(feedback), &dataset.Options{Name: "f.csv"}))
}

// summary is what of a case the tests look at.
func summary(c ccr.Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", c.OrderID)
	if c.Order != nil {
		fmt.Fprintf(&b, " order %s:", c.Order.Source)
	} else {
		b.WriteString(":")
	}
	for _, f := range c.Feedback {
		fmt.Fprintf(&b, " %s(%s)", f.Text, f.Product)
	}
	return b.String()
}

func summaries(cases []ccr.Case) (s []string) {
	for _, c := range cases {
		s = append(s, summary(c))
	}
	return s
}

func TestJoin(t *testing.T) {
	cases, messages := collect(readJoin(dataset.Join, joinOrders, joinFeedback))
	diff(t, []string{
		"a order o.csv:2: a1(衬衫) a2(衬衫) a3(衬衫)",
		"b order o.csv:4:",
		"c order o.csv:6: c1(鞋)",
		": no order()",
		"z: z1() z2()",
		": no order either()",
	}, summaries(cases))
	diff(t, []string{
		`f.csv:6: feedback_id: "1" is a duplicate of f.csv:2`,
		"f.csv:11: wrong number of fields: 2, the header has 4",
		`o.csv:3: paid_at: "bad" is not a time such as 2006-01-02 15:04:05`,
		`o.csv:5: order_id: "a" is a duplicate of o.csv:2`,
	}, messages)
}

func TestJoinSorted(t *testing.T) {
	cases, messages := collect(readJoin(dataset.JoinSorted,
		"order_id,paid_at,product\na,,衬衫\na,,x\nc,,\nb,,\nd,bad,\ne,,\n",
		"feedback_id,order_id,text\n1,,x\n1,,y\n1,a,a1\n1,a,again\n2,a,a2\n1,b,b1\n1,a,late\n1,e,e1\n1,z,z1\n"))
	diff(t, []string{
		": x()", ": y()", "a order o.csv:2: a1(衬衫) a2(衬衫)", "b: b1()", "c order o.csv:4:", "e order o.csv:7: e1()", "z: z1()",
	}, summaries(cases))
	slices.Sort(messages)
	diff(t, []string{
		`f.csv:5: feedback_id: "1" is a duplicate of f.csv:4`,
		`f.csv:8: order_id: "a" after "b" is out of order`,
		`o.csv:3: order_id: "a" is a duplicate of o.csv:2`,
		`o.csv:5: order_id: "b" after "c" is out of order`,
		`o.csv:6: paid_at: "bad" is not a time such as 2006-01-02 15:04:05`,
	}, messages)
	var err error
	for _, err = range readJoin(dataset.JoinSorted, "order_id,paid_at\nb,\na,\n", "feedback_id,order_id,text\n") {
		if err != nil {
			break
		}
	}
	if !errors.Is(err, dataset.ErrUnsorted) || lineOf(err) != 3 {
		t.Errorf("%v", err)
	}
}

func TestJoinInMemory(t *testing.T) {
	for _, join := range []func(iter.Seq2[ccr.Order, error], iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Case, error]{dataset.Join, dataset.JoinSorted} {
		orders := []ccr.Order{{}, {ID: "a", Product: "p"}, {ID: "a"}}
		feedback := []ccr.Feedback{{ID: "1", OrderID: "a"}, {ID: "1", OrderID: "a"}}
		seq := join(records(orders), records(feedback))
		for range 2 { // its arguments may be used twice, so may the result
			cases, messages := collect(seq)
			diff(t, []ccr.Case{{
				OrderID: "a", Order: &ccr.Order{ID: "a", Product: "p"},
				Feedback: []ccr.Feedback{{ID: "1", OrderID: "a", Product: "p"}},
			}}, cases)
			slices.Sort(messages)
			diff(t, []string{`feedback_id: "1" is a duplicate`, `order_id: "a" is a duplicate`, "order_id: missing"}, messages)
		}
		diff(t, []ccr.Feedback{{ID: "1", OrderID: "a"}, {ID: "1", OrderID: "a"}}, feedback) // not written to
	}
}

// random returns orders and feedback, some of which belong together, with
// duplicates.
func random(r *rand.Rand) (orders []ccr.Order, feedback []ccr.Feedback) {
	for i := range r.IntN(20) {
		orders = append(orders, ccr.Order{ID: fmt.Sprint(r.IntN(15)), Source: ccr.Source{Name: "o", Line: i + 1}})
	}
	for i := range r.IntN(40) {
		f := ccr.Feedback{ID: fmt.Sprint(i), OrderID: fmt.Sprint(r.IntN(20)), Text: fmt.Sprint(i), Source: ccr.Source{Name: "f", Line: i + 1}}
		switch r.IntN(5) {
		case 0:
			f.OrderID = ""
		case 1:
			f.ID = ""
		}
		feedback = append(feedback, f)
	}
	return orders, feedback
}

var (
	sortCases    = cmpopts.SortSlices(func(a, b ccr.Case) bool { return summary(a) < summary(b) })
	sortFeedback = cmpopts.SortSlices(func(a, b ccr.Feedback) bool { return a.Source.Line < b.Source.Line })
)

// TestJoinIgnoresOrderOfFeedback checks that the cases are the same set, with
// the same sets of feedback, in whatever order the feedback comes.
func TestJoinIgnoresOrderOfFeedback(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		orders, feedback := random(r)
		want, errs := collect(dataset.Join(records(orders), records(feedback)))
		total := 0
		for _, c := range want {
			total += len(c.Feedback)
		}
		if total != len(feedback) {
			t.Fatalf("%d of %d feedback", total, len(feedback))
		}
		r.Shuffle(len(feedback), func(i, k int) { feedback[i], feedback[k] = feedback[k], feedback[i] })
		got, errsGot := collect(dataset.Join(records(orders), records(feedback)))
		for _, cases := range [][]ccr.Case{want, got} {
			for _, c := range cases {
				slices.SortFunc(c.Feedback, func(a, b ccr.Feedback) int { return cmp.Compare(a.Source.Line, b.Source.Line) })
			}
		}
		diff(t, want, got, sortCases, sortFeedback)
		diff(t, errs, errsGot)
	}
}

// TestJoinSortedIsJoin compares the two on sorted input.
func TestJoinSortedIsJoin(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 80 {
		orders, feedback := random(r)
		slices.SortStableFunc(orders, func(a, b ccr.Order) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortStableFunc(feedback, func(a, b ccr.Feedback) int { return cmp.Compare(a.OrderID, b.OrderID) })
		for range r.IntN(3) { // duplicates follow their first
			if len(feedback) > 0 {
				i := r.IntN(len(feedback))
				feedback = slices.Insert(feedback, i, feedback[i])
			}
		}
		want, wantErrs := collect(dataset.Join(records(orders), records(feedback)))
		got, gotErrs := collect(dataset.JoinSorted(records(orders), records(feedback)))
		diff(t, want, got, sortCases)
		slices.Sort(wantErrs)
		slices.Sort(gotErrs)
		diff(t, wantErrs, gotErrs)
		if !slices.IsSortedFunc(got, func(a, b ccr.Case) int { return cmp.Compare(a.OrderID, b.OrderID) }) {
			t.Error("cases are not sorted")
		}
	}
}

// TestJoinBreak leaves the loop at every step.
func TestJoinBreak(t *testing.T) {
	for _, join := range []func(iter.Seq2[ccr.Order, error], iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Case, error]{dataset.Join, dataset.JoinSorted} {
		for stop := 1; stop < 15; stop++ {
			n := 0
			for range readJoin(join, joinOrders, joinFeedback) {
				if n++; n == stop {
					break
				}
			}
		}
	}
}
