import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';

const run = promisify(execFile);

/** Debian's `mosquitto` and `mosquitto-clients`: a broker and clients that nobody here wrote. */
export const hasMosquitto = pathOf('mosquitto') !== undefined && pathOf('mosquitto_pub') !== undefined;

export interface MosquittoOptions {
  readonly port?: number;
  /** Further lines of its configuration. */
  readonly configuration?: readonly string[];
}

/** A mosquitto of its own, on loopback, with nothing kept on disk. */
export class Mosquitto implements AsyncDisposable {
  readonly port: number;
  readonly #directory: TemporaryDirectory;
  #child: ChildProcess | undefined;

  private constructor(port: number, directory: TemporaryDirectory) {
    this.port = port;
    this.#directory = directory;
  }

  static async start({ port, configuration = [] }: MosquittoOptions = {}): Promise<Mosquitto> {
    const directory = await temporaryDirectory('fieldwarden-mosquitto-');
    const broker = new Mosquitto(port ?? (await freePort()), directory);
    const lines = [`listener ${broker.port} 127.0.0.1`, 'allow_anonymous true', 'persistence false', ...configuration];
    await writeFile(join(directory.path, 'mosquitto.conf'), `${lines.join('\n')}\n`);
    await broker.up();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Starts it again after `down`. */
  async up(): Promise<void> {
    const configuration = join(this.#directory.path, 'mosquitto.conf');
    this.#child = spawn(pathOf('mosquitto')!, ['-c', configuration], { stdio: 'ignore' });
    await waitFor(() => answers(this.port), { what: 'mosquitto to listen' });
  }

  async down(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  /** SIGSTOP and SIGCONT: it holds its connections and answers nothing. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Publishes with `mosquitto_pub`. */
  async publish(topic: string, text: string, ...options: string[]): Promise<void> {
    await run(pathOf('mosquitto_pub')!, ['-p', String(this.port), '-t', topic, '-m', text, '-q', '1', ...options]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw();
    await this.down('SIGKILL');
    await this.#directory[Symbol.asyncDispose]();
  }
}

function pathOf(command: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
