import type { Finding, RunFile } from '@fieldwarden/gateway-contract';
import type { DriverOption } from '@fieldwarden/generations';
import { GatewayError } from '@fieldwarden/core';

export interface GatewayOptions {
  /** Published first if it has changed since it was last published from there; undefined: what is published runs. */
  readonly plantFile: string | undefined;
  /** Publishes the plant file also if it has not changed. */
  readonly force?: boolean;
  /** Options of drivers that this start sets: in the plant file, and in what was published since. */
  readonly driverOptions?: readonly DriverOption[];
  /** Publishes the plant file again whenever it changes. */
  readonly watch?: boolean;
  /** Which site to run, if several are sealed or published. */
  readonly site?: string;
  /** Start from this sealed generation, the operator's way out when the current one is damaged. */
  readonly generation?: number;
  /** PostgreSQL database with drafts and generations; undefined = they are kept in the home directory. */
  readonly configUrl?: string;
  readonly home: string;
  /** Address for all ports. */
  readonly bind: string;
  /** Of services, by the names of their options (`opcua-port`); 0 = a free one; none: the plant's, else the service's default. */
  readonly servicePorts: Readonly<Partial<Record<string, number>>>;
  readonly healthPort: number;
  readonly adminPort: number;
  /** Names under which browsers may call the console, besides addresses, `localhost` and the name of this machine. */
  readonly adminHosts?: readonly string[];
  /** Folders from which drivers and services of third parties are loaded. Default: that of the plant file. */
  readonly moduleFolders?: readonly string[];
  /** Folders below which `${file:}` reads, beside `<home>/secrets` and that of the plant file. */
  readonly secretFolders?: readonly string[];
  /** Log records go to the console too. */
  readonly console: boolean;
}

export interface ReachableService {
  readonly id: string;
  /** What people call it. */
  readonly title: string;
  /** Null for one that is off, or does not work yet. */
  readonly url: string | null;
}

export interface RunningGateway {
  readonly runFile: RunFile;
  /** Clear text of the token made at the first start on this home; undefined later. */
  readonly setupToken: string | undefined;
  /** The services that can be reached, in their order. */
  readonly services: readonly ReachableService[];
  /** What it began with. */
  readonly generation: number;
  readonly tags: number;
  /** Warnings of the plant document. */
  readonly warnings: readonly Finding[];
  /** What the operator should know about the plant file: it is not what runs, and how to choose. */
  readonly fileDiffers: string | undefined;
  /** Exit code, once the gateway has stopped for whatever reason. */
  readonly finished: Promise<number>;
  stop(): Promise<void>;
}

/** A plant document that cannot run; carries every finding. */
export class PlantRefused extends GatewayError {
  readonly findings: readonly Finding[];

  constructor(file: string, findings: readonly Finding[]) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    super({
      code: 'PLANT_REFUSED',
      kind: 'config',
      message: `${file} has ${errors} ${errors === 1 ? 'error' : 'errors'}; nothing was started`,
    });
    this.findings = findings;
  }
}
