import { messageOf } from '@fieldwarden/core';
import type { Check, CheckResult } from './check.js';
import { checks } from './checks/index.js';
import type { DoctorFacts } from './facts/doctor-facts.js';

/** A row of `doctor`. */
export interface Examined extends CheckResult {
  readonly id: string;
}

/** Everything that can be said of a gateway. Never rejects: a check that fails itself is a row. */
export async function examine(facts: DoctorFacts, all: readonly Check[] = checks): Promise<readonly Examined[]> {
  return await Promise.all(all.map(async (check) => ({ id: check.id, ...(await result(check, facts)) })));
}

/** Whether there is something that somebody has to see to. */
export function isWeak(rows: readonly Examined[]): boolean {
  return rows.some(({ status }) => status !== 'ok');
}

async function result(check: Check, facts: DoctorFacts): Promise<CheckResult> {
  try {
    return await check.run(facts);
  } catch (error) {
    return {
      status: 'warn',
      message: `this could not be checked: ${messageOf(error)}`,
      remedy: 'report it with this text',
    };
  }
}
