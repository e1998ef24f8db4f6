package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The range a new cluster's port is taken from lies below those that systems give to outgoing connections: one of
// these must not hold the port when the cluster is started again.
const (
	lowestPort  = 20_000
	highestPort = 32_000
)

// How long a process that was killed may take to let go of its port.
const portPatience = 5 * time.Second

// choosePort gives the port that the cluster had before, as its address stands in other people's files; at first a
// free one.
func choosePort(dir string, wanted int) (int, error) {
	file := filepath.Join(dir, "port")
	advice := "stop that process, or choose another port with --port"
	if wanted == 0 {
		remembered, err := rememberedPort(file)
		if err != nil {
			return 0, err
		}
		wanted = remembered
		advice = "it is this cluster's, whose address is in kubeconfigs and states: stop that process and start again, " +
			"or delete " + dir + " to begin anew on a free port"
	}
	if wanted == 0 {
		for range 100 {
			port := lowestPort + rand.IntN(highestPort-lowestPort)
			if _, err := freePort(port); err == nil {
				return port, writeFile(file, []byte(strconv.Itoa(port)))
			}
		}
		return 0, fmt.Errorf("none of 100 ports between %d and %d was free", lowestPort, highestPort)
	}
	_, err := freePort(wanted)
	for deadline := time.Now().Add(portPatience); errors.Is(err, syscall.EADDRINUSE) && time.Now().Before(deadline); {
		time.Sleep(50 * time.Millisecond)
		_, err = freePort(wanted)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return 0, fmt.Errorf("port %d is taken by another process; %s", wanted, advice)
	}
	if err != nil {
		return 0, err
	}
	return wanted, writeFile(file, []byte(strconv.Itoa(wanted)))
}

// rememberedPort gives the port of the cluster's former runs, or 0.
func rememberedPort(file string) (int, error) {
	bytes, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	port, err := strconv.Atoi(strings.TrimSpace(string(bytes)))
	if err != nil || port < 1 || port > 65_535 {
		return 0, fmt.Errorf("%s: %q; expected a port from 1 to 65535", file, bytes)
	}
	return port, nil
}

// freePort says whether a port of the loopback address is free, and gives any free one for 0.
func freePort(wanted int) (int, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", wanted))
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
