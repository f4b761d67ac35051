/** `<home>/run.json`, written once all ports answer: how others find the gateway that runs there. */
export interface RunFile {
  readonly pid: number;
  /** ISO-8601, UTC. */
  readonly startedAt: string;
  readonly opcuaPort: number | null;
  readonly healthPort: number;
  readonly adminPort: number;
  /** How that port is spoken to. */
  readonly adminProtocol: 'http' | 'https';
}
