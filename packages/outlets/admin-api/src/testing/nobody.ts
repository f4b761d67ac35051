import { Access } from '@fieldwarden/accounts';
import { silentLogger, systemClock } from '@fieldwarden/core';

/** Access for a server into which nobody has to come. */
export async function nobody(): Promise<{ readonly access: Access }> {
  const audit = { record: () => undefined };
  return { access: await Access.open('/nonexistent', { audit, clock: systemClock, logger: silentLogger }) };
}
