import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, recordOptions } from '@fieldwarden/storage/lmdb';
import { open } from 'lmdb';
import { atRate, cpuEach, messageNumber } from '../outbox-load.js';

const tickMs = 50;

/**
 * Nothing but LMDB: each tick puts what came, with its topic, and removes what the tick before has put, in one transaction that is waited for. No counters, no
 * checks, no limits, no copy of its own.
 */
export async function bareLmdbWriterCpu(folder: string, perSecond: number, durationMs: number): Promise<number> {
  const path = join(folder, 'bare.mdb');
  await createDatabase(path);
  const db = open<Buffer, Buffer>({ path, ...recordOptions });
  const key = Buffer.alloc(8);
  const keyOf = (n: number): Buffer => {
    key.writeUIntBE(n, 0, 6);
    return key;
  };
  let [waiting, stored]: [number[], number[]] = [[], []];
  let isOver = false;
  const ticks = (async () => {
    while (!isOver || waiting.length > 0) {
      await sleep(tickMs);
      const [put, remove] = [waiting, stored];
      waiting = [];
      await db.transaction(() => {
        for (const n of remove) db.removeSync(keyOf(n));
        for (const n of put) {
          const { topic, payload } = messageNumber(n);
          db.putSync(keyOf(n), Buffer.concat([Buffer.from(topic), payload]));
        }
      });
      stored = put;
    }
  })();
  const cpu = await cpuEach(async () => {
    const count = await atRate(perSecond, durationMs, (n) => void waiting.push(n));
    isOver = true;
    await ticks;
    return count;
  });
  await db.close();
  return cpu;
}
