import type { ServiceAlarms } from '@fieldwarden/service';

/** Alarms that stand now: message by condition. */
export function alarmBook(): ServiceAlarms & { readonly standing: ReadonlyMap<string, string> } {
  const standing = new Map<string, string>();
  return {
    standing,
    raise: ({ conditionId, message }) => void standing.set(conditionId, message),
    clear: (conditionId) => void standing.delete(conditionId),
  };
}
