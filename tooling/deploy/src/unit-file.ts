export type UnitFile = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Section → key → values in order, as systemd.syntax(7); an empty value stays one. Throws on what is neither. */
export function parseUnitFile(text: string): UnitFile {
  const sections: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> | undefined;
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const heading = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, key, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (heading) section = sections[heading] ??= {};
    else if (section && key) (section[key] ??= []).push(value);
    else throw new Error(`no line of a unit file: ${line}`);
  }
  return sections;
}
