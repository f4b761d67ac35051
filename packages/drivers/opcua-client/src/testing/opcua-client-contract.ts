import type { DataType, TagValue } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import { FaultProxy } from '@fieldwarden/testkit';
import type { ContractDevice, DriverContractFixture } from '@fieldwarden/testkit/contract-suite';
import opcUaClientDriver from '../driver.js';
import { machineMethod, MachineExtras } from './machine-extras.js';
import { serverUri, UaTestServer } from './ua-test-server.js';

/** The driver as the contract suite sees it: one server for all cases, whose signals are set back for each, and a way to it that breaks. */
export const opcUaClientContract: DriverContractFixture = { definition: opcUaClientDriver, start: proxiedServer };

let shared: Promise<{ readonly server: UaTestServer; readonly extras: MachineExtras }> | undefined;

let recordedFromMs = 0;

async function start() {
  const server = await UaTestServer.start({ hasRecipes: true });
  const extras = new MachineExtras(server);
  recordedFromMs = Date.now() - 1_000;
  for (let value = 0; value < 5; value += 1) {
    extras.record(value);
    await new Promise((resolve) => setTimeout(resolve, 20)); // values of one time are one value
  }
  return { server, extras };
}

/** For after the suite. */
export async function stopSharedServer(): Promise<void> {
  await (await shared)?.server[Symbol.asyncDispose]();
  shared = undefined;
}

async function proxiedServer(): Promise<ContractDevice> {
  const { server, extras } = await (shared ??= start());
  server.reset();
  extras.raise(false);
  const proxy = await FaultProxy.listen({ targetPort: server.port });
  const options = {
    endpointUrl: `opc.tcp://127.0.0.1:${proxy.port}`,
    securityMode: 'None',
    keepAliveMs: 200,
    connectTimeoutMs: 1_500,
    reconnect: { initialMs: 50, maxMs: 100 },
  };
  return {
    options,
    devices: [{ id: 'machine', options: {} }],
    deviceId: 'machine',
    spareDevice: { id: 'other', options: {} },
    missingNode: 'ns=1;s=Nowhere',
    readable: [
      known('speed', { scalar: 'float32' }, 12.5),
      known('running', { scalar: 'bool' }, true),
      known('count', { scalar: 'int16' }, -7),
      known('serial', { scalar: 'int64' }, 9_007_199_254_740_993n),
      known('unsigned', { scalar: 'uint64' }, 2n ** 64n - 1n),
      known('name', { scalar: 'string' }, 'lemon'),
      known('label', { scalar: 'string' }, 'Filler'),
      known('blob', { scalar: 'bytes' }, Uint8Array.of(1, 2, 255)),
      known('madeAt', { scalar: 'datetime' }, Date.UTC(2026, 10, 30, 12, 0, 0, 250)),
      known('levels', { scalar: 'uint8', arrayLength: 3 }, [1, 2, 3]),
      known('grid', { scalar: 'float64', arrayLength: 6 }, [1, 2, 3, 4, 5, 6]),
      known('grid#[1,0]', { scalar: 'float64' }, 4),
      known('mode', { scalar: 'int32' }, 1),
      known('recipe#Weight', { scalar: 'float64' }, 12.5),
      known('recipe#Steps[0].DurationMs', { scalar: 'uint64' }, 9_007_199_254_740_993n),
      known('recipe#Steps[1].Name', { scalar: 'string' }, 'heat'),
    ],
    writable: [
      { point: point('speed', { scalar: 'float32' }), value: 20.25 },
      { point: point('running', { scalar: 'bool' }), value: false },
      { point: point('serial', { scalar: 'int64' }), value: -9_007_199_254_740_995n },
      { point: point('name', { scalar: 'string' }), value: 'a "quoted" lime' },
      { point: point('levels', { scalar: 'uint8', arrayLength: 3 }), value: [9, 8, 7] },
      { point: point('grid', { scalar: 'float64', arrayLength: 6 }), value: [6, 5, 4, 3, 2, 1] },
    ],
    rejected: { point: point('fixed', { scalar: 'int32' }), value: 2 },
    missing: point('absent', { scalar: 'int32' }),
    unparsable: { path: 'contract/unparsable', address: 'ns=1', type: { scalar: 'float32' } },
    recorded: () => ({ point: point('recorded', { scalar: 'float64' }), fromMs: recordedFromMs, toMs: Date.now() }),
    raiseAlarm: () => extras.raise(),
    method: { call: { ...machineMethod, inputs: [2n, 0.5] }, outputs: [2.5] },
    silence: () => void (proxy.toClient.silent = true),
    unsilence() {
      proxy.toClient.silent = false;
      // Bytes were lost on the way: what stands between a client and its server then is no connection any more.
      proxy.dropConnections();
    },
    vanish() {
      proxy.refuse();
      proxy.dropConnections();
    },
    comeBack: () => proxy.accept(),
    writesSeen: () => server.writes,
    connectionsSeen: () => proxy.accepted,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
    },
  };
}

function known(signal: string, type: DataType, expected: TagValue) {
  return { point: point(signal, type), expected };
}

function point(signal: string, type: DataType): Point {
  return {
    path: `contract/${signal.replaceAll(/\W+/g, '-')}`,
    address: `nsu=${serverUri};s=${signal}`,
    type,
    samplingIntervalMs: 50,
  };
}
