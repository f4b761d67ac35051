import type { Plant } from '@fieldwarden/config';

/** A driver that went back to what it ran before (SPEC §7.5). */
export interface RolledBack {
  readonly driverId: string;
  /** The one that it could not run on. */
  readonly generation: number;
  /** The one that it runs on instead; null = a plant without a number. */
  readonly runsOn: number | null;
  readonly reason: string;
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

/** What the gateway runs, all but the drivers themselves. Never changes: another one takes its place. */
export interface RunningConfiguration {
  /** Grows with every apply and every roll-back. */
  readonly version: number;
  /** Null for a plant that was never published. */
  readonly generation: number | null;
  readonly site: Plant['site'];
  readonly logging: Plant['logging'];
  readonly tls: Plant['tls'];
  readonly services: Plant['services'];
  readonly rolledBack: readonly RolledBack[];
}

export function firstConfiguration(
  { site, logging, tls, services }: Plant,
  generation: number | null,
): RunningConfiguration {
  return Object.freeze({ version: 1, generation, site, logging, tls, services, rolledBack: [] });
}

/** After an apply: nobody is rolled back from the new generation yet. A gateway serves one site for as long as it runs. */
export function appliedConfiguration(
  { version, site }: RunningConfiguration,
  { logging, tls, services }: Plant,
  generation: number,
): RunningConfiguration {
  return Object.freeze({ version: version + 1, generation, site, logging, tls, services, rolledBack: [] });
}

export function rolledBackConfiguration(before: RunningConfiguration, entry: RolledBack): RunningConfiguration {
  const others = before.rolledBack.filter(({ driverId }) => driverId !== entry.driverId);
  return Object.freeze({ ...before, version: before.version + 1, rolledBack: [...others, entry] });
}
