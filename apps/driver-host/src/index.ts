import { fileURLToPath } from 'node:url';

/** Absolute path of the script that a Supervisor starts as a Host. */
export const driverHostMain = fileURLToPath(import.meta.resolve('@fieldwarden/driver-host/main'));
