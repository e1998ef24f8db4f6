import { tenantProviders } from "../providers";
import { TenantSilo, type TenantSiloArgs } from "../tenant-silo";
import { TEST_CELL } from "./cell";
import { type Recording, record } from "./record";

/** An image by digest. */
export const IMAGE = `registry.example.com/web@sha256:${"a".repeat(64)}`;

/** Arguments of a small silo for acme. */
export const SILO_ARGS: TenantSiloArgs = {
  tenant: { id: "acme", name: "Acme Corporation", size: "small" },
  cell: TEST_CELL,
  databaseEngine: "postgres",
  version: "1.0.0",
  services: { web: { image: IMAGE }, app: { image: IMAGE }, admin: { image: IMAGE, healthPath: "/" } },
  gateway: { image: IMAGE },
};

/** Records what a silo makes; `changes` to the arguments on top of {@link SILO_ARGS}. */
export async function recordSilo(changes: Partial<TenantSiloArgs> = {}): Promise<Recording> {
  return record(
    () => {
      const providers = tenantProviders("acme", TEST_CELL);
      new TenantSilo("acme", { ...SILO_ARGS, ...changes }, { providers: { ...providers } });
    },
    ({ type }) => (type === "aws:kms/key:Key" ? { arn: "arn:key", keyId: "11112222-3333" } : {}),
  );
}

/** What is inside recorded inputs at a path, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inside, key) => {
    if (typeof inside !== "object" || inside === null) return undefined;
    const found: unknown = Reflect.get(inside, key);
    return found;
  }, value);
}
