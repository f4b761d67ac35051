import type { Alarm } from '@fieldwarden/gateway-contract';

/** The gateway's book of alarms, for services that show it to others (SPEC §16.2). */
export interface AlarmFeed {
  /** Calls `listener` with every alarm of interest, and then with each change of one; `retain: false`: it is of interest no more. */
  follow(listener: (alarm: Alarm) => void): Disposable;
}

/** What tells one alarm from another. */
export function alarmKey({
  driverId,
  device,
  conditionId,
}: Pick<Alarm, 'driverId' | 'device' | 'conditionId'>): string {
  return JSON.stringify([driverId, device, conditionId]);
}
