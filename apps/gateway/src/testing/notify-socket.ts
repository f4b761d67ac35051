import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Node has no unix datagram sockets. Ends with its standard input. */
const listener = `
import json, os, socket, sys, threading
box = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
box.bind(sys.argv[1])
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print('[]', flush=True)
while True:
    print(json.dumps(box.recv(4096).decode().splitlines()), flush=True)
`;

/** The end of NOTIFY_SOCKET where systemd would listen. */
export class NotifySocket implements AsyncDisposable {
  readonly path: string;
  /** Every assignment so far: `READY=1`. */
  readonly received: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(path: string) {
    this.path = path;
    this.#child = spawn('/usr/bin/python3', ['-c', listener, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const assignments = JSON.parse(line) as string[];
      // With BARRIER=1 systemd-notify only waits for its earlier message to be taken.
      this.received.push(...assignments.filter((each) => each !== 'BARRIER=1'));
    });
  }

  static async listen(): Promise<NotifySocket> {
    const socket = new NotifySocket(join(tmpdir(), `fieldwarden-notify-${randomUUID()}`));
    await once(socket.#child.stdout, 'data');
    return socket;
  }

  count(assignment: string): number {
    return this.received.filter((each) => each === assignment).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
    await rm(this.path, { force: true });
  }
}
