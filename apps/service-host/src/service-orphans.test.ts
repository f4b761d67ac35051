import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { isRunning } from './test-services/start-service.js';

interface ParentLine {
  readonly pid: number;
  readonly state: string;
}

/** SPEC §4.6. */
const orphanLimitMs = 500;

describe('when the gateway is SIGKILLed (§4.6)', () => {
  it.each([
    ['idle', 'with', 'tied', ''],
    ['idle', 'without', 'untied', ''],
    ['spinning', 'with', 'tied', 'hang'],
    ['spinning', 'without', 'untied', 'hang'],
  ] as const)("the service's %s Host is gone within 0.5 s, %s setpriv", async (_state, _with, tie, request) => {
    const main = fileURLToPath(import.meta.resolve('@fieldwarden/service-host/test-services/parent'));
    const parent = spawn(process.execPath, [main, tie, request], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(parent, 'exit');
    const lines: ParentLine[] = [];
    createInterface({ input: parent.stdout }).on('line', (line) => lines.push(JSON.parse(line) as ParentLine));
    await waitFor(() => lines.length > 0, { what: 'the Host of the parent' });
    const { pid } = lines[0];
    if (request === 'hang') await waitFor(() => lines.at(-1)!.state === 'Reconnecting', { what: 'the loop' });
    expect(await isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await waitFor(async () => !(await isRunning(pid)), { what: 'the end of the Host', timeoutMs: orphanLimitMs });
    await exited;
  });
});
