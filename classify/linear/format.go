package linear

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// Reasons why a model file cannot be used, for [errors.Is]. A file that ends
// too early matches [io.ErrUnexpectedEOF].
var (
	ErrNoModel  = errors.New("not a model file")
	ErrVersion  = errors.New("model file of another version")
	ErrChecksum = errors.New("model file is damaged: its checksum is wrong")
	ErrContent  = errors.New("model file makes no sense")
)

// A FormatError reports a model file that cannot be used, and the byte at which
// that showed. Unwrap gives the reason.
type FormatError struct {
	_ [0]func()

	Offset int64 // bytes from the start
	Err    error
}

// Error returns, for example, "linear: model at byte 8: model file of another version".
func (e *FormatError) Error() string {
	return fmt.Sprintf("linear: model at byte %d: %v", e.Offset, e.Err)
}

// Unwrap returns the reason.
func (e *FormatError) Unwrap() error { return e.Err }

// A model file is
//
//	magic, version                  8 bytes, 1 byte
//	size of what lies between this and the checksum     uint32
//	order, outputs                  uvarint each
//	per output: name                its length as uvarint, its bytes
//	            bias by channel, scale, threshold    float32 each
//	            of clauses                  1, else 0, as a byte
//	            terms of a sum              their number as uvarint; per term the
//	                                        output as uvarint, its weight as float32
//	features                        uvarint
//	per feature, keys odd, rising:  the key's distance to the one before, and
//	                                the number of weights, as uvarint
//	per weight, outputs rising:     how many outputs lie between it and the one
//	                                before as uvarint, weight as a byte
//	checksum                        CRC-32C of all before, 4 bytes
//
// in little-endian order.
const (
	magic    = "ccrmodel"
	version  = 2
	headSize = len(magic) + 1 + 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteTo writes m in the format that [ReadModel] reads. It fails with the error
// of w, and with [ErrTooLarge] for a model of more than a GiB.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	b := append([]byte(magic), version, 0, 0, 0, 0) // the size comes last
	b = binary.AppendUvarint(b, uint64(m.order))
	b = binary.AppendUvarint(b, uint64(len(m.outputs)))
	float := func(f float64) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(f))) }
	for i := range m.outputs {
		o := &m.outputs[i]
		b = binary.AppendUvarint(b, uint64(len(o.name)))
		b = append(b, o.name...)
		for _, f := range o.bias {
			float(f)
		}
		float(o.scale)
		float(o.threshold)
		if o.clause {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
		b = binary.AppendUvarint(b, uint64(len(o.terms)))
		for _, t := range o.terms {
			b = binary.AppendUvarint(b, uint64(t.output))
			float(t.weight)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(m.features)))
	before := uint32(0)
	for _, f := range m.features {
		b = binary.AppendUvarint(b, uint64(f.key-before))
		before = f.key
		b = binary.AppendUvarint(b, uint64(f.to-f.from))
		next := uint16(0)
		for _, e := range m.entries[f.from:f.to] {
			b = binary.AppendUvarint(b, uint64(e.output-next))
			b = append(b, byte(e.weight))
			next = e.output + 1
		}
	}
	if len(b)-headSize > maxSize {
		return 0, ErrTooLarge
	}
	binary.LittleEndian.PutUint32(b[headSize-4:], uint32(len(b)-headSize))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	n, err := w.Write(b)
	return int64(n), err
}

// maxSize is the size of the largest model file that is read, in bytes.
const maxSize = 1 << 30

// ReadModel reads a model that [Model.WriteTo] has written, to its end and not
// beyond. A file that cannot be used is a [*FormatError], whose reason is one of
// [ErrNoModel], [ErrVersion], [ErrChecksum], [ErrContent] and
// [io.ErrUnexpectedEOF]; any other error is that of r.
func ReadModel(r io.Reader) (*Model, error) {
	var b bytes.Buffer
	if err := fill(&b, r, headSize); err != nil {
		return nil, err
	}
	size, err := head(b.Bytes())
	if err == nil {
		err = fill(&b, r, size+4)
	}
	if err != nil {
		return nil, err
	}
	return decode(b.Bytes())
}

// fill reads n more bytes into b. What is not there takes no memory.
func fill(b *bytes.Buffer, r io.Reader, n int) error {
	got, err := io.CopyN(b, r, int64(n))
	switch {
	case err == nil:
		return nil
	case err == io.EOF && got < int64(n):
		return &FormatError{Offset: int64(b.Len()), Err: io.ErrUnexpectedEOF}
	}
	return fmt.Errorf("linear: %w", err)
}

// head returns the size that the head of a file gives for what follows it
// before the checksum.
func head(b []byte) (int, error) {
	if string(b[:len(magic)]) != magic {
		return 0, &FormatError{Err: ErrNoModel}
	}
	if v := b[len(magic)]; v != version {
		return 0, &FormatError{Offset: int64(len(magic)), Err: fmt.Errorf("%w: %d, want %d", ErrVersion, v, version)}
	}
	size := binary.LittleEndian.Uint32(b[headSize-4:])
	if size > maxSize {
		return 0, &FormatError{Offset: int64(headSize - 4), Err: ErrContent}
	}
	return int(size), nil
}

// decode reads a whole file with a head that has been checked.
func decode(b []byte) (*Model, error) {
	end := len(b) - 4
	if binary.LittleEndian.Uint32(b[end:]) != crc32.Checksum(b[:end], castagnoli) {
		return nil, &FormatError{Offset: int64(end), Err: ErrChecksum}
	}
	d := &decoder{b: b[:end], at: headSize}
	m := d.model()
	if d.bad || d.at != end {
		return nil, &FormatError{Offset: int64(d.at), Err: ErrContent}
	}
	return m, nil
}

// A decoder reads the parts of a model file. Once something made no sense it
// reads zeros.
type decoder struct {
	b   []byte
	at  int
	bad bool
}

// take returns the next n bytes, nil when there are not so many.
func (d *decoder) take(n int) []byte {
	if d.bad || n > len(d.b)-d.at {
		d.bad = true
		return nil
	}
	d.at += n
	return d.b[d.at-n : d.at]
}

// number reads an unsigned number below limit.
func (d *decoder) number(limit uint64) int {
	if d.at < len(d.b) { // nearly all numbers are small
		if n := uint64(d.b[d.at]); n < 0x80 && n < limit && !d.bad {
			d.at++
			return int(n)
		}
	}
	n, size := binary.Uvarint(d.b[d.at:])
	if d.bad || size <= 0 || n >= limit {
		d.bad = true
		return 0
	}
	d.at += size
	return int(n)
}

func (d *decoder) float() float64 {
	b := d.take(4)
	if b == nil {
		return 0
	}
	f := float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	d.bad = d.bad || math.IsNaN(f) || math.IsInf(f, 0)
	return f
}

func (d *decoder) model() *Model {
	order := d.number(MaxOrder + 1)
	var outputs []output
	for n := d.number(maxOutputs); len(outputs) < n && !d.bad; {
		o := output{name: string(d.take(d.number(maxSize)))}
		for c := range o.bias {
			o.bias[c] = d.float()
		}
		o.scale, o.threshold, o.clause = d.float(), d.float(), d.number(2) == 1
		d.bad = d.bad || o.scale < 0 // which would make the best clause the worst
		for range d.number(maxOutputs) {
			if d.bad {
				break
			}
			o.terms = append(o.terms, term{d.number(maxOutputs), d.float()})
		}
		outputs = append(outputs, o)
	}
	for _, o := range outputs {
		for _, t := range o.terms {
			d.bad = d.bad || o.clause || t.output >= len(outputs) || len(outputs[t.output].terms) > 0
		}
	}
	n := d.number(min(uint64(len(d.b)-d.at)/2, maxFeatures) + 1) // a feature takes two bytes at least
	d.bad = d.bad || order == 0 || len(outputs) == 0
	if d.bad {
		return nil
	}
	sums := make([]bool, len(outputs))
	for i, o := range outputs {
		sums[i] = len(o.terms) > 0
	}
	features := make([]feature, 0, n)
	entries := make([]entry, 0, (len(d.b)-d.at)/2)
	key := uint64(0)
	for range n {
		step := d.number(1 << 32)
		key += uint64(step)
		f := feature{key: uint32(key), from: int32(len(entries))}
		next := 0
		for range d.number(maxOutputs) {
			o := next + d.number(uint64(len(outputs)))
			if d.bad || o >= len(outputs) || sums[o] || d.at >= len(d.b) {
				d.bad = true
				return nil
			}
			next = o + 1
			entries = append(entries, entry{uint16(o), int8(d.b[d.at])})
			d.at++
		}
		f.to = int32(len(entries))
		if d.bad || step == 0 || key >= 1<<32 || key&1 == 0 {
			d.bad = true
			return nil
		}
		features = append(features, f)
	}
	m, err := newModel(order, outputs, features, entries)
	d.bad = d.bad || err != nil
	return m
}
