import { silentLogger, systemClock } from '@fieldwarden/core';
import { SnapshotStore, type SnapshotStoreDependencies } from '../snapshot-store.js';

export function openStore(home: string, over: Partial<SnapshotStoreDependencies> = {}): Promise<SnapshotStore> {
  const product = 'fieldwarden 0.0.0-test';
  return SnapshotStore.open({ home, site: 'lab', logger: silentLogger, clock: systemClock, product, ...over });
}
