import type {
  ConfigDiff,
  CsvImportAnswer,
  Draft,
  PublishAnswer,
  PublishRequest,
  RollbackRequest,
  ValidationAnswer,
} from '@fieldwarden/admin-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export const generationsResource = resourceOf('config generations', () =>
  answered(api.GET('/config/generations', { params: { query: { limit: 200 } } })),
);

export const draftResource = resourceOf('config draft', () => answered(api.GET('/config/draft')));

export const plantSchemaResource = resourceOf('schema plant', () => answered(api.GET('/schema/plant')));

/** What publishing would do: the part of a difference that is looked at. */
export type PlannedChanges = Pick<ConfigDiff, 'changes' | 'leftOff' | 'steps'>;

/** What one state of the configuration would do to another. */
export const diffResource = (from: string, to: string) =>
  resourceOf(`config diff ${from} ${to}`, () => answered(api.GET('/config/diff', { params: { query: { from, to } } })));

/** The YAML of one generation. Generations never change: loaded once. */
export const generationTextResource = (generation: number) =>
  resourceOf(`config text ${generation}`, () => exportConfiguration('yaml', generation));

export async function exportConfiguration(format: 'yaml' | 'csv', generation: number): Promise<string> {
  return await answered(api.GET('/config/export', { params: { query: { format, generation } }, parseAs: 'text' }));
}

export async function saveDraft(text: string, expectedRevision: number): Promise<Draft> {
  return await answered(api.PUT('/config/draft', { body: { text, expectedRevision } }));
}

/** The published document is the draft again. */
export async function discardDraft(): Promise<Draft> {
  return await answered(api.DELETE('/config/draft'));
}

export async function validateText(text: string): Promise<ValidationAnswer> {
  return await answered(api.POST('/config/validate', { body: { text } }));
}

export async function diffOfText(text: string): Promise<PlannedChanges> {
  return await answered(api.POST('/config/diff', { body: { text } }));
}

export async function publish(request: PublishRequest): Promise<PublishAnswer> {
  return await answered(api.POST('/config/publish', { body: request }));
}

export async function rollBack(request: RollbackRequest): Promise<PublishAnswer> {
  return await answered(api.POST('/config/rollback', { body: request }));
}

/** `merge` leaves tags alone that the table does not name; `replace` takes them out of the devices that it names. */
export type TableImportMode = 'merge' | 'replace';

export async function importCsv(csv: string, text: string, mode: TableImportMode): Promise<CsvImportAnswer> {
  return await answered(api.POST('/config/import-csv', { body: { csv, text, mode } }));
}
