import type { Finding } from '@fieldwarden/gateway-contract';
import { isGatewayError, messageOf, type GatewayError } from '@fieldwarden/core';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { sentence } from '../output/sentence.js';

/** The machine is in the way, not the configuration, and may be out of it by the next try: a port that is taken, another gateway that still stops. */
const passingCodes: ReadonlySet<string> = new Set([
  'PORT_TAKEN',
  'PORT_NOT_BOUND',
  'PORT_NOT_OPENED',
  'ADDRESS_NOT_AVAILABLE',
  'HOME_IN_USE',
  'SOCKET_NOT_BOUND',
]);

/** Why a gateway did not start, as the end of a command: 78 where another start cannot help before somebody changes something. */
export function gatewayError(error: unknown): CliError {
  if (!isGatewayError(error)) return failure('UNEXPECTED', messageOf(error));
  if (error.kind !== 'config' || passingCodes.has(error.code)) return failure(error.code, error.message);
  const { findings } = error as GatewayError & { readonly findings?: readonly Finding[] };
  return new CliError({
    exitCode: exitCodes.badConfiguration,
    code: error.code,
    message: sentence(error.message),
    ...(findings && { findings }),
  });
}

function failure(code: string, message: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message: sentence(message) });
}
