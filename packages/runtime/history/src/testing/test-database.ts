import { silentLogger, systemClock } from '@fieldwarden/core';
import { DatabaseQueue, type DatabaseQueueOptions } from '../database/queue/database-queue.js';

export const wideQueue = { maxMessages: 1e6, maxBytes: 2 ** 40, maxAgeMs: 1e9, retentionDays: 30 };

/** A queue in `folder` for a database; tags t1 … t5 are float64. */
export async function openQueue(
  folder: string,
  url: string,
  options: Partial<DatabaseQueueOptions> = {},
): Promise<DatabaseQueue> {
  const queue = await DatabaseQueue.open({
    url,
    site: 'lab',
    file: `${folder}/history-outbox.mdb`,
    limits: wideQueue,
    clock: systemClock,
    logger: silentLogger,
    random: () => 0,
    ...options,
  });
  queue.define(
    [1, 2, 3, 4, 5].map((number) => ({ number, path: `t${number}`, type: { scalar: 'float64' }, stepped: false })),
  );
  return queue;
}
