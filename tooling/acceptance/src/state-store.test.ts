import type { AlarmList, EventList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

const plant = {
  version: 1,
  site: 'test',
  opcua: { enabled: false },
  drivers: [{ id: 'sim', type: 'simulator', options: {}, devices: [{ id: 'plc', tags: [] }] }],
};

const eventsOf = async (gateway: GatewayProcess): Promise<readonly number[]> =>
  (await gateway.get<EventList>('/drivers/sim/events')).events.map(({ seq }) => seq);

it('a gateway whose state is damaged sets it aside, starts, and raises an alarm; its successor finds all in order (§16.5)', async () => {
  const first = await GatewayProcess.start(plant);
  const { home } = first;
  await first.driverTurns('sim', 'Healthy');
  const before = await eventsOf(first);
  first.signal('SIGKILL');
  await first.ended();

  const second = await GatewayProcess.launch({ home });
  await second.driverTurns('sim', 'Healthy');
  expect(Math.min(...(await eventsOf(second)))).toBeGreaterThan(Math.max(...before));
  expect((await second.get<AlarmList>('/alarms')).alarms).toEqual([]);
  second.signal('SIGKILL');
  await second.ended();

  truncateSync(join(home, 'state.mdb'), 6_000);
  await using third = await GatewayProcess.launch({ home });
  const { alarms } = await third.get<AlarmList>('/alarms');
  expect(alarms).toMatchObject([{ conditionId: 'state-damaged', driverId: null, active: true, retain: true }]);
  expect(alarms[0].message).toMatch(/state\.mdb could not be used: .*kept as state\.mdb\.damaged-/);
  expect(readdirSync(home).filter((name) => name.includes('damaged'))).toHaveLength(1);
  await third.driverTurns('sim', 'Healthy');
});

it('a gateway goes on with the numbers of events that an earlier version kept in a file', async () => {
  await using first = await GatewayProcess.start(plant);
  const { home } = first;
  first.signal('SIGTERM');
  await first.ended();
  expect(readdirSync(home)).toContain('state.mdb');
  for (const name of ['state.mdb', 'state.mdb-lock']) truncateSync(join(home, name), 0);
  writeFileSync(join(home, 'events.json'), '{"version":1,"reservedSeq":123000}');
  await using second = await GatewayProcess.launch({ home });
  await waitFor(async () => (await eventsOf(second)).length > 0, { what: 'an event' });
  expect((await eventsOf(second))[0]).toBeGreaterThan(123_000);
  expect(readdirSync(home)).not.toContain('events.json');
});
