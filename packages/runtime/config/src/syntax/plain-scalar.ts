/** What a plain scalar means: YAML 1.2, core schema. */
export function plainValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  if (mayBeNumber(first)) return numberIn(text) ?? text;
  // t T f F n N ~
  if (!words.has(first)) return text;
  return constants.has(text) ? constants.get(text)! : text;
}

const words: ReadonlySet<number> = new Set(['t', 'T', 'f', 'F', 'n', 'N', '~'].map((sign) => sign.charCodeAt(0)));

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL', '~'].map((word) => [word, null] as const),
]);

/** A digit, a sign or a point. */
function mayBeNumber(sign: number): boolean {
  return (sign >= 0x30 && sign <= 0x39) || sign === 0x2b || sign === 0x2d || sign === 0x2e;
}

const decimal = /^[-+]?[0-9]+$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/;
const exponent = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/;
const octal = /^0o[0-7]+$/;
const hexadecimal = /^0x[0-9a-fA-F]+$/;
const infinity = /^[-+]?\.(?:inf|Inf|INF)$/;
const notANumber = /^\.(?:nan|NaN|NAN)$/;

function numberIn(text: string): number | undefined {
  if (decimal.test(text) || float.test(text) || exponent.test(text)) return Number(text);
  if (octal.test(text)) return Number.parseInt(text.slice(2), 8);
  if (hexadecimal.test(text)) return Number.parseInt(text.slice(2), 16);
  if (infinity.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return notANumber.test(text) ? Number.NaN : undefined;
}
