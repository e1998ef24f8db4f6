/**
 * How the embedded server is set, and why. Given on its command line at every start, so that a change here needs no new
 * data folder.
 */
export const settings = {
  listen_addresses: "127.0.0.1",
  // No socket: every connection, the superuser's too, goes through scram-sha-256 on the loopback interface.
  unix_socket_directories: "",
  password_encryption: "scram-sha-256",
  // Each plugin process, each tenant's pods' stand-ins and each test has connections of its own.
  max_connections: "300",
  shared_buffers: "32MB",
  max_wal_size: "256MB",
  // What a commit wrote is in the operating system's hands and survives any kill of the server's processes. Only a power
  // loss or a crash of the kernel could damage the data; a rehearsal's data is not worth a disk flush at every commit.
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "on",
  // Short statements on small tables: neither pays.
  jit: "off",
  max_parallel_workers_per_gather: "0",
  logging_collector: "off",
  log_line_prefix: "%m [%p] %d ",
  log_timezone: "UTC",
  timezone: "UTC",
} satisfies Record<string, string>;
