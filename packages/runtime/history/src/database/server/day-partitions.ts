import type { DatabaseConnection } from './database-connection.js';
import { schemaLock, type DayLayout } from './history-schema.js';

export const dayMs = 86_400_000;
/** Made before they are needed: at midnight nobody waits. */
const daysAhead = 2;

/** The days of UTC of which the table of values has room, and those that are old enough to go. */
export class DayPartitions {
  readonly #connection: DatabaseConnection;
  readonly #layout: DayLayout;
  readonly #known = new Set<number>();

  constructor(connection: DatabaseConnection, layout: DayLayout) {
    this.#connection = connection;
    this.#layout = layout;
  }

  /** Of today, and of the days that follow. */
  async makeAhead(nowMs: number): Promise<void> {
    const today = Math.floor(nowMs / dayMs);
    await this.make(Array.from({ length: daysAhead + 1 }, (_, i) => today + i));
  }

  /** `days`: since 1970. A partition is attached, not made in its place: readers and writers of the others go on. */
  async make(days: Iterable<number>): Promise<void> {
    const missing = [...days].filter((day) => !this.#known.has(day)).sort((a, b) => a - b);
    if (missing.length === 0) return;
    if (this.#layout === 'partitions') {
      const there = new Set(await this.#days());
      for (const day of missing) if (!there.has(day)) await this.#make(day);
    }
    for (const day of missing) this.#known.add(day);
  }

  /** Days before the one of `fromMs` go, the whole of each at once. */
  async dropBefore(fromMs: number): Promise<void> {
    const first = Math.floor(fromMs / dayMs);
    if (this.#layout === 'hypertable') {
      await this.#connection.query(`select drop_chunks('fieldwarden_history.value', $1::timestamptz)`, [iso(first)]);
      return;
    }
    for (const day of await this.#days()) {
      if (day >= first) continue;
      await this.#connection.run(`drop table if exists ${nameOf(day)}`);
      this.#known.delete(day);
    }
  }

  async #days(): Promise<readonly number[]> {
    const rows = await this.#connection.query<{ name: string }>(
      `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass('fieldwarden_history.value')`,
    );
    return rows.flatMap(({ name }) => {
      const found = /^value_(\d{4,6})(\d\d)(\d\d)$/.exec(name);
      return found ? [Math.round(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) / dayMs)] : [];
    });
  }

  async #make(day: number): Promise<void> {
    const table = nameOf(day);
    await this.#connection.transaction(async () => {
      await this.#connection.query('select pg_advisory_xact_lock($1)', [schemaLock]);
      const rows = await this.#connection.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
        table,
      ]);
      if (rows[0].there) return;
      await this.#connection.run(
        `create table ${table} (like fieldwarden_history.value including all);
         alter table fieldwarden_history.value attach partition ${table} for values from ('${iso(day)}') to ('${iso(day + 1)}')`,
      );
    });
  }
}

function nameOf(day: number): string {
  return `fieldwarden_history.value_${iso(day).slice(0, 10).replaceAll('-', '')}`;
}

function iso(day: number): string {
  return new Date(day * dayMs).toISOString();
}
