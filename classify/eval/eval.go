// Package eval runs classifiers over labelled corpora, and says how well they
// read, how sure that is, and whether one reads better than another.
//
//	r, err := eval.Run(ctx, hybrid.New(nil), dataset.ReadLabeledJSON(f, nil), nil)
//	…
//	for _, f := range r.Figures(nil) {
//		fmt.Println(f.Name, f.Value, f.Interval)
//	}
//
// A corpus is any iter.Seq2[ccr.Labeled, error]: package ccr/dataset reads the
// usual ones, and a function of the caller the rest. What its examples do not
// tell is not measured: a complaint where ComplaintUnknown is set, a polarity
// that is ccr.Unknown, and opinions and their words where no example of the
// corpus has any.
//
// A [Result] keeps every prediction, so that texts can be read, figures can be
// taken for any part of a corpus, and two runs can be compared afterwards.
//
// # Failures
//
// What a classifier fails on is no reason to leave it out: it counts as judged
// wrongly, as [Failed], in accuracies and recalls, and as if nothing was said in
// aspects and spans. Precisions are of what was said. Probabilities can only be
// measured where there are some: a classifier that fails on what is difficult
// has a better AUC for it, so look at the figure read, too.
//
// # Two-sided polarity
//
// Where all polarities of a corpus are negative or positive, as those by stars
// are, an answer has a side as well: a complaint (a probability of at least one
// half) or a negative polarity is negative, and all else positive, so also
// neutral, mixed and unknown. A single neutral or mixed example makes a corpus
// one of all polarities, in which the answer must be the same one. A part of a
// result ([Result.By]) is measured as the whole.
package eval

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// ErrEmpty is matched by the error for a corpus without any example that can be
// used.
var ErrEmpty = errors.New("eval: no example that can be used")

// Options adjust [Run]. Nil and the zero Options are the defaults.
type Options struct {
	_ [0]func()

	// Workers is the number of goroutines that classify. 0 or less means
	// GOMAXPROCS; 1 is for measuring speed.
	Workers int

	// Progress, when not nil, is told about twice a second how many of all
	// examples are done, and at the end. It is called from one goroutine at a
	// time.
	Progress func(done, of int)
}

// A Prediction is what a classifier said of one example.
type Prediction struct {
	_ [0]func()

	Gold ccr.Labeled
	Said ccr.Assessment // zero when Err is not nil
	Err  error          // a [*classify.FeedbackError], nil when it was read

	noComplaint bool // nothing was said of a complaint
}

// A Result is what came of running one classifier over one corpus.
type Result struct {
	_ [0]func()

	Predictions []Prediction // in the order of the corpus
	Unread      []error      // of the corpus: examples that could not be used
	Speed       Speed
}

// A Speed says how fast a classifier was. It counts the time and the memory of
// classifying alone, not of reading the corpus, but all that the process did
// meanwhile.
type Speed struct {
	_ [0]func()

	Texts   int
	Bytes   int // of texts
	Elapsed time.Duration
	Allocs  uint64 // allocations on the heap
	Workers int
}

// TextsPerSecond returns the texts classified in a second; 0 when nothing was
// measured.
func (s *Speed) TextsPerSecond() float64 { return s.per(float64(s.Texts)) }

// MBPerSecond returns the text classified in a second, in megabytes (10⁶ bytes);
// 0 when nothing was measured.
func (s *Speed) MBPerSecond() float64 { return s.per(float64(s.Bytes) / 1e6) }

func (s *Speed) per(n float64) float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return n / s.Elapsed.Seconds()
}

// Run classifies the examples of corpus, which it reads to its end first. A line
// of the corpus that cannot be used is kept in Result.Unread, and a feedback that
// c fails on in its Prediction; neither ends the run. A panic of c is such a
// failure (see [classify.Recover]); an assessment whose probability is none is
// another one.
//
// It fails with an error matching [ErrEmpty], which joins those of the corpus,
// and with that of ctx once it is done; it then waits until c has returned, so
// one that may hang wants a [classify.WithTimeout] around it.
func Run(ctx context.Context, c classify.Classifier, corpus iter.Seq2[ccr.Labeled, error], opts *Options) (*Result, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	r, err := read(ctx, corpus)
	if err != nil {
		return nil, err
	}
	r.Speed.Workers = o.Workers

	var done atomic.Int64
	finished, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		tell(o.Progress, &done, len(r.Predictions), finished)
	}()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	r.classify(ctx, classify.Recover(c), o.Workers, &done)
	r.Speed.Elapsed = time.Since(start)
	runtime.ReadMemStats(&after)
	r.Speed.Allocs = after.Mallocs - before.Mallocs
	close(finished)
	<-told
	return r, ctx.Err()
}

// read returns a result without anything said.
func read(ctx context.Context, corpus iter.Seq2[ccr.Labeled, error]) (*Result, error) {
	r := &Result{}
	for l, err := range corpus {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			r.Unread = append(r.Unread, err)
			continue
		}
		r.Predictions = append(r.Predictions, Prediction{Gold: l})
		r.Speed.Texts++
		r.Speed.Bytes += len(l.Feedback.Text)
	}
	if len(r.Predictions) == 0 {
		return nil, errors.Join(append([]error{ErrEmpty}, r.Unread...)...)
	}
	return r, nil
}

// bulk is the number of texts that a worker takes at a time.
const bulk = 16

// classify fills in what c says.
func (r *Result) classify(ctx context.Context, c classify.Classifier, workers int, done *atomic.Int64) {
	var next atomic.Int64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			for {
				from := int(next.Add(bulk)) - bulk
				if from >= len(r.Predictions) {
					return
				}
				for i := from; i < min(from+bulk, len(r.Predictions)); i++ {
					if ctx.Err() != nil {
						return
					}
					r.Predictions[i].ask(ctx, c)
					done.Add(1)
				}
			}
		})
	}
	running.Wait()
}

// ask fills in what c says of the example.
func (p *Prediction) ask(ctx context.Context, c classify.Classifier) {
	p.set(c.Classify(ctx, p.Gold.Feedback))
}

func (p *Prediction) set(a ccr.Assessment, err error) {
	if err == nil && !(a.Complaint >= 0 && a.Complaint <= 1) {
		err = &ccr.FieldError{Field: "complaint", Err: fmt.Errorf("%v is not a probability", a.Complaint)}
	}
	if err != nil {
		fb := &p.Gold.Feedback
		p.Err = &classify.FeedbackError{Source: fb.Source, OrderID: fb.OrderID, ID: fb.ID, Err: err}
		return
	}
	p.Said = a
}

// tell tells progress until finished is closed.
func tell(progress func(done, of int), done *atomic.Int64, of int, finished <-chan struct{}) {
	if progress == nil {
		return
	}
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			progress(int(done.Load()), of)
		case <-finished:
			progress(int(done.Load()), of)
			return
		}
	}
}

// ErrNotSaid is the reason of a failure where nothing was said of an example, for
// [errors.Is].
var ErrNotSaid = errors.New("nothing was said of it")

// Match returns the result of a classifier that ran elsewhere: said has what it
// said, by Feedback.ID, by Feedback.Text where a feedback has no id, or by both,
// which tells texts with one id apart; a text that an id does not have in the
// corpus is not that feedback. Of what is said twice the first counts. An example
// of which nothing is said is a failure that matches [ErrNotSaid], and so is one
// whose id several texts of the corpus share, where what is said has no text.
// Evidence that is not valid for the text of the example is a failure too, a
// [*ccr.FieldError], as is a probability that is none. What is ComplaintUnknown
// says nothing of a complaint, which is measured as [Failed]. Speed stays zero but
// for the texts.
//
// It fails as [Run] does for the corpus, and with the first error of said.
func Match(corpus, said iter.Seq2[ccr.Labeled, error]) (*Result, error) {
	r, err := read(context.Background(), corpus)
	if err != nil {
		return nil, err
	}
	type key struct{ id, text string }
	answers := map[key]ccr.Labeled{}
	for l, err := range said {
		if err != nil {
			return nil, err
		}
		k := key{l.Feedback.ID, l.Feedback.Text}
		if _, again := answers[k]; !again {
			answers[k] = l
		}
	}
	first := map[string]string{} // text of an id
	shared := map[string]bool{}  // ids of several texts
	for i := range r.Predictions {
		fb := &r.Predictions[i].Gold.Feedback
		if text, again := first[fb.ID]; !again {
			first[fb.ID] = fb.Text
		} else if text != fb.Text {
			shared[fb.ID] = true
		}
	}
	for i := range r.Predictions {
		p := &r.Predictions[i]
		fb := &p.Gold.Feedback
		l, ok := answers[key{fb.ID, fb.Text}]
		if !ok && fb.ID != "" && !shared[fb.ID] {
			l, ok = answers[key{id: fb.ID}]
		}
		if !ok {
			l, ok = answers[key{text: fb.Text}]
		}
		err := ErrNotSaid
		if ok {
			err = checkEvidence(&l.Assessment, fb.Text)
		}
		p.set(l.Assessment, err)
		p.noComplaint = l.ComplaintUnknown
	}
	return r, nil
}

// checkEvidence reports evidence that is not valid for text.
func checkEvidence(a *ccr.Assessment, text string) error {
	for i := range a.Opinions {
		for _, e := range a.Opinions[i].Evidence {
			if !e.Valid(text) {
				return &ccr.FieldError{Field: "evidence", Err: fmt.Errorf("bytes %d to %d are not a span of characters of the text, which has %d bytes", e.Start, e.End, len(text))}
			}
		}
	}
	return nil
}
