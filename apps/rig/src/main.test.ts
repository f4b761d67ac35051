import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const anyPorts = [
  '--modbus-port',
  '0',
  '--s7-port',
  '0',
  '--mqtt-port',
  '0',
  '--opcua-port',
  '0',
  '--control-port',
  '0',
];

test.each(['SIGTERM', 'SIGINT'] as const)(
  'says where it listens, answers there, and ends with 0 on %s',
  async (signal) => {
    const rig = run([...anyPorts, '--json']);
    const lines: string[] = [];
    for await (const line of createInterface({ input: rig.child.stdout! })) {
      lines.push(line);
      if (line.startsWith('{')) break;
    }
    const { modbusPort, controlPort, ...rest } = JSON.parse(lines.at(-1)!) as Record<string, number>;
    expect(Object.keys(rest)).toEqual(['schema', 's7Port', 'mqttPort', 'opcuaPort']);
    expect(lines[0]).toBe(`rig: Modbus on 127.0.0.1:${modbusPort}`);
    expect(lines).toHaveLength(7);
    expect((await fetch(`http://127.0.0.1:${controlPort}/`)).status).toBe(200);
    rig.child.kill(signal);
    expect(await rig.ended).toMatchObject({ code: 0, signal: null });
  },
);

test('ends with 1 and one line that names port and flag when a port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, errors } = await run([...anyPorts, '--s7-port', String(port)]).ended;
  expect(code).toBe(1);
  expect(errors.trim()).toBe(
    `rig: the S7 port ${port} on 127.0.0.1 is taken; choose another with --s7-port or FIELDWARDEN_RIG_S7_PORT`,
  );
  other.close();
});

test('ends with 2 for a flag that it does not know, with 0 for --help', async () => {
  expect(await run(['--speed', 'high']).ended).toMatchObject({ code: 2 });
  expect(await run(['--help']).ended).toMatchObject({ code: 0, errors: '' });
});

function run(args: readonly string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number; signal: string; errors: string }>;
} {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (bytes) => (errors += String(bytes)));
  child.stdout.resume();
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number,
    signal: signal as string,
    errors,
  }));
  return { child, ended };
}
