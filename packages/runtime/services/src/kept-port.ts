/**
 * Where a service listens again. A free port (`0`) is looked for once and then kept, so that clients find the service where it was
 * before its crash.
 */
export class KeptPort {
  readonly #asked: number | undefined;
  #kept: number | undefined;

  /** `asked`: by the command line or the environment; undefined: the settings say which. */
  constructor(asked: number | undefined) {
    this.#asked = asked;
  }

  /** What the next start is to be told. */
  get port(): number | undefined {
    return this.#kept ?? this.#asked;
  }

  /** The service works, and this is its port, if it has one. */
  works(port: number | undefined): void {
    this.#kept = port;
  }

  /** It did not get to work: somebody else may have the port by now. */
  failed(): void {
    this.#kept = undefined;
  }

  /** Other settings may name another port. */
  settingsChanged(): void {
    if (this.#asked === undefined) this.#kept = undefined;
  }
}
