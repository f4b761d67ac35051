import { dirname, join } from 'node:path';

/** Id of the only outlet of a plant, where `mqtt` is no list. */
const onlyId = 'mqtt';

/**
 * INTERFACES §10: `<home>/outbox.mdb`; of an outlet in a list `outbox-<id>.mdb`. A file of its own, since outlets may run in processes of their own: who
 * opens the file has it checked, and replaced by a copy, which nobody else may have open then. The same one in-process and in a Host.
 */
export function outboxFileOf({ serviceId, pkiDirectory }: { serviceId: string; pkiDirectory: string }): string {
  return join(dirname(pkiDirectory), serviceId === onlyId ? 'outbox.mdb' : `outbox-${serviceId}.mdb`);
}
