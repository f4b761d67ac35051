import { expect, it } from 'vitest';
import { backlogOfBoth } from './backlog-of-both.js';

const curve = (...pending: number[]) => ({ at: '2030-01-01T00:00:00.000Z', everyMs: 5000, pending });

it.each([
  ['sums what waits at the same time, the newest last', curve(1, 2, 3), curve(10, 20), curve(1, 12, 23)],
  ['takes either side for the longer one', curve(10, 20), curve(1, 2, 3), curve(1, 12, 23)],
  ['is one side while the other has none yet', null, curve(4), curve(4)],
])('the backlog of both %s', (_, a, b, both) => expect(backlogOfBoth(a, b)).toEqual(both));

it('is nothing while neither has any', () => expect(backlogOfBoth(null, null)).toBeNull());
