package dataset_test

import (
	"errors"
	"fmt"
	"log"
	"strings"
	"testing"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/ccr/dataset"
	"github.com/google/go-cmp/cmp"
)

// The hash of "abc" is that of FIPS 180-2, appendix B.1.
func TestTextHash(t *testing.T) {
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := dataset.TextHash("abc"); got != want {
		t.Errorf("TextHash(abc) = %s, want %s", got, want)
	}
}

func TestWithTexts(t *testing.T) {
	label := func(text, complaint string) string {
		return fmt.Sprintf(`{"text":"","hash":"%s","complaint":%s,"opinions":[{"aspect":"goods.taste","polarity":"negative"}]}`+"\n", dataset.TextHash(text), complaint)
	}
	labels := label("难吃", "true") + "broken\n" + label("好吃", "false") + label("没人有的", "true") + `{"text":"好","complaint":false}` + "\n"
	texts := `{"id":"1","text":"好吃"}` + "\n" + `{"id":"2","text":"一般"}` + "\n{\n" + `{"id":"3","text":"难吃"}` + "\n" + `{"id":"4","text":"难吃"}` + "\n"
	read := func(yield func(ccr.Labeled, error) bool) {
		dataset.WithTexts(dataset.ReadLabeledJSON(strings.NewReader(labels), &dataset.Options{Name: "labels"}),
			dataset.ReadFeedbackJSON(strings.NewReader(texts), &dataset.Options{Name: "texts"}))(yield)
	}
	var got []string
	for l, err := range read {
		var re *dataset.RecordError
		switch {
		case errors.As(err, &re):
			got = append(got, fmt.Sprintf("%s:%d", re.Name, re.Line))
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, fmt.Sprintf("%s %s %v %s", l.Feedback.ID, l.Feedback.Text, l.Assessment.Complaint, l.Assessment.Opinions[0].Aspect))
		}
	}
	want := []string{"labels:2", "1 好吃 0 goods.taste", "texts:3", "3 难吃 1 goods.taste"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("joined (-want +got):\n%s", diff)
	}
	for stop := 1; stop <= len(want); stop++ {
		n := 0
		for range read {
			if n++; n == stop {
				break
			}
		}
		if n != stop {
			t.Errorf("%d steps, want %d", n, stop)
		}
	}
}

// Labels of texts that one may not pass on are stored by the hash of the text;
// whoever has the texts joins them.
func ExampleWithTexts() {
	labels := `{"text":"","hash":"` + dataset.TextHash("洗一次就开线了") + `","complaint":true}`
	texts := `{"id":"1","text":"很好"}` + "\n" + `{"id":"2","text":"洗一次就开线了"}`
	for l, err := range dataset.WithTexts(
		dataset.ReadLabeledJSON(strings.NewReader(labels), nil),
		dataset.ReadFeedbackJSON(strings.NewReader(texts), nil),
	) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(l.Feedback.ID, l.Feedback.Text, l.Assessment.Complaint)
	}
	// Output: 2 洗一次就开线了 1
}
