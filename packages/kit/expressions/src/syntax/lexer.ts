import { ExpressionFault } from './expression-fault.js';
import { durationUnits, signs, type Token } from './token.js';

const space = /[ \t\r\n]+/y;
const number = /0[xX][0-9a-fA-F]+|0[bB][01]+|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const tag = /\{([^{}"'\n]*)\}/y;

/** Signs of other languages, and what is written here. */
const foreignSigns: Readonly<Record<string, string>> = {
  '=': '== compares; there is no assignment',
  '%': 'the remainder is written mod',
  ';': 'an expression is one value, without ;',
  '.': 'there is no access to parts of a value',
  '{': 'the path of a tag stands between { and }: {line/speed}',
  '}': 'the path of a tag stands between { and }: {line/speed}',
  '`': 'a text stands between " and "',
};

/** The tokens of an expression, the last of kind `end`. Linear in the length of the text. Throws ExpressionFault. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while ((at = skipSpace(text, at)) < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at = token.to;
  }
  tokens.push({ kind: 'end', from: text.length, to: text.length });
  return tokens;
}

function tokenAt(text: string, from: number): Token {
  const first = text[from];
  if (first === '"' || first === "'") return stringAt(text, from);
  const path = matchAt(tag, text, from);
  if (path) return { kind: 'tag', path: path[1].trim(), from, to: from + path[0].length };
  const digits = matchAt(number, text, from);
  if (digits) return numberAt(text, from, digits[0]);
  const letters = matchAt(word, text, from);
  if (letters) return { kind: 'word', text: letters[0], from, to: from + letters[0].length };
  const sign = signs.find((known) => text.startsWith(known, from));
  if (sign !== undefined) return { kind: 'sign', text: sign, from, to: from + sign.length };
  const hint = foreignSigns[first];
  const said = hint === undefined ? '' : `: ${hint}`;
  throw new ExpressionFault({ from, to: from + 1 }, `${JSON.stringify(first)} does not belong here${said}`);
}

/** A number, or a duration where a unit follows without a space. */
function numberAt(text: string, from: number, digits: string): Token {
  const to = from + digits.length;
  const letters = matchAt(word, text, to)?.[0];
  if (letters === undefined) return { ...plainNumber(digits, from, to), from, to };
  const unitMs = Object.hasOwn(durationUnits, letters) ? durationUnits[letters] : undefined;
  if (unitMs === undefined || /^0[xXbB]/.test(digits)) {
    const units = Object.keys(durationUnits).join(', ');
    throw new ExpressionFault(
      { from, to: to + letters.length },
      `${digits}${letters} is neither a number nor a duration; units of durations are ${units}`,
    );
  }
  const ms = Number(digits) * unitMs;
  if (Number.isFinite(ms)) return { kind: 'duration', ms, from, to: to + letters.length };
  throw new ExpressionFault({ from, to: to + letters.length }, 'the duration is too long to be one');
}

const largestInteger = 2n ** 64n - 1n;

function plainNumber(
  digits: string,
  from: number,
  to: number,
): { kind: 'int'; value: bigint } | { kind: 'float'; value: number } {
  if (/^(?:0[xXbB][0-9a-fA-F]+|\d+)$/.test(digits)) {
    const value = BigInt(digits);
    if (value <= largestInteger) return { kind: 'int', value };
    throw new ExpressionFault({ from, to }, 'the integer has more than 64 bits; write it with a decimal point');
  }
  const value = Number(digits);
  if (Number.isFinite(value)) return { kind: 'float', value };
  throw new ExpressionFault({ from, to }, 'the number is larger than a float64 can hold');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

function stringAt(text: string, from: number): Token {
  const quote = text[from];
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === quote) return { kind: 'string', value, from, to: at + 1 };
    if (letter !== '\\') {
      value += letter;
      continue;
    }
    at += 1;
    const meant = escapes[text[at]];
    if (meant === undefined) {
      const known = Object.keys(escapes).map((name) => `\\${name}`);
      throw new ExpressionFault(
        { from: at - 1, to: at + 1 },
        `\\${text[at] ?? ''} is no escape; there are ${known.join(' ')}`,
      );
    }
    value += meant;
  }
  throw new ExpressionFault({ from, to: text.length }, `the text that begins here is not ended by ${quote}`);
}

function skipSpace(text: string, from: number): number {
  return from + (matchAt(space, text, from)?.[0].length ?? 0);
}

function matchAt(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(text);
}
