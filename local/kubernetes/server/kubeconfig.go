package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// ready tells others where a running cluster is; it stands in the data folder while the cluster answers.
type ready struct {
	Server               string `json:"server"`
	Pid                  int    `json:"pid"`
	Kubeconfig           string `json:"kubeconfig"`
	CertificateAuthority string `json:"certificateAuthority"`
}

func readyFile(dataDir string) string { return filepath.Join(dataDir, "ready.json") }

// writeKubeconfig writes a kubeconfig that holds everything it needs.
func writeKubeconfig(file, server, user string, ca []byte, client *pair) error {
	config := api.NewConfig()
	config.Clusters["local"] = &api.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos[user] = &api.AuthInfo{ClientCertificateData: client.certificate, ClientKeyData: client.key}
	config.Contexts["local"] = &api.Context{Cluster: "local", AuthInfo: user}
	config.CurrentContext = "local"
	bytes, err := clientcmd.Write(*config)
	if err != nil {
		return err
	}
	return writeFile(file, bytes)
}

type groups []string

func (g *groups) String() string         { return strings.Join(*g, ",") }
func (g *groups) Set(value string) error { *g = append(*g, value); return nil }

// issueKubeconfig gives a user a kubeconfig, as an identity provider would give a token.
func issueKubeconfig(args []string) error {
	flags := flag.NewFlagSet("issue-kubeconfig", flag.ContinueOnError)
	dataDir := flags.String("data-dir", "", "the cluster's data folder")
	user := flags.String("user", "", "the user's name")
	out := flags.String("out", "", "the file to write")
	lifetime := flags.Duration("valid-for", 24*time.Hour, "how long it holds")
	var memberOf groups
	flags.Var(&memberOf, "group", "a group of the user; may be repeated")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for name, value := range map[string]string{"--data-dir": *dataDir, "--user": *user, "--out": *out} {
		if value == "" {
			return fmt.Errorf("%s is missing", name)
		}
	}
	bytes, err := os.ReadFile(readyFile(*dataDir))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("no cluster is running on %s: start it first", *dataDir)
	}
	if err != nil {
		return err
	}
	var running ready
	if err := json.Unmarshal(bytes, &running); err != nil {
		return err
	}
	ca, err := openAuthority(filepath.Join(*dataDir, "pki"))
	if err != nil {
		return err
	}
	subject := pkix.Name{CommonName: *user, Organization: memberOf}
	client, err := ca.issue(subject, x509.ExtKeyUsageClientAuth, *lifetime)
	if err != nil {
		return err
	}
	root, err := os.ReadFile(ca.file("ca", "crt"))
	if err != nil {
		return err
	}
	return writeKubeconfig(*out, running.Server, *user, root, client)
}
