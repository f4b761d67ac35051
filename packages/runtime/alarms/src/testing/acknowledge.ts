import type { AlarmActAnswer } from '@fieldwarden/service';
import type { AlarmBook } from '../alarm-book.js';

export interface SeenAlarm {
  readonly driverId: string | null;
  readonly conditionId: string;
  readonly eventId?: string | undefined;
  readonly comment?: string | null;
}

/** Somebody has seen an alarm that was raised. */
export function acknowledge(book: AlarmBook, seen: SeenAlarm, by?: string): AlarmActAnswer {
  const { driverId, conditionId, eventId, comment } = seen;
  return book.act({ act: 'acknowledge', driverId, device: null, conditionId, eventId, comment: comment ?? '' }, by);
}
