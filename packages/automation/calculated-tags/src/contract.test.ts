import { isGood, parseDataType } from '@fieldwarden/core';
import { memoryTag } from '@fieldwarden/testkit';
import { describeService, type FixtureTag } from '@fieldwarden/testkit/service-suite';
import calculatedTags from './service.js';

const tags: readonly FixtureTag[] = [
  { definition: memoryTag('line/speed', { type: parseDataType('float64')! }), values: [1.5, 2.5, 3.5] },
  { definition: memoryTag('line/name', { type: parseDataType('string')! }), values: ['a', 'b'] },
  { definition: memoryTag('line/total', { type: parseDataType('int64')! }), values: [2n ** 60n, 5n] },
];

/** Each fixture tag, calculated from itself. */
const mirrors = tags.map(({ definition: { path, type } }) => ({
  path: `own/${path}`,
  dataType: type.scalar,
  expression: `{${path}}`,
}));

describeService({
  definition: calculatedTags,
  settings: { tags: mirrors },
  liveSettings: {
    tags: [...mirrors, { path: 'own/more', dataType: 'float64', expression: 'average({line/speed}, 60s)' }],
  },
  tags,
  async exercise({ context }, paths) {
    const seen = paths.map((path) => {
      const handle = context.tags.handleOf(`own/${path}`);
      const { value, status } = context.tags.read(handle ?? 0);
      const good = handle !== undefined && isGood(status);
      return { path, good, value: good ? value : null };
    });
    return await Promise.resolve(seen);
  },
});
