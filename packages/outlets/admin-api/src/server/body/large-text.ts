import { setImmediate as nextTurn } from 'node:timers/promises';

/** Bytes that are turned into text at a stretch. */
const stretchBytes = 128 * 1024;

/** The bytes as text, turn by turn. Bytes that are no UTF-8 become replacement characters, which the checks of documents tell. */
export async function rawText(bytes: readonly Uint8Array[]): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of decoded(bytes)) pieces.push(piece);
  return pieces.join('');
}

/** A string of JSON, without its quotes, as the text that it means. Throws a SyntaxError as `JSON.parse` does. */
export async function stringText(literal: readonly Uint8Array[]): Promise<string> {
  const pieces: string[] = [];
  let rest = '';
  for await (const piece of decoded(literal)) {
    const text = rest + piece;
    const cut = beforeOpenEscape(text);
    pieces.push(JSON.parse(`"${text.slice(0, cut)}"`) as string);
    rest = text.slice(cut);
  }
  if (rest !== '') pieces.push(JSON.parse(`"${rest}"`) as string);
  return pieces.join('');
}

async function* decoded(pieces: readonly Uint8Array[]): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (const bytes of pieces) {
    for (let at = 0; at < bytes.length; at += stretchBytes) {
      yield decoder.decode(bytes.subarray(at, at + stretchBytes), { stream: true });
      await nextTurn();
    }
  }
  yield decoder.decode();
}

/** `\u00e9` */
const longestEscape = 6;

/** Where an escape begins whose end is not there yet; else the length. */
function beforeOpenEscape(text: string): number {
  for (let at = Math.max(0, text.length - longestEscape + 1); at < text.length; at += 1) {
    if (text[at] !== '\\' || backslashesBefore(text, at) % 2 === 1) continue;
    const needed = text[at + 1] === 'u' ? longestEscape : 2;
    if (at + needed > text.length) return at;
  }
  return text.length;
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (count < at && text[at - 1 - count] === '\\') count += 1;
  return count;
}
