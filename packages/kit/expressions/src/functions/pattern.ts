/**
 * Patterns of `matches`, run as a set of states that goes along the text once: the time is that of the pattern times that of the text,
 * whatever both are (Thompson, 1968). A subset of RE2's syntax.
 */
export interface Pattern {
  /** Whether the whole text fits. */
  matches(text: string): boolean;
}

type Test = (letter: string) => boolean;

type State =
  | { readonly kind: 'letter'; readonly test: Test; next: number }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'end' };

/** States of one pattern: bounds what repetitions make of it. */
const mostStates = 1_000;

/** Why a text is no pattern; undefined where it is one. */
export function patternFault(source: string): string | undefined {
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

export function compilePattern(source: string): Pattern {
  const tree = new PatternReader(source).whole();
  const states: State[] = [];
  const start = emit(tree, addState(states, { kind: 'end' }), states);
  return { matches: (text) => run(states, start, text) };
}

class PatternFault extends Error {}

type Tree =
  | { readonly kind: 'letter'; readonly test: Test }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'either'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly part: Tree; readonly least: number; readonly most: number };

const classes: Readonly<Record<string, Test>> = {
  d: (letter) => letter >= '0' && letter <= '9',
  w: (letter) => /^[A-Za-z0-9_]$/.test(letter),
  s: (letter) => letter === ' ' || (letter >= '\t' && letter <= '\r'),
};

const mostRepeats = 100;
const deepest = 20;

class PatternReader {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): Tree {
    const tree = this.#either();
    if (this.#at < this.#source.length) throw new PatternFault(`the pattern has ) without ( at ${this.#at + 1}`);
    return tree;
  }

  #either(): Tree {
    this.#depth += 1;
    if (this.#depth > deepest) throw new PatternFault(`the pattern has more than ${deepest} groups within each other`);
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    this.#depth -= 1;
    return parts.length === 1 ? parts[0] : { kind: 'either', parts };
  }

  #sequence(): Tree {
    const parts: Tree[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at])) parts.push(this.#repeated());
    return { kind: 'sequence', parts };
  }

  #repeated(): Tree {
    let part = this.#single();
    for (let range = this.#range(); range; range = this.#range()) part = { kind: 'repeat', part, ...range };
    return part;
  }

  #range(): { readonly least: number; readonly most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Infinity };
    if (this.#take('+')) return { least: 1, most: Infinity };
    if (this.#take('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 10));
    if (!counted) return undefined;
    this.#at += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === undefined ? Infinity : Number(counted[3]);
    const isSound = least <= most && least <= mostRepeats && (most === Infinity || most <= mostRepeats);
    if (isSound) return { least, most };
    throw new PatternFault(`${counted[0]} repeats too often or backwards; at most ${mostRepeats} times`);
  }

  #single(): Tree {
    const letter = this.#next();
    switch (letter) {
      case '(': {
        const tree = this.#either();
        if (!this.#take(')')) throw new PatternFault('a group of the pattern is not closed by )');
        return tree;
      }
      case '[':
        return { kind: 'letter', test: this.#set() };
      case '.':
        return { kind: 'letter', test: (one) => one !== '\n' };
      case '\\':
        return { kind: 'letter', test: this.#escaped() };
      case '*':
      case '+':
      case '?':
        throw new PatternFault(`${letter} repeats nothing at ${this.#at}`);
      case '^':
      case '$':
        throw new PatternFault(`${letter} is not needed: the whole text has to fit`);
      default:
        return { kind: 'letter', test: (one) => one === letter };
    }
  }

  #escaped(): Test {
    const letter = this.#next();
    if (Object.hasOwn(classes, letter)) return classes[letter];
    const negated = letter.toLowerCase();
    if (letter !== negated && Object.hasOwn(classes, negated)) return (one) => !classes[negated](one);
    if (/[A-Za-z0-9]/.test(letter)) throw new PatternFault(`\\${letter} is not known in patterns`);
    return (one) => one === letter;
  }

  #set(): Test {
    const isNegated = this.#take('^');
    const tests: Test[] = [];
    while (!this.#take(']')) {
      const from = this.#next('a set of the pattern is not closed by ]');
      if (from === '\\') {
        tests.push(this.#escaped());
        continue;
      }
      if (this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']') {
        this.#at += 1;
        const to = this.#next();
        if (to < from) throw new PatternFault(`${from}-${to} goes backwards`);
        tests.push((one) => one >= from && one <= to);
      } else tests.push((one) => one === from);
    }
    return (one) => tests.some((test) => test(one)) !== isNegated;
  }

  #next(otherwise = 'the pattern ends too early'): string {
    if (this.#at >= this.#source.length) throw new PatternFault(otherwise);
    return this.#source[this.#at++];
  }

  #take(letter: string): boolean {
    if (this.#source[this.#at] !== letter) return false;
    this.#at += 1;
    return true;
  }
}

function addState(states: State[], state: State): number {
  if (states.length >= mostStates) throw new PatternFault('the pattern repeats too much');
  return states.push(state) - 1;
}

/** States of a part, which go on to `next`; the index of the first. */
function emit(tree: Tree, next: number, states: State[]): number {
  switch (tree.kind) {
    case 'letter':
      return addState(states, { kind: 'letter', test: tree.test, next });
    case 'sequence':
      return tree.parts.reduceRight((after, part) => emit(part, after, states), next);
    case 'either':
      return tree.parts
        .map((part) => emit(part, next, states))
        .reduceRight((second, first) => addState(states, { kind: 'split', first, second }));
    case 'repeat':
      return emitRepeat(tree, next, states);
  }
}

function emitRepeat({ part, least, most }: Extract<Tree, { kind: 'repeat' }>, next: number, states: State[]): number {
  let start = next;
  if (most === Infinity) {
    const loop: State = { kind: 'split', first: 0, second: next };
    start = addState(states, loop);
    loop.first = emit(part, start, states);
  } else {
    for (let extra = least; extra < most; extra += 1) {
      start = addState(states, { kind: 'split', first: emit(part, start, states), second: next });
    }
  }
  for (let count = 0; count < least; count += 1) start = emit(part, start, states);
  return start;
}

function run(states: readonly State[], start: number, text: string): boolean {
  let present = reach(states, [start]);
  for (const letter of text) {
    if (present.size === 0) return false;
    const next: number[] = [];
    for (const index of present) {
      const state = states[index];
      if (state.kind === 'letter' && state.test(letter)) next.push(state.next);
    }
    present = reach(states, next);
  }
  return [...present].some((index) => states[index].kind === 'end');
}

/** These states, and those that follow without a letter. */
function reach(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const reached = new Set<number>();
  const open = [...from];
  while (open.length > 0) {
    const index = open.pop()!;
    if (reached.has(index)) continue;
    reached.add(index);
    const state = states[index];
    if (state.kind === 'split') open.push(state.first, state.second);
  }
  return reached;
}
