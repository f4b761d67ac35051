import { silentLogger, systemClock } from '@fieldwarden/core';
import { EmbeddedAuthority } from '../embedded/embedded-authority.js';
import { samplePlant, samplePublish } from './samples.js';

/**
 * `node publish-loop.js HOME`: publishes without end and prints `sealed N` and `published N`, to be killed at any moment. Sizes vary,
 * so that the pages of the file are used again and again.
 */
const authority = await EmbeddedAuthority.open({ home: process.argv[2], clock: systemClock, logger: silentLogger });
const site = authority.site('lab');
for (let i = 0; ; i++) {
  const document = samplePlant({ tags: 1 + ((i * 37) % 200), scanMs: 1_000 + i });
  const { generation } = await site.publish(samplePublish({ document }), async ({ generation }) =>
    say(`sealed ${generation}`),
  );
  await say(`published ${generation}`);
  await site.saveDraft(`draft ${generation} ${'x'.repeat((i * 997) % 9_000)}`, { by: samplePublish().by });
}

/** Resolves once the line has left this process: what was said survives it. */
function say(line: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}
