package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// How long the cluster's own certificates hold: longer than anybody keeps a local cloud.
const certificateLifetime = 10 * 365 * 24 * time.Hour

// authority is the cluster's certificate authority, and the folder that keeps what it signed.
type authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// pair is a certificate and its key, PEM encoded.
type pair struct{ certificate, key []byte }

// openAuthority reads the authority of a folder; it makes a new one where there is none.
func openAuthority(dir string) (*authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	certificate, err := readCertificate(filepath.Join(dir, "ca.crt"))
	if errors.Is(err, os.ErrNotExist) {
		return newAuthority(dir)
	}
	if err != nil {
		return nil, err
	}
	key, err := readKey(filepath.Join(dir, "ca.key"))
	if err != nil {
		return nil, err
	}
	return &authority{dir, certificate, key}, nil
}

func newAuthority(dir string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "tenantry-local"},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(certificateLifetime),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	signed, err := encode(der, key)
	if err != nil {
		return nil, err
	}
	// The key first: a certificate without its key would look like a whole authority after a kill in between.
	if err := writeFile(filepath.Join(dir, "ca.key"), signed.key); err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(dir, "ca.crt"), signed.certificate); err != nil {
		return nil, err
	}
	return openAuthority(dir)
}

// issue signs a certificate for a client, or for a server on the loopback addresses.
func (a *authority) issue(subject pkix.Name, usage x509.ExtKeyUsage, lifetime time.Duration) (*pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    time.Now().Add(-time.Minute),
		NotAfter:     time.Now().Add(lifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{usage},
	}
	if usage == x509.ExtKeyUsageServerAuth {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
		template.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	return encode(der, key)
}

// ensure issues a certificate into the authority's folder unless it is there.
func (a *authority) ensure(name string, subject pkix.Name, usage x509.ExtKeyUsage) error {
	if _, err := os.Stat(a.file(name, "crt")); err == nil {
		return nil
	}
	signed, err := a.issue(subject, usage, certificateLifetime)
	if err != nil {
		return err
	}
	if err := writeFile(a.file(name, "key"), signed.key); err != nil {
		return err
	}
	return writeFile(a.file(name, "crt"), signed.certificate)
}

// ensureSigningKey makes the key that service accounts' tokens are signed with.
func (a *authority) ensureSigningKey() error {
	if _, err := os.Stat(a.file("service-account", "key")); err == nil {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	signed, err := encode(nil, key)
	if err != nil {
		return err
	}
	return writeFile(a.file("service-account", "key"), signed.key)
}

func (a *authority) file(name, kind string) string {
	return filepath.Join(a.dir, name+"."+kind)
}

func (a *authority) pair(name string) (*pair, error) {
	certificate, err := os.ReadFile(a.file(name, "crt"))
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(a.file(name, "key"))
	if err != nil {
		return nil, err
	}
	return &pair{certificate, key}, nil
}

func encode(der []byte, key *ecdsa.PrivateKey) (*pair, error) {
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return &pair{
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:         pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private}),
	}, nil
}

func readCertificate(file string) (*x509.Certificate, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(bytes)
	if block == nil {
		return nil, fmt.Errorf("%s: no certificate in it", file)
	}
	return x509.ParseCertificate(block.Bytes)
}

func readKey(file string) (*ecdsa.PrivateKey, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(bytes)
	if block == nil {
		return nil, fmt.Errorf("%s: no key in it", file)
	}
	return x509.ParseECPrivateKey(block.Bytes)
}

// writeFile writes a file that only its owner reads, whole or not at all.
func writeFile(file string, content []byte) error {
	if err := os.WriteFile(file+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}
