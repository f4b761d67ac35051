import assert from 'node:assert/strict';
import { readdir, readlink } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from '../../wait-for.js';
import type { TestServiceContext } from '../service-context.js';
import { TimerWatch } from './timer-watch.js';

/** Timers are watched one by one; the others come and go with the test runner. */
const elsewhere = new Set(['Timeout', 'Immediate', 'MessagePort', 'PipeWrap', 'TTYWrap', 'TickObject', 'FSReqPromise']);

/** What the process held open at one moment: what there is more of later, somebody left behind. */
export class OpenResources implements Disposable {
  readonly #counts: ReadonlyMap<string, number>;
  /** Set since then and not over yet; also those that let the process end. */
  readonly #timers = new TimerWatch();

  constructor() {
    this.#counts = countedResources();
  }

  /** `1 × TCPServerWrap`, `1 × timer set at …`. */
  more(): readonly string[] {
    const more = [...countedResources()].map(([kind, count]) => [kind, count - (this.#counts.get(kind) ?? 0)] as const);
    return [
      ...more.filter(([, count]) => count > 0).map(([kind, count]) => `${count} × ${kind}`),
      ...this.#timers.pending(),
    ];
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]();
  }
}

/** Of this moment, once what was closed just now is gone. */
export async function openResources(): Promise<OpenResources> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  return new OpenResources();
}

/** Waits until nothing of the service is left that was not there before, and says what is if that never comes. */
export async function assertNothingLeft(
  before: OpenResources,
  context: TestServiceContext,
  patienceMs: number,
): Promise<void> {
  const look = async (): Promise<readonly string[]> => [
    ...before.more(),
    ...heldOf(context),
    ...(await openFiles(context.directory)),
  ];
  await waitFor(async () => (await look()).length === 0, { what: 'nothing left', timeoutMs: patienceMs }).catch(
    () => 0,
  );
  assert.deepEqual(await look(), [], 'left behind');
}

function heldOf({ access, alarms, clock, tags }: TestServiceContext): readonly string[] {
  return [
    ...(clock.pendingTimers > 0 ? [`${clock.pendingTimers} × timer of its clock`] : []),
    ...(tags.listeners > 0 ? [`${tags.listeners} × listener of tags`] : []),
    ...(access.followers > 0 ? [`${access.followers} × listener of accounts`] : []),
    ...alarms.active.map(({ conditionId }) => `alarm ${conditionId}`),
  ];
}

function countedResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!elsewhere.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Files of the service's directory that are open. Only Linux tells. */
async function openFiles(directory: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(directory));
}

/** Takes a port as another program would; 0 = any. Rejects when it is taken. */
export async function takePort(port: number, host: string): Promise<TakenPort> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: () => closed(server) };
}

export interface TakenPort extends AsyncDisposable {
  readonly port: number;
}

/** A port that was free a moment ago. */
export async function freePort(host: string): Promise<number> {
  await using taken = await takePort(0, host);
  return taken.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}
