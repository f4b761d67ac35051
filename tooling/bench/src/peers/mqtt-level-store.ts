import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@fieldwarden/core';
import type { IStore } from 'mqtt';
import { atRate, cpuEach, messageNumber } from '../outbox-load.js';

const run = promisify(execFile);

/** Installed here and now for the comparison, never a dependency. What a user of mqtt.js takes who wants to keep messages over a restart. */
const version = '3.1.0';

export const levelStoreName = `mqtt-level-store ${version}`;

export interface LevelStores {
  readonly outgoing: IStore;
  readonly incoming: IStore;
}

/** Undefined, and a notice why, where it cannot be had. */
export async function levelStores(folder: string): Promise<LevelStores | undefined> {
  try {
    const what = `mqtt-level-store@${version}`;
    const npm = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', what];
    await run('npm', npm, { cwd: folder, timeout: 120_000 });
    const load = createRequire(join(folder, 'package.json'));
    const open = load('mqtt-level-store') as (path: string) => LevelStores;
    return open(join(folder, 'level'));
  } catch (error) {
    process.stderr.write(`${levelStoreName} is left out: ${messageOf(error)}\n`);
    return undefined;
  }
}

/**
 * As mqtt.js uses its store: put before it is sent, deleted with the acknowledgement. It does not flush to the disk. Ids go on beyond those of MQTT:
 * it falls behind, and an id that comes again fails.
 */
export async function levelStoreCpu(
  folder: string,
  perSecond: number,
  durationMs: number,
): Promise<number | undefined> {
  const store = (await levelStores(folder))?.outgoing;
  if (!store) return undefined;
  let [open, failed] = [0, 0];
  const cpu = await cpuEach(async () => {
    const count = await atRate(perSecond, durationMs, (n) => {
      const { topic, payload, qos, retain } = messageNumber(n);
      const packet = { cmd: 'publish', messageId: n + 1, topic, payload, qos, retain, dup: false } as const;
      open += 1;
      store.put(packet, (error) => {
        if (error) failed += 1;
        store.del(packet, () => void (open -= 1));
      });
    });
    while (open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return count;
  });
  await new Promise<void>((resolve) => {
    store.close(() => resolve());
  });
  if (failed > 0) throw new Error(`${levelStoreName} did not store ${failed} packets`);
  return cpu;
}
