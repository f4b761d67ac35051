import { type Findings } from '../rules/findings.js';

/** Bytes of a file → its text, without a byte order mark. Text in another encoding is a finding, not a text with holes. */
export function utf8Text(bytes: Uint8Array, findings: Findings): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder('utf-8').decode(bytes);
    tellEncoding(text.indexOf('\uFFFD'), text, findings);
    return undefined;
  }
}

/** Text of UTF-16 that was taken for something else, and binary data, have these; nothing that people write has. */
export function checkNoNul(text: string, findings: Findings): boolean {
  const at = text.indexOf('\0');
  if (at >= 0) tellEncoding(at, text, findings);
  return at < 0;
}

function tellEncoding(at: number, text: string, findings: Findings): void {
  const line = text.slice(0, at).split('\n').length;
  findings.error([], 'encoding', `line ${line} is not UTF-8 text; save the file as UTF-8`);
}
