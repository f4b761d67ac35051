import { fail, ok, warn, type Check } from '../check.js';
import { secretsInClear } from '../facts/secrets-in-clear.js';

export const secrets: Check = {
  id: 'secrets',
  run({ secretsProblem, document }) {
    if (secretsProblem !== null) return fail(secretsProblem, 'bring the key or the file back from a backup, or set the secrets again'); // prettier-ignore
    const inClear = secretsInClear(document);
    if (inClear.length === 0) return ok('no secret stands in the plant document in clear');
    const named = inClear.slice(0, 5).join(', ');
    return warn(`secrets stand in the plant document in clear: ${named}`, 'fieldwarden secrets set NAME, and write ${secret:NAME}'); // prettier-ignore
  },
};
