import type { ReactElement } from 'react';
import { sparklinePath } from './sparkline-path.js';

interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** Lines across: soft and hard limit. */
  readonly limits: readonly { readonly value: number; readonly name: string }[];
  readonly label: string;
}

const width = 72;
const height = 24;

export function Sparkline({ values, limits, label }: SparklineProps): ReactElement {
  const { path, levels } = sparklinePath(
    values,
    limits.map(({ value }) => value),
    width,
    height,
  );
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {levels.map(
        (y, index) =>
          y !== null && (
            <line key={limits[index].name} className={limits[index].name} x1="0" x2={width} y1={y} y2={y} />
          ),
      )}
      <path d={path} />
    </svg>
  );
}
