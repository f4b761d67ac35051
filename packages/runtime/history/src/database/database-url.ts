import { GatewayError } from '@fieldwarden/core';

/** `host:port/database`, for messages: nothing of it is secret. Throws kind `config` for what names no database, without repeating it. */
export function databaseOf(text: string): string {
  const fault = urlFault(text);
  if (fault !== undefined) throw invalidUrl(fault);
  const url = new URL(text);
  return `${url.hostname}:${url.port || '5432'}${url.pathname}`;
}

/** Why no database can be found by it; undefined where nothing is wrong. */
export function urlFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) return 'it is no postgres:// URL';
  if (url.hostname === '') return 'it names no host';
  return url.pathname.length < 2 ? 'it names no database' : undefined;
}

export function invalidUrl(why: string): GatewayError {
  return new GatewayError({
    code: 'HISTORY_URL_INVALID',
    kind: 'config',
    message: `the URL of the history database cannot be used: ${why}. Expected: postgres://user:password@host:5432/database`,
  });
}
