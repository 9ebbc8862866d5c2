package classify

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/ccrkit/ccrkit/ccr"
)

// A PanicError is a panic of a classifier. Unwrap gives the value when that is
// an error, so that [errors.Is] and [errors.As] see it.
type PanicError struct {
	_ [0]func()

	Value any    // what was passed to panic
	Stack []byte // of the goroutine that panicked, as from [debug.Stack]
}

// Error returns the value, without the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("classify: panic: %v", e.Value) }

// Unwrap returns Value when it is an error, and nil when not.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// newPanicError must be called while v's panic is being recovered.
func newPanicError(v any) *PanicError {
	if r, ok := v.(rethrown); ok {
		return r.PanicError // the stack of the first panic is the one that helps
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}

// rethrown is the value of a panic that went from one goroutine to another. It
// prints the first stack, which the runtime no longer has.
type rethrown struct{ *PanicError }

func (r rethrown) Error() string { return r.PanicError.Error() + "\n\n" + string(r.Stack) }

func (r rethrown) Unwrap() error { return r.PanicError }

var errGoexit = errors.New("the classifier called runtime.Goexit")

// capture calls f and sets *crash if f does not return.
func capture(crash **PanicError, f func()) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			*crash = newPanicError(v)
		} else {
			*crash = &PanicError{Value: errGoexit, Stack: debug.Stack()}
		}
	}()
	f()
	returned = true
}

// Recover returns a Classifier that turns a panic of c into a [*PanicError].
// It contains what Go can contain: not a fatal error of the runtime, such as
// unsynchronised writes to a map, and not a panic in a goroutine of c's own.
func Recover(c Classifier) Classifier { return recovering{c} }

type recovering struct{ c Classifier }

func (r recovering) Unwrap() Classifier { return r.c }

func (r recovering) Classify(ctx context.Context, fb ccr.Feedback) (a ccr.Assessment, err error) {
	defer func() {
		if v := recover(); v != nil {
			a, err = ccr.Assessment{}, newPanicError(v)
		}
	}()
	return r.c.Classify(ctx, fb)
}
