import { format, stripVTControlCharacters } from 'node:util';
import type { Logger } from '@fieldwarden/core';
import { setDebugLogger, setErrorLogger, setWarningLogger } from 'node-opcua';

/**
 * The library prints to the console, for the whole process. Sends that to `logger` instead, at debug: what an operator must
 * know, the outlet says itself. The last caller wins.
 */
export function captureLibraryLog(logger: Logger): void {
  setErrorLogger(printer(logger, 'error'));
  setWarningLogger(printer(logger, 'warning'));
  setDebugLogger(printer(logger, 'debug'));
}

function printer(logger: Logger, libraryLevel: string): (context?: unknown, ...args: unknown[]) => void {
  return (_context, ...args) => {
    if (logger.enabled('debug')) logger.debug(stripVTControlCharacters(format(...args)).trim(), { libraryLevel });
  };
}
