import { isSameSpan, type Span } from '../address/area.js';

/** Every standard unit has it, or says that it does not. */
const firstHoldingRegister: Span = { area: 'holding-register', start: 0, count: 1 };

/** What to ask a unit for in order to see whether it is alive: many are silent about what they do not know. */
export class VitalSigns {
  readonly #otherSpans: () => readonly Span[];
  #known: Span | undefined;
  /** Requests in a row without an answer. */
  #unanswered = 0;

  /** `otherSpans`: what somebody wants to read from the unit. */
  constructor(otherSpans: () => readonly Span[]) {
    this.#otherSpans = otherSpans;
  }

  /** The last request went unanswered: nothing else is asked before the unit has shown that it lives. */
  get isDoubtful(): boolean {
    return this.#unanswered > 0;
  }

  answered({ area, start, count }: Span): void {
    this.#unanswered = 0;
    if (!this.#known || !isSameSpan(this.#known, { area, start, count })) this.#known = { area, start, count };
  }

  unanswered(): void {
    this.#unanswered++;
  }

  /** What was answered last, and in every second attempt something else, for it may be just that which is met with silence now. */
  get candidate(): Span {
    if (this.#known && this.#unanswered % 2 === 0) return this.#known;
    const attempt = this.#known ? this.#unanswered >> 1 : this.#unanswered;
    if (attempt === 0) return firstHoldingRegister;
    const others = this.#otherSpans();
    return others[(attempt - 1) % (others.length + 1)] ?? firstHoldingRegister;
  }
}
