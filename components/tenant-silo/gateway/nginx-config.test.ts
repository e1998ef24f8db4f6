import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { SERVICE_NAMES } from "../../rules/services";
import { renderNginxConfig } from "./nginx-config";

const CONFIG = {
  tenantId: "acme",
  namespace: "acme",
  hostName: "acme.tenantry.example",
  trustedCidrs: ["10.20.0.0/22", "10.20.64.0/22"],
  maxBodyMiB: 10,
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
