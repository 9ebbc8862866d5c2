package external

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// grace is how long a process may take to end, and how long the pipes of one
// that has ended may be held by others.
const grace = time.Second

// A process is a running program. One goroutine at a time asks it.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.ReadCloser
	stderr tail
	asked  uint64 // questions so far

	lines chan []byte // answers; closed when the process has been waited for
	gone  chan struct{}
	kill  func() // closes gone, kills the process and its group, closes its pipes; once
	err   error  // why there are no more lines; set before lines is closed
}

func start(command []string, o *Options) (*process, error) {
	if len(command) == 0 {
		return nil, errors.New("there is no program to start")
	}
	p := &process{
		cmd:   exec.Command(command[0], command[1:]...),
		lines: make(chan []byte),
		gone:  make(chan struct{}),
	}
	p.cmd.Dir, p.cmd.Env = o.Dir, o.Env
	p.cmd.Stderr = &p.stderr
	p.cmd.WaitDelay = grace
	ownGroup(p.cmd)
	var err1, err2 error
	p.stdin, err1 = p.cmd.StdinPipe()
	p.stdout, err2 = p.cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	// Only run before Wait, so the process id is still that of the process.
	p.kill = sync.OnceFunc(func() {
		close(p.gone)
		killGroup(p.cmd.Process)
		p.stdin.Close()
		p.stdout.Close()
	})
	go p.read(o.MaxLine)
	return p, nil
}

// read passes the lines of the process on until there are no more, and then
// sees to it that nothing is left of it.
func (p *process) read(most int) {
	defer close(p.lines)
	r := bufio.NewReaderSize(p.stdout, 64<<10)
	for {
		line, err := readLine(r, most)
		if err == nil {
			select {
			case p.lines <- line:
				continue
			case <-p.gone:
			}
		}
		p.kill()
		p.err = err
		exit := p.cmd.Wait()
		if !errors.Is(err, ErrAnswer) {
			p.err = ErrExited
			if errors.As(exit, new(*exec.ExitError)) {
				p.err = fmt.Errorf("%w: %w", ErrExited, exit)
			}
		}
		return
	}
}

// readLine returns the next line, which the caller may keep. An error that does
// not match ErrAnswer says that there is none, or only half of one.
func readLine(r *bufio.Reader, most int) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > most+1:
			return nil, fmt.Errorf("%w: longer than %d bytes", ErrAnswer, most)
		case err == nil:
			return line[:len(line)-1], nil
		case err != bufio.ErrBufferFull:
			return nil, err
		}
	}
}

// exchange writes a question and returns the line that answers it. It kills the
// process when that takes longer than limit, or life ends.
func (p *process) exchange(life context.Context, limit time.Duration, question []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(life, limit)
	defer cancel()
	unwatch := context.AfterFunc(ctx, p.kill)
	line, err := p.answer(question)
	if !unwatch() {
		return nil, fmt.Errorf("no answer within %v: %w", limit, ctx.Err())
	}
	return line, err
}

func (p *process) answer(question []byte) ([]byte, error) {
	select {
	case line, ok := <-p.lines:
		if !ok {
			return nil, p.err
		}
		return nil, fmt.Errorf("%w: a line that nobody asked for: %s", ErrAnswer, quote(line))
	default:
	}
	if _, err := p.stdin.Write(question); err != nil {
		p.stop()
		return nil, fmt.Errorf("%w (%w)", p.err, err)
	}
	line, ok := <-p.lines
	if !ok {
		return nil, p.err
	}
	return line, nil
}

// stop kills the process and waits for its end.
func (p *process) stop() {
	p.kill()
	for range p.lines { // drop what it wrote
	}
}

// close asks the process to end and waits for it.
func (p *process) close() {
	late := time.AfterFunc(grace, p.kill)
	defer late.Stop()
	p.stdin.Close()
	for range p.lines {
	}
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu sync.Mutex
	b  []byte
}

// tailSize is how many bytes of standard error are shown.
const tailSize = 1 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p[max(0, len(p)-tailSize):]...)
	t.b = t.b[max(0, len(t.b)-tailSize):]
	return len(p), nil
}

// String returns the end as valid UTF-8 without white space around it.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.b), "\ufffd"))
}
