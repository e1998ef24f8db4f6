/** What an EC2 instance of a type offers. */
export interface InstanceType {
  architecture: "amd64" | "arm64";
  vcpus: number;
  memoryGib: number;
}

/** GiB of memory for each vCPU, by the letter that a family begins with. */
const GIB_PER_VCPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, x: 16, t: 4, i: 8, g: 4, p: 8 };

/** vCPUs by size. */
const VCPUS: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
};

/** GiB of memory of the burstable family's small sizes. */
const BURSTABLE_GIB: Readonly<Record<string, number>> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
};

/** Reads a type such as `m7g.large` by how AWS names its types; `undefined` if it is none. */
export function instanceType(name: string): InstanceType | undefined {
  const match = /^(([a-z])(\d+)([a-z-]*))\.(\w+)$/.exec(name);
  const [, , family = "", , attributes = "", size = ""] = match ?? [];
  const ratio = GIB_PER_VCPU[family];
  const graviton = attributes.startsWith("g");
  const vcpus = graviton && size === "medium" && family !== "t" ? 1 : vcpusOf(size);
  if (ratio === undefined || vcpus === undefined) return undefined;
  const memoryGib = family === "t" ? (BURSTABLE_GIB[size] ?? vcpus * ratio) : vcpus * ratio;
  return { architecture: graviton ? "arm64" : "amd64", vcpus, memoryGib };
}

function vcpusOf(size: string): number | undefined {
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  return times === undefined ? VCPUS[size] : Number(times) * 4;
}
