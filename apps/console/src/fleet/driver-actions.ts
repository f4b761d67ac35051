import type { Driver } from '@fieldwarden/admin-contract';
import type { DriverAction } from '@fieldwarden/gateway-contract';

export interface ActionTexts {
  /** On the button. */
  readonly label: string;
  /** While it is under way. */
  readonly doing: string;
  /** Afterwards. */
  readonly done: string;
  /** What it costs, for the dialog; one sentence per line. */
  readonly consequences: (driver: Driver) => readonly string[];
  /** The button is red. */
  readonly interrupts: boolean;
}

const others = 'Other drivers do not notice.';

export const actionTexts: Readonly<Record<DriverAction, ActionTexts>> = {
  start: {
    label: 'Start',
    doing: 'Starting',
    done: 'started',
    consequences: () => ['The driver connects to its devices and begins to poll.', others],
    interrupts: false,
  },
  stop: {
    label: 'Stop',
    doing: 'Stopping',
    done: 'stopped',
    consequences: () => [
      'Every tag of the driver turns Bad, and stays so until it is started again.',
      'Writes under way are finished first, up to 10 s; later ones are refused.',
      others,
    ],
    interrupts: true,
  },
  restart: {
    label: 'Restart',
    doing: 'Restarting',
    done: 'restarted',
    consequences: ({ isolation }) => [
      isolation === 'host' ? 'Its process ends and another one starts.' : 'Its connections are closed and made anew.',
      'Its tags turn Bad until the devices have answered, usually a second or two.',
      others,
    ],
    interrupts: true,
  },
  recycle: {
    label: 'Recycle',
    doing: 'Recycling',
    done: 'recycled',
    consequences: () => [
      'A fresh process replaces the present one: memory is given back, connections are made anew.',
      'Work under way is finished first, up to 10 s. Its tags may be Bad for a second or two.',
      others,
    ],
    interrupts: true,
  },
  reset: {
    label: 'Try again now',
    doing: 'Trying again',
    done: 'tried again',
    consequences: () => [
      'The crash counter is cleared, and the driver is started at once instead of at the next planned attempt.',
      'If the reason is still there, it will fail again.',
    ],
    interrupts: false,
  },
  promote: {
    label: 'Move into a Host',
    doing: 'Moving into a Host',
    done: 'moved into a Host',
    consequences: () => [
      'The driver gets a process of its own: whatever it does, it can no longer harm the gateway.',
      'The new connection is made before the old one ends. The gap is at most one scan and one connect.',
      'It costs about 25 MB of memory. isolation: host in the configuration keeps it there after a restart.',
    ],
    interrupts: false,
  },
  demote: {
    label: 'Move into the gateway',
    doing: 'Moving into the gateway',
    done: 'moved into the gateway',
    consequences: () => [
      'The driver runs inside the gateway: less memory, and no protection of the gateway from this driver.',
      'The new connection is made before the old one ends. The gap is at most one scan and one connect.',
    ],
    interrupts: true,
  },
  reinitialize: {
    label: 'Reconnect',
    doing: 'Reconnecting',
    done: 'dropped its connections',
    consequences: () => ['All its connections are dropped and made anew, within the same process.', others],
    interrupts: true,
  },
};
