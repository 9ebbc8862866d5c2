package classify

import (
	"context"
	"fmt"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
)

// Rating is a Classifier that reads the stars and nothing else: one or two are
// a complaint, three are neutral, four or five positive. Without stars it
// gives the zero Assessment. Its Ground is [ccr.GroundRating], and it has no
// opinions. It is the baseline that a classifier of texts has to beat.
//
// A rating outside 0 to 5 is a [*ccr.FieldError].
type Rating struct{}

// Classify implements [Classifier]. It ignores ctx.
func (Rating) Classify(_ context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	switch {
	case !utf8.ValidString(fb.Text):
		return ccr.Assessment{}, &ccr.FieldError{Field: "text", Err: ccr.ErrText}
	case fb.Rating < 0 || fb.Rating > 5:
		return ccr.Assessment{}, &ccr.FieldError{Field: "rating", Err: fmt.Errorf("%d is not between 1 and 5", fb.Rating)}
	case fb.Rating == 0:
		return ccr.Assessment{}, nil
	case fb.Rating <= 2:
		return ccr.Assessment{Complaint: 1, Polarity: ccr.Negative, Ground: ccr.GroundRating}, nil
	case fb.Rating == 3:
		return ccr.Assessment{Polarity: ccr.Neutral, Ground: ccr.GroundRating}, nil
	}
	return ccr.Assessment{Polarity: ccr.Positive, Ground: ccr.GroundRating}, nil
}
