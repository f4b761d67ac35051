import type { HostRow } from '@fieldwarden/admin-contract';
import { sampleHostRow } from '@fieldwarden/admin-contract/testing';

export { sampleDriver as driver } from '@fieldwarden/admin-contract/testing';

/** One of the sample driver's devices, answering. */
export function row(device: string, more: Partial<HostRow> = {}): HostRow {
  return sampleHostRow({ device, ...more });
}
