package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// How long a component may take to end by itself.
const patience = 5 * time.Second

// logFolder holds a log for each component, of its latest run.
type logFolder struct{ dir string }

func (l *logFolder) path(component string) string {
	return filepath.Join(l.dir, component+".log")
}

// tail gives the end of a component's log, for an error that has to explain itself.
func (l *logFolder) tail(component string) string {
	bytes, _ := os.ReadFile(l.path(component))
	lines := strings.Split(strings.TrimSpace(string(bytes)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

type process struct {
	name    string
	command *exec.Cmd
	done    chan struct{}
}

// supervisor runs the components, each in a process that dies with this one.
type supervisor struct {
	logs      *logFolder
	processes []*process
	stopping  chan struct{}
	// ended tells of a component that ended without having been asked to.
	ended chan error
}

func newSupervisor(logs *logFolder) *supervisor {
	return &supervisor{logs: logs, stopping: make(chan struct{}), ended: make(chan error, 8)}
}

func (s *supervisor) start(args []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	name := args[0]
	log, err := os.Create(s.logs.path(name))
	if err != nil {
		return err
	}
	defer log.Close()
	p := &process{name: name, command: exec.Command(self, args...), done: make(chan struct{})}
	p.command.Stdout, p.command.Stderr = log, log
	p.command.SysProcAttr = diesWithParent()
	if err := p.command.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	s.processes = append(s.processes, p)
	go func() {
		err := p.command.Wait()
		close(p.done)
		select {
		case <-s.stopping:
		default:
			s.ended <- fmt.Errorf("%s ended (%v):\n%s", name, err, s.logs.tail(name))
		}
	}()
	return nil
}

// stop ends the components: first all that talk to the API server, then this one, which was started first.
func (s *supervisor) stop() {
	close(s.stopping)
	if len(s.processes) == 0 {
		return
	}
	end(s.processes[1:])
	end(s.processes[:1])
}

func end(processes []*process) {
	for _, p := range processes {
		_ = p.command.Process.Signal(syscall.SIGTERM)
	}
	late := time.After(patience)
	for _, p := range processes {
		select {
		case <-p.done:
		case <-late:
			for _, other := range processes {
				_ = other.command.Process.Kill()
			}
			<-p.done
		}
	}
}
