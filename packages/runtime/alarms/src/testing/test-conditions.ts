import { statusCodes } from '@fieldwarden/core';
import type { AlarmConditionDefinition, ConditionVerdict } from '@fieldwarden/service';

/** Of the plant: has to be seen, and its remedy confirmed. */
export function testCondition(overrides: Partial<AlarmConditionDefinition> = {}): AlarmConditionDefinition {
  return {
    id: 'filler-hot',
    path: 'packaging/filler/temperature',
    area: 'packaging/filler',
    priority: 'high',
    class: { ack: 'single', noteRequired: false, latching: false, audible: true },
    message: 'Filler is hot',
    response: 'Check the cooling water',
    group: null,
    ...overrides,
  };
}

export function testVerdict(active: boolean, overrides: Partial<ConditionVerdict> = {}): ConditionVerdict {
  return {
    active,
    limitState: active ? 'high' : null,
    value: active ? 92.5 : 60,
    quality: statusCodes.Good,
    atMs: Date.UTC(2030, 0, 1),
    suppressed: false,
    frozen: false,
    ...overrides,
  };
}

/** One that people see and confirm, one that they set apart. */
export const testConditions: readonly AlarmConditionDefinition[] = [
  testCondition({ id: 'seen', class: { ack: 'confirm', noteRequired: false, latching: false, audible: true } }),
  testCondition({ id: 'apart' }),
];
