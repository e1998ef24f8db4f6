package main

import "syscall"

// diesWithParent keeps components from outliving a supervisor that was killed.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
