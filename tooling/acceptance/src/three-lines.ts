import { waitFor } from '@fieldwarden/testkit';
import type { CountingPlcs, PlcCounts } from './counting-plcs.js';
import type { GatewayProcess } from './processes/gateway-process.js';

export const scanMs = 1_000;

export interface ThreeLines {
  /** Of `press/force`. Default: HR10, which holds 2005. */
  readonly address?: string;
  /** More tags of the press. */
  readonly tags?: readonly object[];
  readonly site?: string;
  /** More drivers. */
  readonly drivers?: readonly object[];
}

/** A mixer in the gateway, an oven in a Host, and a press, which is what the tests change. */
export function threeLines({ ports }: CountingPlcs, lines: ThreeLines = {}): object {
  const { address = 'HR10', tags = [], site = 'lines', drivers = [] } = lines;
  const force = { path: 'press/force', address, dataType: 'float32', scanMs };
  return {
    version: 1,
    site,
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      line('mixer', ports[0], 'in-process', [tag('mixer/speed')]),
      line('oven', ports[1], 'host', [tag('oven/heat')]),
      line('press', ports[2], 'in-process', [tag('press/state'), force, ...tags]),
      ...drivers,
    ],
  };
}

export function tag(path: string, address = 'HR0'): object {
  return { path, address, dataType: 'float32', scanMs };
}

function line(id: string, port: number, isolation: string, tags: readonly object[]): object {
  const devices = [{ id: 'plc', options: { unitId: 1 }, tags }];
  return { id, type: 'modbus', isolation, options: { host: '127.0.0.1', port }, devices };
}

/** `press/force` has the value that its present address holds. */
export async function pressReads(gateway: GatewayProcess, value: number): Promise<void> {
  await waitFor(
    async () => {
      const force = await gateway.tag('press/force');
      return force.status === 'Good' && force.value === value;
    },
    { what: `press/force to be ${value}`, timeoutMs: 20_000 },
  );
}

/** Mixer and oven as they are for whoever is not to notice a change. */
export class Untouched {
  readonly #gateway: GatewayProcess;
  readonly #plcs: CountingPlcs;
  readonly #before: readonly unknown[];

  private constructor(gateway: GatewayProcess, plcs: CountingPlcs, before: readonly unknown[]) {
    this.#gateway = gateway;
    this.#plcs = plcs;
    this.#before = before;
  }

  /** From now on every scan counts. */
  static async since(gateway: GatewayProcess, plcs: CountingPlcs): Promise<Untouched> {
    for (const id of ['mixer', 'oven']) await gateway.driverTurns(id, 'Healthy');
    await plcs.reset();
    return new Untouched(gateway, plcs, await identities(gateway, plcs));
  }

  /** Pids, spawns, connections now and then: to be equal. */
  async identities(): Promise<{ readonly now: readonly unknown[]; readonly before: readonly unknown[] }> {
    return { now: await identities(this.#gateway, this.#plcs), before: this.#before };
  }

  /** Longest pause between two scans that the two PLCs saw; milliseconds. Waits until each has seen three intervals. */
  async longestPauseMs(): Promise<number> {
    const seen = await waitFor(async () => enough((await this.#plcs.counts()).slice(0, 2)), {
      what: 'scans of mixer and oven',
      timeoutMs: 20_000,
      intervalMs: 50,
    });
    return Math.max(...seen.map(({ watched }) => watched.maxMs));
  }
}

/** A missed scan is a pause of two intervals; what is between is jitter of the machine. */
export const missedScanMs = 1.8 * scanMs;

function enough(counts: readonly PlcCounts[]): readonly PlcCounts[] | undefined {
  return counts.every(({ watched }) => watched.count >= 3) ? counts : undefined;
}

async function identities(gateway: GatewayProcess, plcs: CountingPlcs): Promise<readonly unknown[]> {
  const drivers = await Promise.all(['mixer', 'oven'].map(async (id) => await gateway.driver(id)));
  const counts = (await plcs.counts()).slice(0, 2);
  return drivers.map(({ id, pid, spawn, restarts }, i) => ({
    id,
    pid,
    spawn,
    restarts,
    connections: counts[i].connections,
  }));
}
