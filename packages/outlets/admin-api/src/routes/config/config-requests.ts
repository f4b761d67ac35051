import { mayDo } from '@fieldwarden/gateway-contract';
import {
  exportFormats,
  type ChangeOrigin,
  type ConfigAsker,
  type ComparedSide,
  type ExportFormat,
} from '../../control/config-control.js';
import { pathText, wholeNumber } from '../../server/request-parameters.js';
import { badBody, badQuery } from '../../server/request-refused.js';
import { originOf } from '../../access/requester.js';
import type { HttpExchange } from '../../server/route.js';

/** What the requests of the configuration routes say beside their bodies; anything else is refused with 400. */

const generationRange = { fallback: 0, min: 1, max: Number.MAX_SAFE_INTEGER };

export function changeOriginOf(exchange: HttpExchange): ChangeOrigin {
  const { principal, via, correlationId } = originOf(exchange);
  return { name: principal.name, via, correlationId, mayChangeAccess: mayDo(principal, 'users') };
}

export function askerOf({ requester }: HttpExchange): ConfigAsker {
  return { mayConfigure: mayDo(requester.principal, 'configure') };
}

/** Of the path: `/config/generations/12`. */
export function pathGeneration({ request }: HttpExchange): number {
  const text = pathText(request, 'generation');
  const generation = Number(text);
  if (Number.isSafeInteger(generation) && generation >= 1) return generation;
  throw badBody(`generation is the number of a generation, not ${JSON.stringify(text)}`);
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
