import { Gauge, Registry as Metrics } from "prom-client";
import type { Registry } from "../registry";

/** What the queue holds and how full cells are, in Prometheus's format. */
export async function queueMetrics(registry: Registry): Promise<string> {
  const metrics = new Metrics();
  const open = new Gauge({
    name: "tenantry_operations_open",
    help: "Operations that have not ended, by status",
    labelNames: ["status"],
    registers: [metrics],
  });
  const tenants = new Gauge({
    name: "tenantry_cell_tenants",
    help: "Tenants that take up room in a cell",
    labelNames: ["cell"],
    registers: [metrics],
  });
  const capacity = new Gauge({
    name: "tenantry_cell_capacity",
    help: "Tenants that a cell has room for",
    labelNames: ["cell"],
    registers: [metrics],
  });
  const depth = await registry.operations.depth();
  for (const status of ["waiting", "queued", "running"]) open.set({ status }, depth[status] ?? 0);
  for (const cell of await registry.cells.list()) {
    tenants.set({ cell: cell.name }, cell.tenants);
    capacity.set({ cell: cell.name }, cell.capacity);
  }
  return metrics.metrics();
}
