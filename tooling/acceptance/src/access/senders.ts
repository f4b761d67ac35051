import type { SessionAnswer } from '@fieldwarden/admin-contract';
import type { ConsolePage } from '../console/console-page.js';
import type { GatewayProcess } from '../processes/gateway-process.js';
import { runCli, type CliResult } from '../processes/run-cli.js';

/** Writes of a tag by each road, as they are sent: what the gateway answers is a status and its words. */

/** What a page that is not ours could send from that browser. */
export async function sentByPage({ page, origin }: ConsolePage, path: string, value: number): Promise<string> {
  return await page.evaluate(
    async (write) => {
      const session = (await (await fetch(`${write.origin}/api/v1/session`)).json()) as SessionAnswer;
      const answer = await fetch(`${write.origin}/api/v1/tags/value`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrfToken! },
        body: JSON.stringify({ path: write.path, value: write.value }),
      });
      const { detail = '' } = (await answer.json()) as { readonly detail?: string };
      return `${answer.status} ${detail}`;
    },
    { origin, path, value },
  );
}

/** What a program sends with its token. */
export async function sentByProgram(
  gateway: GatewayProcess,
  bearer: string,
  path: string,
  value: number,
): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${gateway.port('Admin API')}/api/v1/tags/value`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ path, value }),
  });
  const { detail = '' } = (await answer.json()) as { readonly detail?: string };
  return `${answer.status} ${detail}`;
}

/** The command line from another machine. */
export async function sentByCommand(
  gateway: GatewayProcess,
  bearer: string,
  path: string,
  value: number,
): Promise<CliResult> {
  const url = `http://127.0.0.1:${gateway.port('Admin API')}`;
  return await runCli(['tags', 'write', path, String(value), '--url', url], { FIELDWARDEN_TOKEN: bearer });
}
