import type { NotifiedAlarm } from '../message/notification.js';
import type { QuietHours } from '../settings.js';

/** One alarm for one receiver, from the moment when its step is due until somebody has taken it. Kept over restarts. */
export interface Queued {
  /** Of the alarm. */
  readonly key: string;
  readonly alarm: NotifiedAlarm;
  readonly channelId: string;
  /** Null: those of the channel. */
  readonly to: readonly string[] | null;
  readonly quietHours: QuietHours | null;
  readonly queuedAtMs: number;
  readonly notBeforeMs: number;
  readonly attempts: number;
  /** The message in which it is being sent; null: it waits. */
  readonly sendingIn: string | null;
}

/** What nobody will get by itself any more, and why. Kept. */
export interface DeadLetter {
  readonly at: string;
  readonly channel: string;
  readonly to: readonly string[] | null;
  readonly alarms: readonly NotifiedAlarm[];
  readonly result: 'refused' | 'unknown' | 'expired' | 'dropped';
  readonly message: string;
}

export const receiverOf = ({ channelId, to }: Pick<Queued, 'channelId' | 'to'>): string =>
  JSON.stringify([channelId, to]);
