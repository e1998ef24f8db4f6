import type { HousedPresence } from "../../rules/presence";
import { SERVICE_NAMES, type ServiceName } from "../../rules/services";
import { GATEWAY_PORT, SERVICE_PORT } from "../ports";
import { SUSPENDED_PAGE, SUSPENDED_RETRY_SECONDS } from "./suspended-page";

/** Path of the gateway's own health check, answered for every host. */
export const GATEWAY_HEALTH_PATH = "/.well-known/tenantry/health";

/** What the gateway's configuration is rendered from. */
export interface GatewayConfig {
  readonly tenantId: string;
  readonly namespace: string;
  /** The one host name the gateway answers to. */
  readonly hostName: string;
  /** Ranges of the load balancers, whose X-Forwarded-For is believed. */
  readonly trustedCidrs: readonly string[];
  /** Largest request body, in MiB. */
  readonly maxBodyMiB: number;
  /** `suspended`: nothing is passed on, everything is answered with 503. */
  readonly presence: HousedPresence;
}

/** Where requests go: a path's prefix and the service behind it. The root takes what no other takes. */
const ROUTES = [
  { prefix: "/api", service: "app" },
  { prefix: "/admin", service: "admin" },
  { prefix: "/", service: "web" },
] as const satisfies readonly { prefix: string; service: ServiceName }[];

/**
 * Bytes of a bucket in NGINX's table of server names. A host name of 253 characters, the longest there is, takes 280;
 * with the default of 64 a name beyond some 46 characters keeps NGINX from starting.
 * Source: https://nginx.org/en/docs/http/server_names.html#optimization
 */
const SERVER_NAMES_BUCKET = 512;

/** What proxying needs: the kind of connection and the client's scheme. */
const PROXY_MAPS = `    map $http_upgrade $connection_upgrade {
        default upgrade;
        "" "";
    }
    map $http_x_forwarded_proto $client_scheme {
        https https;
        default $scheme;
    }
`;

/** Headers of the suspended answer; one whose value is empty is left out, so that the health check has none of them. */
const SUSPENDED_MAPS = `    map $status $suspended_retry {
        503 ${SUSPENDED_RETRY_SECONDS};
        default "";
    }
    map $status $suspended_cache {
        503 no-store;
        default "";
    }
`;

const SUSPENDED_HEADERS = `        add_header Retry-After $suspended_retry always;
        add_header Cache-Control $suspended_cache always;
`;

/** HTML whatever the path ends in: with no types there is but the default one. */
const SUSPENDED_ROUTE = `        location / {
            types { }
            default_type "text/html; charset=utf-8";
            return 503 '${SUSPENDED_PAGE}';
        }
`;

/**
 * Renders nginx.conf for the unprivileged NGINX image with a read-only root: everything it writes is under /tmp.
 *
 * Bodies pass through in memory, both ways: /tmp is small, and a pod that outgrows it is evicted. So a request whose body
 * is under way is not tried on another pod, and a slow client keeps a connection of its service.
 *
 * Services are named by their cluster DNS names, looked up once when NGINX starts: a Service's address stays the same
 * for as long as the Service is there. Headers that say who the tenant is or where a request came from are written
 * anew, never passed on. Requests for other hosts are answered 421, so a mistaken route serves nobody else's users.
 *
 * A suspended tenant's gateway names no service, so it starts and is ready although none has a pod. It reads no body,
 * however large, and says to caches that its answer holds for that request only.
 */
export function renderNginxConfig(config: GatewayConfig): string {
  const suspended = config.presence === "suspended";
  return `worker_processes 1;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
daemon off;

events {
    worker_connections 1024;
}

http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;

    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;

    log_format json escape=json '{"time":"$time_iso8601","tenant":"${config.tenantId}","client":"$remote_addr",'
        '"method":"$request_method","path":"$uri","status":$status,"bytes":$body_bytes_sent,'
        '"seconds":$request_time,"upstream":"$upstream_addr","request_id":"$request_id"}';
    access_log /dev/stdout json;

    server_tokens off;
    server_names_hash_bucket_size ${SERVER_NAMES_BUCKET};
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75s;
    keepalive_requests 1000;
    client_header_timeout 10s;
    client_body_timeout 15s;
    send_timeout 15s;
    reset_timedout_connection on;
    client_max_body_size ${suspended ? "0" : `${config.maxBodyMiB}m`};
    client_body_buffer_size 128k;
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    large_client_header_buffers 4 16k;

${config.trustedCidrs.map((cidr) => `    set_real_ip_from ${cidr};`).join("\n")}
    real_ip_header X-Forwarded-For;
    real_ip_recursive on;

${suspended ? SUSPENDED_MAPS : PROXY_MAPS}
${suspended ? "" : `${SERVICE_NAMES.map((service) => renderUpstream(service, config.namespace)).join("\n")}\n`}    server {
        listen ${GATEWAY_PORT} default_server;
        server_name _;
        location = ${GATEWAY_HEALTH_PATH} {
            access_log off;
            default_type text/plain;
            return 200 "ok\\n";
        }
        location / {
            return 421;
        }
    }

    server {
        listen ${GATEWAY_PORT};
        server_name ${config.hostName};

        add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
        add_header X-Content-Type-Options nosniff always;
        add_header X-Frame-Options DENY always;
        add_header Referrer-Policy strict-origin-when-cross-origin always;

${suspended ? SUSPENDED_HEADERS : renderProxyDefaults(config.tenantId)}
        location = ${GATEWAY_HEALTH_PATH} {
            access_log off;
            default_type text/plain;
            return 200 "ok\\n";
        }
${suspended ? SUSPENDED_ROUTE : ROUTES.map(({ prefix, service }) => renderRoute(prefix, service)).join("")}    }
}
`;
}

function renderProxyDefaults(tenantId: string): string {
  return `        proxy_http_version 1.1;
        proxy_connect_timeout 5s;
        proxy_read_timeout 60s;
        proxy_send_timeout 60s;
        proxy_set_header Host $host;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Forwarded-Proto $client_scheme;
        proxy_set_header X-Request-Id $request_id;
        proxy_set_header X-Tenant-Id ${tenantId};
`;
}

function renderUpstream(service: ServiceName, namespace: string): string {
  return `    upstream ${service} {
        server ${service}.${namespace}.svc.cluster.local:${SERVICE_PORT};
        keepalive 16;
    }
`;
}

function renderRoute(prefix: string, service: ServiceName): string {
  // Without its own location for the bare path, /administrator would be taken for /admin.
  const paths = prefix === "/" ? ["/"] : [`= ${prefix}`, `${prefix}/`];
  return paths
    .map(
      (path) => `        location ${path} {
            proxy_pass http://${service};
        }
`,
    )
    .join("");
}
