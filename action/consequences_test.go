package action_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/ccrkit/ccrkit/action"
	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/metrics"
	"github.com/google/go-cmp/cmp"
)

func intPtr(n int) *int { return &n }

// peerRules is a set of the one rule on the CCR.
func peerRules(multiple float64) *action.RuleSet {
	return &action.RuleSet{Rules: []action.Rule{{Measure: action.MeasurePeers, Limit: multiple}}}
}

func TestPeers(t *testing.T) {
	for _, tt := range []struct {
		name     string
		ccr      metrics.Rate
		interval *metrics.Interval
		mean     *float64
		multiple float64
		status   action.Status
		certain  bool
		orders   *int
	}{
		// By hand: 1.3 × 2% of 1,000 orders are 26. The intervals by R 4.2.2,
		// prop.test(x, 1000, correct = FALSE)$conf.int: 10 [0.0054, 0.0183],
		// 20 [0.0130, 0.0307], 27 [0.0186, 0.0390], 60 [0.0469, 0.0765].
		{"far", metrics.Rate{Num: 10, Den: 1000}, nil, floatPtr(0.02), 1.3, action.StatusFar, true, intPtr(17)},
		{"near", metrics.Rate{Num: 20, Den: 1000}, nil, floatPtr(0.02), 1.3, action.StatusNear, false, intPtr(7)},
		{"at the limit", metrics.Rate{Num: 26, Den: 1000}, nil, floatPtr(0.02), 1.3, action.StatusNear, false, intPtr(1)},
		{"above", metrics.Rate{Num: 27, Den: 1000}, nil, floatPtr(0.02), 1.3, action.StatusReached, false, intPtr(0)},
		{"certainly above", metrics.Rate{Num: 60, Den: 1000}, nil, floatPtr(0.02), 1.3, action.StatusReached, true, intPtr(0)},
		{"interval given", metrics.Rate{Num: 20, Den: 1000}, &metrics.Interval{Low: 0.019, High: 0.021}, floatPtr(0.02), 1.3, action.StatusFar, true, intPtr(7)},
		{"interval elsewhere", metrics.Rate{Num: 60, Den: 1000}, &metrics.Interval{Low: 0.01, High: 0.02}, floatPtr(0.02), 1.3, action.StatusReached, false, intPtr(0)},
		{"limit above 1", metrics.Rate{Num: 5, Den: 10}, nil, floatPtr(0.8), 1.3, action.StatusFar, true, nil},
		{"limit of 1", metrics.Rate{Num: 10, Den: 10}, nil, floatPtr(0.5), 2, action.StatusFar, true, nil},
		{"peers without complaints", metrics.Rate{Num: 0, Den: 10}, nil, floatPtr(0), 1.3, action.StatusNear, false, intPtr(1)},
		{"all orders it takes", metrics.Rate{Num: 8, Den: 10}, nil, floatPtr(0.7), 1.3, action.StatusNear, false, intPtr(2)},
		{"as many orders as can be", metrics.Rate{Num: 0, Den: math.MaxInt}, nil, floatPtr(1), 1.3, action.StatusFar, true, nil},
		{"no orders", metrics.Rate{}, nil, floatPtr(0.02), 1.3, action.StatusUnknown, false, nil},
		{"no proportion", metrics.Rate{Num: 3, Den: 2}, nil, floatPtr(0.02), 1.3, action.StatusUnknown, false, nil},
		{"no mean", metrics.Rate{Num: 1, Den: 2}, nil, nil, 1.3, action.StatusUnknown, false, nil},
		{"mean in percent", metrics.Rate{Num: 1, Den: 2}, nil, floatPtr(2), 1.3, action.StatusUnknown, false, nil},
		{"mean that is none", metrics.Rate{Num: 1, Den: 2}, nil, floatPtr(math.NaN()), 1.3, action.StatusUnknown, false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := peerRules(tt.multiple).Consequences(action.Figures{CCR: tt.ccr, Interval: tt.interval, PeerMean: tt.mean})[0]
			if c.Status != tt.status || c.Certain != tt.certain {
				t.Errorf("status %v, certain %v, want %v, %v", c.Status, c.Certain, tt.status, tt.certain)
			}
			if diff := cmp.Diff(tt.orders, c.Orders); diff != "" {
				t.Errorf("orders (-want +got):\n%s", diff)
			}
			if known := c.Status != action.StatusUnknown; (c.Figure != nil) != known || (c.Limit != nil) != known {
				t.Errorf("figure %v, limit %v of status %v", c.Figure, c.Limit, c.Status)
			}
		})
	}
}

// Orders is the least number with which the rule is reached, for every
// numerator; and no rounding error makes the limit itself count as above it.
func TestOrdersReach(t *testing.T) {
	for percent := 1; percent <= 30; percent++ {
		mean, set := float64(percent)/100, peerRules(1.3)
		for num := 0; num <= 1000; num += 7 {
			at := func(num int) action.Consequence {
				return set.Consequences(action.Figures{CCR: metrics.Rate{Num: num, Den: 1000}, PeerMean: &mean})[0]
			}
			c := at(num)
			// In whole numbers: num/1000 > 1.3 × percent/100, or num > 13 × percent.
			if reached := num > 13*percent; reached != (c.Status == action.StatusReached) {
				t.Fatalf("%d of 1000 at a mean of %d%%: %v", num, percent, c.Status)
			}
			if want := max(0, 13*percent+1-num); *c.Orders != want {
				t.Fatalf("%d of 1000 at a mean of %d%%: %d orders, want %d", num, percent, *c.Orders, want)
			}
		}
	}
}

func TestDefaultRules(t *testing.T) {
	set := action.DefaultRules()
	deposit := ccr.Amount(500000)
	type want struct {
		status     action.Status
		violations *int
		cost       string
	}
	for _, tt := range []struct {
		a, b, score float64
		want        [3]want // fine, deposit, score
	}{
		{0, 0, 4.5, [3]want{{action.StatusFar, intPtr(2), "2000.00"}, {action.StatusFar, intPtr(1), "5000.00"}, {action.StatusFar, nil, ""}}},
		{6, 6, 3.4, [3]want{{action.StatusNear, intPtr(1), "2000.00"}, {action.StatusNear, intPtr(1), "5000.00"}, {action.StatusNear, nil, ""}}},
		{5.5, 5.5, 3.45, [3]want{{action.StatusFar, intPtr(2), "2000.00"}, {action.StatusFar, intPtr(1), "5000.00"}, {action.StatusFar, nil, ""}}},
		{12, 12, 3.2, [3]want{{action.StatusReached, intPtr(0), "2000.00"}, {action.StatusReached, intPtr(0), "5000.00"}, {action.StatusNear, nil, ""}}},
		{18, 24, 3.19, [3]want{{action.StatusReached, intPtr(0), "2000.00"}, {action.StatusReached, intPtr(0), "5000.00"}, {action.StatusReached, nil, ""}}},
	} {
		cs := set.Consequences(action.Figures{Points: map[string]float64{"A": tt.a, "B": tt.b}, Score: &tt.score, Deposit: &deposit})
		for i, name := range []string{"mixed_shipping", "fine", "deposit", "experience_score"} {
			c := cs[i]
			if c.Rule.Name != name || c.Orders != nil {
				t.Errorf("consequence %d is %s with %v orders, want %s and nil", i, c.Rule.Name, c.Orders, name)
			}
			if i == 0 {
				continue
			}
			got := want{c.Status, c.Violations, ""}
			if c.Cost != nil {
				got.cost = c.Cost.String()
			}
			if diff := cmp.Diff(tt.want[i-1], got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("A %v, B %v, score %v: %s (-want +got):\n%s", tt.a, tt.b, tt.score, name, diff)
			}
			if !c.Certain {
				t.Errorf("%s is not certain", name)
			}
		}
	}
	for _, c := range set.Consequences(action.Figures{}) {
		if c.Status != action.StatusUnknown || c.Certain || c.Figure != nil || c.Violations != nil {
			t.Errorf("%s without figures: %+v", c.Rule.Name, c)
		}
		if (c.Cost != nil) != (c.Rule.Fine > 0) {
			t.Errorf("%s costs %v, and the deposit is not known", c.Rule.Name, c.Cost)
		}
	}
	bad := action.Figures{Points: map[string]float64{"A": -1, "B": math.Inf(1)}, Score: floatPtr(math.NaN())}
	for _, c := range set.Consequences(bad) {
		if c.Status != action.StatusUnknown {
			t.Errorf("%s with figures that cannot be: %v", c.Rule.Name, c.Status)
		}
	}
	set.Rules[0].Limit = 9
	if action.DefaultRules().Rules[0].Limit != 1.3 {
		t.Error("DefaultRules is not the caller's own")
	}
	for _, r := range set.Rules {
		if !strings.Contains(r.Source, "not official") {
			t.Errorf("%s does not say that it is not official: %q", r.Name, r.Source)
		}
	}
}

// A step so small that no int holds the number of violations gives none.
func TestManyViolations(t *testing.T) {
	set := action.RuleSet{Rules: []action.Rule{
		{Measure: action.MeasurePoints, Class: "A", Limit: 1e300, Step: 1e-300},
		{Measure: action.MeasurePoints, Class: "A", Limit: 12},
		{Measure: "its weight", Limit: 12},
	}}
	for _, c := range set.Consequences(action.Figures{Points: map[string]float64{"A": 0}}) {
		if c.Violations != nil {
			t.Errorf("%+v takes %d violations", c.Rule, *c.Violations)
		}
	}
	// At the limit 0/0 is not a number of violations either.
	for _, c := range set.Consequences(action.Figures{Points: map[string]float64{"A": 12}})[1:2] {
		if c.Violations != nil || c.Status != action.StatusReached {
			t.Errorf("%v after %v violations", c.Status, c.Violations)
		}
	}
}

func TestStatus(t *testing.T) {
	for s, want := range map[action.Status]string{action.StatusUnknown: "unknown", action.StatusFar: "far", action.StatusNear: "near", action.StatusReached: "reached"} {
		b, err := s.MarshalText()
		if s.String() != want || string(b) != want || err != nil {
			t.Errorf("%v, %q, %v, want %s", s, b, err, want)
		}
		var back action.Status
		if err := back.UnmarshalText(bytes.ToUpper(b)); err != nil || back != s {
			t.Errorf("%s decodes to %v, %v", b, back, err)
		}
	}
	if err := new(action.Status).UnmarshalText([]byte("soon")); err == nil {
		t.Error("soon decodes")
	}
	for _, s := range []action.Status{-1, 4} {
		if _, err := s.MarshalText(); err == nil || !strings.HasPrefix(s.String(), "Status(") {
			t.Errorf("undefined status: %v, %v", s, err)
		}
	}
}

const oneRule = `{
  "name": "n", "as_of": "2026-01-02",
  "rules": [
    {"name": "a", "measure": "experience_score", "limit": 3, "zh": "下", "en": "low", "source": "s"},
    {"name": "b", "measure": "points", "class": "A", "limit": 12, "zh": "罚", "en": "fine", "source": "s",
     "step": 6}
  ]
}`

func TestParseRules(t *testing.T) {
	for _, data := range []string{oneRule, "\ufeff" + oneRule, strings.ReplaceAll(oneRule, "\n", "\r\n")} {
		s, err := action.ParseRules(strings.NewReader(data), "r.json")
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != "n" || s.AsOf != "2026-01-02" || len(s.Rules) != 2 || s.Rules[1].Step != 6 || s.Rules[0].Chinese != "下" {
			t.Errorf("got %+v", s)
		}
	}
	for _, tt := range []struct{ old, new, want string }{
		{oneRule, ``, "r.json:1: unexpected EOF"},
		{oneRule, `[]`, "r.json:1: json: cannot unmarshal array"},
		{oneRule, `null`, "r.json:1: name: missing"},
		{`"n"`, `"n" x`, "r.json:2: invalid character 'x'"},
		{`"2026-01-02"`, `"soon"`, `r.json:1: as_of: "soon" is not a day like 2006-01-02`},
		{`"2026-01-02"`, `7`, "r.json:2: as_of: json: cannot unmarshal number"},
		{`"as_of"`, `"asof"`, `r.json:1: json: unknown field "asof"`},
		{oneRule, `{"name":"n","as_of":"2026-01-02","rules":[]}`, "r.json:1: rules: missing"},
		{"  ]\n}", "", "r.json:7: unexpected EOF"},
		{"]\n}", "]\n}\n{}", "r.json:8: more follows the end of the rule set"},
		{`"name": "b"`, `"name": ""`, "r.json:5: rules[1].name: missing"},
		{`"name": "b"`, `"name": "a"`, `r.json:5: rules[1].name: second rule "a"`},
		{`"points"`, `"weight"`, `r.json:5: rules[1].measure: unknown measure "weight", want ccr_to_peer_mean, points or experience_score`},
		{`"class": "A"`, `"class": ""`, "r.json:5: rules[1].class: missing"},
		{`"experience_score"`, `"experience_score", "class": "A"`, "r.json:4: rules[0].class: is of points alone"},
		{`"experience_score"`, `"experience_score", "step": 1`, "r.json:4: rules[0].step: is of points alone"},
		{`"experience_score"`, `"ccr_to_peer_mean", "near": 1`, "r.json:4: rules[0].near: is not of ccr_to_peer_mean"},
		{`"limit": 12`, `"limit": 0`, "r.json:5: rules[1].limit: is not positive"},
		{`"limit": 12`, `"limt": 12`, `r.json:5: rules[1]: json: unknown field "limt"`},
		{`"step": 6`, `"step": -6`, "r.json:5: rules[1].step: is negative"},
		{`"step": 6`, `"step": "6"`, "r.json:6: rules[1].step: json: cannot unmarshal string"},
		{`"step": 6`, `"near": -6`, "r.json:5: rules[1].near: is negative"},
		{`"step": 6`, `"fine": -6`, "r.json:5: rules[1].fine: is negative"},
		{`"step": 6`, `"fine": 6e3`, `r.json:5: rules[1]: bad amount "6e3"`},
		{`"罚"`, `""`, "r.json:5: rules[1].zh: missing"},
		{`"fine"`, `""`, "r.json:5: rules[1].en: missing"},
		{`"source": "s",`, ``, "r.json:5: rules[1].source: missing"},
		{`"fine"`, "\"\xff\"", "r.json:5: text is not valid UTF-8"},
	} {
		data := strings.Replace(oneRule, tt.old, tt.new, 1)
		if data == oneRule {
			t.Fatalf("%q is not in the text", tt.old)
		}
		s, err := action.ParseRules(strings.NewReader(data), "r.json")
		var re *action.RuleError
		if s != nil || !errors.As(err, &re) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q for %q: %v, want %s", tt.new, tt.old, err, tt.want)
		}
	}
	broken := errors.New("broken disk")
	if _, err := action.ParseRules(iotest.ErrReader(broken), "r.json"); !errors.Is(err, broken) || err.Error() != "r.json: broken disk" {
		t.Errorf("error %v", err)
	}
}

func TestRuleError(t *testing.T) {
	for _, tt := range []struct {
		err  action.RuleError
		want string
	}{
		{action.RuleError{Err: io.EOF}, "EOF"},
		{action.RuleError{Line: 3, Err: io.EOF}, "line 3: EOF"},
		{action.RuleError{Name: "f", Line: 3, Field: "name", Err: io.EOF}, "f:3: name: EOF"},
		{action.RuleError{Field: "name", Err: io.EOF}, "name: EOF"},
	} {
		if got := tt.err.Error(); got != tt.want || !errors.Is(&tt.err, io.EOF) {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// What can be read is the same when written and read again, and judges any
// figures without a panic, into JSON.
func FuzzParseRules(f *testing.F) {
	b, err := os.ReadFile("rules.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, 27, 1000, 0.02)
	f.Add([]byte(oneRule), 1, 0, -1.0)
	f.Fuzz(func(t *testing.T, data []byte, num, den int, x float64) {
		s, err := action.ParseRules(bytes.NewReader(data), "f")
		if err != nil {
			var re *action.RuleError
			if !errors.As(err, &re) || re.Line < 1 || re.Line > 1+bytes.Count(data, []byte("\n")) {
				t.Fatalf("error without a place: %#v", err)
			}
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := action.ParseRules(bytes.NewReader(again), "f")
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if diff := cmp.Diff(s, back); diff != "" {
			t.Fatalf("read again (-want +got):\n%s", diff)
		}
		points := map[string]float64{}
		for _, r := range s.Rules {
			points[r.Class] = x
		}
		cs := s.Consequences(action.Figures{CCR: metrics.Rate{Num: num, Den: den}, PeerMean: &x, Points: points, Score: &x})
		if len(cs) != len(s.Rules) {
			t.Fatalf("%d consequences of %d rules", len(cs), len(s.Rules))
		}
		if _, err := json.Marshal(cs); err != nil {
			t.Fatal(err)
		}
	})
}
