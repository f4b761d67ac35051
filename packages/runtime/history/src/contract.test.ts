import { parseDataType, type TagValue } from '@fieldwarden/core';
import { memoryTag } from '@fieldwarden/testkit';
import {
  describeService,
  type FixtureTag,
  type RunningService,
  type SeenTag,
} from '@fieldwarden/testkit/service-suite';
import history from './service.js';

function fixtureTag(path: string, type: string, ...values: FixtureTag['values']): FixtureTag {
  return { definition: memoryTag(path, { type: parseDataType(type)! }), values };
}

const list = (first: number): TagValue => Array.from({ length: 100 }, (_, i) => first + i);

/** What was kept of a tag last, as who reads history sees it. */
async function newest({ context }: RunningService, path: string): Promise<SeenTag> {
  const inAMinuteMs = Date.now() + 60_000;
  const request = { path, fromMs: inAMinuteMs, toMs: 0, limit: 1, bounds: false };
  const page = await context.desks.history.raw(request).catch(() => undefined);
  if (page?.timesMs.length !== 1 || page.statuses[0] !== 0) return { path, good: false, value: null };
  return { path, good: true, value: page.values[0] };
}

describeService({
  definition: history,
  settings: {},
  liveSettings: { retentionDays: 3 },
  restartingSettings: { store: 'none' },
  tags: [
    fixtureTag('line/speed', 'float64', 1.5, 2, 3),
    fixtureTag('line/name', 'string', 'a', 'ü'),
    fixtureTag('line/count', 'int64', 1n, 2n ** 62n),
    fixtureTag('line/list', 'int32[100]', list(0), list(7)),
  ],
  exercise: async (running, paths) => await Promise.all(paths.map((path) => newest(running, path))),
});
