import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import inspector from 'node:inspector';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { GatewayError, statusCodes, ValueColumns, type Logger } from '@fieldwarden/core';
import { defineDriver, type DriverSession, type Subscription, type UpdateSink } from '@fieldwarden/driver';
import { z } from 'zod';

/**
 * A driver without a device that does on command what drivers must not do. A write of a string is the command: `hang`, `throw`,
 * `exit:N`, `garbage`, `print:TEXT`, `log:TEXT`, `print-flood`, `log-flood`, `wait` (never answers), `slow:MS`, `spin:MS`,
 * `inspect`, `allocate`, `descriptors`, `litter` (until its caches are flushed). Reads give each point's address as a number. A subscription of device `flood` never ends to
 * deliver.
 */
export default defineDriver({
  type: 'misbehaving',
  version: '1.0.0',
  tier: 'C',
  entry: import.meta.url,
  options: z.strictObject({
    openMs: z.number().default(0).describe('Time that open takes, in ms'),
    failOpen: z.enum(['no', 'config', 'throw']).default('no').describe('How open fails'),
    ignoreTerminate: z.boolean().default(false).describe('Whether close never ends'),
  }),
  deviceOptions: z.strictObject({}),
  address: (text) => Number(text),
  create: ({ options, logger }): DriverSession => {
    const caches: object[][] = [];
    const commands: Record<string, (argument: string) => unknown> = {
      hang: spinForEver,
      throw: () => setTimeout(() => void throwFromTimer(), 0),
      exit: (code) => process.exit(Number(code)),
      garbage: () => writeGarbage(),
      print: (text) => console.log(text),
      log: (text) => logger.info(text, { detail: 42n }),
      wait: () => new Promise(() => undefined),
      slow: (ms) => sleep(Number(ms)),
      litter: () => caches.push(Array.from({ length: 400_000 }, (_, index) => ({ index }))),
      spin: (ms) => spinFor(Number(ms)),
      inspect: () => inspector.open(0, '127.0.0.1'),
      allocate: () => allocateForEver(),
      descriptors: () => takeDescriptors(),
      'print-flood': () => flood(() => printLines()),
      'log-flood': () => flood(() => logLines(logger)),
    };
    return {
      async open() {
        if (options.failOpen === 'config') throw refused();
        if (options.failOpen === 'throw') throw new Error('cannot open');
        await sleep(options.openMs);
      },
      close: () => (options.ignoreTerminate ? new Promise(() => undefined) : Promise.resolve()),
      prepareRead: (deviceId, points) => ({ deviceId, points }),
      read: (plan, into) => {
        plan.points.forEach(({ address }, row) => into.setNumber(row, Number(address), Date.now()));
        return Promise.resolve();
      },
      async write(_deviceId, items) {
        for (const { value } of items) {
          const [name, argument = ''] = String(value).split(':', 2);
          await commands[name]?.(argument);
        }
        return items.map(() => ({ outcome: 'done', status: statusCodes.Good }));
      },
      probe: () => Promise.resolve(),
      reinitialize: () => {
        logger.info('made anew');
        return Promise.resolve();
      },
      flushOptionalCaches: () => {
        caches.length = 0;
        logger.info('flushed');
      },
      subscribe: (deviceId, points, sink) => {
        pushOnce(sink, points.length);
        if (deviceId === 'flood') void flood(() => pushOnce(sink, points.length));
        return Promise.resolve<Subscription>({ deviceId });
      },
      unsubscribe: () => Promise.resolve(),
    };
  },
});

function spinForEver(): never {
  for (;;);
}

function spinFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

/** As much of it as goes. */
async function flood(burst: () => unknown): Promise<never> {
  for (;;) {
    await burst();
    await nextTurn();
  }
}

/** What stdout does not take at once would pile up in this process, which is not what is to be shown. */
async function printLines(): Promise<void> {
  const lines = `${'x'.repeat(200)}\n`.repeat(300);
  if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
}

function logLines(logger: Logger): void {
  for (let line = 0; line < 300; line += 1) logger.info('x'.repeat(200));
}

/** Up to a limit of its own, so that the machine does not suffer. */
function allocateForEver(): never {
  execFileSync('prlimit', ['--pid', String(process.pid), `--data=${300 * 1024 * 1024}`]);
  const kept: object[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
}

function takeDescriptors(): void {
  execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=200']);
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // There are none left.
  }
}

function throwFromTimer(): never {
  throw new TypeError('thrown from a timer');
}

/** Straight to the descriptor of the channel, as a native library gone wild might. */
async function writeGarbage(): Promise<void> {
  const { writeSync } = await import('node:fs');
  writeSync(3, Buffer.alloc(64, 0xff));
}

function refused(): GatewayError {
  return new GatewayError({ code: 'NEVER_WORKS', kind: 'config', message: 'these options can never work' });
}

function pushOnce(sink: UpdateSink, length: number): void {
  const columns = new ValueColumns(length);
  for (let row = 0; row < length; row += 1) columns.setNumber(row, row, Date.now());
  sink.push({ length, rows: Uint32Array.from({ length }, (_, row) => row), columns });
}
