package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/client/pkg/v3/transport"
	"go.etcd.io/etcd/server/v3/embed"
)

// startEtcd runs etcd inside the supervisor. It answers only clients with a certificate of the cluster's authority,
// on a port that nobody else needs to know. The returned address is the one to give to the API server.
func startEtcd(dataDir string, ca *authority, logs *logFolder) (*embed.Etcd, string, error) {
	config := embed.NewConfig()
	config.Dir = filepath.Join(dataDir, "etcd")
	config.LogOutputs = []string{logs.path("etcd")}
	config.LogLevel = "warn"
	tls := transport.TLSInfo{
		CertFile:       ca.file("server", "crt"),
		KeyFile:        ca.file("server", "key"),
		ClientCertFile: ca.file("etcd-client", "crt"),
		ClientKeyFile:  ca.file("etcd-client", "key"),
		TrustedCAFile:  ca.file("ca", "crt"),
		ClientCertAuth: true,
	}
	config.ClientTLSInfo = tls
	config.PeerTLSInfo = tls
	port, err := freePort(0)
	if err != nil {
		return nil, "", err
	}
	clients := url.URL{Scheme: "https", Host: fmt.Sprintf("127.0.0.1:%d", port)}
	config.ListenClientUrls = []url.URL{clients}
	config.AdvertiseClientUrls = []url.URL{clients}
	// There are no peers; etcd wants an address for them all the same.
	peers := url.URL{Scheme: "https", Host: "127.0.0.1:0"}
	config.ListenPeerUrls = []url.URL{peers}
	config.AdvertisePeerUrls = []url.URL{peers}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.AutoCompactionMode = "periodic"
	config.AutoCompactionRetention = "5m"
	config.QuotaBackendBytes = 2 << 30

	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, "", fmt.Errorf("etcd: %w", err)
	}
	select {
	case <-etcd.Server.ReadyNotify():
	case err := <-etcd.Err():
		return nil, "", fmt.Errorf("etcd: %w", err)
	case <-time.After(time.Minute):
		etcd.Close()
		return nil, "", fmt.Errorf("etcd: not ready after a minute; see %s", logs.path("etcd"))
	}
	return etcd, clients.String(), nil
}
