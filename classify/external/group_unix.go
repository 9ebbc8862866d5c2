//go:build unix

package external

import (
	"os"
	"os/exec"
	"syscall"
)

// ownGroup makes cmd the leader of a process group when it is started.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the group that p leads.
func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
