/**
 * Port that the gateway's container and service listen on. Unprivileged, and the same on both, as the VPC CNI's
 * network policies need it: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html
 */
export const GATEWAY_PORT = 8080;

/** Port that the containers and services of web, app and admin listen on; the same on both for the same reason. */
export const SERVICE_PORT = 8080;
