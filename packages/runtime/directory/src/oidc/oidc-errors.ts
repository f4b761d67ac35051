import { GatewayError, isGatewayError, messageOf } from '@fieldwarden/core';
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';

export function notBegun(): GatewayError {
  const message =
    'this sign-in was not begun in this browser, has ended already, or took longer than 10 minutes; begin anew';
  return new GatewayError({ code: 'OIDC_NOT_BEGUN', kind: 'forbidden', message });
}

export function refused(reason: string, cause?: unknown): GatewayError {
  return new GatewayError({
    code: 'OIDC_REFUSED',
    kind: 'forbidden',
    message: `the sign-in is refused: ${reason}`,
    cause,
  });
}

/** What the end of a sign-in threw. */
export function signInFailure(error: unknown, issuer: string): GatewayError {
  if (isGatewayError(error)) return error;
  if (error instanceof ResponseBodyError && error.status < 500) {
    if (error.error !== 'invalid_client' && error.error !== 'unauthorized_client') return refused(saidBy(error), error);
    const message = `the provider ${issuer} does not take the id or the secret of this gateway: ${saidBy(error)}`;
    return new GatewayError({ code: 'OIDC_CLIENT_REFUSED', kind: 'config', message, cause: error });
  }
  if (error instanceof AuthorizationResponseError) return refused(saidBy(error), error);
  if (error instanceof WWWAuthenticateChallengeError) return refused(messageOf(error), error);
  if (error instanceof ClientError && error.code !== 'OAUTH_TIMEOUT' && !(error.cause instanceof Response))
    return refused(messageOf(error.cause ?? error), error);
  return providerAway(error, issuer);
}

export function providerAway(error: unknown, issuer: string): GatewayError {
  const message = `the provider ${issuer} cannot be asked: ${deepestMessage(error)}`;
  return new GatewayError({ code: 'OIDC_UNREACHABLE', kind: 'unreachable', message, cause: error });
}

interface Said {
  readonly error: string;
  readonly error_description?: string;
}

function saidBy({ error, error_description: more }: Said): string {
  return more === undefined ? error : `${error}, ${more}`;
}

/** `fetch failed` says less than its cause. */
function deepestMessage(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return messageOf(at);
}
