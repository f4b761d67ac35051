import type { Tone } from '../../../fleet/state-words.js';

export interface OutcomeWords {
  readonly tone: Extract<Tone, 'good' | 'warning' | 'fault'>;
  readonly title: string;
  /** What it means for the machine, and what to do. */
  readonly meaning: string;
}

const words = {
  done: { tone: 'good', title: 'Done', meaning: 'The device confirmed the value.' },
  rejected: {
    tone: 'fault',
    title: 'Rejected',
    meaning: 'The device said no, or shows another value when read back. It did not take the value.',
  },
  'not-sent': {
    tone: 'warning',
    title: 'Not sent',
    meaning:
      'Nothing left the gateway: the value is outside the limits of the tag or does not fit its type, or the device could not be asked. Nothing was changed. It is safe to try again.',
  },
  unknown: {
    tone: 'fault',
    title: 'Outcome unknown',
    meaning:
      'The value was sent and nothing confirms it: the device may have taken it, or not. Nobody repeats it by itself. Look at the present value, or at the machine, before you write again.',
  },
} as const satisfies Record<string, OutcomeWords>;

const doneByGateway: OutcomeWords = { ...words.done, meaning: 'The gateway carried it out. No device was written.' };

/** What became of a write, in words (SPEC §2). An outcome that this console does not know is as good as unknown. */
export function outcomeWords(outcome: string, confirmedBy: 'device' | 'gateway' = 'device'): OutcomeWords {
  if (outcome === 'done' && confirmedBy === 'gateway') return doneByGateway;
  return words[outcome as keyof typeof words] ?? words.unknown;
}
