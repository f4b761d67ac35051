import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '@fieldwarden/core';
import { atRate, cpuEach, messageNumber } from '../outbox-load.js';

const run = promisify(execFile);

/** Installed here and now for the comparison, never a dependency. What a user of mqtt.js takes who wants to keep messages over a restart. */
const version = '3.1.0';

export const levelStoreName = `mqtt-level-store ${version}`;

interface PacketStore {
  put(packet: object, done: (error?: unknown) => void): void;
  del(packet: object, done: (error?: unknown) => void): void;
  close(done: () => void): void;
}

/** Packet ids of MQTT. */
const maxId = 65_535;

/**
 * As mqtt.js uses its store: put before it is sent, deleted with the acknowledgement. Does not flush to the disk. Undefined, and a notice why, where it
 * cannot be had.
 */
export async function levelStoreCpu(
  folder: string,
  perSecond: number,
  durationMs: number,
): Promise<number | undefined> {
  try {
    const npm = [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `mqtt-level-store@${version}`,
    ];
    await run('npm', npm, { cwd: folder, timeout: 120_000 });
    const store = openStore(folder);
    let [open, failed] = [0, 0];
    const cpu = await cpuEach(async () => {
      const count = await atRate(perSecond, durationMs, (n) => {
        const { topic, payload, qos, retain } = messageNumber(n);
        const packet = { cmd: 'publish', messageId: 1 + (n % maxId), topic, payload, qos, retain, dup: false };
        open += 1;
        store.put(packet, (error) => {
          if (error) failed += 1;
          store.del(packet, () => void (open -= 1));
        });
      });
      while (open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return count;
    });
    await new Promise<void>((resolve) => store.close(resolve));
    if (failed > 0) throw new Error(`${failed} packets were not stored`);
    return cpu;
  } catch (error) {
    process.stderr.write(`${levelStoreName} is left out: ${messageOf(error)}\n`);
    return undefined;
  }
}

function openStore(folder: string): PacketStore {
  const load = createRequire(join(folder, 'package.json'));
  const manager = load('mqtt-level-store') as (path: string) => { readonly outgoing: PacketStore };
  return manager(join(folder, 'level')).outgoing;
}
