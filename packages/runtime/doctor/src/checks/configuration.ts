import { ok, warn, type Check } from '../check.js';

export const configuration: Check = {
  id: 'configuration',
  run({ running, document }) {
    if (running?.usingStaleConfig === true) {
      return warn('the plant runs from its sealed snapshot: the configuration database is away', 'see to the database; fieldwarden status says when it is back'); // prettier-ignore
    }
    return ok(document ? 'what runs is what was published' : 'nothing was published yet');
  },
};
