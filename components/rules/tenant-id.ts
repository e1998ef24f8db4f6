/**
 * A tenant's id is one slug that is valid everywhere it is used. Names made from it are in tenant-names.ts;
 * the property tests there hold every limit below against every name.
 */

/**
 * Shortest tenant id, in characters: the shortest S3 bucket name.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const MIN_TENANT_ID_LENGTH = 3;

/**
 * Longest tenant id, in characters. The tightest place is a load balancer's target group: 32 characters, of which
 * the suffix that makes a replacement possible takes 8 (`-` and 7 hexadecimal digits).
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (Name).
 * Namespaces and DNS labels (63, RFC 1123), RDS identifiers (63), IAM role names (64) and S3 buckets (63) have room
 * for a cell's name besides.
 */
export const MAX_TENANT_ID_LENGTH = 24;

/**
 * Ids that mean something else already: namespaces that Kubernetes, EKS and common add-ons use, host names with a
 * meaning, database roles and words of this product.
 */
export const RESERVED_TENANT_IDS: ReadonlySet<string> = new Set([
  // this product's own words; `shared` is the tenant-id tag of what a cell shares
  ...["admin", "administrator", "all", "app", "bridge", "cell", "gateway", "none", "operator", "operators"],
  ...["platform", "pool", "services", "shared", "silo", "system", "tenant", "tenants", "web"],
  // namespaces of Kubernetes and of what clusters commonly run
  ...[
    "argocd",
    "cert-manager",
    "cilium",
    "default",
    "external-dns",
    "external-secrets",
    "flux",
    "gatekeeper",
  ],
  ...[
    "ingress-nginx",
    "istio",
    "karpenter",
    "kube",
    "kyverno",
    "logging",
    "monitoring",
    "observability",
    "velero",
  ],
  // host names beside which a tenant's own would stand
  ...["api", "assets", "auth", "autodiscover", "blog", "cdn", "console", "dashboard", "docs", "email", "ftp"],
  ...["health", "help", "imap", "internal", "localhost", "login", "mail", "metrics", "mta-sts", "ns1", "ns2"],
  ...["pop", "root", "security", "smtp", "sso", "static", "status", "support", "webmail", "wpad", "www"],
  // roles, databases and schemas of PostgreSQL and MySQL
  ...[
    "information-schema",
    "mysql",
    "performance-schema",
    "postgres",
    "public",
    "sys",
    "template0",
    "template1",
  ],
]);

/** Beginnings of names that Kubernetes, AWS, S3, PostgreSQL (`pg_`, with `-` written `_`) or this product keep to themselves. */
export const RESERVED_TENANT_ID_PREFIXES = [
  "amazon",
  "amzn",
  "aws",
  "eks-",
  "internal-",
  "kube-",
  "pg-",
  "rds",
  "sthree-",
  "tenantry",
] as const;

/** Endings that name a cluster's own namespaces (`kube-system`, `gatekeeper-system`) or S3's access point aliases. */
export const RESERVED_TENANT_ID_SUFFIXES = ["-system", "-s3alias"] as const;

/**
 * Says everything that is wrong with a tenant id; an empty list means that it is valid.
 *
 * @param id value to judge
 * @param field what to call the value in the messages
 */
export function tenantIdProblems(id: string, field = "id"): string[] {
  const problems: string[] = [];
  const named = `${field} '${id}'`;
  if (id.length < MIN_TENANT_ID_LENGTH || id.length > MAX_TENANT_ID_LENGTH) {
    problems.push(
      `${named} has ${id.length} characters: expected ${MIN_TENANT_ID_LENGTH} to ${MAX_TENANT_ID_LENGTH}`,
    );
  }
  if (!/^[a-z0-9-]*$/.test(id)) {
    problems.push(`${named}: expected only lowercase letters a-z, digits and hyphens`);
  }
  if (id.length > 0 && !/^[a-z]/i.test(id)) problems.push(`${named}: expected a letter first`);
  if (id.endsWith("-")) problems.push(`${named}: expected a letter or a digit last`);
  if (id.includes("--")) problems.push(`${named}: expected no two hyphens in a row`);
  return [...problems, ...reservedProblems(id, named)];
}

/** True where {@link tenantIdProblems} finds nothing. */
export function isTenantId(id: string): boolean {
  return tenantIdProblems(id).length === 0;
}

function reservedProblems(id: string, named: string): string[] {
  const word = id.toLowerCase();
  if (RESERVED_TENANT_IDS.has(word)) {
    return [`${named} is a reserved word: expected a name that nothing else in the cell has`];
  }
  const prefix = RESERVED_TENANT_ID_PREFIXES.find((reserved) => word.startsWith(reserved));
  if (prefix !== undefined) return [`${named} begins with the reserved '${prefix}': expected another name`];
  const suffix = RESERVED_TENANT_ID_SUFFIXES.find((reserved) => word.endsWith(reserved));
  if (suffix !== undefined) return [`${named} ends with the reserved '${suffix}': expected another name`];
  return [];
}
