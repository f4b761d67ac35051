import type { DeviceDocument } from '../document/driver-schema.js';
import type { PlantDocument } from '../document/plant-document.js';
import { documentToYaml } from '../text/document-to-yaml.js';
import type { EditContext } from './edit-context.js';
import { aliasEdits, editsFor, saysTheSame } from './syntax-edits.js';
import { syntaxTree, type SyntaxNode } from '../syntax/syntax-tree.js';
import { applyEdits } from './text-edit.js';
import { valueStyleOf } from './written-value.js';

/** What an anchor stood for is written out in one round, what follows from that in the next. */
const maxRounds = 6;

/**
 * `text` with the fewest changes by which it says `document`: whatever is not changed stays to the last blank, comments and notation
 * included. Aliases are written out where what they stand for is no longer the same. Written anew is only what cannot be read.
 */
export function editPlantText(text: string, document: PlantDocument): string {
  const target = withTextAddresses(document);
  return editInRounds(text, target) ?? editInRounds(withoutAliases(text), target) ?? writtenAnew(text, document);
}

/** As a text is read: addresses of tags are never numbers. */
function withTextAddresses(document: PlantDocument): PlantDocument {
  const tags = document.drivers?.flatMap(({ devices = [] }) => devices.flatMap((device) => device.tags ?? [])) ?? [];
  if (tags.every(({ address }) => typeof address !== 'number')) return document;
  const drivers = document.drivers?.map((driver) => ({
    ...driver,
    ...(driver.devices && { devices: driver.devices.map(deviceWithTextAddresses) }),
  }));
  return { ...document, drivers };
}

function deviceWithTextAddresses(device: DeviceDocument): DeviceDocument {
  if (!device.tags) return device;
  return { ...device, tags: device.tags.map((tag) => ({ ...tag, address: String(tag.address) })) };
}

/** Undefined if it comes to no end. */
function editInRounds(text: string | undefined, document: PlantDocument): string | undefined {
  let edited = text;
  for (let round = 0; edited !== undefined && round < maxRounds; round += 1) {
    const tree = treeOf(edited);
    if (!tree) return undefined;
    if (saysTheSame(tree, document)) return edited;
    edited = applyEdits(edited, editsFor(tree, document, contextOf(edited)));
  }
  return undefined;
}

/** An anchor may then go or change without the aliases of it. */
function withoutAliases(text: string): string | undefined {
  const tree = treeOf(text);
  if (!tree) return undefined;
  const edits = aliasEdits(tree, contextOf(text));
  return edits.length === 0 ? undefined : applyEdits(text, edits);
}

function contextOf(text: string): EditContext {
  return { text, style: valueStyleOf(text), editsFor };
}

function writtenAnew(text: string, document: PlantDocument): string {
  return valueStyleOf(text) === 'json' ? `${JSON.stringify(document, undefined, 2)}\n` : documentToYaml(document);
}

/** Undefined for a text with mistakes. */
function treeOf(text: string): SyntaxNode | undefined {
  try {
    return syntaxTree(text);
  } catch {
    return undefined; // nested deeper than the library follows
  }
}
