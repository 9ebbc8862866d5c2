package external_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ccrkit/ccrkit/ccr"
	"github.com/ccrkit/ccrkit/classify"
	"github.com/ccrkit/ccrkit/classify/external"
)

// helper is the environment variable that makes the test binary a program to be
// asked, of the kind that it names.
const helper = "CCRKIT_EXTERNAL_HELPER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(helper); kind != "" {
		os.Exit(program(kind))
	}
	os.Exit(m.Run())
}

// program is the other side of the pipe. The word that a text starts with can
// tell it to misbehave.
func program(kind string) int {
	name, arg, _ := strings.Cut(kind, ":")
	switch name {
	case "exit":
		fmt.Fprintln(os.Stderr, "no such model")
		return 3
	case "banner":
		fmt.Println("Loading model…")
	case "noisy":
		for range 20_000 {
			fmt.Fprintln(os.Stderr, "a warning that nobody reads, in 中文")
		}
	case "fork":
		fork(arg)
	case "slowstart":
		time.Sleep(300 * time.Millisecond)
	case "blind":
		time.Sleep(time.Hour)
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		var q struct {
			ID, Text, Channel, Product, Reason string
			Rating                             int
		}
		if err := json.Unmarshal(line, &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 4
		}
		word, rest, _ := strings.Cut(q.Text, " ")
		id := strconv.Quote(q.ID)
		switch word {
		case "EXIT":
			return 5
		case "HANG":
			time.Sleep(time.Hour)
		case "SLOW":
			time.Sleep(300 * time.Millisecond)
		case "PID":
			fmt.Printf(`{"id":%s,"complaint":false,"ground":"%d"}`+"\n", id, os.Getpid())
			continue
		case "DEAF":
			os.Stdin.Close()
		case "HALF":
			fmt.Printf(`{"id":%s,"complaint`, id)
			return 0
		case "SAY": // what the text says, with the id where there is a $
			fmt.Println(strings.ReplaceAll(rest, "$", id))
			continue
		case "LONG":
			fmt.Println(strings.Repeat("x", 70_000))
			continue
		case "NOISE":
			fmt.Fprintln(os.Stderr, strings.Repeat("错", 5000)+" the end")
			return 6
		}
		fmt.Println(opinion(q.ID, q.Text, q.Rating))
		if word == "DEAF" {
			time.Sleep(time.Hour)
		}
	}
	if name == "stubborn" {
		time.Sleep(time.Hour)
	}
	return 0
}

// opinion finds 差 and 快, of a long text the first thousand.
func opinion(id, text string, rating int) string {
	type span struct {
		Start int    `json:"start"`
		End   int    `json:"end"`
		Text  string `json:"text"`
	}
	type said struct {
		Aspect   string `json:"aspect"`
		Polarity string `json:"polarity"`
		Evidence []span `json:"evidence"`
	}
	a := struct {
		ID       string  `json:"id"`
		P        float64 `json:"complaint_probability"`
		Polarity string  `json:"polarity"`
		Opinions []said  `json:"opinions"`
	}{ID: id, Polarity: "unknown", Opinions: []said{}}
	for i, r := range text {
		if len(a.Opinions) == 1000 {
			break
		}
		s := []span{{i, i + utf8.RuneLen(r), string(r)}}
		switch r {
		case '差':
			a.P, a.Polarity = 0.9, "negative"
			a.Opinions = append(a.Opinions, said{"goods.quality", "negative", s})
		case '快':
			a.Opinions = append(a.Opinions, said{"logistics.speed", "positive", s})
		}
	}
	if rating == 1 && a.P == 0 {
		a.P = 0.6
	}
	b, _ := json.Marshal(a)
	return string(b)
}

// fork starts a process of the same group that outlives its parent, unless the
// group is killed, and writes its id to a file.
func fork(file string) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), helper+"=stubborn")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr // which keeps the pipes open
	if err := child.Start(); err != nil {
		panic(err)
	}
	if err := os.WriteFile(file, []byte(strconv.Itoa(child.Process.Pid)), 0o600); err != nil {
		panic(err)
	}
}

// run returns a Classifier of the helper, closed after the test.
func run(t testing.TB, kind string, opts *external.Options) *external.Classifier {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var o external.Options
	if opts != nil {
		o = *opts
	}
	// The race detector would sleep for a second at the end of the program.
	o.Env = append(os.Environ(), helper+"="+kind, "GORACE=atexit_sleep_ms=0")
	c := external.New([]string{exe}, &o)
	t.Cleanup(func() { c.Close() })
	return c
}

// ask asks about a text.
func ask(t testing.TB, c classify.Classifier, text string) (ccr.Assessment, error) {
	return c.Classify(t.Context(), ccr.Feedback{Text: text})
}

// must asks about a text that has to be answered.
func must(t testing.TB, c classify.Classifier, text string) ccr.Assessment {
	t.Helper()
	a, err := ask(t, c, text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return a
}

// pid returns the id of the process that answers.
func pid(t testing.TB, c classify.Classifier) int {
	t.Helper()
	n, err := strconv.Atoi(string(must(t, c, "PID").Ground))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// failure returns the Error for which asking about a text must fail.
func failure(t testing.TB, c classify.Classifier, text string, is error) *external.Error {
	t.Helper()
	a, err := ask(t, c, text)
	var e *external.Error
	if !errors.As(err, &e) || !errors.Is(err, is) {
		t.Fatalf("%q: %+v, error %v, want one matching %v", text, a, err, is)
	}
	return e
}

// gone waits until there is no process of that id.
func gone(t testing.TB, pid int) {
	t.Helper()
	for range 500 {
		// A zombie would still have an entry.
		if _, err := os.Stat(filepath.Join("/proc", strconv.Itoa(pid))); err != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}

// needProc skips a test that looks at processes.
func needProc(t testing.TB) {
	t.Helper()
	if _, err := os.Stat("/proc/self"); err != nil || runtime.GOOS != "linux" {
		t.Skip("no /proc to see processes in")
	}
}
