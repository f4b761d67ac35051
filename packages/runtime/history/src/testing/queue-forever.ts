import { writeSync } from 'node:fs';
import { batchOf } from './test-store.js';
import { openQueue } from './test-database.js';

/**
 * `node queue-forever.js FOLDER URL FIRST`: queues values for a database without end, to be killed at any moment. The values of tag t1 are FIRST,
 * FIRST + 1, …, each once. Prints `queued N` when all up to N are on disk or in the database.
 */
const [folder, url, first] = process.argv.slice(2);
const queue = await openQueue(folder, url);
const fromMs = Math.floor(Date.now() / 86_400_000) * 86_400_000;
for (let value = Number(first); ;) {
  for (let n = 1 + Math.floor(Math.random() * 200); n > 0; n -= 1) {
    queue.record(batchOf([1, fromMs + value, value]));
    value += 1;
  }
  await queue.flush();
  writeSync(1, `queued ${value - 1}\n`);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
}
