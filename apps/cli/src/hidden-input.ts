import { text } from 'node:stream/consumers';
import { readTextFile } from './plant-source.js';
import { usageError } from './cli-error.js';

export interface HiddenInput {
  /** Read first. */
  readonly file: string | undefined;
  /** To whom sits at the terminal: `Passphrase`. */
  readonly question: string;
}

/** A text that nobody is to see, and that no process list shows: from a file, else the terminal without echo, else standard input. */
export async function hiddenInput({ file, question }: HiddenInput): Promise<string> {
  if (file !== undefined) return withoutLineEnd(await readTextFile(file));
  const given = process.stdin.isTTY ? await typed(`${question}: `) : withoutLineEnd(await text(process.stdin));
  if (given === '')
    throw usageError(
      `There is no ${question.toLowerCase()}: give it in a file, at the terminal, or on standard input.`,
    );
  return given;
}

/** Editors and `echo` end a text with a line break that is no part of it. */
function withoutLineEnd(given: string): string {
  return given.replace(/\r?\n$/, '');
}

/** Characters come one by one, since the terminal shows none of them. */
async function typed(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let line = '';
  try {
    for await (const piece of stdin as AsyncIterable<string>) {
      for (const key of piece) {
        if (key === '\r' || key === '\n' || key === '\u0004') return line;
        if (key === '\u0003') throw usageError('Given up.');
        line = key === '\u007f' || key === '\b' ? line.slice(0, -1) : line + key;
      }
    }
    return line;
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}
