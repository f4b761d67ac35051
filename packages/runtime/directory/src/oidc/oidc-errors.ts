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
  if (error instanceof ResponseBodyError && error.status < 500)
    return clientErrors.has(error.error) ? clientRefused(saidBy(error), error, issuer) : refused(saidBy(error), error);
  if (error instanceof AuthorizationResponseError) return refused(saidBy(error), error);
  if (error instanceof WWWAuthenticateChallengeError) {
    const said = error.cause.map(({ parameters }) => parameters.error ?? 'no reason said');
    return said.includes('invalid_token') ? refused('invalid_token', error) : clientRefused(said.join(), error, issuer);
  }
  if (error instanceof ClientError && error.code !== 'OAUTH_TIMEOUT' && !(error.cause instanceof Response))
    return refused(messageOf(error.cause ?? error), error);
  return providerAway(error, issuer);
}

/** RFC 6749, 5.2: it is the gateway that is not known, not the person. */
const clientErrors: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

function clientRefused(said: string, cause: unknown, issuer: string): GatewayError {
  const message = `the provider ${issuer} does not take the id or the secret of this gateway: ${said}`;
  return new GatewayError({ code: 'OIDC_CLIENT_REFUSED', kind: 'config', message, cause });
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
