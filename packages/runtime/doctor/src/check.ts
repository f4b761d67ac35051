import type { DoctorFacts } from './facts/doctor-facts.js';

export type CheckStatus = 'ok' | 'warn' | 'fail';

/** What a check found. `remedy`: what to do; null where nothing is to be done. */
export interface CheckResult {
  readonly status: CheckStatus;
  readonly message: string;
  readonly remedy: string | null;
}

/** One question about a gateway. It works with what can be seen, with and without a running one. */
export interface Check {
  /** Stable: `admin-http`. */
  readonly id: string;
  run(facts: DoctorFacts): CheckResult | Promise<CheckResult>;
}

export const ok = (message: string): CheckResult => ({ status: 'ok', message, remedy: null });
export const warn = (message: string, remedy: string): CheckResult => ({ status: 'warn', message, remedy });
export const fail = (message: string, remedy: string): CheckResult => ({ status: 'fail', message, remedy });
