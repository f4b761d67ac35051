import { writeFileSync } from 'node:fs';

export const siblings = ['filler', 'capper', 'labeller'] as const;

/** Interval at which every sibling is scanned. */
export const scanMs = 200;

/** Short enough that every reaction shows within seconds. */
export const supervision = {
  pingMs: 100,
  suspectMs: 400,
  hangKillMs: 1_500,
  startBudgetMs: 15_000,
  drainMs: 500,
  backoff: { initialMs: 50, maxMs: 1_000, jitter: 0.2 },
};

/** Drivers that the faults befall. The idle ones do not run until a fault starts them. */
export const idleDrivers = ['never-ready', 'bad-configuration', 'other-protocol', 'refuse-stop', 'crash-loop'] as const;

const simulator = new URL('driver.js', import.meta.resolve('@fieldwarden/driver-simulator')).href;

/** Name, in the folder of the plant document, of a driver type whose script a fault takes away. */
export const vanishingScript = './vanishing.mjs';

export function writeVanishingScript(file: string): void {
  writeFileSync(file, `export { default } from ${JSON.stringify(simulator)};\n`);
}

/** Three healthy siblings on the PLCs at `ports`, and drivers for everything that goes wrong beside them. */
export function faultPlant(ports: readonly number[]): object {
  return {
    version: 1,
    site: 'faults',
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      ...siblings.map((id, i) => sibling(id, ports[i])),
      chaos('chaos', { maxAllocateMb: 512, maxDescriptors: 4_000 }),
      chaos('subscribed', { delivery: 'subscribe', updateMs: 50 }),
      { ...chaos('never-ready', { neverReady: true }, { startBudgetMs: 1_000 }), enabled: false },
      { ...chaos('bad-configuration', { failStart: { exit: 78 } }), enabled: false },
      { ...chaos('other-protocol', { failStart: { exit: 55 } }), enabled: false },
      { ...chaos('refuse-stop', { refuseStop: true }), enabled: false },
      { ...chaos('crash-loop', { schedule: [{ afterMs: 20, command: 'crash' }] }), enabled: false },
      {
        id: 'vanishing',
        type: vanishingScript,
        supervision,
        devices: [
          { id: 'device', tags: [{ path: 'faults/vanishing/value', address: 'counter', dataType: 'float64', scanMs }] },
        ],
      },
    ],
  };
}

function sibling(id: string, port: number): object {
  return {
    id,
    type: 'modbus',
    options: { host: '127.0.0.1', port },
    devices: [
      {
        id: 'unit',
        options: { unitId: 1 },
        tags: [{ path: `line/${id}/speed`, address: 'HR0', dataType: 'float32', scanMs }],
      },
    ],
  };
}

function chaos(id: string, options: object, more: Partial<typeof supervision> = {}): object {
  return {
    id,
    type: 'chaos',
    options,
    supervision: { ...supervision, ...more },
    resilience: { read: { timeoutMs: 500, retries: 0 } },
    devices: [
      {
        id: 'device',
        tags: [
          { path: `faults/${id}/value`, address: 'counter', dataType: 'uint32', scanMs },
          { path: `faults/${id}/command`, address: 'command', dataType: 'string', access: 'read-write', scanMs },
        ],
      },
    ],
  };
}
