import type { AlarmRow } from '@fieldwarden/admin-contract';
import type { AlarmAct } from '../api/alarm-requests.js';

/** How an act is offered, asked for and told. */
export interface AlarmActWords {
  readonly label: string;
  readonly doing: string;
  /** `Filler is hot: acknowledged`. */
  readonly done: string;
  /** What it does, for who has not done it yet. */
  readonly meaning: string;
}

export const actWords: Readonly<Record<AlarmAct, AlarmActWords>> = {
  acknowledge: {
    label: 'Acknowledge',
    doing: 'Acknowledging',
    done: 'acknowledged',
    meaning: 'Says, under your name, that you have seen it and deal with it. It stays in the list while it is active.',
  },
  confirm: {
    label: 'Confirm',
    doing: 'Confirming',
    done: 'confirmed',
    meaning: 'Says, under your name, that its cause is remedied.',
  },
  comment: {
    label: 'Comment',
    doing: 'Saving',
    done: 'commented',
    meaning: 'Adds a note to its journal. Nothing else changes.',
  },
  shelve: {
    label: 'Shelve',
    doing: 'Shelving',
    done: 'shelved',
    meaning:
      'Sets it aside for a while: it does not count, and nobody is notified. It comes back by itself, at the latest after 8 hours.',
  },
  unshelve: {
    label: 'Unshelve',
    doing: 'Unshelving',
    done: 'back from the shelf',
    meaning: 'It counts again at once.',
  },
  reset: {
    label: 'Reset',
    doing: 'Resetting',
    done: 'reset',
    meaning: 'Its cause is over; releases what stayed latched.',
  },
};

/** What can be done about it now, the most usual first. */
export function actsOn(alarm: AlarmRow): readonly AlarmAct[] {
  const { retain, acknowledged, confirmed, shelved, latched, device, enabled } = alarm;
  return [
    ...(retain && !acknowledged ? (['acknowledge'] as const) : []),
    ...(acknowledged && !confirmed ? (['confirm'] as const) : []),
    ...(latched ? (['reset'] as const) : []),
    // A device keeps its own alarms: nobody here shelves them for it.
    ...(device === null && enabled && !shelved ? (['shelve'] as const) : []),
    ...(shelved ? (['unshelve'] as const) : []),
    'comment',
  ];
}

/** Without a note these are refused. */
export function needsNote(act: AlarmAct, { noteRequired }: Pick<AlarmRow, 'noteRequired'>): boolean {
  return act === 'comment' || act === 'shelve' || (noteRequired && (act === 'acknowledge' || act === 'confirm'));
}

const hourMs = 3_600_000;

export const shelfTimes = [
  { name: '30 minutes', forMs: hourMs / 2, once: false },
  { name: '1 hour', forMs: hourMs, once: false },
  { name: '2 hours', forMs: 2 * hourMs, once: false },
  { name: '8 hours', forMs: 8 * hourMs, once: false },
  { name: 'Until it is over, at most 8 hours', forMs: 8 * hourMs, once: true },
] as const;
