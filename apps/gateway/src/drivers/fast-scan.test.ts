import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { RunningPlant } from '../testing/running-plant.js';

const scanMs = 10;
const enoughReads = 300;

describe('a scan class of 10 ms, by the clock of the device (§8.2)', () => {
  it('uses every point of its grid or counts it as an overrun, and never drifts', async () => {
    await using plc = await ModbusSimServer.listen({ units: { 1: {}, 2: {} } });
    plc.counters.watchReads(1, 3, 0);
    const tags = (path: string, interval: number): object[] => [
      { path, address: 'HR0', dataType: 'uint16', scanMs: interval },
    ];
    const devices = [
      { id: 'fast', options: { unitId: 1 }, tags: tags('fast', scanMs) },
      { id: 'slow', options: { unitId: 2 }, tags: tags('slow', 250) },
    ];
    const options = { host: '127.0.0.1', port: plc.port };
    const drivers = [{ id: 'm', type: 'modbus', options, devices }];
    await using running = await RunningPlant.start({ version: 1, site: 'fast', drivers });
    await running.good('fast');
    const reads = (): number => plc.counters.readTimesMs(1, 3, 0).length;
    const [fast, slow] = running.driver('m').devices;
    const before = { reads: reads(), overruns: fast.statistics[0].overruns };
    await waitFor(() => reads() >= before.reads + enoughReads, { what: `${enoughReads} reads`, timeoutMs: 25_000 });
    const times = plc.counters.readTimesMs(1, 3, 0).slice(before.reads - 1);
    const missed = fast.statistics[0].overruns - before.overruns;
    const gridPoints = (times[times.length - 1] - times[0]) / scanMs;
    // The first and the last read may each have been some milliseconds late; what lies between is exact.
    expect(Math.abs(gridPoints - (times.length - 1 + missed))).toBeLessThanOrEqual(enoughReads / 20);
    expect(fast.statistics[0]).toMatchObject({ requestedMs: scanMs, tags: 1 });
    expect(fast.statistics[0].achievedMs).toBeGreaterThan(scanMs / 2);
    expect(slow.statistics[0]).toMatchObject({ requestedMs: 250, overruns: 0 });
  });
});
