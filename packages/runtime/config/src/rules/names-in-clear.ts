import { LiveSecrets } from '@fieldwarden/core';
import type { PlantDocument } from '../document/plant-document.js';

/**
 * Without those that the document says in clear, as names of drivers, devices, tags or the site: a host called like its driver, as in a compose
 * file. Blanking them would take all names from people and programs, and hide nothing from who reads the document.
 */
export function withoutNames(secrets: readonly string[], document: PlantDocument): readonly string[] {
  if (secrets.length === 0) return [];
  const names = namesOf(document);
  return secrets.filter((secret) => {
    if (secret.includes('\n')) return true; // a key, of which a line may be anything
    const one = new LiveSecrets();
    one.learn([secret]);
    return one.redact(names) === names;
  });
}

/** A name a line. */
function namesOf({ site, drivers = [], services = [] }: PlantDocument): string {
  const names: string[] = [site];
  for (const { id, type, devices = [] } of drivers) {
    names.push(id, type);
    for (const device of devices) {
      names.push(device.id);
      for (const { path } of device.tags ?? []) names.push(path);
    }
  }
  for (const { id } of services) names.push(id);
  return names.join('\n');
}
