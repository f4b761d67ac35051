/** Longest value that a message repeats, characters. */
const maxShown = 60;

/** Fields of these names hold secrets even if they are written in clear. */
const secretName = /pass(?:word|phrase|wd)|secret|token|(?:private|api|access)_?key|credential/i;

/** True if the value of a field of this name is never to be shown. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** True if a field of this name is for a secret itself, not for the place where one is: `privateKeyFile`, `tokenUrl`. */
export function isSecretField(name: string): boolean {
  return isSecretName(name) && !/(?:file|path|url|name|id|ms)$/i.test(name);
}

/** Whether a text is a URL with a password in it. */
export function hasCredentials(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(text);
}

/** A value of a document in one short line: plain words bare, others as JSON; passwords in URLs are blanked. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return shorten(isPlain(value) ? value : JSON.stringify(withoutCredentials(value)));
  return shorten(JSON.stringify(value) ?? 'none');
}

function isPlain(text: string): boolean {
  return /^[\p{L}\p{N}_./:%°-]+$/u.test(text);
}

/** `mqtt://user:password@host` → `mqtt://user:***@host`, `?token=abc` → `?token=***`. */
function withoutCredentials(text: string): string {
  return text
    .replace(/(\/\/[^/\s:@]*):.*@/g, '$1:***@')
    .replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*/gi, '$1***');
}

function shorten(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, maxShown - 1)}…`;
}

/** `1 tag`, `2 tags`. */
export function counted(count: number, what: string): string {
  return `${count} ${count === 1 ? what : `${what}s`}`;
}

/** The first few, and how many more there are. */
export function listed(items: readonly string[], most = 4): string {
  if (items.length <= most) return items.join(', ');
  return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
}
