import { testOrigin } from '@fieldwarden/testkit';
import { gatewayPrincipal, type Origin, type Role } from '@fieldwarden/gateway-contract';
import { silentLogger } from '@fieldwarden/core';
import type { AlarmActRequest } from '@fieldwarden/service';
import { describe, expect, it } from 'vitest';
import { alarmEvent, MemoryTable, ObservedBook, testCondition, testVerdict } from '../testing/index.js';
import { AlarmActs, type AlarmActOutcome, type DeviceAcknowledgement } from './alarm-acts.js';

const ofPlant = { driverId: null, device: null, conditionId: 'filler-hot', eventId: undefined };
const ofDevice = { driverId: 'press', device: 'plc', conditionId: 'level', eventId: undefined };

async function stage(
  definition: Parameters<typeof testCondition>[0] = {},
  answer: AlarmActOutcome = { outcome: 'done', status: 'Good', confirmedBy: 'device' },
) {
  const { book, table } = await ObservedBook.restored(new MemoryTable());
  const conditions = book.conditionsOf('alarms');
  conditions.define([testCondition(definition)]);
  conditions.judge('filler-hot', testVerdict(true));
  book.ofDriver('press', ['plc']).report('plc', [alarmEvent()], () => undefined);
  const told: DeviceAcknowledgement[] = [];
  const acts = new AlarmActs({
    book,
    logger: silentLogger,
    tellDevice: (seen) => (told.push(seen), Promise.resolve(answer)),
  });
  const act = (request: Partial<AlarmActRequest>, origin: Origin = testOrigin()) =>
    acts.act({ act: 'acknowledge', comment: '', ...ofPlant, ...request }, origin);
  return { book, table, told, act };
}

const as = (role: Role, areas: readonly string[], via = 'rest'): Origin => ({
  ...testOrigin(),
  via,
  principal: gatewayPrincipal('anna', role, areas),
});

describe('what people do about alarms (§18.5)', () => {
  it('is for those who hold the permission for the area of the alarm', async () => {
    const { act } = await stage();
    for (const origin of [as('viewer', ['**']), as('operator', ['press/**'])]) {
      for (const name of ['acknowledge', 'shelve', 'comment', 'disable'] as const) {
        await expect(act({ act: name, comment: 'why' }, origin)).rejects.toMatchObject({
          kind: 'forbidden',
          message: expect.stringContaining('acknowledge') as unknown,
        });
      }
    }
    expect(await act({}, as('operator', ['packaging/**']))).toEqual({
      outcome: 'done',
      status: 'Good',
      confirmedBy: 'gateway',
    });
  });

  it('takes a note where it keeps others from seeing an alarm, and where the class says so', async () => {
    const { act } = await stage({ class: { ack: 'single', noteRequired: true, latching: false, audible: true } });
    const missing = { code: 'ALARM_NOTE_REQUIRED', kind: 'config', writeOutcome: 'not-sent' };
    for (const name of ['acknowledge', 'shelve', 'shelve-once', 'disable', 'out-of-service', 'comment'] as const) {
      await expect(act({ act: name, comment: '  ' })).rejects.toMatchObject(missing);
    }
    // 10000-9, 5.8.10: its methods have no place for one; an acknowledgement has.
    expect(await act({ act: 'shelve' }, as('operator', ['**'], 'opcua'))).toMatchObject({ outcome: 'done' });
    await expect(act({}, as('operator', ['**'], 'opcua'))).rejects.toMatchObject(missing);
  });

  it('is answered when it is on the disk, and claims no more than happened', async () => {
    const { act, book, table } = await stage();
    expect(await act({ comment: 'on my way' })).toEqual({ outcome: 'done', status: 'Good', confirmedBy: 'gateway' });
    expect([...table.onDisk.values()]).toContainEqual(
      expect.objectContaining({ state: expect.objectContaining({ acknowledged: true }) as unknown }),
    );
    expect(await act({})).toEqual({ outcome: 'rejected', status: 'BadConditionBranchAlreadyAcked' });
    expect(book.find(ofPlant)).toMatchObject({ comment: 'on my way' });
    await expect(act({ conditionId: 'nobody' })).rejects.toMatchObject({ code: 'ALARM_UNKNOWN' });
  });

  it('is told to the device that reports the alarm; what it cannot be told is refused', async () => {
    const silent = await stage({}, { outcome: 'unknown', status: 'BadTimeout' });
    expect(await silent.act({ ...ofDevice, comment: 'seen' })).toEqual({ outcome: 'unknown', status: 'BadTimeout' });
    expect(silent.told).toEqual([
      { driverId: 'press', device: 'plc', conditionId: 'level', eventId: 'e1', comment: 'seen' },
    ]);
    expect(silent.book.find(ofDevice)).toMatchObject({ acknowledged: false });
    await expect(silent.act({ ...ofDevice, act: 'shelve', comment: 'x' })).rejects.toMatchObject({
      code: 'ALARM_ACT',
      kind: 'rejected',
    });
    expect(await silent.act({ ...ofDevice, act: 'comment', comment: 'valve sticks' })).toMatchObject({
      outcome: 'done',
      confirmedBy: 'gateway',
    });
    expect(silent.told).toHaveLength(1);
  });
});
