import type { Span } from '../address/area.js';
import type { Hole } from '../plan/hole-memory.js';
import type { CompiledRead } from '../plan/compiled-read.js';
import type { DoubtfulRead } from '../plan/read-plan.js';
import type { Trouble } from '../plan/trouble.js';

export interface AskedRead {
  readonly kind: 'read';
  readonly read: CompiledRead;
  readonly isDoubtful: boolean;
  readonly retests: Hole | undefined;
}

/** `check`: only whether the unit answers is of interest. */
export type Asked = AskedRead | { readonly kind: 'check'; readonly read: Span };

/** Which doubtful reads may be asked for now: what was refused, what went unanswered, what is tested anew. */
export interface DoubtLimits {
  readonly cheaply: boolean;
  readonly costly: boolean;
  readonly retests: boolean;
}

/** What one scan still has to ask for: what is in order first, then what is being found out. */
export class ScanAgenda {
  /** Something that the unit is known to answer comes next. */
  wantsCheck = false;
  readonly #reads: readonly CompiledRead[];
  #index = 0;
  #doubtful: readonly DoubtfulRead[];

  constructor(reads: readonly CompiledRead[], doubtful: readonly DoubtfulRead[]) {
    this.#reads = reads;
    this.#doubtful = doubtful.toSorted((a, b) => Number(isCostly(a)) - Number(isCostly(b)));
  }

  /** Something that costs no more than an answer: whatever it is, it shows that the unit lives. */
  get beginsCheaply(): boolean {
    return this.#reads.length > 0 || this.#doubtful.some((one) => !isCostly(one));
  }

  /** In order, but not asked for yet. */
  get unasked(): readonly CompiledRead[] {
    return this.#reads.slice(this.#index);
  }

  /** Undefined when nothing is left. Refused halves go first: they cost little, and their whole was in its turn. */
  take(limits: DoubtLimits): AskedRead | undefined {
    const [first] = this.#doubtful;
    if (first && !isCostly(first) && isAllowed(first, limits)) return this.#takeDoubtful(first);
    if (this.#index < this.#reads.length) return this.#takeRead();
    const allowed = this.#doubtful.find((one) => isAllowed(one, limits));
    return allowed && this.#takeDoubtful(allowed);
  }

  askHalves([first, second]: readonly [CompiledRead, CompiledRead], trouble: Trouble): void {
    this.#doubtful = [{ read: first, trouble }, { read: second, trouble }, ...this.#doubtful];
  }

  askLater(doubtful: DoubtfulRead): void {
    this.#doubtful = [...this.#doubtful, doubtful];
  }

  /** With one part the whole point is lost: its other parts are not asked for. */
  skipPartsOf({ part, points: [point] }: CompiledRead): void {
    if (!part) return;
    while (this.#reads[this.#index]?.part && this.#reads[this.#index].points[0] === point) this.#index++;
    this.#doubtful = this.#doubtful.filter(({ read }) => !read.part || read.points[0] !== point);
  }

  #takeRead(): AskedRead {
    return { kind: 'read', read: this.#reads[this.#index++], isDoubtful: false, retests: undefined };
  }

  #takeDoubtful(taken: DoubtfulRead): AskedRead {
    this.#doubtful = this.#doubtful.filter((one) => one !== taken);
    return { kind: 'read', read: taken.read, isDoubtful: true, retests: taken.retests };
  }
}

function isCostly({ trouble }: DoubtfulRead): boolean {
  return trouble.cost === 'unanswered';
}

function isAllowed(doubtful: DoubtfulRead, { cheaply, costly, retests: mayRetest }: DoubtLimits): boolean {
  if (!isCostly(doubtful)) return cheaply;
  return doubtful.retests ? mayRetest : costly;
}
