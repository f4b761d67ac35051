import type { ServiceFinding } from '@fieldwarden/service';

export function found(
  path: readonly (string | number)[],
  rule: string,
  message: string,
  severity: ServiceFinding['severity'] = 'error',
): ServiceFinding {
  return { path, rule, message, severity };
}
