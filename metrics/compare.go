package metrics

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
)

// compareKeys is a total order of comparable keys, so that rows with equal
// figures have one order: strings, numbers and bools by value, arrays and
// structs by their parts in turn, interfaces by type and then value. Pointers
// and channels have no order that would survive a run and compare as equal.
func compareKeys[K comparable](a, b K) int {
	return compareValues(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem())
}

func compareValues(a, b reflect.Value) int {
	switch {
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	}
	switch a.Kind() {
	case reflect.String:
		return strings.Compare(a.String(), b.String())
	case reflect.Bool:
		return cmp.Compare(number(a.Bool()), number(b.Bool()))
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		return cmp.Or(cmp.Compare(real(x), real(y)), cmp.Compare(imag(x), imag(y)))
	case reflect.Array:
		for i := range a.Len() {
			if c := compareValues(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	case reflect.Struct:
		for i := range a.NumField() {
			if c := compareValues(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return cmp.Compare(number(!a.IsNil()), number(!b.IsNil()))
		}
		x, y := a.Elem(), b.Elem()
		if x.Type() != y.Type() {
			return strings.Compare(fmt.Sprint(x.Type()), fmt.Sprint(y.Type()))
		}
		return compareValues(x, y)
	}
	return 0
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
