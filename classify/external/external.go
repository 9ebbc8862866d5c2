// Package external makes a [classify.Classifier] of a program in any language.
//
// The program is a filter: it reads one JSON object a line and writes one a
// line, in the same order, as soon as it can. Ten lines of Python are enough:
//
//	import json, sys
//
//	for line in sys.stdin.buffer:
//	    fb = json.loads(line)
//	    bad = "差" in fb["text"]
//	    print(json.dumps({
//	        "id": fb["id"],
//	        "complaint_probability": 0.9 if bad else 0.1,
//	        "opinions": [{"aspect": "overall", "polarity": "negative", "evidence": [{"text": "差"}]}] if bad else [],
//	    }), flush=True)
//
// # What it reads
//
//	{"id":"1","text":"…","channel":"review","product":"黑色衬衫","rating":5,"reason":"质量问题"}
//
// Lines are UTF-8. The id counts the questions and is not the feedback's, on
// which an answer must not depend. Of the rest only text is always there. Text
// that is not UTF-8, has a NUL byte, which many programs cannot take, or is
// white space only with neither rating nor reason, is not asked for. The end of
// the input tells the program to end.
//
// # What it writes
//
//	{"id":"1","complaint":true,"complaint_probability":0.93,"polarity":"negative",
//	 "opinions":[{"aspect":"goods.quality","polarity":"negative","intensity":2,
//	 "evidence":[{"start":0,"end":9,"text":"…"}],"rules":["…"]}],"ground":"defect"}
//
// Either complaint or complaint_probability must be there; the probability wins
// and true and false are 1 and 0. All else may be left out. An id, where there
// is one, must be that of the question: a program that gives it back can never
// be misunderstood. Evidence is start and end in bytes, which the text, if
// given, must agree with, or the text alone, which means its first occurrence.
// Opinions and evidence may come in any order. Other members are ignored.
// What examples/classify writes will do.
//
// A program that cannot handle a text writes {"id":"1","error":"why"}, which is
// an error that matches [errors.ErrUnsupported].
//
// Standard output is for answers alone, each at once: a program in Python must
// flush it. What the program writes to standard error is kept, the last of it,
// for messages.
package external

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
)

var (
	// ErrAnswer is matched by the error of an answer that is not what the
	// package documents.
	ErrAnswer = errors.New("unusable answer")

	// ErrExited is matched by the error of a text on which the program ended.
	// If it had a bad exit status, an [*exec.ExitError] is there too.
	ErrExited = errors.New("the program ended without an answer")

	// ErrDown is matched by the error of a text that no program was started
	// for, since it has failed too often in a row; the last failure is matched
	// too.
	ErrDown = errors.New("not started again for now")
)

// An Error says how a program failed. Unwrap gives the cause, which matches
// [ErrAnswer], [ErrExited], [ErrDown], [errors.ErrUnsupported],
// [context.DeadlineExceeded] for a text that took too long, or [os.ErrClosed]
// after Close; otherwise it is what kept the program from being started.
type Error struct {
	_ [0]func()

	Program string
	Stderr  string // the end of what it wrote to standard error, a few lines at most
	Err     error
}

// Error returns, for example,
// `model.py: the program ended without an answer: exit status 1; it wrote: no such model`.
func (e *Error) Error() string {
	s := e.Program + ": " + e.Err.Error()
	if e.Stderr != "" {
		s += "; it wrote: " + e.Stderr
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Options say how a program is run. Nil and the zero Options mean the defaults.
type Options struct {
	_ [0]func()

	Dir string   // working directory; "" means that of this process
	Env []string // environment as "key=value"; nil means that of this process

	// Timeout is how long a text may take; a program that takes longer is
	// killed. 0 means 10 seconds.
	Timeout time.Duration

	// Startup is how much longer the first text may take that a program is
	// given after its start, for it to load what it needs. 0 means a minute.
	Startup time.Duration

	// Processes is how many processes of the program are run beside each other,
	// each for one text at a time. They are started as they are needed. 0
	// means 1.
	Processes int

	// Failures is how often in a row the program may fail, by ending, by taking
	// too long or by answers that cannot be understood, before it rests. While
	// it rests every text is an error matching [ErrDown]: for a second at
	// first, and twice as long after every further failure, up to a minute.
	// 0 means 3.
	Failures int

	// MaxLine is the largest size of an answer in bytes. 0 means 4 MiB.
	MaxLine int
}

// A Classifier asks a program. Any number of goroutines may use it; beyond
// [Options.Processes] they wait for each other. It must be closed.
//
// The program is started when a text needs it and kept running. When it fails
// it is killed with all processes of its group, those that it has started and
// that have not left it (on Windows, it alone), and started anew for the next
// text. A text on which it ended though it had
// answered others is given once more to a new one.
type Classifier struct {
	command []string
	opts    Options
	running chan *process // those that are not being asked
	free    chan struct{} // one for each process that could be started
	life    context.Context
	end     context.CancelFunc // of life
	closing sync.Once

	mu       sync.Mutex
	failures int       // in a row
	rest     time.Time // when the program may be started again
	last     error     // the last failure
}

var _ classify.Classifier = (*Classifier)(nil)

// New returns a Classifier that runs a command, a program and its arguments.
// Nothing is started yet. A program that does not exist is an error of
// Classify.
func New(command []string, opts *Options) *Classifier {
	c := &Classifier{command: slices.Clone(command)}
	if opts != nil {
		c.opts = *opts
		c.opts.Env = slices.Clone(opts.Env)
	}
	o := &c.opts
	o.Timeout = positive(o.Timeout, 10*time.Second)
	o.Startup = positive(o.Startup, time.Minute)
	o.Processes = positive(o.Processes, 1)
	o.Failures = positive(o.Failures, 3)
	o.MaxLine = positive(o.MaxLine, 4<<20)
	c.running = make(chan *process, o.Processes)
	c.free = make(chan struct{}, o.Processes)
	for range o.Processes {
		c.free <- struct{}{}
	}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

func positive[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// Close ends the program: it closes its input, kills what has not ended a
// second later, and returns when no process of it is left, and its output is
// closed or has been left open for another second. Classify then fails with
// an error matching [os.ErrClosed], also where it is waiting for an answer. The
// error is always nil. It may be called more than once.
func (c *Classifier) Close() error {
	c.closing.Do(func() {
		c.end()
		var ending sync.WaitGroup
		for range c.opts.Processes {
			if p, _ := c.take(context.Background()); p != nil {
				ending.Go(p.close)
			}
		}
		ending.Wait()
		for range c.opts.Processes {
			c.give(nil) // to calls that will be told of the end
		}
	})
	return nil
}

// take waits for a process, nil for one that is to be started.
func (c *Classifier) take(ctx context.Context) (*process, error) {
	select {
	case p := <-c.running: // rather than start another one
		return p, nil
	default:
	}
	select {
	case p := <-c.running:
		return p, nil
	case <-c.free:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// give returns what take gave.
func (c *Classifier) give(p *process) {
	if p == nil {
		c.free <- struct{}{}
	} else {
		c.running <- p
	}
}

// Classify asks the program about fb. The errors are those of [Error], one
// matching [ccr.ErrText], a [*ccr.FieldError] for a rating that is not one, and
// that of ctx; text with a NUL byte is one matching [errors.ErrUnsupported].
// When ctx is done Classify returns, and the program has its time to answer; it
// is not used for another text before that.
//
// A text goes to a small program and back in some 50 microseconds.
func (c *Classifier) Classify(ctx context.Context, fb ccr.Feedback) (ccr.Assessment, error) {
	if err := ctx.Err(); err != nil {
		return ccr.Assessment{}, err
	}
	read := ccr.Feedback{Text: fb.Text, Channel: fb.Channel, Product: fb.Product, Rating: fb.Rating, Reason: fb.Reason}
	if err := read.Validate(); err != nil {
		return ccr.Assessment{}, err
	}
	if strings.ContainsRune(fb.Text, 0) {
		return ccr.Assessment{}, c.error(nil, fmt.Errorf("%w: text with a NUL byte", errors.ErrUnsupported))
	}
	if strings.TrimSpace(fb.Text) == "" && fb.Rating == 0 && fb.Reason == "" {
		return ccr.Assessment{}, nil
	}
	p, err := c.take(ctx)
	if err != nil {
		return ccr.Assessment{}, err
	}
	type answer struct {
		a   ccr.Assessment
		err error
	}
	answered := make(chan answer, 1) // room for an answer that comes too late
	go func() {
		var r answer
		p, r.a, r.err = c.ask(p, &read)
		c.give(p)
		answered <- r
	}()
	select {
	case r := <-answered:
		return r.a, r.err
	case <-ctx.Done():
		return ccr.Assessment{}, ctx.Err()
	}
}

// ask asks p, or a new process if p is nil or has ended. It returns the process
// to be asked next, nil for a new one.
func (c *Classifier) ask(p *process, fb *ccr.Feedback) (*process, ccr.Assessment, error) {
	for {
		var err error
		if p == nil {
			if p, err = c.start(); err != nil {
				return nil, ccr.Assessment{}, c.error(nil, err)
			}
		}
		limit := c.opts.Timeout
		if p.asked == 0 {
			limit += c.opts.Startup
		}
		p.asked++
		id := strconv.FormatUint(p.asked, 10)
		var a ccr.Assessment
		line, err := p.exchange(c.life, limit, question(id, fb))
		if err == nil {
			a, err = read(line, id, fb.Text)
		}
		if err == nil || errors.As(err, new(*refused)) {
			c.mu.Lock()
			c.failures = 0
			c.mu.Unlock()
			if err != nil {
				err = c.error(p, err)
			}
			return p, a, err
		}
		p.stop()
		if c.life.Err() != nil {
			return nil, a, c.error(nil, os.ErrClosed)
		}
		if p.asked > 1 && errors.Is(err, ErrExited) {
			p = nil // it may have been another text's fault, or somebody's who killed it
			continue
		}
		err = c.error(p, err)
		c.failed(err)
		return nil, a, err
	}
}

// start starts a process unless the program rests.
func (c *Classifier) start() (*process, error) {
	if c.life.Err() != nil {
		return nil, os.ErrClosed
	}
	c.mu.Lock()
	last := c.last
	resting := c.failures >= c.opts.Failures && time.Now().Before(c.rest)
	c.mu.Unlock()
	if resting {
		return nil, fmt.Errorf("%w, after: %w", ErrDown, last)
	}
	p, err := start(c.command, &c.opts)
	if err != nil {
		c.failed(err)
	}
	return p, err
}

// The program rests for so long.
const (
	shortestRest = time.Second
	longestRest  = time.Minute
)

// failed counts a failure.
func (c *Classifier) failed(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures++
	c.last = err
	more := min(max(c.failures-c.opts.Failures, 0), 10)
	c.rest = time.Now().Add(min(shortestRest<<more, longestRest))
}

// error returns an Error with what p, if any, wrote to standard error.
func (c *Classifier) error(p *process, err error) error {
	e := &Error{Err: err}
	if len(c.command) > 0 {
		e.Program = c.command[0]
	}
	if p != nil {
		e.Stderr = p.stderr.String()
	}
	return e
}
