package main

import (
	"fmt"
	"os"
	"runtime/debug"
	_ "unsafe" // for go:linkname

	"k8s.io/component-base/version"
)

// Upstream's makefiles stamp the version into this variable with a linker flag. A plain build of a Go module leaves a
// placeholder there that no client can parse, kubectl included. go.mod knows the version, so it is taken from there.
//
//go:linkname stampedVersion k8s.io/component-base/version.gitVersion
var stampedVersion string

func init() {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	for _, module := range build.Deps {
		if module.Path == "k8s.io/kubernetes" {
			stampedVersion = module.Version
			if err := version.SetDynamicVersion(module.Version); err != nil {
				fmt.Fprintln(os.Stderr, "tenantry-kubernetes: the version of Kubernetes:", err)
			}
		}
	}
}
