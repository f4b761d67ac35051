/** A gateway that ended instead of starting. */
export class GatewayRefused extends Error {
  readonly code: number | null;
  /** Everything it printed. */
  readonly output: string;

  constructor(code: number | null, output: string) {
    super(`the gateway ended with exit code ${code}:\n${output}`);
    this.code = code;
    this.output = output;
  }
}
