import type {
  CsvImportRequest,
  DraftRequest,
  KepwareImportRequest,
  PublishRequest,
  RollbackRequest,
  ValidateRequest,
} from '@fieldwarden/admin-contract';
import {
  exportFormats,
  type ChangeOrigin,
  type ComparedSide,
  type ExportFormat,
} from '../../control/config-control.js';
import { jsonObject, wholeNumber } from '../../server/request-parameters.js';
import { badBody, badQuery } from '../../server/request-refused.js';
import { originName } from '../../access/requester.js';
import type { Exchange } from '../../server/route.js';

/** What the requests of the configuration routes say; anything else is refused with 400. */

const generationRange = { fallback: 0, min: 1, max: Number.MAX_SAFE_INTEGER };

export function originOf({ requester, correlationId }: Exchange): ChangeOrigin {
  const via = requester.via === 'socket' ? 'cli' : originName(requester);
  return { name: requester.name, via, correlationId };
}

export function draftRequest(exchange: Exchange): DraftRequest {
  const request = documentRequest(exchange);
  if (!('text' in request) && !('document' in request)) throw badBody('the body lacks text, or document');
  return { ...request, ...expectedRevision(exchange) };
}

export function publishRequest(exchange: Exchange): PublishRequest {
  const { message } = jsonObject(exchange.request);
  if (typeof message !== 'string' || message.trim() === '')
    throw badBody('the body lacks message: why is this published?');
  return { message, ...documentRequest(exchange), ...expectedRevision(exchange) };
}

export function rollbackRequest(exchange: Exchange): RollbackRequest {
  const { generation, message } = jsonObject(exchange.request);
  return {
    generation: generationNumber(generation, 'generation'),
    ...optionalText(message, 'message'),
    ...expectedRevision(exchange),
  };
}

/** `text` or `document`, or none of them. */
export function documentRequest({ request }: Exchange): ValidateRequest {
  const body = jsonObject(request);
  if ('document' in body && 'text' in body) throw badBody('the body has both text and document: send one of them');
  if ('document' in body) return { document: body.document };
  return optionalText(body.text, 'text');
}

export function csvImportRequest(exchange: Exchange): CsvImportRequest {
  const { csv, text } = jsonObject(exchange.request);
  if (typeof csv !== 'string') throw badBody('the body lacks csv, the table as text');
  return { csv, ...optionalText(text, 'text'), ...importMode(exchange) };
}

export function kepwareImportRequest(exchange: Exchange): KepwareImportRequest {
  const { tags, driverId, deviceId, prefix, text } = jsonObject(exchange.request);
  if (typeof tags !== 'string') throw badBody("the body lacks tags, Kepware's export as text");
  if (typeof driverId !== 'string' || typeof deviceId !== 'string')
    throw badBody('the body lacks driverId and deviceId');
  const options = { ...optionalText(prefix, 'prefix'), ...optionalText(text, 'text'), ...importMode(exchange) };
  return { tags, driverId, deviceId, ...options };
}

function importMode({ request }: Exchange): Pick<CsvImportRequest, 'mode'> {
  const { mode } = jsonObject(request);
  if (mode === undefined) return {};
  if (mode === 'merge' || mode === 'replace') return { mode };
  throw badBody(`mode is merge or replace, not ${JSON.stringify(mode)}`);
}

function expectedRevision({ request }: Exchange): { expectedRevision?: number } {
  const { expectedRevision: revision } = jsonObject(request);
  if (revision === undefined) return {};
  if (Number.isSafeInteger(revision) && (revision as number) >= 0) return { expectedRevision: revision as number };
  throw badBody('expectedRevision is a whole number, the revision of the draft');
}

export function optionalText<Name extends string>(value: unknown, name: Name): Partial<Record<Name, string>> {
  if (value === undefined) return {};
  if (typeof value === 'string') return { [name]: value } as Record<Name, string>;
  throw badBody(`${name} is not a text`);
}

export function generationNumber(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw badBody(`${name} is the number of a generation, not ${JSON.stringify(value) ?? 'nothing'}`);
}

export function optionalGeneration(query: URLSearchParams, name: string): number | undefined {
  return query.get(name) === null ? undefined : wholeNumber(query, name, generationRange);
}

export function comparedSide(query: URLSearchParams, name: string, fallback: 'running' | 'draft'): ComparedSide {
  const text = query.get(name) ?? fallback;
  if (text === 'running' || text === 'draft') return text;
  return wholeNumber(query, name, generationRange);
}

export function exportFormat(text: string): ExportFormat {
  const format = exportFormats.find((known) => known === text);
  if (format) return format;
  throw badQuery(`format is one of ${exportFormats.join(', ')}, not ${JSON.stringify(text)}`);
}
