/**
 * Key and self-signed certificate of `hooks.example.com`, good for a hundred years and for tests only. Made by
 * `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=hooks.example.com
 * -addext subjectAltName=DNS:hooks.example.com`.
 */
export const CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSISVh8FPFJphODsN
a9QfbrYcO8doB6/Xk+WJfwxQP5KhRANCAAS4RXLsOns8Y+dqMV+zE9pFFyggBlRm
loZGuZ8fqNDaxsAgNTTWOQk1ldIz/R0UE1I85EnSinDYHoOzyMdcdDJl
-----END PRIVATE KEY-----\n`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBrDCCAVOgAwIBAgIUJt2qo+ZWQhPHE3rzOFeZw7hxnkIwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5jb20wIBcNMjYxMTI0MDMzNjE2WhgP
MjEyNjEwMzEwMzM2MTZaMBwxGjAYBgNVBAMMEWhvb2tzLmV4YW1wbGUuY29tMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuEVy7Dp7PGPnajFfsxPaRRcoIAZUZpaG
RrmfH6jQ2sbAIDU01jkJNZXSM/0dFBNSPORJ0opw2B6Ds8jHXHQyZaNxMG8wHQYD
VR0OBBYEFCPxBrAA+bRzZCYCx4RRxK8hJ8p7MB8GA1UdIwQYMBaAFCPxBrAA+bRz
ZCYCx4RRxK8hJ8p7MA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRaG9va3Mu
ZXhhbXBsZS5jb20wCgYIKoZIzj0EAwIDRwAwRAIgWe8GDYUJDRJF33RrUjM/us8I
/qCHT/oZGwjGB5b99kACIED1cxxVUEUGn7RrEi9f5uB+93NlGxxoFoYAT71jAFaQ
-----END CERTIFICATE-----\n`,
};
