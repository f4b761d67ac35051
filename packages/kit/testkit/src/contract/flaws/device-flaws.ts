import type { DiscoveredPage, DiscoverQuery, DriverSession, ReadPlan } from '@fieldwarden/driver';
import type { MemoryDevice } from '../memory/memory-device.js';
import { memoryError, MemorySession, type MakeSession } from '../memory/memory-driver.js';
import { flawed } from './flawed-session.js';
import type { Flaw } from './flaw.js';

type Devices = Parameters<NonNullable<DriverSession['setDevices']>>[0];

const inPages = 'lists the same nodes in small pages as in one large page, none of them twice';
const byText = 'finds nodes by a part of their name or address, in upper or lower case alike';
const oneMore = 'takes one more device while it reads: the others keep plans and connection, and the new one is read';
const going =
  'cancels the calls under way to a device that goes, refuses later ones as config, and reads the others on';
const otherOptions =
  'takes other options of a device while it runs: what was under way is cancelled, new plans are read';

/** Of browsing. */
const discoverFlaws: readonly Flaw[] = [
  {
    what: 'pages that leave out a node between them',
    breaks: [inPages],
    make: discovering((page) => ({ ...page, nextCursor: page.nextCursor && String(Number(page.nextCursor) + 1) })),
  },
  {
    what: 'more nodes than were asked for',
    breaks: [inPages],
    make: discovering((page) => ({ ...page, nodes: [...page.nodes, ...page.nodes] })),
  },
  {
    what: 'a browse that never ends',
    breaks: [inPages],
    make: discovering((page) => ({ nodes: page.nodes.slice(0, 1), nextCursor: page.nextCursor ?? '1' })),
  },
  {
    what: 'a search that finds everything',
    breaks: [byText],
    make: discovering((page) => page, { text: undefined }),
  },
  {
    what: 'a search that finds nothing',
    breaks: [byText],
    make: discovering((page, { text }) => (text === undefined ? page : { nodes: [], nextCursor: undefined })),
  },
  {
    what: 'a cursor that nobody gave, taken for the first page',
    breaks: ['refuses a cursor that it never gave, as BadContinuationPointInvalid'],
    make: discovering((page) => page, { cursor: undefined }),
  },
  {
    what: 'nothing under a node that is not there',
    breaks: ['refuses to look under a node that the device does not have, as BadNodeIdUnknown'],
    make: discovering((page) => page, { parent: undefined }),
  },
];

/** Of plans that end, and of devices that come and go. */
const liveFlaws: readonly Flaw[] = [
  {
    what: 'a release that takes the other plans along',
    breaks: ['reads its other plans on when one is released, and prepares the same points anew'],
    make: (device) =>
      new (class extends MemorySession {
        override releaseRead(): void {
          Object.assign(this, { read: () => Promise.reject(memoryError('config', 'MEMORY_NO_PLAN')) });
        }
      })(device),
  },
  {
    what: 'a promise of live devices that it does not keep',
    breaks: ['has setDevices if its type says that its devices may come and go'],
    make: flawed({ setDevices: undefined }),
  },
  {
    what: 'a new connection for the devices that it has',
    breaks: ['reads on over the same connection when it is given the devices that it has', oneMore],
    make: settingDevices((device, usual) => {
      let connections = 1;
      Object.assign(device, { connectionsSeen: () => connections });
      return async (devices) => {
        connections += 1;
        await usual(devices);
      };
    }),
  },
  {
    what: 'devices that it takes no notice of',
    breaks: [oneMore, going, otherOptions],
    make: flawed({ setDevices: () => Promise.resolve() }),
  },
  {
    what: 'plans that end with every change of devices',
    breaks: ['reads on over the same connection when it is given the devices that it has', oneMore],
    make: (device) => {
      const outdated = new WeakSet<ReadPlan>();
      const made: ReadPlan[] = [];
      return new (class extends MemorySession {
        override prepareRead(...args: Parameters<MemorySession['prepareRead']>): ReadPlan {
          const plan = super.prepareRead(...args);
          made.push(plan);
          return plan;
        }

        override async setDevices(devices: Devices): Promise<void> {
          for (const plan of made) outdated.add(plan);
          await super.setDevices(devices);
        }

        override async read(...args: Parameters<MemorySession['read']>): Promise<void> {
          if (outdated.has(args[0])) throw memoryError('config', 'MEMORY_NO_PLAN');
          await super.read(...args);
        }
      })(device);
    },
  },
  {
    what: 'subscriptions that end with every change of devices',
    breaks: ['keeps the subscriptions of the others when a device comes and goes'],
    make: settingDevices((device, usual) => async (devices) => {
      device.listeners.clear();
      await usual(devices);
    }),
  },
  {
    what: 'devices that it half takes before it refuses them',
    breaks: ['leaves everything as it was when it refuses devices'],
    make: (device) =>
      new (class extends MemorySession {
        override async setDevices(devices: Devices): Promise<void> {
          if (devices.every(({ id }) => id !== 'forbidden')) return await super.setDevices(devices);
          await super.setDevices([{ id: 'another', options: {} }]);
          throw memoryError('config', 'MEMORY_NO_DEVICE');
        }
      })(device),
  },
  {
    what: 'calls to a device that is gone, refused as timeouts',
    breaks: [going],
    make: (device) =>
      new (class extends MemorySession {
        override async read(...[plan, into, call]: Parameters<MemorySession['read']>): Promise<void> {
          await super.read(plan, into, call).catch((error: unknown) => {
            throw (error as { kind?: string }).kind === 'config' ? memoryError('timeout', 'MEMORY_SILENT') : error;
          });
        }
      })(device),
  },
];

export const deviceFlaws: readonly Flaw[] = [...discoverFlaws, ...liveFlaws];

/** Discovers with some fields of the query overridden, and changes the page. */
function discovering(
  change: (page: DiscoveredPage, query: DiscoverQuery) => DiscoveredPage,
  overrides: Partial<DiscoverQuery> = {},
): MakeSession {
  return (device) =>
    new (class extends MemorySession {
      override async discover(...[id, query, call]: Parameters<MemorySession['discover']>): Promise<DiscoveredPage> {
        return change(await super.discover(id, { ...query, ...overrides }, call), query);
      }
    })(device);
}

function settingDevices(
  make: (device: MemoryDevice, usual: MemorySession['setDevices']) => MemorySession['setDevices'],
): MakeSession {
  return (device) => {
    const session = new MemorySession(device);
    return Object.assign(session, { setDevices: make(device, session.setDevices.bind(session)) });
  };
}
