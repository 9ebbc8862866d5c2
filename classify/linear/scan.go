package linear

import (
	"sync"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/lexicon"
)

// MaxOrder is the length of the longest character n-grams, in characters.
const MaxOrder = 4

// negationReach is the number of characters behind a negator that it marks.
const negationReach = 4

// Codes that stand for the ends of a text; no character folds to them.
const (
	textStart = 2
	textEnd   = 3
)

// An n-gram's hash is that of its characters one after the other, so that the
// hash of a longer one goes on from that of its prefix. The features of a text
// are told apart by the seed.
const (
	hashMul     = 0x9E3779B97F4A7C15 // 2^64 / golden ratio: Knuth vol. 3, 6.4
	seedPlain   = 0x243F6A8885A308D3
	seedNegated = 0x13198A2E03707344
)

func next(hash uint64, code uint16) uint64 {
	hash = (hash ^ uint64(code)) * hashMul
	return hash ^ hash>>29
}

// key is the fingerprint of a hash under which a feature is known, of 31 bits: of
// some 30,000 n-grams that a model of 70,000 features does not know, one has the
// fingerprint of a feature. The lowest bit is always 1.
func key(hash uint64) uint32 { return uint32(hash>>32) | 1 }

// The kinds of characters that matter beyond their code.
const (
	ends    = 1 << iota // ends a clause
	negates             // 不没无别未
)

// An alphabet says how each character of the basic plane is read.
type alphabet struct {
	code    [1 << 16]uint16
	kind    [1 << codeBits]uint8       // by code
	special [1 << codeBits / 64]uint64 // a bit by code: whether it is of a kind
}

const codeBits = 16

var readsAs = sync.OnceValue(func() *alphabet {
	a := new(alphabet)
	for _, r := range ",.!?;~、。…\n " {
		a.kind[lexicon.Fold(r)] |= ends
	}
	for _, r := range "不没无别未" {
		a.kind[r] |= negates
	}
	for r := range a.code {
		if r != textStart && r != textEnd {
			a.code[r] = uint16(lexicon.Fold(rune(r)))
		}
	}
	for code, kind := range a.kind {
		if kind != 0 {
			a.special[code/64] |= 1 << (code % 64)
		}
	}
	return a
})

// A scan is a text as its characters' codes, between textStart and textEnd.
type scan struct {
	codes   []uint16
	offsets []int32 // byte offset of each code, and of the end of the text
	marks   []int32 // the indexes of codes that are of a kind
	invalid bool    // the text is not UTF-8
}

// read fills s from text. Characters beyond the basic plane, mostly emoji, are
// read as those of the private use area with the same low bits.
func (s *scan) read(text string) {
	if need := len(text) + 3; cap(s.codes) < need {
		s.codes, s.offsets = make([]uint16, need), make([]int32, need)
		s.marks = make([]int32, need)
	}
	marks, m := s.marks[:cap(s.codes)], 0
	codes, offsets := s.codes[:cap(s.codes)], s.offsets[:cap(s.codes)]
	a := readsAs()
	s.invalid = false
	codes[0], offsets[0] = textStart, 0
	n := 1
	for i := 0; i < len(text); n++ {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			// Three bytes are nearly always a Chinese character.
			if r&0xF0 == 0xE0 && i+2 < len(text) && text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80 {
				r, size = r&0x0F<<12|rune(text[i+1]&0x3F)<<6|rune(text[i+2]&0x3F), 3
				if r < 0x800 || r>>11 == 0xD800>>11 { // too long, or a surrogate
					s.invalid = true
				}
			} else {
				r, size = utf8.DecodeRuneInString(text[i:])
				s.invalid = s.invalid || size == 1
			}
		}
		if r > 0xFFFF {
			r = 0xE000 | r&0xFFF
		}
		c := a.code[uint16(r)]
		codes[n], offsets[n] = c, int32(i)
		marks[m] = int32(n)
		m += int(a.special[c/64] >> (c % 64) & 1) // without a branch
		i += size
	}
	codes[n], offsets[n] = textEnd, int32(len(text))
	offsets[n+1] = int32(len(text))
	s.marks = marks[:m]
	s.codes, s.offsets = codes[:n+1], offsets[:n+2]
}

// features calls yield with the key of every feature of s, one or more times, and the
// index of the character at which it stands, in the order of these. It is the plain form
// of what [Model.Read] does at speed.
func (s *scan) features(order int, yield func(key uint32, at int)) {
	a := readsAs()
	negated := 0 // characters that a negator still marks
	for i := range s.codes {
		h := uint64(seedPlain)
		for _, c := range s.codes[i:min(i+order, len(s.codes))] {
			h = next(h, c)
			yield(key(h), i)
		}
		kind := a.kind[s.codes[i]]
		if kind&ends != 0 {
			negated = 0
		}
		if negated > 0 {
			negated--
			h := next(seedNegated, s.codes[i])
			yield(key(h), i)
			if j := i + 1; negated > 0 && j < len(s.codes)-1 && a.kind[s.codes[j]]&ends == 0 {
				yield(key(next(h, s.codes[j])), i)
			}
		}
		if kind&negates != 0 {
			negated = negationReach
		}
	}
}
