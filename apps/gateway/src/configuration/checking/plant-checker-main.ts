import {
  documentDigest,
  editPlantText,
  importIntoText,
  loadPlantDocument,
  loadPlantText,
  textDigest,
  type DocumentPlace,
  type LoadedDocument,
  type PlantDocument,
} from '@fieldwarden/config';
import { closeInheritedFiles } from '@fieldwarden/core/close-inherited-files';
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { builtInCatalogue } from '../../catalogue.js';
import type {
  Checked,
  CheckedContent,
  CheckedDriver,
  CheckedSource,
  Edited,
  FromChecker,
  ToChecker,
} from './check-messages.js';

/** Entry of the process that checks documents; `check-messages.ts` says how. */
let begun: { readonly shell: object; readonly drivers: unknown[]; readonly place: DocumentPlace } | undefined;
let parts: string[] = [];
let checked: LoadedDocument = { findings: [] };

async function answer(message: ToChecker): Promise<FromChecker | undefined> {
  switch (message.type) {
    case 'text-part':
      parts.push(message.part);
      return undefined;
    case 'check-text':
      return await checkText(takeText(), message.place);
    case 'import': {
      const both = takeText();
      const [text, table] = [both.slice(0, message.textLength), both.slice(message.textLength)];
      const request = { ...message.request, table };
      return { type: 'imported', outcome: await importIntoText(text, request, message.place, builtInCatalogue()) };
    }
    case 'document':
      begun = { shell: message.shell, drivers: [], place: message.place };
      return undefined;
    case 'driver':
      begun?.drivers.push(message.driver);
      return undefined;
    case 'check':
      return keep(await checkBegun());
    case 'edit':
      return editBegun(takeText());
    case 'fetch':
      return driver(message.index, message.plant);
  }
}

function takeText(): string {
  const text = parts.join('');
  parts = [];
  return text;
}

async function checkBegun(): Promise<LoadedDocument> {
  const { shell, drivers, place } = begun!;
  begun = undefined;
  return await loadPlantDocument({ ...shell, drivers }, place, builtInCatalogue());
}

async function checkText(text: string, place: DocumentPlace): Promise<Checked> {
  const { absoluteText, ...result } = await loadPlantText(text, place, builtInCatalogue());
  const isChanged = absoluteText !== undefined && absoluteText !== text;
  return keep(result, { sha256: textDigest(text), ...(isChanged && { text: absoluteText }) });
}

function editBegun(text: string): Edited {
  const { shell, drivers } = begun!;
  begun = undefined;
  return { type: 'edited', text: editPlantText(text, { ...shell, drivers } as PlantDocument) };
}

function keep(result: LoadedDocument, source?: CheckedSource): Checked {
  checked = result;
  const { plant, document, findings, modules = [], secrets = [] } = result;
  if (!plant || !document) return { type: 'checked', findings, modules };
  const content: CheckedContent = {
    document: document.drivers ? { ...document, drivers: [] } : document,
    plant: { ...plant, drivers: [] },
    digest: documentDigest(document),
    ...(source && { source }),
    secrets,
    drivers: plant.drivers.map((each) => ({ id: each.id, sha256: sha256(each) })),
  };
  return { type: 'checked', findings, modules, content };
}

/** The same steps make a plant each time, so that equal ones serialize alike; a difference costs no more than a copy. */
function sha256(value: unknown): string {
  return createHash('sha256').update(serialize(value)).digest('hex');
}

function driver(index: number, wanted: boolean): CheckedDriver {
  const document = checked.document!.drivers![index];
  return { type: 'driver', document, ...(wanted && { plant: checked.plant!.drivers[index] }) };
}

closeInheritedFiles();

/** One message after the other; what goes wrong is an unhandled rejection, which ends the process: its owner hears that. */
let last: Promise<unknown> = Promise.resolve();

process.on('message', (message: ToChecker) => {
  last = last.then(async () => {
    const reply = await answer(message);
    if (reply) process.send?.(reply);
  });
});

process.on('disconnect', () => process.exit());
