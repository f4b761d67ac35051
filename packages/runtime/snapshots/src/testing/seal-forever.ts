import { openStore } from './store-in.js';
import { sampleGeneration } from './sample-generation.js';

/** A process that seals and makes current one generation after the other until it is killed. Arguments: home, first number, tags each. */
const [home, first, tags] = process.argv.slice(2);
const store = await openStore(home);
for (let generation = Number(first); ; generation += 1) {
  await store.seal(sampleGeneration({ generation, tags: Number(tags), flavour: `content ${generation}` }));
  await store.activate(generation);
  process.stdout.write(`${generation}\n`);
}
