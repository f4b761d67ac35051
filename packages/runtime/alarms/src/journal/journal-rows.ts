import type { StateTransition } from '../state/state-input.js';
import type { AlarmChange, AlarmTransition } from '../told/alarm-change.js';
import type { JournalRow } from './journal-row.js';

/** What the journal says of a change. Another text, severity or quality is no transition; what happened at an instant came and went. */
export function journalRows(
  { transition, alarm, by, note }: AlarmChange,
  { at, generation }: Pick<JournalRow, 'at' | 'generation'>,
): readonly Omit<JournalRow, 'seq'>[] {
  const { conditionId: id, driverId, device, area, priority, message, value, quality } = alarm;
  return transitionsOf(transition).map((each) => ({
    at,
    id,
    driverId,
    device,
    area,
    priority,
    message,
    transition: each,
    value,
    quality,
    user: by ?? null,
    note: note ?? null,
    generation,
  }));
}

function transitionsOf(transition: AlarmTransition): readonly StateTransition[] {
  if (transition === 'changed') return [];
  return transition === 'occurred' ? ['active', 'cleared'] : [transition];
}
