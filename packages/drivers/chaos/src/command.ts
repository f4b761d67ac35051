import { GatewayError } from '@fieldwarden/core';

/** Commands that stand alone, in the order of the README. */
const plainNames = [
  'ok', 'crash', 'reject', 'abort', 'kill', 'hang', 'wedge', 'wedge:hard', 'garbage', 'garbage:oversize', 'garbage:cut', 'answer-twice',
  'allocate', 'descriptors', 'flood', 'flood:logs', 'flood:values', 'fork', 'ignore-sigterm',
] as const; // prettier-ignore

interface Amount {
  readonly min: number;
  readonly max: number;
  /** What the command means without a number. */
  readonly fallback: number;
  readonly whole: boolean;
  readonly unit: string;
}

/** Commands that take a number after a colon. */
const amounts = {
  exit: { min: 0, max: 255, fallback: 1, whole: true, unit: 'exit code' },
  leak: { min: 0.1, max: 10_000, fallback: 10, whole: false, unit: 'MB per second' },
  cache: { min: 0.1, max: 10_000, fallback: 10, whole: false, unit: 'MB per second' },
  slow: { min: 0, max: 600_000, fallback: 1_000, whole: true, unit: 'ms' },
  'answer-late': { min: 1, max: 600_000, fallback: 500, whole: true, unit: 'ms after the deadline' },
} as const satisfies Readonly<Record<string, Amount>>;

export type CommandName = (typeof plainNames)[number] | keyof typeof amounts;

export const commandNames: readonly CommandName[] = [...plainNames, ...(Object.keys(amounts) as CommandName[])];

/** What a text written to the address `command` asks for. */
export interface Command {
  /** As written, without surrounding spaces. */
  readonly text: string;
  readonly name: CommandName;
  /** The number after the colon, in the command's own unit; 0 for commands that take none. */
  readonly amount: number;
}

/** `name` or `name:N` → command. Throws kind `rejected`, code `CHAOS_COMMAND`, and names what would have been understood. */
export function parseCommand(written: string): Command {
  const text = written.trim();
  if (isPlain(text)) return { text, name: text, amount: 0 };
  const [name, number, ...rest] = text.split(':');
  if (!isAmountName(name) || rest.length > 0) {
    throw refusal(`${JSON.stringify(text)} is no command; known are ${commandNames.join(', ')}`);
  }
  return { text, name, amount: number === undefined ? amounts[name].fallback : parseAmount(name, number) };
}

export function isCommand(written: string): boolean {
  try {
    parseCommand(written);
    return true;
  } catch {
    return false;
  }
}

function parseAmount(name: keyof typeof amounts, text: string): number {
  const { min, max, whole, unit } = amounts[name];
  const amount = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (amount >= min && amount <= max && (!whole || Number.isInteger(amount))) return amount;
  throw refusal(
    `${name}:N takes ${whole ? 'a whole number' : 'a number'} from ${min} to ${max} (${unit}), not ${text}`,
  );
}

function isPlain(text: string): text is (typeof plainNames)[number] {
  return (plainNames as readonly string[]).includes(text);
}

function isAmountName(name: string): name is keyof typeof amounts {
  return Object.hasOwn(amounts, name);
}

function refusal(message: string): GatewayError {
  return new GatewayError({ code: 'CHAOS_COMMAND', kind: 'rejected', message });
}
