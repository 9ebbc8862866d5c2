package lexicon_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/ccrkit/ccrkit/lexicon"
)

func ExampleLexicon_Tokens() {
	l := lexicon.Default()
	text := "没有霉斑，不锈钢很亮，不过底座有點"
	for _, t := range l.Tokens(nil, text) {
		fmt.Println(text[t.Start:t.End], l.Senses(t.Word)[0].Class)
	}
	// Output:
	// 没有 negator
	// 霉斑 defect
	// ， comma
	// 不锈钢 neutral
	// 很 degree
	// 亮 graded
	// ， comma
	// 不过 contrast
	// 底座 target
	// 有點 degree
}

// An extension adds words and takes back others.
func ExampleLexicon_Extend() {
	l, err := lexicon.Default().Extend(strings.NewReader(`
兰花韵|岩骨   merit  goods.taste + 2   # praise of tea
!有点                                # no softening here
`), "tea.txt")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(l.Lookup("岩骨")), len(l.Lookup("有点")))
	// Output: 1 0
}
