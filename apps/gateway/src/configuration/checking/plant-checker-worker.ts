import { documentDigest, loadPlantDocument, loadPlantText } from '@fieldwarden/config';
import type { CheckedPlant } from '@fieldwarden/generations';
import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import { parentPort } from 'node:worker_threads';
import { builtInCatalogue } from '../../catalogue.js';
import type { FromThread, ThreadChecked, ThreadContent, ThreadDriver, ToThread } from './check-messages.js';

/** Entry of the thread that checks large documents; `check-messages.ts` says how. */
let begun: { readonly shell: object; readonly drivers: unknown[]; readonly baseDir: string } | undefined;
let checked: CheckedPlant = { findings: [] };

async function answer(message: ToThread): Promise<FromThread | undefined> {
  switch (message.type) {
    case 'text':
      return keep(await loadPlantText(message.text, message.baseDir, builtInCatalogue()));
    case 'document':
      begun = { shell: message.shell, drivers: [], baseDir: message.baseDir };
      return undefined;
    case 'driver':
      begun?.drivers.push(message.driver);
      return undefined;
    case 'check':
      return keep(await checkBegun());
    case 'fetch':
      return driver(message.index, message.plant);
  }
}

async function checkBegun(): Promise<CheckedPlant> {
  const { shell, drivers, baseDir } = begun!;
  begun = undefined;
  return await loadPlantDocument({ ...shell, drivers }, baseDir, builtInCatalogue());
}

function keep(result: CheckedPlant): ThreadChecked {
  checked = result;
  const { plant, document, findings } = result;
  if (!plant || !document) return { type: 'checked', findings };
  const content: ThreadContent = {
    document: { ...document, drivers: [] },
    plant: { ...plant, drivers: [] },
    digest: documentDigest(document),
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
