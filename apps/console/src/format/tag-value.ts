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

/** A value as it stands in the field in which it is changed: exactly what would be written if nobody touched it. */
export function editableTagValue(value: unknown, dataType: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? JSON.stringify(value) : formatTagValue(value, dataType);
}

/** What an operator typed → what the Admin API takes: the text itself, but for a plain number; a message if it cannot be a value. */
export function parseTagInput(text: string, dataType: string): { value: unknown } | { problem: string } {
  if (/\[\d+\]$/.test(dataType)) return parseArray(text);
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
  if (!whole && /^(?:NaN|-?Infinity)$/.test(text)) return { value: text };
  if (!whole && (text === '' || Number.isNaN(Number(text))))
    return { problem: 'a number; the decimal sign is a point' };
  const isExact = Number.isFinite(Number(text)) && !(dataType.endsWith('64') && whole);
  return { value: isExact ? Number(text) : text };
}

/** Only looked at: the gateway reads the text, with all the digits of its numbers. */
function parseArray(text: string): { value: string } | { problem: string } {
  const problem = 'an array such as [1, 2, 3]';
  try {
    return Array.isArray(JSON.parse(text)) ? { value: text } : { problem };
  } catch {
    return { problem };
  }
}
