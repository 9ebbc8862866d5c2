package dataset

import (
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/ccrkit/ccrkit/ccr"
)

// ReadOrdersCSV returns an iterator over the orders of a CSV file. It is a
// single-use iterator: a bad record is yielded as a zero Order and a
// [*RecordError] and reading goes on, any other error comes last; an Order
// stays valid after its step.
//
// The columns are order_id, buyer_id, product_id, product, category, region,
// carrier, service_group, paid_at, shipped_at, delivered_at, amount, status,
// abnormal, batch and address, in any order, or the headers that Chinese
// marketplaces give them. Only order_id and paid_at must be there; a missing
// one is an error matching [ErrHeader] and ends the reading. Other columns are
// ignored. The first line that is not blank is the header.
//
// The column abnormal holds a reason; empty, 0, false, no, 否, 无 and 正常 mean
// that the order is not abnormal.
//
// A record follows the rules of encoding/csv, whose errors ErrQuote,
// ErrBareQuote and ErrFieldCount are matched. A quote that is never closed
// costs the lines up to the next one that looks like a record.
func ReadOrdersCSV(r io.Reader, opts *Options) iter.Seq2[ccr.Order, error] {
	return readCSV(r, opts, orderFields, ccr.Order{}, checkOrder)
}

// ReadFeedbackCSV returns an iterator over the feedback of a CSV file. It
// yields errors and follows the rules of format as [ReadOrdersCSV] does.
//
// The columns are feedback_id, order_id, buyer_id, channel, text, rating,
// reason, created_at, replied_at, abnormal and product. The columns
// feedback_id, order_id and text must be there. No channel means a review.
func ReadFeedbackCSV(r io.Reader, opts *Options) iter.Seq2[ccr.Feedback, error] {
	return readCSV(r, opts, feedbackFields, ccr.Feedback{Channel: ccr.ChannelReview}, checkFeedback)
}

// ReadOrdersJSON returns an iterator over the orders of a JSON Lines file,
// whose members are those of [ccr.Order]. It is a single-use iterator: a bad
// line is yielded as a zero Order and a [*RecordError] and reading goes on,
// any other error comes last; an Order stays valid after its step.
//
// Only order_id is required. Identifiers and names may be numbers, amounts
// strings, and abnormal true or false; null is no data. Names of members are
// matched exactly; unknown members are ignored, and a known one that comes
// twice or has another type is an error. Blank lines are skipped, and a file
// without lines has no orders.
func ReadOrdersJSON(r io.Reader, opts *Options) iter.Seq2[ccr.Order, error] {
	return readJSON(r, opts, orderFields, checkOrder)
}

// ReadFeedbackJSON returns an iterator over the feedback of a JSON Lines file,
// whose members are those of [ccr.Feedback], or id for feedback_id. It yields
// errors and follows the rules of format as [ReadOrdersJSON] does.
//
// Only text is required, and it must be a string. No channel means
// ChannelUnknown.
func ReadFeedbackJSON(r io.Reader, opts *Options) iter.Seq2[ccr.Feedback, error] {
	return readJSON(r, opts, feedbackFields, checkFeedback)
}

var errMissing = errors.New("missing")

func checkOrder(o *ccr.Order, at ccr.Source) error {
	if o.ID == "" {
		return &ccr.FieldError{Field: "order_id", Err: errMissing}
	}
	o.Source = at
	return nil
}

func checkFeedback(f *ccr.Feedback, at ccr.Source) error {
	f.Source = at
	return nil
}

// errSkip is returned by a check for a record that is to be passed over.
var errSkip = errors.New("skip")

// readCSV returns the iterator over records that start as blank and are
// completed by check.
func readCSV[T any](r io.Reader, opts *Options, fields []field[T], blank T, check func(*T, ccr.Source) error) iter.Seq2[T, error] {
	return once(func(yield func(T, error) bool) { scanCSV(r, opts, fields, blank, check, yield) })
}

// once returns seq as a single-use iterator.
func once[T any](seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	used := false
	return func(yield func(T, error) bool) {
		if !used {
			used = true
			seq(yield)
		}
	}
}

// scanCSV is what the iterator of readCSV does. It reports whether it came to
// the end of the file.
func scanCSV[T any](r io.Reader, opts *Options, fields []field[T], blank T, check func(*T, ccr.Source) error, yield func(T, error) bool) bool {
	var zero T
	o, err := opts.withDefaults()
	if err != nil {
		yield(zero, err)
		return false
	}
	c := &csvReader{lines: newLineReader(r, &o), opts: &o, comma: o.Comma}
	line, header, err := c.header()
	if err != nil {
		yield(zero, final(&o, c.lines, err))
		return false
	}
	cols, err := columns(header, fields, o.Columns)
	if err != nil {
		yield(zero, o.errorAt(line, err))
		return false
	}
	d := newDecoder(&o)
	v := new(T)
	for {
		line, row, err := c.next()
		if err == io.EOF {
			return true
		}
		if err != nil {
			if !yield(zero, final(&o, c.lines, err)) || !isRecordError(err) {
				return false
			}
			continue
		}
		*v = blank
		d.nul = c.nul
		if err = decodeRow(d, v, row, cols); err == nil {
			err = check(v, o.source(line))
		}
		switch {
		case err == errSkip:
		case err != nil:
			if !yield(zero, o.errorAt(line, err)) {
				return false
			}
		case !yield(*v, nil):
			return false
		}
	}
}

// decodeRow fills v from a row.
func decodeRow[T any](d *decoder, v *T, row [][]byte, cols []column[T]) error {
	for _, c := range cols {
		if err := d.set(c.at(v), c.kind, row[c.index]); err != nil {
			return &ccr.FieldError{Field: c.name, Err: err}
		}
	}
	return nil
}

// final says where an error occurred that is not about one record.
func final(o *Options, l *lineReader, err error) error {
	if isRecordError(err) {
		return err
	}
	if errors.Is(err, ccr.ErrText) {
		return o.errorAt(1, err)
	}
	if o.Name == "" {
		return fmt.Errorf("after line %d: %w", l.no, err)
	}
	return fmt.Errorf("%s: after line %d: %w", o.Name, l.no, err)
}

func isRecordError(err error) bool {
	_, ok := err.(*RecordError)
	return ok
}
