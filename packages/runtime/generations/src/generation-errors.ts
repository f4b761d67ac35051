import type { Finding } from '@fieldwarden/gateway-contract';
import { GatewayError, toGatewayError } from '@fieldwarden/core';

/** A document that cannot run; carries every finding. Asked for a plan, a publish, a start: the message fits them all. */
export class DocumentRefused extends GatewayError {
  readonly findings: readonly Finding[];

  constructor(what: string, findings: readonly Finding[]) {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    super({
      code: 'DOCUMENT_REFUSED',
      kind: 'config',
      message: `${what} has ${errors} ${errors === 1 ? 'error' : 'errors'}`,
    });
    this.findings = findings;
  }
}

export function generationUnknown(generation: number): GatewayError {
  return new GatewayError({
    code: 'GENERATION_UNKNOWN',
    kind: 'config',
    message: `there is no generation ${generation}; fieldwarden config generations lists those that there are`,
  });
}

export function noDraft(): GatewayError {
  return new GatewayError({
    code: 'DRAFT_MISSING',
    kind: 'config',
    message: 'there is no draft to publish: it is the published document. Save a draft first, or give a document',
  });
}

/** Nothing sealed, nothing published, no plant file (SPEC §7.4). */
export function nothingToRun(site: string, authorityAway: boolean): GatewayError {
  return new GatewayError({
    code: authorityAway ? 'FIRST_START_WITHOUT_DATABASE' : 'PLANT_MISSING',
    kind: 'config',
    message: authorityAway
      ? `no snapshot of site ${site} is sealed here, and the configuration database does not answer: a first start needs it`
      : `site ${site} has no configuration yet: give the plant document with --plant FILE`,
  });
}

/** Committed at the authority, and this gateway could not make it its own. */
export class NotCurrent extends GatewayError {
  readonly generation: number;

  constructor(generation: number, thrown: unknown) {
    const { kind, message, code } = toGatewayError(thrown);
    super({
      code,
      kind,
      message: `generation ${generation} is published, but could not be made current here, and what ran before goes on: ${message}`,
      cause: thrown,
    });
    this.generation = generation;
  }
}
