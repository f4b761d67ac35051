/** The dark modules as one path of unit squares, those beside each other as one rectangle. */
export function qrPath(rows: readonly (readonly boolean[])[]): { readonly path: string; readonly size: number } {
  const runs = rows.flatMap((row, y) =>
    darkRuns(row).map(([from, to]) => `M${from} ${y}h${to - from}v1h${from - to}z`),
  );
  return { path: runs.join(''), size: rows.length };
}

function darkRuns(row: readonly boolean[]): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (!dark) return;
    if (last?.[1] === x) last[1] = x + 1;
    else runs.push([x, x + 1]);
  });
  return runs;
}
