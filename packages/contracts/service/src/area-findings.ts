import type { PlantFacts, ServiceFinding } from './plant-facts.js';

/** A warning for each area in which no tag lies: mistyped, or left over from a plant that was renamed. `path`: of the list of areas, from the settings down. */
export function areaFindings(
  areas: readonly string[],
  path: ServiceFinding['path'],
  plant: Pick<PlantFacts, 'hasTagIn'>,
): readonly ServiceFinding[] {
  return areas.flatMap((area, i): ServiceFinding[] =>
    plant.hasTagIn(area)
      ? []
      : [{ path: [...path, i], rule: 'area-without-tag', message: `no tag lies in ${area}`, severity: 'warning' }],
  );
}
