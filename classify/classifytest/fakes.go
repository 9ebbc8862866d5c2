package classifytest

import (
	"context"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// A Map is a fake that knows its answers by text. It gives the zero Assessment
// to every other text, and keeps the contract as long as its answers do. It
// must not be changed while it is in use. Nil is fine.
type Map map[string]ccr.Assessment

// Classify returns a copy of m[fb.Text]. It ignores ctx.
func (m Map) Classify(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if !utf8.ValidString(fb.Text) {
		return ccr.Assessment{}, &ccr.FieldError{Field: "text", Err: ccr.ErrText}
	}
	return clone(m[fb.Text]), nil
}

// Err returns a fake that fails on every feedback with err. With a nil err it
// finds nothing in any.
func Err(err error) classify.Classifier {
	return classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		return ccr.Assessment{}, err
	})
}

// Panic returns a fake that panics with value on every feedback.
func Panic(value any) classify.Classifier {
	return classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		panic(value)
	})
}

// Hang returns a fake that ignores its context and answers no call, until
// release is called: from then on it finds nothing, and does so at once.
// release may be called more than once, from any goroutine.
func Hang() (c classify.Classifier, release func()) {
	released := make(chan struct{})
	c = classify.Func(func(context.Context, ccr.Feedback) (ccr.Assessment, error) {
		<-released
		return ccr.Assessment{}, nil
	})
	return c, sync.OnceFunc(func() { close(released) })
}

// clone returns a copy of a that shares no slice with it.
func clone(a ccr.Assessment) ccr.Assessment {
	a.Opinions = slices.Clone(a.Opinions)
	for i := range a.Opinions {
		o := &a.Opinions[i]
		o.Evidence, o.Rules = slices.Clone(o.Evidence), slices.Clone(o.Rules)
	}
	return a
}
