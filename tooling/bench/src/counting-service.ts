import { defineService } from '@fieldwarden/service';
import { z } from 'zod';

/** Follows every tag and counts what it is told: what each follower of tags costs beside its own work. */
export default defineService({
  name: 'counting',
  title: 'Counting service',
  version: '1.0.0',
  section: null,
  entry: import.meta.url,
  isolation: 'host',
  schema: z.strictObject({}),
  create({ tags }) {
    let seen = 0;
    return {
      start() {
        tags.onChange((_handles, count) => (seen += count));
        return Promise.resolve(undefined);
      },
      status: () => ({ seen, tags: tags.size }),
      health: () => ({ state: 'Healthy' }),
      stop: () => Promise.resolve(),
    };
  },
});
