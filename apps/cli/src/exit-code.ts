/** INTERFACES §4. `badConfiguration` is EX_CONFIG of sysexits.h. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notRunning: 3,
  notAllowed: 4,
  badConfiguration: 78,
} as const;

export type ExitCode = number;
