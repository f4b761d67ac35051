import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayProcess, type AdminAnswer } from '../processes/gateway-process.js';

interface Answer {
  readonly valid?: boolean;
  readonly code?: string;
  readonly findings?: readonly { readonly rule: string; readonly message: string }[];
}

const plant = {
  version: 1,
  site: 'lab',
  opcua: { enabled: false },
  drivers: [
    {
      id: 'line',
      type: 'simulator',
      devices: [
        { id: 'plc', tags: [{ path: 'line/a', address: 'sine?periodMs=1000', dataType: 'float64', scanMs: 100 }] },
      ],
    },
  ],
};

let gateway: GatewayProcess;
beforeAll(async () => (gateway = await GatewayProcess.start(plant)), 120_000);
afterAll(async () => await gateway[Symbol.asyncDispose]());

/** One request over the local socket with a body of gzip. */
async function send(route: string, body: string): Promise<AdminAnswer<Answer>> {
  const compressed = await promisify(gzip)(body);
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      {
        method: 'POST',
        socketPath: join(gateway.home, 'admin.sock'),
        path: `/api/v1${route}`,
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode!, body: JSON.parse(text) as Answer }));
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(compressed);
  });
}

const validated = (text: string): string => JSON.stringify({ text });
const bomb = Array.from({ length: 25 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);
const manyMistakes = {
  version: 1,
  site: 'lab',
  drivers: Array.from({ length: 900 }, () => ({ adress: 1, scanms: 2, x: 3, y: 4, z: 5 })),
};

/** What was, each, the end of a gateway or held it up for seconds; and what comes of it. */
const hostile: readonly (readonly [name: string, route: string, body: () => string, expected: RegExp])[] = [
  ['7 million empty drivers', '/config/validate', () => `{"document":{"drivers":[${'{},'.repeat(7_000_000)}{}]}}`, /BODY_TOO_LARGE/],
  ['7 million empty drivers to publish', '/config/publish', () => `{"message":"m","document":{"drivers":[${'{},'.repeat(7_000_000)}{}]}}`, /BODY_TOO_LARGE/],
  ['300,000 empty drivers', '/config/validate', () => `{"document":{"drivers":[${'{},'.repeat(300_000)}{}]}}`, /too-large.*300,001 drivers/],
  ['7 million numbers, nested', '/config/validate', () => `{"document":{"a":${'['.repeat(80)}${'1,'.repeat(7_000_000)}1${']'.repeat(80)}}}`, /BODY_TOO_LARGE/],
  ['a million numbers', '/config/validate', () => `{"document":{"a":[${'1,'.repeat(1_000_000)}1]}}`, /unknown-field|required/],
  ['30 MB of flow text', '/config/validate', () => validated(`a: [${'{b: c}, '.repeat(3_750_000)}]`), /too-large/],
  ['a bomb of aliases', '/config/validate', () => validated(`l0: &l0 [x, x]\n${bomb.join('\n')}\n`), /syntax/],
  ['20,000 levels', '/config/validate', () => validated(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`), /syntax|too-large/],
  ['4,500 mistakes', '/config/validate', () => JSON.stringify({ document: manyMistakes }), /more.*and [\d,]+ more/],
  ['fields of CSV that do not end', '/config/import-csv', () => JSON.stringify({ csv: `driver,device,path\n"${'a,"'.repeat(2_000_000)}`, text: JSON.stringify(plant) }), /csv-syntax|not-checked/],
  ['a draft of 30 MB', '/config/diff', () => validated(`# ${'x'.repeat(30 << 20)}`), /DOCUMENT_REFUSED/],
  ['5 million numbers', '/config/validate', () => `{"document":{"a":[${'1,'.repeat(5_000_000)}1]}}`, /unknown-field|required/],
]; // prettier-ignore

it.each(hostile)(
  '%s is refused with a reason, and nobody notices (§7.1)',
  async (_name, route, body, expected) => {
    const { pid } = gateway;
    const { status, body: answer } = await send(route, body());
    expect(JSON.stringify({ status, ...answer }).slice(0, 300_000)).toMatch(expected);
    expect(JSON.stringify(answer).length).toBeLessThan(2_000_000);
    expect(gateway.pid).toBe(pid);
    expect((await gateway.driver('line')).state).toBe('Healthy');
  },
  120_000,
);

it('health answers go on in the middle of all of it, and scans, too', async () => {
  let done = false;
  const attacks = Promise.all(hostile.slice(0, 6).map(async ([, route, body]) => await send(route, body()))).finally(
    () => (done = true),
  );
  let answers = 0;
  const before = (await gateway.tag('line/a')).sourceAt;
  while (!done) {
    expect((await gateway.health('/livez')).status).toBe(200);
    answers += 1;
  }
  await attacks;
  expect(answers).toBeGreaterThan(20);
  expect((await gateway.tag('line/a')).sourceAt).not.toBe(before);
}, 120_000);

it('a module of a third party is loaded nowhere but from the named folder, and never in the gateway (§3.5)', async () => {
  await using elsewhere = await temporaryDirectory();
  const ran = join(elsewhere.path, 'ran');
  const module = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, ''); process.exit(1);`;
  for (const folder of [elsewhere.path, gateway.home]) writeFileSync(join(folder, 'hostile.mjs'), module);
  const validate = async (type: string): Promise<string> => {
    const document = { ...plant, drivers: [{ id: 'd', type }] };
    const { body } = await gateway.ask<Answer>('POST', '/config/validate', { document });
    return JSON.stringify(body.findings);
  };
  expect(await validate(join(elsewhere.path, 'hostile.mjs'))).toMatch(
    /driver-not-loaded.*in no folder that the operator named/,
  );
  expect(await validate('./hostile.mjs')).toMatch(/driver-not-loaded.*(?:Access|permission|denied)/);
  writeFileSync(join(gateway.home, 'hostile.mjs'), 'process.exit(7);');
  expect(await validate('./hostile.mjs')).toMatch(/driver-not-loaded.*exit code 7/);
  expect(existsSync(ran)).toBe(false);
  await waitFor(async () => (await gateway.driver('line')).state === 'Healthy', { what: 'a plant that goes on' });
  expect(readFileSync(join(gateway.home, 'run.json'), 'utf8')).toContain(String(gateway.pid));
}, 60_000);
