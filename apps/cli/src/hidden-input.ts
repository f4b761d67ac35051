import { usageError } from './cli-error.js';
import { readTextFile } from './plant-source.js';
import type { Terminal } from './terminal.js';

export interface HiddenInput {
  readonly terminal: Pick<Terminal, 'askSecret' | 'input'>;
  /** Read first. */
  readonly file: string | undefined;
  /** To whom sits at the terminal: `Passphrase`. */
  readonly question: string;
}

/** A text that nobody is to see, and that no process list shows: from a file, else the terminal without echo, else standard input. */
export async function hiddenInput({ terminal, file, question }: HiddenInput): Promise<string> {
  if (file !== undefined) return withoutLineEnd(await readTextFile(file));
  const given = (await terminal.askSecret(`${question}: `)) ?? withoutLineEnd(await terminal.input());
  if (given !== '') return given;
  throw usageError(`There is no ${question.toLowerCase()}: give it in a file, at the terminal, or on standard input.`);
}

/** Editors and `echo` end a text with a line break that is no part of it. */
function withoutLineEnd(given: string): string {
  return given.replace(/\r?\n$/, '');
}
