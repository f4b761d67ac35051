import { checkExpression } from '@fieldwarden/expressions';
import type { PlantFacts, ServiceFinding } from '@fieldwarden/service';
import { folderOf } from '../settings.js';
import { found } from './found.js';

/** Every fault of an expression that has to be a yes or no, with its column. */
export function checkGuard(
  text: string,
  tagPath: string | undefined,
  path: readonly (string | number)[],
  plant: PlantFacts,
): readonly ServiceFinding[] {
  const { findings } = checkExpression(text, {
    typeOf: (of) => plant.tag(of)?.type,
    ...(tagPath !== undefined && { folder: folderOf(tagPath) }),
    wanted: 'bool',
  });
  return findings.map(({ rule, message, severity, column }) =>
    found(path, rule, `${message} (column ${column})`, severity),
  );
}
