package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"

	"github.com/ccrkit/ccrkit/ccr"
)

// HashTag is the tag of a labelled example that holds the [TextHash] of a text
// which the example itself does not hold.
const HashTag = "hash"

// TextHash returns the hash by which [WithTexts] finds a text: the SHA-256 of
// its bytes, in hexadecimal.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// WithTexts joins labels of texts that may not be passed on with a copy of the
// texts: it returns an iterator over the labels, each with the first feedback of
// texts whose text has the hash that the label has as its [HashTag], in the
// order of texts. Feedback without a label, and labels without a feedback, are
// left out. Errors of labels and texts are passed on as they are, those of
// labels first.
//
// All labels are held in memory. The iterator may be used as often as its
// arguments may; a Labeled stays valid after its step, and shares opinions and
// tags with its label.
func WithTexts(labels iter.Seq2[ccr.Labeled, error], texts iter.Seq2[ccr.Feedback, error]) iter.Seq2[ccr.Labeled, error] {
	return func(yield func(ccr.Labeled, error) bool) {
		byHash := make(map[string]ccr.Labeled)
		for l, err := range labels {
			if err != nil {
				if !yield(ccr.Labeled{}, err) {
					return
				}
				continue
			}
			if h := l.Tags[HashTag]; h != "" {
				byHash[h] = l
			}
		}
		for fb, err := range texts {
			if err != nil {
				if !yield(ccr.Labeled{}, err) {
					return
				}
				continue
			}
			h := TextHash(fb.Text)
			l, ok := byHash[h]
			if !ok {
				continue
			}
			delete(byHash, h) // a second copy of the text is the same example
			l.Feedback = fb
			if !yield(l, nil) {
				return
			}
		}
	}
}
