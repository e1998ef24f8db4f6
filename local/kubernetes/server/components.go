package main

import (
	"crypto/x509/pkix"
	"fmt"
	"path/filepath"
)

// identities are the users that the components of the control plane act as, by the name of their files.
var identities = map[string]pkix.Name{
	"admin":                   {CommonName: "admin", Organization: []string{"system:masters"}},
	"kube-controller-manager": {CommonName: "system:kube-controller-manager"},
	"kube-scheduler":          {CommonName: "system:kube-scheduler"},
	namespaceController:       {CommonName: "system:serviceaccount:kube-system:namespace-controller"},
	// KWOK acts for every node's kubelet.
	"kwok": {CommonName: "kwok", Organization: []string{"system:masters"}},
}

// How many requests a second each controller may send: upstream's 20 would let a thousand tenants wait.
const (
	clientQPS   = 300
	clientBurst = 600
)

// cluster is what the components' command lines are made of.
type cluster struct {
	dataDir string
	ca      *authority
	// etcdCA is an authority of etcd's own: whoever reaches etcd is above all of RBAC, so no user's certificate may do.
	etcdCA *authority
	port   int
	etcd   string
}

func (c *cluster) server() string { return fmt.Sprintf("https://127.0.0.1:%d", c.port) }

func (c *cluster) kubeconfig(user string) string {
	return filepath.Join(c.dataDir, "pki", user+".kubeconfig")
}

func (c *cluster) apiServer() []string {
	return []string{
		"kube-apiserver",
		"--etcd-servers=" + c.etcd,
		"--etcd-cafile=" + c.etcdCA.file("ca", "crt"),
		"--etcd-certfile=" + c.etcdCA.file("client", "crt"),
		"--etcd-keyfile=" + c.etcdCA.file("client", "key"),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", c.port),
		"--tls-cert-file=" + c.ca.file("server", "crt"),
		"--tls-private-key-file=" + c.ca.file("server", "key"),
		"--client-ca-file=" + c.ca.file("ca", "crt"),
		"--anonymous-auth=false",
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		// Pod Security, not a flag, is what refuses privileged pods here as on EKS.
		"--allow-privileged=true",
		"--service-account-issuer=" + c.server(),
		"--service-account-key-file=" + c.ca.file("service-account", "key"),
		"--service-account-signing-key-file=" + c.ca.file("service-account", "key"),
		"--service-cluster-ip-range=10.96.0.0/12",
		// Nothing reaches the API through the `kubernetes` service: KWOK's pods are not processes.
		"--endpoint-reconciler-type=none",
		"--profiling=false",
		"--delete-collection-workers=4",
		"--shutdown-delay-duration=0s",
	}
}

func (c *cluster) controllerManager() []string {
	return []string{
		"kube-controller-manager",
		"--kubeconfig=" + c.kubeconfig("kube-controller-manager"),
		"--service-account-private-key-file=" + c.ca.file("service-account", "key"),
		"--root-ca-file=" + c.ca.file("ca", "crt"),
		"--use-service-account-credentials=true",
		"--leader-elect=false",
		"--secure-port=0",
		"--profiling=false",
		fmt.Sprintf("--kube-api-qps=%d", clientQPS),
		fmt.Sprintf("--kube-api-burst=%d", clientBurst),
		// There are neither volumes to attach nor metrics to scale by: no need to look for them all the time. Namespaces
		// are deleted by deleteNamespaces.
		"--controllers=*,-persistentvolume-attach-detach-controller,-namespace-controller",
		"--horizontal-pod-autoscaler-sync-period=1m",
		// A laptop that slept must not find its nodes dead.
		"--node-monitor-grace-period=10m",
	}
}

func (c *cluster) scheduler() []string {
	return []string{
		"kube-scheduler",
		"--kubeconfig=" + c.kubeconfig("kube-scheduler"),
		"--leader-elect=false",
		"--secure-port=0",
		"--profiling=false",
		fmt.Sprintf("--kube-api-qps=%d", clientQPS),
		fmt.Sprintf("--kube-api-burst=%d", clientBurst),
	}
}

func (c *cluster) kwok() []string {
	return []string{
		"kwok",
		"--kubeconfig=" + c.kubeconfig("kwok"),
		"--config=" + filepath.Join(c.dataDir, "stages.yaml"),
		"--manage-all-nodes=false",
		"--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
		"--node-lease-duration-seconds=200",
		"--cidr=100.64.0.0/16",
		"--node-port=0",
		// It tells of each thing it plays.
		"--v=WARN",
	}
}
