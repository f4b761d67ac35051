import {
  documentDigest,
  editPlantText,
  loadPlantDocument,
  loadPlantText,
  textDigest,
  type PlantDocument,
} from '@fieldwarden/config';
import type { CheckedPlant } from '@fieldwarden/generations';
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { builtInCatalogue } from '../../catalogue.js';
import type {
  FromThread,
  ThreadChecked,
  ThreadContent,
  ThreadDriver,
  ThreadEdited,
  ThreadSource,
  ToThread,
} from './check-messages.js';

/** Entry of the thread that checks large documents; `check-messages.ts` says how. */
let begun: { readonly shell: object; readonly drivers: unknown[]; readonly baseDir: string } | undefined;
let checked: CheckedPlant = { findings: [] };

async function answer(message: ToThread): Promise<FromThread | undefined> {
  switch (message.type) {
    case 'text':
      return await checkText(message.text, message.baseDir);
    case 'document':
      begun = { shell: message.shell, drivers: [], baseDir: message.baseDir };
      return undefined;
    case 'driver':
      begun?.drivers.push(message.driver);
      return undefined;
    case 'check':
      return keep(await checkBegun());
    case 'edit':
      return editBegun(message.text);
    case 'fetch':
      return driver(message.index, message.plant);
  }
}

async function checkBegun(): Promise<CheckedPlant> {
  const { shell, drivers, baseDir } = begun!;
  begun = undefined;
  return await loadPlantDocument({ ...shell, drivers }, baseDir, builtInCatalogue());
}

async function checkText(text: string, baseDir: string): Promise<ThreadChecked> {
  const { absoluteText, ...result } = await loadPlantText(text, baseDir, builtInCatalogue());
  const isChanged = absoluteText !== undefined && absoluteText !== text;
  return keep(result, { sha256: textDigest(text), ...(isChanged && { text: absoluteText }) });
}

function editBegun(text: string): ThreadEdited {
  const { shell, drivers } = begun!;
  begun = undefined;
  return { type: 'edited', text: editPlantText(text, { ...shell, drivers } as PlantDocument) };
}

function keep(result: CheckedPlant, source?: ThreadSource): ThreadChecked {
  checked = result;
  const { plant, document, findings } = result;
  if (!plant || !document) return { type: 'checked', findings };
  const content: ThreadContent = {
    document: { ...document, drivers: [] },
    plant: { ...plant, drivers: [] },
    digest: documentDigest(document),
    ...(source && { source }),
    drivers: plant.drivers.map((each) => ({ id: each.id, sha256: sha256(each) })),
  };
  return { type: 'checked', findings, content };
}

/** The same steps make a plant each time, so that equal ones serialize alike; a difference costs no more than a copy. */
function sha256(value: unknown): string {
  return createHash('sha256').update(serialize(value)).digest('hex');
}

function driver(index: number, wanted: boolean): ThreadDriver {
  const document = checked.document!.drivers![index];
  return { type: 'driver', document, ...(wanted && { plant: checked.plant!.drivers[index] }) };
}

/** One message after the other; what goes wrong is an uncaught error of the thread, which its owner hears. */
let last: Promise<unknown> = Promise.resolve();

parentPort?.on('message', (message: ToThread) => {
  last = last.then(async () => {
    const reply = await answer(message);
    if (reply) parentPort?.postMessage(reply);
  });
});
