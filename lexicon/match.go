package lexicon

import (
	"slices"
	"unicode/utf8"
)

// A Token is an occurrence of a word in a text.
type Token struct {
	Start, End int   // byte offsets into the text, half-open
	Word       int32 // word id, for [Lexicon.Senses]
}

// Tokens appends to dst the words that text consists of, from left to right,
// without overlap, and returns it. What is no word is passed over. Among
// overlapping words those are taken whose squared lengths sum to the most, so
// 不锈钢 hides 不; on a tie the first of them is the shorter one, since what
// modifies stands first: 很|好看.
//
// Characters are compared without regard to width, case and traditional form.
// One sign from ". * · - _ ~ / + ^" between two characters of a word is
// overlooked (垃.圾); a space, 、 or 。 only within strong words of blame.
//
// The text need not be valid UTF-8. Tokens takes time linear in the length of
// the text, about a microsecond for a review of 60 characters, allocates only to
// grow dst, and is safe for concurrent use.
func (l *Lexicon) Tokens(dst []Token, text string) []Token {
	if l.Words() == 0 {
		return dst
	}
	s := l.scratch.Get().(*scratch)
	for s.base = 0; s.base < len(text); s.base += s.size() {
		s.decode(&l.trie, text[s.base:])
		s.look(&l.trie)
		s.choose(&l.trie)
		dst = s.append(dst)
	}
	l.scratch.Put(s)
	return dst
}

// A trie finds words, rune by rune. It is a double array (Aoe 1989): the edges
// of all nodes lie in one table, that of a node by a code at the sum of the
// node's base and the code, where check holds the code. No two nodes have the
// same base, and none has base 0, so a step is one probe. The tables of the
// embedded lexicon have 0.7 MB, which the cache of a core holds.
type trie struct {
	bmp    *[1 << 16]uint16 // code of each rune of the basic plane, 0 when it is in no word, and its gap bits
	astral map[rune]uint16  // codes of the other runes
	first  []node           // the children of the root, by code
	check  []uint16         // by slot; noCode where there is no edge
	nodes  []node           // by slot: where the edge leads
	spaced []bool           // by word id: may be spread out by spaces and full stops
}

// A node stands for the beginning of a word.
type node struct {
	word int32 // the word that ends here; -1: none
	base int32 // of its edges; 0: it has none
}

// An entry of trie.bmp is a code and says whether the rune may stand between
// the characters of a word, and whether only within strong words of blame. The
// 2^14 codes are enough for the 10,000 characters that words are written with.
const (
	codeBits = 14
	codeMask = 1<<codeBits - 1
	noCode   = 1<<16 - 1
	gap      = 1 << 15
	wide     = 1 << 14

	signGaps = ".*·-_~/+^•．＊－～"
	wideGaps = " \u3000。、"
)

// entry returns the code of r with its gap bits.
func (t *trie) entry(r rune) uint16 {
	if uint32(r) < 1<<16 {
		return t.bmp[r]
	}
	return t.astral[r]
}

// decode returns the entry of the first rune of text, and its size.
func (t *trie) decode(text string) (entry uint16, size int) {
	r, size := utf8.DecodeRuneInString(text)
	return t.entry(r), size
}

// find returns the id of a word, -1 when it is not in the trie.
func (t *trie) find(word string) int32 {
	n := node{word: -1}
	for i, r := range word {
		c := t.entry(r) & codeMask
		switch slot := int(n.base) + int(c); {
		case i == 0:
			n = t.first[c]
		case t.check[slot] == c:
			n = t.nodes[slot]
		default:
			return -1
		}
	}
	return n.word
}

// Blocks bound the memory. A block ends at a line break, which no word of
// several characters contains, once it is blockMin long, or at blockMax: a word
// that lies across such an end, once in 4,096 characters at most, is not found.
const (
	blockMin = 256
	blockMax = 4096
)

// A scratch is the memory in which a block of a text is read.
type scratch struct {
	base   int                 // where the block begins
	places [blockMax + 1]place // of each rune, and of the end
	runes  int
	words  [blockMax + 1]word  // that begin at each rune: of one character, then what is chosen
	starts [blockMax + 1]start // where a longer word may begin
	begun  int                 // number of starts
	pairs  [blockMax + 1]pair  // what is left of starts
	paired int                 // number of pairs
	best   [blockMax + 1]choice
	top    int // the leftmost of best
}

// A place is where a rune stands.
type place struct {
	off    int32  // in bytes, from the beginning of the block
	before uint16 // how many words of one character stand before it
	code   uint16 // its entry in the trie; 0 at the end
}

// A word is what stands from a rune up to another.
type word struct {
	id int32 // -1: none
	to int32 // rune
}

// A start is where a word of several characters may begin.
type start struct {
	from int32 // rune
	slot int32 // of the edge by the second character
}

// A pair is the first two characters of such a word.
type pair struct {
	from, to int32 // runes
	node     node  // without base when the next rune leads nowhere
}

// A choice is a word of several characters that is best together with what
// follows it. They are found from right to left; the first, at the end of the
// block, is none.
type choice struct {
	word     int32
	from, to int32 // runes
	gain     int32 // of squares over words of one character, with what follows
}

// size is the length of the block in bytes.
func (s *scratch) size() int { return int(s.places[s.runes].off) }

// decode fills the block from the beginning of text.
func (s *scratch) decode(t *trie, text string) {
	n, i := 0, 0
	ones, starts := 0, 0
	base := int32(0) // of the rune before
	for i < len(text) && n < blockMax {
		b := text[i]
		var e uint16
		size := 1
		switch {
		case b < utf8.RuneSelf:
			e = t.bmp[b]
		case 0xE0 < b && b < 0xF0 && b != 0xED && i < len(text)-2 && (text[i+1]^0x80)|(text[i+2]^0x80) < 0x40:
			// Three bytes, as Chinese has; what begins with E0 or ED may be no character all the same.
			e, size = t.bmp[uint16(b)<<12|uint16(text[i+1]&0x3F)<<6|uint16(text[i+2]&0x3F)], 3
		default:
			e, size = t.decode(text[i:])
		}
		c := e & codeMask
		s.places[n] = place{int32(i), uint16(ones), e}

		// Every other rune is a word, and at every third a longer one may begin:
		// the counts go on without a branch, which would be guessed wrong too often.
		slot := base + int32(c)
		s.starts[starts] = start{int32(n - 1), slot}
		begins := int(e >> 15) // the rune before may have a gap behind it
		if t.check[slot] == c {
			begins = 1
		}
		starts += begins
		first := t.first[c]
		s.words[n] = word{first.word, int32(n + 1)}
		ones += 1 + int(first.word>>31) // one more when there is a word
		base = first.base
		n++
		i += size
		if b == '\n' && n >= blockMin {
			break
		}
	}
	s.runes, s.begun = n, starts
	s.places[n] = place{int32(i), uint16(ones), 0}
}

// look finds the second character at each start and whether a third may follow.
// No start waits for another, so that the processor fetches for several at once.
func (s *scratch) look(t *trie) {
	n := 0
	for _, st := range s.starts[:s.begun] {
		to := st.from + 2
		e := s.places[st.from+1].code
		if c := e & codeMask; t.check[st.slot] != c { // a gap
			if st.from < 0 || int(to) >= s.runes {
				continue
			}
			c = s.places[to].code & codeMask
			st.slot = t.first[s.places[st.from].code&codeMask].base + int32(c)
			to++
			if t.check[st.slot] != c {
				continue
			}
		}
		at := t.nodes[st.slot]
		e = s.places[to].code
		more := -int32(e >> 15) // all bits when the next rune, or the one behind this gap, may go on
		if c := e & codeMask; t.check[at.base+int32(c)] == c {
			more = -1
		}
		at.base &= more
		s.pairs[n] = pair{st.from, to, at}
		n += 1 + int((at.word&(at.base-1))>>31) // one more unless it is no word and leads nowhere
	}
	s.paired = n
}

// choose finds the best words of several characters. It looks for them from
// right to left, so that the best rest is known at each rune.
func (s *scratch) choose(t *trie) {
	top := 0
	s.best[0] = choice{from: int32(s.runes)}
	for k := s.paired - 1; k >= 0; k-- {
		from, to, n := s.pairs[k].from, s.pairs[k].to, s.pairs[k].node
		length := int32(2) // counts no gaps
		spread := to-from > 2 && s.places[from+1].code&wide != 0
		rest, best := top, s.best[top].gain // rest is the leftmost choice behind the word
		for {
			if n.word >= 0 && (!spread || t.spaced[n.word]) {
				for s.best[rest].from < to {
					rest--
				}
				if gain := length*length - int32(s.places[to].before-s.places[from].before) + s.best[rest].gain; gain > best {
					best = gain
					s.best[top+1] = choice{n.word, from, to, gain}
				}
			}
			if n.base == 0 {
				break
			}
			e := s.places[to].code
			c := e & codeMask
			if t.check[n.base+int32(c)] != c {
				if e < gap || int(to)+1 >= s.runes {
					break
				}
				to++
				c = s.places[to].code & codeMask
				if t.check[n.base+int32(c)] != c {
					break
				}
				spread = spread || e&wide != 0
			}
			to++
			length++
			n = t.nodes[n.base+int32(c)]
		}
		if best > s.best[top].gain {
			top++
		}
	}
	s.top = top
}

// append appends the words of the block to dst: the choices, and those of one
// character between them.
func (s *scratch) append(dst []Token) []Token {
	end := int32(0) // of the last choice
	for k := s.top; k > 0; k-- {
		c := s.best[k]
		if c.from < end {
			continue // it was the best rest for a place within that choice
		}
		end = c.to
		s.words[c.from] = word{c.word, end}
		for i := c.from + 1; i < end; i++ {
			s.words[i].id = -1
		}
	}
	n := len(dst)
	dst = slices.Grow(dst, int(s.places[s.runes].before)+s.top+1)
	dst = dst[:cap(dst)]
	for i, w := range s.words[:s.runes] { // again without a branch
		dst[n] = Token{s.base + int(s.places[i].off), s.base + int(s.places[w.to].off), w.id}
		n += 1 + int(w.id>>31)
	}
	return dst[:n]
}
