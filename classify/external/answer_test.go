package external

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
)

// FuzzAnswer checks that whatever a program writes is an error with no
// assessment beside it, or keeps the contract of a Classifier.
func FuzzAnswer(f *testing.F) {
	const text = "质量差，🙂 快"
	f.Add([]byte(`{"id":"1","complaint":true,"polarity":"mixed","opinions":[{"aspect":"x","polarity":"positive","evidence":[{"text":"快"}]},` +
		`{"aspect":"y","polarity":"negative","intensity":2,"rules":["r"],"evidence":[{"start":6,"end":9,"text":"差"},{"start":0,"end":6}]}]}`))
	f.Add([]byte(`{"complaint_probability":0.5,"opinions":[{"aspect":"x","polarity":"negative","evidence":[{"start":1,"end":6}]}]}`))
	f.Add([]byte(`{"id":"2","error":"no","ground":"\ud800"}`))
	f.Add([]byte("{\"complaint\":false,\"ground\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, line []byte) {
		a, err := read(line, "1", text)
		if err != nil {
			// ErrText would say that no other classifier need be asked.
			if !errors.Is(err, ErrAnswer) && !errors.Is(err, errors.ErrUnsupported) || errors.Is(err, ccr.ErrText) {
				t.Errorf("error %v", err)
			}
			if !cmp.Equal(a, ccr.Assessment{}) {
				t.Errorf("%+v beside error %v", a, err)
			}
			return
		}
		if _, err := a.Polarity.MarshalText(); err != nil || !(a.Complaint >= 0 && a.Complaint <= 1) {
			t.Errorf("%+v", a)
		}
		if !slices.IsSortedFunc(a.Opinions, func(x, y ccr.Opinion) int { return first(x) - first(y) }) {
			t.Errorf("opinions are not sorted: %+v", a.Opinions)
		}
		for _, o := range a.Opinions {
			if o.Aspect == "" || o.Polarity != ccr.Negative && o.Polarity != ccr.Positive || o.Intensity < 0 || o.Intensity > 3 {
				t.Errorf("%+v", o)
			}
			last := 0
			for _, e := range o.Evidence {
				if !e.Valid(text) || e.Start < last {
					t.Errorf("evidence %+v", o.Evidence)
				}
				last = e.Start
			}
		}
	})
}
