import { systemClock } from '@fieldwarden/core';
import type { Shell } from './command-context.js';
import { gatewayLoader, type GatewayLoader } from './gateway/gateway-module.js';
import { processScreen } from './monit/screen.js';
import { processTerminal } from './terminal.js';

/** This process as a shell. */
export function processShell(loader: GatewayLoader = gatewayLoader): Shell {
  return {
    terminal: processTerminal(process.env),
    env: process.env,
    clock: systemClock,
    loader,
    screen: processScreen,
    interrupted: interruption(),
    self: [process.execPath, ...process.execArgv, process.argv[1]],
  };
}

function interruption(): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    controller ??= abortOnSignals();
    return controller.signal;
  };
}

/** Repeated signals change nothing: a terminal and a parent process may both send the same one. */
function abortOnSignals(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller;
}
