import type { GatewayProcess } from '@fieldwarden/acceptance';
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

/** When each driver's Host became ready after `sinceMs` (1970), by the gateway's own events; waits for all. */
export async function readyTimesMs(
  gateway: GatewayProcess,
  drivers: readonly string[],
  sinceMs: number,
): Promise<readonly number[]> {
  return await Promise.all(
    drivers.map(async (id) => {
      const ready = await waitFor(async () => (await readyEvents(gateway, id)).find((atMs) => atMs >= sinceMs), {
        what: `the Host of ${id}`,
        timeoutMs: 120_000,
        intervalMs: 100,
      });
      return ready - sinceMs;
    }),
  );
}

async function readyEvents(gateway: GatewayProcess, id: string): Promise<readonly number[]> {
  const events = await gateway.events(id);
  return events.filter(({ message }) => message.endsWith('is ready')).map(({ at }) => Date.parse(at));
}
