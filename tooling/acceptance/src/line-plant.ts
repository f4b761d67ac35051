import { ModbusSimServer, S7SimServer } from '@fieldwarden/sim-plc';

/** A small line: one Modbus gateway with three units, one S7 press; each tag's register holds a known value. */
export class LinePlcs implements AsyncDisposable {
  readonly modbus: ModbusSimServer;
  readonly s7: S7SimServer;
  readonly db1: Buffer;

  private constructor(modbus: ModbusSimServer, s7: S7SimServer, db1: Buffer) {
    this.modbus = modbus;
    this.s7 = s7;
    this.db1 = db1;
  }

  static async start(): Promise<LinePlcs> {
    const db1 = Buffer.alloc(256);
    db1.writeFloatBE(81.5, 0);
    db1.writeInt16BE(-7, 4);
    const s7 = await S7SimServer.listen({ host: '127.0.0.1', port: 0, dbs: { 1: db1 } });
    const modbus = await ModbusSimServer.listen({ host: '127.0.0.1', port: 0, units: { 1: {}, 2: {}, 3: {} } });
    for (const unit of [1, 2, 3]) {
      modbus.unit(unit).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, unit * 1.5);
      modbus.counters.watchReads(unit, 3, 0);
    }
    return new LinePlcs(modbus, s7, db1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.modbus.close(), this.s7.close()]);
  }
}

const scanMs = 200;

/** The plant document for `LinePlcs`. `more` is merged over it at the top level. */
export function linePlant(plcs: { modbus: { port: number }; s7: { port: number } }, more: object = {}): object {
  return {
    version: 1,
    site: 'line',
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      {
        id: 'packaging',
        type: 'modbus',
        options: { host: '127.0.0.1', port: plcs.modbus.port, timeoutMs: 300 },
        resilience: { breaker: { failures: 5, probeMs: 300, maxProbeMs: 1_000 } },
        devices: [1, 2, 3].map((unitId) => ({
          id: `unit-${unitId}`,
          options: { unitId },
          tags: [
            { path: `line/unit-${unitId}/speed`, address: 'HR0', dataType: 'float32', scanMs },
            {
              path: `line/unit-${unitId}/setpoint`,
              address: 'HR10',
              dataType: 'float32',
              scanMs,
              access: 'read-write',
              limits: { min: 0, max: 120 },
            },
          ],
        })),
      },
      {
        id: 'press',
        type: 's7',
        options: { host: '127.0.0.1', port: plcs.s7.port },
        // A crash is to be seen by whoever asks now and then: without a pause the driver is back before.
        supervision: { backoff: { initialMs: 500 } },
        devices: [
          {
            id: 'plc',
            tags: [
              { path: 'line/press/force', address: 'DB1.DBD0', dataType: 'float32', scanMs },
              { path: 'line/press/count', address: 'DB1,INT4', dataType: 'int16', scanMs, access: 'read-write' },
            ],
          },
        ],
      },
    ],
    ...more,
  };
}
