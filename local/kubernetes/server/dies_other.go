//go:build !linux

package main

import "syscall"

// diesWithParent only detaches components from the terminal: other systems have no signal for a parent's death.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
