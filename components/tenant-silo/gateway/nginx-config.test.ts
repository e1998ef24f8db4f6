import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { SERVICE_NAMES } from "../../rules/services";
import { type GatewayConfig, renderNginxConfig } from "./nginx-config";
import { SUSPENDED_PAGE } from "./suspended-page";

const CONFIG: GatewayConfig = {
  tenantId: "acme",
  namespace: "acme",
  hostName: "acme.tenantry.example",
  trustedCidrs: ["10.20.0.0/22", "10.20.64.0/22"],
  maxBodyMiB: 10,
  presence: "serving",
};

/** What `renderNginxConfig(CONFIG)` gave when it was last looked at. */
const SNAPSHOT = path.join(__dirname, "snapshots", "nginx.conf");

describe("nginx configuration", () => {
  it("renders as it was reviewed", () => {
    expect(renderNginxConfig(CONFIG)).to.equal(readFileSync(SNAPSHOT, "utf8"));
  });

  it("answers to one host name", () => {
    const names = [
      ...renderNginxConfig({ ...CONFIG, hostName: "globex.example" }).matchAll(/server_name (.*);/g),
    ];
    expect(names.map(([, name]) => name)).to.deep.equal(["_", "globex.example"]);
  });

  it("believes the client's address from load balancers only", () => {
    const trusted = [...renderNginxConfig(CONFIG).matchAll(/set_real_ip_from (.*);/g)];
    expect(trusted.map(([, cidr]) => cidr)).to.deep.equal(CONFIG.trustedCidrs);
  });

  it("routes each path to its service, and /administrator not to admin", () => {
    const routes = [
      ...renderNginxConfig(CONFIG).matchAll(/location (\S+(?: \S+)?) \{\s+proxy_pass http:\/\/(\w+);/g),
    ];
    expect(routes.map(([, location, service]) => [location, service])).to.deep.equal([
      ["= /api", "app"],
      ["/api/", "app"],
      ["= /admin", "admin"],
      ["/admin/", "admin"],
      ["/", "web"],
    ]);
  });

  it("has a route to every service, and an upstream for each", () => {
    const text = renderNginxConfig(CONFIG);
    for (const service of SERVICE_NAMES) {
      expect(text).to.contain(`proxy_pass http://${service};`);
      expect(text).to.contain(
        `upstream ${service} {\n        server ${service}.acme.svc.cluster.local:8080;`,
      );
    }
  });

  it("says which tenant a request is for, whatever the client says", () => {
    expect(renderNginxConfig({ ...CONFIG, tenantId: "globex" })).to.contain(
      "proxy_set_header X-Tenant-Id globex;",
    );
  });

  it("limits a request's body", () => {
    expect(renderNginxConfig({ ...CONFIG, maxBodyMiB: 25 })).to.contain("client_max_body_size 25m;");
  });

  it("has room for the longest host name", () => {
    // 8 bytes of the name's pointer and 8 of the bucket's end, a length of 2, the name; rounded up to whole pointers.
    const needed = 8 + 8 + Math.ceil((253 + 2) / 8) * 8;
    const [, bytes] = /server_names_hash_bucket_size (\d+);/.exec(renderNginxConfig(CONFIG)) ?? [];
    expect(Number(bytes)).to.be.at.least(needed);
  });

  it("spools no request's body to the pod's small disk", () => {
    expect(renderNginxConfig(CONFIG)).to.contain("    proxy_request_buffering off;\n");
  });

  it("spools no response to the pod's small disk", () => {
    expect(renderNginxConfig(CONFIG)).to.contain("    proxy_max_temp_file_size 0;\n");
  });

  it("has balanced braces", () => {
    const text = renderNginxConfig(CONFIG).replaceAll(/'[^']*'/g, "");
    expect(text.split("{").length).to.equal(text.split("}").length);
  });
});

describe("nginx configuration of a suspended tenant", () => {
  const text = renderNginxConfig({ ...CONFIG, presence: "suspended" });

  it("renders as it was reviewed", () => {
    expect(text).to.equal(readFileSync(path.join(__dirname, "snapshots", "suspended.conf"), "utf8"));
  });

  it("names no service, so that it starts without their addresses", () => {
    expect(text).not.to.match(/upstream \w|proxy_pass|svc\.cluster\.local/);
  });

  it("answers every path of its host with the page", () => {
    const [, own = ""] = text.split("server_name acme.tenantry.example;");
    const locations = [...own.matchAll(/location (.*) \{/g)].map(([, location]) => location);
    expect(locations).to.deep.equal(["= /.well-known/tenantry/health", "/"]);
    expect(own).to.contain(`return 503 '${SUSPENDED_PAGE}';`);
  });

  it("stays ready", () => {
    expect([...text.matchAll(/return 200 "ok/g)]).to.have.length(2);
  });

  it("says when to ask again, and that nobody may keep the answer", () => {
    expect(text).to.match(/map \$status \$suspended_retry \{\s+503 3600;\s+default "";/);
    expect(text).to.match(/map \$status \$suspended_cache \{\s+503 no-store;\s+default "";/);
    expect(text).to.contain("add_header Retry-After $suspended_retry always;");
    expect(text).to.contain("add_header Cache-Control $suspended_cache always;");
  });

  it("refuses no request for its size", () => {
    expect(text).to.contain("    client_max_body_size 0;\n");
  });

  it("has a page that fits between single quotes, and names no tenant", () => {
    expect(SUSPENDED_PAGE).not.to.match(/['$\n\\]/);
    expect(SUSPENDED_PAGE).not.to.contain("acme");
    expect(SUSPENDED_PAGE).to.contain("Its data is kept");
  });
});
