export interface SparklineShape {
  /** SVG path data; gaps where nothing was measured. */
  readonly path: string;
  /** Height of each limit in the picture; null = far above everything measured, not drawn. */
  readonly levels: readonly (number | null)[];
}

/** A limit is drawn as long as the measured curve keeps at least a quarter of the height. */
const minimumShare = 0.25;

/** Without a limit in sight the curve stays below the top: a flat line is no ceiling. */
const headroom = 1.5;

/** Zero is the bottom: a curve that only zooms into noise looks like a leak. */
export function sparklinePath(
  values: readonly (number | null)[],
  limits: readonly number[],
  width: number,
  height: number,
): SparklineShape {
  const measured = Math.max(0, ...values.map((value) => value ?? 0));
  const near = limits.filter((limit) => limit <= measured / minimumShare);
  const top = (near.length > 0 ? Math.max(measured, ...near) * 1.08 : measured * headroom) || 1;
  const y = (value: number): number => round(height - 1 - (value / top) * (height - 2));
  const stepX = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '';
  let pen = false;
  values.forEach((value, index) => {
    if (value !== null) path += `${pen ? 'L' : 'M'}${round(index * stepX)} ${y(value)}`;
    pen = value !== null;
  });
  return { path, levels: limits.map((limit) => (near.includes(limit) ? y(limit) : null)) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
