import { closeSync, writeSync } from 'node:fs';
import type { Finding, RunFile } from '@fieldwarden/gateway-contract';
import type { RunningGateway } from '@fieldwarden/gateway';
import type { CliErrorInit } from '../cli-error.js';

/** What the process that `up --detach` starts tells it over a pipe, once. Not over its output: that goes into a file. */
export type StartReport =
  | {
      readonly type: 'ready';
      readonly runFile: RunFile;
      readonly services: RunningGateway['services'];
      readonly setupToken: string | null;
      readonly warnings: readonly Finding[];
      readonly fileDiffers: string | null;
    }
  | { readonly type: 'failed'; readonly error: CliErrorInit };

export interface ReadyReport {
  ready(gateway: RunningGateway): void;
  failed(error: CliErrorInit): void;
}

/** Undefined without a descriptor: then nobody waits for a report. */
export function readyReport(fd: number | undefined): ReadyReport | undefined {
  if (fd === undefined) return undefined;
  return {
    ready: ({ runFile, services, setupToken = null, warnings, fileDiffers = null }) =>
      send(fd, { type: 'ready', runFile, services, setupToken, warnings, fileDiffers }),
    failed: (error) => send(fd, { type: 'failed', error }),
  };
}

/** The waiting command may have been interrupted: the gateway runs on without it. */
function send(fd: number, message: StartReport): void {
  try {
    writeSync(fd, JSON.stringify(message));
    closeSync(fd);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** Undefined for a report that did not come, or not whole. */
export function parseReadyMessage(text: string): StartReport | undefined {
  try {
    return JSON.parse(text) as StartReport;
  } catch {
    return undefined;
  }
}
