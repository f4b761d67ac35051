import type { AcknowledgeAnswer, AlarmList, AlarmRow, EventList } from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { waitFor } from '@fieldwarden/testkit';
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

async function alarmsOf(gateway: GatewayProcess): Promise<readonly AlarmRow[]> {
  return (await gateway.get<AlarmList>('/alarms')).alarms;
}

/** The only alarm there is, once it is so. */
async function alarmIs(gateway: GatewayProcess, wanted: Partial<AlarmRow>): Promise<AlarmRow> {
  return await waitFor(
    async () => {
      const alarms = await alarmsOf(gateway);
      expect(alarms).toMatchObject([wanted]);
      return alarms[0];
    },
    { what: 'the alarm', timeoutMs: 20_000 },
  );
}

async function alarmEvents(gateway: GatewayProcess): Promise<readonly GatewayEvent[]> {
  const { events } = await gateway.get<EventList>('/drivers/packaging/events');
  return events.filter(({ type }) => type === 'alarm');
}

describe('the alarm of a device over a kill of the gateway (§18.2)', () => {
  it('is the same alarm, as acknowledged as it was, and over when the device is back', async () => {
    await using plcs = await LinePlcs.start();
    const plant = patientPlant(plcs);
    plcs.modbus.unit(2).knobs = { silent: true };
    const killed = await GatewayProcess.start(plant);
    const before = await alarmIs(killed, { conditionId: 'off-scan/unit-2', active: true, acknowledged: false });
    const body = {
      driverId: 'packaging',
      conditionId: 'off-scan/unit-2',
      eventId: before.eventId,
      comment: 'on my way',
    };
    const answer = await killed.ask<AcknowledgeAnswer>('POST', '/alarms/acknowledge', body);
    await killed.kill(); // what was answered is on the disk
    expect(answer.body).toMatchObject({ outcome: 'done', status: 'Good' });

    await using gateway = await GatewayProcess.start(plant, {}, killed.home);
    for (const unit of [1, 3]) await gateway.tagTurns(`line/unit-${unit}/speed`, 'Good');
    const { eventId, at } = before;
    const same = { driverId: 'packaging', device: null, eventId, at, active: true, acknowledged: true };
    const again = { ...same, current: true, comment: 'on my way' };
    await alarmIs(gateway, again);
    const listed = await gateway.cli('alarms', 'list');
    expect(listed.stdout).toMatch(/500 {2}active, seen .*off-scan\/unit-2 .*\(on my way\)/);
    expect(await alarmEvents(gateway)).toEqual([]);

    plcs.modbus.unit(2).knobs = {};
    await gateway.ask('POST', '/drivers/packaging/test');
    await waitFor(async () => (await alarmsOf(gateway)).length === 0, { what: 'the end of the alarm' });
    expect(await alarmEvents(gateway)).toMatchObject([{ data: { conditionId: 'off-scan/unit-2', active: false } }]);
  }, 60_000);
});
