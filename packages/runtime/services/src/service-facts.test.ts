import { errorFromData, errorToData, GatewayError } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { failureOf } from './service-facts.js';

describe('failureOf', () => {
  const cause = new SyntaxError('Unexpected token `<eof>`');
  const message = 'service module file:///acme.ts could not be loaded';
  const thrown = new GatewayError({ code: 'SERVICE_NOT_LOADED', kind: 'config', message, cause });
  const notLoaded = errorFromData(errorToData(thrown)); // as the gateway gets it from a Host
  const failure = { code: 'SERVICE_NOT_LOADED', kind: 'config', message: `${message}: ${cause.message}`, atMs: 7 };

  it('names what could not be loaded, and why', () => {
    expect(failureOf(notLoaded, 7)).toEqual(failure);
  });

  it('says the same of the Host that ended of it', () => {
    const lost = new GatewayError({ code: 'HOST_LOST', kind: 'host-lost', message: 'exit code 78', cause: notLoaded });
    expect(failureOf(lost, 7)).toEqual(failure);
  });

  it('keeps what a service said before the cause that it gave', () => {
    const why = new GatewayError({ code: 'BROKER_AWAY', kind: 'unreachable', message: 'ECONNREFUSED' });
    const said = new GatewayError({ code: 'ACME', kind: 'unreachable', message: 'no broker', cause: why });
    expect(failureOf(said, 7)).toEqual({ code: 'ACME', kind: 'unreachable', message: 'no broker', atMs: 7 });
  });
});
