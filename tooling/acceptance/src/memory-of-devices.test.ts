import type { EventList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';

/** The line with a probe so late that none comes during the test. */
function patientPlant(plcs: LinePlcs): object {
  const { drivers, ...rest } = linePlant(plcs) as { drivers: readonly Record<string, unknown>[] };
  const breaker = { failures: 3, probeMs: 60_000, maxProbeMs: 60_000 };
  const [packaging] = drivers;
  return { ...rest, drivers: [{ ...packaging, resilience: { breaker, read: { timeoutMs: 500, retries: 0 } } }] };
}

async function rowOf(gateway: GatewayProcess, device: string) {
  return (await gateway.hosts()).find((row) => row.device === device);
}

/** The first event of a stream that a client resumes, as it stands on the wire. */
function firstEventAfter(gateway: GatewayProcess, seq: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'text/event-stream', 'last-event-id': String(seq) };
    const sent = request(
      { socketPath: join(gateway.home, 'admin.sock'), path: '/api/v1/events', headers },
      (response) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          resolve(text.split('\n\n')[0]);
          sent.destroy();
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('a gateway that was killed and started again', () => {
  it('shows the true time of the last opening and keeps the device off-scan until its probe is due (§5.8)', async () => {
    await using plcs = await LinePlcs.start();
    const plant = patientPlant(plcs);
    plcs.modbus.unit(2).knobs = { silent: true };
    const killed = await GatewayProcess.start(plant);
    await waitFor(async () => (await rowOf(killed, 'unit-2'))?.breaker === 'open', { what: 'unit 2 to be demoted' });
    const before = await rowOf(killed, 'unit-2');
    const onDisk = (): string => readFileSync(join(killed.home, 'devices.json'), 'utf8');
    await waitFor(() => onDisk().includes('"breaker": "open"'), { what: 'the record', timeoutMs: 2_000 });
    killed.signal('SIGKILL');
    await killed.ended();
    plcs.modbus.unit(2).knobs = {};
    plcs.modbus.counters.reset();

    await using gateway = await GatewayProcess.start(plant, {}, killed.home);
    for (const unit of [1, 3]) await gateway.tagTurns(`line/unit-${unit}/speed`, 'Good');
    const after = await rowOf(gateway, 'unit-2');
    expect(after).toMatchObject({ breaker: 'open', deviceState: 'demoted', consecutiveFailures: 3 });
    expect(after?.lastBreakerOpenAt).toBe(before?.lastBreakerOpenAt);
    expect(after?.nextProbeAt).toBe(before?.nextProbeAt);
    expect(plcs.modbus.counters.requestsByUnit.get(2)).toBeUndefined();
    await gateway.tagTurns('line/unit-2/speed', 'BadNoCommunication'); // drivers start behind the ports
    expect((await gateway.tag('_system/devices/packaging/unit-2/demoted')).value).toBe(true);
    expect(await rowOf(gateway, 'unit-1')).toMatchObject({ breaker: 'closed', lastBreakerOpenAt: null });
  });

  it('tells a client that resumes its stream of events that it may have missed some', async () => {
    await using plcs = await LinePlcs.start();
    const plant = patientPlant(plcs);
    const killed = await GatewayProcess.start(plant);
    await killed.driverTurns('packaging', 'Healthy');
    const asked = await killed.get<EventList>('/drivers/packaging/events');
    const lastSeq = asked.events.at(-1)!.seq;
    killed.signal('SIGKILL');
    await killed.ended();

    await using gateway = await GatewayProcess.start(plant, {}, killed.home);
    await gateway.driverTurns('packaging', 'Healthy');
    const again = await gateway.get<EventList>(`/drivers/packaging/events?since=${lastSeq}`);
    expect(again.gap).toMatchObject({ afterSeq: lastSeq, restarted: true });
    expect(again.bootId).not.toBe(asked.bootId);
    // Numbers are those of all events; what comes first may be no event of this driver.
    expect(again.gap!.nextSeq).toBeGreaterThan(lastSeq + 1);
    expect(again.events[0].seq).toBeGreaterThanOrEqual(again.gap!.nextSeq);
    const [name, data] = (await firstEventAfter(gateway, lastSeq)).split('\n');
    expect(name).toBe('event: hello');
    expect(JSON.parse(data.replace('data: ', ''))).toMatchObject({ bootId: again.bootId, gap: { restarted: true } });
  });
});
