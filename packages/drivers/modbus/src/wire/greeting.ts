/** More of it helps nobody to recognise it. */
const shownBytes = 40;

/** What came, for people: `14 bytes ("USR-DTU-0001")`, `3 bytes (01 83 02)`. */
export function greetingText(chunk: Uint8Array, length: number): string {
  const bytes = Buffer.from(chunk.subarray(0, Math.min(length, shownBytes)));
  const text = bytes.toString('latin1').trim();
  const isText = /^[\x20-\x7e]+$/.test(text);
  const shown = isText ? JSON.stringify(text) : bytes.toString('hex').replace(/..(?=.)/g, '$& ');
  return `${length} ${length === 1 ? 'byte' : 'bytes'} (${shown}${length > shownBytes ? ' …' : ''})`;
}
