import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Gateways whose key this user has compared, by `host:port`: fingerprints of their keys. */
export class KnownGateways {
  readonly file: string;

  constructor(env: NodeJS.ProcessEnv) {
    this.file = join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'fieldwarden', 'known-gateways.json');
  }

  fingerprintOf(hostAndPort: string): string | undefined {
    const known = this.#read()[hostAndPort];
    return typeof known === 'string' ? known : undefined;
  }

  /** Where the disk does not take it, it is asked again. */
  remember(hostAndPort: string, fingerprint: string): void {
    try {
      this.#write(hostAndPort, fingerprint);
    } catch {
      return;
    }
  }

  #write(hostAndPort: string, fingerprint: string): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    const unfinished = `${this.file}.${process.pid}.new`;
    const known = { ...this.#read(), [hostAndPort]: fingerprint };
    writeFileSync(unfinished, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
    renameSync(unfinished, this.file);
  }

  #read(): Readonly<Record<string, unknown>> {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, unknown>;
    } catch {
      return {};
    }
  }
}
