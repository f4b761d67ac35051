import { parse } from '../syntax/parser.js';
import { TestExpression, type TestTag } from './evaluated.js';
import { walk, worstOf, type Met } from './slow-interpreter.js';

/** Throws where the compiled expression comes to something else than the slow interpreter. */
export function expectSame(text: string, tags: Readonly<Record<string, TestTag>>): void {
  const met = new Map<string, Met>(
    Object.entries(tags).map(([path, { value, status = 0 }]) => [path, { value: value as number, statuses: [status] }]),
  );
  const { value, status } = new TestExpression(text, tags).result();
  const slow = walk(parse(text), met);
  const wantedStatus = worstOf(slow.statuses);
  const wanted = wantedStatus >>> 30 >= 2 ? null : slow.value;
  if (status !== wantedStatus || value !== wanted) {
    throw new Error(
      `${text}: ${String(value)} (${status.toString(16)}), not ${String(wanted)} (${wantedStatus.toString(16)})`,
    );
  }
}
