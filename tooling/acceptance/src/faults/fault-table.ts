import { waitFor } from '@fieldwarden/testkit';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../processes/is-alive.js';
import { supervision, vanishingScript } from './fault-plant.js';
import type { InjectedFault, Scene } from './fault.js';

const recovers = (cause: string) => ({ state: 'Healthy', cause }) as const;
const unharmed = { state: 'Healthy', cause: null } as const;

/** A command to the chaos driver that ends its process. */
function deadly(command: string, cause: string): InjectedFault {
  return {
    name: command,
    driver: 'chaos',
    strike: async (scene) => await scene.command(command),
    outcome: recovers(cause),
  };
}

/** A few pings long: enough for a Supervisor that takes offence to act. */
const aWhileMs = 3 * supervision.suspectMs;

/** Longer than a Host may be silent. */
const beyondHangMs = 2 * supervision.hangKillMs;

/** Everything that SPEC §4 claims to survive, in the order in which it runs. */
export const faultTable: readonly InjectedFault[] = [
  deadly('crash', 'exit'),
  deadly('exit:3', 'exit'),
  deadly('exit:0', 'exit'),
  deadly('reject', 'exit'),
  deadly('abort', 'signal'),
  deadly('kill', 'signal'),
  {
    name: 'SIGKILL from outside',
    driver: 'chaos',
    strike: ({ pid }) => signal(pid, 'SIGKILL'),
    outcome: recovers('signal'),
  },
  deadly('hang', 'hang'),
  {
    name: 'SIGSTOP of the Host',
    driver: 'chaos',
    strike: ({ pid }) => signal(pid, 'SIGSTOP'),
    outcome: recovers('hang'),
  },
  {
    name: 'SIGSTOP of the Host, SIGCONT in time',
    driver: 'chaos',
    strike: async ({ gateway, pid, before }) => {
      await signal(pid, 'SIGSTOP');
      await gateway.driverTurns(before.id, 'Reconnecting');
      await signal(pid, 'SIGCONT');
    },
    outcome: unharmed,
  },
  {
    name: 'SIGSTOP of the gateway, then SIGCONT',
    driver: 'chaos',
    stopsGateway: true,
    strike: async ({ gateway }) => {
      gateway.signal('SIGSTOP');
      await sleep(beyondHangMs);
      gateway.signal('SIGCONT');
      await sleep(beyondHangMs);
    },
    outcome: unharmed,
  },
  deadly('garbage', 'protocol'),
  deadly('garbage:oversize', 'protocol'),
  deadly('garbage:cut', 'signal'), // a channel that ends: the process had its time to exit
  deadly('answer-twice', 'protocol'),
  failing('answer-late:200'),
  failing('slow:60000'),
  harmless('flood:logs'),
  harmless('flood:values', 'subscribed'),
  {
    name: 'descriptors',
    driver: 'chaos',
    strike: async ({ command, pid }) => {
      await command('descriptors');
      await waitFor(() => readdirSync(`/proc/${pid}/fd`).length >= 4_000, { what: 'many descriptors' });
      await command('ok');
    },
    outcome: unharmed,
  },
  {
    name: 'fork of a grandchild, then SIGKILL',
    driver: 'chaos',
    strike: async ({ command, pid }) => {
      await command('fork');
      await waitFor(() => childrenOf(pid).length > 0, { what: 'the grandchild' });
      grandchildren = childrenOf(pid);
      await signal(pid, 'SIGKILL');
    },
    outcome: recovers('signal'),
    verify: async () => {
      await waitFor(() => !grandchildren.some(isAlive), { what: 'the grandchild to be gone' });
    },
  },
  {
    name: 'ignored SIGTERM at stop',
    driver: 'refuse-stop',
    strike: async ({ gateway, before }) => await gateway.operate(before.id, 'stop'),
    outcome: { state: 'Stopped', cause: 'operator' },
  },
  {
    name: 'leak:50',
    driver: 'leaking',
    strike: async ({ gateway, command, before }) => {
      await waitFor(async () => (await gateway.driver(before.id)).memory.state === 'Normal', { what: 'a baseline' });
      await command('leak:50');
    },
    outcome: recovers('memory-hard'),
  },
  {
    name: 'allocate',
    driver: 'hungry',
    strike: async ({ command }) => await command('allocate'),
    outcome: recovers('memory-hard'),
  },
  {
    name: 'wedge that a new session ends',
    driver: 'wedged',
    strike: async ({ gateway, command, before }) => {
      await command('wedge');
      await waitFor(
        async () => (await gateway.events(before.id)).some(({ message }) => message === 'no longer wedged'),
        {
          what: 'the end of the wedge',
          timeoutMs: 20_000,
        },
      );
    },
    outcome: unharmed,
  },
  {
    name: 'wedge for good',
    driver: 'wedged',
    strike: async ({ command }) => await command('wedge:hard'),
    outcome: recovers('wedge'),
  },
  idle('never-ready', { state: 'Faulted', cause: 'start-timeout', crashLoop: 'open' }),
  idle('bad-configuration', { state: 'Faulted', cause: 'refused' }),
  idle('other-protocol', { state: 'Faulted', cause: 'refused' }),
  idle('crash-loop', { state: 'Faulted', cause: 'exit', crashLoop: 'open' }),
  {
    name: 'crash loop, then reset',
    driver: 'chaos',
    strike: async (scene) => {
      await crashUntilOpen(scene);
      await scene.gateway.operate(scene.before.id, 'reset');
    },
    outcome: recovers('signal'),
  },
  {
    name: 'script of the driver missing',
    driver: 'vanishing',
    strike: async ({ folder, pid }) => {
      rmSync(join(folder, vanishingScript));
      await signal(pid, 'SIGKILL');
    },
    outcome: { state: 'Faulted', cause: 'refused' },
  },
];

let grandchildren: readonly number[] = [];

/** Calls fail for as long as it lasts; the process is not to blame. */
function failing(command: string): InjectedFault {
  return {
    name: command,
    driver: 'chaos',
    strike: async ({ command: give, gateway, before }) => {
      await give(command);
      await gateway.driverTurns(before.id, 'Reconnecting');
      await sleep(aWhileMs);
    },
    outcome: { state: 'Reconnecting', cause: null },
  };
}

/** Costs nobody anything. */
function harmless(command: string, driver = 'chaos'): InjectedFault {
  return {
    name: command,
    driver,
    strike: async ({ command: give, valueTurns }) => {
      await give(command);
      await sleep(aWhileMs);
      await give('ok');
      await valueTurns('Good');
    },
    outcome: unharmed,
  };
}

/** A driver whose options are the fault. */
function idle(driver: string, outcome: InjectedFault['outcome']): InjectedFault {
  return {
    name: driver.replace('-', ' '),
    driver,
    strike: async ({ gateway }) => await gateway.operate(driver, 'start'),
    outcome,
  };
}

async function crashUntilOpen({ gateway, before }: Scene): Promise<void> {
  await waitFor(
    async () => {
      const { crashLoop, pid, state } = await gateway.driver(before.id);
      if (pid !== null && state === 'Healthy') await signal(pid, 'SIGKILL');
      return crashLoop === 'open';
    },
    { what: 'the crash-loop breaker to open', timeoutMs: 30_000, intervalMs: 20 },
  );
}

function signal(pid: number, name: NodeJS.Signals): Promise<void> {
  process.kill(pid, name);
  return Promise.resolve();
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
