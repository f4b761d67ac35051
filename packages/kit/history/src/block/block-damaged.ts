import { GatewayError } from '@fieldwarden/core';

/** Bytes that are no block: costs this block, nothing else. */
export function blockDamaged(what: string): GatewayError {
  return new GatewayError({
    code: 'HISTORY_BLOCK_DAMAGED',
    kind: 'protocol',
    message: `a block of history is damaged: ${what}`,
  });
}
