import { describe, expect, it } from 'vitest';
import { paintCells } from './cell-painter.js';

/** As much of an element as painting needs, and how often it was touched. */
class Cell {
  touched = 0;
  #text = '';
  readonly #attributes = new Map<string, string>();

  get textContent(): string {
    return this.#text;
  }

  set textContent(text: string) {
    this.touched += 1;
    this.#text = text;
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null;
  }

  setAttribute(name: string, value: string): void {
    this.touched += 1;
    this.#attributes.set(name, value);
  }
}

function painted(current: boolean) {
  const [value, quality, time] = [new Cell(), new Cell(), new Cell()];
  const cells = { value, quality, time } as unknown as Parameters<typeof paintCells>[0];
  const live = { value: 1.5, status: 'Good', statusCode: 0, sourceAtMs: 0, heardAtMs: 1_000 };
  const paint = (): void => paintCells(cells, live, { dataType: 'float32', nowMs: 15_000, current });
  paint();
  return { value, quality, time, paint };
}

describe('the cells of a live value', () => {
  it('say value, quality in a word, and age', () => {
    const { value, quality, time } = painted(true);
    expect([value.textContent, quality.textContent, time.textContent]).toEqual(['1.5', '✓ Good', '15 s ago']);
    expect(value.getAttribute('data-quality')).toBe('good');
  });

  it('say how old the value is when the connection is away, instead of its quality', () => {
    const { value, quality } = painted(false);
    expect(quality.textContent).toBe('not current, 14 s old');
    expect(value.getAttribute('data-quality')).toBe('stale');
  });

  it('are not touched while nothing changes', () => {
    const { value, quality, time, paint } = painted(true);
    const before = [value.touched, quality.touched, time.touched];
    paint();
    expect([value.touched, quality.touched, time.touched]).toEqual(before);
  });
});
