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
// overlooked (垃.圾); a space, 、 or 。 only within strong words of blame.
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
	bmp    []uint16        // code of each rune of the basic plane, 0 when it is in no word, and its gap bits
	astral map[rune]uint16 // codes of the other runes
	codes  uint16          // number of codes given
	root   []int32         // child of the root by code; 0: none
	word   []int32         // by node: the word that ends there; -1: none
	keys   []uint32        // node and code of each edge, see edgeKey; 0: free. len is a power of two
	kids   []int32         // the node it leads to
	used   int             // edges in use
	shift  uint            // 32 - log2(len(edges))
	words  int32
	full   bool     // a word did not fit: the trie must not be used
	info   []int32  // by node: twice the word, and one more when longer words go on
	single []int32  // word of one rune by code; -1: none
	pairs  []uint64 // Bloom filter of the first two codes of longer words
	spaced []bool   // by word id: may be spread out by spaces and full stops
}

// edgeKey packs what an edge leaves and by which code. It is never 0, since
// the root's edges have their own table.
func edgeKey(n int32, code uint16) uint32 { return uint32(n)<<codeBits | uint32(code) }

// codeBits is enough for the 10,000 characters that words are written with;
// the 2^18 nodes that remain hold some 100,000 words.
const (
	codeBits = 14
	maxNodes = 1 << (32 - codeBits)
)

// newTrie returns an empty trie with room for so many words.
func newTrie(words int) trie {
	t := trie{
		bmp: make([]uint16, 1<<16), astral: map[rune]uint16{},
		root: make([]int32, 1, 4096), word: make([]int32, 1, 3*words+1),
	}
	t.word[0] = -1
	t.resize(1 << bits.Len(uint(2*words+64)))
	return t
}

// entry returns the code of r with its gap bits.
func (t *trie) entry(r rune) uint16 {
	if uint(r) < uint(len(t.bmp)) {
		return t.bmp[r]
	}
	return t.astral[r]
}

func (t *trie) code(r rune) uint16 { return t.entry(r) & codeMask }

// pair reports whether a word may begin with codes a and b. Nine of ten pairs
// of runes in a text begin none, and need not be looked for in the trie.
func (t *trie) pair(a, b uint16) bool {
	h := pairHash(a, b)
	return t.pairs[h>>6]>>(h&63)&1 != 0
}

const pairBits = 17 // 16 KiB: one in twelve other pairs passes with 10,000 beginnings

func pairHash(a, b uint16) uint32 {
	return (uint32(a)*0x9E3779B1 + uint32(b)*0x85EBCA6B) >> (32 - pairBits)
}

// next returns the child of node n by code, 0 when there is none.
func (t *trie) next(n int32, code uint16) int32 {
	if n == 0 {
		return t.root[code]
	}
	key := edgeKey(n, code)
	for i := key * hashMul >> t.shift; ; i = (i + 1) & uint32(len(t.keys)-1) {
		switch t.keys[i] {
		case key:
			return t.kids[i]
		case 0:
			return 0
		}
	}
}

const hashMul = 0x9E3779B1 // 2^32 / golden ratio: Fibonacci hashing, Knuth vol. 3, 6.4

// find returns the id of a word, -1 when it is not in the trie.
func (t *trie) find(word string) int32 {
	if len(t.word) == 0 {
		return -1
	}
	n := int32(0)
	for _, r := range word {
		if n = t.next(n, t.code(fold(r))); n == 0 {
			return -1
		}
	}
	return t.word[n]
}

// insert returns the id of a word, a new one when it is not in the trie.
func (t *trie) insert(word string) int32 {
	n := int32(0)
	for _, r := range word {
		r = fold(r)
		c := t.code(r)
		if c == 0 {
			if t.codes == codeMask {
				t.full = true
				return 0
			}
			t.codes++
			c = t.codes
			t.setCode(r, c)
			t.root = append(t.root, 0)
		}
		n = t.grow(n, c)
	}
	if t.word[n] < 0 {
		t.word[n] = t.words
		t.words++
	}
	return t.word[n]
}

func (t *trie) setCode(r rune, c uint16) {
	if uint(r) < uint(len(t.bmp)) {
		t.bmp[r] = c
	} else {
		t.astral[r] = c
	}
}

// finish prepares the trie for texts: the other forms of a rune share its
// code, and what most runes need lies in tables of its own.
func (t *trie) finish() {
	t.single = make([]int32, len(t.root))
	t.single[0] = -1
	for c := 1; c < len(t.root); c++ {
		t.single[c] = -1
		if n := t.root[c]; n != 0 {
			t.single[c] = t.word[n]
		}
	}
	first := make([]uint16, len(t.word)) // code that leads from the root to a node
	for c, n := range t.root {
		if n != 0 {
			first[n] = uint16(c)
		}
	}
	t.pairs = make([]uint64, 1<<(pairBits-6))
	t.info = make([]int32, len(t.word))
	for n, w := range t.word {
		t.info[n] = 2 * w
	}
	for _, key := range t.keys {
		t.info[key>>codeBits] |= 1
		if c := first[key>>codeBits]; c != 0 {
			h := pairHash(c, uint16(key)&codeMask)
			t.pairs[h>>6] |= 1 << (h & 63)
		}
	}

	for _, f := range foldPairs() {
		if c := t.code(f.to); c != 0 {
			t.setCode(f.from, c)
		}
	}
	for _, r := range signGaps {
		t.bmp[r] |= signGap
	}
	for _, r := range wideGaps {
		t.bmp[r] |= wideGap
	}
}

// grow returns the child of n by code, made when there is none.
func (t *trie) grow(n int32, code uint16) int32 {
	if c := t.next(n, code); c != 0 {
		return c
	}
	if len(t.word) == maxNodes {
		t.full = true
		return n
	}
	child := int32(len(t.word))
	t.word = append(t.word, -1)
	if n == 0 {
		t.root[code] = child
		return child
	}
	if t.used++; 4*t.used > 3*len(t.keys) {
		t.resize(2 * len(t.keys))
	}
	t.put(edgeKey(n, code), child)
	return child
}

func (t *trie) put(key uint32, child int32) {
	i := key * hashMul >> t.shift
	for t.keys[i] != 0 {
		i = (i + 1) & uint32(len(t.keys)-1)
	}
	t.keys[i], t.kids[i] = key, child
}

// resize makes the table of edges n long, a power of two.
func (t *trie) resize(n int) {
	keys, kids := t.keys, t.kids
	t.keys, t.kids = make([]uint32, n), make([]int32, n)
	t.shift = uint(33 - bits.Len(uint(n)))
	for i, key := range keys {
		if key != 0 {
			t.put(key, kids[i])
		}
	}
}

// Blocks bound the memory. A block ends at a line break, which no word of
// several characters contains, once it is blockMin long, or at blockMax: a word
// that lies across such an end, once in 4,096 characters at most, is not found.
const (
	blockMin = 256
	blockMax = 4096
)

type scratch struct {
	n      int                  // runes in the block
	code   [blockMax + 2]uint16 // by rune, with its gap bits; the sentinel 0 follows
	off    [blockMax + 2]int32  // byte offset of each rune, and of the end, from base
	base   int
	weight [blockMax + 2]int32 // best sum of squares from each rune on
	choice [blockMax + 2]choice
}

type choice struct {
	word  int32 // -1: the rune is passed over
	runes int32
}

// The upper bits of an entry of trie.bmp say whether the rune may stand between
// the characters of a word.
const (
	codeMask = 1<<codeBits - 1
	signGap  = 1 << codeBits       // within any word
	wideGap  = 1 << (codeBits + 1) // within strong words of blame

	signGaps = ".*·-_~/+^•．＊－～"
	wideGaps = " \u3000。、"
)

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
		s.code[n] = t.entry(r)
		n++
		i += size
		if n >= blockMin && r == '\n' {
			break
		}
	}
	s.n = n
	s.off[n] = int32(i - from)
	s.code[n] = 0
	return i
}

// segment appends the best words of the block to dst. It looks for them from
// right to left, so that the best rest is known at each rune.
func (s *scratch) segment(t *trie, dst []Token) []Token {
	s.weight[s.n] = 0
	for i := s.n - 1; i >= 0; i-- {
		c := s.code[i] & codeMask
		single := t.single[c]
		best := s.weight[i+1] + 1 + single>>31 // one more when there is a word
		chosen := choice{single, 1}
		if e := s.code[i+1]; !t.pair(c, e&codeMask) && e <= codeMask {
			s.weight[i], s.choice[i] = best, chosen
			continue
		}
		n, length, wide := t.root[c], int32(1), false // length counts no gaps
		for j := i + 1; n != 0; j++ {
			from := n
			n = 0
			e := s.code[j]
			if d := e & codeMask; d != 0 {
				n = t.next(from, d)
			}
			if n == 0 && e > codeMask && j+1 < s.n {
				if d := s.code[j+1] & codeMask; d != 0 {
					if n = t.next(from, d); n != 0 {
						wide = wide || e&wideGap != 0
						j++
					}
				}
			}
			if n == 0 {
				break
			}
			length++
			info := t.info[n]
			if w := info >> 1; w >= 0 && (!wide || t.spaced[w]) {
				if sum := length*length + s.weight[j+1]; sum > best {
					best, chosen = sum, choice{w, int32(j + 1 - i)}
				}
			}
			if info&1 == 0 {
				break // no longer word
			}
		}
		s.weight[i], s.choice[i] = best, chosen
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
