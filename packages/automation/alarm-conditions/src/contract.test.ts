import { parseDataType } from '@fieldwarden/core';
import { memoryTag } from '@fieldwarden/testkit';
import { describeService } from '@fieldwarden/testkit/service-suite';
import alarms from './service.js';

const path = 'line/filler/temperature';
const row = { id: 'hot', path, message: 'Hot', condition: { type: 'limit', high: 80 } };

describeService({
  definition: alarms,
  settings: { conditions: [row] },
  liveSettings: { conditions: [{ ...row, message: 'Very hot' }] },
  tags: [{ definition: memoryTag(path, { type: parseDataType('float64')! }), values: [20, 85, 79] }],
  // What the book of alarms was told last is what a client sees.
  exercise: async ({ context }, paths) => {
    await Promise.resolve();
    return paths.map((asked) => {
      const verdict = asked === path ? context.conditions.verdictOf('hot') : undefined;
      const good = verdict?.frozen === false;
      return { path: asked, good, value: good ? context.tags.value(context.tags.handleOf(path)!) : null };
    });
  },
});
