import type { RunningGateway } from '@fieldwarden/gateway';
import { columns } from './output/columns.js';
import type { Palette } from './output/palette.js';
import { tildePath } from './gateway/target.js';

/** What `up` says when all ports answer. The only place where a token is ever shown. */
export function announcement(
  { runFile, opcuaUrl, setupToken }: Pick<RunningGateway, 'runFile' | 'opcuaUrl' | 'setupToken'>,
  home: string,
  bind: string,
  palette: Palette,
): string {
  const host = hostOf(bind);
  const rows = [
    ['  Console', `http://${host}:${runFile.adminPort}/`],
    ['  OPC UA', opcuaUrl ?? 'off'],
    ['  Health', `http://${host}:${runFile.healthPort}/readyz`],
    ['  Admin API', `http://${host}:${runFile.adminPort}/api/v1`],
  ];
  const token =
    setupToken === undefined
      ? ''
      : `\n  Set-up token, shown only this once: ${palette.strong(setupToken)}\n  It signs in at the console, once. More tokens: fieldwarden tokens create NAME.\n`;
  return `The gateway runs on ${tildePath(home)} (pid ${runFile.pid}).\n\n${columns(rows)}${token}\n`;
}

/** An address that this machine can be reached at, in the form of a URL. */
export function hostOf(bind: string): string {
  if (bind === '0.0.0.0' || bind === '::') return '127.0.0.1';
  return bind.includes(':') ? `[${bind}]` : bind;
}
