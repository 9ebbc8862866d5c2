package lexicon

import (
	"math/bits"
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
// overlooked (垃.圾), a space or full stop only within strong words of blame.
//
// The text need not be valid UTF-8. Tokens takes time linear in the length of
// the text, allocates only to grow dst, and is safe for concurrent use.
func (l *Lexicon) Tokens(dst []Token, text string) []Token {
	if l.Words() == 0 {
		return dst
	}
	s := l.scratch.Get().(*scratch)
	for from := 0; from < len(text); {
		to := s.decode(&l.trie, text, from)
		dst = s.segment(&l.trie, dst)
		from = to
	}
	l.scratch.Put(s)
	return dst
}

// A trie is a rune trie over folded words. Nodes are numbered from 0, the
// root; the edges of the others lie in one open-addressed hash table, so that a
// step is one probe into a table that stays near the processor.
type trie struct {
	bmp    []uint16        // code of each rune of the basic plane; 0: in no word
	astral map[rune]uint16 // codes of the other runes
	codes  uint16          // number of codes given
	root   []int32         // child of the root by code; 0: none
	nodes  []node
	edges  []edge // len is a power of two
	used   int    // edges in use
	shift  uint   // 32 - log2(len(edges))
	words  int32
	spaced []bool // by word id: may be spread out by spaces and full stops
}

type node struct {
	word    int32  // word that ends here; -1: none
	letters uint64 // bit c%64 is set when there is a child by code c: saves most vain probes
}

type edge struct {
	node  uint32 // 0: free, since the root's edges are not here
	code  uint16
	child int32
}

func newTrie() trie {
	t := trie{bmp: make([]uint16, 1<<16), astral: map[rune]uint16{}, root: []int32{0}, nodes: []node{{word: -1}}}
	t.resize(1 << 10)
	return t
}

func (t *trie) code(r rune) uint16 {
	if uint(r) < uint(len(t.bmp)) {
		return t.bmp[r]
	}
	return t.astral[r]
}

func slot(n int32, code uint16) uint32 {
	return (uint32(n)*0x9E3779B1 ^ uint32(code)) * 0x85EBCA6B // Fibonacci hashing, Knuth vol. 3, 6.4, then mixed with the code
}

// next returns the child of node n by code, 0 when there is none.
func (t *trie) next(n int32, code uint16) int32 {
	if n == 0 {
		return t.root[code]
	}
	if t.nodes[n].letters>>(code%64)&1 == 0 {
		return 0
	}
	for i := slot(n, code) >> t.shift; ; i = (i + 1) & uint32(len(t.edges)-1) {
		switch e := &t.edges[i]; {
		case e.node == uint32(n) && e.code == code:
			return e.child
		case e.node == 0:
			return 0
		}
	}
}

// find returns the id of a word, -1 when it is not in the trie.
func (t *trie) find(word string) int32 {
	if len(t.nodes) == 0 {
		return -1
	}
	n := int32(0)
	for _, r := range word {
		if n = t.next(n, t.code(r)); n == 0 {
			return -1
		}
	}
	return t.nodes[n].word
}

// insert returns the id of a word, a new one when it is not in the trie.
func (t *trie) insert(word string) int32 {
	n := int32(0)
	for _, r := range word {
		r = fold(r)
		c := t.code(r)
		if c == 0 {
			t.codes++
			c = t.codes
			t.setCode(r, c)
			t.root = append(t.root, 0)
		}
		n = t.grow(n, c)
	}
	if t.nodes[n].word < 0 {
		t.nodes[n].word = t.words
		t.words++
	}
	return t.nodes[n].word
}

func (t *trie) setCode(r rune, c uint16) {
	if uint(r) < uint(len(t.bmp)) {
		t.bmp[r] = c
	} else {
		t.astral[r] = c
	}
}

// addFolded lets the other forms of a rune share its code.
func (t *trie) addFolded() {
	for _, f := range foldPairs() {
		if c := t.code(f.to); c != 0 {
			t.setCode(f.from, c)
		}
	}
}

// grow returns the child of n by code, made when there is none.
func (t *trie) grow(n int32, code uint16) int32 {
	if c := t.next(n, code); c != 0 {
		return c
	}
	child := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{word: -1})
	if n == 0 {
		t.root[code] = child
		return child
	}
	t.nodes[n].letters |= 1 << (code % 64)
	if t.used++; 3*t.used > 2*len(t.edges) {
		t.resize(2 * len(t.edges))
	}
	t.put(edge{uint32(n), code, child})
	return child
}

func (t *trie) put(e edge) {
	i := slot(int32(e.node), e.code) >> t.shift
	for t.edges[i].node != 0 {
		i = (i + 1) & uint32(len(t.edges)-1)
	}
	t.edges[i] = e
}

// resize makes the table of edges n long, a power of two.
func (t *trie) resize(n int) {
	old := t.edges
	t.edges = make([]edge, n)
	t.shift = uint(33 - bits.Len(uint(n)))
	for _, e := range old {
		if e.node != 0 {
			t.put(e)
		}
	}
}

// Blocks bound the memory and keep the working set in the first-level cache.
// A block ends at a sign that no word contains, once it is blockMin long, or
// at blockMax.
const (
	blockMin = 256
	blockMax = 4096
)

type scratch struct {
	n      int                  // runes in the block
	code   [blockMax + 2]uint16 // by rune; the sentinel code 0 follows
	gap    [blockMax + 2]gapKind
	off    [blockMax + 2]int32 // byte offset of each rune, and of the end, from base
	base   int
	weight [blockMax + 2]int32 // best sum of squares from each rune on
	choice [blockMax + 2]choice
}

type choice struct {
	word  int32 // -1: the rune is passed over
	runes int32
}

type gapKind uint8

const (
	notGap  gapKind = iota
	signGap         // may stand within any word
	wideGap         // may stand within strong words of blame
)

func gapOf(r rune) gapKind {
	switch r {
	case '.', '*', '·', '-', '_', '~', '/', '+', '^', '•', '．', '＊', '－', '～':
		return signGap
	case ' ', '　', '。', '、':
		return wideGap
	}
	return notGap
}

// decode fills the block from text[from:] and returns where the next begins.
func (s *scratch) decode(t *trie, text string, from int) int {
	n, i := 0, from
	s.base = from
	for i < len(text) && n < blockMax {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			// Three bytes are nearly always a Chinese character.
			if r&0xF0 == 0xE0 && i+2 < len(text) && text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80 {
				r, size = r&0x0F<<12|rune(text[i+1]&0x3F)<<6|rune(text[i+2]&0x3F), 3
			} else {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
		}
		s.off[n] = int32(i - from)
		s.code[n] = t.code(r)
		s.gap[n] = notGap
		if r < 0x80 || r >= 0x2000 && r < 0x3100 || r >= 0xFF00 || r == '·' {
			s.gap[n] = gapOf(r)
		}
		n++
		i += size
		if n >= blockMin && (r == '\n' || r == '，' || r == '！' || r == '？') {
			break
		}
	}
	s.n = n
	s.off[n] = int32(i - from)
	s.code[n], s.gap[n] = 0, notGap
	return i
}

// segment appends the best words of the block to dst. It looks for them from
// right to left, so that the best rest is known at each rune.
func (s *scratch) segment(t *trie, dst []Token) []Token {
	s.weight[s.n] = 0
	for i := s.n - 1; i >= 0; i-- {
		s.weight[i] = s.weight[i+1]
		s.choice[i] = choice{-1, 1}
		n := t.root[s.code[i]]
		if n == 0 {
			continue
		}
		length, wide := int32(1), false // characters of the word so far, without gaps
		for j := i + 1; ; {
			if w := t.nodes[n].word; w >= 0 && (!wide || t.spaced[w]) {
				if sum := length*length + s.weight[j]; sum > s.weight[i] {
					s.weight[i] = sum
					s.choice[i] = choice{w, int32(j - i)}
				}
			}
			next := int32(0)
			if s.code[j] != 0 {
				next = t.next(n, s.code[j])
			}
			if next == 0 && s.gap[j] != notGap && s.code[j+1] != 0 && j+1 < s.n {
				if next = t.next(n, s.code[j+1]); next != 0 {
					wide = wide || s.gap[j] == wideGap
					j++
				}
			}
			if next == 0 {
				break
			}
			n = next
			length++
			j++
		}
	}
	for i := 0; i < s.n; {
		c := s.choice[i]
		if c.word >= 0 {
			dst = append(dst, Token{s.base + int(s.off[i]), s.base + int(s.off[i+int(c.runes)]), c.word})
		}
		i += int(c.runes)
	}
	return dst
}
