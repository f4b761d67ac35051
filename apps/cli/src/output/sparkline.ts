const steps = '▁▂▃▄▅▆▇█';

/**
 * Values as a line of blocks between the lowest and the highest, at most `width` long: of values that share a place the highest
 * counts. Values that are all the same are a flat line.
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = highest(values, Math.min(width, values.length));
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low;
  return shown.map((value) => steps[span === 0 ? 0 : Math.round(((value - low) / span) * (steps.length - 1))]).join('');
}

function highest(values: readonly number[], places: number): readonly number[] {
  return Array.from({ length: places }, (_, place) => {
    const from = Math.floor((place * values.length) / places);
    const to = Math.floor(((place + 1) * values.length) / places);
    return values.slice(from, to).reduce((a, b) => Math.max(a, b));
  });
}
