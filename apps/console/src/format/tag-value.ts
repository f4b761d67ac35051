/** A value as one line; numbers with as many digits as its type has. */
export function formatTagValue(value: unknown, dataType?: string): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return formatNumber(value, dataType);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (Array.isArray(value)) return `[${value.map((item) => formatTagValue(item, elementType(dataType))).join(', ')}]`;
  return JSON.stringify(value);
}

function formatNumber(value: number, dataType: string | undefined): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  // A float32 has no more than seven digits that mean something.
  return String(Number(value.toPrecision(dataType === 'float32' ? 6 : 12)));
}

function elementType(dataType: string | undefined): string | undefined {
  return dataType?.replace(/\[\d+\]$/, '');
}

/** What an operator typed → the JSON that the Admin API takes; a message if it cannot be one. */
export function parseTagInput(text: string, dataType: string): { value: unknown } | { problem: string } {
  if (/\[\d+\]$/.test(dataType)) return parseJson(text, 'an array such as [1, 2, 3]');
  if (dataType === 'string' || dataType === 'bytes' || dataType === 'datetime') return { value: text };
  if (dataType === 'bool') return parseBoolean(text);
  return parseNumber(text.trim(), dataType);
}

function parseBoolean(text: string): { value: boolean } | { problem: string } {
  const word = text.trim().toLowerCase();
  if (['true', '1', 'on'].includes(word)) return { value: true };
  if (['false', '0', 'off'].includes(word)) return { value: false };
  return { problem: 'true or false' };
}

/** 64-bit integers travel as text: a JSON number would round them. */
function parseNumber(text: string, dataType: string): { value: number | string } | { problem: string } {
  const whole = dataType.startsWith('int') || dataType.startsWith('uint');
  if (whole && !/^[+-]?\d+$/.test(text)) return { problem: 'a whole number' };
  if (!whole && (text === '' || Number.isNaN(Number(text))))
    return { problem: 'a number; the decimal sign is a point' };
  return { value: dataType.endsWith('64') && whole ? text : Number(text) };
}

function parseJson(text: string, wanted: string): { value: unknown } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { value } : { problem: wanted };
  } catch {
    return { problem: wanted };
  }
}
