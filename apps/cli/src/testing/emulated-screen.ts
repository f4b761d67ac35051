import type { TerminalModes, TerminalSize } from './terminal-backend.js';

// a CSI sequence with its parameters and final character, or one character
const piecePattern = new RegExp('\\u001b\\[([?0-9;]*)([A-Za-z])|[^]', 'gu');

/** As much of a terminal as programs here use: absolute positions, erasing, alternate buffer, cursor and wrap modes. */
export class EmulatedScreen {
  #size: TerminalSize;
  #cells: string[][] = [];
  #behind = { cells: this.#cells, row: 0, column: 0 };
  #row = 0;
  #column = 0;
  #modes = { alternate: false, cursor: true, wraps: true };
  #rest = '';

  constructor(size: TerminalSize) {
    this.#size = size;
  }

  get modes(): TerminalModes {
    return this.#modes;
  }

  get lines(): readonly string[] {
    return Array.from({ length: this.#size.rows }, (_, row) =>
      Array.from(this.#cells[row] ?? [], (cell: string | undefined) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#cells = this.#cells.slice(0, size.rows).map((cells) => cells.slice(0, size.columns));
  }

  /** A sequence may be cut into chunks anywhere. */
  write(text: string): void {
    const all = this.#rest + text;
    this.#rest = new RegExp('\\u001b(?:\\[[?0-9;]*)?$', 'u').exec(all)?.[0] ?? '';
    for (const [piece, parameters, final] of all.slice(0, all.length - this.#rest.length).matchAll(piecePattern)) {
      if (final === undefined) this.#character(piece);
      else this.#sequence(parameters, final);
    }
  }

  #character(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#lineFeed();
    else if (character >= ' ') this.#print(character);
  }

  #print(character: string): void {
    if (this.#column >= this.#size.columns) {
      if (!this.#modes.wraps) this.#column = this.#size.columns - 1;
      else {
        this.#column = 0;
        this.#lineFeed();
      }
    }
    (this.#cells[this.#row] ??= [])[this.#column] = character;
    this.#column += 1;
  }

  #lineFeed(): void {
    if (this.#row < this.#size.rows - 1) this.#row += 1;
    else this.#cells.shift();
  }

  #sequence(parameters: string, final: string): void {
    if (final === 'H') {
      const [row = 1, column = 1] = parameters.split(';').map((text) => Number(text || 1));
      this.#row = row - 1;
      this.#column = column - 1;
    } else if (final === 'K') this.#cells[this.#row] = (this.#cells[this.#row] ?? []).slice(0, this.#column);
    else if (final === 'J') this.#cells = [];
    else if (final === 'h' || final === 'l') this.#mode(parameters, final === 'h');
  }

  #mode(parameters: string, on: boolean): void {
    if (parameters === '?7') this.#modes.wraps = on;
    if (parameters === '?25') this.#modes.cursor = on;
    if (parameters !== '?1049' || on === this.#modes.alternate) return;
    this.#modes.alternate = on;
    if (on) {
      this.#behind = { cells: this.#cells, row: this.#row, column: this.#column };
      this.#cells = [];
    } else {
      this.#cells = this.#behind.cells;
      this.#row = this.#behind.row;
      this.#column = this.#behind.column;
    }
  }
}
