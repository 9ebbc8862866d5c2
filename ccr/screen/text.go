package screen

import (
	"slices"
	"strings"
	"unicode"
)

// appendLetters appends to dst what of text makes it the same text in spite of
// what is put in to hide a copy: letters and digits, in small letters and of
// normal width, without signs, spaces, emoji, marks and invisible characters,
// each run of one letter once. Where Chinese characters are at least half of
// what is left then, only these.
func appendLetters(dst []rune, text string) []rune {
	start, hans := len(dst), 0
	for _, r := range text {
		if '！' <= r && r <= '～' {
			r -= '！' - '!'
		}
		han := isHan(r)
		switch {
		case han, 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r < 0x80, !unicode.IsLetter(r) && !unicode.IsNumber(r):
			continue
		default:
			r = unicode.ToLower(r)
		}
		if len(dst) > start && dst[len(dst)-1] == r {
			continue
		}
		dst = append(dst, r)
		if han {
			hans++
		}
	}
	letters := dst[start:]
	if 2*hans >= len(letters) {
		letters = slices.Compact(slices.DeleteFunc(letters, func(r rune) bool { return !isHan(r) }))
	}
	return dst[:start+len(letters)]
}

// isHan reports whether r is a Chinese character; the common ones first, since
// the tables are slow.
func isHan(r rune) bool {
	return 0x4e00 <= r && r <= 0x9fff || r > 0x2e7f && unicode.Is(unicode.Han, r)
}

// maxPairs bounds what is kept of a long text: the pairs with the smallest hashes,
// a bottom-k sketch (Broder, "On the resemblance and containment of documents",
// 1997) by which the similarity of any two texts can be estimated; up to 256
// different pairs it is exact.
const maxPairs = 256

// appendPairs appends the sorted hashes of the character pairs of letters, each
// once, at most maxPairs. Other scripts have few letters, so that pairs of them
// say little: there it is runs of four.
func appendPairs(dst []uint32, letters []rune) []uint32 {
	n := 2
	if len(letters) > 0 && !isHan(letters[0]) {
		n = 4
	}
	start := len(dst)
	for i := range max(0, len(letters)-n+1) {
		h := uint64(0)
		for _, r := range letters[i : i+n] {
			h = h<<16 ^ uint64(r)
		}
		dst = append(dst, uint32(mix(h)>>32))
	}
	slices.Sort(dst[start:])
	dst = dst[:start+len(slices.Compact(dst[start:]))]
	return dst[:min(len(dst), start+maxPairs)]
}

// jaccard returns the Jaccard similarity of two sets, estimated from the smallest
// maxPairs hashes of their union where that is larger; 0 of two empty ones.
func jaccard(a, b []uint32) float64 {
	i, j, both, union := 0, 0, 0, 0
	for i < len(a) && j < len(b) && union < maxPairs {
		union++
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	union = min(maxPairs, union+len(a)-i+len(b)-j)
	if union == 0 {
		return 0
	}
	return float64(both) / float64(union)
}

// isDefault reports whether letters state nothing: there are none, or a platform
// wrote them for a buyer who wrote none. Of such a text all but a few letters are
// of defaultLetters, so nothing else can hide behind its words.
func isDefault(letters []rune) bool {
	const otherLetters = 2
	s, others := string(letters), 0
	for _, r := range letters {
		if !strings.ContainsRune(defaultLetters, r) {
			if others++; others > otherLetters {
				return false
			}
		}
	}
	return len(letters) == 0 || slices.ContainsFunc(defaultWords, func(w string) bool { return strings.Contains(s, w) })
}

// defaultWords are what the platforms' default texts contain, one or another.
var defaultWords = []string{"默认", "填写", "没有评", "未评", "没有写", "未写", "时评价", "出评价", "时做出", "时作出", "自动好评", "自动评价"}

// defaultLetters are what else they are made of.
const defaultLetters = "此该本位用户买家顾客消费者评价方论系统默认自动好五星满分给出与及时未没有填写任何文字内容做作商品服务超过期限天由的很较觉得不错默認"
