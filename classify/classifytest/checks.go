package classifytest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

// A check tests one promise of the contract and reports to its kit.
type check struct {
	name, promise string
	run           func(*kit)
}

var checks = []check{
	{"Empty", "Text that is only white space is not an error; with neither rating nor reason it gives the zero Assessment.", (*kit).empty},
	{"InvalidUTF8", "Text that is not UTF-8 gives an error matching ccr.ErrText.", (*kit).invalidUTF8},
	{"Spans", "Every evidence span is valid for fb.Text; spans are sorted by Start, and opinions by their first span.", (*kit).spans},
	{"Values", "Complaint is in [0, 1], every opinion is Negative or Positive and names its aspect.", (*kit).values},
	{"Deterministic", "Equal feedback gives equal results.", (*kit).deterministic},
	{"IdentityBlind", "The Assessment depends on Text, Channel, Product, Rating and Reason of fb alone, whatever the ids, the times and the source.", (*kit).identityBlind},
	{"Ownership", "The Assessment belongs to the caller.", (*kit).ownership},
	{"Concurrent", "Classifiers must be safe for concurrent use by multiple goroutines.", (*kit).concurrent},
	{"Canceled", "Once ctx is done, Classify returns promptly with an error matching ctx.Err(), or computes the same result as ever.", (*kit).canceled},
	{"Batch", "ClassifyBatch returns one assessment per feedback, in their order, each as Classify would give it; on partial failure all assessments and a *BatchError.", (*kit).batch},
	{"ErrorIsZero", "With an error the Assessment is zero.", (*kit).errorIsZero},
}

// failf reports what is wrong with fb; nil is nothing in particular.
func (k *kit) failf(fb *ccr.Feedback, format string, args ...any) {
	if len(k.failures) >= maxFailures {
		return // there may be one for each word of a megabyte
	}
	s := fmt.Sprintf(format, args...)
	if fb != nil {
		s = show(fb) + ": " + s
	}
	k.failures = append(k.failures, s)
}

// classify asks for fb. It reports an error that the contract does not allow
// for valid text; ok says that there is an assessment to look at.
func (k *kit) classify(fb ccr.Feedback) (a ccr.Assessment, ok bool) {
	a, err := k.c.Classify(k.ctx, fb)
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		k.failf(&fb, "%v", err)
	}
	return a, err == nil
}

// stable asks for fb twice. ok says that both answers are the same: what
// changes by itself is for the check Deterministic to report, and no other.
func (k *kit) stable(fb ccr.Feedback) (a ccr.Assessment, ok bool) {
	a, ok = k.classify(fb)
	if !ok {
		return a, false
	}
	b, err := k.c.Classify(k.ctx, fb)
	return b, err == nil && equal(a, b)
}

func (k *kit) empty() {
	for i, text := range blank {
		fb := ccr.Feedback{Text: text, Channel: ccr.Channel(i % 5), Product: kitProducts[i%len(kitProducts)]}
		if a, ok := k.classify(fb); ok && !equal(a, ccr.Assessment{}) {
			k.failf(&fb, "got %+v, not the zero Assessment", a)
		}
		fb.Rating, fb.Reason = 1+i%5, kitReasons[i%len(kitReasons)]
		k.classify(fb)
	}
}

func (k *kit) invalidUTF8() {
	for i, text := range invalid {
		fb := ccr.Feedback{Text: text, Channel: ccr.Channel(i % 5), Rating: i % 6}
		if _, err := k.c.Classify(k.ctx, fb); !errors.Is(err, ccr.ErrText) {
			k.failf(&fb, "got error %v", err)
		}
	}
}

func (k *kit) spans() {
	fbs := append(k.feedback[:len(k.feedback):len(k.feedback)], ccr.Feedback{Text: long()})
	for _, fb := range fbs {
		a, ok := k.classify(fb)
		if !ok {
			continue
		}
		first := -1 // of the opinion before
		for i, o := range a.Opinions {
			for j, e := range o.Evidence {
				if !e.Valid(fb.Text) {
					k.failf(&fb, "opinions[%d].evidence[%d] = %+v is not a valid span of the %d bytes", i, j, e, len(fb.Text))
				}
			}
			if !slices.IsSortedFunc(o.Evidence, func(x, y ccr.Evidence) int { return x.Start - y.Start }) {
				k.failf(&fb, "opinions[%d].evidence = %+v is not sorted", i, o.Evidence)
			}
			if len(o.Evidence) == 0 {
				continue
			}
			if o.Evidence[0].Start < first {
				k.failf(&fb, "opinions[%d] starts at %d, before the opinion before it", i, o.Evidence[0].Start)
			}
			first = o.Evidence[0].Start
		}
	}
}

func (k *kit) values() {
	for _, fb := range k.feedback {
		a, ok := k.classify(fb)
		if !ok {
			continue
		}
		if !(a.Complaint >= 0 && a.Complaint <= 1) {
			k.failf(&fb, "complaint = %v is not in [0, 1]", a.Complaint)
		}
		if _, err := a.Polarity.MarshalText(); err != nil {
			k.failf(&fb, "%v", err)
		}
		for i, o := range a.Opinions {
			if o.Polarity != ccr.Negative && o.Polarity != ccr.Positive {
				k.failf(&fb, "opinions[%d].polarity = %v is neither negative nor positive", i, o.Polarity)
			}
			if o.Aspect == "" {
				k.failf(&fb, "opinions[%d] has no aspect", i)
			}
			if o.Intensity < 0 || o.Intensity > 3 {
				k.failf(&fb, "opinions[%d].intensity = %d is not between 0 and 3", i, o.Intensity)
			}
		}
	}
}

func (k *kit) deterministic() {
	first := make(map[int]ccr.Assessment, len(k.feedback))
	// Again at once, and again after all the others.
	for call := range 4 * len(k.feedback) {
		i := call / 2 % len(k.feedback)
		fb := k.feedback[i]
		a, ok := k.classify(fb)
		if !ok {
			continue
		}
		if want, again := first[i]; !again {
			first[i] = a
		} else if !equal(a, want) {
			k.failf(&fb, "got %+v the first time and %+v later", want, a)
		}
	}
}

func (k *kit) identityBlind() {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	others := []struct {
		field  string
		change func(*ccr.Feedback)
	}{
		{"ID", func(fb *ccr.Feedback) { fb.ID += "7" }},
		{"OrderID", func(fb *ccr.Feedback) { fb.OrderID += "7" }},
		{"BuyerID", func(fb *ccr.Feedback) { fb.BuyerID += "7" }},
		{"CreatedAt", func(fb *ccr.Feedback) { fb.CreatedAt = fb.CreatedAt.Add(at.Sub(time.Time{})) }},
		{"RepliedAt", func(fb *ccr.Feedback) { fb.RepliedAt = fb.RepliedAt.Add(at.Sub(time.Time{})) }},
		{"Abnormal", func(fb *ccr.Feedback) { fb.Abnormal += "brushing" }},
		{"Source", func(fb *ccr.Feedback) { fb.Source.Line++; fb.Source.Name += "7" }},
	}
	for _, fb := range k.feedback {
		a, ok := k.stable(fb)
		if !ok {
			continue
		}
		for _, o := range others {
			other := fb
			o.change(&other)
			if b, ok := k.classify(other); ok && !equal(a, b) {
				k.failf(&fb, "got %+v, and %+v for another %s", a, b, o.field)
			}
		}
	}
}

func (k *kit) ownership() {
	for _, fb := range k.feedback {
		want, ok := k.stable(fb)
		if !ok {
			continue
		}
		want = clone(want)
		got, ok := k.classify(fb)
		if !ok {
			continue
		}
		scribble(got)
		if got, ok = k.classify(fb); ok && !equal(got, want) {
			k.failf(&fb, "after a caller wrote to its result, got %+v, want %+v", got, want)
		}
	}
}

// scribble writes to all that a caller of Classify owns, also what an append
// within the capacity would write to.
func scribble(a ccr.Assessment) {
	for i, all := 0, a.Opinions[:cap(a.Opinions)]; i < len(all); i++ {
		o := &all[i]
		for j, spans := 0, o.Evidence[:cap(o.Evidence)]; j < len(spans); j++ {
			spans[j] = ccr.Evidence{Start: -1, End: -1}
		}
		for j, rules := 0, o.Rules[:cap(o.Rules)]; j < len(rules); j++ {
			rules[j] = "scribble"
		}
		*o = ccr.Opinion{Aspect: "scribble"}
	}
}

func (k *kit) concurrent() {
	want := make([]ccr.Assessment, len(k.feedback))
	usable := make([]bool, len(k.feedback))
	for i, fb := range k.feedback {
		want[i], usable[i] = k.stable(fb)
	}
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		start = make(chan struct{})
	)
	for g := range 8 {
		wg.Go(func() {
			<-start
			for i := range k.feedback {
				// Half of the goroutines ask for the same, half for something else.
				i = (i + g/2*7) % len(k.feedback)
				if !usable[i] {
					continue
				}
				a, err := k.c.Classify(k.ctx, k.feedback[i])
				if err != nil || !equal(a, want[i]) {
					mu.Lock()
					k.failf(&k.feedback[i], "beside other calls got %+v and error %v, alone %+v", a, err, want[i])
					mu.Unlock()
				}
			}
		})
	}
	close(start)
	wg.Wait()
}

func (k *kit) canceled() {
	ctx, cancel := context.WithCancel(k.ctx)
	cancel()
	type answer struct {
		a   ccr.Assessment
		err error
	}
	for _, fb := range k.feedback {
		want, ok := k.stable(fb)
		if !ok {
			continue
		}
		answered := make(chan answer, 1)
		go func() {
			a, err := k.c.Classify(ctx, fb)
			answered <- answer{a, err}
		}()
		timer := time.NewTimer(patience)
		select {
		case r := <-answered:
			timer.Stop()
			if r.err == nil && !equal(r.a, want) || r.err != nil && !errors.Is(r.err, ctx.Err()) {
				k.failf(&fb, "with a canceled context got %+v and error %v", r.a, r.err)
			}
		case <-timer.C:
			k.failf(&fb, "with a canceled context no answer within %v", patience)
			return // every other feedback would take as long
		}
	}
}

func (k *kit) batch() {
	b, ok := k.c.(classify.BatchClassifier)
	if !ok {
		k.skipped = "not a classify.BatchClassifier"
		return
	}
	if as, err := b.ClassifyBatch(k.ctx, nil); len(as) != 0 || err != nil {
		k.failf(nil, "empty batch: got %d assessments and error %v", len(as), err)
	}
	var fbs []ccr.Feedback
	var want []ccr.Assessment
	for _, fb := range k.feedback {
		if a, ok := k.stable(fb); ok {
			fbs, want = append(fbs, fb), append(want, a)
		}
	}
	k.batchOf(b, fbs, want, -1)

	bad := len(fbs) / 2
	fbs = slices.Insert(fbs, bad, ccr.Feedback{Text: invalid[0]})
	want = slices.Insert(want, bad, ccr.Assessment{})
	k.batchOf(b, fbs, want, bad)
}

// batchOf asks for fbs at once. The text at index bad, if that is not
// negative, is not UTF-8.
func (k *kit) batchOf(b classify.BatchClassifier, fbs []ccr.Feedback, want []ccr.Assessment, bad int) {
	as, err := b.ClassifyBatch(k.ctx, fbs)
	var partial *classify.BatchError
	switch {
	case bad < 0 && err != nil:
		k.failf(nil, "batch of %d: %v", len(fbs), err)
		return
	case bad >= 0 && (!errors.As(err, &partial) || len(partial.Failed) != 1 || partial.Failed[0].Index != bad || !errors.Is(err, ccr.ErrText)):
		k.failf(nil, "batch of %d with invalid text at index %d: got error %v", len(fbs), bad, err)
		return
	case len(as) != len(fbs):
		k.failf(nil, "batch of %d: got %d assessments", len(fbs), len(as))
		return
	}
	for i := range as {
		if !equal(as[i], want[i]) {
			k.failf(&fbs[i], "at index %d of a batch got %+v, alone %+v", i, as[i], want[i])
		}
	}
}

func (k *kit) errorIsZero() {
	canceled, cancel := context.WithCancel(k.ctx)
	cancel()
	try := func(ctx context.Context, fb ccr.Feedback) {
		if a, err := k.c.Classify(ctx, fb); err != nil && !equal(a, ccr.Assessment{}) {
			k.failf(&fb, "got %+v together with error %v", a, err)
		}
	}
	for _, text := range invalid {
		try(k.ctx, ccr.Feedback{Text: text, Rating: 1})
	}
	for _, fb := range k.feedback {
		try(k.ctx, fb)
		try(canceled, fb)
	}
}

// equal reports whether a and b are the same, nil slices and empty ones apart.
// Not-a-number is the same as itself here: it is for Values to report.
func equal(a, b ccr.Assessment) bool {
	if math.IsNaN(a.Complaint) && math.IsNaN(b.Complaint) {
		a.Complaint, b.Complaint = 0, 0
	}
	return reflect.DeepEqual(a, b)
}

// show quotes a feedback for a message.
func show(fb *ccr.Feedback) string {
	text := fb.Text
	if len(text) > 60 {
		text = text[:60] + "…"
	}
	return fmt.Sprintf("text %q (%v, product %q, rating %d, reason %q)", text, fb.Channel, fb.Product, fb.Rating, fb.Reason)
}
