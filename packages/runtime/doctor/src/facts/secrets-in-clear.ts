/** As the rule `secret-in-clear` of a plant document has it. */
const secretField = /pass(?:word|phrase|wd)|secret|token|(?:private|api|access)_?key|credential/i;
const placeField = /(?:file|path|url|name|id|ms)$/i;
const credentials = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

/** Paths of texts that are secrets and no references. */
export function secretsInClear(value: unknown, path = '', name = ''): readonly string[] {
  if (typeof value === 'string') {
    const isSecret = (secretField.test(name) && !placeField.test(name)) || credentials.test(value);
    return isSecret && value !== '' && !/\$\{(?:env|file|secret):/.test(value) ? [path] : [];
  }
  if (Array.isArray(value)) return value.flatMap((element, i) => secretsInClear(element, `${path}[${i}]`, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) => secretsInClear(inner, path === '' ? field : `${path}.${field}`, field)); // prettier-ignore
}
