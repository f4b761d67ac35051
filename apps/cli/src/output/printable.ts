/**
 * Text from devices and logs, fit for a terminal: control characters become visible, so that no value can move the cursor or
 * change colours. Line breaks stay.
 */
export function printable(text: string): string {
  return text.replace(controlCharacters, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

// C0 but line feed, DEL, C1
const controlCharacters = new RegExp('[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]', 'g');

/** The same on one line. */
export function oneLine(text: string): string {
  return printable(text.replaceAll('\n', ' '));
}
