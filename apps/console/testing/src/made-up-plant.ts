import type { Driver, HostRow, TagRow, TagValueShape } from '@fieldwarden/admin-contract';
import { sampleHostRow } from '@fieldwarden/admin-contract/testing';

/** A plant that is the same in every run: five drivers with 20 devices each, and as many tags as asked for. */

const types = [
  { id: 'packaging', type: 'modbus', tier: 'B', isolation: 'in-process' },
  { id: 'press', type: 's7', tier: 'C', isolation: 'host' },
  { id: 'boiler', type: 's7', tier: 'C', isolation: 'host' },
  { id: 'energy', type: 'modbus', tier: 'B', isolation: 'host' },
  { id: 'demo', type: 'simulator', tier: 'A', isolation: 'in-process' },
] as const;

const devicesPerDriver = 20;

export class MadeUpPlant {
  readonly paths: readonly string[];
  /** Ids of drivers that were broken on request. */
  readonly broken = new Set<string>();

  constructor(tags: number) {
    const perDevice = Math.ceil(tags / (types.length * devicesPerDriver));
    this.paths = types
      .flatMap(({ id }) =>
        range(devicesPerDriver).flatMap((device) =>
          range(perDevice).map((tag) => `${id}/${deviceId(device)}/signal${pad(tag, 4)}`),
        ),
      )
      .slice(0, tags)
      .sort((a, b) => (a < b ? -1 : 1));
  }

  drivers(uptimeMs: number): readonly Driver[] {
    return types.map((type, index) => ({ ...type, ...driverFields(index, this.broken.has(type.id), uptimeMs) }));
  }

  hosts(): readonly HostRow[] {
    return types.flatMap(({ id, type, tier, isolation }) =>
      range(devicesPerDriver).map((device) => ({
        ...healthyRow,
        driverId: id,
        driverType: type,
        tier,
        isolation,
        device: deviceId(device),
        ...(this.broken.has(id) && { driverState: 'Faulted' as const, deviceState: 'unreachable' as const }),
      })),
    );
  }

  /** A wave for every tag, each with a phase of its own. */
  value(path: string, atMs: number): TagValueShape {
    const phase = path.length + Number(path.slice(-4));
    const at = new Date(atMs).toISOString();
    const value = Math.round(5_000 + 5_000 * Math.sin(atMs / 4_000 + phase)) / 100;
    const bad = this.broken.has(path.split('/')[0]);
    const status = bad ? { status: 'BadNoCommunication', statusCode: 0x80310000 } : { status: 'Good', statusCode: 0 };
    return { path, value: bad ? null : value, ...status, sourceAt: at, serverAt: at };
  }

  row(path: string, atMs: number): TagRow {
    const [driverId, device, signal] = path.split('/');
    return {
      ...this.value(path, atMs),
      driverId,
      device,
      serviceId: null,
      dataType: 'float32',
      access: signal.endsWith('0') ? 'read-write' : 'read-only',
      unit: '%',
      description: null,
    };
  }
}

function driverFields(index: number, broken: boolean, uptimeMs: number) {
  const megabyte = 1_000_000;
  const lastError = {
    code: 'HOST_LOST',
    kind: 'host-lost',
    message: 'the Host ended with exit code 1',
    at: new Date().toISOString(),
  };
  return {
    enabled: true,
    state: broken ? ('Faulted' as const) : ('Healthy' as const),
    tags: 0,
    tagsBad: 0,
    tagsNeverGood: 0,
    pid: 4_000 + index,
    spawn: 1,
    upMs: uptimeMs,
    restarts: { crash: broken ? 5 : 0, recycle: 0, operator: 0 },
    crashLoop: broken ? ('open' as const) : ('closed' as const),
    nextAttemptAt: broken ? new Date(Date.now() + 60_000).toISOString() : null,
    memory: {
      bytes: (30 + index * 4 + Math.sin(uptimeMs / 9_000)) * megabyte,
      baselineBytes: (30 + index * 4) * megabyte,
      softBytes: 80 * megabyte,
      hardBytes: 160 * megabyte,
      state: 'Normal' as const,
    },
    cpuPercent: 1 + index,
    heartbeatMs: 400,
    pending: index,
    progress: Math.round(uptimeMs / 10),
    lastCause: broken ? 'exit' : null,
    lastError: broken ? lastError : null,
    generation: 7,
  };
}

const healthyRow = sampleHostRow({ baselineBytes: 30_000_000, currentBytes: 32_000_000, achievedScanMs: 1_000 });

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_none, index) => index);
}

function deviceId(device: number): string {
  return `unit${pad(device, 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
