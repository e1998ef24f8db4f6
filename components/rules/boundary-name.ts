/** Name of the IAM policy that is the permissions boundary of every tenant's role in a cell. */
export function tenantBoundaryName(cell: string): string {
  return `tenantry-${cell}-tenant-boundary`;
}
