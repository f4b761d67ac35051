import { writeSync } from 'node:fs';
import { batchOf, define, openStore } from './test-store.js';

/**
 * `node record-forever.js FOLDER SEED`: records without end, to be killed at any moment. Each value of tag t<i> is its own time in seconds, and each
 * time comes once. Prints, after each flush and whenever blocks were made, how far each tag is on the disk: `flushed <times as JSON>`.
 */
const [folder, seed] = process.argv.slice(2);
const tags = 5;
const store = await openStore(folder);
for (let i = 1; i <= tags; i += 1) define(store, i, `t${i}`);

let state = Number(seed) >>> 0 || 1;

/** Below `limit`; the same in every run with this seed. */
function random(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

/** Behind all that a run before can have had. */
let second = Number(process.argv[4]);
const last = new Array<number>(tags + 1).fill(0);
for (;;) {
  for (let n = random(50); n >= 0; n -= 1) {
    second += 1;
    const tag = 1 + random(tags);
    store.record(batchOf([tag, second * 1_000, second]));
    last[tag] = second;
  }
  store.flush();
  writeSync(1, `flushed ${JSON.stringify(last)}\n`);
  if (random(4) === 0) await store.sealAll();
  if (random(3) === 0) await new Promise((resolve) => setTimeout(resolve, random(10)));
}
