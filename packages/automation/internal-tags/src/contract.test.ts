import { describeService } from '@fieldwarden/testkit/service-suite';
import internalTags from './service.js';

const count = { path: 'own/count', dataType: 'int32', initial: 1 };

describeService({
  definition: internalTags,
  settings: { tags: [count] },
  liveSettings: { tags: [count, { path: 'own/more', dataType: 'string', initial: 'x' }] },
  tags: [],
  exercise: async () => await Promise.resolve([]),
  async store({ context }) {
    await context.ownTags.write('own/count', 5);
  },
});
