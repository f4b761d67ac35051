import { testAudit, testEntry } from './test-audit.js';

/**
 * `node record-forever.js HOME FIRST`: records rows `row N` without end and prints `settled N` when all up to N is acknowledged, to be killed
 * at any moment. Some come alone, some by the hundred; the files are small, so that they are rolled again and again.
 */
const [home, first] = process.argv.slice(2);
const audit = testAudit(home, { retention: { segmentBytes: 40_000 } });
let next = Number(first);
for (let round = next; ; round += 1) {
  const count = round % 7 === 0 ? 100 : 1 + (round % 3);
  for (let i = 0; i < count; i += 1) {
    audit.record(testEntry({ subject: `row ${next}`, after: 'x'.repeat((next * 37) % 400) }));
    next += 1;
  }
  await audit.settled();
  await say(`settled ${next - 1}`);
}

/** Resolves once the line has left this process: what was said survives it. */
function say(line: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
}
