package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/client/pkg/v3/transport"
	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// Etcd allots its write-ahead log in advance, two segments at least; upstream's 64 MB are for larger clusters.
const walSegmentBytes = 8 << 20

// startEtcd runs etcd inside the supervisor. It answers only clients with a certificate of the given authority,
// on a port that nobody else needs to know. The returned address is the one to give to the API server.
func startEtcd(dataDir string, ca *authority, logs *logFolder) (*embed.Etcd, string, error) {
	wal.SegmentSizeBytes = walSegmentBytes
	config := embed.NewConfig()
	config.Dir = filepath.Join(dataDir, "etcd")
	config.LogOutputs = []string{logs.path("etcd")}
	config.LogLevel = "warn"
	// Its default is in the command line's flags only: 0 would log every request.
	config.WarningUnaryRequestDuration = embed.DefaultWarningUnaryRequestDuration
	config.EnableGRPCGateway = false
	tls := transport.TLSInfo{
		CertFile:       ca.file("server", "crt"),
		KeyFile:        ca.file("server", "key"),
		ClientCertFile: ca.file("client", "crt"),
		ClientKeyFile:  ca.file("client", "key"),
		TrustedCAFile:  ca.file("ca", "crt"),
		ClientCertAuth: true,
	}
	config.ClientTLSInfo = tls
	config.PeerTLSInfo = tls
	// etcd appends to its log; like the components' logs it shall tell of the latest run only.
	if err := os.RemoveAll(logs.path("etcd")); err != nil {
		return nil, "", err
	}
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
