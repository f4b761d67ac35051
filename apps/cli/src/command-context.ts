import type { Clock } from '@fieldwarden/core';
import type { AdminClient } from './gateway/admin-client.js';
import type { GatewayLoader } from './gateway/gateway-module.js';
import type { Screen } from './monit/screen.js';
import type { Target } from './gateway/target.js';
import type { Terminal } from './terminal.js';

/** What the process gives to the command line. */
export interface Shell {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly loader: GatewayLoader;
  /** The terminal as a whole, to draw on; undefined if there is none at both ends. */
  screen(): Screen | undefined;
  /** From the first call on, SIGINT, SIGTERM and SIGHUP no longer end the process but abort this signal. */
  interrupted(): AbortSignal;
  /** Program and first arguments with which this command line can be started again, for `up --detach`. */
  readonly self: readonly string[];
}

/** What a command gets. */
export interface CommandContext extends Shell {
  readonly json: boolean;
  readonly home: string;
  readonly target: Target;
  readonly client: AdminClient;
}
