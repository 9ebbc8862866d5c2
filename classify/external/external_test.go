package external_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/classifytest"
	"github.com/ccrkit/ccrkit/classify/external"
)

func TestContract(t *testing.T) {
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n, " processes"), func(t *testing.T) {
			classifytest.Run(t, func(tb testing.TB) classify.Classifier {
				return run(tb, "honest", &external.Options{Processes: n})
			}, nil)
		})
	}
}

func TestAnswers(t *testing.T) {
	c := run(t, "honest", nil)
	quality := ccr.Opinion{Aspect: ccr.GoodsQuality, Polarity: ccr.Negative}
	with := func(es ...ccr.Evidence) ccr.Assessment {
		o := quality
		o.Evidence = es
		return ccr.Assessment{Complaint: 1, Opinions: []ccr.Opinion{o}}
	}
	evidence := func(e string) string {
		return `{"id":$,"complaint":true,"opinions":[{"aspect":"goods.quality","polarity":"negative","evidence":[` + e + `]}]}`
	}
	for _, tt := range []struct {
		answer string
		want   ccr.Assessment
	}{
		{`{"complaint":true}`, ccr.Assessment{Complaint: 1}},
		{`{"complaint":false}`, ccr.Assessment{}},
		{` {"id":$,"complaint_probability":0.25} `, ccr.Assessment{Complaint: 0.25}},
		{`{"id":$,"complaint":true,"complaint_probability":0.25,"score":[1]}`, ccr.Assessment{Complaint: 0.25}},
		{`{"id":null,"complaint":true,"polarity":"mixed","ground":"defect","opinions":null}`, ccr.Assessment{Complaint: 1, Polarity: ccr.Mixed, Ground: ccr.GroundDefect}},
		{evidence(``), with()},
		{evidence(`{"start":0,"end":3}`), with(ccr.Evidence{Start: 0, End: 3})},
		{evidence(`{"text":"complaint"},{"start":0,"end":3,"text":"SAY"}`), with(ccr.Evidence{Start: 0, End: 3}, ccr.Evidence{Start: 13, End: 22})},
		{
			`{"complaint":true,"opinions":[{"aspect":"x","polarity":"positive","intensity":3,"rules":["a"],"evidence":[{"start":2,"end":3}]},` +
				`{"aspect":"y","polarity":"negative","evidence":[{"start":0,"end":1}]},{"aspect":"z","polarity":"negative"}]}`,
			ccr.Assessment{Complaint: 1, Opinions: []ccr.Opinion{
				{Aspect: "z", Polarity: ccr.Negative},
				{Aspect: "y", Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 0, End: 1}}},
				{Aspect: "x", Polarity: ccr.Positive, Intensity: 3, Rules: []string{"a"}, Evidence: []ccr.Evidence{{Start: 2, End: 3}}},
			}},
		},
	} {
		if diff := cmp.Diff(tt.want, must(t, c, "SAY "+tt.answer)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.answer, diff)
		}
	}

	// Answers that are understood and cannot be used: the program goes on.
	before := pid(t, c)
	for _, tt := range []struct{ answer, want string }{
		{`{"id":$}`, "complaint_probability: missing"},
		{`null`, "complaint_probability: missing"},
		{`{"id":$,"complaint_probability":1.5}`, "complaint_probability: 1.5 is not between 0 and 1"},
		{`{"id":$,"complaint_probability":-0.5}`, "complaint_probability: -0.5 is not between 0 and 1"},
		{`{"id":$,"complaint":true,"opinions":[{}]}`, "opinion 1: aspect: missing"},
		{`{"id":$,"complaint":true,"opinions":[{"aspect":"x","polarity":"neutral"}]}`, "opinion 1: polarity: neutral is neither negative nor positive"},
		{`{"id":$,"complaint":true,"opinions":[{"aspect":"x","polarity":"positive","intensity":4}]}`, "opinion 1: intensity: 4 is not between 1 and 3"},
		{evidence(`{}`), "opinion 1: evidence: needs start and end, or text"},
		{evidence(`{"start":1}`), "opinion 1: evidence: needs start and end, or text"},
		{evidence(`{"start":3,"end":3}`), `opinion 1: evidence: bytes 3 to 3 are not a span of characters of the text, which has 124 bytes`},
		{evidence(`{"start":0,"end":999}`), `opinion 1: evidence: bytes 0 to 999 are not a span of characters of the text, which has 126 bytes`},
		{evidence(`{"text":"S\u0041Z"}`), `opinion 1: evidence: "SAZ" is not in the text`},
		{evidence(`{"start":1,"end":2,"text":"差"}`), `opinion 1: evidence: bytes 1 to 2 are "A", not "差"`},
		{evidence(`{"start":119,"end":120,"text":"差"}`), `opinion 1: evidence: bytes 119 to 120 are ":", not "差"`},
		{evidence(`{"start":132,"end":133,"text":"差"}`), `opinion 1: evidence: bytes 132 to 133 are not a span of characters of the text, which has 141 bytes`},
	} {
		if e := failure(t, c, "SAY "+tt.answer, external.ErrAnswer); e.Err.Error() != "unusable answer: "+tt.want {
			t.Errorf("%s: %v, want %s", tt.answer, e.Err, tt.want)
		}
	}
	e := failure(t, c, `SAY {"id":$,"error":"too long for me"}`, errors.ErrUnsupported)
	if want := "unsupported operation: too long for me"; e.Err.Error() != want {
		t.Errorf("%v, want %s", e.Err, want)
	}
	if after := pid(t, c); after != before {
		t.Errorf("process %d was replaced by %d", before, after)
	}
}

// TestMisunderstood has answers after which question and answer may be out of
// step: there must be a new process, and the next answers be right.
func TestMisunderstood(t *testing.T) {
	c := run(t, "honest", &external.Options{MaxLine: 60_000})
	before := pid(t, c)
	for _, tt := range []struct{ text, want string }{
		{"SAY nonsense", `unusable answer: invalid character 'o' in literal null (expecting 'u'): "nonsense"`},
		{"SAY ", `unusable answer: unexpected end of JSON input: ""`},
		{"SAY " + strings.Repeat("x", 100), `unusable answer: invalid character 'x' looking for beginning of value: "` + strings.Repeat("x", 60) + `"…`},
		{"SAY []", `unusable answer: json: cannot unmarshal array into Go value of type external.answerLine: "[]"`},
		{`SAY {"id":"x","complaint":true}`, `unusable answer: it has id "x", the question `},
		{`SAY {"id":7,"complaint":true}`, `unusable answer: json: cannot unmarshal number into Go struct field answerLine.ID of type string: `},
		{`SAY {"id":$,"complaint":"yes"}`, `unusable answer: json: cannot unmarshal string into Go struct field answerLine.Complaint of type bool: `},
		{`SAY {"id":$,"complaint_probability":NaN}`, `unusable answer: invalid character 'N' looking for beginning of value: `},
		{`SAY {"id":$,"complaint":true,"polarity":"angry"}`, `unusable answer: unknown polarity "angry", want one of negative, neutral, positive, mixed: `},
		{"LONG", "unusable answer: longer than 60000 bytes"},
	} {
		if e := failure(t, c, tt.text, external.ErrAnswer); !strings.HasPrefix(e.Err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.text, e.Err, tt.want)
		}
		after := pid(t, c)
		if after == before {
			t.Errorf("%s: process %d was kept", tt.text, before)
		}
		before = after
		if a := must(t, c, "差"); a.Complaint != 0.9 {
			t.Errorf("%s: the next answer is %+v", tt.text, a)
		}
	}
}

// TestExtraOutput has a program that answers twice. The second line must not be
// taken for the answer to the next question.
func TestExtraOutput(t *testing.T) {
	c := run(t, "honest", nil)
	twice := "SAY {\"id\":$,\"complaint\":true}\n{\"complaint\":true}"
	for range 5 {
		a := must(t, c, twice)
		if a.Complaint != 1 {
			t.Errorf("got %+v", a)
		}
		time.Sleep(20 * time.Millisecond) // for the line to come
		failure(t, c, "好", external.ErrAnswer)
		if a := must(t, c, "好"); a.Complaint != 0 {
			t.Errorf("the next answer is %+v", a)
		}
	}
	// With ids it cannot even where the line comes late.
	for range 5 {
		must(t, c, "SAY {\"id\":$,\"complaint\":true}\n{\"id\":$,\"complaint\":true}")
		failure(t, c, "好", external.ErrAnswer)
	}

	c = run(t, "banner", nil)
	if e := failure(t, c, "好", external.ErrAnswer); !strings.Contains(e.Error(), `"Loading model…"`) {
		t.Error(e)
	}
}

func TestExit(t *testing.T) {
	t.Parallel() // it sleeps
	c := run(t, "exit", &external.Options{Failures: 2})
	for range 2 {
		e := failure(t, c, "好", external.ErrExited)
		var exit *exec.ExitError
		if !errors.As(e, &exit) || exit.ExitCode() != 3 || e.Stderr != "no such model" {
			t.Errorf("%v, standard error %q", e, e.Stderr)
		}
		if !strings.HasSuffix(e.Error(), "; it wrote: no such model") {
			t.Error(e)
		}
	}
	start := time.Now()
	e := failure(t, c, "好", external.ErrDown)
	if !errors.Is(e, external.ErrExited) || !strings.Contains(e.Error(), "exit status 3") {
		t.Errorf("the last failure is not named: %v", e)
	}
	if d := time.Since(start); d > 500*time.Millisecond {
		t.Errorf("it took %v to say so", d)
	}
	time.Sleep(1100 * time.Millisecond) // the rest after the second failure is a second
	if e := failure(t, c, "好", external.ErrExited); errors.Is(e, external.ErrDown) {
		t.Errorf("not tried again: %v", e)
	}
	failure(t, c, "好", external.ErrDown)

	c = run(t, "honest", nil)
	must(t, c, "好")
	e = failure(t, c, "EXIT", external.ErrExited) // twice: on the old and on a new process
	if !strings.Contains(e.Error(), "exit status 5") {
		t.Error(e)
	}
	failure(t, c, "HALF", external.ErrExited)
	if a := must(t, c, "差"); a.Complaint != 0.9 {
		t.Errorf("then %+v", a)
	}
	e = failure(t, c, "NOISE", external.ErrExited)
	if !strings.HasSuffix(e.Stderr, " the end") || len(e.Stderr) > 2000 || !utf8.ValidString(e.Stderr) {
		t.Errorf("standard error %q", e.Stderr)
	}
}

func TestNoSuchProgram(t *testing.T) {
	for _, command := range [][]string{nil, {filepath.Join(t.TempDir(), "missing")}} {
		c := external.New(command, nil)
		defer c.Close()
		_, err := ask(t, c, "好")
		var e *external.Error
		if !errors.As(err, &e) || command != nil && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: %v", command, err)
		}
		for range 2 {
			ask(t, c, "好")
		}
		failure(t, c, "好", external.ErrDown)
	}
}

func TestTimeLimit(t *testing.T) {
	t.Parallel() // it sleeps
	c := run(t, "honest", &external.Options{Timeout: 100 * time.Millisecond})
	before := pid(t, c)
	for _, text := range []string{"HANG", "SLOW"} {
		start := time.Now()
		e := failure(t, c, text, context.DeadlineExceeded)
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s: it took %v", text, d)
		}
		if errors.Is(e, external.ErrExited) {
			t.Errorf("%s: %v", text, e)
		}
		after := pid(t, c)
		if after == before {
			t.Errorf("%s: process %d was kept", text, before)
		}
		before = after
	}
	// The first text has the time of the start in addition.
	must(t, run(t, "slowstart", &external.Options{Timeout: 200 * time.Millisecond}), "好")
	c = run(t, "slowstart", &external.Options{Timeout: 50 * time.Millisecond, Startup: 50 * time.Millisecond})
	failure(t, c, "好", context.DeadlineExceeded)
	// A long question to a program that does not read.
	c = run(t, "blind", &external.Options{Timeout: 100 * time.Millisecond, Startup: time.Nanosecond})
	failure(t, c, strings.Repeat("长", 1<<20), context.DeadlineExceeded)
}

// TestContext gives up on a text. The program is not killed for it, and its late
// answer is not taken for that to the next text.
func TestContext(t *testing.T) {
	c := run(t, "honest", nil)
	before := pid(t, c)
	for _, text := range []string{"SLOW 差", "差"} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		start := time.Now()
		if a, err := c.Classify(ctx, ccr.Feedback{Text: text}); !errors.Is(err, context.DeadlineExceeded) || a.Complaint != 0 {
			t.Errorf("%s: %+v, %v", text, a, err) // the second waits for the first
		}
		if d := time.Since(start); d > 250*time.Millisecond {
			t.Errorf("%s: it took %v to give up", text, d)
		}
		cancel()
	}
	if a := must(t, c, "好"); a.Complaint != 0 {
		t.Errorf("then %+v", a)
	}
	if after := pid(t, c); after != before {
		t.Errorf("process %d was replaced by %d", before, after)
	}
}

// TestKilled kills the program from outside, again and again, while it is asked.
func TestKilled(t *testing.T) {
	c := run(t, "honest", &external.Options{Processes: 2, Failures: 1000})
	var wg sync.WaitGroup
	var right, failed atomic.Int64
	stop := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				text := []string{"好", "差"}[rand.IntN(2)]
				a, err := c.Classify(context.Background(), ccr.Feedback{Text: text})
				switch {
				case err == nil && (a.Complaint == 0.9) == (text == "差"):
					right.Add(1)
				case errors.Is(err, external.ErrExited): // killed twice on one text
					failed.Add(1)
				default:
					t.Errorf("%s: %+v, %v", text, a, err)
				}
			}
		})
	}
	for range 15 {
		a, err := ask(t, c, "PID")
		if err != nil {
			continue
		}
		n, _ := strconv.Atoi(string(a.Ground))
		if p, err := os.FindProcess(n); err == nil {
			p.Kill()
		}
		time.Sleep(10 * time.Millisecond)
	}
	close(stop)
	wg.Wait()
	if right.Load() < 15 {
		t.Errorf("only %d answers", right.Load())
	}
	t.Logf("%d answers, %d failures", right.Load(), failed.Load())
	must(t, c, "好")
}

// TestKilledIdle kills the program between two texts, which nobody may notice.
func TestKilledIdle(t *testing.T) {
	needProc(t)
	c := run(t, "honest", nil)
	for range 5 {
		n := pid(t, c)
		p, err := os.FindProcess(n)
		if err != nil {
			t.Fatal(err)
		}
		p.Kill()
		gone(t, n) // and reaped at once, not at the next text
		if a := must(t, c, "差"); a.Complaint != 0.9 {
			t.Errorf("then %+v", a)
		}
	}
}

func TestClosedInput(t *testing.T) {
	c := run(t, "honest", nil)
	must(t, c, "好")
	must(t, c, "DEAF")
	if a := must(t, c, "差"); a.Complaint != 0.9 { // by a new one
		t.Errorf("then %+v", a)
	}
}

func TestNoisy(t *testing.T) {
	c := run(t, "noisy", nil)
	if a := must(t, c, "差"); a.Complaint != 0.9 {
		t.Errorf("got %+v", a)
	}
}

// TestGroup has a program that starts another one, which does not end by itself
// and keeps the pipes open.
func TestGroup(t *testing.T) {
	t.Parallel() // it sleeps
	needProc(t)
	for _, end := range []string{"close", "kill"} {
		file := filepath.Join(t.TempDir(), "pid")
		c := run(t, "fork:"+file, &external.Options{Timeout: 100 * time.Millisecond})
		parent := pid(t, c)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		child, _ := strconv.Atoi(string(b))
		if end == "kill" {
			failure(t, c, "HANG", context.DeadlineExceeded)
		} else {
			c.Close()
		}
		gone(t, parent)
		// Its parent is gone: whoever adopts it may be slow to reap it.
		for i := 0; alive(child); i++ {
			if i > 500 {
				t.Fatalf("%s: process %d is still there", end, child)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// alive reports whether a process is there and no zombie.
func alive(pid int) bool {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	_, state, _ := strings.Cut(string(b), ") ")
	return err == nil && !strings.HasPrefix(state, "Z")
}

func TestClose(t *testing.T) {
	t.Parallel() // it sleeps
	for _, kind := range []string{"honest", "stubborn"} {
		c := run(t, kind, &external.Options{Processes: 3})
		n := pid(t, c)
		start := time.Now()
		if err := errors.Join(c.Close(), c.Close()); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s: Close took %v", kind, d)
		}
		if runtime.GOOS == "linux" {
			if _, err := os.Stat(filepath.Join("/proc", strconv.Itoa(n))); err == nil {
				t.Errorf("%s: process %d is there after Close", kind, n)
			}
		}
		failure(t, c, "好", os.ErrClosed)
		failure(t, c, "好", os.ErrClosed)
	}
	external.New(nil, nil).Close() // nothing was started
}

// TestCloseSeveral waits for processes that do not end by themselves at once, not
// for one after the other.
func TestCloseSeveral(t *testing.T) {
	t.Parallel() // it sleeps
	c := run(t, "stubborn", &external.Options{Processes: 4})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { ask(t, c, "SLOW") })
	}
	wg.Wait()
	start := time.Now()
	c.Close()
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("Close took %v", d)
	}
}

// TestCloseWhileAsked closes while some wait for an answer and others for a
// process.
func TestCloseWhileAsked(t *testing.T) {
	c := run(t, "honest", nil)
	must(t, c, "好")
	errs := make(chan error)
	for range 3 {
		go func() {
			_, err := c.Classify(context.Background(), ccr.Feedback{Text: "HANG"})
			errs <- err
		}()
	}
	time.Sleep(20 * time.Millisecond)
	start := time.Now()
	c.Close()
	for range 3 {
		if err := <-errs; !errors.Is(err, os.ErrClosed) {
			t.Errorf("error %v", err)
		}
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}

// TestProcesses counts the processes that are started.
func TestProcesses(t *testing.T) {
	c := run(t, "honest", &external.Options{Processes: 3})
	first := pid(t, c)
	for range 10 {
		if n := pid(t, c); n != first {
			t.Fatalf("process %d was started for one text at a time", n)
		}
	}
	start := time.Now()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() { ask(t, c, "SLOW") })
	}
	wg.Wait()
	if d := time.Since(start); d > 850*time.Millisecond {
		t.Errorf("three texts of 0.3 s took %v", d)
	}
}

func TestBadFeedback(t *testing.T) {
	c := external.New([]string{filepath.Join(t.TempDir(), "missing")}, nil)
	for _, tt := range []struct {
		fb   ccr.Feedback
		want error
	}{
		{ccr.Feedback{Text: "\xff"}, ccr.ErrText},
		{ccr.Feedback{Text: "x", Product: "\xff"}, ccr.ErrText},
		{ccr.Feedback{Text: "x\x00"}, errors.ErrUnsupported},
	} {
		if _, err := c.Classify(t.Context(), tt.fb); !errors.Is(err, tt.want) {
			t.Errorf("%+v: %v", tt.fb, err)
		}
	}
	var fe *ccr.FieldError
	if _, err := c.Classify(t.Context(), ccr.Feedback{Text: "x", Rating: 9}); !errors.As(err, &fe) || fe.Field != "rating" {
		t.Errorf("rating 9: %v", err)
	}
	if a, err := ask(t, c, " \n　"); err != nil || a.Complaint != 0 {
		t.Errorf("white space: %+v, %v", a, err)
	}
}

// python returns a Classifier of a Python program.
func python(t testing.TB, source string) *external.Classifier {
	t.Helper()
	name, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3: ", err)
	}
	file := filepath.Join(t.TempDir(), "program.py")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	c := external.New([]string{name, file}, nil)
	t.Cleanup(func() { c.Close() })
	return c
}

// documented is the program in the documentation of the package.
func documented(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("external.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "//\timport json, sys")
	source := "import json, sys"
	for line := range strings.Lines(rest) {
		line, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "//")
		if line != "" && !strings.HasPrefix(line, "\t") || !ok && line != "" {
			break
		}
		source += strings.TrimPrefix(line, "\t") + "\n"
	}
	return source
}

func TestPython(t *testing.T) {
	c := python(t, documented(t))
	want := ccr.Assessment{Complaint: 0.9, Opinions: []ccr.Opinion{{
		Aspect: ccr.Overall, Polarity: ccr.Negative, Evidence: []ccr.Evidence{{Start: 6, End: 9}},
	}}}
	if diff := cmp.Diff(want, must(t, c, "质量差\n")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	classifytest.Run(t, func(testing.TB) classify.Classifier { return c }, nil)
}

func BenchmarkClassify(b *testing.B) {
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprint("helper/", n), func(b *testing.B) {
			c := run(b, "honest", &external.Options{Processes: n})
			must(b, c, "好")
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := c.Classify(context.Background(), ccr.Feedback{Text: "质量很差，物流很快"}); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
	b.Run("python", func(b *testing.B) {
		c := python(b, documented(b))
		must(b, c, "好")
		for b.Loop() {
			must(b, c, "质量很差，物流很快")
		}
	})
}

var _ io.Closer = (*external.Classifier)(nil)
