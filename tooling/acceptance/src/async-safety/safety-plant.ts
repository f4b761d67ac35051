const scanMs = 100;

/** Short enough that every reaction shows within seconds. */
const supervision = {
  pingMs: 100,
  suspectMs: 400,
  hangKillMs: 1_500,
  startBudgetMs: 15_000,
  drainMs: 500,
  backoff: { initialMs: 50, maxMs: 1_000, jitter: 0.2 },
  crashLoop: { crashes: 1_000, windowMs: 60_000 },
};

const stability = { memory: { sampleMs: 100, baselineWindowMs: 1_000 }, wedge: { thresholdMs: 1_000 } };

/** One tag of each driver, by driver: what must go on whatever befalls the others. */
export const tagOf = {
  filler: 'line/filler/speed',
  capper: 'line/capper/speed',
  press: 'line/press/force',
  waves: 'line/waves/level',
} as const;

export const setpoint = 'line/filler/setpoint';

/** Drivers in the gateway's process and one in a Host, with every timer that can be short being short. */
export function safetyPlant(ports: { filler: number; capper: number; press: number }, description = ''): object {
  return {
    version: 1,
    site: 'safety',
    logging: { level: 'info', json: true },
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      modbus('filler', ports.filler, [
        { path: tagOf.filler, address: 'HR0', dataType: 'float32', scanMs, description },
        { path: setpoint, address: 'HR10', dataType: 'float32', scanMs, access: 'read-write' },
      ]),
      modbus('capper', ports.capper, [{ path: tagOf.capper, address: 'HR0', dataType: 'float32', scanMs }]),
      {
        id: 'press',
        type: 's7',
        options: { host: '127.0.0.1', port: ports.press },
        supervision,
        stability,
        resilience: { read: { timeoutMs: 1_000, retries: 0 } },
        devices: [{ id: 'plc', tags: [{ path: tagOf.press, address: 'DB1.DBD0', dataType: 'float32', scanMs }] }],
      },
      {
        id: 'waves',
        type: 'simulator',
        devices: [
          {
            id: 'pool',
            tags: [{ path: tagOf.waves, address: 'sine?periodMs=1000&amplitude=5', dataType: 'float64', scanMs }],
          },
        ],
      },
    ],
  };
}

function modbus(id: string, port: number, tags: readonly object[]): object {
  return {
    id,
    type: 'modbus',
    options: { host: '127.0.0.1', port, timeoutMs: 200 },
    stability,
    resilience: {
      read: { timeoutMs: 500, retries: 1 },
      breaker: { failures: 3, probeMs: 100, maxProbeMs: 200 },
    },
    devices: [{ id: 'unit', options: { unitId: 1 }, tags }],
  };
}
