import { format, stripVTControlCharacters } from 'node:util';
import type { Logger } from '@fieldwarden/core';
import type * as opcUaClient from 'node-opcua-client';

export type Library = typeof opcUaClient;

let loading: Promise<Library> | undefined;

/** The OPC UA stack, loaded when the first driver of this type connects: plants without one pay nothing for it. */
export async function loadLibrary(logger: Logger): Promise<Library> {
  loading ??= import('node-opcua-client');
  const library = await loading;
  // It prints to the console, for the whole process. The last caller wins; what an operator must know, the driver says itself.
  library.setErrorLogger(printer(logger, 'error'));
  library.setWarningLogger(printer(logger, 'warning'));
  library.setDebugLogger(printer(logger, 'debug'));
  return library;
}

function printer(logger: Logger, libraryLevel: string): (context?: unknown, ...args: unknown[]) => void {
  return (_context, ...args) => {
    if (logger.enabled('debug')) logger.debug(stripVTControlCharacters(format(...args)).trim(), { libraryLevel });
  };
}
