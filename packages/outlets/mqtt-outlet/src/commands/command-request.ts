/** What somebody wants to have written, or why it can't be understood. */
export type CommandRequest =
  | { readonly id: string | number; readonly value: unknown; readonly flaw?: undefined }
  | { readonly id: string | number | null; readonly flaw: string };

const longestPayloadBytes = 1024 * 1024;
const longestId = 200;

/**
 * INTERFACES §16: `{v, id}`. The id is what makes of two deliveries of one command one write, so it can't be left out: brokers deliver QoS 1 messages
 * more than once.
 */
export function parseCommand(payload: Uint8Array): CommandRequest {
  if (payload.length > longestPayloadBytes)
    return { id: null, flaw: `it has ${payload.length} bytes, ${longestPayloadBytes} are read` };
  const json = parsed(payload);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { id: null, flaw: 'it is no JSON object: {"v": 1, "id": "1"}' };
  const { v: value, id } = json as { readonly v?: unknown; readonly id?: unknown };
  if (typeof id !== 'string' && typeof id !== 'number')
    return { id: null, flaw: 'it has no id, a text or a number that no other command for this tag has' };
  if (id === '' || String(id).length > longestId)
    return { id: null, flaw: `its id is not 1 to ${longestId} characters long` };
  if (value === undefined) return { id, flaw: 'it has no v, the value' };
  return { id, value };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString(), wholeNumber) as unknown;
  } catch {
    return undefined;
  }
}

/** Whole numbers beyond 2^53 keep their digits (ES2026, "JSON.parse source text access"). */
function wholeNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}
