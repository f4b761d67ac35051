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

const megabyte = 1_000_000;

/** A baseline after a second, and a hard limit that a leak reaches in another. */
const quickMemory = {
  sampleMs: 100,
  baselineWindowMs: 1_000,
  multiplier: 1.5,
  floorBytes: 10 * megabyte,
};

/** No baseline within the run: the cap alone applies. */
const cappedMemory = { sampleMs: 100, baselineWindowMs: 3_600_000, capBytes: 256 * megabyte };

/** Stopped until a fault befalls them, and again afterwards; each is well when it starts. */
export const sleepers = ['refuse-stop', 'leaking', 'hungry', 'wedged'] as const;

/** Stopped until a fault starts them; none of them is ever well. */
export const neverWell = ['never-ready', 'bad-configuration', 'other-protocol', 'crash-loop'] as const;

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
      { ...chaos('leaking', { maxAllocateMb: 512 }), enabled: false, stability: { memory: quickMemory } },
      { ...chaos('hungry', { maxAllocateMb: 512 }), enabled: false, stability: { memory: cappedMemory } },
      {
        ...chaos('wedged', {}),
        enabled: false,
        resilience: { read: { timeoutMs: 120_000, retries: 0 } },
        stability: { wedge: { thresholdMs: 1_000 } },
      },
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
