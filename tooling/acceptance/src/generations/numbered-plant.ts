import type { TagPage } from '@fieldwarden/admin-contract';
import type { GatewayProcess } from '../processes/gateway-process.js';

/** Two drivers whose tags carry a number: a plant of which nobody could miss that it is mixed from two. */
export function numberedPlant(number: number): object {
  const drivers = ['left', 'right'].map((id) => ({
    id,
    type: 'simulator',
    devices: [
      { id: 'waves', tags: [{ path: `${id}/n${number}`, address: `sine?amplitude=${number}`, dataType: 'float32' }] },
    ],
  }));
  return { version: 1, site: 'numbers', opcua: { enabled: false }, drivers };
}

/** The numbers in what runs: one, if it is whole. */
export async function runningNumbers(gateway: GatewayProcess): Promise<readonly number[]> {
  const { tags } = await gateway.get<TagPage>('/tags?limit=10000');
  const numbers = tags.flatMap(({ path }) => /^(?:left|right)\/n(\d+)$/.exec(path)?.[1] ?? []).map(Number);
  return [...new Set(numbers)];
}
