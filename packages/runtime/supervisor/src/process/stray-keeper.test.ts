import { silentLogger } from '@fieldwarden/core';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayMark, markVariable, strayPids } from './gateway-mark.js';
import { processState } from './process-identity.js';
import { StrayKeeper } from './stray-keeper.js';

const modules = new URL('../../dist/process/', import.meta.url).href;

/** A process that watches as a gateway does, has a grandchild in a session of its own, and does nothing else. */
function gatewayProgram(home: string): string {
  return `
    import { spawn } from 'node:child_process';
    const { gatewayMark, markVariable } = await import('${modules}gateway-mark.js');
    const { StrayKeeper } = await import('${modules}stray-keeper.js');
    const mark = gatewayMark(${JSON.stringify(home)});
    const keeper = new StrayKeeper(mark, console);
    keeper.watch();
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH, [markVariable]: mark.whole } });
    console.log(child.pid);
    process.stdin.once('data', () => { keeper[Symbol.dispose](); process.exit(0); });
  `;
}

const begun: number[] = [];

async function start(home: string): Promise<{ gateway: ChildProcess; grandchild: number }> {
  const gateway = spawn(process.execPath, ['--input-type=module', '-e', gatewayProgram(home)], { stdio: ['pipe', 'pipe', 'inherit'] }); // prettier-ignore
  const [line] = (await once(gateway.stdout, 'data')) as [Buffer];
  const grandchild = Number(line.toString());
  begun.push(grandchild);
  return { gateway, grandchild };
}

const isGone = (pid: number): boolean => ['Z', undefined].includes(processState(pid));

afterEach(() => {
  for (const pid of begun.splice(0)) if (!isGone(pid)) process.kill(pid, 'SIGKILL');
});

describe('what drivers start (§4.6)', () => {
  it('ends with a gateway that is killed, in a session of its own too', async () => {
    await using home = await temporaryDirectory();
    const { gateway, grandchild } = await start(home.path);
    expect(isGone(grandchild)).toBe(false);
    gateway.kill('SIGKILL');
    await waitFor(() => isGone(grandchild), { what: 'the grandchild to end', timeoutMs: 20_000 });
  });

  it('is not touched by a gateway that ends in order, and swept by the next one on that home only', async () => {
    await using home = await temporaryDirectory();
    await using elsewhere = await temporaryDirectory();
    const { gateway, grandchild } = await start(home.path);
    gateway.stdin!.write('stop');
    await once(gateway, 'exit');
    new StrayKeeper(gatewayMark(elsewhere.path)!, silentLogger).sweep();
    expect([isGone(grandchild), strayPids(gatewayMark(elsewhere.path)!)]).toEqual([false, []]);
    expect(strayPids(gatewayMark(home.path)!)).toEqual([grandchild]);
    new StrayKeeper(gatewayMark(home.path)!, silentLogger).sweep();
    await waitFor(() => isGone(grandchild), { what: 'the grandchild to end', timeoutMs: 20_000 });
  });

  it('of this gateway itself is no stray', async () => {
    await using home = await temporaryDirectory();
    const mark = gatewayMark(home.path)!;
    const own = spawn('sleep', ['600'], {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, [markVariable]: mark.whole },
    });
    begun.push(own.pid!);
    await once(own, 'spawn');
    expect(strayPids(mark)).toEqual([]);
  });
});
