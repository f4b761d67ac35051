import { commonPasswords } from './common-passwords.js';

/** NIST SP 800-63B, 3.1.1.2: length counts, not which kinds of characters there are. */
export const minPasswordLength = 12;
export const maxPasswordLength = 256;

const minDifferent = 5;

/** Why this is no password for the account of this name; undefined if it is one. */
export function passwordFault(password: string, name: string): string | undefined {
  const length = [...password.normalize('NFKC')].length;
  if (length < minPasswordLength)
    return `a password has at least ${minPasswordLength} characters, this one has ${length}; several words are easy to remember`;
  if (length > maxPasswordLength) return `a password has at most ${maxPasswordLength} characters`;
  const text = password.normalize('NFKC').toLowerCase();
  if (new Set(text).size < minDifferent) return `a password has at least ${minDifferent} different characters`;
  if (isRepeated(text)) return 'the password says one thing again and again';
  if (isSequence(text)) return 'the password is a row of neighbouring characters';
  if (name.length >= 3 && text.includes(name.toLowerCase())) return 'the password has the name of the account in it';
  if (isCommon(text)) return 'the password is one that is tried first, or a common word with something around it';
  return undefined;
}

/** `abcabcabcabc`, and what is left over of one more. */
function isRepeated(text: string): boolean {
  for (let size = 1; size <= 6; size += 1) {
    const unit = text.slice(0, size);
    if (unit.repeat(Math.ceil(text.length / size)).startsWith(text)) return true;
  }
  return false;
}

const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
];

function isSequence(text: string): boolean {
  const back = [...text].reverse().join('');
  return rows.some((row) => row.includes(text) || row.includes(back));
}

function isCommon(text: string): boolean {
  if (commonPasswords.has(text)) return true;
  const word = text.replace(/^[^\p{L}]+/u, '').replace(/[^\p{L}]+$/u, '');
  return commonPasswords.has(word) || commonPasswords.has(plain(word));
}

const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/** `p@ssw0rd` → `password`. */
function plain(word: string): string {
  return word.replaceAll(/[013457@$!]/g, (sign) => letters[sign]);
}
