// Command tenantry-kubernetes is a whole Kubernetes control plane in one binary, for a machine without containers:
// etcd, kube-apiserver, kube-controller-manager and kube-scheduler as they are built upstream, and KWOK in the
// kubelets' place. It is kubectl, too, when called by that name.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

const usage = `tenantry-kubernetes: a Kubernetes control plane in one binary

  serve --data-dir DIR [--port N]
        run it in the foreground until SIGTERM; DIR keeps its data, keys and logs.
        Exit code 3: it is running on DIR already
  issue-kubeconfig --data-dir DIR --user USER [--group GROUP]... [--valid-for 24h] --out FILE
        write a kubeconfig for a user, with a client certificate of the cluster's authority
  kubectl ...
        run kubectl; so does a symbolic link of that name
`

func init() {
	// Linux ties a child's death signal to the thread that started it: keep the main goroutine on its thread.
	runtime.LockOSThread()
}

func main() {
	if filepath.Base(os.Args[0]) == "kubectl" {
		runKubectl(os.Args)
		return
	}
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	name, args := os.Args[1], os.Args[2:]
	if run, ok := upstream[name]; ok {
		run(append([]string{name}, args...))
		return
	}
	var err error
	switch name {
	case "serve":
		err = serve(args)
	case "issue-kubeconfig":
		err = issueKubeconfig(args)
	case "-h", "--help", "help":
		fmt.Print(usage)
	default:
		err = fmt.Errorf("unknown command %q\n\n%s", name, usage)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "tenantry-kubernetes: %v\n", err)
		if errors.Is(err, errRunning) {
			os.Exit(exitRunning)
		}
		os.Exit(1)
	}
}
