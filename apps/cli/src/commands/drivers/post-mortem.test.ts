import { postMortem, TestServer } from '@fieldwarden/admin-api/testing';
import { expect, test } from 'vitest';
import { noColours } from '../../output/palette.js';
import { postMortemText } from '../../output/post-mortem-text.js';
import { sparkline } from '../../output/sparkline.js';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

process.env.TZ = 'UTC'; // local times are shown

const on = ({ home }: TestServer) => ({ FIELDWARDEN_HOME: home });

test('a post-mortem says why, where it stood, what it said and did, and how its memory went', () => {
  const nowMs = Date.parse('2030-01-01T00:03:00.000Z');
  expect(postMortemText(postMortem({ generation: 7 }), { nth: 1, of: 3 }, noColours, nowMs)).toMatchInlineSnapshot(`
    "packaging  post-mortem 1 of 3

      Cause       hang: it no longer answered pings, and was killed
      End         SIGKILL
      Error       the Host of driver packaging ended (hang, SIGKILL)
      At          2030-01-01 00:00:00.000, 3 min ago
      Spawn       3
      Generation  7
      Id          20300101T000000.000Z-3

    Stack
      at decode (file:///drivers/acme.js:12:3)
      at read (file:///drivers/acme.js:40:9)

    Log, last lines
      connected
      decoding block 7

    Last calls
      STARTED       CALL  DEVICE  TOOK  RESULT     CORRELATION
      23:59:43.000  read  filler  4 ms  ok         c-1
      23:59:44.000  read  filler  16 s  HOST_LOST  c-2

    Memory
      ▁▂█
      8.0 MB → 16.0 MB private, at most 16.0 MB, over 2 s; heap 13.0 MB at the end
    "
  `);
});

test('a post-mortem of which little is known says so', () => {
  const nothing = { stack: null, logTail: [], operations: [], memory: [], exitCode: 3, signal: null, cause: 'novel' };
  const text = postMortemText(postMortem(nothing), { nth: 1, of: 1 }, noColours, 0);
  for (const part of ['Cause  novel\n', 'exit code 3', 'No stack', 'It logged nothing', 'not called', 'No sample']) {
    expect(text).toContain(part);
  }
});

test('only the last calls are shown, and how many there were', () => {
  const [call] = postMortem().operations;
  const operations = Array.from({ length: 1_000 }, (_, i) => ({ ...call, correlationId: `call-${i}` }));
  const text = postMortemText(postMortem({ operations }), { nth: 1, of: 1 }, noColours, 0);
  expect(text).toContain('Last 20 of 1000 calls');
  expect(text).toContain('call-980');
  expect(text).not.toContain('call-979');
});

test('a control character in a log line or a stack does not reach the terminal', () => {
  const text = postMortemText(
    postMortem({ stack: 'a\u001b[2J', logTail: ['b\u0007'] }),
    { nth: 1, of: 1 },
    noColours,
    0,
  );
  expect(text).toContain('a\\x1b[2J');
  expect(text).toContain('b\\x07');
});

test('post-mortem shows the newest, or the n-th newest, whole', async () => {
  await using server = await TestServer.start();
  server.control.postMortemsKept = [postMortem({ id: 'b', spawn: 9 }), postMortem({ id: 'a', cause: 'exit' })];
  expect((await runHere(['post-mortem', 'packaging'], on(server))).stdout).toContain('post-mortem 1 of 2');
  const older = await runHere(['post-mortem', 'packaging', '2', '--json'], on(server));
  expect(jsonOf(older)).toEqual({ schema: 'fieldwarden/post-mortem@1', ...postMortem({ id: 'a', cause: 'exit' }) });
});

test('post-mortem --list shows them one line each', async () => {
  await using server = await TestServer.start();
  expect((await runHere(['post-mortem', 'packaging', '--list'], on(server))).stdout).toContain('none of its processes');
  server.control.postMortemsKept = [postMortem(), postMortem({ cause: 'exit', exitCode: 1, signal: null })];
  const { code, stdout } = await runHere(['post-mortem', 'packaging', '--list'], on(server));
  expect(code).toBe(0);
  expect(stdout.split('\n')[1]).toMatch(/^1 +2030-01-01 00:00:00\.000 .* 3 +hang +SIGKILL$/);
  expect(stdout.split('\n')[2]).toMatch(/^2 .* exit +exit code 1$/);
});

test.each([
  [['post-mortem', 'packaging'], 1, 'none of its processes has failed'],
  [['post-mortem', 'nobody'], 1, 'No driver has the id "nobody"'],
  [['post-mortem', 'packaging', 'x'], 2, 'whole number'],
])('%j fails with exit code %i', async (args, exitCode, message) => {
  await using server = await TestServer.start();
  const { code, stderr } = await runHere(args, on(server));
  expect([code, stderr]).toEqual([exitCode, expect.stringContaining(message)]);
});

test('a sparkline runs from the lowest to the highest value', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 60)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([5, 5, 5], 60)).toBe('▁▁▁');
  expect(sparkline([], 60)).toBe('');
});

test('a sparkline keeps the peaks of more values than it has places', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => (i === 500 ? 9 : 0));
  expect(sparkline(values, 10)).toBe('▁▁▁▁▁█▁▁▁▁');
});
