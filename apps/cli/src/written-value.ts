/**
 * The text of a value on the command line → its JSON form. A JSON array or a JSON string (in quotes) is taken as such;
 * anything else goes as it stands, and the gateway converts it by the tag's data type: `12.5`, `true`, `0012`, `2030-01-01`,
 * a 64-bit number with all its digits, or a text. Whole numbers in arrays keep all their digits too.
 */
export function writtenValue(text: string): unknown {
  if (!/^\s*[["]/.test(text)) return text;
  try {
    return JSON.parse(text, exactNumber) as unknown;
  } catch {
    return text;
  }
}

/** Proposal "JSON.parse source text access" (ES2026): the digits as they were written. */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined ? context.source : value;
}
