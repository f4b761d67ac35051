/** What puts `***` in place of every secret that it knows. */
export interface Redactor {
  /** `text` without any secret. */
  redact(text: string): string;
  /** A copy of plain data in which no text has a secret; the value itself if none has. Names of fields stay. */
  redactValue<T>(value: T): T;
  /** `JSON.stringify` without any secret. What stands in fields of the names `kept`, whole lists too, stays as it is. */
  redactJson(value: unknown, kept?: ReadonlySet<string>): string;
}

/** Shorter secrets protect nothing, and blanking them would make messages unreadable. */
const minLength = 3;

/** Shorter secrets are blanked only where they stand alone: `5020` of a port must not make holes in times and numbers. */
const aloneBelow = 8;

/** More than any plant refers to; the oldest are forgotten first. */
const maxSecrets = 2_000;

/** Values nested deeper are no message. */
const maxDepth = 64;

export const blank = '***';

/**
 * The secrets of this process: values that references of a plant document stood for. They are kept for as long as the process runs, since logs,
 * post-mortems and alarms tell of drivers that are no more.
 */
export class LiveSecrets implements Redactor {
  readonly #secrets = new Set<string>();
  /** How each may be written, the longest first, so that no part of a longer one stays behind. */
  #forms: readonly Form[] = [];

  /** From now on these are blanked. */
  learn(secrets: Iterable<string>): void {
    const before = this.#secrets.size;
    for (const secret of secrets) for (const part of partsOf(secret)) this.#secrets.add(part);
    if (this.#secrets.size === before) return;
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= maxSecrets) break;
      this.#secrets.delete(oldest);
    }
    const texts = new Set([...this.#secrets].flatMap(formsOf));
    this.#forms = [...texts].sort((a, b) => b.length - a.length).map(formOf);
  }

  redact(text: string): string {
    let redacted = text;
    for (const { written, alone } of this.#forms) {
      if (redacted.includes(written)) redacted = redacted.replaceAll(alone ?? written, blank);
    }
    return redacted;
  }

  redactValue<T>(value: T): T {
    return this.#forms.length === 0 ? value : (this.#redactAny(value, 0) as T);
  }

  redactJson(value: unknown, kept?: ReadonlySet<string>): string {
    const json = JSON.stringify(value);
    if (typeof json !== 'string' || !this.#forms.some(({ written }) => json.includes(written))) return json;
    const redact = (text: string): string => this.redact(text);
    const keptWhole = new Set<unknown>();
    // Only now, since texts within numbers and names must stay as they are.
    return JSON.stringify(value, function (this: unknown, name, field: unknown) {
      const isKept = kept?.has(name) === true || keptWhole.has(this);
      if (isKept && typeof field === 'object') keptWhole.add(field);
      return typeof field === 'string' && !isKept ? redact(field) : field;
    });
  }

  #redactError(error: Error): Error {
    const { name, message, stack = '', cause, ...more } = error;
    const copy = Object.assign(new Error(this.redact(message)), this.#redactAny({ ...more }, 0));
    copy.name = name;
    copy.stack = this.redact(stack);
    if (cause !== undefined) copy.cause = cause instanceof Error ? this.#redactError(cause) : this.#redactAny(cause, 0);
    return copy;
  }

  #redactAny(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value !== 'object' || value === null || depth > maxDepth || ArrayBuffer.isView(value)) return value;
    if (Array.isArray(value)) {
      const list = value.map((element: unknown) => this.#redactAny(element, depth + 1));
      return list.some((element, i) => element !== value[i]) ? list : value;
    }
    if (value instanceof Error) return this.#redactError(value);
    if (!isPlain(value)) return value;
    const fields = Object.entries(value);
    const redacted = fields.map(([name, field]) => [name, this.#redactAny(field, depth + 1)] as const);
    return redacted.some(([, field], i) => field !== fields[i][1]) ? Object.fromEntries(redacted) : value;
  }
}

/** Knows no secrets. */
export const nothingSecret: Redactor = new LiveSecrets();

interface Form {
  readonly written: string;
  /** Of short ones: where neither a letter nor a digit is beside it. */
  readonly alone: RegExp | undefined;
}

function formOf(written: string): Form {
  if (written.length >= aloneBelow) return { written, alone: undefined };
  return { written, alone: new RegExp(`(?<![\\p{L}\\p{N}])${escaped(written)}(?![\\p{L}\\p{N}])`, 'gu') };
}

function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`);
}

/** The whole and, of a key in several lines, each line: what is printed comes line by line. */
function partsOf(secret: string): readonly string[] {
  if (secret.length < minLength) return [];
  const lines = secret.split(/\r?\n/);
  return lines.length === 1 ? [secret] : [secret, ...lines.filter((line) => line.trim().length >= aloneBelow)];
}

/** As it is, within JSON, within a URL. */
function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
