package lexicon_test

import (
	"testing"

	"github.com/ccrkit/ccrkit/lexicon"
)

func TestDefault(t *testing.T) {
	l := lexicon.Default()
	t.Log(l.Len(), l.Words())
	for _, s := range []string{"这件衣服质量不错,没有异味", "垃.圾", "特别好吃,但是有點貴"} {
		for _, tok := range l.Tokens(nil, s) {
			t.Log(s[tok.Start:tok.End], l.Senses(tok.Word)[0].Class)
		}
	}
}
