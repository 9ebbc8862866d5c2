package dataset_test

import (
	"errors"
	"iter"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
)

// records returns the values without an error.
func records[T any](values []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range values {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// collect returns the values and the messages of the errors of seq.
func collect[T any](seq iter.Seq2[T, error]) (values []T, messages []string) {
	for v, err := range seq {
		if err != nil {
			messages = append(messages, err.Error())
			continue
		}
		values = append(values, v)
	}
	return values, messages
}

// noErrors returns the values of seq, which must have no errors.
func noErrors[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	values, messages := collect(seq)
	if messages != nil {
		t.Fatalf("unexpected errors: %q", messages)
	}
	return values
}

// firstError returns the first error of seq.
func firstError[T any](t testing.TB, seq iter.Seq2[T, error]) error {
	t.Helper()
	for _, err := range seq {
		if err != nil {
			return err
		}
	}
	t.Fatal("no error")
	return nil
}

// fieldOf returns the field that err blames, or "".
func fieldOf(err error) string {
	if fe := (*ccr.FieldError)(nil); errors.As(err, &fe) {
		return fe.Field
	}
	return ""
}

// lineOf returns the line that err is about, or 0.
func lineOf(err error) int {
	if re := (*dataset.RecordError)(nil); errors.As(err, &re) {
		return re.Line
	}
	return 0
}

// content compares records apart from where they come from.
var content = cmp.Options{
	cmpopts.IgnoreFields(ccr.Order{}, "Source"),
	cmpopts.IgnoreFields(ccr.Feedback{}, "Source"),
	cmpopts.EquateEmpty(),
}

func diff(t testing.TB, want, got any, opts ...cmp.Option) {
	t.Helper()
	if d := cmp.Diff(want, got, opts...); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// unsafeData returns where the bytes of s are.
func unsafeData(s string) *byte { return unsafe.StringData(s) }
