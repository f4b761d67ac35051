import { join } from 'node:path';

/** Where one driver instance keeps what is its own. Plain data: a Host is told it. Absolute paths. */
export interface DriverFolders {
  readonly storage: string;
  readonly certificates: string;
}

export function driverFolders(home: string, driverId: string): DriverFolders {
  return { storage: join(home, 'driver-storage', driverId), certificates: join(home, 'pki', 'drivers', driverId) };
}
