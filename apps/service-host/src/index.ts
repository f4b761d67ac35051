import { fileURLToPath } from 'node:url';

/** Absolute path of the script that a Supervisor starts as the Host of a service. */
export const serviceHostMain = fileURLToPath(import.meta.resolve('@fieldwarden/service-host/main'));
