package dataset

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// WriteOrdersCSV writes orders as UTF-8 CSV with all columns that
// [ReadOrdersCSV] knows, times in RFC 3339. The orders that it reads are those
// written, but for their Source. An order that could not be read again as it is
// (one that is not valid, a value with white space around it, a region "-")
// ends the writing with an error that wraps a [*ccr.FieldError]; the orders
// before it have been written. Cells that a spreadsheet takes for formulas are
// not changed.
func WriteOrdersCSV(w io.Writer, orders iter.Seq[ccr.Order]) error {
	return writeCSV(w, orders, orderFields, (*ccr.Order).Validate)
}

// WriteFeedbackCSV writes feedback as UTF-8 CSV, under the same rules as
// [WriteOrdersCSV].
func WriteFeedbackCSV(w io.Writer, feedback iter.Seq[ccr.Feedback]) error {
	return writeCSV(w, feedback, feedbackFields, (*ccr.Feedback).Validate)
}

// WriteOrdersJSON writes orders as JSON Lines, under the same rules as
// [WriteOrdersCSV].
func WriteOrdersJSON(w io.Writer, orders iter.Seq[ccr.Order]) error {
	return writeJSON(w, orders, func(b *bytes.Buffer, o *ccr.Order) error {
		if err := prepare(o, orderFields, o.Validate()); err != nil {
			return err
		}
		return encodeJSON(b, o)
	})
}

// WriteFeedbackJSON writes feedback as JSON Lines, under the same rules as
// [WriteOrdersCSV].
func WriteFeedbackJSON(w io.Writer, feedback iter.Seq[ccr.Feedback]) error {
	return writeJSON(w, feedback, func(b *bytes.Buffer, f *ccr.Feedback) error {
		if err := prepare(f, feedbackFields, f.Validate()); err != nil {
			return err
		}
		return encodeJSON(b, f)
	})
}

// WriteLabeledJSON writes labelled examples as JSON Lines in the form that
// [ReadLabeledJSON] shows, under the same rules as [WriteOrdersCSV]. Complaint
// is written as true or false where it is 1 or 0, and as null where it is
// unknown. A tag cannot have the name of another member.
func WriteLabeledJSON(w io.Writer, examples iter.Seq[ccr.Labeled]) error {
	return writeJSON(w, examples, encodeLabeled)
}

func writeCSV[T any](w io.Writer, records iter.Seq[T], fields []field[T], validate func(*T) error) error {
	cw := csv.NewWriter(w)
	row := make([]string, len(fields))
	for i := range fields {
		row[i] = fields[i].name
	}
	if err := cw.Write(row); err != nil {
		return err
	}
	n := 0
	for v := range records {
		n++
		if err := prepare(&v, fields, validate(&v)); err != nil {
			cw.Flush()
			return errors.Join(fmt.Errorf("record %d: %w", n, err), cw.Error())
		}
		for i := range fields {
			row[i] = format(fields[i].at(&v))
		}
		if err := cw.Write(row); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

func writeJSON[T any](w io.Writer, records iter.Seq[T], encode func(*bytes.Buffer, *T) error) error {
	bw := bufio.NewWriter(w)
	var buf bytes.Buffer
	n := 0
	for v := range records {
		n++
		buf.Reset()
		if err := encode(&buf, &v); err != nil {
			return errors.Join(fmt.Errorf("record %d: %w", n, err), bw.Flush())
		}
		if _, err := bw.Write(buf.Bytes()); err != nil {
			return err
		}
	}
	return bw.Flush()
}

// prepare makes a record ready to be written, or says why it would not be the
// same when read; invalid is what its Validate said.
func prepare[T any](v *T, fields []field[T], invalid error) error {
	if invalid != nil {
		return invalid
	}
	for i := range fields {
		f := &fields[i]
		if err := prepareValue(f.at(v), f.kind); err != nil {
			return &ccr.FieldError{Field: f.name, Err: err}
		}
	}
	return nil
}

func prepareValue(v any, k kind) error {
	switch v := v.(type) {
	case *string:
		read := *v
		switch k {
		case verbatim:
		case flag:
			read = abnormal(cell([]byte(read)))
		default:
			read = string(cell([]byte(read)))
		}
		if read != *v {
			return fmt.Errorf("%s would be read as %s", quote([]byte(*v)), quote([]byte(read)))
		}
		if strings.ContainsRune(*v, 0) {
			return fmt.Errorf("NUL byte in %s", quote([]byte(*v)))
		}
	case *time.Time:
		// RFC 3339 has neither offsets of seconds nor years of five digits.
		_, offset := v.Zone()
		if y := v.Year(); offset%60 != 0 || y < 1 || y > 9999 {
			*v = v.UTC()
		}
		if y := v.UTC().Year(); y < 1 || y > 9999 {
			return fmt.Errorf("year %d cannot be written", y)
		}
	case *ccr.Amount:
		_, err := ccr.ParseAmount(v.String())
		return err
	}
	return nil
}

// format returns a value as a cell.
func format(v any) string {
	switch v := v.(type) {
	case *string:
		return *v
	case *time.Time:
		if !v.IsZero() {
			return v.Format(time.RFC3339Nano)
		}
	case *ccr.Amount:
		if *v != 0 {
			return v.String()
		}
	case *int:
		if *v != 0 {
			return strconv.Itoa(*v)
		}
	case *ccr.Channel:
		return v.String()
	}
	return ""
}

// encodeJSON appends v to b as a line, with <, > and & as they are.
func encodeJSON(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func encodeLabeled(b *bytes.Buffer, l *ccr.Labeled) error {
	f, a := &l.Feedback, &l.Assessment
	if err := prepare(f, feedbackFields, f.Validate()); err != nil {
		return err
	}
	opinions, err := opinionLines(a, f.Text)
	if err != nil {
		return err
	}
	var complaint any = a.Complaint
	switch {
	case l.ComplaintUnknown:
		complaint = nil
	case a.Complaint == 0:
		complaint = false
	case a.Complaint == 1:
		complaint = true
	}
	if err := encodeJSON(b, struct {
		ID      string `json:"id,omitempty"`
		NoOther string `json:"feedback_id,omitempty"` // hides the feedback's
		*ccr.Feedback
		Complaint any           `json:"complaint"`
		Polarity  ccr.Polarity  `json:"polarity"`
		Opinions  []opinionLine `json:"opinions"`
		Ground    ccr.Ground    `json:"ground,omitempty"`
	}{f.ID, "", f, complaint, a.Polarity, opinions, a.Ground}); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(l.Tags)) {
		if name == "id" || isField(name) {
			return &ccr.FieldError{Field: name, Err: errors.New("is no name for a tag")}
		}
		if !utf8.ValidString(name) || !utf8.ValidString(l.Tags[name]) {
			return &ccr.FieldError{Field: name, Err: ccr.ErrText}
		}
		b.Truncate(b.Len() - len("}\n"))
		for i, s := range []string{name, l.Tags[name]} {
			b.WriteByte(",:"[i])
			if err := encodeJSON(b, s); err != nil {
				return err
			}
			b.Truncate(b.Len() - len("\n"))
		}
		b.WriteString("}\n")
	}
	return nil
}
