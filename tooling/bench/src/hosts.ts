import type { GatewayProcess } from '@fieldwarden/acceptance';
import type { EventList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';

export interface HostsPlant {
  readonly hosts: number;
  readonly scanMs: number;
  readonly isolation: 'host' | 'in-process';
  readonly supervision?: object;
}

export const tagOf = (driver: string): string => `bench/${driver}/value`;

/** Drivers of the simulator, each with one tag. */
export function hostsPlant({ hosts, scanMs, isolation, supervision = {} }: HostsPlant): object {
  return {
    version: 1,
    site: 'bench',
    opcua: { enabled: false },
    drivers: Array.from({ length: hosts }, (_, i) => ({
      id: `sim-${i}`,
      type: 'simulator',
      isolation,
      ...(isolation === 'host' && { supervision }),
      options: {},
      devices: [{ id: 'waves', tags: [{ path: tagOf(`sim-${i}`), address: 'sine', dataType: 'float32', scanMs }] }],
    })),
  };
}

export async function allHealthy(gateway: GatewayProcess): Promise<void> {
  await waitFor(async () => (await gateway.drivers()).every(({ state }) => state === 'Healthy'), {
    what: 'all drivers to be healthy',
    timeoutMs: 120_000,
    intervalMs: 50,
  });
}

/** When each driver's Host became ready after `sinceMs` (1970), by the gateway's own events; waits for all, and asks for little. */
export async function readyTimesMs(
  gateway: GatewayProcess,
  drivers: readonly string[],
  sinceMs: number,
): Promise<readonly number[]> {
  const readyAtMs = new Map<string, number>();
  let since = 0;
  const look = async (): Promise<boolean> => {
    const { events } = await newerEvents(gateway, since);
    for (const event of events) {
      since = event.seq;
      const atMs = Date.parse(event.at);
      if (!('driverId' in event) || event.driverId === undefined || atMs < sinceMs) continue;
      if (event.message.endsWith('is ready') && !readyAtMs.has(event.driverId)) readyAtMs.set(event.driverId, atMs);
    }
    return drivers.every((id) => readyAtMs.has(id));
  };
  await waitFor(look, { what: 'the Hosts', timeoutMs: 120_000, intervalMs: 100 });
  return drivers.map((id) => readyAtMs.get(id)! - sinceMs);
}

async function newerEvents(gateway: GatewayProcess, since: number): Promise<EventList> {
  const asList = { accept: 'application/json' };
  return (await gateway.ask<EventList>('GET', `/events?since=${since}`, undefined, asList)).body;
}
