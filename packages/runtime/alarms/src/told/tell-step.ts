import type { ConditionEntry } from '../state/condition-entry.js';
import type { Stepped, StateTransition } from '../state/state-input.js';
import type { AlarmChange, AlarmListener } from './alarm-change.js';

export type StepRemarks = Pick<AlarmChange, 'data' | 'by' | 'note'>;

/** Each transition of a step as a change of its own, in their order. */
export function tellStep(
  tell: AlarmListener,
  { subject, alarm }: Pick<ConditionEntry, 'subject' | 'alarm'>,
  { transitions }: Pick<Stepped, 'transitions'>,
  remarks: StepRemarks = {},
): void {
  for (const transition of transitions) {
    const what = words[transition];
    const message = what === undefined ? alarm.message : `${alarm.message}: ${what}`;
    tell({ type: 'alarm', transition, subject, alarm, message, ...remarks });
  }
}

/** What stands behind the text of the alarm; nothing where the text says it. */
const words: Readonly<Partial<Record<StateTransition, string>>> = {
  limit: 'another limit',
  acknowledged: 'acknowledged',
  confirmed: 'confirmed',
  comment: 'commented',
  shelved: 'shelved',
  unshelved: 'no longer shelved',
  suppressed: 'suppressed',
  unsuppressed: 'no longer suppressed',
  enabled: 'enabled',
  disabled: 'disabled',
  'out-of-service': 'out of service',
  'in-service': 'in service again',
  reset: 'reset',
};
