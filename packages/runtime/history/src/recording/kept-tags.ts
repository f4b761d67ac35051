import type { TagDefinition, TagHistoryRules } from '@fieldwarden/gateway-contract';

/** A tag whose past is kept, as the recorder needs it. */
export interface KeptRules {
  readonly deadband: number | undefined;
  readonly maxIntervalMs: number;
  readonly stepped: boolean;
}

const defaultMaxIntervalMs = 3_600_000;

const noRules: TagHistoryRules = { deadband: undefined, maxIntervalMs: undefined, stepped: undefined };

/** Undefined: its past is not kept. Stepped by default: what has no values between two others. */
export function rulesOf({ type, history }: Pick<TagDefinition, 'type' | 'history'>): KeptRules | undefined {
  if (history === false) return undefined;
  const { deadband, maxIntervalMs, stepped } = history ?? noRules;
  const isStepped = type.arrayLength !== undefined || ['bool', 'string', 'bytes'].includes(type.scalar);
  return { deadband, maxIntervalMs: maxIntervalMs ?? defaultMaxIntervalMs, stepped: stepped ?? isStepped };
}
