import type { Finding } from '@fieldwarden/gateway-contract';
import { isGatewayError, messageOf, type GatewayError } from '@fieldwarden/core';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { sentence } from '../output/sentence.js';

/** The machine is in the way, not the configuration: something else may be tried without editing the plant. */
const machineCodes = /^(?:PORT|HOME|SOCKET|TOKENS)_/;

/** Why a gateway did not start, as the end of a command. */
export function gatewayError(error: unknown): CliError {
  if (!isGatewayError(error)) return failure('UNEXPECTED', messageOf(error));
  if (error.kind !== 'config' || machineCodes.test(error.code)) return failure(error.code, error.message);
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
