import { hostFault, plainHost } from '@fieldwarden/core';
import { InvalidArgumentError } from 'commander';
import type { CommandContext } from './command-context.js';
import type { ExitCode } from './exit-code.js';

/** What a command does with its options and arguments, whatever their types: commander makes them as declared. */
export type CommandBody = (context: CommandContext, options: never, ...args: never[]) => Promise<ExitCode>;

/** Makes of it what commander calls. */
export type Run = (body: CommandBody) => (...received: unknown[]) => Promise<void>;

/** A name or an address; the same rule and words as in a plant document. */
export function hostArgument(text: string): string {
  const fault = hostFault(text);
  if (fault === undefined) return plainHost(text);
  throw new InvalidArgumentError(`${JSON.stringify(text)} ${fault}.`);
}

/** Of an argument or option; anything else is a usage error. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  };
}
