/** `'03.01'` → 0x0301. */
export function tsapNumber(value: number | string): number {
  return typeof value === 'number' ? value : parseInt(value.replace('.', ''), 16);
}
