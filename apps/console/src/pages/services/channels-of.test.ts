import { expect, test } from 'vitest';
import { channelsOf } from './channels-of.js';

test('the channels are those that the service names, none while it says nothing', () => {
  const channel = { id: 'shift', type: 'mail', waiting: 0, problem: null };
  expect(channelsOf({ open: 0, channels: [channel] })).toEqual([channel]);
  expect([channelsOf(null), channelsOf({})]).toEqual([[], []]);
});
