/** One decimal below 10, none above: what an eye can take in. `–` for what is not known. */
export function formatRate(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return value >= 10 || value === 0 ? formatCount(Math.round(value)) : value.toFixed(1);
}

/** Thousands apart by a thin space, the same on every machine. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

export function formatPercent(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

/** `1 driver`, `2 drivers`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
