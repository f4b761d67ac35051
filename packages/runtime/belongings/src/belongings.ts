import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type Logger } from '@fieldwarden/core';
import type { DriverContext } from '@fieldwarden/driver';
import type { DriverFolders } from './driver-folders.js';
import { FileDriverStorage } from './file-driver-storage.js';

/** What a driver keeps over restarts. */
export type DriverBelongings = Pick<DriverContext, 'storage' | 'certificates'>;

/** How a driver gets at them, whenever a session of it is made. */
export type OpenBelongings = (folders: DriverFolders, logger: Logger) => Promise<DriverBelongings>;

/** Makes the folders if they are not there. A disk that does not let it is no reason not to poll: it is said, and `storage` fails. */
export async function openBelongings(folders: DriverFolders, logger: Logger): Promise<DriverBelongings> {
  for (const folder of [folders.storage, folders.certificates]) await makeFolder(folder, logger);
  return {
    storage: new FileDriverStorage(folders.storage, logger),
    certificates: { folder: folders.certificates, stores: join(folders.certificates, '..', '..') },
  };
}

async function makeFolder(folder: string, logger: Logger): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    logger.warn(`the driver has no folder to keep things in: ${messageOf(error)}`, { folder });
  }
}
