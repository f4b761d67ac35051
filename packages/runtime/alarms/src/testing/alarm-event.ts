import type { AlarmEvent } from '@fieldwarden/driver';

/** An active, unacknowledged state of the condition `level`, unless said otherwise. */
export function alarmEvent(overrides: Partial<AlarmEvent> = {}): AlarmEvent {
  return {
    eventId: 'e1',
    conditionId: 'level',
    source: 'HR0',
    message: 'level is above 70',
    severity: 500,
    active: true,
    acknowledged: false,
    retain: true,
    atMs: 1_000,
    ...overrides,
  };
}
