import { z } from "zod";

/** Version of the contract; a tenant refuses a cell that speaks another. */
export const OUTPUTS_VERSION = 1;

const text = z.string().min(1);
const texts = z.array(text).min(1);

/** What a cell's stack exports and its tenants read. */
export const platformOutputsSchema = z.object({
  schemaVersion: z.literal(OUTPUTS_VERSION),
  name: text,
  environment: text,
  costCenter: text,
  accountId: z.string().regex(/^\d{12}$/, "expected 12 digits"),
  region: text,
  partition: text,
  domain: text,
  network: z.object({
    vpcId: text,
    cidr: text,
    publicSubnetCidrs: texts,
    privateSubnetIds: texts,
    databaseSubnetIds: texts,
    databaseSubnetCidrs: texts,
  }),
  cluster: z.object({
    name: text,
    arn: text,
    endpoint: z.url(),
    kubeconfig: text,
    clusterSecurityGroupId: text,
    nodeSecurityGroupId: text,
  }),
  database: z.object({
    subnetGroupName: text,
    parameterGroupNames: z.object({ postgres: text, mysql: text }),
    monitoringRoleArn: text,
  }),
  permissionsBoundaryArn: text,
});

/** The parsed outputs of a cell's stack. */
export type PlatformOutputs = z.infer<typeof platformOutputsSchema>;

/** A stack's outputs are not those of a cell. */
export class PlatformOutputsError extends Error {
  override readonly name = "PlatformOutputsError";
}

/**
 * Reads the outputs of a cell's stack.
 *
 * @throws PlatformOutputsError naming every output that is missing or wrong; it never quotes a value
 */
export function parsePlatformOutputs(values: unknown): PlatformOutputs {
  const result = platformOutputsSchema.safeParse(values);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new PlatformOutputsError(`outputs of the platform stack: ${problems.join("; ")}`);
}
