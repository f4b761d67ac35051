/** What a host says of itself, retained (section 6.4.26). */
export interface HostState {
  readonly isOnline: boolean;
  /** ms since 1970 UTC; undefined in the form of version 2.2, which has none. */
  readonly timestampMs: number | undefined;
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const longestStateBytes = 1024;

export function encodeState({ isOnline, timestampMs }: HostState): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify({ online: isOnline, timestamp: timestampMs })));
}

/** `{"online":true,"timestamp":1700000000000}`; undefined for anything else, also where the time is a text. */
export function decodeState(payload: Uint8Array): HostState | undefined {
  const json = parseJson(payload);
  if (typeof json !== 'object' || json === null) return undefined;
  const { online, timestamp } = json as { online?: unknown; timestamp?: unknown };
  if (typeof online !== 'boolean' || typeof timestamp !== 'number' || !Number.isFinite(timestamp)) return undefined;
  return { isOnline: online, timestampMs: timestamp };
}

/** `ONLINE` or `OFFLINE`, the form of version 2.2. */
export function decodeLegacyState(payload: Uint8Array): HostState | undefined {
  const text = textOf(payload)?.trim().toUpperCase();
  if (text !== 'ONLINE' && text !== 'OFFLINE') return undefined;
  return { isOnline: text === 'ONLINE', timestampMs: undefined };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(payload) ?? '');
  } catch {
    return undefined;
  }
}

function textOf(payload: Uint8Array): string | undefined {
  if (payload.length > longestStateBytes) return undefined;
  try {
    return decoder.decode(payload);
  } catch {
    return undefined;
  }
}
