import { text } from 'node:stream/consumers';
import { noColours, paletteFor, type Palette } from './output/palette.js';

/** Where a command says what it has to say. */
export interface Terminal {
  readonly palette: Palette;
  /** Of standard error. */
  readonly errorPalette: Palette;
  /** Characters per line; undefined when the output is no terminal. */
  readonly width: number | undefined;
  write(text: string): void;
  writeError(text: string): void;
  /** Asks the person at the terminal; undefined where there is none. */
  ask(question: string): Promise<string> | undefined;
  /** As `ask`; what is typed is not shown. */
  askSecret(question: string): Promise<string> | undefined;
  /** What is piped in, whole. */
  input(): Promise<string>;
}

export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const { stdout, stderr } = process;
  endQuietlyWithTheReader(stdout);
  endQuietlyWithTheReader(stderr);
  return {
    palette: stdout.isTTY ? paletteFor(true, env) : noColours,
    errorPalette: stderr.isTTY ? paletteFor(true, env) : noColours,
    width: stdout.isTTY ? stdout.columns : undefined,
    write: (text) => void stdout.write(text),
    writeError: (text) => void stderr.write(text),
    ask: (question) => (process.stdin.isTTY && stderr.isTTY ? askPerson(question) : undefined),
    askSecret: (question) => (process.stdin.isTTY && stderr.isTTY ? askSecretly(question) : undefined),
    input: () => text(process.stdin),
  };
}

async function askPerson(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** The line editor shows what is typed on its output: that goes nowhere, but for the question. */
async function askSecretly(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const { Writable } = await import('node:stream');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(question);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** `fieldwarden tags list | head`: when nobody reads any more, there is nothing left to do. */
function endQuietlyWithTheReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

/** One JSON text on one line. */
export function writeJson(terminal: Terminal, body: unknown): void {
  terminal.write(`${JSON.stringify(body)}\n`);
}
