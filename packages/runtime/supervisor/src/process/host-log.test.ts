import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostLog } from './host-log.js';
import { LineSplitter } from './line-splitter.js';

function linesOf(chunks: readonly Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('LineSplitter (§4.8)', () => {
  it('gives the same lines however the output is cut, also within a character', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zü€😀 ]{1,20}$/u)), fc.integer({ min: 1, max: 7 }), (lines, size) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        expect(linesOf(chunks)).toEqual(lines);
      }),
    );
  });

  it('cuts a line at 16 KiB and goes on with the next', () => {
    const pieces = Array.from({ length: 100 }, () => Buffer.from('x'.repeat(10_000)));
    const [long, next] = linesOf([...pieces, Buffer.from('y\nnext\n')]);
    expect([long.length, next]).toEqual([16 * 1024 + ' [cut]'.length, 'next']);
  });

  it('takes a last line without an end, and lines that end as on Windows', () => {
    expect(linesOf([Buffer.from('a\r\nb')])).toEqual(['a', 'b']);
  });
});

describe('HostLog (§4.8)', () => {
  it('passes a burst of 5,000 lines, then 1,000 a second, and says how many it dropped', async () => {
    const clock = new FakeClock();
    const logger = collectingLogger();
    const log = new HostLog(clock, logger);
    for (let line = 0; line < 6_000; line += 1) log.write(1, 'stdout', 'info', 'x');
    expect([logger.records.length, log.dropped]).toEqual([5_000, 1_000]);
    await clock.advance(100);
    for (let line = 0; line < 200; line += 1) log.write(1, 'stdout', 'info', 'y');
    expect(logger.messages('info').filter((message) => message === 'y')).toHaveLength(100);
    expect(logger.records.find(({ level }) => level === 'warn')!.fields).toMatchObject({ lines: 1_000 });
  });

  it('saves no more than one burst, however long a Host was quiet', async () => {
    const clock = new FakeClock();
    const log = new HostLog(clock, collectingLogger());
    await clock.advance(3_600_000);
    for (let line = 0; line < 6_000; line += 1) log.write(1, 'stdout', 'info', 'x');
    expect(log.dropped).toBe(1_000);
  });

  it('keeps the last 50 lines of the process of the moment', () => {
    const log = new HostLog(new FakeClock(), collectingLogger());
    for (let line = 1; line <= 60; line += 1) log.write(1, 'stderr', 'warn', String(line));
    expect([log.tail.length, log.tail[0], log.tail[49]]).toEqual([50, '11', '60']);
    log.startTail();
    expect(log.tail).toEqual([]);
  });
});
