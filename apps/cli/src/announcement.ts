import type { RunningGateway } from '@fieldwarden/gateway';
import { columns } from './output/columns.js';
import type { Palette } from './output/palette.js';
import { tildePath } from './gateway/target.js';

/** What `up` says when all ports answer. The only place where a token is ever shown. */
export function announcement(
  { runFile, services, setupToken }: Pick<RunningGateway, 'runFile' | 'services' | 'setupToken'>,
  home: string,
  bind: string,
  palette: Palette,
): string {
  const host = hostOf(bind);
  const admin = `${runFile.adminProtocol}://${host}:${runFile.adminPort}`;
  const rows = [
    ['  Console', `${admin}/`],
    ...services.map(({ title, url }) => [`  ${title}`, url ?? 'off']),
    ['  Health', `http://${host}:${runFile.healthPort}/readyz`],
    ['  Admin API', `${admin}/api/v1`],
  ];
  const token =
    setupToken === undefined
      ? ''
      : `\n  Set-up token, shown only this once: ${palette.strong(setupToken)}\n  With it the first admin is made: ${admin}/#setup=${setupToken}\n  or here: fieldwarden users add NAME --role admin.\n`;
  return `The gateway runs on ${tildePath(home)} (pid ${runFile.pid}).\n\n${columns(rows)}${token}\n`;
}

/** The same for programs. */
export function runDocument({
  runFile,
  services,
  setupToken,
}: {
  readonly runFile: RunningGateway['runFile'];
  readonly services: RunningGateway['services'];
  readonly setupToken: string | null;
}) {
  const urls = Object.fromEntries(services.map(({ id, url }) => [`${id}Url`, url]));
  return { schema: 'fieldwarden/run@1', ...runFile, ...urls, setupToken };
}

/** An address that this machine can be reached at, in the form of a URL. */
export function hostOf(bind: string): string {
  if (bind === '0.0.0.0' || bind === '::') return '127.0.0.1';
  return bind.includes(':') ? `[${bind}]` : bind;
}
