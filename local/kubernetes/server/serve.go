package main

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// serve runs the control plane until it is told to stop or a part of it ends.
func serve(args []string) error {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	dataDir := flags.String("data-dir", "", "the folder of data, keys and logs")
	port := flags.Int("port", 0, "the API server's port; by default a free one, chosen once")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dataDir == "" {
		return errors.New("--data-dir is missing")
	}
	dir, err := filepath.Abs(*dataDir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	return run(ctx, dir, *port)
}

func run(ctx context.Context, dir string, wantedPort int) error {
	began := time.Now()
	say := func(what string) { fmt.Fprintf(os.Stderr, "%5.1fs %s\n", time.Since(began).Seconds(), what) }

	// A supervisor that was killed left the file behind.
	if err := os.RemoveAll(readyFile(dir)); err != nil {
		return err
	}
	port, err := choosePort(dir, wantedPort)
	if err != nil {
		return err
	}
	c, err := prepare(dir, port)
	if err != nil {
		return err
	}
	logs := &logFolder{filepath.Join(dir, "logs")}
	if err := os.MkdirAll(logs.dir, 0o700); err != nil {
		return err
	}

	say("starting etcd")
	etcd, address, err := startEtcd(dir, c.etcdCA, logs)
	if err != nil {
		return err
	}
	defer etcd.Close()
	c.etcd = address

	processes := newSupervisor(logs)
	defer processes.stop()
	say("starting the API server on " + c.server())
	if err := processes.start(c.apiServer()); err != nil {
		return err
	}
	if err := c.waitUntilReady(ctx, processes.ended); err != nil {
		if ctx.Err() != nil {
			say("stopping before it was ready")
			return nil
		}
		return err
	}
	say("starting controllers, scheduler and nodes")
	for _, command := range [][]string{c.controllerManager(), c.scheduler(), c.kwok()} {
		if err := processes.start(command); err != nil {
			return err
		}
	}
	if err := c.deleteNamespaces(ctx); err != nil {
		return err
	}
	if err := c.applyManifests(ctx); err != nil {
		return err
	}
	if err := c.announce(); err != nil {
		return err
	}
	defer os.Remove(readyFile(dir))
	say("ready")

	select {
	case <-ctx.Done():
		say("stopping")
		return nil
	case err := <-processes.ended:
		return err
	case err := <-etcd.Err():
		return fmt.Errorf("etcd: %w", err)
	}
}

// prepare makes keys and configuration; what is there already stays.
func prepare(dir string, port int) (*cluster, error) {
	ca, err := openAuthority(filepath.Join(dir, "pki"))
	if err != nil {
		return nil, err
	}
	etcdCA, err := openAuthority(filepath.Join(dir, "pki", "etcd"))
	if err != nil {
		return nil, err
	}
	c := &cluster{dataDir: dir, ca: ca, etcdCA: etcdCA, port: port}
	root, err := os.ReadFile(ca.file("ca", "crt"))
	if err != nil {
		return nil, err
	}
	if err := ca.ensureSigningKey(); err != nil {
		return nil, err
	}
	if err := errors.Join(
		ca.ensure("server", pkix.Name{CommonName: "kube-apiserver"}, x509.ExtKeyUsageServerAuth),
		etcdCA.ensure("server", pkix.Name{CommonName: "etcd"}, x509.ExtKeyUsageServerAuth),
		etcdCA.ensure("client", pkix.Name{CommonName: "kube-apiserver"}, x509.ExtKeyUsageClientAuth),
	); err != nil {
		return nil, err
	}
	for name, subject := range identities {
		if err := ca.ensure(name, subject, x509.ExtKeyUsageClientAuth); err != nil {
			return nil, err
		}
		client, err := ca.pair(name)
		if err != nil {
			return nil, err
		}
		if err := writeKubeconfig(c.kubeconfig(name), c.server(), name, root, client); err != nil {
			return nil, err
		}
	}
	return c, writeFile(filepath.Join(dir, "stages.yaml"), stages)
}

// announce writes the administrator's kubeconfig and says that the cluster is there.
func (c *cluster) announce() error {
	root, err := os.ReadFile(c.ca.file("ca", "crt"))
	if err != nil {
		return err
	}
	admin, err := c.ca.pair("admin")
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(c.dataDir, "kubeconfig")
	if err := writeKubeconfig(kubeconfig, c.server(), "admin", root, admin); err != nil {
		return err
	}
	bytes, err := json.Marshal(ready{c.server(), os.Getpid(), kubeconfig, c.ca.file("ca", "crt")})
	if err != nil {
		return err
	}
	return writeFile(readyFile(c.dataDir), bytes)
}
