package classifytest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/ccrkit/ccrkit/ccr"
)

func TestFakes(t *testing.T) {
	ctx := t.Context()
	fb := ccr.Feedback{Text: "差"}

	t.Run("Map", func(t *testing.T) {
		m := Map{"差": {Complaint: 1, Opinions: []ccr.Opinion{{Aspect: ccr.Overall, Rules: []string{"r"}, Evidence: []ccr.Evidence{{Start: 0, End: 3}}}}}}
		a, err := m.Classify(ctx, fb)
		if err != nil || !equal(a, m["差"]) {
			t.Errorf("got %+v, %v", a, err)
		}
		scribble(a)
		if m["差"].Opinions[0].Rules[0] != "r" || m["差"].Opinions[0].Evidence[0].End != 3 {
			t.Error("the result shares memory with the map")
		}
		if a, err := m.Classify(ctx, ccr.Feedback{Text: "\xff"}); !errors.Is(err, ccr.ErrText) || !equal(a, ccr.Assessment{}) {
			t.Errorf("invalid text: got %+v, %v", a, err)
		}
	})
	t.Run("Err", func(t *testing.T) {
		boom := errors.New("boom")
		if a, err := Err(boom).Classify(ctx, fb); err != boom || !equal(a, ccr.Assessment{}) {
			t.Errorf("got %+v, %v", a, err)
		}
	})
	t.Run("Panic", func(t *testing.T) {
		defer func() {
			if v := recover(); v != "boom" {
				t.Errorf("recovered %v", v)
			}
		}()
		Panic("boom").Classify(ctx, fb)
		t.Error("it returned")
	})
	t.Run("Hang", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c, release := Hang()
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			returned := false
			go func() {
				a, err := c.Classify(ctx, fb)
				returned = err == nil && equal(a, ccr.Assessment{})
			}()
			synctest.Wait()
			if returned {
				t.Error("it did not hang")
			}
			release()
			release()
			synctest.Wait()
			if !returned {
				t.Error("it was not released")
			}
		})
	})
}
