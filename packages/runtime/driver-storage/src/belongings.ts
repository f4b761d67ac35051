import { mkdir } from 'node:fs/promises';
import { GatewayError, messageOf, type Logger } from '@fieldwarden/core';
import type { DriverContext } from '@fieldwarden/driver';
import type { DriverFolders } from './driver-folders.js';
import { FileDriverStorage } from './file-driver-storage.js';

/** What a driver keeps over restarts. */
export type DriverBelongings = Pick<DriverContext, 'storage' | 'certificates'>;

/** Makes the folders if they are not there. Rejects with kind `overloaded` when the disk does not let it. */
export async function openBelongings(folders: DriverFolders, logger: Logger): Promise<DriverBelongings> {
  for (const folder of [folders.storage, folders.certificates]) await makeFolder(folder);
  return {
    storage: new FileDriverStorage(folders.storage, logger),
    certificates: { folder: folders.certificates },
  };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const message = `${folder} could not be made: ${messageOf(error)}`;
    throw new GatewayError({ code: 'DRIVER_FOLDER', kind: 'overloaded', message, cause: error });
  }
}
