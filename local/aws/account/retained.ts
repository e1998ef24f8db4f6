import type { PropertyMap } from "../framework/values";
import type { Executor } from "./store";

/** What AWS keeps of something deleted: a snapshot, or a name that stays taken for a while. */
export interface Retained {
  /** `rds-snapshot`, `secret`, `kms-key`. */
  kind: string;
  region: string;
  name: string;
  detail: PropertyMap;
  /** When AWS forgets it; never if absent. */
  expiresAt?: Date | undefined;
}

/** Keeps what deletions leave behind. */
export class RetainedStore {
  constructor(private readonly executor: Executor) {}

  /** Keeps something; a former one of the same name gives way. */
  async keep(retained: Retained): Promise<void> {
    await this.executor.query(
      `insert into retained (kind, region, name, detail, expires_at) values ($1, $2, $3, $4, $5)
       on conflict (kind, region, name) do update set detail = excluded.detail, expires_at = excluded.expires_at`,
      [
        retained.kind,
        retained.region,
        retained.name,
        JSON.stringify(retained.detail),
        retained.expiresAt ?? null,
      ],
    );
  }

  /** What is kept under a name and has not expired. */
  async find(kind: string, region: string, name: string): Promise<Retained | undefined> {
    return (await this.rows("kind = $1 and region = $2 and name = $3", [kind, region, name]))[0];
  }

  /** What is kept under a name and has not expired, in whatever region; the oldest where there are several. */
  async named(kind: string, name: string): Promise<Retained | undefined> {
    return (await this.rows("kind = $1 and name = $2", [kind, name]))[0];
  }

  /** Everything kept, or everything of a kind, oldest first. */
  list(kind?: string): Promise<Retained[]> {
    return this.rows("($1::text is null or kind = $1)", [kind ?? null]);
  }

  /** Everything of a kind whose detail contains these values, in a region or in all of them; oldest first. */
  search(kind: string, where: PropertyMap, region?: string): Promise<Retained[]> {
    return this.rows("kind = $1 and detail @> $2 and ($3::text is null or region = $3)", [
      kind,
      JSON.stringify(where),
      region ?? null,
    ]);
  }

  /** Forgets something, as a purge or a restore does. */
  async forget(kind: string, region: string, name: string): Promise<void> {
    await this.executor.query("delete from retained where kind = $1 and region = $2 and name = $3", [
      kind,
      region,
      name,
    ]);
  }

  private async rows(condition: string, values: readonly unknown[]): Promise<Retained[]> {
    const found = await this.executor.query<{
      kind: string;
      region: string;
      name: string;
      detail: PropertyMap;
      expires_at: Date | null;
    }>(
      `select kind, region, name, detail, expires_at from retained
       where ${condition} and (expires_at is null or expires_at > now()) order by created_at`,
      values,
    );
    return found.rows.map((row) => ({
      kind: row.kind,
      region: row.region,
      name: row.name,
      detail: row.detail,
      expiresAt: row.expires_at ?? undefined,
    }));
  }
}
