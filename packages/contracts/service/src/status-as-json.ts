/** Characters of the JSON text of a status. It is kept in the gateway, and sent to whoever lists the services. */
export const maxStatusCharacters = 65_536;

/** A status as everybody gets it; with `flaw`, why there is nothing of it to be had. */
export interface JsonStatus {
  readonly status: Readonly<Record<string, unknown>>;
  readonly flaw: string | undefined;
}

/** What a service says of itself, as JSON carries it: a date becomes its text, what JSON has no word for is left out. Never throws. */
export function statusAsJson(status: Readonly<Record<string, unknown>>): JsonStatus {
  try {
    const text = JSON.stringify(status) as string | undefined;
    if (text === undefined || !text.startsWith('{')) return flawed('it is no object');
    if (text.length > maxStatusCharacters)
      return flawed(`it is ${text.length} characters long, ${maxStatusCharacters} are shown at most`);
    return { status: JSON.parse(text) as JsonStatus['status'], flaw: undefined };
  } catch (error) {
    return flawed(error instanceof Error ? error.message : String(error));
  }
}

/** The text of a circular status shows its whole path, line by line. */
function flawed(why: string): JsonStatus {
  return { status: {}, flaw: `its status can't be shown as JSON: ${why.split('\n', 1)[0]}` };
}
