package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// errRunning tells that another supervisor has the folder; exitRunning tells it to whoever started this one.
var errRunning = errors.New("a cluster is running already")

const exitRunning = 3

// lock keeps a second supervisor off the same folder. The kernel lets go of it when this process ends, however it
// ends. The file holds the process id, so that a cluster can be stopped while it still starts.
func lock(dir string) (func(), error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		err = errors.Join(file.Truncate(0), writePid(file))
	} else if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%w on %s; stop it first", errRunning, dir)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return func() { file.Close() }, nil
}

func writePid(file *os.File) error {
	_, err := fmt.Fprintln(file, os.Getpid())
	return err
}
