import type { HealthCheck } from "../api";
import type { Registry } from "../registry";

/** How long ago a worker may have looked at a cell, milliseconds. */
const FRESH_MS = 120_000;

/** Asks what the service needs: its database, a worker with an engine, and a cell that answers. */
export async function readHealth(registry: Pick<Registry, "ping" | "cells">): Promise<HealthCheck[]> {
  try {
    await registry.ping();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [{ name: "database", ok: false, detail }];
  }
  const cells = await registry.cells.list();
  const seen = cells.some(({ checkedAt }) => Date.now() - checkedAt.getTime() < FRESH_MS);
  const ready = cells.some((cell) => cell.ready);
  return [
    { name: "database", ok: true },
    // Only workers have an engine; they tell of themselves by what they see.
    seen
      ? { name: "engine", ok: true }
      : { name: "engine", ok: false, detail: "no worker has looked at a cell lately" },
    ready
      ? { name: "cell", ok: true }
      : { name: "cell", ok: false, detail: "no cell's Kubernetes API answers" },
  ];
}
