import type {
  Driver,
  DriverDetail,
  DriverList,
  EventList,
  HostList,
  HostRow,
  Status,
  TagRow,
  TagWriteOutcome,
} from '@fieldwarden/admin-contract';
import type { GatewayEvent, RunFile } from '@fieldwarden/gateway-contract';
import { waitFor } from '@fieldwarden/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayRefused } from './gateway-refused.js';
import { runCli, cliLauncher, type CliResult } from './run-cli.js';

export interface GatewayLaunch {
  /** A plant document, or the path of one; absent: what is published runs. */
  readonly plant?: object | string;
  /** More arguments of `up`. */
  readonly args?: readonly string[];
  /** Added to this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Of a gateway that was started before and has ended. It is removed with the gateway that is disposed. */
  readonly home?: string;
  /** Until all ports answer. Default: 60 s. */
  readonly startLimitMs?: number;
  /** Of a disk that takes no run.json: what it prints last is waited for instead. */
  readonly withoutRunFile?: boolean;
}

/** What the Admin API answered, whatever it was. */
export interface AdminAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** By the words with which they are printed. */
const runFilePorts = { 'OPC UA server': 'opcuaPort', Health: 'healthPort', 'Admin API': 'adminPort' } as const;

const freePorts = ['--opcua-port', '0', '--health-port', '0', '--admin-port', '0'];

/** A real gateway, started by its command in a home of its own on free ports. */
export class GatewayProcess implements AsyncDisposable {
  readonly home: string;
  readonly #child: ChildProcess;
  /** Gives a connection up before the gateway does, which would break the next request. */
  readonly #agent = new Agent({ keepAlive: true, timeout: 2_000 });
  readonly #outputEnded: Promise<void>;
  #output = '';

  private constructor(home: string, child: ChildProcess) {
    this.home = home;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#outputEnded = new Promise((resolve) => child.once('close', () => resolve()));
  }

  /** Resolves once all ports answer; see `GatewayLaunch`. */
  static async start(plant: object | string, env: NodeJS.ProcessEnv = {}, home?: string): Promise<GatewayProcess> {
    return await GatewayProcess.launch({ plant, env, ...(home !== undefined && { home }) });
  }

  /** Resolves once all ports answer. Rejects with GatewayRefused if it ends before. */
  static async launch(launch: GatewayLaunch): Promise<GatewayProcess> {
    const { plant, args = [], env = {}, home = newHome(), withoutRunFile = false, startLimitMs = 60_000 } = launch;
    const runFile = join(home, 'run.json');
    if (!withoutRunFile) rmSync(runFile, { force: true }); // of one that was killed
    const plantArgs =
      plant === undefined ? [] : ['--plant', typeof plant === 'string' ? plant : writePlant(home, plant)];
    const all = [cliLauncher, 'up', ...plantArgs, '--home', home, ...freePorts, ...args];
    const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const gateway = new GatewayProcess(home, child);
    const isReady = (): boolean => (withoutRunFile ? gateway.output.includes('Admin API') : existsSync(runFile));
    await waitFor(() => isReady() || gateway.hasEnded, { what: 'the gateway', timeoutMs: startLimitMs });
    if (!gateway.hasEnded) return gateway;
    await gateway.#outputEnded;
    throw new GatewayRefused(child.exitCode, gateway.output);
  }

  get pid(): number {
    return this.runFile.pid;
  }

  get runFile(): RunFile {
    return JSON.parse(readFileSync(join(this.home, 'run.json'), 'utf8')) as RunFile;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Everything it printed. */
  get output(): string {
    return this.#output;
  }

  /** Runs a command against this gateway. */
  async cli(...args: readonly string[]): Promise<CliResult> {
    return await runCli([...args, '--home', this.home]);
  }

  /** Runs a command with `--json` and gives what it printed; throws if it failed. */
  async cliJson<T>(...args: readonly string[]): Promise<T> {
    const { code, stdout, stderr } = await this.cli(...args, '--json');
    if (code !== 0) throw new Error(`fieldwarden ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as T;
  }

  async drivers(): Promise<readonly Driver[]> {
    return (await this.get<DriverList>('/drivers')).drivers;
  }

  async driver(id: string): Promise<DriverDetail> {
    return await this.get<DriverDetail>(`/drivers/${id}`);
  }

  /** The newest events of a driver, oldest first. */
  async events(driverId: string): Promise<readonly GatewayEvent[]> {
    return (await this.get<EventList>(`/drivers/${driverId}/events`)).events;
  }

  async status(): Promise<Status> {
    return await this.get<Status>('/status');
  }

  async tag(path: string): Promise<TagRow> {
    return await this.get<TagRow>(`/tags/value?path=${encodeURIComponent(path)}`);
  }

  async hosts(): Promise<readonly HostRow[]> {
    return (await this.get<HostList>('/hosts')).rows;
  }

  async write(path: string, value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<TagWriteOutcome> {
    return await this.#send<TagWriteOutcome>('PUT', '/tags/value', { path, value }, headers);
  }

  /** Resolves when the action was carried out, with the driver as it is then. */
  async operate(id: string, action: 'start' | 'stop' | 'restart' | 'reset' | 'promote' | 'demote'): Promise<Driver> {
    return await this.#send<Driver>('POST', `/drivers/${id}/${action}?wait=true`);
  }

  /** Waits until the tag has the status, by name. */
  async tagTurns(path: string, status: string, timeoutMs = 20_000): Promise<void> {
    await waitFor(async () => (await this.tag(path)).status === status, {
      what: `${path} to turn ${status}`,
      timeoutMs,
    });
  }

  async driverTurns(id: string, state: string, timeoutMs = 20_000): Promise<void> {
    await waitFor(async () => (await this.driver(id)).state === state, { what: `${id} to be ${state}`, timeoutMs });
  }

  async get<T>(route: string): Promise<T> {
    return await this.#send<T>('GET', route);
  }

  /** Health port, anonymous. */
  async health(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.port('Health')}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** As `run.json` has it, else as it was printed. */
  port(what: keyof typeof runFilePorts): number {
    const port = existsSync(join(this.home, 'run.json')) ? this.runFile[runFilePorts[what]] : this.#printedPort(what);
    if (port === null) throw new Error(`the gateway has no ${what}`);
    return port;
  }

  #printedPort(what: string): number {
    const port = new RegExp(`${what} +\\S+:(\\d+)/`).exec(this.#output)?.[1];
    if (port === undefined) throw new Error(`the gateway printed no ${what}: ${this.#output}`);
    return Number(port);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Exit code, once the process has ended. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** In order; the home stays. Gives the exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return await this.ended();
  }

  /** At once; the home stays. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    this.signal('SIGCONT');
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  async #send<T>(method: string, route: string, body?: object, more?: Readonly<Record<string, string>>): Promise<T> {
    return (await this.ask<T>(method, route, body, more)).body;
  }

  /** One request over the socket; `body`: an object, or JSON. Rejects when the connection breaks before the answer is complete. */
  ask<T>(
    method: string,
    route: string,
    body?: object | string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<AdminAnswer<T>> {
    return new Promise((resolve, reject) => {
      const headers = { ...(body && { 'content-type': 'application/json' }), ...more };
      const options = {
        method,
        headers,
        socketPath: join(this.home, 'admin.sock'),
        path: `/api/v1${route}`,
        agent: this.#agent,
      };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(answerOf<T>(response.statusCode, chunks)));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(typeof body === 'object' ? JSON.stringify(body) : body);
    });
  }
}

function answerOf<T>(status = 0, chunks: readonly Buffer[]): AdminAnswer<T> {
  const text = Buffer.concat(chunks).toString('utf8');
  return { status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}

function newHome(): string {
  return mkdtempSync(join(tmpdir(), 'fieldwarden-'));
}

function writePlant(home: string, plant: object): string {
  const file = join(home, 'plant.yaml');
  writeFileSync(file, JSON.stringify(plant)); // JSON is YAML
  return file;
}
