import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { statusCodes } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestTag } from './testing/test-server.js';

const sources = fileURLToPath(new URL('./foreign/', import.meta.url));

const tags: readonly TestTag[] = [
  ['speed', 'float32', 12.5],
  ['count', 'int32', -70_000],
  ['setpoint', 'float32', 0, { limits: { min: 0, max: 100 } }],
  ['word', 'uint16', 0x12],
  ['fixed', 'uint16', 1, { access: 'read-only' }],
  ['run', 'bool', true],
  ['lamps', 'bool[12]', Array.from({ length: 12 }, (_, i) => i % 3 === 0)],
  ['table', 'uint16[125]', Array.from({ length: 125 }, (_, i) => i)],
  ['bad', 'uint16', 1],
  ['broken', 'uint16', 1],
];

const map = [
  { path: 'speed', address: 'HR0' },
  { path: 'count', address: 'HR2' },
  { path: 'setpoint', address: 'HR4', access: 'read-write' },
  { path: 'word', address: 'HR6', access: 'read-write' },
  { path: 'fixed', address: 'HR7', access: 'read-write' },
  { path: 'bad', address: 'HR8' },
  { path: 'broken', address: 'HR9' },
  { path: 'table', address: 'IR0' },
  { path: 'run', address: 'C0', access: 'read-write' },
  { path: 'lamps', address: 'C1', access: 'read-write' },
  { path: 'lamps', address: 'DI0' },
];

const units = [
  { unitId: 1, map },
  { unitId: 2, byteOrder: 'CDAB', map },
];

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(tags, { settings: { units } });
  server.tags.fail(statusCodes.BadNoCommunication, 'bad');
  server.tags.fail(statusCodes.BadDeviceFailure, 'broken');
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

beforeEach(() => {
  server.writer.answer = () => ({ outcome: 'done', status: statusCodes.Good });
});

/** A foreign client that takes commands in lines: see `foreign/libmodbus-client.c`. */
class ForeignClient {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: string[] = [];

  constructor(command: string, args: readonly string[]) {
    this.#process = spawn(command, args, { stdio: 'pipe' });
    this.#process.stderr!.on('data', (chunk: Buffer) => this.#errors.push(chunk.toString()));
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  async ask(command: string): Promise<string> {
    this.#process.stdin!.write(`${command}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the client ended: ${this.#errors.join('')}`);
    return value;
  }

  close(): void {
    this.#process.kill();
  }
}

const range = (from: number, count: number): string => Array.from({ length: count }, (_, i) => from + i).join(' ');

function itReadsAndWrites(client: () => ForeignClient): void {
  it.each([
    ['hr 1 0 4', '16712 0 65534 61072'],
    ['hr 2 0 4', '0 16712 61072 65534'],
    ['ir 1 0 125', range(0, 125)],
    ['c 1 0 13', '1 1 0 0 1 0 0 1 0 0 1 0 0'],
    ['di 1 3 9', '1 0 0 1 0 0 1 0 0'],
    ['hr 1 8 1', 'exception 11'],
    ['hr 1 7 2', 'exception 11'],
    ['hr 1 9 1', 'exception 4'],
    ['hr 1 10 1', 'exception 2'],
    ['c 1 0 14', 'exception 2'],
    ['hr 3 0 1', 'exception 10'],
  ])('%s gives %s', async (command, answer) => {
    expect(await client().ask(command)).toBe(answer);
  });

  it('writes registers with FC 6, 16, 22 and 23', async () => {
    expect(await client().ask('whr 1 6 4660')).toBe('');
    expect(await client().ask('hr 1 6 1')).toBe('4660');
    expect(await client().ask('whr 1 4 0x41c8 0')).toBe('');
    expect(server.tags.value(server.tags.handleOf('setpoint')!)).toBe(25);
    expect(await client().ask('hr 2 4 2')).toBe('0 16840');
    expect(await client().ask('mask 1 6 0xff00 0x00aa')).toBe('');
    expect(await client().ask('hr 1 6 1')).toBe(String(0x12aa));
    expect(await client().ask('rw 1 6 7 3 4')).toBe('16840 0 7');
  });

  it('writes coils with FC 5 and 15', async () => {
    expect(await client().ask('wc 1 0 0')).toBe('');
    expect(await client().ask('c 1 0 1')).toBe('0');
    expect(await client().ask('wc 1 0 1 1 0 0 1 0 0 1 0 0 1 0 0')).toBe('');
    expect(await client().ask('c 1 0 13')).toBe('1 1 0 0 1 0 0 1 0 0 1 0 0');
  });

  it('hears why a write was refused', async () => {
    expect(await client().ask('whr 1 4 0x42ca 0')).toBe('exception 3');
    expect(await client().ask('whr 1 4 0x41c8')).toBe('exception 3');
    expect(await client().ask('whr 1 7 5')).toBe('exception 2');
    server.writer.answer = () => ({ outcome: 'rejected', status: statusCodes.BadDeviceFailure });
    expect(await client().ask('whr 1 6 1')).toBe('exception 4');
    server.writer.answer = () => ({ outcome: 'unknown', status: statusCodes.BadTimeout });
    expect(await client().ask('whr 1 6 1')).toBe('exception 11');
    expect(await client().ask('wc 1 0 1')).toBe('exception 11');
  });
}

describe('for pymodbus', () => {
  let client: ForeignClient;

  beforeAll(() => {
    client = new ForeignClient('/usr/bin/python3', [`${sources}pymodbus-client.py`, String(server.port)]);
  });
  afterAll(() => client.close());

  itReadsAndWrites(() => client);

  it('identifies the gateway', async () => {
    expect(await client.ask('identify 1 0 0')).toBe(
      'Fieldwarden fieldwarden-gateway 1.2.3  Fieldwarden gateway  test site',
    );
  });
});

if (existsSync('/usr/include/modbus/modbus.h')) {
  describe('for libmodbus', () => {
    let client: ForeignClient;
    let folder: Awaited<ReturnType<typeof temporaryDirectory>>;

    beforeAll(async () => {
      folder = await temporaryDirectory();
      const binary = `${folder.path}/libmodbus-client`;
      execFileSync('gcc', ['-o', binary, `${sources}libmodbus-client.c`, '-lmodbus']);
      client = new ForeignClient(binary, [String(server.port)]);
    });
    afterAll(async () => {
      client.close();
      await folder[Symbol.asyncDispose]();
    });

    itReadsAndWrites(() => client);
  });
}

describe('for mbpoll', () => {
  const run = promisify(execFile);
  const poll = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('mbpoll', ['-m', 'tcp', '-p', String(server.port), '-a', '1', '-1', ...args]);
    return stdout;
  };

  it('shows floats, integers and bits at the numbers that the map gives them, from 1', async () => {
    expect(await poll('-t', '4:float', '-B', '-r', '1', '127.0.0.1')).toMatch(/\[1\]:\s+12\.5/);
    expect(await poll('-t', '4:int', '-B', '-r', '3', '127.0.0.1')).toMatch(/\[3\]:\s+-70000/);
    expect(await poll('-t', '3', '-r', '125', '127.0.0.1')).toMatch(/\[125\]:\s+124/);
    expect(await poll('-t', '1', '-r', '4', '-c', '3', '127.0.0.1')).toMatch(/\[4\]:\s+1\s+\[5\]:\s+0\s+\[6\]:\s+0/);
  });

  it('writes a float', async () => {
    expect(await poll('-t', '4:float', '-B', '-r', '5', '127.0.0.1', '--', '42.5')).toContain('Written 1 references');
    expect(server.tags.value(server.tags.handleOf('setpoint')!)).toBe(42.5);
  });

  it('names what the answer is where there is no value', async () => {
    await expect(poll('-t', '4', '-r', '9', '127.0.0.1')).rejects.toMatchObject({
      stderr: expect.stringMatching(/Target device failed to respond/) as string,
    });
  });
});
