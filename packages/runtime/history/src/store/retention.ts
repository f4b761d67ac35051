import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { MonthFile } from '../files/month-file.js';
import type { MonthFiles } from '../files/month-files.js';
import { hourOf } from '../records/record-key.js';

export interface RetentionLimits {
  readonly retentionDays: number;
  readonly maxBytes: number;
}

const dayMs = 86_400_000;
const keysAtATime = 2_000;
/** What is removed at a time is a little more than necessary, so that it is not begun anew at once. */
const roomShare = 0.05;
/** Pages that hold nothing, of a file that is smaller than this, are left to what comes. */
const compactedFromBytes = 1 << 20;

/** Removes what is too old, then the oldest of what is too much. Rejects with what the disk says. */
export async function applyRetention(
  files: MonthFiles,
  { retentionDays, maxBytes }: RetentionLimits,
  besidesBytes: number,
  nowMs: number,
): Promise<void> {
  await removeBelow(files, hourOf(nowMs - retentionDays * dayMs));
  const mostBytes = Math.max(0, maxBytes - besidesBytes);
  if (files.usedBytes <= mostBytes) return;
  while (files.usedBytes > mostBytes * (1 - roomShare)) {
    const [oldest] = files.all();
    const hour = oldest?.firstPlace()?.hour;
    if (hour === undefined) {
      if (!oldest || files.all().length === 1) break;
      await files.remove(oldest);
    } else await removeBelow(files, hour + 1);
  }
}

/** LMDB gives no page back: a file that holds little of what it takes is written anew. Nothing else may be done to the files meanwhile. */
export async function giveBack(files: MonthFiles, maxBytes: number): Promise<void> {
  if (files.fileBytes <= maxBytes) return;
  for (const file of files.all()) {
    if (file.fileBytes > compactedFromBytes && file.fileBytes > 2 * file.usedBytes && hasRoom(file))
      await files.compact(file);
  }
}

/** A copy that finds none would be an error in the midst. */
function hasRoom({ path, usedBytes }: MonthFile): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize > 2 * usedBytes;
}

async function removeBelow(files: MonthFiles, hour: number): Promise<void> {
  for (const file of files.all()) {
    if (file.hours[0] >= hour) return;
    if (file.hours[1] <= hour) await files.remove(file);
    else while (files.removeBelow(file, hour, keysAtATime) === keysAtATime) await setImmediate();
  }
}
