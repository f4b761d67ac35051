import type { WriteOutcome } from '@fieldwarden/core';
import type { GatewayControl } from '../../control/gateway-control.js';
import { tagUnknown, type RequestRefused } from '../../server/request-refused.js';

/** Looked through for the one that was meant: a plant may have 100,000. */
const mostNeighbours = 2_000;

/** No tag has this path; the nearest one of its folder is named, or of a folder above it that has tags. */
export function noTag(control: Pick<GatewayControl, 'tags'>, path: string, outcome?: WriteOutcome): RequestRefused {
  return tagUnknown(path, neighbours(control, path), outcome);
}

function neighbours(control: Pick<GatewayControl, 'tags'>, path: string): readonly string[] {
  const segments = path.split('/');
  for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
    const prefix = segments
      .slice(0, depth)
      .map((segment) => `${segment}/`)
      .join('');
    const { tags } = control.tags({ limit: mostNeighbours, ...(prefix !== '' && { prefix }) });
    if (tags.length > 0) return tags.map((tag) => tag.path);
  }
  return [];
}
