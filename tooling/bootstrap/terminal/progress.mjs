const redrawMs = 200;
const plainReminderMs = 15_000;

/**
 * Runs `work` under one line that says what is going on and for how long. On a terminal the line counts; elsewhere (logs, CI) plain
 * lines tell the start, a sign of life every 15 s and the end. Returns what `work` returns.
 */
export async function phase(title, work, out = process.stderr) {
  const startedAt = performance.now();
  const elapsed = () => formatElapsed(performance.now() - startedAt);
  const line = out.isTTY ? countingLine(title, elapsed, out) : plainLines(title, elapsed, out);
  try {
    const result = await work();
    line.end('done');
    return result;
  } catch (error) {
    line.end('failed');
    throw error;
  }
}

function countingLine(title, elapsed, out) {
  const draw = () => out.write(`\r\x1b[K${title} … ${elapsed()}`);
  draw();
  const timer = setInterval(draw, redrawMs);
  return {
    end(state) {
      clearInterval(timer);
      out.write(`\r\x1b[K${title}: ${state} in ${elapsed()}\n`);
    },
  };
}

function plainLines(title, elapsed, out) {
  out.write(`${title} …\n`);
  const timer = setInterval(() => out.write(`${title} … ${elapsed()}\n`), plainReminderMs);
  return {
    end(state) {
      clearInterval(timer);
      out.write(`${title}: ${state} in ${elapsed()}\n`);
    },
  };
}

/** 840 → `0.8 s`, 75_000 → `1 min 15 s`. */
export function formatElapsed(ms) {
  const tenths = Math.round(ms / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
