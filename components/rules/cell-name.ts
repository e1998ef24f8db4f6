/**
 * Longest name of a cell, in characters. It is a part of every tenant's IAM role name:
 * `tenantry-` (9) + cell + `-t-` (3) + tenant id (at most 24) must fit 64 characters, which leaves 28; see
 * tenant-names.ts.
 */
export const MAX_CELL_NAME_LENGTH = 28;

/**
 * The word that stands between a cell's name and a tenant's id, in names that hold both and take nothing but letters,
 * digits and single hyphens. No cell's name has it, so where it is first, the cell's name ends: without it the cells
 * `eu` and `eu-west` would give `west-acme` and `acme` the same names.
 */
export const TENANT_MARK = "t";

const CELL_NAME = /^[a-z](?:[a-z0-9]|-(?!-))*(?<!-)$/;

/**
 * Says what is wrong with a cell's name; an empty list means that it is valid wherever it is used: stack name,
 * EKS cluster name, IAM role names, RDS identifiers, KMS aliases and tags.
 */
export function cellNameProblems(name: string): string[] {
  const problems: string[] = [];
  if (!CELL_NAME.test(name)) {
    problems.push(
      `cell name is '${name}': expected lowercase letters, digits and single hyphens, a letter first and no hyphen last`,
    );
  }
  if (name.split("-").includes(TENANT_MARK)) {
    problems.push(
      `cell name '${name}' has the part '${TENANT_MARK}': expected another, as it stands between a cell's and a tenant's name`,
    );
  }
  if (name.length > MAX_CELL_NAME_LENGTH) {
    problems.push(
      `cell name '${name}' has ${name.length} characters: expected at most ${MAX_CELL_NAME_LENGTH}`,
    );
  }
  return problems;
}
