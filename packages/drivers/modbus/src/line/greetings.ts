import type { Logger } from '@fieldwarden/core';

/** Devices and device servers that say who they are when somebody connects. Told once: they do it each time. */
export class Greetings {
  readonly #logger: Logger;
  readonly #peer: string;
  #isTold = false;

  constructor(peer: string, logger: Logger) {
    this.#peer = peer;
    this.#logger = logger;
  }

  /** The first `length` bytes of `chunk` came before the first answer. */
  dropped(chunk: Uint8Array, length: number): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#logger.info(
      `${this.#peer} sent ${greetingText(chunk, length)} before its first answer: that is passed over`,
      { code: 'MODBUS_GREETING' },
    );
  }
}

/** More of it helps nobody to recognise it. */
const shownBytes = 40;

/** For people: `14 bytes ("USR-DTU-0001")`, `3 bytes (01 83 02)`. */
function greetingText(chunk: Uint8Array, length: number): string {
  const bytes = Buffer.from(chunk.subarray(0, Math.min(length, shownBytes)));
  const text = bytes.toString('latin1').trim();
  const isText = /^[\x20-\x7e]+$/.test(text);
  const shown = isText ? JSON.stringify(text) : bytes.toString('hex').replace(/..(?=.)/g, '$& ');
  return `${length} ${length === 1 ? 'byte' : 'bytes'} (${shown}${length > shownBytes ? ' …' : ''})`;
}
