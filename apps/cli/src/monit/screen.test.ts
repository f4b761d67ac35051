import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { expect, onTestFinished, test } from 'vitest';
import { Screen } from './screen.js';

/** Both ends of a terminal of 80 × 24, as Node has them; what is written at once goes to a file. */
function terminal() {
  const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-screen-'));
  const fd = openSync(join(folder, 'written'), 'w');
  onTestFinished(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const input = Object.assign(new PassThrough(), {
    raw: false,
    setRawMode(raw: boolean) {
      this.raw = raw;
      return this;
    },
  });
  const output = Object.assign(new PassThrough().setEncoding('utf8'), { columns: 80, rows: 24, fd });
  return {
    input,
    output,
    screen: new Screen(input as unknown as ReadStream, output as unknown as WriteStream & { fd: number }),
    drawn: () => (output.read() as string | null) ?? '',
    writtenAtOnce: () => readFileSync(join(folder, 'written'), 'utf8'),
  };
}

const nobody = { key: () => undefined, resized: () => undefined, crashed: () => undefined };

test('sends only the lines that changed', () => {
  const { screen, drawn } = terminal();
  screen.open(nobody);
  drawn();
  screen.draw(['a', 'b', 'c']);
  expect(drawn()).toBe('\u001b[1;1Ha\u001b[K\u001b[2;1Hb\u001b[K\u001b[3;1Hc\u001b[K');
  screen.draw(['a', 'B', 'c']);
  expect(drawn()).toBe('\u001b[2;1HB\u001b[K');
  screen.draw(['a', 'B', 'c']);
  expect(drawn()).toBe('');
  screen.close();
});

test('tells of another size at once, and sends every line again', () => {
  const { screen, output, drawn } = terminal();
  let told = 0;
  screen.open({ ...nobody, resized: () => (told += 1) });
  screen.draw(['a']);
  drawn();
  output.columns = 100;
  output.emit('resize');
  expect([told, screen.columns]).toEqual([1, 100]);
  screen.draw(['a']);
  expect(drawn()).toContain('a');
  screen.close();
});

test('takes keys one by one while it is open, and gives the terminal back once', () => {
  const { screen, input, writtenAtOnce } = terminal();
  const listeners = process.listenerCount('exit') + process.listenerCount('uncaughtException');
  const keys: string[] = [];
  screen.open({ ...nobody, key: (key) => keys.push(key) });
  expect(input.raw).toBe(true);
  input.emit('data', 'j\u001b[A');
  screen.close();
  screen.close();
  input.emit('data', 'q');
  expect([keys, input.raw, input.isPaused()]).toEqual([['j', 'up'], false, true]);
  expect(writtenAtOnce()).toBe('\u001b[?7h\u001b[?25h\u001b[?1049l');
  expect(process.listenerCount('exit') + process.listenerCount('uncaughtException')).toBe(listeners);
});
