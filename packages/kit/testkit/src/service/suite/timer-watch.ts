import { createHook } from 'node:async_hooks';

/** Where a timer was set is told by so many calls. */
const framesTold = 3;

/** The runtime, and who sets a timer on behalf of somebody else. */
const inBetween = /node:|<anonymous>|timer-watch\.[jt]s|counted-clock\.[jt]s|core\/(src|dist)\/clock\.[jt]s/;

/** The test runner, and the suite while it waits. */
const ourOwn = /\/vitest\/|testkit\/(src|dist)\/(wait-for|service\/suite\/settled)\.[jt]s/;

/** Every timer of the process that was set since this was made, but those of the test runner and of the suite. */
export class TimerWatch implements Disposable {
  readonly #pending = new Map<number, string>();
  readonly #hook = createHook({
    init: (id, type) => {
      if (type === 'Timeout') this.#add(id, callers());
    },
    destroy: (id) => void this.#pending.delete(id),
  }).enable();

  /** Those that are pending: `timer set at …`. */
  pending(): readonly string[] {
    return [...this.#pending.values()].map((where) => `timer set ${where}`);
  }

  [Symbol.dispose](): void {
    this.#hook.disable();
    this.#pending.clear();
  }

  #add(id: number, [caller = '', ...others]: readonly string[]): void {
    if (!ourOwn.test(caller)) this.#pending.set(id, [caller, ...others.slice(0, framesTold - 1)].join(', '));
  }
}

/** Innermost first. */
function callers(): readonly string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30; // the runtime's own frames come first
  const frames = (new Error('where').stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  return frames.map((frame) => frame.trim()).filter((frame) => !inBetween.test(frame));
}
