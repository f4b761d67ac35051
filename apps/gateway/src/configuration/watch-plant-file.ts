import { newCorrelationId, type Clock, type Logger } from '@fieldwarden/core';
import { DocumentRefused, PlantFileWatch, type Generations } from '@fieldwarden/generations';
import { checkPlantFile, type PlantFile, type PlantFileDependencies } from './plant-file.js';

export interface WatchPlantFileDependencies {
  readonly generations: Generations;
  readonly readBy: PlantFileDependencies;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False if the file of the start waits for its authority: it is published as soon as that answers. */
  readonly published: boolean;
}

/** `up --watch`: each change of the file is published; what is wrong with it is told, and what ran before goes on. */
export function watchPlantFile(
  { name, text }: PlantFile,
  { generations, readBy, clock, logger, published: isPublished }: WatchPlantFileDependencies,
): Disposable {
  return new PlantFileWatch(name, isPublished ? text : undefined, {
    clock,
    logger,
    publish: async (changed, path) => {
      const { source, findings } = await checkPlantFile(changed, path, readBy);
      if (!source) throw refused(name, findings);
      const by = { name: 'plant file', via: 'plant-file', correlationId: newCorrelationId() };
      const file = { path, sha256: source.sha256 };
      const options = { message: `change of ${name}`, by, file };
      const { generation, published } = await generations.publish({ text: source.text }, options);
      if (published)
        logger.info(`${name} is published as generation ${generation}`, { correlationId: by.correlationId });
    },
  });
}

function refused(name: string, findings: ConstructorParameters<typeof DocumentRefused>[1]): Error {
  const first = findings.find(({ severity }) => severity === 'error');
  const error = new DocumentRefused(name, findings);
  return new Error(
    `${error.message}. ${first?.line === undefined ? '' : `line ${first.line}: `}${first?.path}: ${first?.message}`,
  );
}
