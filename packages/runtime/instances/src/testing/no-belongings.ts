import type { DriverFolders, OpenBelongings } from '@fieldwarden/belongings';

export const noFolders: DriverFolders = { storage: '/nowhere/storage', certificates: '/nowhere/pki' };

/** For drivers that keep nothing: no disk is touched, and nobody waits for one. */
export const noBelongings: OpenBelongings = () => {
  const refused = (): Promise<never> => Promise.reject(new Error('nothing is kept here'));
  return Promise.resolve({
    storage: { get: refused, put: refused, delete: refused, keys: refused },
    certificates: { folder: noFolders.certificates, stores: noFolders.certificates },
  });
};
