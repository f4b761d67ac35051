import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { delay, systemClock } from '@fieldwarden/core';
import type { BrokerProgram, BrokerProgramOptions } from './broker-program.js';

const run = promisify(execFile);
const lookEveryMs = 20;
const patienceMs = 5_000;

/** Ends the broker with whoever holds its input, however that ends: a rig that was killed leaves none behind. */
const withItsParent = '"$0" -c "$1" & cat > /dev/null; kill $!; wait $!';

/** Eclipse mosquitto, where it is installed: MQTT 3.1.1 and 5. Nothing of it stays on disk. */
export class MosquittoBroker implements BrokerProgram {
  readonly name = 'mosquitto';
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static get isInstalled(): boolean {
    return pathOf('mosquitto') !== undefined && pathOf('mosquitto_passwd') !== undefined;
  }

  /** Rejects when it does not listen soon: it is too old for Unix sockets, or something of the system keeps it from starting. */
  static async start({ socketPath, folder, user }: BrokerProgramOptions): Promise<MosquittoBroker> {
    const passwords = join(folder, 'passwords');
    if (user) await run(pathOf('mosquitto_passwd')!, ['-b', '-c', passwords, user.name, user.password]);
    const lines = [
      `user ${userInfo().username}`,
      `listener 0 ${socketPath}`,
      'persistence false',
      'set_tcp_nodelay true',
      ...(user ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
    ];
    const configuration = join(folder, 'mosquitto.conf');
    await writeFile(configuration, `${lines.join('\n')}\n`);
    // A session of its own: Ctrl-C is for the rig, which ends it last.
    const child = spawn('sh', ['-c', withItsParent, pathOf('mosquitto')!, configuration], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.on('error', () => undefined);
    const broker = new MosquittoBroker(child);
    for (let waitedMs = 0; !(await answers(socketPath)); waitedMs += lookEveryMs) {
      if (waitedMs >= patienceMs) {
        await broker[Symbol.asyncDispose]();
        throw new Error(`mosquitto does not listen after ${patienceMs} ms`);
      }
      await delay(systemClock, lookEveryMs);
    }
    return broker;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.pid === undefined || this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await exited;
  }
}

function pathOf(command: string): string | undefined {
  // Debian keeps the broker in a folder that is not in everybody's path.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('error', () => resolve(false)).once('connect', () => resolve(true));
    socket.once('connect', () => socket.destroy());
  });
}
