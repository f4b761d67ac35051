import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverFolders, type DriverFolders } from '@fieldwarden/belongings';

/** Gone with the test process. */
const home = mkdtempSync(join(tmpdir(), 'fieldwarden-hosts-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

/** Where a driver in a Host of a test keeps what is its own. */
export function hostFolders(driverId: string): DriverFolders {
  return driverFolders(home, driverId);
}
