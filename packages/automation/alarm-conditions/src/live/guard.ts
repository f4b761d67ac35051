import { statusCodes, type StatusCode } from '@fieldwarden/core';
import { checkExpression, compileExpression, ExpressionInputs, type Expression } from '@fieldwarden/expressions';
import { isUsable, type BoundTag, type BoundTags, type TagUser } from './bound-tags.js';

/** A yes or no out of tags, while the condition that asks lives. */
export class Guard {
  readonly #text: string;
  readonly #folder: string;
  readonly #tags: readonly BoundTag[];
  #expression: Expression | undefined;
  #inputs = new ExpressionInputs(0);
  /** By input: the tag that it is. */
  #inputTags: readonly BoundTag[] = [];
  #status: StatusCode = statusCodes.BadWaitingForInitialData;
  #wakeAtMs = Infinity;

  constructor(text: string, folder: string, tags: BoundTags, user: TagUser) {
    this.#text = text;
    this.#folder = folder;
    this.#tags = pathsOf(text, folder).map((path) => tags.use(path, user));
    this.compile();
  }

  /** Of the last `ask`. */
  get status(): StatusCode {
    return this.#status;
  }

  get paths(): readonly string[] {
    return this.#tags.map(({ path }) => path);
  }

  /** By the wall clock; Infinity: only when a tag changes. */
  get wakeAtMs(): number {
    return this.#wakeAtMs;
  }

  /** Its tags have come, gone or are others. What it remembers stays. */
  compile(): void {
    const state = this.#expression?.state();
    const byPath = new Map(this.#tags.map((tag) => [tag.path, tag]));
    this.#expression = compileExpression(this.#text, {
      typeOf: (path) => byPath.get(path)?.definition?.type,
      folder: this.#folder,
      wanted: 'bool',
    });
    if (!this.#expression) return;
    if (state) this.#expression.restore(state);
    const { dependencies } = this.#expression;
    this.#inputs = new ExpressionInputs(dependencies.length);
    this.#inputTags = dependencies.flatMap((dependency) =>
      dependency.kind === 'tag' ? [byPath.get(dependency.path)!] : [],
    );
  }

  /** Undefined: it can't be told, since a tag is missing, Bad or not heard of since a restart. */
  ask(nowWallMs: number): boolean | undefined {
    const expression = this.#expression;
    if (!expression) {
      this.#status = statusCodes.BadNotFound;
      this.#wakeAtMs = Infinity;
      return undefined;
    }
    for (let i = 0; i < this.#inputTags.length; i += 1) {
      const tag = this.#inputTags[i];
      this.#inputs.set(i, tag.value, tag.status, tag.sourceAtMs);
    }
    const result = expression.evaluate(this.#inputs, nowWallMs);
    this.#status = result.status;
    this.#wakeAtMs = result.wakeAtMs;
    return isUsable(result.status) ? result.value === true : undefined;
  }
}

/** The tags that a text names, of whatever type. */
function pathsOf(text: string, folder: string): readonly string[] {
  const { dependencies } = checkExpression(text, { typeOf: () => ({ scalar: 'float64' }), folder });
  return dependencies.flatMap((dependency) => (dependency.kind === 'tag' ? [dependency.path] : []));
}
