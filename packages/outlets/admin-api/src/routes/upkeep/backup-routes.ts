import type { RestoreAnswer } from '@fieldwarden/admin-contract';
import { backupRequest } from '@fieldwarden/admin-contract/requests';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '@fieldwarden/core';
import { jsonBody, jsonResponse, queryParameter, type Parameter } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { flag } from '../../server/request-parameters.js';
import { RequestRefused } from '../../server/request-refused.js';
import { ok, streaming, type Answer, type HttpExchange, type Route } from '../../server/route.js';

const octets = 'application/octet-stream';

const passphraseHeader: Parameter = {
  name: 'X-Fieldwarden-Passphrase',
  in: 'header',
  required: false,
  description: 'Of an encrypted backup; percent-encoded UTF-8.',
  schema: { type: 'string' },
};

export const backupRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/backup',
    permission: 'administer',
    audited: { action: 'backup', subject: () => 'home directory' },
    operation: {
      operationId: 'makeBackup',
      summary:
        'The home directory as one file, consistent while the gateway runs. Whoever takes it proves it: a broken connection leaves half a file.',
      tags: ['upkeep'],
      requestBody: jsonBody('BackupRequest'),
      responses: {
        200: { description: 'The file.', content: { [octets]: { schema: { type: 'string', format: 'binary' } } } },
      },
    },
    handle: backup,
  },
  {
    method: 'post',
    path: '/restore',
    permission: 'administer',
    audited: { action: 'restore', subject: () => 'home directory' },
    operation: {
      operationId: 'restoreBackup',
      summary:
        'Proves a backup and says what is in it; with `confirm=true` it takes the place of what is there when the gateway starts next.',
      tags: ['upkeep'],
      parameters: [
        queryParameter('confirm', 'Stage it for the next start.', { type: 'boolean', default: false }),
        passphraseHeader,
      ],
      requestBody: { required: true, content: { [octets]: { schema: { type: 'string', format: 'binary' } } } },
      responses: { 200: jsonResponse('What is in it, and whether it is staged.', 'Restore') },
    },
    handle: restore,
  },
];

async function backup({ request, response, control, logger, correlationId }: HttpExchange): Promise<typeof streaming> {
  const pieces = control.upkeep.backup(readJson(request, backupRequest));
  const first = await pieces.next(); // what can be said in words is said before anything is sent
  response.status(200).type(octets);
  const all = async function* (): AsyncGenerator<Buffer> {
    if (!first.done) yield first.value;
    yield* pieces;
  };
  try {
    await pipeline(Readable.from(all()), response);
  } catch (error) {
    logger.warn(`a backup was not sent to its end: ${messageOf(error)}`, { correlationId });
    throw error; // the connection is broken, and the audit says that it failed
  }
  return streaming;
}

async function restore({ request, query, control, logger, correlationId }: HttpExchange): Promise<Answer> {
  if (!request.is(octets)) throw noFile();
  const answer = await control.upkeep.restore(request, passphraseOf(request.get(passphraseHeader.name)), flag(query, 'confirm')); // prettier-ignore
  if (answer.staged) {
    logger.warn(`a backup of ${answer.createdAt} is staged: it takes the place of what is there when the gateway starts next`, { correlationId }); // prettier-ignore
  }
  return ok({ schema: 'fieldwarden/restore@1', ...answer } satisfies RestoreAnswer);
}

function passphraseOf(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  try {
    return decodeURIComponent(written);
  } catch {
    throw new RequestRefused({
      status: 400,
      code: 'BAD_HEADER',
      detail: `${passphraseHeader.name} is not percent-encoded UTF-8`,
    });
  }
}

function noFile(): RequestRefused {
  return new RequestRefused({
    status: 415,
    code: 'BODY_NO_FILE',
    detail: 'the request needs the file of a backup as its body',
    remedy: `Send it with Content-Type: ${octets}.`,
  });
}
