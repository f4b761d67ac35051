import { ObservedBook } from '@fieldwarden/alarms/testing';
import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import type { DriverInstance } from './driver-instance.js';
import { InstanceTarget } from './instance-target.js';

it('a driver whose memory does not stay in its limits is an alarm that somebody has to see (§6.2)', () => {
  const { book, events } = new ObservedBook();
  const target = new InstanceTarget({ id: 'press' } as DriverInstance, new FakeClock(), book);
  target.alarm('recycled for its memory 3 times in a row', { recycles: 3 });
  target.recommendPromotion('memory is above its hard limit');
  expect(events).toMatchObject([
    { type: 'alarm', driverId: 'press', data: { conditionId: 'memory', recycles: 3 } },
    { message: expect.stringContaining('fieldwarden promote press'), data: { conditionId: 'memory' } },
  ]);
  expect(book.list()).toMatchObject([{ driverId: 'press', conditionId: 'memory', active: false, acknowledged: false }]);
});
