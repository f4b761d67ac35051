import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from './processes/run-cli.js';

const root = resolve(import.meta.dirname, '../../..');

/** What `npm start` does once everything is built. */
const lab = `
import { runLab } from '${root}/tooling/bootstrap/lab/lab.mjs';
import { startOptions } from '${root}/tooling/bootstrap/lab/start-options.mjs';
process.exitCode = await runLab({ node: process.execPath, options: startOptions(process.argv.slice(1), process.env) });
`;

const ports = ['rig-modbus', 'rig-s7', 'rig-mqtt', 'rig-opcua', 'rig-control', 'opcua', 'health', 'admin'].map(
  (name) => `--${name}-port=0`,
);

class Lab implements AsyncDisposable {
  readonly #home: string;
  readonly #child: ChildProcess;
  output = '';

  constructor(home: string) {
    this.#home = home;
    this.#child = spawn(process.execPath, ['--input-type=module', '-e', lab, '--', '--home', home, ...ports]);
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  async ready(): Promise<void> {
    const isReady = (): boolean => this.output.includes('Ctrl-C') || this.#child.exitCode !== null;
    await waitFor(isReady, { what: 'the lab', timeoutMs: 120_000 });
    expect(this.#child.exitCode, this.output).toBeNull();
  }

  async cli(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runCli([...args, '--home', this.#home]);
    expect(code, stderr).toBe(0);
    return stdout;
  }

  /** Where the rig says that its Modbus PLCs are. */
  get modbusPort(): string {
    return /modbus (\d+)/.exec(this.output)![1];
  }

  /** Values come from the PLCs of this rig, Modbus and S7, from its two devices at the MQTT broker, and from its OPC UA server. */
  async readsTheRig(): Promise<void> {
    for (const path of [
      'packaging/filler/speed',
      'press/press/speed',
      'field/mixer/speed',
      'field/oven/speed',
      'wrapping/wrapper/speed',
    ])
      await waitFor(async () => (await this.cli('tags', 'read', path)).includes('Good'), {
        what: path,
        timeoutMs: 60_000,
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }
}

it('npm start: the plant follows the ports of the rig, and what was published survives the next start', async () => {
  await using folder = await temporaryDirectory();
  const home = join(folder.path, 'home');
  const changed = join(folder.path, 'changed.yaml');
  let before = '';
  {
    await using first = new Lab(home);
    await first.ready();
    await first.readsTheRig();
    for (const path of ['field/mixer/setpoint', 'field/oven/setpoint'])
      expect(await first.cli('tags', 'write', path, '20')).toContain('done');
    before = await first.cli('config', 'show');
    expect(before).toMatch(/^# The plant of the lab rig/);
    expect(before).toContain(`port: ${first.modbusPort},`);
    writeFileSync(changed, before.replace('path: demo/waves/toggle,', 'path: demo/waves/blink,'));
    await first.cli('config', 'publish', changed, '-m', 'by hand');
  }
  await using second = new Lab(home);
  await second.ready();
  await second.readsTheRig();
  const text = await second.cli('config', 'show');
  expect(text).toContain('demo/waves/blink');
  expect(text).toContain(`port: ${second.modbusPort},`);
  expect(text.split('\n').filter((line) => line.includes('#'))).toEqual(
    before.split('\n').filter((line) => line.includes('#')),
  );
}, 300_000);
