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
