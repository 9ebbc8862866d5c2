package lexicon

import (
	"math/bits"
	"slices"
)

// A builder collects the words of a trie. Nodes are numbered from 0, the root;
// the edges lie in one open-addressed hash table.
type builder struct {
	bmp    *[1 << 16]uint16 // code of each folded rune of the basic plane, 0 when it is in no word
	astral map[rune]uint16  // codes of the other runes
	codes  int              // number of codes given
	nodes  []branch
	words  int32
	full   bool     // a word did not fit: there is no trie
	keys   []uint32 // node and code of each edge, see edgeKey; 0: free. len is a power of two
	kids   []int32  // the node it leads to
	shift  uint     // 32 - log2(len(keys))
}

// A branch is a node of a builder.
type branch struct {
	word int32  // the word that ends here; -1: none
	code uint16 // by which it is reached
	kids uint16 // number of children
	kid  int32  // the last of them; 0: none
	next int32  // the one before it among the children of its parent; 0: none
}

// edgeKey packs what an edge leaves and by which code, which is never 0.
func edgeKey(n int32, code uint16) uint32 { return uint32(n)<<codeBits | uint32(code) }

// maxNodes is what fits beside a code: enough for some 100,000 words.
const maxNodes = 1 << (32 - codeBits)

// newBuilder returns an empty builder with room for so many words.
func newBuilder(words int) *builder {
	b := &builder{bmp: new([1 << 16]uint16), astral: map[rune]uint16{}, nodes: make([]branch, 1, 3*words+1)}
	b.nodes[0].word = -1
	b.resize(1 << bits.Len(uint(2*words+64)))
	return b
}

// code returns the code of r, 0 when it has none.
func (b *builder) code(r rune) uint16 {
	if uint32(r) < 1<<16 {
		return b.bmp[r]
	}
	return b.astral[r]
}

func (b *builder) setCode(r rune, c uint16) {
	if uint32(r) < 1<<16 {
		b.bmp[r] = c
	} else {
		b.astral[r] = c
	}
}

// next returns the child of node n by code, 0 when there is none.
func (b *builder) next(n int32, code uint16) int32 {
	key := edgeKey(n, code)
	for i := key * hashMul >> b.shift; ; i = (i + 1) & uint32(len(b.keys)-1) {
		switch b.keys[i] {
		case key:
			return b.kids[i]
		case 0:
			return 0
		}
	}
}

const hashMul = 0x9E3779B1 // 2^32 / golden ratio: Fibonacci hashing, Knuth vol. 3, 6.4

// insert returns the id of a word, a new one when it was not inserted before.
func (b *builder) insert(word string) int32 {
	n := int32(0)
	for _, r := range word {
		r = fold(r)
		c := b.code(r)
		if c == 0 {
			if b.codes == codeMask {
				b.full = true
				return 0
			}
			b.codes++
			c = uint16(b.codes)
			b.setCode(r, c)
		}
		n = b.grow(n, c)
	}
	if b.nodes[n].word < 0 {
		b.nodes[n].word = b.words
		b.words++
	}
	return b.nodes[n].word
}

// grow returns the child of n by code, made when there is none.
func (b *builder) grow(n int32, code uint16) int32 {
	if c := b.next(n, code); c != 0 {
		return c
	}
	child := int32(len(b.nodes))
	if child == maxNodes {
		b.full = true
		return n
	}
	b.nodes = append(b.nodes, branch{word: -1, code: code, next: b.nodes[n].kid})
	b.nodes[n].kid = child
	b.nodes[n].kids++
	if 4*len(b.nodes) > 3*len(b.keys) {
		b.resize(2 * len(b.keys))
	}
	b.put(edgeKey(n, code), child)
	return child
}

func (b *builder) put(key uint32, child int32) {
	i := key * hashMul >> b.shift
	for b.keys[i] != 0 {
		i = (i + 1) & uint32(len(b.keys)-1)
	}
	b.keys[i], b.kids[i] = key, child
}

// resize makes the table of edges n long, a power of two.
func (b *builder) resize(n int) {
	keys, kids := b.keys, b.kids
	b.keys, b.kids = make([]uint32, n), make([]int32, n)
	b.shift = uint(33 - bits.Len(uint(n)))
	for i, key := range keys {
		if key != 0 {
			b.put(key, kids[i])
		}
	}
}

// trie returns the finished trie, in which the other forms of a rune share its
// code. It fails with ErrTooLarge.
func (b *builder) trie() (trie, error) {
	t := trie{bmp: b.bmp, astral: b.astral, first: slices.Repeat([]node{{word: -1}}, b.codes+1)}
	bases := b.pack(&t)
	if b.full {
		return trie{}, ErrTooLarge
	}
	t.nodes = make([]node, len(t.check))
	for n := range b.nodes {
		for k := b.nodes[n].kid; k != 0; k = b.nodes[k].next {
			child := node{b.nodes[k].word, bases[k]}
			if n == 0 {
				t.first[b.nodes[k].code] = child
			} else {
				t.nodes[bases[n]+int32(b.nodes[k].code)] = child
			}
		}
	}
	for _, f := range foldPairs() {
		if c := b.code(f.to); c != 0 {
			b.setCode(f.from, c)
		}
	}
	for _, r := range signGaps {
		t.bmp[r] |= gap
	}
	for _, r := range wideGaps {
		t.bmp[r] |= gap | wide
	}
	return t, nil
}

// maxTries is how many bases are tried for a node, on average, before words are
// held for made to collide: some three are enough for those that people write. It
// bounds the room that is added in vain, too.
const maxTries = 64

// pack lays the edges of all nodes but the root out in t.check and returns the
// bases of the nodes. The most branched come first, while there is room
// everywhere; see Tarjan and Yao, Storing a Sparse Table, 1979.
func (b *builder) pack(t *trie) (bases []int32) {
	bases = make([]int32, len(b.nodes))
	base, last := 1, len(b.nodes)*3/2
	t.check = slices.Repeat([]uint16{noCode}, last+b.codes+1)
	taken := make([]bool, last+1) // by base
	left := maxTries * len(b.nodes)
	for _, least := range [...]uint16{32, 4, 1} {
		for n := 1; n < len(b.nodes); n++ {
			if b.nodes[n].kids < least || bases[n] != 0 {
				continue
			}
			for tries := 1; taken[base] || !b.fits(n, t.check[base:]); tries++ {
				if left--; left < 0 {
					b.full = true
					return nil
				}
				switch {
				case tries == last: // none fits: more room
					last += b.codes + 1
					base = last
					t.check = append(t.check, slices.Repeat([]uint16{noCode}, b.codes+1)...)
					taken = append(taken, make([]bool, b.codes+1)...)
				case base == last:
					base = 1
				default:
					base++
				}
			}
			bases[n], taken[base] = int32(base), true
			for k := b.nodes[n].kid; k != 0; k = b.nodes[k].next {
				t.check[base+int(b.nodes[k].code)] = b.nodes[k].code
			}
		}
	}
	return bases
}

// fits reports whether the places of the edges of node n are free.
func (b *builder) fits(n int, check []uint16) bool {
	for k := b.nodes[n].kid; k != 0; k = b.nodes[k].next {
		if check[b.nodes[k].code] != noCode {
			return false
		}
	}
	return true
}
