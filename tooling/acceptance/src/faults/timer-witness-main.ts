/**
 * A process that does nothing but notice how late its own timer comes: what the machine itself costs everybody at the time. Takes
 * `{"command":"reset"}` and `{"command":"stats"}` → `{"worstLagMs":…}` as JSON lines; ends when standard input does.
 */
import { createInterface } from 'node:readline';

const turnMs = 10;

let worstLagMs = 0;
let dueMs = performance.now() + turnMs;

setInterval(() => {
  const nowMs = performance.now();
  worstLagMs = Math.max(worstLagMs, nowMs - dueMs);
  dueMs = nowMs + turnMs;
}, turnMs);

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const { command } = JSON.parse(line) as { command: 'reset' | 'stats' };
  if (command === 'reset') worstLagMs = 0;
  process.stdout.write(`${JSON.stringify({ worstLagMs })}\n`);
});
input.on('close', () => process.exit(0));
