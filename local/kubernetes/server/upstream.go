package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	"sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	"sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

// The components as upstream builds them, each run in a process of its own: they share flags and metrics registries
// that cannot be shared within one.
var upstream = map[string]func(args []string){
	"kubectl":                 runKubectl,
	"kube-apiserver":          func(args []string) { runCobra(apiserver.NewAPIServerCommand(), args) },
	"kube-controller-manager": func(args []string) { runCobra(controllermanager.NewControllerManagerCommand(), args) },
	"kube-scheduler":          func(args []string) { runCobra(scheduler.NewSchedulerCommand(), args) },
	"kwok":                    runKwok,
}

func runCobra(command *cobra.Command, args []string) {
	os.Args = args
	os.Exit(cli.Run(command))
}

func runKubectl(args []string) {
	args[0] = "kubectl"
	os.Args = args
	_, _ = logs.GlogSetter(kubectl.GetLogVerbosity(args))
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
}

func runKwok(args []string) {
	os.Args = args
	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	ctx, _ := log.InitFlags(signals.SetupSignalContext(), flags)
	ctx, err := config.InitFlags(ctx, flags)
	if err == nil {
		command := kwok.NewCommand(ctx)
		// The Kubernetes components registered a --version of their own for the whole binary.
		command.Version = ""
		command.PersistentFlags().AddFlagSet(flags)
		err = command.ExecuteContext(ctx)
	}
	if err != nil && ctx.Err() != context.Canceled {
		fmt.Fprintln(os.Stderr, "kwok:", err)
		os.Exit(1)
	}
}
