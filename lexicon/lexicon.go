// Package lexicon says what words mean in consumer feedback: which name a
// merit or a shortcoming and of what, which negate, intensify, concede, ask or
// suppose. It finds them in a text; it does not judge the text, which is the
// work of package classify/rules.
//
// # Format
//
// A lexicon is UTF-8 text, one entry a line, its fields separated by spaces or
// tabs:
//
//		words          class   aspect         polarity  intensity
//		开线|脱线      defect  goods.quality  -         2
//		大             graded  goods.size     -         1
//		有点|稍微      degree  *              *         1
//
//	  - words: one word, or several alternatives separated by '|'. Inside a word
//	    \s is a space, \n a line break, \t a tab, \p a '|', \h a '#' and \\ a
//	    backslash. Width, case and traditional characters do not matter.
//	  - class: see [Class].
//	  - aspect: an aspect such as goods.size; '*' when the word has none of its
//	    own. A word of class attribute has its attribute's name here.
//	  - polarity: '+', '-', or '*' when the word has none.
//	  - intensity: 1 mild, 2 plain, 3 strong, or '*' for 2.
//
// Trailing fields may be left out when they are '*'. '#' starts a comment,
// empty lines are ignored. A word may have several senses, one a line. A line
// whose words start with '!' removes all earlier senses of these words, so an
// extension can take back an entry of the lexicon that it extends:
//
//	!有点|稍微
package lexicon

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/ccrkit/ccrkit/ccr"
)

// A Class says what a word does in a text. It encodes as its name.
type Class uint8

// The classes. Those up to Graded carry an opinion.
const (
	_           Class = iota
	Opinion           // evaluates whatever it stands with: 好, 差, 满意
	Merit             // names a merit of an aspect: 新鲜, 送得快
	Defect            // names a shortcoming of an aspect: 开线, 异味
	Graded            // good or bad by the aspect it stands with: 大, 快, 高
	Cue               // colours the text without evaluating anything: 居然, 根本
	Target            // names an aspect: 质量, 客服
	Negator           // turns what follows: 不, 没有
	PostNegator       // turns what precedes: 不起来, 不到哪去
	Degree            // intensifies (2, 3) or softens (1) what follows: 很, 有点
	PostDegree        // intensifies what precedes: 死了, 得不行
	Excess            // more than enough: 太, 过于
	Contrast          // what follows counts against what precedes: 但是, 就是
	Concession        // announces a contrast: 虽然, 除了
	Hypothesis        // what follows is supposed: 如果, 万一
	Question          // makes a clause a question: 吗, 什么时候
	Rhetorical        // makes a question an accusation: 难道, 这也叫
	Wish              // what follows is wished: 希望, 建议
	Expectation       // what follows was expected: 以为, 担心
	Outcome           // what follows came instead: 没想到, 结果
	Resolved          // an incident was made good: 补发了, 退款了
	Unresolved        // it was not: 不给退, 没人管
	Buyer             // the buyer's own cause: 拍错, 不想要了
	Elsewhere         // another shop, brand, order or a third party: 别家, 上次买的
	Comparison        // measures against something: 比, 不如
	Former            // the past that has changed: 以前, 刚开始
	Now               // the present against it: 现在, 用了几天
	Attribute         // a property that a product may be sold for: 黑色, 特辣
	Number            // part of a number: 三, 7
	Unit              // counts or measures: 个, 斤
	Time              // measures time: 天, 小时
	Wait              // an event one waits for: 发货, 回复
	Then              // ends the reach of what turns: 没用几次就坏了
	And               // joins what shares a negation: 和, 或
	Adverb            // stands between a modifier and what it modifies: 觉得, 真的
	Neutral           // hides the words inside it: 不锈钢, 差不多
	Comma             // ends a clause: ，
	Stop              // ends a sentence: 。
	Ask               // ends a question: ？
	Filled            // a text that the platform or habit filled in: 默认好评
	classEnd
)

var classNames = [...]string{
	"", "opinion", "merit", "defect", "graded", "cue", "target", "negator", "postnegator", "degree",
	"postdegree", "excess", "contrast", "concession", "hypothesis", "question", "rhetorical", "wish",
	"expectation", "outcome", "resolved", "unresolved", "buyer", "elsewhere", "comparison", "former", "now",
	"attribute", "number", "unit", "time", "wait", "then", "and", "adverb", "neutral", "comma", "stop", "ask", "default",
}

// String returns the name in lower case.
func (c Class) String() string {
	if c == 0 || c >= classEnd {
		return fmt.Sprintf("Class(%d)", uint8(c))
	}
	return classNames[c]
}

// MarshalText returns the name; it fails for an undefined class.
func (c Class) MarshalText() ([]byte, error) {
	if c == 0 || c >= classEnd {
		return nil, fmt.Errorf("undefined class %d", uint8(c))
	}
	return []byte(classNames[c]), nil
}

// UnmarshalText accepts the names, ignoring case.
func (c *Class) UnmarshalText(b []byte) error {
	i := slices.IndexFunc(classNames[:], func(n string) bool { return strings.EqualFold(n, string(b)) })
	if i <= 0 {
		return fmt.Errorf("unknown class %q", b)
	}
	*c = Class(i)
	return nil
}

// An Entry is one sense of one word.
type Entry struct {
	_ [0]func()

	Word      string
	Class     Class
	Aspect    ccr.Aspect   // "" when the word has none of its own; the attribute's name for class Attribute
	Polarity  ccr.Polarity // Negative, Positive, or Unknown when it has none
	Intensity int          // 1 to 3
}

// A Lexicon is an immutable set of entries, ready to find them in texts.
// The zero Lexicon is empty. It is safe for concurrent use.
type Lexicon struct {
	entries []Entry // sorted by word id
	first   []int32 // first[id]..first[id+1] are the entries of word id; ids are in order of first appearance
	trie    trie
	scratch sync.Pool // of *scratch
}

//go:embed zh/*.txt
var embedded embed.FS

var load = sync.OnceValue(loadEmbedded)

func loadEmbedded() *Lexicon {
	names, err := fs.Glob(embedded, "zh/*.txt") // sorted
	if err != nil {
		panic(err) // the pattern is constant
	}
	var text strings.Builder
	for _, name := range names {
		b, err := embedded.ReadFile(name)
		if err != nil {
			panic(err) // Glob found it
		}
		text.Write(b)
	}
	entries, err := parse(nil, text.String(), "zh")
	if err != nil {
		panic(err) // the bytes are embedded and a test parses them
	}
	l, err := build(entries)
	if err != nil {
		panic(err) // and loads them
	}
	return l
}

// Default returns the embedded lexicon of Chinese consumer feedback. The first
// call parses it, which takes some fifteen milliseconds.
func Default() *Lexicon { return load() }

// ErrTooLarge is matched by the error of a lexicon with more words than fit:
// some 100,000, or 16,383 different characters, or words made to be hard to index.
var ErrTooLarge = errors.New("lexicon is too large")

// Parse reads a lexicon in the format of the package comment; name is its name
// in errors. All errors found are joined, each a [*ParseError], up to 20;
// or the error is that of r, or matches [ErrTooLarge].
func Parse(r io.Reader, name string) (*Lexicon, error) {
	return (&Lexicon{}).Extend(r, name)
}

// Extend returns a lexicon with the entries of l and then those read from r,
// which may remove entries of l. l is not changed. Errors are those of [Parse].
func (l *Lexicon) Extend(r io.Reader, name string) (*Lexicon, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	entries, err := parse(slices.Clone(l.entries), string(text), name)
	if err != nil {
		return nil, err
	}
	m, err := build(entries)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// Len returns the number of entries.
func (l *Lexicon) Len() int { return len(l.entries) }

// All returns an iterator over the entries, those of a word together, words in
// order of their first appearance.
func (l *Lexicon) All() iter.Seq[Entry] { return slices.Values(l.entries) }

// Words returns the number of different words. Word ids run from 0 to Words()-1.
func (l *Lexicon) Words() int { return max(0, len(l.first)-1) }

// Senses returns the entries of the word with the given id, as in [Token].
// The slice must not be changed. It panics if id is out of range.
func (l *Lexicon) Senses(id int32) []Entry { return l.entries[l.first[id]:l.first[id+1]] }

// Lookup returns the senses of a word, nil when it is not in the lexicon.
// The slice must not be changed.
func (l *Lexicon) Lookup(word string) []Entry {
	if l.Words() == 0 {
		return nil
	}
	if id := l.trie.find(word); id >= 0 {
		return l.Senses(id)
	}
	return nil
}

// build groups the entries by folded word and indexes them.
func build(entries []Entry) (*Lexicon, error) {
	l := &Lexicon{entries: make([]Entry, len(entries))}
	b := newBuilder(len(entries))
	of := make([]int32, len(entries)) // word id of each entry
	next := make([]int32, 1, len(entries)+1)
	for i := range entries {
		of[i] = b.insert(entries[i].Word)
		if n := int(of[i]) + 2; n > len(next) {
			next = append(next, 0)
		}
		next[of[i]+1]++
	}
	if b.full {
		return nil, ErrTooLarge
	}
	var err error
	if l.trie, err = b.trie(); err != nil {
		return nil, err
	}
	for id := 1; id < len(next); id++ {
		next[id] += next[id-1]
	}
	l.first = slices.Clone(next)
	for i := range entries {
		l.entries[next[of[i]]] = entries[i]
		next[of[i]]++
	}
	l.trie.spaced = make([]bool, l.Words())
	for id := range l.trie.spaced {
		for _, e := range l.Senses(int32(id)) {
			if e.Polarity == ccr.Negative && e.Intensity == 3 && (e.Class == Defect || e.Class == Opinion) {
				l.trie.spaced[id] = true
			}
		}
	}
	l.scratch.New = func() any { return new(scratch) }
	return l, nil
}
